#include "engine/aggregate.h"

#include "engine/agg_number.h"

#include "base/banned.h"

static bool
total_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct sum x;

	if (!agg_number_read(&x, in->scratch, in->text))
		return false;
	sum_merge(state, a, &x);
	return true;
}

/* The mantissa of a sum is filled here, where the compiler can keep it in a register. */
static void
total_feed_decimals(void *state, struct arena *a, const struct aggregate_decimals *d)
{
	int64_t total = d->mantissas[d->rows[0]], more;

	for (size_t i = 1; i < d->n; i++) {
		int64_t v = d->mantissas[d->rows[i]];

		if (__builtin_add_overflow(total, v, &more)) {
			sum_add_scaled(state, a, total, d->scale);
			more = v;
		}
		total = more;
	}
	sum_add_scaled(state, a, total, d->scale);
}

static void
total_merge(void *state, struct arena *a, const void *later)
{
	sum_merge(state, a, later);
}

static struct rat
total_value(void *state, struct arena *a, const struct metric *m)
{
	(void)m;
	return sum_value(state, a);
}

const struct aggregate_kind aggregate_sum = {
	.name = "SUM",
	.state_size = sizeof(struct sum),
	.additive = true,
	.feed = total_feed,
	.feed_decimals = total_feed_decimals,
	.merge = total_merge,
	.value = total_value,
};
