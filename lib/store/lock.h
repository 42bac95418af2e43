/*
 * lock - the write lock of a database, beside SQLite's own.
 *
 * Shape      an OFD lock on FILE-lock beside the resolved database file, which
 *            need not be there yet. Held from before BEGIN IMMEDIATE until
 *            after COMMIT and around every checkpoint, because SQLite before
 *            3.51.3 can lose a commit that races a checkpoint while the log is
 *            started anew.
 * Units      wait_ms in milliseconds; 0 tries once.
 * Errors     ERR_BUSY (db_busy) when not had within wait_ms, or when a signal
 *            that is handled came while waiting, here or, as interrupted says, in
 *            another thread; ERR_FATAL when the companion
 *            cannot be made (db_read_only, db_full, db_io) or is not a plain
 *            file (db_not_ours).
 * Order      none among those who wait: the lock is polled, there is no timed
 *            wait for an OFD lock. Never fork while it is held: the child
 *            would hold it too. The companion is never unlinked by us; where
 *            someone else did, the holder of the new one is the holder.
 * Source     fcntl(2), F_OFD_SETLK; sqlite.org/wal.html, The WAL-Reset Bug.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct lock {
	int fd;                    /* -1: not held */
	bool (*interrupted)(void); /* asked while waiting; NULL: a signal here alone counts */
};

/* clang-format off */
#define LOCK_INIT { -1, NULL }
/* clang-format on */

bool lock_take(struct lock *l, const char *database_path, int64_t wait_ms, struct err *e);
void lock_drop(struct lock *l); /* not held: nothing */

#endif
