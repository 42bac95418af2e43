#include "engine/aggregate.h"

#include <stdlib.h>

#include "engine/agg_dated.h"
#include "engine/agg_number.h"
#include "engine/agg_part.h"

#include "base/banned.h"

/* A level times how long it held. Apart, so that products of common numbers fit a mantissa. */
struct area {
	struct sum seconds;
	struct sum nanos;
};

/* One of the levels that events set: the changes of a window, or where it stands. */
struct track {
	struct dated *changes;
	size_t n;
	size_t cap;
	struct sum level;
};

/*
 * Levels that events add to are one: what was added, and the area of it up to
 * the window's end, need no order. What sets a level is kept until the order is known;
 * of what lies before the first window only the last.
 */
struct levels {
	struct sum height; /* of what is running: all levels together */
	struct area area;
	struct map tracks; /* struct track */
};

/* total + x * times */
static void
add_times(struct sum *total, struct arena *a, const struct sum *x, int64_t times)
{
	struct sum product = SUM_INIT;

	if (times == 0)
		return;
	product.scale = x->scale;
	if (rat_sign(x->spilled) == 0 &&
		!__builtin_mul_overflow(x->mantissa, times, &product.mantissa))
		sum_merge(total, a, &product);
	else
		sum_add(total, a, rat_mul(a, sum_value(x, a), rat_int(a, times)));
}

/* Instants may lie further apart than an int64 has nanoseconds, so the parts are subtracted. */
static void
add_area(struct area *area, struct arena *a, const struct sum *level, int64_t from_ns,
	int64_t to_ns, int sign)
{
	add_times(&area->seconds, a, level,
		sign * (to_ns / NS_PER_SECOND - from_ns / NS_PER_SECOND));
	add_times(&area->nanos, a, level, sign * (to_ns % NS_PER_SECOND - from_ns % NS_PER_SECOND));
}

static void
add_change(struct levels *l, struct arena *a, const struct aggregate_input *in, const struct sum *x)
{
	sum_merge(&l->height, a, x);
	if (in->to_ns != INSTANT_NONE)
		add_area(&l->area, a, x, in->timestamp_ns, in->to_ns, 1);
}

static void
keep_change(struct levels *l, struct arena *a, const struct aggregate_input *in,
	const struct sum *x)
{
	struct track *t = part_of(&l->tracks, a, in, sizeof(*t));
	bool early = in->to_ns == INSTANT_NONE;

	if (early && t->n > 0 &&
		!dated_is_before(&t->changes[0], in->timestamp_ns, in->transaction_id))
		return;
	if (!early || t->n == 0) {
		t->changes = arena_grow(a, t->changes, &t->cap, t->n + 1, sizeof(t->changes[0]));
		t->n++;
	}
	dated_set(&t->changes[t->n - 1], a, in->timestamp_ns, in->transaction_id, x);
}

static bool
levels_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct sum x;

	if (!agg_number_read(&x, in->scratch, in->text))
		return false;
	/* what lies ahead of the clock changes no level yet */
	if (in->to_ns != INSTANT_NONE && in->timestamp_ns >= in->to_ns)
		return true;
	switch (in->metric->level_mode) {
	case LEVEL_DELTA:
		add_change(state, a, in, &x);
		break;
	case LEVEL_ABSOLUTE:
		keep_change(state, a, in, &x);
		break;
	}
	return true;
}

/* A level goes from one value to the next; area gets the rise, from then to the window's end. */
static void
follow(struct levels *running, struct arena *a, struct str part, const struct track *window,
	struct area *area, int64_t to_ns)
{
	struct track *t = part_at(&running->tracks, a, part, sizeof(*t));

	qsort(window->changes, window->n, sizeof(window->changes[0]), dated_cmp);
	for (size_t i = 0; i < window->n; i++) {
		const struct dated *c = &window->changes[i];

		add_area(area, a, &c->value, c->timestamp_ns, to_ns, 1);
		add_area(area, a, &t->level, c->timestamp_ns, to_ns, -1);
		sum_merge(&running->height, a, &c->value);
		add_times(&running->height, a, &t->level, -1);
		t->level = c->value;
	}
}

static struct rat
levels_advance(void *state, struct arena *a, void *window, const struct aggregate_span *span)
{
	struct levels *running = state, *w = window;
	struct area area = w->area;
	struct rat seconds;

	if (span->to_ns > span->from_ns)
		add_area(&area, a, &running->height, span->from_ns, span->to_ns, 1);
	sum_merge(&running->height, a, &w->height);
	for (size_t i = 0; i < w->tracks.n; i++)
		follow(running, a, w->tracks.entries[i].key, w->tracks.entries[i].value, &area,
			span->to_ns);
	seconds = rat_add(a, sum_value(&area.seconds, a),
		rat_mul(a, sum_value(&area.nanos, a), rat_frac(a, 1, NS_PER_SECOND)));
	return rat_mul(a, seconds, rat_frac(a, 1, aggregation_unit_seconds(span->metric->unit)));
}

const struct aggregate_kind aggregate_time_weighted_sum = {
	.name = "TIME_WEIGHTED_SUM",
	.state_size = sizeof(struct levels),
	.additive = true,
	.carries = true,
	.needs_ids = true,
	.feed = levels_feed,
	.advance = levels_advance,
};
