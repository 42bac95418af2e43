#include "engine/rating.h"

#include "base/banned.h"

/*
 * A composite product is rated as a usage product whose usage is money: what
 * was spent on the products of its base, window by window.
 */

/* ---- the base ---- */

static bool
is_named(struct arena *a, const struct product_terms *terms, const struct product *product,
	int64_t t_ns)
{
	if (texts_has(&terms->composite_product_ids, product->id))
		return true;
	if (terms->composite_tags.n == 0)
		return false;

	struct product_terms at = product_at(product, t_ns, a);
	return texts_has_any(&at.tags, &terms->composite_tags);
}

/* own: on the composite's own card. What all contracts spend is nothing that one of them does. */
static bool
may_count(const struct product_terms *terms, const struct product *product, bool own)
{
	switch (product->type) {
	case PRODUCT_USAGE:
	case PRODUCT_SUBSCRIPTION:
		return true;
	case PRODUCT_COMPOSITE:
		return terms->include_composite_spend && (own || !scope_is_customer(product));
	case PRODUCT_FIXED:
	case PRODUCT_PRO_SERVICE:
		return false;
	}
	return false;
}

static bool
is_there(const struct product_list *list, const struct product *product)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->p[i] == product)
			return true;
	return false;
}

static void
add_card(struct arena *a, const struct priced_card *card, const struct product *composite,
	const struct product_terms *terms, int64_t t_ns, bool own, struct product_list *base)
{
	struct product_list all = {
		ARENA_ARRAY(a, base->n + card->nproducts, const struct product *), 0
	};

	for (; all.n < base->n; all.n++)
		all.p[all.n] = base->p[all.n];
	for (size_t i = 0; i < card->nproducts; i++) {
		const struct product *product = card->products[i].product;
		if (product != composite && may_count(terms, product, own) &&
			is_named(a, terms, product, t_ns) && (own || !is_there(base, product)))
			all.p[all.n++] = product;
	}
	*base = all;
}

struct product_list
composite_base(const struct planner *p, const struct product *composite,
	const struct product_terms *terms, int64_t t_ns)
{
	struct product_list base = { NULL, 0 };

	if (terms->composite_scope == COMPOSITE_CUSTOMER &&
		scope_charged_elsewhere(p, composite, t_ns))
		return base;
	add_card(p->arena, p->card, composite, terms, t_ns, true, &base);
	for (size_t i = 0;
		terms->composite_scope == COMPOSITE_CUSTOMER && i < p->account->nsiblings; i++) {
		const struct priced_card *card = scope_card(p, i);
		if (card != NULL)
			add_card(p->arena, card, composite, terms, t_ns, false, &base);
	}
	return base;
}

/* ---- the order ---- */

static bool
is_done(const struct product_plan *plans, const bool *done, size_t n, const struct product *product)
{
	for (size_t i = 0; i < n; i++)
		if (plans[i].priced->product == product)
			return done[i];
	return true;
}

static bool
can_follow(const struct product_plan *plans, const bool *done, size_t n,
	const struct product_plan *pp)
{
	for (size_t v = 0; v < pp->nversions; v++) {
		const struct product_list *base = &pp->versions[v].base;
		for (size_t i = 0; i < base->n; i++)
			if (product_is_composite(base->p[i]) &&
				!is_done(plans, done, n, base->p[i]))
				return false;
	}
	return true;
}

static bool
refuse_circle(const struct product *p, struct err *e)
{
	return err_field(e, ERR_INPUT, "composite_cycle", STR("composite_product_ids"), p->id,
		"product \"%.*s\" (%.*s) is charged on itself by way of other composites",
		STR_FMT(p->versions[0].terms.name), STR_FMT(p->id));
}

