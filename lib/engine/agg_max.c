#include "engine/agg_extreme.h"

#include "base/banned.h"

#define SIDE 1

static bool
greatest_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	return extreme_feed(state, a, in, SIDE);
}

static void
greatest_feed_decimals(void *state, struct arena *a, const struct aggregate_decimals *d)
{
	(void)a;
	extreme_feed_decimals(state, d, SIDE);
}

static void
greatest_merge(void *state, struct arena *a, const void *later)
{
	extreme_merge(state, a, later, SIDE);
}

static struct rat
greatest_value(void *state, struct arena *a, const struct metric *m)
{
	const struct extreme *x = state;

	(void)m;
	return sum_value(&x->value, a);
}

const struct aggregate_kind aggregate_max = {
	.name = "MAX",
	.state_size = sizeof(struct extreme),
	.feed = greatest_feed,
	.feed_decimals = greatest_feed_decimals,
	.merge = greatest_merge,
	.value = greatest_value,
};
