#include "engine/burndown.h"

#include <stdlib.h>

#include "domain/customer_balance.h"
#include "engine/override.h"

#include "base/banned.h"

/* What the place of a segment in the drawing order depends on. */
struct candidate {
	struct purse_segment segment;
	bool is_free;
	size_t nproducts;  /* applicable; SIZE_MAX: nothing is named */
	size_t nvalues;    /* specifiers that name group values alone */
	size_t ncontracts; /* that may draw it; SIZE_MAX: all of the customer */
	bool is_customers; /* not the contract's own */
	size_t place;      /* in the contract: commits in order, segments within them */
};

const struct draw_terms draw_terms_usual[2] = {
	{ DRAW_LIST_RATE, NULL },
	{ DRAW_COMMIT_RATE, NULL },
};

/* ---- products ---- */

/* The products of the contract's card; n == 0 where it has none. */
static const struct priced_card *
card_of(const struct account *acct)
{
	static const struct priced_card none = { .nproducts = 0 };
	const struct priced_card *card = catalogue_card(acct->catalogue,
		acct->contract->rate_card_id);

	return card != NULL ? card : &none;
}

/* Sorted, each once; in place. */
static struct texts
distinct(struct texts all)
{
	struct texts out = { all.p, 0 };

	if (all.n > 1)
		qsort(all.p, all.n, sizeof(all.p[0]), str_cmp_qsort);
	for (size_t i = 0; i < all.n; i++)
		if (i == 0 || !str_eq(all.p[i], out.p[out.n - 1]))
			out.p[out.n++] = all.p[i];
	return out;
}

/* Named by id, or bearing a tag that is named. */
static struct texts
listed_products(struct arena *a, const struct account *acct, const struct commit *c, int64_t t_ns)
{
	const struct priced_card *card = card_of(acct);
	const struct texts *ids = &c->applicable_product_ids;
	struct texts all = { ARENA_ARRAY(a, ids->n + card->nproducts, struct str), 0 };

	for (size_t i = 0; i < ids->n; i++)
		all.p[all.n++] = ids->p[i];
	for (size_t i = 0; c->applicable_product_tags.n > 0 && i < card->nproducts; i++) {
		const struct product *product = card->products[i].product;
		struct product_terms terms = product_at(product, t_ns, a);
		if (texts_has_any(&terms.tags, &c->applicable_product_tags))
			all.p[all.n++] = product->id;
	}
	return distinct(all);
}

static bool
names_values_alone(const struct specifier *s)
{
	return s->product_id.n == 0 && s->product_tags.n == 0;
}

/* The products of the card that a specifier means, whatever the group values. */
static struct texts
specified_products(struct arena *a, const struct account *acct, const struct specifier *s,
	int64_t t_ns)
{
	const struct priced_card *card = card_of(acct);
	struct texts all = { ARENA_ARRAY(a, card->nproducts + 1, struct str), 0 };

	/* one that is not on the card counts, though it is never used here */
	if (s->product_id.n > 0 && s->product_tags.n == 0) {
		all.p[all.n++] = s->product_id;
		return all;
	}
	for (size_t i = 0; i < card->nproducts; i++) {
		const struct product *product = card->products[i].product;
		struct product_terms terms = product_at(product, t_ns, a);
		if ((s->product_id.n == 0 || str_eq(s->product_id, product->id)) &&
			texts_has_all(&terms.tags, &s->product_tags))
			all.p[all.n++] = product->id;
	}
	return distinct(all);
}

static bool
has_product(const struct texts *products, struct str id)
{
	return products->n > 0 &&
		bsearch(&id, products->p, products->n, sizeof(id), str_cmp_qsort) != NULL;
}

/* It may pay for some usage of the product. */
static bool
concerns(const struct purse_segment *s, struct str product_id)
{
	if (s->all_products || has_product(&s->products, product_id))
		return true;
	for (size_t i = 0; i < s->commit->nspecifiers; i++)
		if (has_product(&s->specified[i], product_id))
			return true;
	return false;
}

/* What is a seat's own pays for its usage alone. */
static bool
is_of_seat(const struct access_segment *s, const struct charge *c)
{
	struct str seat;

	if (s->seat_id.n == 0)
		return true;
	seat = pairs_get(&c->presentation, s->seat_key);
	return seat.p != NULL && str_eq(seat, s->seat_id);
}