bool
composites_order(struct arena *a, const struct product_plan *plans, size_t n, size_t **order,
	size_t *norder, struct err *e)
{
	bool *done = ARENA_ARRAY(a, n, bool);
	size_t *places = ARENA_ARRAY(a, n, size_t);
	size_t count = 0, left = 0, before;

	for (size_t i = 0; i < n; i++)
		left += product_is_composite(plans[i].priced->product);
	do {
		before = count;
		for (size_t i = 0; i < n; i++) {
			if (done[i] || !product_is_composite(plans[i].priced->product) ||
				!can_follow(plans, done, n, &plans[i]))
				continue;
			done[i] = true;
			places[count++] = i;
		}
	} while (count > before && count < left);
	for (size_t i = 0; count < left && i < n; i++)
		if (!done[i] && product_is_composite(plans[i].priced->product))
			return refuse_circle(plans[i].priced->product, e);
	*order = places;
	*norder = count;
	return true;
}

/* ---- the spend ---- */

const struct priced_product *
priced_on(const struct priced_card *card, const struct product *p)
{
	for (size_t i = 0; i < card->nproducts; i++)
		if (card->products[i].product == p)
			return &card->products[i];
	return NULL;
}

/* A subscription is charged once: in the window that holds its start, as far as in the period. */
static struct rat
subscribed(struct arena *a, const struct spending *s, const struct product *p, int64_t from_ns,
	int64_t to_ns)
{
	struct rat spend = RAT_ZERO;

	for (size_t i = 0; i < s->nsubscriptions; i++) {
		const struct charge *c = s->subscriptions[i];
		int64_t at_ns = c->starting_at_ns;

		at_ns = at_ns < s->period->start_ns ? s->period->start_ns : at_ns;
		at_ns = at_ns >= s->period->end_ns ? s->period->end_ns - 1 : at_ns;
		if (!str_eq(c->product_id, p->id) || at_ns < from_ns || at_ns >= to_ns)
			continue;
		for (size_t k = 0; k < c->n; k++)
			spend = rat_add(a, spend, c->slices[k].prices[0].total);
	}
	return spend;
}

/* The windows of a product of the base lie in those of the composite. */
struct rat
composite_spend(struct arena *a, const struct spending *s, const struct product *p, int64_t from_ns,
	int64_t to_ns)
{
	const struct priced_product *priced = priced_on(s->card, p);
	struct rat spend = RAT_ZERO;

	if (priced == NULL)
		return spend;
	if (p->type == PRODUCT_SUBSCRIPTION)
		spend = subscribed(a, s, p, from_ns, to_ns);
	for (size_t i = 0; i < s->nrated; i++) {
		const struct rated *r = &s->rated[i];
		const struct product_plan *pp = r->plan;
		if (r->spend == NULL || pp == NULL || pp->priced->product != p)
			continue;
		for (size_t w = 0; w < pp->nwindows; w++)
			if (pp->cuts[w] >= from_ns && pp->cuts[w] < to_ns)
				spend = rat_add(a, spend, r->spend[w]);
	}
	return priced_in_fiat(a, priced, spend);
}

size_t
composite_spendings(const struct rated *composite, size_t w)
{
	return window_terms(composite->plan, w)->composite_scope == COMPOSITE_CUSTOMER ?
		composite->nspent :
		1;
}

static const struct meter_window *
window_of(struct arena *a, const struct rated *composite, size_t w)
{
	struct meter_window *win = ARENA_NEW(a, struct meter_window);
	const struct product_plan *pp = composite->plan;
	const struct product_list *base = &pp->versions[pp->version_of[w]].base;
	size_t n = composite_spendings(composite, w);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < base->n; k++)
			win->share = rat_add(a, win->share,
				composite_spend(a, &composite->spent[i], base->p[k], pp->cuts[w],
					pp->cuts[w + 1]));
	return win;
}

void
rate_composite(const struct rating *r, const struct product_plan *pp, const struct spending *spent,
	size_t nspent, struct rated *out)
{
	struct usage_group *g = ARENA_NEW(r->arena, struct usage_group);

	out->plan = pp;
	out->spent = spent;
	out->nspent = nspent;
	out->groups = g;
	out->ngroups = 1;
	g->windows = ARENA_ARRAY(r->arena, pp->nwindows, const struct meter_window *);
	for (size_t w = 0; w < pp->nwindows; w++)
		g->windows[w] = window_of(r->arena, out, w);
	rate_groups(r, out);
}
