/*
 * conn - one SQLite connection with every setting made and checked.
 *
 * Shape      CONN_READ: read-only; where the directory cannot be written and
 *            there is no log, the file is read as it lies (immutable).
 *            CONN_WRITE: reads and writes; the file must let it.
 *            CONN_BUILD: a new file under a name nobody else knows.
 *            CONN_COPY: read-only and immutable, leaves no companions.
 * Range      a file that is not ours is refused, whatever its schema.
 * Ownership  the caller closes what conn_open gave with sqlite3_close.
 * Errors     conn_fail turns a result of SQLite into kind and code:
 *            FULL db_full; BUSY, LOCKED db_busy (ERR_BUSY); READONLY, PERM
 *            db_read_only; CORRUPT, NOTADB db_damaged; CONSTRAINT constraint
 *            (ERR_INPUT); IOERR, CANTOPEN and the like db_io; NOMEM
 *            out_of_memory; anything else is a fault of ours, db_internal.
 */
#ifndef STORE_CONN_H
#define STORE_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct sqlite3;

enum conn_use { CONN_READ, CONN_WRITE, CONN_BUILD, CONN_COPY };

#define CONN_PAGE_SIZE 16384

/* path is absolute and resolved; wait_ms bounds waits for locks of SQLite's own. */
bool conn_open(const char *path, enum conn_use use, int64_t wait_ms, struct sqlite3 **out,
	struct err *e);
void conn_wait(struct sqlite3 *db, int64_t wait_ms);

/* Record the failure rc of db with its message. Always false. */
bool conn_fail(struct sqlite3 *db, int rc, struct err *e);

/* Run statements without results. */
bool conn_exec(struct sqlite3 *db, const char *sql, struct err *e);
/* The first column of the only row. */
bool conn_int(struct sqlite3 *db, const char *sql, int64_t *out, struct err *e);

/* Into WAL, which the file remembers. Others must be kept out meanwhile. */
bool conn_into_wal(struct sqlite3 *db, struct err *e);
/* Whether the file is in WAL already. */
bool conn_in_wal(struct sqlite3 *db, bool *out, struct err *e);

/* Refuse a file that was renamed or removed since it was opened: commits to it would be lost. */
bool conn_unmoved(struct sqlite3 *db, struct err *e);

#endif
