#include "store/store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "store/conn.h"
#include "store/event_context.h"
#include "store/file.h"
#include "store/private.h"
#include "store/schema.h"
#include "store/stmt.h"
#include "store/unit_store.h"

#include "base/banned.h"

#define LOG_LIMIT_FRAMES ((64 << 20) / CONN_PAGE_SIZE) /* 64 MiB */

/* ---- opening ---- */

static bool
check_schema(struct store *st, struct err *e)
{
	int64_t found;

	if (!conn_int(st->db, "PRAGMA user_version", &found, e))
		return false;
	if (found > schema_count)
		return err_set(e, ERR_FATAL, "db_newer",
			"%s has schema %" PRId64 ", this program knows %d: use a newer one",
			st->path, found, schema_count);
	if (found < schema_count)
		return err_set(e, ERR_FATAL, "db_older",
			"%s has schema %" PRId64 ", wanted %d: run mtr-db migrate", st->path, found,
			schema_count);
	return true;
}

/* A file that came out of another tool may keep a rollback journal. */
static bool
check_journal(struct store *st, struct err *e)
{
	bool wal;

	if (st->mode == STORE_READ)
		return true;
	if (!conn_in_wal(st->db, &wal, e))
		return false;
	if (wal)
		return true;
	if (!lock_take(&st->lock, st->path, st->lock_wait_ms, e))
		return false;
	wal = conn_into_wal(st->db, e);
	lock_drop(&st->lock);
	return wal;
}

static bool
read_meta(struct store *st, struct err *e)
{
	static const char sql[] = "SELECT database_id, secret FROM meta ORDER BY id";
	struct stmt *s = stmt_get(st, sql);
	bool sound = false;

	if (stmt_row(s)) {
		struct str secret = stmt_col_blob(s, 1);

		sound = id_parse(stmt_col_text(s, 0), &st->database_id) &&
			secret.n == sizeof(st->secret);
		if (sound)
			memcpy(st->secret, secret.p, secret.n);
	}
	if (!stmt_done(s, e))
		return false;
	if (!sound)
		return err_set(e, ERR_FATAL, "db_damaged", "%s: no identity in meta", st->path);
	return true;
}

static int
note_log(void *ctx, sqlite3 *db, const char *schema, int frames)
{
	struct store *st = ctx;

	(void)db;
	(void)schema;
	st->log_frames = frames;
	return SQLITE_OK;
}

bool
store_open(const struct store_options *opt, struct store **out, struct err *e)
{
	struct store *st = mem_realloc(NULL, 1, sizeof(*st));

	*st = (struct store){
		.mode = opt->mode,
		.lock_wait_ms = opt->lock_wait_ms < 0 ? STORE_LOCK_WAIT_MS : opt->lock_wait_ms,
		.now_ns = opt->now_ns,
		.tool = opt->tool,
		.verb = opt->verb,
		.as_of = INT64_MAX,
		.lock = { .fd = -1, .interrupted = opt->interrupted },
	};
	if (!file_find(opt->path, &st->path, e) ||
		!conn_open(st->path, st->mode == STORE_WRITE ? CONN_WRITE : CONN_READ,
			st->lock_wait_ms, &st->db, e) ||
		!check_schema(st, e) || !check_journal(st, e) || !read_meta(st, e)) {
		store_close(st);
		return false;
	}
	sqlite3_wal_hook(st->db, note_log, st);
	*out = st;
	return true;
}

bool
store_around(struct sqlite3 *db, const char *path, struct store **out, struct err *e)
{
	struct store *st = mem_realloc(NULL, 1, sizeof(*st));

	*st = (struct store){
		.db = db,
		.path = strdup(path),
		.mode = STORE_WRITE,
		.as_of = INT64_MAX,
		.lock = LOCK_INIT,
		.writing = true,
	};
	*out = st;
	return read_meta(st, e);
}

void
store_leave(struct store *st)
{
	if (st == NULL)
		return;
	stmt_cache_end_all(&st->stmts);
	event_context_free(st->events);
	custom_units_free(st->units);
	stmt_cache_release(&st->stmts);
	free(st->path);
	free(st);
}

/* ---- the log ---- */

/*
 * Move the log into the file. Whatever goes wrong, what was committed stands
 * in the log, and the next checkpoint does it: no error. Under the lock, and
 * never for a file that lost its name: its log may be another's by now.
 */
