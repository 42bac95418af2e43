/*
 * match_columns - which rows of a block feed a metric.
 *
 * Shape      a matcher is made once for a metric, set to one block after the
 *            other, and asked for the rows of a stretch. What holds of many rows
 *            is found once: by event type, by text of a column. Rows are judged
 *            when they are asked for, and some of those behind them.
 * Ownership  what lasts lies in the arena of matcher_init, what is found out about
 *            a block in that of matcher_set, which must hold until the next one.
 *            Rows given hold until the matcher is asked again.
 * Order      rows rise; pure: a row is among them where match_event says so.
 * Source     match.h.
 */
#ifndef ENGINE_MATCH_COLUMNS_H
#define ENGINE_MATCH_COLUMNS_H

#include "domain/event_columns.h"
#include "domain/metric.h"

struct row_list {
	const uint32_t *p;
	size_t n;
};

struct column_matcher {
	const struct metric *metric;
	struct arena *arena;
	struct column_filter *filters;
	size_t nfilters;

	/* of the block */
	size_t nrows;
	bool none;
	const uint32_t *every; /* 0, 1, 2 ... */
	struct condition *conditions;
	size_t nconditions; /* none: every row */

	/* rows [from, to) are judged */
	size_t from;
	size_t to;
	uint32_t *rows;   /* that match */
	uint32_t *before; /* to-from+1: how many of them stand before each */
	uint8_t *passing;
	size_t room;
};

void matcher_init(struct column_matcher *m, const struct metric *metric, struct arena *a);
/* every counts from 0 up to the number of rows. */
void matcher_set(struct column_matcher *m, const struct event_columns *cols, const uint32_t *every,
	struct arena *block);
struct row_list matcher_rows(struct column_matcher *m, size_t first, size_t end);

/* NULL: no row has it. Else it must have been read. */
const struct event_column *column_named(const struct event_columns *cols, struct str name);

#endif
