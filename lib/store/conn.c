#include "store/conn.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/str.h"
#include "store/file.h"
#include "store/store.h"

#include "base/banned.h"

/* ---- failures ---- */

struct failure {
	enum err_kind kind;
	const char *code;
};

static struct failure
failure_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return (struct failure){ ERR_FATAL, "db_full" };
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return (struct failure){ ERR_BUSY, "db_busy" };
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return (struct failure){ ERR_FATAL, "db_read_only" };
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return (struct failure){ ERR_FATAL, "db_damaged" };
	case SQLITE_CONSTRAINT:
		return (struct failure){ ERR_INPUT, "constraint" };
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_NOLFS:
		return (struct failure){ ERR_FATAL, "db_io" };
	case SQLITE_NOMEM:
		return (struct failure){ ERR_FATAL, "out_of_memory" };
	default:
		return (struct failure){ ERR_FATAL, "db_internal" };
	}
}

/* The system's own word on a failed read or write; 0: none. */
static int
system_errno(struct sqlite3 *db, int rc)
{
	if (db == NULL || strcmp(failure_of(rc).code, "db_io") != 0)
		return 0;
	return sqlite3_system_errno(db);
}

bool
conn_fail(struct sqlite3 *db, int rc, struct err *e)
{
	struct failure f = failure_of(rc);
	const char *path = db != NULL ? sqlite3_db_filename(db, "main") : NULL;
	/* The handle's message is that of its last call, which need not be the one that failed. */
	bool ours = db != NULL && (sqlite3_errcode(db) & 0xff) == (rc & 0xff);
	int os = system_errno(db, rc);

	if (os == ENOSPC || os == EDQUOT)
		f.code = "db_full";
	if (rc == SQLITE_IOERR_NOMEM)
		f.code = "out_of_memory";
	return err_set(e, f.kind, f.code, "%s: %s (SQLite result %d%s%s)",
		path != NULL && *path != '\0' ? path : "database",
		ours ? sqlite3_errmsg(db) : sqlite3_errstr(rc), rc, os != 0 ? ", " : "",
		os != 0 ? strerror(os) : "");
}

/* ---- small statements ---- */

bool
conn_exec(struct sqlite3 *db, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? true : conn_fail(db, rc, e);
}

bool
conn_int(struct sqlite3 *db, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int64_t v = 0;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(q);
		if (rc == SQLITE_ROW) {
			v = sqlite3_column_int64(q, 0);
			rc = sqlite3_reset(q);
		} else if (rc == SQLITE_DONE) {
			rc = SQLITE_MISMATCH; /* no row where one must be */
		}
	}
	bool done = rc == SQLITE_OK ? true : conn_fail(db, rc, e);
	sqlite3_finalize(q);
	if (done)
		*out = v;
	return done;
}

/* ---- the journal ---- */

static bool
journal_is_wal(struct sqlite3 *db, const char *sql, bool *out, struct err *e)
{
	sqlite3_stmt *q = NULL;
	bool wal = false;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(q);
		if (rc == SQLITE_ROW) {
			wal = str_is_nocase(str_c((const char *)sqlite3_column_text(q, 0)), "wal");
			rc = sqlite3_reset(q);
		}
	}
	bool done = rc == SQLITE_OK ? true : conn_fail(db, rc, e);
	sqlite3_finalize(q);
	if (done)
		*out = wal;
	return done;
}

bool
conn_in_wal(struct sqlite3 *db, bool *out, struct err *e)
{
	return journal_is_wal(db, "PRAGMA journal_mode", out, e);
}

bool
conn_into_wal(struct sqlite3 *db, struct err *e)
{
	bool wal;

	if (!journal_is_wal(db, "PRAGMA journal_mode = WAL", &wal, e))
		return false;
	if (!wal)
		return err_set(e, ERR_FATAL, "db_io",
			"%s: SQLite would not keep a write-ahead log here",
			sqlite3_db_filename(db, "main"));
	return true;
}

bool
conn_unmoved(struct sqlite3 *db, struct err *e)
{
	int moved = 0;
	int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);

	if (rc != SQLITE_OK)
		return conn_fail(db, rc, e);
	if (moved)
		return err_set(e, ERR_FATAL, "db_io", "%s was renamed or removed while it was open",
			sqlite3_db_filename(db, "main"));
	return true;
}

/* ---- settings ---- */

struct setting {
	const char *set;
	const char *ask;
	int64_t want;
};

static const struct setting settings[] = {
	{ "PRAGMA synchronous = FULL", "PRAGMA synchronous", 2 },
	{ "PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", 1 },
	/* REPLACE fires the triggers that refuse it. */
	{ "PRAGMA recursive_triggers = ON", "PRAGMA recursive_triggers", 1 },
	{ "PRAGMA secure_delete = OFF", "PRAGMA secure_delete", 0 },
	{ "PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", 0 },
	{ "PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", 1 },
	{ "PRAGMA wal_autocheckpoint = 0", "PRAGMA wal_autocheckpoint", 0 },
	/* 64 MiB; more brought nothing. */
	{ "PRAGMA cache_size = -65536", "PRAGMA cache_size", -65536 },
};

/* Readers go through what they read once: little is worth keeping, however large the file. */
static const struct setting read_settings[] = {
	{ "PRAGMA cache_size = -8192", "PRAGMA cache_size", -8192 },
};

/* Statement journals of a writer are small; elsewhere, a full disk there would fail it. */
static const struct setting write_settings[] = {
	{ "PRAGMA temp_store = MEMORY", "PRAGMA temp_store", 2 },
};

