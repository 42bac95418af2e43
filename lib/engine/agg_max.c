#include "engine/aggregate.h"

#include "engine/agg_number.h"

#include "base/banned.h"

struct greatest {
	bool any;
	struct sum value;
};

static bool
greatest_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct greatest *g = state;
	struct sum x;

	if (!agg_number_read(&x, in->scratch, in->text))
		return false;
	if (!g->any || agg_number_cmp(&x, &g->value, in->scratch) > 0)
		*g = (struct greatest){ .any = true, .value = agg_number_keep(a, &x) };
	return true;
}

static void
greatest_merge(void *state, struct arena *a, const void *later)
{
	struct greatest *g = state;
	const struct greatest *l = later;

	if (l->any && (!g->any || agg_number_cmp(&l->value, &g->value, a) > 0))
		*g = *l;
}

static struct rat
greatest_value(const void *state, struct arena *a)
{
	const struct greatest *g = state;

	return sum_value(&g->value, a);
}

const struct aggregate_kind aggregate_max = {
	.name = "MAX",
	.state_size = sizeof(struct greatest),
	.feed = greatest_feed,
	.merge = greatest_merge,
	.value = greatest_value,
};
