#include "engine/rating.h"

#include "base/banned.h"

/*
 * A composite product is rated as a usage product whose usage is money: what
 * was spent on the products of its base, window by window.
 */

static bool
bears_any(const struct texts *tags, const struct texts *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (texts_has(tags, wanted->p[i]))
			return true;
	return false;
}

static bool
in_base(struct arena *a, const struct product_terms *terms, const struct product *product,
	int64_t t_ns)
{
	if (product->type != PRODUCT_USAGE)
		return false;
	if (texts_has(&terms->composite_product_ids, product->id))
		return true;
	if (terms->composite_tags.n == 0)
		return false;

	struct product_terms at = product_at(product, t_ns, a);
	return bears_any(&at.tags, &terms->composite_tags);
}

struct texts
composite_base(struct arena *a, const struct priced_card *card, const struct product_terms *terms,
	int64_t t_ns)
{
	struct texts base = { ARENA_ARRAY(a, card->nproducts, struct str), 0 };

	for (size_t i = 0; i < card->nproducts; i++)
		if (in_base(a, terms, card->products[i].product, t_ns))
			base.p[base.n++] = card->products[i].product->id;
	return base;
}

/* The windows of a product of the base lie in those of the composite. */
struct rat
composite_spend(struct arena *a, const struct rated *composite, struct str product_id,
	int64_t from_ns, int64_t to_ns)
{
	struct rat spend = RAT_ZERO;

	for (size_t i = 0; i < composite->nall; i++) {
		const struct rated *r = &composite->all[i];
		const struct product_plan *pp = r->plan;
		if (r->spend == NULL || !str_eq(pp->priced->product->id, product_id))
			continue;
		for (size_t w = 0; w < pp->nwindows; w++)
			if (pp->cuts[w] >= from_ns && pp->cuts[w] < to_ns)
				spend = rat_add(a, spend, r->spend[w]);
	}
	return spend;
}

static const struct meter_window *
window_of(struct arena *a, const struct rated *composite, size_t w)
{
	struct meter_window *win = ARENA_NEW(a, struct meter_window);
	const struct product_plan *pp = composite->plan;
	const struct texts *base = &pp->versions[pp->version_of[w]].base;

	for (size_t i = 0; i < base->n; i++)
		win->share = rat_add(a, win->share,
			composite_spend(a, composite, base->p[i], pp->cuts[w], pp->cuts[w + 1]));
	return win;
}

void
rate_composite(const struct rating *r, const struct product_plan *pp, const struct rated *all,
	size_t nall, struct rated *out)
{
	struct usage_group *g = ARENA_NEW(r->arena, struct usage_group);

	out->plan = pp;
	out->all = all;
	out->nall = nall;
	out->groups = g;
	out->ngroups = 1;
	g->windows = ARENA_ARRAY(r->arena, pp->nwindows, const struct meter_window *);
	for (size_t w = 0; w < pp->nwindows; w++)
		g->windows[w] = window_of(r->arena, out, w);
	rate_groups(r, out);
}
