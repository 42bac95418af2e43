/*
 * usage task - quantities of customers, read from the stored events.
 *
 * Shape      one reading for each window, customer and metric; with group names
 *            one for each combination of values met instead. A window stands
 *            for itself: COUNT and SUM of what is in it, the greatest value in
 *            it (MAX), the last one in it (LATEST), the different ones in it
 *            (UNIQUE), and so on. Sessions start afresh with the range, not with
 *            each window; levels (TIME_WEIGHTED_SUM) come from before it. Windows
 *            are hours, days or months UTC, cut to the range, or the billing
 *            periods of the customers' contracts that overlap it, whole: sessions
 *            start afresh with each of these.
 * Units      values in the metric's unit; instants in nanoseconds, half-open.
 * Range      the events of the range are read once for USAGE_SUBJECTS customers
 *            and metrics, whatever is asked for, and those before it where levels
 *            come from them; memory is bounded by that, by USAGE_CELLS readings,
 *            and by the combinations of group values met in them.
 * Rounding   none.
 * Errors     not_found and ambiguous_name of --customer and --metric;
 *            group_key_missing where the group names are not all the names of
 *            one group key of each metric, or not columns of one in SQL;
 *            no_contract where a customer that is named has no period in the
 *            range; sql_limit of a query; ERR_FATAL of the store.
 * Order      by window, customer, metric (as asked for, else by creation),
 *            group values as texts (null first); of periods by customer,
 *            contract, period, metric. One snapshot of the database.
 * Source     mtr-metric(1), usage.
 * Example    LATEST of 7, 8, 9 on three days: by day 7, 8, 9; undivided 9.
 */
#ifndef TASKS_USAGE_H
#define TASKS_USAGE_H

#include "domain/customer.h"
#include "domain/metric.h"
#include "store/store.h"

#define USAGE_SUBJECTS ((size_t)30000)
#define USAGE_CELLS ((size_t)250000)

enum usage_window { USAGE_UNDIVIDED, USAGE_HOUR, USAGE_DAY, USAGE_MONTH, USAGE_PERIOD };

/* Only groups with one of these values; every filter must let a group pass. */
struct group_filter {
	struct str name; /* one of the group names */
	struct texts values;
	bool missing; /* groups whose events lack the property too */
};

struct usage_request {
	struct texts customers;          /* references; none: every customer, archived ones too */
	struct texts metrics;            /* references; none: every metric that is not archived */
	const struct metric *definition; /* instead: one that is not stored, checked; NULL: none */
	struct texts group_names;        /* none: not by groups */
	const struct group_filter *filters;
	size_t nfilters;
	int64_t from_ns; /* < to_ns */
	int64_t to_ns;
	enum usage_window window;
	int64_t now_ns; /* the clock, to which a level that goes on is counted */
};

struct usage_reading {
	const struct customer *customer; /* id, name and aliases alone */
	const struct metric *metric;
	struct str contract_id; /* whose period it is; empty: not by periods */
	int64_t starting_on_ns;
	int64_t ending_before_ns;
	const struct pairs *group; /* without names: not by groups */
	struct rat value;
	bool has_value;       /* false: no event matched, or no row of the query has one */
	uint64_t events;      /* that counted; in SQL those that the query read */
	uint64_t non_numeric; /* that matched, with a value the aggregation cannot take */
};

/*
 * Visit each reading; it holds until the return. scanned (may be NULL) is told now and then
 * how many events were read.
 */
typedef void (*usage_visit)(void *ctx, const struct usage_reading *r);
typedef void (*usage_scanned)(void *ctx, uint64_t events);
bool usage_read(struct store *st, const struct usage_request *rq, usage_visit visit,
	usage_scanned scanned, void *ctx, struct err *e);

/* One object; "non_numeric" is there when it is above 0. */
void usage_value_json(struct jsonw *w, const struct usage_reading *r); /* group and value alone */
void usage_reading_json(struct jsonw *w, const struct usage_reading *r);

#endif
