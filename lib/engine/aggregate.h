/*
 * aggregate - fold values of events into a quantity.
 *
 * Shape      one row a kind in the table of aggregate.c, one file a kind
 *            (agg_sum.c ...). A state is state_size zeroed bytes. merge puts a
 *            later window behind an earlier one, so that
 *            share of a window = value(up to its end) - value(up to its start),
 *            for additive and running aggregations alike. A timed kind has
 *            advance instead of merge and value: what time itself adds, or what
 *            earlier events decide, is known only when windows are gone through
 *            in order.
 * Rounding   none.
 * Range      no value at all: quantity 0.
 * Ownership  a state copies what it keeps into the arena given; scratch holds
 *            what is needed during one feed, its owner clears it between feeds.
 *            value and advance may put in order what a state keeps.
 * Order      feeds in any order give the same state; LATEST and levels that are
 *            set go by timestamp, then transaction_id as bytes.
 * Source     mtr-pricing(7), Aggregations.
 * Example    LATEST of 7, 9, 10, 5 by day: shares 7, 2, 1, -5.
 */
#ifndef ENGINE_AGGREGATE_H
#define ENGINE_AGGREGATE_H

#include "base/rat.h"
#include "domain/metric.h"

struct aggregate_input {
	struct str text; /* of the aggregation key; empty where there is none */
	int64_t timestamp_ns;
	struct str transaction_id;
	struct arena *scratch;

	/* of timed kinds alone */
	const struct metric *metric;
	struct str part; /* of the part key; p == NULL: it has no value */
	int64_t to_ns; /* end of the event's window, as of a span; INSTANT_NONE: before the first */
};

/* A window as timed kinds see it: an open one ends at the clock of the run. */
struct aggregate_span {
	const struct metric *metric;
	int64_t from_ns;
	int64_t to_ns; /* may lie before from_ns: nothing of it has passed */
};

/* Values of the aggregation key that are decimals: mantissas[rows[i]] / 10^scale. */
struct aggregate_decimals {
	const int64_t *mantissas; /* NULL where the aggregation has no key */
	unsigned scale;
	const uint32_t *rows; /* n >= 1, in the order of their instants, then of their ids */
	size_t n;
	const int64_t *timestamps_ns; /* by row */
	const struct str *ids;        /* by row; NULL: no metric needs them */
	struct arena *scratch;
};

struct aggregate_kind {
	const char *name;
	size_t state_size;
	bool additive;  /* windows add up to the whole */
	bool carries;   /* timed: what was before the first window matters, all of it */
	bool needs_ids; /* of events of one instant the transaction_id decides */
	/* false: the value is no number and contributed nothing */
	bool (*feed)(void *state, struct arena *a, const struct aggregate_input *in);
	/* What feed makes of each, at once; NULL: it has no short way. */
	void (*feed_decimals)(void *state, struct arena *a, const struct aggregate_decimals *d);
	void (*merge)(void *state, struct arena *a, const void *later);
	struct rat (*value)(void *state, struct arena *a, const struct metric *m);
	/*
	 * What the next window adds. running began as zeroed bytes and has been through all before;
	 * window is the state of what was fed in this one.
	 */
	struct rat (*advance)(void *running, struct arena *a, void *window,
		const struct aggregate_span *span);
};

const struct aggregate_kind *aggregate_kind(enum aggregation a);

/* The properties an aggregation reads, the one whose values are folded first; how many. */
#define AGGREGATE_READS_MAX 2
size_t aggregate_reads(const struct metric *m, struct str names[AGGREGATE_READS_MAX]);

extern const struct aggregate_kind aggregate_count;
extern const struct aggregate_kind aggregate_sum;
extern const struct aggregate_kind aggregate_max;
extern const struct aggregate_kind aggregate_latest;
extern const struct aggregate_kind aggregate_unique;
extern const struct aggregate_kind aggregate_min;
extern const struct aggregate_kind aggregate_avg;
extern const struct aggregate_kind aggregate_percentile;
extern const struct aggregate_kind aggregate_session;
extern const struct aggregate_kind aggregate_time_weighted_sum;

#endif
