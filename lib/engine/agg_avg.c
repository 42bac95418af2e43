#include "engine/aggregate.h"

#include "engine/agg_number.h"

#include "base/banned.h"

struct mean {
	struct sum total;
	int64_t n;
};

static bool
mean_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct mean *s = state;
	struct sum x;

	if (!agg_number_read(&x, in->scratch, in->text))
		return false;
	sum_merge(&s->total, a, &x);
	s->n++;
	return true;
}

/* The total is what SUM has. */
static void
mean_feed_decimals(void *state, struct arena *a, const struct aggregate_decimals *d)
{
	struct mean *s = state;

	aggregate_sum.feed_decimals(&s->total, a, d);
	s->n += (int64_t)d->n;
}

static void
mean_merge(void *state, struct arena *a, const void *later)
{
	struct mean *s = state;
	const struct mean *l = later;

	sum_merge(&s->total, a, &l->total);
	s->n += l->n;
}

static struct rat
mean_value(void *state, struct arena *a, const struct metric *m)
{
	const struct mean *s = state;

	(void)m;
	if (s->n == 0)
		return RAT_ZERO;
	return rat_mul(a, sum_value(&s->total, a), rat_frac(a, 1, s->n));
}

const struct aggregate_kind aggregate_avg = {
	.name = "AVG",
	.state_size = sizeof(struct mean),
	.feed = mean_feed,
	.feed_decimals = mean_feed_decimals,
	.merge = mean_merge,
	.value = mean_value,
};
