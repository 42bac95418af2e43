#include "engine/rating.h"

#include <stdlib.h>

#include "base/banned.h"

bool
product_is_composite(const struct product *p)
{
	return p->type == PRODUCT_COMPOSITE;
}

bool
rating_concerns(const struct planner *p, const struct priced_product *priced)
{
	struct override_uses *u;

	for (size_t i = 0; i < priced->nrates; i++) {
		const struct rate *r = priced->rates[i];
		if (r->starting_at_ns < p->period->end_ns &&
			(r->ending_before_ns == INSTANT_NONE ||
				r->ending_before_ns > p->period->start_ns))
			return true;
	}
	u = override_uses_of(p->arena, p->contract, priced->product, p->period);
	return u != NULL && override_uses_overwrite(u);
}

static int
by_instant(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

void
cut_put(struct arena *a, struct cut_list *list, int64_t at_ns, unsigned why)
{
	list->p = arena_grow(a, list->p, &list->cap, list->n + 1, sizeof(list->p[0]));
	list->p[list->n++] = (struct cut){ at_ns, why };
}

/* An instant outside the period, or none at all, cuts nothing. */
void
cut_at(struct planner *p, struct cut_list *list, int64_t at_ns, unsigned why)
{
	if (at_ns > p->period->start_ns && at_ns < p->period->end_ns)
		cut_put(p->arena, list, at_ns, why);
}

static void
cut_by_balances(struct planner *p, struct cut_list *list, const struct priced_product *priced)
{
	if (p->purse == NULL || p->purse->n == 0)
		return;

	int64_t *bounds = ARENA_ARRAY(p->arena, 2 * p->purse->n, int64_t);
	size_t n = purse_cuts(p->purse, priced->product->id, &priced->rates[0]->unit, p->period,
		bounds);
	for (size_t i = 0; i < n; i++)
		cut_at(p, list, bounds[i], CUT_BALANCE);
}

static void
cut_by_overrides(struct planner *p, struct cut_list *list, const struct product *product)
{
	struct override_uses *u = override_uses_of(p->arena, p->contract, product, p->period);
	int64_t *bounds;
	size_t n;

	if (u == NULL)
		return;
	bounds = ARENA_ARRAY(p->arena, 2 * override_uses_count(u), int64_t);
	n = override_uses_bounds(u, bounds);
	for (size_t i = 0; i < n; i++)
		cut_at(p, list, bounds[i], CUT_OVERRIDE);
}

static void
own_cuts(struct planner *p, const struct priced_product *priced, struct cut_list *list)
{
	const struct product *product = priced->product;

	for (size_t i = 0; i < priced->nrates; i++) {
		cut_at(p, list, priced->rates[i]->starting_at_ns, CUT_RATE);
		cut_at(p, list, priced->rates[i]->ending_before_ns, CUT_RATE);
	}
	for (size_t i = 0; i < product->nversions; i++)
		cut_at(p, list, product->versions[i].starting_at_ns, CUT_PRODUCT);
	cut_by_overrides(p, list, product);
	cut_by_balances(p, list, priced);
}

static void
filter_cuts(struct planner *p, struct cut_list *list)
{
	for (size_t i = 0; i < p->filters->n; i++)
		cut_at(p, list, p->filters->p[i].starting_at_ns, CUT_FILTER);
}

void
tag_cuts(struct planner *p, const struct priced_card *card, struct cut_list *list)
{
	for (size_t i = 0; i < card->nproducts; i++) {
		const struct product *product = card->products[i].product;
		for (size_t k = 0; k < product->nversions; k++)
			if ((product->versions[k].terms.has & PF_TAGS) != 0)
				cut_at(p, list, product->versions[k].starting_at_ns, CUT_PRODUCT);
	}
}

static bool
names_tags(const struct product *composite)
{
	for (size_t i = 0; i < composite->nversions; i++)
		if (composite->versions[i].terms.composite_tags.n > 0)
			return true;
	return false;
}

void
composite_cuts(struct planner *p, const struct priced_product *composite, struct cut_list *out)
{
	own_cuts(p, composite, out);
	if (names_tags(composite->product))
		tag_cuts(p, p->card, out);
	if (scope_is_customer(composite->product))
		scope_cuts(p, composite->product, out);
}

static void
set_windows(struct arena *a, const struct cut_list *cuts, struct product_plan *pp)
{
	size_t n = 0;

	pp->cuts = ARENA_ARRAY(a, cuts->n, int64_t);
	pp->why = ARENA_ARRAY(a, cuts->n, unsigned);
	for (size_t i = 0; i < cuts->n; i++) {
		if (n == 0 || cuts->p[i].at_ns != pp->cuts[n - 1])
			pp->cuts[n++] = cuts->p[i].at_ns;
		pp->why[n - 1] |= cuts->p[i].why;
	}
	pp->nwindows = n - 1;
}

/* Composites are in a base where one includes them. */
static bool
may_be_in_a_base(const struct planner *p, const struct priced_product *priced)
{
	return p->nested || !product_is_composite(priced->product);
}

void
rating_cuts(struct planner *p, const struct priced_product *priced, struct product_plan *out)
{
	struct cut_list cuts = { NULL, 0, 0 };

	cut_put(p->arena, &cuts, p->period->start_ns, CUT_PERIOD);
	cut_put(p->arena, &cuts, p->period->end_ns, CUT_PERIOD);
	if (product_is_composite(priced->product)) {
		composite_cuts(p, priced, &cuts);
	} else {
		own_cuts(p, priced, &cuts);
		filter_cuts(p, &cuts);
	}
	for (size_t i = 0; may_be_in_a_base(p, priced) && i < p->base.n; i++)
		cut_put(p->arena, &cuts, p->base.p[i].at_ns, CUT_BASE);
	qsort(cuts.p, cuts.n, sizeof(cuts.p[0]), by_instant);
	set_windows(p->arena, &cuts, out);
}