static bool
pays_for(const struct purse_segment *s, const struct charge *c)
{
	if (!is_of_seat(s->segment, c))
		return false;
	if (s->all_products || has_product(&s->products, c->product_id))
		return true;
	for (size_t i = 0; i < s->commit->nspecifiers; i++) {
		const struct specifier *one = &s->commit->specifiers[i];
		if (has_product(&s->specified[i], c->product_id) &&
			pairs_has_all(&c->pricing, &one->pricing) &&
			pairs_has_all(&c->presentation, &one->presentation))
			return true;
	}
	return false;
}

/* ---- order ---- */

static int
by_size(size_t x, size_t y)
{
	return (x > y) - (x < y);
}

static int
by_instant(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

/* Rollovers first, of promises before others; then prepaid commits and credits as one pool. */
static int
rank(const struct candidate *c)
{
	bool promised = c->segment.commit->type == COMMIT_POSTPAID;

	if (c->segment.segment->source != NULL)
		return promised ? 0 : 1;
	return promised ? 3 : 2;
}

static int
by_priority(const struct commit *x, const struct commit *y)
{
	if (x->has_priority != y->has_priority)
		return x->has_priority ? -1 : 1;
	return x->has_priority ? rat_cmp(x->priority, y->priority) : 0;
}

static int
drawing_order(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	const struct access_segment *xs = x->segment.segment, *ys = y->segment.segment;
	int order = rank(x) - rank(y);

	if (order == 0)
		order = by_priority(x->segment.commit, y->segment.commit);
	if (order == 0 && rank(x) >= 2 && x->is_free != y->is_free)
		order = x->is_free ? -1 : 1;
	if (order == 0)
		order = by_size(x->nproducts, y->nproducts);
	if (order == 0 && rank(x) <= 2)
		order = by_size(x->nvalues, y->nvalues);
	if (order == 0)
		order = by_instant(xs->ending_before_ns, ys->ending_before_ns);
	if (order == 0 && rank(x) >= 2)
		order = by_instant(xs->starting_at_ns, ys->starting_at_ns);
	if (order == 0)
		order = by_size(x->ncontracts, y->ncontracts);
	if (order == 0 && x->is_customers != y->is_customers)
		order = x->is_customers ? 1 : -1;
	return order != 0 ? order : by_size(x->place, y->place);
}

/* ---- opening ---- */

static size_t
count_products(struct arena *a, const struct purse_segment *s)
{
	const struct commit *c = s->commit;
	struct texts all;
	size_t most = s->products.n;

	if (s->all_products)
		return SIZE_MAX;
	for (size_t i = 0; i < c->nspecifiers; i++)
		most += s->specified[i].n;
	all = (struct texts){ ARENA_ARRAY(a, most, struct str), 0 };
	for (size_t i = 0; i < s->products.n; i++)
		all.p[all.n++] = s->products.p[i];
	for (size_t i = 0; i < c->nspecifiers; i++)
		for (size_t k = 0; !names_values_alone(&c->specifiers[i]) && k < s->specified[i].n;
			k++)
			all.p[all.n++] = s->specified[i].p[k];
	return distinct(all).n;
}

static size_t
count_values_alone(const struct commit *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nspecifiers; i++)
		n += names_values_alone(&c->specifiers[i]);
	return n;
}

static size_t
count_contracts(const struct commit *c)
{
	if (c->of_customer == NULL)
		return 1;
	return c->of_customer->contract_ids.n > 0 ? c->of_customer->contract_ids.n : SIZE_MAX;
}

static struct candidate
candidate_of(struct purse_pool *pool, const struct account *acct, const struct commit *c,
	const struct access_segment *segment, const struct product *product)
{
	struct arena *a = pool->arena;
	int64_t t_ns = segment->starting_at_ns;
	struct candidate out = {
		.segment = { .commit = c, .segment = segment, .name = c->name },
		.is_free = commit_is_free(c),
		.nvalues = count_values_alone(c),
		.ncontracts = count_contracts(c),
		.is_customers = c->of_customer != NULL,
	};
	struct purse_segment *s = &out.segment;

	if (s->name.n == 0)
		s->name = product_at(product, t_ns, a).name;
	s->all_products = commit_pays_all(c);
	if (c->applicable_product_ids.n + c->applicable_product_tags.n > 0)
		s->products = listed_products(a, acct, c, t_ns);
	s->specified = ARENA_ARRAY(a, c->nspecifiers, struct texts);
	for (size_t i = 0; i < c->nspecifiers; i++)
		s->specified[i] = specified_products(a, acct, &c->specifiers[i], t_ns);
	if (segment->source == NULL)
		s->left = purse_pool_left(pool, segment);
	out.nproducts = count_products(a, s);
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

/* A contract may bill a commit of its customer that it may not draw. */
static bool
may_draw(const struct contract *c, const struct commit *commit)
{
	return commit->of_customer == NULL || customer_balance_serves(commit->of_customer, c->id);
}

void
purse_receive(struct purse *p, struct purse_pool *pool)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->segments[i].left == NULL)
			p->segments[i].left = purse_pool_left(pool, p->segments[i].segment);
}

