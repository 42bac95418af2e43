#include "store/sql_sandbox.h"

#include <string.h>

#include <sqlite3.h>

#include "store/conn.h"

#include "base/banned.h"

#define PROGRESS_EVERY 1000 /* steps of SQLite */

/* ---- what is let pass ---- */

static int
judge(void *ctx, int action, const char *x, const char *y, const char *database, const char *inner)
{
	(void)ctx;
	(void)database;
	if (inner != NULL)
		return SQLITE_DENY;
	if (action == SQLITE_SELECT)
		return SQLITE_OK;
	if (action == SQLITE_READ)
		return strcmp(x, "events") == 0 ? SQLITE_OK : SQLITE_DENY;
	if (action == SQLITE_FUNCTION)
		return strncmp(y, "mtr_", 4) == 0 || strcmp(y, "count") == 0 ? SQLITE_OK :
									       SQLITE_DENY;
	return SQLITE_DENY;
}

static int
progress(void *ctx)
{
	struct sql_sandbox *sb = ctx;

	sb->work -= PROGRESS_EVERY;
	if (sb->work >= 0)
		return 0;
	if (sb->limit == NULL)
		sb->limit = "more work than the events warrant";
	return 1;
}

static bool
apply_limits(struct sql_sandbox *sb, struct err *e)
{
	static const struct {
		int id;
		int value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, 1000000 },
		{ SQLITE_LIMIT_SQL_LENGTH, 1000000 },
		{ SQLITE_LIMIT_COLUMN, 2 * SQL_MAX_ITEMS + 2 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 1000 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 1 },
		{ SQLITE_LIMIT_VDBE_OP, 250000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 127 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 0 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 0 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};

	for (size_t i = 0; i < countof(limits); i++) {
		sqlite3_limit(sb->db, limits[i].id, limits[i].value);
		if (sqlite3_limit(sb->db, limits[i].id, -1) > limits[i].value)
			return err_set(e, ERR_FATAL, "db_internal", "SQLite refused limit %d",
				limits[i].id);
	}
	return true;
}

static bool
apply_switches(struct sql_sandbox *sb, struct err *e)
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
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	};

	for (size_t i = 0; i < countof(switches); i++) {
		int now = -1;
		int rc = sqlite3_db_config(sb->db, switches[i].op, switches[i].on, &now);

		if (rc != SQLITE_OK || now != switches[i].on)
			return err_set(e, ERR_FATAL, "db_internal", "SQLite refused switch %d",
				switches[i].op);
	}
	return true;
}

/* ---- opening ---- */

/* SQLite connects a table when it is first named; that is not for the authorizer to judge. */
static int
connect_events(struct sql_sandbox *sb)
{
	static const char sql[] = "SELECT timestamp FROM events ORDER BY 1";
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(sb->db, sql, -1, &s, NULL);

	sqlite3_finalize(s);
	return rc;
}

bool
sandbox_open(struct sql_sandbox *sb, struct err *e)
{
	int rc;

	*sb = (struct sql_sandbox){ .db = NULL };
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* as in conn.c */
	rc = sqlite3_open_v2(":memory:", &sb->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_EXRESCODE,
		NULL);
	/* what a query sorts is customers' data: it never goes to a file */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sb->db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sandbox_add_functions(sb);
	if (rc == SQLITE_OK)
		rc = sandbox_add_aggregates(sb);
	if (rc == SQLITE_OK)
		rc = sandbox_add_events(sb);
	if (rc == SQLITE_OK)
		rc = connect_events(sb);
	if (rc != SQLITE_OK) {
		(void)conn_fail(sb->db, rc, e);
		sandbox_close(sb);
		return false;
	}
	if (!apply_limits(sb, e) || !apply_switches(sb, e)) {
		sandbox_close(sb);
		return false;
	}
	sqlite3_progress_handler(sb->db, PROGRESS_EVERY, progress, sb);
	sqlite3_set_authorizer(sb->db, judge, sb);
	return true;
}

void
sandbox_close(struct sql_sandbox *sb)
{
	sqlite3_close(sb->db);
	arena_release(&sb->scratch);
	arena_release(&sb->kept);
	*sb = (struct sql_sandbox){ .db = NULL };
}

/* ---- statements ---- */

bool
sandbox_fail(const struct sql_sandbox *sb, int rc, struct err *e)
{
	int kind = rc & 0xff;

	if (sb->limit != NULL)
		return err_set(e, ERR_INPUT, "sql_limit", "%s", sb->limit);
	if (kind == SQLITE_ERROR || kind == SQLITE_AUTH || kind == SQLITE_TOOBIG ||
		kind == SQLITE_INTERRUPT || kind == SQLITE_NOMEM)
		return err_set(e, ERR_INPUT, "sql_limit", "the query exceeds a limit: %s",
			sqlite3_errmsg(sb->db));
	return conn_fail(sb->db, rc, e);
}

sqlite3_stmt *
sandbox_prepare(struct sql_sandbox *sb, struct str sql, struct err *e)
{
	sqlite3_stmt *s = NULL;
	const char *rest = NULL;
	int rc;

	sb->limit = NULL;
	sb->work = SQL_WORK;
	rc = sqlite3_prepare_v2(sb->db, sql.p, (int)sql.n, &s, &rest);
	/* some that write ask the authorizer when they run, or never */
	if (rc == SQLITE_OK &&
		(s == NULL || rest != sql.p + sql.n || !sqlite3_stmt_readonly(s) ||
			sqlite3_column_count(s) == 0)) {
		sqlite3_finalize(s);
		(void)err_set(e, ERR_INPUT, "sql_limit", "not one SELECT");
		return NULL;
	}
	if (rc == SQLITE_OK)
		return s;
	(void)sandbox_fail(sb, rc, e);
	return NULL;
}
