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

static bool
has_keys(const struct texts *keys, const struct pairs *values)
{
	if (keys->n != values->n)
		return false;
	for (size_t i = 0; i < values->n; i++)
		if (!texts_has(keys, values->p[i].key))
			return false;
	return true;
}

static bool
same_rate(const struct rate *x, const struct rate *y)
{
	if (x == NULL || y == NULL)
		return x == y;
	return x->entitled == y->entitled && rate_same_price(x, y);
}

bool
spans_join(const struct product_plan *pp, const struct span *x, const struct span *y)
{
	return same_rate(x->rate, y->rate) &&
		pp->versions[pp->version_of[x->first]].alike ==
		pp->versions[pp->version_of[y->first]].alike;
}

/* A version with other keys has no rate. */
struct price_row
price_row_of(struct arena *a, const struct product_plan *pp, const struct pairs *pricing)
{
	size_t first = first_rate(pp->priced, pricing);
	struct price_row row = {
		.rates = ARENA_ARRAY(a, pp->nwindows, const struct rate *),
		.spans = ARENA_ARRAY(a, pp->nwindows, struct span),
	};

	for (size_t w = 0; w < pp->nwindows; w++) {
		row.rates[w] = has_keys(&window_terms(pp, w)->pricing_group_key, pricing) ?
			rate_at(pp->priced, pricing, first, pp->cuts[w]) :
			NULL;
		struct span s = { .first = w, .last = w, .rate = row.rates[w] };
		if (row.nspans > 0 && spans_join(pp, &row.spans[row.nspans - 1], &s))
			row.spans[row.nspans - 1].last = w;
		else
			row.spans[row.nspans++] = s;
	}
	return row;
}