/* The terms on which a commit draws; behind those that are there where it is the first. */
static size_t
terms_of(const struct overrides *v, const struct commit *c, struct draw_terms *terms, size_t *n)
{
	for (size_t i = *n; i > 0; i--)
		if (override_same_draw(v, terms[i - 1].commit, c))
			return i - 1;
	terms[*n] = (struct draw_terms){ c->rate_type, c };
	return (*n)++;
}

static void
set_terms(struct purse *p, struct arena *a, const struct contract *c)
{
	struct draw_terms *terms;

	p->terms = draw_terms_usual;
	p->nterms = countof(draw_terms_usual);
	for (size_t i = 0; i < p->n; i++)
		p->segments[i].terms = p->segments[i].commit->rate_type == DRAW_COMMIT_RATE ? 1 : 0;
	if (!override_is_commit_specific(&c->overrides))
		return;
	p->terms = terms = ARENA_ARRAY(a, p->n, struct draw_terms);
	p->nterms = 0;
	for (size_t i = 0; i < p->n; i++)
		p->segments[i].terms = terms_of(&c->overrides, p->segments[i].commit, terms,
			&p->nterms);
}

bool
purse_open(struct purse *p, struct purse_pool *pool, const struct account *acct, struct err *e)
{
	const struct contract *contract = acct->contract;
	struct candidate *all = ARENA_ARRAY(pool->arena, count_segments(contract),
		struct candidate);
	size_t n = 0;

	for (size_t i = 0; i < contract->ncommits; i++) {
		const struct commit *c = &contract->commits[i];
		const struct product *product = catalogue_product(acct->catalogue, c->product_id);
		struct str field = str_printf(pool->arena, "%s.product_id", commit_list(c));
		if (product == NULL)
			return err_field(e, ERR_INPUT, "not_found", field, c->product_id,
				"contract %.*s: no such product", STR_FMT(contract->id));
		for (size_t k = 0; may_draw(contract, c) && k < c->nsegments; k++) {
			if (c->segments[k].ending_before_ns <= c->segments[k].starting_at_ns)
				continue;
			all[n] = candidate_of(pool, acct, c, &c->segments[k], product);
			all[n].place = n;
			n++;
		}
	}
	if (n > 1)
		qsort(all, n, sizeof(all[0]), drawing_order);

	*p = (struct purse){ .segments = ARENA_ARRAY(pool->arena, n, struct purse_segment),
		.n = n };
	for (size_t i = 0; i < n; i++)
		p->segments[i] = all[i].segment;
	set_terms(p, pool->arena, contract);
	return true;
}

void
purse_terms(const struct purse *p, struct str product_id, const struct unit *unit,
	struct draw_terms *out)
{
	for (size_t i = 0; i < p->nterms; i++)
		out[i] = draw_terms_usual[0];
	for (size_t i = 0; i < p->n; i++) {
		const struct purse_segment *s = &p->segments[i];
		if (unit_same(&s->commit->access_unit, unit) && concerns(s, product_id))
			out[s->terms] = p->terms[s->terms];
	}
}

size_t
purse_cuts(const struct purse *p, struct str product_id, const struct unit *unit,
	const struct period *period, int64_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct access_segment *s = p->segments[i].segment;
		if (!unit_same(&p->segments[i].commit->access_unit, unit))
			continue;
		if (s->ending_before_ns <= period->start_ns ||
			s->starting_at_ns >= period->end_ns ||
			!concerns(&p->segments[i], product_id))
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
	int64_t from_ns = c->at_end ? c->ending_before_ns - 1 : c->starting_at_ns;

	int64_t to_ns = c->product_type == PRODUCT_SUBSCRIPTION ? c->starting_at_ns + 1 :
								  c->ending_before_ns;

	return from_ns >= s->segment->starting_at_ns && to_ns <= s->segment->ending_before_ns &&
		unit_same(&c->unit, &s->commit->access_unit) && pays_for(s, c);
}