static void
checkpoint(struct store *st, int mode)
{
	struct err ignored = ERR_INIT;

	if (conn_unmoved(st->db, &ignored)) {
		conn_wait(st->db, 0); /* never wait for readers */
		(void)sqlite3_wal_checkpoint_v2(st->db, "main", mode, NULL, NULL);
		conn_wait(st->db, st->lock_wait_ms);
	}
}

static void
last_checkpoint(struct store *st)
{
	struct err ignored = ERR_INIT;

	/* Whoever has the lock is writing, and does this at the end. */
	if (!lock_take(&st->lock, st->path, 0, &ignored))
		return;
	checkpoint(st, SQLITE_CHECKPOINT_TRUNCATE);
	lock_drop(&st->lock);
}

void
store_close(struct store *st)
{
	if (st == NULL)
		return;
	stmt_cache_end_all(&st->stmts);
	if (st->writing)
		store_undo(st);
	if (st->reading)
		store_read_end(st);
	event_context_free(st->events);
	custom_units_free(st->units);
	stmt_cache_release(&st->stmts);
	if (st->saved)
		last_checkpoint(st);
	if (st->db != NULL) {
		int rc = sqlite3_close(st->db);

		assert(rc == SQLITE_OK); /* else a statement or backup was left open */
		(void)rc;
	}
	free(st->path);
	free(st);
}

/* ---- transactions ---- */

static bool
run(struct store *st, const char *sql, struct err *e)
{
	return stmt_run(stmt_get(st, sql), e);
}

bool
store_begin(struct store *st, struct err *e)
{
	static const char sql[] = "BEGIN IMMEDIATE";

	assert(st->mode == STORE_WRITE && !st->writing && !st->reading);
	if (!lock_take(&st->lock, st->path, st->lock_wait_ms, e))
		return false;
	st->change_known = false;
	custom_units_forget(st->units);
	if (conn_unmoved(st->db, e) && run(st, sql, e)) {
		st->writing = true;
		/* It may have been migrated while this command read its input. */
		if (check_schema(st, e))
			return true;
		store_undo(st);
		return false;
	}
	lock_drop(&st->lock);
	return false;
}

bool
store_save(struct store *st, struct err *e)
{
	static const char sql[] = "COMMIT";

	assert(st->writing && stmt_cache_idle(&st->stmts));
	if (!run(st, sql, e)) {
		store_undo(st);
		return false;
	}
	st->writing = false;
	st->saved = true;
	if (st->log_frames > LOG_LIMIT_FRAMES)
		checkpoint(st, SQLITE_CHECKPOINT_PASSIVE);
	lock_drop(&st->lock);
	return true;
}

void
store_undo(struct store *st)
{
	static const char sql[] = "ROLLBACK";
	struct err ignored = ERR_INIT;

	assert(st->writing);
	stmt_cache_end_all(&st->stmts);
	event_context_forget(st->events);
	custom_units_forget(st->units);
	/* Where SQLite has rolled back already, on a full disk say, there is nothing to do. */
	if (sqlite3_get_autocommit(st->db) == 0)
		run(st, sql, &ignored);
	assert(sqlite3_get_autocommit(st->db) != 0);
	st->writing = false;
	lock_drop(&st->lock);
}

bool
store_read_begin(struct store *st, struct err *e)
{
	static const char sql[] = "BEGIN";
	static const char first_read[] = "SELECT id FROM meta ORDER BY id";

	assert(!st->writing && !st->reading);
	if (!run(st, sql, e))
		return false;
	custom_units_forget(st->units);
	st->reading = true;
	if (run(st, first_read, e))
		return true;
	store_read_end(st);
	return false;
}

void
store_read_end(struct store *st)
{
	static const char sql[] = "ROLLBACK";
	struct err ignored = ERR_INIT;

	assert(st->reading);
	stmt_cache_end_all(&st->stmts);
	if (sqlite3_get_autocommit(st->db) == 0)
		run(st, sql, &ignored);
	st->reading = false;
}

/* ---- what it is ---- */

struct str
store_database_id(const struct store *st)
{
	return id_str(&st->database_id);
}

const unsigned char *
store_secret(const struct store *st)
{
	return st->secret;
}

const char *
store_path(const struct store *st)
{
	return st->path;
}

void
store_set_as_of(struct store *st, int64_t seq)
{
	st->as_of = seq;
}

int64_t
store_as_of(const struct store *st)
{
	return st->as_of;
}
