#include "engine/contract_price.h"

#include <stdlib.h>

#include "domain/rate_place.h"

#include "base/banned.h"

/* A contract at an instant, and one product of its card. */
struct pricing {
	struct arena *arena;
	const struct account *account;
	int64_t at_ns;
	const struct purse *purse;
	const struct priced_product *priced;
	struct product_terms terms;
	struct override_uses *uses; /* NULL: none */
	struct contract_price *p;
	size_t n;
	size_t cap;
};

/* ---- what there is to price ---- */

static int
by_place(const void *a, const void *b)
{
	const struct rate *const *x = a, *const *y = b;

	return rate_place_cmp(*x, *y);
}

/* Nothing holds there but what the contract sets: a place without a rate. */
static const struct rate *
bare_place(const struct pricing *p, const struct override_specifier *s)
{
	struct rate *r = ARENA_NEW(p->arena, struct rate);

	*r = (struct rate){ .product_id = p->priced->product->id,
		.starting_at_ns = p->at_ns + 1,
		.ending_before_ns = INSTANT_NONE,
		.unit = p->priced->rates[0]->unit };
	if (s != NULL) {
		r->pricing_group_values = s->lines.pricing;
		r->has_frequency = s->has_frequency;
		r->frequency = s->frequency;
	}
	return r;
}

static void
put_places(const struct pricing *p, const struct override *v, const struct rate **out, size_t *n)
{
	struct str id = p->priced->product->id;

	if (v->type != OVERRIDE_OVERWRITE || v->commit_specific || !override_covers(v, p->at_ns))
		return;
	if (str_eq(v->product_id, id))
		out[(*n)++] = bare_place(p, NULL);
	for (size_t i = 0; i < v->nspecifiers; i++)
		if (str_eq(v->specifiers[i].lines.product_id, id))
			out[(*n)++] = bare_place(p, &v->specifiers[i]);
}

/* The product's rates, those of one place beside one another, and places of overrides. */
static const struct rate **
places(const struct pricing *p, size_t *n)
{
	const struct overrides *v = &p->account->contract->overrides;
	size_t most = p->priced->nrates;
	const struct rate **out;

	for (size_t i = 0; i < v->n; i++)
		most += 1 + v->p[i].nspecifiers;
	out = ARENA_ARRAY(p->arena, most, const struct rate *);
	for (*n = 0; *n < p->priced->nrates; ++*n)
		out[*n] = p->priced->rates[*n];
	for (size_t i = 0; i < v->n; i++)
		put_places(p, &v->p[i], out, n);
	qsort(out, *n, sizeof(const struct rate *), by_place);
	return out;
}

static const struct rate *
list_rate(const struct rate *const *rates, size_t n, int64_t t_ns)
{
	const struct rate *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (rate_covers(rates[i], t_ns) && (best == NULL || rate_order(rates[i], best) > 0))
			best = rates[i];
	return best;
}

/* ---- one price ---- */

static struct priced_line
line_of(const struct pricing *p, const struct contract_price *price)
{
	return (struct priced_line){ .product_id = p->priced->product->id,
		.tags = &p->terms.tags,
		.pricing = &price->pricing,
		.presentation = &price->presentation,
		.frequency = price->has_frequency ? &price->frequency : NULL };
}

static bool
names_itself(const struct override *v, const struct commit *c)
{
	for (size_t i = 0; i < v->nspecifiers; i++)
		if (texts_has(&v->specifiers[i].commit_ids, c->id) ||
			texts_has(&v->specifiers[i].any_ids, c->id))
			return true;
	return false;
}

/* Two children of one recurring item are one, unless they are named one by one. */
static bool
same_drawing(const struct drawing_price *x, const struct drawing_price *y)
{
	if (x->commit->recurring_id.n == 0 || x->is_named || y->is_named)
		return x->commit == y->commit;
	return str_eq(x->commit->recurring_id, y->commit->recurring_id);
}

static void
put_drawing(const struct pricing *p, const struct purse_segment *s, struct contract_price *price)
{
	const struct priced_line line = line_of(p, price);
	struct drawing_price d = { .commit = s->commit };

	d.rate = override_rate(p->uses, &line, price->why.list, &p->purse->terms[s->terms], &d.why);
	if (d.why.chosen == NULL || !d.why.chosen->commit_specific)
		return;
	d.is_named = names_itself(d.why.chosen, s->commit);
	for (size_t i = 0; i < price->ndrawing; i++)
		if (same_drawing(&price->drawing[i], &d))
			return;
	price->drawing[price->ndrawing++] = d;
}

