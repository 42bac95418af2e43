#include "engine/burndown.h"

#include <stdlib.h>

#include "base/banned.h"

/* A segment with what its place in the drawing order depends on. */
struct candidate {
	struct purse_segment segment;
	bool is_free;
	size_t place; /* in the contract: commits in document order, segments within them */
};

/* ---- products ---- */

static bool
bears_any(const struct product_terms *terms, const struct texts *tags)
{
	for (size_t i = 0; i < tags->n; i++)
		if (texts_has(&terms->tags, tags->p[i]))
			return true;
	return false;
}

/* The products of the contract's card; n == 0 where it has none. */
static const struct priced_card *
card_of(const struct account *acct)
{
	static const struct priced_card none = { .nproducts = 0 };
	const struct priced_card *card = catalogue_card(acct->catalogue,
		acct->contract->rate_card_id);

	return card != NULL ? card : &none;
}

static struct texts
applicable_products(struct arena *a, const struct account *acct, const struct commit *c,
	int64_t t_ns)
{
	const struct priced_card *card = card_of(acct);
	const struct texts *ids = &c->applicable_product_ids;
	struct texts all = { ARENA_ARRAY(a, ids->n + card->nproducts, struct str), 0 };
	struct texts out = { all.p, 0 };

	for (size_t i = 0; i < ids->n; i++)
		all.p[all.n++] = ids->p[i];
	for (size_t i = 0; c->applicable_product_tags.n > 0 && i < card->nproducts; i++) {
		const struct product *product = card->products[i].product;
		struct product_terms terms = product_at(product, t_ns, a);
		if (bears_any(&terms, &c->applicable_product_tags))
			all.p[all.n++] = product->id;
	}
	if (all.n > 1)
		qsort(all.p, all.n, sizeof(all.p[0]), str_cmp_qsort);
	for (size_t i = 0; i < all.n; i++)
		if (i == 0 || !str_eq(all.p[i], out.p[out.n - 1]))
			out.p[out.n++] = all.p[i];
	return out;
}

static bool
pays_for(const struct purse_segment *s, struct str product_id)
{
	return s->all_products ||
		(s->products.n > 0 &&
			bsearch(&product_id, s->products.p, s->products.n, sizeof(product_id),
				str_cmp_qsort) != NULL);
}

/* ---- order ---- */

static int
by_priority(const struct commit *x, const struct commit *y)
{
	if (x->has_priority != y->has_priority)
		return x->has_priority ? -1 : 1;
	return x->has_priority ? rat_cmp(x->priority, y->priority) : 0;
}

static int
by_products(const struct purse_segment *x, const struct purse_segment *y)
{
	if (x->all_products != y->all_products)
		return x->all_products ? 1 : -1;
	return (x->products.n > y->products.n) - (x->products.n < y->products.n);
}

static int
by_window(const struct access_segment *x, const struct access_segment *y)
{
	if (x->ending_before_ns != y->ending_before_ns)
		return x->ending_before_ns > y->ending_before_ns ? 1 : -1;
	return (x->starting_at_ns > y->starting_at_ns) - (x->starting_at_ns < y->starting_at_ns);
}

static int
drawing_order(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = by_priority(x->segment.commit, y->segment.commit);

	if (order == 0 && x->is_free != y->is_free)
		order = x->is_free ? -1 : 1;
	if (order == 0)
		order = by_products(&x->segment, &y->segment);
	if (order == 0)
		order = by_window(x->segment.segment, y->segment.segment);
	return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

/* ---- opening ---- */

static struct purse_segment
segment_of(struct arena *a, const struct account *acct, const struct commit *c,
	const struct access_segment *s, const struct product *product, const struct map *deducted)
{
	const struct rat *drawn = deducted != NULL ? map_get(deducted, s->id) : NULL;
	struct purse_segment out = { .commit = c, .segment = s, .name = c->name };

	if (out.name.n == 0)
		out.name = product_at(product, s->starting_at_ns, a).name;
	out.all_products = c->applicable_product_ids.n + c->applicable_product_tags.n == 0;
	if (!out.all_products)
		out.products = applicable_products(a, acct, c, s->starting_at_ns);
	out.remaining = drawn != NULL ? rat_sub(a, s->amount, *drawn) : s->amount;
	return out;
}

static size_t
count_segments(const struct contract *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->ncommits; i++)
		n += c->commits[i].nsegments;
	return n;
}

bool
purse_open(struct purse *p, struct arena *a, const struct account *acct, const struct map *deducted,
	struct err *e)
{
	const struct contract *contract = acct->contract;
	const struct priced_card *card = catalogue_card(acct->catalogue, contract->rate_card_id);
	struct candidate *all = ARENA_ARRAY(a, count_segments(contract), struct candidate);
	size_t n = 0;

	for (size_t i = 0; i < contract->ncommits; i++) {
		const struct commit *c = &contract->commits[i];
		const struct product *product = catalogue_product(acct->catalogue, c->product_id);
		if (product == NULL)
			return err_field(e, ERR_INPUT, "not_found", STR("commits.product_id"),
				c->product_id, "contract %.*s: no such product",
				STR_FMT(contract->id));
		for (size_t k = 0; k < c->nsegments; k++, n++)
			all[n] = (struct candidate){
				segment_of(a, acct, c, &c->segments[k], product, deducted),
				commit_is_free(c),
				n,
			};
	}
	if (n > 1)
		qsort(all, n, sizeof(all[0]), drawing_order);

	*p = (struct purse){ ARENA_ARRAY(a, n, struct purse_segment), n, unit_usd() };
	if (card != NULL)
		p->unit = card->card.fiat;
	for (size_t i = 0; i < n; i++)
		p->segments[i] = all[i].segment;
	return true;
}

size_t
purse_cuts(const struct purse *p, struct str product_id, const struct period *period, int64_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct access_segment *s = p->segments[i].segment;
		if (!unit_same(&p->segments[i].commit->access_unit, &p->unit))
			continue;
		if (s->ending_before_ns <= period->start_ns ||
			s->starting_at_ns >= period->end_ns ||
			!pays_for(&p->segments[i], product_id))
			continue;
		if (s->starting_at_ns > period->start_ns)
			out[n++] = s->starting_at_ns;
		if (s->ending_before_ns < period->end_ns)
			out[n++] = s->ending_before_ns;
	}
	return n;
}

bool
purse_pays(const struct purse_segment *s, const struct charge *c)
{
	return c->starting_at_ns >= s->segment->starting_at_ns &&
		c->ending_before_ns <= s->segment->ending_before_ns &&
		unit_same(&c->unit, &s->commit->access_unit) && pays_for(s, c->product_id);
}
