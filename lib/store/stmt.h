/*
 * stmt - prepared statements with sticky errors. Inside store only.
 *
 * Shape      stmt_get gives the cached statement for a text (keyed by the
 *            pointer of its literal), reset and unbound. Bind, step, read, and
 *            end it with stmt_done or stmt_run, also after a failure: it
 *            cannot be got again before. Parameters count from 1, columns
 *            from 0.
 * Errors     a failed prepare, bind, step or type is kept in the statement;
 *            stmt_row then says false and stmt_done(s, e) reports. A column of
 *            another type than asked for is damage (db_damaged), never a
 *            silent conversion. A violated constraint is ERR_INPUT
 *            (constraint).
 * Ownership  texts of columns hold until the next stmt_row or stmt_done; copy
 *            them. What is bound is copied, apart from blobs longer than
 *            STMT_COPY_MAX: those must hold until stmt_done.
 * Example    s = stmt_get(st, sql); stmt_text(s, 1, id);
 *            while (stmt_row(s)) ...; return stmt_done(s, e);
 */
#ifndef STORE_STMT_H
#define STORE_STMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rat.h"
#include "store/store.h"

#define STMT_COPY_MAX 4096

struct stmt;

struct stmt *stmt_get(struct store *st, const char *sql);
void stmt_text(struct stmt *s, int i, struct str v);            /* p == NULL binds NULL */
void stmt_blob(struct stmt *s, int i, const void *p, size_t n); /* p == NULL binds NULL */
void stmt_int(struct stmt *s, int i, int64_t v);
void stmt_instant(struct stmt *s, int i, int64_t t_ns); /* INSTANT_NONE binds NULL */
void stmt_rat(struct stmt *s, int i, struct rat v);     /* as its exact text */
void stmt_null(struct stmt *s, int i);

bool stmt_row(struct stmt *s);                 /* one more row */
bool stmt_done(struct stmt *s, struct err *e); /* reset; true when nothing failed */
bool stmt_run(struct stmt *s, struct err *e);  /* step to the end, then stmt_done */

bool stmt_col_null(struct stmt *s, int i);
struct str stmt_col_text(struct stmt *s, int i); /* NULL column: the empty slice */
struct str stmt_col_text_dup(struct stmt *s, int i, struct arena *a);
struct str stmt_col_blob(struct stmt *s, int i); /* likewise */
int64_t stmt_col_int(struct stmt *s, int i);
int64_t stmt_col_instant(struct stmt *s, int i); /* NULL column: INSTANT_NONE */
struct rat stmt_col_rat(struct stmt *s, int i, struct arena *a);

/* For code in store that must leave the wrapper (backup, checks). */
struct sqlite3;
struct sqlite3 *store_sqlite(struct store *st);

#endif