/* What has one price a window as a whole has no other while drawing. */
static void
set_drawing(const struct pricing *p, struct contract_price *price)
{
	const struct charge probe = {
		.product_id = p->priced->product->id,
		.product_type = p->priced->product->type,
		.unit = price->rate->unit,
		.starting_at_ns = p->at_ns,
		.ending_before_ns = p->at_ns + 1,
		.pricing = price->pricing,
		.presentation = price->presentation,
	};

	if (rate_type_whole(price->rate->type) ||
		!override_is_commit_specific(&p->account->contract->overrides))
		return;
	price->drawing = ARENA_ARRAY(p->arena, p->purse->n, struct drawing_price);
	for (size_t i = 0; i < p->purse->n; i++)
		if (purse_pays(&p->purse->segments[i], &probe))
			put_drawing(p, &p->purse->segments[i], price);
}

static void
put_price(struct pricing *p, const struct rate *place, const struct rate *list,
	const struct pairs *presentation)
{
	struct contract_price price = {
		.product = p->priced->product,
		.terms = p->terms,
		.pricing = place->pricing_group_values,
		.presentation = *presentation,
		.has_frequency = place->has_frequency,
		.frequency = place->frequency,
		.rate = list,
		.why = { .list = list },
	};

	if (p->uses != NULL) {
		const struct priced_line line = line_of(p, &price);
		price.rate = override_rate(p->uses, &line, list, NULL, &price.why);
	}
	if (price.rate == NULL || !price.rate->entitled)
		return;
	if (p->uses != NULL)
		set_drawing(p, &price);
	p->p = arena_grow(p->arena, p->p, &p->cap, p->n + 1, sizeof(*p->p));
	p->p[p->n++] = price;
}

/* ---- presentation values ---- */

static bool
may_have(const struct texts *keys, const struct pairs *values)
{
	for (size_t i = 0; i < values->n; i++)
		if (!texts_has(keys, values->p[i].key))
			return false;
	return true;
}

static bool
put_before(const struct pricing *p, size_t first, const struct pairs *presentation)
{
	for (size_t i = first; i < p->n; i++)
		if (pairs_eq(&p->p[i].presentation, presentation))
			return true;
	return false;
}

static void
put_presentations(struct pricing *p, const struct rate *place, const struct rate *list,
	size_t first)
{
	const struct overrides *v = &p->account->contract->overrides;

	for (size_t i = 0; i < v->n; i++) {
		for (size_t k = 0; k < v->p[i].nspecifiers; k++) {
			const struct specifier *s = &v->p[i].specifiers[k].lines;
			if (override_covers(&v->p[i], p->at_ns) &&
				may_have(&p->terms.presentation_group_key, &s->presentation) &&
				!put_before(p, first, &s->presentation))
				put_price(p, place, list, &s->presentation);
		}
	}
}

/* Values for which the same override holds as without them are no price of their own. */
static void
drop_equal(struct pricing *p, size_t first)
{
	size_t kept = first + 1;

	for (size_t i = kept; i < p->n; i++)
		if (p->p[i].why.chosen != p->p[first].why.chosen)
			p->p[kept++] = p->p[i];
	if (p->n > kept)
		p->n = kept;
}

static void
put_place(struct pricing *p, const struct rate *place, const struct rate *list)
{
	static const struct pairs none = { NULL, 0 };
	size_t first = p->n;

	/* a version of the product with other keys has no price for the values */
	if (!pairs_has_keys(&place->pricing_group_values, &p->terms.pricing_group_key))
		return;
	put_price(p, place, list, &none);
	if (p->n == first || p->uses == NULL || !override_uses_presentation(p->uses))
		return;
	put_presentations(p, place, list, first);
	drop_equal(p, first);
}

static void
put_product(struct pricing *p, const struct priced_product *priced)
{
	const struct period instant = { p->at_ns, p->at_ns + 1, 0, 0 };
	const struct rate **rates;
	size_t n;

	p->priced = priced;
	p->terms = product_at(priced->product, p->at_ns, p->arena);
	p->uses = override_uses_of(p->arena, p->account->contract, priced->product, &instant);
	rates = places(p, &n);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && rate_place_cmp(rates[i], rates[next]) == 0;)
			next++;
		put_place(p, rates[i], list_rate(&rates[i], next - i, p->at_ns));
	}
}

bool
contract_prices(struct arena *a, const struct account *acct, int64_t t_ns,
	struct contract_price **out, size_t *n, struct err *e)
{
	const struct priced_card *card = catalogue_card(acct->catalogue,
		acct->contract->rate_card_id);
	struct pricing p = { .arena = a, .account = acct, .at_ns = t_ns };
	struct purse_pool pool;
	struct purse purse;

	purse_pool_init(&pool, a, NULL);
	if (!purse_open(&purse, &pool, acct, e))
		return false;
	p.purse = &purse;
	for (size_t i = 0; card != NULL && i < card->nproducts; i++)
		put_product(&p, &card->products[i]);
	*out = p.p;
	*n = p.n;
	return true;
}
