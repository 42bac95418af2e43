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
	.merge = total_merge,
	.value = total_value,
};
