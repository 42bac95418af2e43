#include "engine/rating.h"

#include "base/banned.h"

/* The first of the product's rates, by values, that is not before these values. */
static size_t
first_rate(const struct priced_product *p, const struct pairs *values)
{
	size_t low = 0, high = p->nrates;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (pairs_cmp(&p->by_values[mid]->pricing_group_values, values) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct rate *
rate_at(const struct priced_product *p, const struct pairs *values, size_t first, int64_t at_ns)
{
	const struct rate *best = NULL;

	for (size_t i = first; i < p->nrates; i++) {
		const struct rate *r = p->by_values[i];
		if (!pairs_eq(&r->pricing_group_values, values))
			break;
		if (rate_covers(r, at_ns) && (best == NULL || rate_order(r, best) > 0))
			best = r;
	}
	return best;
}

/* Segments at the list rate draw at what holds outside, the others at the commit rate. */
static struct price_set
set_of(struct arena *a, const struct product_plan *pp, const struct rate *rate)
{
	struct price_set s = { .n = 1 };

	if (rate != NULL && rate->commit_rate != NULL) {
		s.n = 2;
		s.of = pp->at_commit_rate;
	}
	s.rates = ARENA_ARRAY(a, s.n, const struct rate *);
	s.rates[0] = rate;
	if (s.n == 2)
		s.rates[1] = rate->commit_rate;
	return s;
}

bool
spans_join(const struct product_plan *pp, const struct span *x, const struct span *y)
{
	return price_set_same(x->set, y->set, pp->nterms) &&
		pp->versions[pp->version_of[x->first]].alike ==
		pp->versions[pp->version_of[y->first]].alike;
}

/* The overrides that may fit the values; NULL: none. */
static struct override_uses *
uses_of(const struct product_plan *pp, struct priced_line *line)
{
	struct override_uses *u;

	if (pp->overrides == NULL)
		return NULL;
	u = override_uses_for(pp->overrides, line);
	return override_uses_count(u) > 0 ? u : NULL;
}

/* A version with other keys has no rate. */
static struct price_set
set_at(struct arena *a, const struct product_plan *pp, size_t w, size_t first,
	struct priced_line *line, struct override_uses *uses)
{
	const struct product_terms *terms = window_terms(pp, w);
	const struct rate *rate;

	if (!pairs_has_keys(line->pricing, &terms->pricing_group_key))
		return set_of(a, pp, NULL);
	rate = rate_at(pp->priced, line->pricing, first, pp->cuts[w]);
	uses = uses != NULL ? override_uses_at(uses, pp->cuts[w]) : NULL;
	if (uses == NULL)
		return set_of(a, pp, rate);
	line->tags = &terms->tags;
	return override_prices(uses, line, rate, pp->terms, pp->nterms);
}

struct price_row
price_row_of(struct arena *a, const struct product_plan *pp, const struct pairs *pricing,
	const struct pairs *presentation)
{
	struct priced_line line = { .product_id = pp->priced->product->id,
		.pricing = pricing,
		.presentation = presentation };
	struct override_uses *uses = uses_of(pp, &line);
	size_t first = first_rate(pp->priced, pricing);
	struct price_row row = {
		.sets = ARENA_ARRAY(a, pp->nwindows, struct price_set),
		.spans = ARENA_ARRAY(a, pp->nwindows, struct span),
	};

	for (size_t w = 0; w < pp->nwindows; w++) {
		row.sets[w] = set_at(a, pp, w, first, &line, uses);
		struct span s = { w, w, &row.sets[w], row.sets[w].rates[0], RAT_ZERO };
		if (row.nspans > 0 && spans_join(pp, &row.spans[row.nspans - 1], &s))
			row.spans[row.nspans - 1].last = w;
		else
			row.spans[row.nspans++] = s;
	}
	return row;
}
