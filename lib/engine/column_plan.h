/*
 * column_plan - what a plan wants of events that come in columns (inside engine).
 *
 * Shape      for each customer number a list of what is wanted, laid out in the
 *            order in which a scan meets the customers; for each metric and each
 *            grouping what there is of it in the block at hand.
 * Ownership  the arena scan holds what lasts from one begin to the next, block what is
 *            found out about a block.
 * Source     usage.h, usage_feed_columns.
 */
#ifndef ENGINE_COLUMN_PLAN_H
#define ENGINE_COLUMN_PLAN_H

#include "engine/group_columns.h"
#include "engine/match_columns.h"
#include "engine/usage_part.h"

/* How the values of a metric are taken from a block. */
enum taking {
	TAKE_DECIMALS, /* all at once: they are decimals of one scale, or there is no key */
	TAKE_CELLS,    /* decimals of different scales, and others, one by one */
	TAKE_EVENTS    /* as events with what their aggregation reads */
};

/* A metric and what there is of it in the block. */
struct column_metric {
	const struct metric *metric;
	const struct aggregate_kind *kind;
	size_t cell_size;
	struct str names[AGGREGATE_READS_MAX];
	size_t nnames;

	bool set; /* to the block; else nothing below holds */
	struct column_matcher matcher;
	const struct event_column *columns[AGGREGATE_READS_MAX]; /* NULL: no row has it */
	enum taking taking;
	const int64_t *mantissas; /* of TAKE_DECIMALS; NULL: there is no key */
	unsigned scale;
};

struct column_grouping {
	struct grouping grouping;
	bool set;
};

/* A meter that wants the events of a customer. */
struct column_wanted {
	int64_t from_ns;
	int64_t to_ns;
	const struct wanted *want; /* far away; the rest is what each run needs of it */
	char *cells;               /* of the only group; NULL: by groups */
	struct group_slots *slots; /* cells of groups */
	uint32_t metric;
	uint32_t grouping;
	bool windows; /* more than one */
};

struct column_list {
	size_t n;
	struct column_wanted wanted[];
};

struct usage_columns {
	struct arena scan;
	struct arena block;
	const struct event_columns *cols;
	struct column_metric *metrics;
	size_t nmetrics;
	size_t metrics_cap;
	struct column_grouping *groupings;
	size_t ngroupings;
	size_t groupings_cap;
	struct map metric_numbers;
	struct map grouping_numbers;
	struct column_list *nothing; /* of all customers whom nobody wants; NULL: none was met */
	struct column_list **lists;  /* by customer number; NULL: not met yet */
	size_t nlists;
	uint32_t *every; /* 0, 1, 2 ... */
	size_t nevery;
	struct column_run *runs;
	size_t nruns;
	size_t runs_cap;
};

/* Rows of one customer, who is wanted. */
struct column_run {
	uint32_t first;
	uint32_t end;
	struct column_list *list;
};

/* The block is at hand from then on, with its runs. */
void column_plan_take(struct usage_plan *p, const struct event_columns *cols);
struct column_metric *column_plan_metric(struct usage_columns *u, uint32_t number);
struct grouping *column_plan_grouping(struct usage_columns *u, uint32_t number);

#endif
