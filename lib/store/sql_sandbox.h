/*
 * sql_sandbox - where the SQL of a metric runs (inside store).
 *
 * Shape      a connection of its own to an empty database in memory: the file
 *            is not open in it, so there is nothing else to reach. It has one
 *            table, events, over rows that were gathered before, and our
 *            functions. The table is connected before the authorizer is set,
 *            which then lets pass SELECT, reading events, and the functions.
 *            Numbers travel as blobs of canonical exact text, texts as text,
 *            conditions and instants (nanoseconds) as integers.
 * Range      every function pays for its work; what is left is counted down,
 *            by SQLite's own steps too, and below zero everything stops.
 * Errors     sandbox_fail: sql_limit (ERR_INPUT) where a limit stopped it.
 */
#ifndef STORE_SQL_SANDBOX_H
#define STORE_SQL_SANDBOX_H

#include "base/err.h"
#include "base/rat.h"
#include "store/sql_metric.h"

struct sqlite3;
struct sqlite3_context;
struct sqlite3_stmt;
struct sqlite3_value;

/* One event as a query sees it. */
struct sql_event {
	int64_t timestamp_ns;
	struct str transaction_id; /* these two only where the query needs them */
	struct str event_type;
	struct sql_event *next;
	struct str properties[]; /* of the query, in its order; p == NULL: none, or nested */
};

struct sql_sandbox {
	struct sqlite3 *db;
	struct arena kept;    /* lives as long as the connection */
	struct arena scratch; /* of one call */
	int64_t work;         /* left */
	const char *limit;    /* which one stopped it; NULL: none did */

	/* what the table events is */
	const struct sql_event *first;
	int64_t from_ns;
	int64_t to_ns;
	size_t nproperties;
};

bool sandbox_open(struct sql_sandbox *sb, struct err *e);
void sandbox_close(struct sql_sandbox *sb);
/* NULL: e says why; what the authorizer or a limit of SQLite refuses is sql_limit. */
struct sqlite3_stmt *sandbox_prepare(struct sql_sandbox *sb, struct str sql, struct err *e);
bool sandbox_fail(const struct sql_sandbox *sb, int rc, struct err *e);

/* ---- sql_value.c ---- */

/* Pay for n steps; false: the function has failed. */
bool sandbox_pay(struct sql_sandbox *sb, struct sqlite3_context *ctx, size_t n);
/* Nothing more than a limit to say; the function has failed. */
void sandbox_stop(struct sql_sandbox *sb, struct sqlite3_context *ctx, const char *limit);

/* The number of a value, in a; false: null, or a text that is none. */
bool value_number(struct sqlite3_value *v, struct arena *a, struct rat *out);
/* The text of a value that is a number or a text; false: null. */
bool value_text(struct sqlite3_value *v, struct str *out);
size_t value_size(struct sqlite3_value *v);
void result_number(struct sql_sandbox *sb, struct sqlite3_context *ctx, struct rat x);
void result_text(struct sqlite3_context *ctx, struct str text);
/* False: too long, and the function has failed. */
bool check_number(struct sql_sandbox *sb, struct sqlite3_context *ctx, struct rat x);

/*
 * In the order of values: numbers before texts, numbers by size, texts as
 * bytes. Both are neither null nor of different kinds, instants and others.
 */
int value_order(struct sqlite3_value *x, struct sqlite3_value *y, struct arena *a);

/* ---- sql_functions.c, sql_aggregates.c, sql_events.c ---- */

/* Results of SQLite. */
int sandbox_add_functions(struct sql_sandbox *sb);
int sandbox_add_aggregates(struct sql_sandbox *sb);
int sandbox_add_events(struct sql_sandbox *sb);

#endif
