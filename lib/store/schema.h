/*
 * schema - the tables, as texts made from share/schema at build time.
 *
 * Shape      schema_sql[k] brings a file of schema k to schema k + 1 and sets
 *            user_version; schema_count is the schema this program works with.
 * Errors     of the file: conn_fail.
 * Source     share/schema/NNNN-what.sql, lib/store/schema.sh.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stdbool.h>

#include "base/err.h"

struct sqlite3;

extern const char *const schema_sql[];
extern const int schema_count;

/* Apply the steps from..to-1 inside the caller's transaction. */
bool schema_apply(struct sqlite3 *db, int from, int to, struct err *e);

#endif
