#include "store/store.h"

#include <errno.h>
#include <sys/random.h>

#include <sqlite3.h>

#include "store/conn.h"
#include "store/file.h"
#include "store/lock.h"
#include "store/schema.h"

#include "base/banned.h"

#define QUOTE(x) #x
#define QUOTED(x) QUOTE(x)

static bool
insert_meta(struct sqlite3 *db, const struct id *id, const unsigned char *secret, int64_t now_ns,
	struct err *e)
{
	static const char sql[] =
		"INSERT INTO meta (id, database_id, created_at, secret) VALUES (1, ?1, ?2, ?3)";
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(q, 1, id->s, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(q, 2, now_ns);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_blob(q, 3, secret, STORE_SECRET_BYTES, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(db);
	if (rc != SQLITE_OK)
		conn_fail(db, rc, e);
	sqlite3_finalize(q);
	return rc == SQLITE_OK;
}

static bool
fill(const char *path, const struct id *id, int64_t now_ns, struct err *e)
{
	unsigned char secret[STORE_SECRET_BYTES];
	struct sqlite3 *db;
	bool done;

	if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
		return file_fail("no random numbers for", path, errno, e);
	if (!conn_open(path, CONN_BUILD, 0, &db, e))
		return false;
	done = conn_exec(db, "BEGIN IMMEDIATE", e) &&
		conn_exec(db, "PRAGMA application_id = " QUOTED(STORE_APPLICATION_ID), e) &&
		schema_apply(db, 0, schema_count, e) && insert_meta(db, id, secret, now_ns, e) &&
		conn_exec(db, "COMMIT", e) && conn_into_wal(db, e);
	if (sqlite3_close(db) != SQLITE_OK && done)
		done = err_set(e, ERR_FATAL, "db_internal", "%s could not be closed", path);
	return done;
}

/* Under the lock no other init is half way, and nobody writes to what it made. */
static bool
give_name(struct newfile *n, int64_t wait_ms, struct err *e)
{
	struct lock lock = LOCK_INIT;
	bool done;

	if (!lock_take(&lock, n->path, wait_ms, e))
		return false;
	done = newfile_clear(n, e) && newfile_publish(n, e);
	lock_drop(&lock);
	return done;
}

bool
store_create(const struct store_options *opt, const struct id *id, struct err *e)
{
	struct newfile n = NEWFILE_INIT;
	int64_t wait_ms = opt->lock_wait_ms < 0 ? STORE_LOCK_WAIT_MS : opt->lock_wait_ms;
	struct id random;
	bool done;

	if (id == NULL) {
		if (!id_random(&random))
			return file_fail("no random id for", opt->path, errno, e);
		id = &random;
	}
	done = newfile_begin(&n, opt->path, e) && fill(n.temp, id, opt->now_ns, e) &&
		give_name(&n, wait_ms, e);
	newfile_drop(&n);
	return done;
}
