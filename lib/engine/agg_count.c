#include "engine/aggregate.h"

#include "base/banned.h"

struct count {
	int64_t n;
};

static bool
count_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct count *c = state;

	(void)a;
	(void)in;
	c->n++;
	return true;
}

static void
count_feed_decimals(void *state, struct arena *a, const struct aggregate_decimals *d)
{
	struct count *c = state;

	(void)a;
	c->n += (int64_t)d->n;
}

static void
count_merge(void *state, struct arena *a, const void *later)
{
	struct count *c = state;
	const struct count *l = later;

	(void)a;
	c->n += l->n;
}

static struct rat
count_value(void *state, struct arena *a, const struct metric *m)
{
	const struct count *c = state;

	(void)m;
	return rat_int(a, c->n);
}

const struct aggregate_kind aggregate_count = {
	.name = "COUNT",
	.state_size = sizeof(struct count),
	.additive = true,
	.feed = count_feed,
	.feed_decimals = count_feed_decimals,
	.merge = count_merge,
	.value = count_value,
};
