#include "engine/agg_extreme.h"

#include "base/banned.h"

#define SIDE (-1)

static bool
least_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	return extreme_feed(state, a, in, SIDE);
}

static void
least_feed_decimals(void *state, struct arena *a, const struct aggregate_decimals *d)
{
	(void)a;
	extreme_feed_decimals(state, d, SIDE);
}

static void
least_merge(void *state, struct arena *a, const void *later)
{
	extreme_merge(state, a, later, SIDE);
}

static struct rat
least_value(void *state, struct arena *a, const struct metric *m)
{
	const struct extreme *x = state;

	(void)m;
	return sum_value(&x->value, a);
}

const struct aggregate_kind aggregate_min = {
	.name = "MIN",
	.state_size = sizeof(struct extreme),
	.feed = least_feed,
	.feed_decimals = least_feed_decimals,
	.merge = least_merge,
	.value = least_value,
};
