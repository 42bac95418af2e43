#include "store/store.h"

#include <inttypes.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "store/conn.h"
#include "store/event_convert.h"
#include "store/file.h"
#include "store/lock.h"
#include "store/private.h"
#include "store/schema.h"

#include "base/banned.h"

/* A second connection: the first holds the write transaction that keeps all others out. */
static bool
back_up(const char *path, const char *to, struct err *e)
{
	struct sqlite3 *db;
	bool done;

	if (!conn_open(path, CONN_READ, 0, &db, e))
		return false;
	done = backup_copy(db, to, e);
	sqlite3_close(db);
	return done;
}

static bool
check_references(struct sqlite3 *db, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &q, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		err_set(e, ERR_FATAL, "db_damaged",
			"after the migration a row of %s refers to nothing",
			(const char *)sqlite3_column_text(q, 0));
	else if (rc != SQLITE_DONE)
		conn_fail(db, rc, e);
	sqlite3_finalize(q);
	return rc == SQLITE_DONE;
}

/* Events that are rows become blocks on the way. */
static bool
convert(struct sqlite3 *db, const char *path, struct err *e)
{
	struct store *st = NULL;
	bool done = store_around(db, path, &st, e) && event_convert(st, e);

	store_leave(st);
	return done;
}

static bool
apply(struct sqlite3 *db, const char *path, int from, struct err *e)
{
	if (from >= CONVERT_SINCE && from <= CONVERT_AT) {
		if (!schema_apply(db, from, CONVERT_AT, e) || !convert(db, path, e))
			return false;
		from = CONVERT_AT;
	}
	return schema_apply(db, from, schema_count, e);
}

static bool
steps(struct sqlite3 *db, const char *path, const char *backup_to, int *from, struct err *e)
{
	int64_t found;

	if (!conn_int(db, "PRAGMA user_version", &found, e))
		return false;
	if (found > schema_count || found < 0)
		return err_set(e, ERR_FATAL, "db_newer",
			"%s has schema %" PRId64 ", this program knows %d: use a newer one", path,
			found, schema_count);
	if (found < schema_count &&
		(!back_up(path, backup_to, e) || !apply(db, path, (int)found, e) ||
			!check_references(db, e)))
		return false;
	*from = (int)found;
	return true;
}

static bool
migrate(struct sqlite3 *db, const char *path, const char *backup_to, int *from, struct err *e)
{
	struct err ignored = ERR_INIT;
	int found = 0;

	if (!conn_exec(db, "BEGIN IMMEDIATE", e))
		return false;
	if (steps(db, path, backup_to, &found, e) && conn_exec(db, "COMMIT", e)) {
		conn_wait(db, 0);
		/* Best effort, as at the end of every writing command. */
		(void)sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		*from = found;
		return true;
	}
	if (sqlite3_get_autocommit(db) == 0)
		conn_exec(db, "ROLLBACK", &ignored);
	return false;
}

bool
store_migrate(const struct store_options *opt, const char *backup_to, int *from, struct err *e)
{
	int64_t wait_ms = opt->lock_wait_ms < 0 ? STORE_LOCK_WAIT_MS : opt->lock_wait_ms;
	char *path = NULL;
	struct lock lock = LOCK_INIT;
	struct sqlite3 *db = NULL;
	bool done;

	if (!file_find(opt->path, &path, e))
		return false;
	done = lock_take(&lock, path, wait_ms, e) && conn_open(path, CONN_WRITE, wait_ms, &db, e) &&
		conn_into_wal(db, e) && migrate(db, path, backup_to, from, e);
	sqlite3_close(db);
	lock_drop(&lock);
	free(path);
	return done;
}
