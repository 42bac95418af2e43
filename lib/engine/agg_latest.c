#include "engine/aggregate.h"

#include "engine/agg_dated.h"
#include "engine/agg_number.h"

#include "base/banned.h"

static bool
latest_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct dated *l = state;
	struct sum x;

	if (!agg_number_read(&x, in->scratch, in->text))
		return false;
	if (dated_is_before(l, in->timestamp_ns, in->transaction_id))
		dated_set(l, a, in->timestamp_ns, in->transaction_id, &x);
	return true;
}

/* The last of them is the only one that can be the latest of all. */
static void
latest_feed_decimals(void *state, struct arena *a, const struct aggregate_decimals *d)
{
	struct dated *l = state;
	size_t row = d->rows[d->n - 1];
	struct sum x = { .mantissa = d->mantissas[row], .scale = d->scale };

	if (dated_is_before(l, d->timestamps_ns[row], d->ids[row]))
		dated_set(l, a, d->timestamps_ns[row], d->ids[row], &x);
}

static void
latest_merge(void *state, struct arena *a, const void *later)
{
	struct dated *l = state;
	const struct dated *other = later;

	if (other->any && dated_is_before(l, other->timestamp_ns, dated_id(other)))
		dated_set(l, a, other->timestamp_ns, dated_id(other), &other->value);
}

static struct rat
latest_value(void *state, struct arena *a, const struct metric *m)
{
	const struct dated *l = state;

	(void)m;
	return sum_value(&l->value, a);
}

const struct aggregate_kind aggregate_latest = {
	.name = "LATEST",
	.state_size = sizeof(struct dated),
	.needs_ids = true,
	.feed = latest_feed,
	.feed_decimals = latest_feed_decimals,
	.merge = latest_merge,
	.value = latest_value,
};