/* Of a file that is being built: it is synced once, whole, before it gets its name. */
static const struct setting build_settings[] = {
	{ "PRAGMA page_size = 16384", "PRAGMA page_size", CONN_PAGE_SIZE },
	{ "PRAGMA auto_vacuum = NONE", "PRAGMA auto_vacuum", 0 },
	{ "PRAGMA synchronous = OFF", "PRAGMA synchronous", 0 },
};

static bool
apply_settings(struct sqlite3 *db, const struct setting *p, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int64_t got;

		if (!conn_exec(db, p[i].set, e) || !conn_int(db, p[i].ask, &got, e))
			return false;
		if (got != p[i].want)
			return err_set(e, ERR_FATAL, "db_internal", "%s: SQLite kept %" PRId64,
				p[i].set, got);
	}
	return true;
}

static bool
apply_switches(struct sqlite3 *db, struct err *e)
{
	static const struct {
		int op;
		int on;
	} switches[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 1 },
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
	};

	for (size_t i = 0; i < countof(switches); i++) {
		int now = -1;
		int rc = sqlite3_db_config(db, switches[i].op, switches[i].on, &now);

		if (rc != SQLITE_OK)
			return conn_fail(db, rc, e);
		if (now != switches[i].on)
			return err_set(e, ERR_FATAL, "db_internal", "SQLite refused switch %d",
				switches[i].op);
	}
	return true;
}

/* ---- opening ---- */

/* NOTADB on the first read means that it never was one. */
static bool
check_ours(struct sqlite3 *db, struct err *e)
{
	struct err inner = ERR_INIT;
	int64_t id = 0;
	const char *path = sqlite3_db_filename(db, "main");

	if (!conn_int(db, "PRAGMA application_id", &id, &inner) &&
		(sqlite3_errcode(db) & 0xff) != SQLITE_NOTADB) {
		if (e->kind == ERR_NONE)
			*e = inner;
		return false;
	}
	if (id != STORE_APPLICATION_ID)
		return err_set(e, ERR_FATAL, "db_not_ours", "%s is not a database of mtr", path);
	return true;
}

/* Bytes of the file path + suffix; -1: there is none. */
static int64_t
companion_size(const char *path, const char *suffix)
{
	char *name;
	struct stat sb;
	int64_t size = -1;

	if (asprintf(&name, "%s%s", path, suffix) < 0)
		return size;
	if (stat(name, &sb) == 0)
		size = sb.st_size;
	free(name);
	return size;
}

/*
 * A log needs companions that are there or can be made. Where they cannot be,
 * and no log holds anything, the file alone is the whole database.
 */
static bool
read_as_it_lies(const char *path)
{
	char *dir = file_directory(path);
	bool writable = dir == NULL || access(dir, W_OK) == 0;
	int64_t log;

	free(dir);
	if (writable)
		return false;
	log = companion_size(path, "-wal");
	return log < 0 || (log == 0 && companion_size(path, "-shm") < 0);
}

/* A file: URI of an absolute path. NULL: out of memory. */
static char *
immutable_uri(const char *path)
{
	struct buf b = BUF_INIT;
	char *uri;

	buf_add_c(&b, "file:");
	for (const char *p = path; *p != '\0'; p++) {
		if (*p == '%' || *p == '?' || *p == '#')
			buf_printf(&b, "%%%02x", (unsigned)(unsigned char)*p);
		else
			buf_add_char(&b, *p);
	}
	buf_add_c(&b, "?immutable=1");
	uri = strdup(buf_cstr(&b));
	buf_release(&b);
	return uri;
}

static int
open_handle(const char *path, enum conn_use use, struct sqlite3 **db)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
	char *uri;
	int rc;

	/* Before the first call of all; afterwards SQLite refuses it, which is no matter. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	switch (use) {
	case CONN_WRITE:
	case CONN_BUILD:
		return sqlite3_open_v2(path, db, flags | SQLITE_OPEN_READWRITE, NULL);
	case CONN_READ:
		if (!read_as_it_lies(path))
			return sqlite3_open_v2(path, db, flags | SQLITE_OPEN_READONLY, NULL);
		break;
	case CONN_COPY:
		break;
	}
	uri = immutable_uri(path);
	if (uri == NULL)
		return SQLITE_NOMEM;
	rc = sqlite3_open_v2(uri, db, flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	free(uri);
	return rc;
}

void
conn_wait(struct sqlite3 *db, int64_t wait_ms)
{
	sqlite3_busy_timeout(db, wait_ms > INT_MAX ? INT_MAX : (int)wait_ms);
}

bool
conn_open(const char *path, enum conn_use use, int64_t wait_ms, struct sqlite3 **out, struct err *e)
{
	struct sqlite3 *db = NULL;
	bool done;
	int rc;

	assert(path[0] == '/');
	rc = open_handle(path, use, &db);
	done = rc == SQLITE_OK ? true : conn_fail(db, rc, e);
	if (done)
		conn_wait(db, wait_ms);
	/* SQLite opens what it cannot write for reading, without a word. */
	if (done && use == CONN_WRITE && sqlite3_db_readonly(db, "main") != 0)
		done = err_set(e, ERR_FATAL, "db_read_only", "%s cannot be written", path);
	done = done && apply_switches(db, e) && (use == CONN_BUILD || check_ours(db, e)) &&
		apply_settings(db, settings, countof(settings), e) &&
		(use != CONN_BUILD ||
			apply_settings(db, build_settings, countof(build_settings), e)) &&
		(use != CONN_WRITE ||
			apply_settings(db, write_settings, countof(write_settings), e)) &&
		(use != CONN_READ || apply_settings(db, read_settings, countof(read_settings), e));
	if (!done)
		sqlite3_close(db);
	else
		*out = db;
	return done;
}
