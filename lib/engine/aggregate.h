/*
 * aggregate - fold values of events into a quantity.
 *
 * Shape      one row a kind in the table of aggregate.c, one file a kind
 *            (agg_sum.c ...). A state is state_size zeroed bytes. merge puts a
 *            later window behind an earlier one, so that
 *            share of a window = value(up to its end) - value(up to its start),
 *            for additive and running aggregations alike.
 * Rounding   none.
 * Range      no value at all: quantity 0.
 * Ownership  a state copies what it keeps into the arena given; scratch holds
 *            what is needed during one feed, its owner clears it between feeds.
 * Order      feeds in any order give the same state; LATEST goes by timestamp,
 *            then transaction_id as bytes.
 * Source     mtr-pricing(7), Aggregations.
 * Example    LATEST of 7, 9, 10, 5 by day: shares 7, 2, 1, -5.
 */
#ifndef ENGINE_AGGREGATE_H
#define ENGINE_AGGREGATE_H

#include "base/rat.h"
#include "domain/metric.h"

struct aggregate_input {
	struct str text; /* of the aggregation key; empty for COUNT */
	int64_t timestamp_ns;
	struct str transaction_id;
	struct arena *scratch;
};

struct aggregate_kind {
	const char *name;
	size_t state_size;
	bool additive; /* windows and groups add up to the whole */
	/* false: the value is no number and contributed nothing */
	bool (*feed)(void *state, struct arena *a, const struct aggregate_input *in);
	void (*merge)(void *state, struct arena *a, const void *later);
	struct rat (*value)(const void *state, struct arena *a);
};

const struct aggregate_kind *aggregate_kind(enum aggregation a);

extern const struct aggregate_kind aggregate_count;
extern const struct aggregate_kind aggregate_sum;
extern const struct aggregate_kind aggregate_max;
extern const struct aggregate_kind aggregate_latest;
extern const struct aggregate_kind aggregate_unique;

#endif
