#include "store/store.h"

#include <assert.h>

#include <sqlite3.h>

#include "base/str.h"
#include "store/conn.h"
#include "store/file.h"
#include "store/private.h"

#include "base/banned.h"

/* One step over all pages: one snapshot, while writers go on in the log. */
static bool
copy_pages(struct sqlite3 *from, struct sqlite3 *to, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc;

	if (b == NULL)
		return conn_fail(to, sqlite3_errcode(to), e);
	rc = sqlite3_backup_step(b, -1);
	sqlite3_backup_finish(b);
	if (rc == SQLITE_DONE)
		return true;
	/* A failed write is on the new file's handle, a failed read known by its result. */
	return conn_fail(sqlite3_errcode(to) == rc ? to : from, rc, e);
}

static bool
fill(struct sqlite3 *from, const char *path, struct err *e)
{
	struct sqlite3 *to;
	bool done;

	if (!conn_open(path, CONN_BUILD, 0, &to, e))
		return false;
	done = copy_pages(from, to, e);
	if (sqlite3_close(to) != SQLITE_OK && done)
		done = err_set(e, ERR_FATAL, "db_internal", "%s could not be closed", path);
	return done;
}

/* The copy as whoever restores it will read it. */
static bool
check_copy(const char *path, struct err *e)
{
	struct sqlite3 *db;
	sqlite3_stmt *q = NULL;
	bool sound = false;
	int rc;

	if (!conn_open(path, CONN_COPY, 0, &db, e))
		return false;
	rc = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &q, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		sound = str_is(str_c((const char *)sqlite3_column_text(q, 0)), "ok");
		if (!sound)
			err_set(e, ERR_FATAL, "db_damaged",
				"the database is not sound, nor is a copy: see mtr-db check");
	} else {
		conn_fail(db, rc, e);
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	return sound;
}

bool
backup_copy(struct sqlite3 *from, const char *to, struct err *e)
{
	struct newfile n = NEWFILE_INIT;
	bool done = newfile_begin(&n, to, e) && fill(from, n.temp, e) && check_copy(n.temp, e) &&
		newfile_publish(&n, e);

	newfile_drop(&n);
	return done;
}

bool
store_backup(struct store *st, const char *to, struct err *e)
{
	assert(!st->writing);
	return backup_copy(st->db, to, e);
}
