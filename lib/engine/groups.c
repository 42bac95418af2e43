#include "engine/rating.h"

#include <stdlib.h>

#include "base/banned.h"

/* The values of keys alone. */
static struct pairs
pick(struct arena *a, const struct pairs *values, const struct texts *keys)
{
	struct pairs out = { ARENA_ARRAY(a, values->n, struct pair), 0 };

	for (size_t i = 0; i < values->n; i++)
		if (texts_has(keys, values->p[i].key))
			out.p[out.n++] = values->p[i];
	return out;
}

static int
by_pricing_then_presentation(const void *a, const void *b)
{
	const struct usage_group *x = a, *y = b;
	int order = pairs_cmp(&x->pricing, &y->pricing);

	return order != 0 ? order : pairs_cmp(&x->presentation, &y->presentation);
}

/* What one version sees of one group of its meter. */
static struct usage_group
group_of(struct arena *a, const struct product_plan *pp, size_t v, const struct meter_group *mg)
{
	const struct product_terms *terms = &pp->versions[v].terms;
	struct usage_group g = {
		.pricing = pick(a, &mg->values, &terms->pricing_group_key),
		.presentation = pick(a, &mg->values, &terms->presentation_group_key),
		.windows = ARENA_ARRAY(a, pp->nwindows, const struct meter_window *),
	};

	for (size_t w = 0; w < pp->nwindows; w++)
		if (pp->version_of[w] == v)
			g.windows[w] = &mg->windows[w];
	return g;
}

/* Put the groups of equal values, which several versions may see, into one. */
static size_t
merge_groups(struct usage_group *g, size_t n, size_t nwindows)
{
	size_t kept = 0;

	for (size_t i = 1; i < n; i++) {
		if (by_pricing_then_presentation(&g[kept], &g[i]) != 0) {
			g[++kept] = g[i];
			continue;
		}
		for (size_t w = 0; w < nwindows; w++)
			if (g[i].windows[w] != NULL)
				g[kept].windows[w] = g[i].windows[w];
	}
	return n == 0 ? 0 : kept + 1;
}

struct usage_group *
rating_groups(struct arena *a, const struct product_plan *pp, size_t *out_n)
{
	size_t n = 0, cap = 0;

	for (size_t v = 0; v < pp->nversions; v++)
		cap += pp->versions[v].meter->ngroups;

	struct usage_group *g = ARENA_ARRAY(a, cap, struct usage_group);
	for (size_t v = 0; v < pp->nversions; v++) {
		const struct meter *m = pp->versions[v].meter;
		for (size_t i = 0; i < m->ngroups; i++)
			g[n++] = group_of(a, pp, v, &m->groups[i]);
	}
	if (n > 1)
		qsort(g, n, sizeof(g[0]), by_pricing_then_presentation);
	*out_n = merge_groups(g, n, pp->nwindows);
	return g;
}
