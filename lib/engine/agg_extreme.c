#include "engine/agg_extreme.h"

#include "engine/agg_number.h"

#include "base/banned.h"

bool
extreme_feed(struct extreme *x, struct arena *a, const struct aggregate_input *in, int side)
{
	struct sum v;

	if (!agg_number_read(&v, in->scratch, in->text))
		return false;
	if (!x->any || agg_number_cmp(&v, &x->value, in->scratch) * side > 0)
		*x = (struct extreme){ .any = true, .value = agg_number_keep(a, &v) };
	return true;
}

/* Only the extreme of them can be that of all. */
void
extreme_feed_decimals(struct extreme *x, const struct aggregate_decimals *d, int side)
{
	struct sum v = { .mantissa = d->mantissas[d->rows[0]], .scale = d->scale };

	for (size_t i = 1; i < d->n; i++) {
		int64_t m = d->mantissas[d->rows[i]];

		if (side > 0 ? m > v.mantissa : m < v.mantissa)
			v.mantissa = m;
	}
	if (!x->any || agg_number_cmp(&v, &x->value, d->scratch) * side > 0)
		*x = (struct extreme){ .any = true, .value = v };
}

void
extreme_merge(struct extreme *x, struct arena *a, const struct extreme *later, int side)
{
	if (later->any && (!x->any || agg_number_cmp(&later->value, &x->value, a) * side > 0))
		*x = *later;
}
