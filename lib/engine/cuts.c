#include "engine/rating.h"

#include <stdlib.h>

#include "base/banned.h"

bool
product_is_composite(const struct product *p)
{
	return p->type == PRODUCT_COMPOSITE;
}

bool
rating_concerns(const struct priced_product *p, const struct period *period)
{
	for (size_t i = 0; i < p->nrates; i++) {
		const struct rate *r = p->rates[i];
		if (r->starting_at_ns < period->end_ns &&
			(r->ending_before_ns == INSTANT_NONE ||
				r->ending_before_ns > period->start_ns))
			return true;
	}
	return false;
}

static int
by_instant(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

static void
put_cut(struct planner *p, struct cut_list *list, int64_t at_ns, unsigned why)
{
	list->p = arena_grow(p->arena, list->p, &list->cap, list->n + 1, sizeof(list->p[0]));
	list->p[list->n++] = (struct cut){ at_ns, why };
}

/* An instant outside the period, or none at all, cuts nothing. */
static void
cut_at(struct planner *p, struct cut_list *list, int64_t at_ns, unsigned why)
{
	if (at_ns > p->period->start_ns && at_ns < p->period->end_ns)
		put_cut(p, list, at_ns, why);
}

static void
cut_by_balances(struct planner *p, struct cut_list *list, struct str product_id)
{
	if (p->purse == NULL || p->purse->n == 0)
		return;

	int64_t *bounds = ARENA_ARRAY(p->arena, 2 * p->purse->n, int64_t);
	size_t n = purse_cuts(p->purse, product_id, p->period, bounds);
	for (size_t i = 0; i < n; i++)
		cut_at(p, list, bounds[i], CUT_BALANCE);
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
	cut_by_balances(p, list, product->id);
}

/* Where products of the card may come to bear a tag, or no longer. */
static void
tag_cuts(struct planner *p, struct cut_list *list)
{
	for (size_t i = 0; i < p->card->nproducts; i++) {
		const struct product *product = p->card->products[i].product;
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
		tag_cuts(p, out);
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

void
rating_cuts(struct planner *p, const struct priced_product *priced, struct product_plan *out)
{
	struct cut_list cuts = { NULL, 0, 0 };

	put_cut(p, &cuts, p->period->start_ns, CUT_PERIOD);
	put_cut(p, &cuts, p->period->end_ns, CUT_PERIOD);
	if (product_is_composite(priced->product)) {
		composite_cuts(p, priced, &cuts);
	} else {
		own_cuts(p, priced, &cuts);
		for (size_t i = 0; i < p->base.n; i++)
			put_cut(p, &cuts, p->base.p[i].at_ns, CUT_BASE);
	}
	qsort(cuts.p, cuts.n, sizeof(cuts.p[0]), by_instant);
	set_windows(p->arena, &cuts, out);
}
