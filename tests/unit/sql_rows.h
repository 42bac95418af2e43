/*
 * sql_rows - queries of metrics over a few events, as lines of text.
 *
 * Shape      sql_store makes a database with the events given; sql_rows runs a
 *            query over those of customer "c" and gives its rows, sorted, as
 *            "value" or "group=value group=value: value", joined by " | ".
 *            A failure is "CODE: text".
 */
#ifndef TESTS_UNIT_SQL_ROWS_H
#define TESTS_UNIT_SQL_ROWS_H

#include "base/arena.h"
#include "store/store.h"

#define SQL_START INT64_C(1767225600000000000) /* 2026-01-01 */
#define SQL_END INT64_C(1769904000000000000)   /* 2026-02-01 */

struct sql_given {
	const char *id;
	const char *type;
	int64_t hour;           /* from SQL_START */
	const char *properties; /* JSON in single quotes */
};

struct store *sql_store(const char *name, const struct sql_given *events, size_t n);
const char *sql_rows(struct store *st, const char *query, int64_t from_ns, int64_t to_ns,
	struct arena *a);

#endif
