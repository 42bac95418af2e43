/*
 * sql_metric - billable metrics written in SQL: check, and evaluate over events.
 *
 * Shape      sql_check judges a text. A runner is opened once for a metric; it
 *            gathers the events of some sets (customer keys and a range), where
 *            the innermost WHERE names event types those of these alone, and
 *            evaluates the query over any part of a set's range. Of the columns
 *            the one named value is the quantity, else the first; the others
 *            are groups. A row gives the groups' values as texts.
 * Range      SQL_MAX_* below; an evaluation may do SQL_WORK steps and
 *            SQL_WORK_EVENT more for each event it reads, the events gathered
 *            may fill SQL_GATHER_BYTES, a number may have RAT_MAX_DIGITS digits.
 * Rounding   only where the query says ROUND, CEIL, FLOOR or CAST to a scale.
 * Ownership  a visited row holds until the visit returns; query text is copied.
 * Errors     sql_check: ERR_INPUT metric.sql, "at LINE:COLUMN: ..."; columns
 *            count code points. sql_run: ERR_INPUT sql_limit where a limit is
 *            exceeded; ERR_FATAL of SQLite.
 * Order      rows come in no promised order; several may have equal groups, and
 *            add up. What a row says does not depend on the order of events.
 * Source     mtr-pricing(7), SQL metrics.
 * Example    SELECT SUM(properties.gb) AS value, properties.region FROM events
 *            GROUP BY properties.region
 */
#ifndef STORE_SQL_METRIC_H
#define STORE_SQL_METRIC_H

#include "base/rat.h"
#include "domain/common.h"
#include "domain/metric.h"
#include "store/store.h"

#define SQL_MAX_TEXT 65536    /* bytes of a query */
#define SQL_MAX_DEPTH 64      /* of parentheses, calls and sub-queries */
#define SQL_MAX_CHAIN 200     /* operators that hang on each other: a + b + c ... */
#define SQL_MAX_ITEMS 64      /* columns of a SELECT, expressions of a GROUP BY */
#define SQL_MAX_ARGS 90       /* of a call */
#define SQL_MAX_PROPERTIES 64 /* different ones in a query */
#define SQL_MAX_PLACES 100    /* of ROUND and of a scale, either way */
#define SQL_WORK INT64_C(20000000)
#define SQL_WORK_EVENT INT64_C(20000)
#define SQL_GATHER_BYTES ((size_t)512 << 20)

/* columns: the names of the groups, sorted, in a. */
bool sql_check(struct str text, struct arena *a, struct texts *columns, struct err *e);

struct sql_runner;

bool sql_runner_open(struct str text, struct sql_runner **out, struct err *e);
void sql_runner_close(struct sql_runner *r); /* NULL is nothing */

/* Only events that pass all of these are gathered; borrowed. */
void sql_runner_filters(struct sql_runner *r, const struct property_filter *filters, size_t n);

/* How many bytes gathered events may fill, instead of SQL_GATHER_BYTES. */
void sql_runner_room(struct sql_runner *r, size_t bytes);

struct sql_set {
	const struct texts *customer_keys;
	int64_t from_ns;
	int64_t to_ns;
};

/*
 * One scan of the events. *taken: how many sets, from the first on, are held
 * now instead of those before; 0: the first has more events than there is room
 * for, and e holds sql_limit (the answer is true all the same).
 */
bool sql_gather(struct sql_runner *r, struct store *st, const struct sql_set *sets, size_t n,
	size_t *taken, struct err *e);

/* How many events of a set lie in [from_ns, to_ns), the first and the last; INSTANT_NONE: none. */
uint64_t sql_events(const struct sql_runner *r, size_t set, int64_t from_ns, int64_t to_ns,
	int64_t *first_ns, int64_t *last_ns);

struct sql_row {
	struct pairs groups; /* sorted by name; p == NULL: null */
	struct rat value;
	bool has_value; /* false: null, or a text that is no number */
};

typedef void (*sql_visit)(void *ctx, const struct sql_row *row);

/* The query over the events of a set in [from_ns, to_ns). */
bool sql_run(struct sql_runner *r, size_t set, int64_t from_ns, int64_t to_ns, sql_visit visit,
	void *ctx, struct err *e);

#endif
