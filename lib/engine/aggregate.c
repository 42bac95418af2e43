#include "engine/aggregate.h"

#include "base/banned.h"

static const struct aggregate_kind *const kinds[] = {
	[AGG_COUNT] = &aggregate_count,
	[AGG_SUM] = &aggregate_sum,
	[AGG_MAX] = &aggregate_max,
	[AGG_LATEST] = &aggregate_latest,
	[AGG_UNIQUE] = &aggregate_unique,
	[AGG_MIN] = &aggregate_min,
	[AGG_AVG] = &aggregate_avg,
	[AGG_PERCENTILE] = &aggregate_percentile,
	[AGG_SESSION] = &aggregate_session,
	[AGG_TIME_WEIGHTED_SUM] = &aggregate_time_weighted_sum,
};
_Static_assert(countof(kinds) == AGG_KINDS, "one row for each aggregation");

const struct aggregate_kind *
aggregate_kind(enum aggregation a)
{
	return kinds[a];
}

size_t
aggregate_reads(const struct metric *m, struct str names[AGGREGATE_READS_MAX])
{
	size_t n = 0;

	if (m->aggregation_key.n > 0)
		names[n++] = m->aggregation_key;
	if (m->part_key.n > 0)
		names[n++] = m->part_key;
	return n;
}
