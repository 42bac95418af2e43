#include "store/store.h"

#include <string.h>

#include <sqlite3.h>

#include "base/str.h"
#include "store/check_rules.h"
#include "store/conn.h"
#include "store/private.h"
#include "store/schema.h"
#include "store/stmt.h"

#include "base/banned.h"

struct checker {
	struct store *st;
	store_found found;
	void *ctx;
	int64_t n;
};

static void
report(void *checker, const char *code, struct str text)
{
	struct checker *c = checker;

	c->n++;
	c->found(c->ctx, code, text);
}

static bool
check_rule(struct checker *c, const struct check_rule *r, struct err *e)
{
	struct stmt *s = stmt_get(c->st, r->sql);

	while (stmt_row(s))
		report(c, r->code, stmt_col_text(s, 0));
	return stmt_done(s, e);
}

/* SQLite puts several findings into one row, under a heading in stars. */
static void
report_lines(struct checker *c, struct str text)
{
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		struct str line = { text.p, end != NULL ? (size_t)(end - text.p) : text.n };
		size_t used = line.n + (end != NULL ? 1 : 0);

		if (line.n > 0 && !str_is(line, "ok") && !str_starts(line, "*** "))
			report(c, "check.integrity", line);
		text.p += used;
		text.n -= used;
	}
}

static bool
check_integrity(struct checker *c, struct err *e)
{
	static const char sql[] = "PRAGMA integrity_check";
	struct stmt *s = stmt_get(c->st, sql);

	while (stmt_row(s))
		report_lines(c, stmt_col_text(s, 0));
	return stmt_done(s, e);
}

static bool
check_foreign_keys(struct checker *c, struct err *e)
{
	static const char sql[] = "PRAGMA foreign_key_check"; /* table, rowid, parent, key */
	struct stmt *s = stmt_get(c->st, sql);
	struct buf text = BUF_INIT;

	while (stmt_row(s)) {
		struct str table = stmt_col_text(s, 0);
		struct str parent = stmt_col_text(s, 2);

		buf_clear(&text);
		buf_printf(&text, "a row of %.*s refers to no row of %.*s", STR_FMT(table),
			STR_FMT(parent));
		report(c, "check.foreign_key", buf_str(&text));
	}
	buf_release(&text);
	return stmt_done(s, e);
}

/* ---- the tables themselves ---- */

#define SCHEMA_LIST \
	"SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema" \
	" WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"

struct listing {
	sqlite3_stmt *q;
	bool more;
	struct str name;
	struct str sql;
};

static bool
listing_next(struct listing *l)
{
	int rc = sqlite3_step(l->q);

	l->more = rc == SQLITE_ROW;
	if (l->more) {
		l->name.p = (const char *)sqlite3_column_text(l->q, 0);
		l->name.n = (size_t)sqlite3_column_bytes(l->q, 0);
		l->sql.p = (const char *)sqlite3_column_text(l->q, 1);
		l->sql.n = (size_t)sqlite3_column_bytes(l->q, 1);
	}
	return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

static void
report_schema(struct checker *c, struct str name, const char *what)
{
	struct buf text = BUF_INIT;

	buf_add_str(&text, name);
	buf_add_c(&text, what);
	report(c, "check.schema", buf_str(&text));
	buf_release(&text);
}

/* Both lists are sorted: walk them side by side. */
static bool
compare(struct checker *c, struct listing *have, struct listing *want)
{
	bool sound = listing_next(have) && listing_next(want);

	while (sound && (have->more || want->more)) {
		int order = !have->more ? 1 : !want->more ? -1 : str_cmp(have->name, want->name);

		if (order < 0)
			report_schema(c, have->name, " is not ours");
		else if (order > 0)
			report_schema(c, want->name, " is missing");
		else if (!str_eq(have->sql, want->sql))
			report_schema(c, have->name, " was changed");
		if (order <= 0)
			sound = listing_next(have);
		if (order >= 0)
			sound = sound && listing_next(want);
	}
	return sound;
}

/* Against a database in memory that is made as every file is made. */
static bool
check_schema_texts(struct checker *c, struct err *e)
{
	static const char sql[] = SCHEMA_LIST;
	struct listing have = { .q = NULL }, want = { .q = NULL };
	struct sqlite3 *fresh = NULL;
	bool done = false;

	if (sqlite3_open_v2(":memory:", &fresh,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
		    NULL) != SQLITE_OK) {
		conn_fail(fresh, sqlite3_errcode(fresh), e);
		goto out;
	}
	if (!schema_apply(fresh, 0, schema_count, e))
		goto out;
	if (sqlite3_prepare_v2(fresh, sql, -1, &want.q, NULL) != SQLITE_OK) {
		conn_fail(fresh, sqlite3_errcode(fresh), e);
		goto out;
	}
	if (sqlite3_prepare_v2(c->st->db, sql, -1, &have.q, NULL) != SQLITE_OK) {
		conn_fail(c->st->db, sqlite3_errcode(c->st->db), e);
		goto out;
	}
	done = compare(c, &have, &want);
	if (!done)
		conn_fail(c->st->db, sqlite3_errcode(c->st->db), e);
out:
	sqlite3_finalize(have.q);
	sqlite3_finalize(want.q);
	sqlite3_close(fresh);
	return done;
}

static bool
check_all(struct checker *c, struct err *e)
{
	if (!check_integrity(c, e))
		return false;
	if (c->n > 0)
		return true; /* all else would read what is damaged */
	if (!check_foreign_keys(c, e) || !check_schema_texts(c, e))
		return false;
	for (size_t i = 0; i < check_rules_count; i++)
		if (!check_rule(c, &check_rules[i], e))
			return false;
	return check_events(c->st, report, c, e) && check_digests(c->st, report, c, e) &&
		check_ledger(c->st, report, c, e);
}

bool
store_check(struct store *st, store_found found, void *ctx, int64_t *differences, struct err *e)
{
	struct checker c = { .st = st, .found = found, .ctx = ctx };
	bool own = !st->reading && !st->writing;
	bool done;

	if (own && !store_read_begin(st, e))
		return false;
	done = check_all(&c, e);
	if (own)
		store_read_end(st);
	if (done)
		*differences = c.n;
	return done;
}
