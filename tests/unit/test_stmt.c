/* Statements: values come back as they went in, and no failure is passed over. */
#include "store/stmt.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/instant.h"
#include "tests/unit/scratch.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define ROUNDS 2000

static struct store *
open_store(const char *path)
{
	const struct store_options opt = {
		.path = path,
		.mode = STORE_WRITE,
		.lock_wait_ms = 0,
		.tool = "test_stmt",
		.verb = "",
	};
	struct err e = ERR_INIT;
	struct store *st = NULL;

	if (!scratch_exists(path) && !store_create(&opt, NULL, &e))
		note("%s", e.text);
	if (e.kind == ERR_NONE && !store_open(&opt, &st, &e))
		note("%s", e.text);
	if (st == NULL)
		exit(1);
	sqlite3_exec(store_sqlite(st),
		"CREATE TEMP TABLE v (i INTEGER PRIMARY KEY, x, u TEXT UNIQUE CHECK (u <> 'bad'))",
		NULL, NULL, NULL);
	return st;
}

static const char put_x[] = "INSERT OR REPLACE INTO v (i, x) VALUES (1, ?1)";
static const char get_x[] = "SELECT x FROM v WHERE i = 1 ORDER BY i";

/* What is read of one stored value; the failure of both statements in e. */
static struct stmt *
read_x(struct store *st, struct err *e)
{
	struct stmt *s = stmt_get(st, get_x);

	if (!stmt_row(s)) {
		stmt_done(s, e);
		return NULL;
	}
	return s;
}

/* ---- round trips ---- */

static bool
int_returns(struct store *st, int64_t v, struct err *e)
{
	struct stmt *s = stmt_get(st, put_x);
	bool same;

	stmt_int(s, 1, v);
	if (!stmt_run(s, e) || (s = read_x(st, e)) == NULL)
		return false;
	same = stmt_col_int(s, 0) == v && !stmt_col_null(s, 0) && !stmt_row(s);
	return stmt_done(s, e) && same;
}

static void
test_ints(struct store *st)
{
	static const int64_t edges[] = {
		0,
		1,
		-1,
		INT32_MAX,
		INT32_MIN,
		INT64_C(9007199254740993),
		INT64_MAX,
		INT64_MIN,
	};
	struct sweep seed = sweep_start("integers", 20240901);
	struct err e = ERR_INIT;
	bool same = true;

	for (size_t i = 0; i < countof(edges); i++)
		ok(int_returns(st, edges[i], &e), "integer %lld", (long long)edges[i]);
	for (int i = 0; i < ROUNDS && same; i++)
		same = int_returns(st, sweep_int64(&seed), &e);
	ok(same, "any integer comes back");
}

static bool
bytes_return(struct store *st, const char *p, size_t n, bool blob, struct err *e)
{
	struct stmt *s = stmt_get(st, put_x);
	struct str got;
	bool same;

	if (blob)
		stmt_blob(s, 1, p, n);
	else
		stmt_text(s, 1, (struct str){ p, n });
	if (!stmt_run(s, e) || (s = read_x(st, e)) == NULL)
		return false;
	got = blob ? stmt_col_blob(s, 0) : stmt_col_text(s, 0);
	same = got.p != NULL && str_eq(got, (struct str){ p, n });
	return stmt_done(s, e) && same;
}

static void
test_bytes(struct store *st)
{
	static char big[STMT_COPY_MAX * 3];
	struct sweep seed = sweep_start("bytes", 20240902);
	struct err e = ERR_INIT;
	bool same = true;

	ok(bytes_return(st, "", 0, false, &e), "an empty text is not NULL");
	ok(bytes_return(st, "", 0, true, &e), "an empty blob is not NULL");
	ok(bytes_return(st, "a\0b", 3, false, &e), "a text with a NUL in it");
	ok(bytes_return(st, "\xc3\xa9 \xe2\x82\xac", 6, false, &e), "a text beyond ASCII");
	for (int i = 0; i < ROUNDS && same; i++) {
		size_t n = sweep_below(&seed, i % 50 == 0 ? sizeof(big) : 40);

		for (size_t k = 0; k < n; k++)
			big[k] = (char)sweep_next(&seed);
		same = bytes_return(st, big, n, true, &e);
		for (size_t k = 0; k < n; k++)
			big[k] = (char)(big[k] & 0x7f);
		same = same && bytes_return(st, big, n, false, &e);
	}
	ok(same, "any bytes come back, short or long");
	is_int(e.kind, ERR_NONE, "without a failure");
}

static void
test_null(struct store *st)
{
	struct err e = ERR_INIT;
	struct arena a = ARENA_INIT;

	for (int way = 0; way < 4; way++) {
		struct stmt *s = stmt_get(st, put_x);

		if (way == 0)
			stmt_null(s, 1);
		else if (way == 1)
			stmt_text(s, 1, (struct str){ NULL, 0 });
		else if (way == 2)
			stmt_blob(s, 1, NULL, 0);
		else
			stmt_instant(s, 1, INSTANT_NONE);
		ok(stmt_run(s, &e), "NULL bound, way %d", way);
		s = read_x(st, &e);
		ok(s != NULL && stmt_col_null(s, 0), "and read");
		if (s == NULL)
			continue;
		ok(stmt_col_text(s, 0).p == NULL && stmt_col_blob(s, 0).p == NULL &&
				stmt_col_text_dup(s, 0, &a).p == NULL,
			"as the empty slice");
		ok(stmt_col_instant(s, 0) == INSTANT_NONE, "and no instant");
		ok(stmt_done(s, &e), "none of which is damage");
	}
	arena_release(&a);
}

static void
test_rats(struct store *st)
{
	struct err e = ERR_INIT;
	struct arena a = ARENA_INIT;
	struct sweep seed = sweep_start("fractions", 20240903);
	bool same = true;

	for (int i = 0; i < ROUNDS && same; i++) {
		int64_t num = sweep_int64(&seed);
		struct rat v = rat_frac(&a, num, (int64_t)sweep_below(&seed, 1000) + 1);
		struct stmt *s = stmt_get(st, put_x);

		stmt_rat(s, 1, v);
		same = stmt_run(s, &e) && (s = read_x(st, &e)) != NULL;
		same = same && rat_eq(stmt_col_rat(s, 0, &a), v) && stmt_done(s, &e);
		arena_clear(&a);
	}
	ok(same, "any fraction comes back exactly");
	arena_release(&a);
}

static void
test_copies(struct store *st)
{
	struct err e = ERR_INIT;
	char text[] = "Northwind";
	struct stmt *s = stmt_get(st, put_x);

	stmt_text(s, 1, str_c(text));
	memset(text, 'x', sizeof(text) - 1);
	ok(stmt_run(s, &e) && (s = read_x(st, &e)) != NULL, "a text bound, then overwritten");
	ok(str_is(stmt_col_text(s, 0), "Northwind"), "was copied");
	stmt_done(s, &e);

	s = stmt_get(st, put_x);
	stmt_blob(s, 1, text, 3);
	memset(text, 'y', sizeof(text) - 1);
	ok(stmt_run(s, &e) && (s = read_x(st, &e)) != NULL, "a short blob likewise");
	ok(str_is(stmt_col_blob(s, 0), "xxx"), "was copied too");
	stmt_done(s, &e);
}

/* ---- the cache ---- */

static void
test_cache(struct store *st)
{
	static char texts[300][24];
	struct stmt *got[300];
	struct stmt *s = stmt_get(st, put_x);
	struct err e = ERR_INIT;
	bool same = true, distinct = true, values = true;

	stmt_int(s, 1, 7);
	ok(stmt_run(s, &e), "a value");
	s = stmt_get(st, put_x);
	ok(stmt_run(s, &e), "the statement again, nothing bound");
	s = read_x(st, &e);
	ok(s != NULL && stmt_col_null(s, 0), "bindings do not outlive their run");
	stmt_done(s, &e);

	for (size_t i = 0; i < countof(texts); i++) {
		snprintf(texts[i], sizeof(texts[i]), "SELECT %zu", i);
		got[i] = stmt_get(st, texts[i]);
		stmt_done(got[i], &e);
	}
	for (size_t i = 0; i < countof(texts); i++) {
		s = stmt_get(st, texts[i]);
		same = same && s == got[i];
		distinct = distinct && (i == 0 || s != got[i - 1]);
		values = values && stmt_row(s) && stmt_col_int(s, 0) == (int64_t)i;
		stmt_done(s, &e);
	}
	ok(same, "one statement for a text, however many there are");
	ok(distinct, "and another for another");
	ok(values, "each its own");
	is_int(e.kind, ERR_NONE, "without a failure");
}

/* ---- refusals ---- */

static void
test_types(struct store *st)
{
	enum { INT, TEXT, BLOB, FLOAT, KINDS };
	static const char *const literal[KINDS] = { "7", "'seven'", "x'07'", "7.5" };
	static const char *const name[KINDS] = { "an integer", "a text", "a blob", "a float" };
	static char sql[KINDS][40];

	for (int have = 0; have < KINDS; have++) {
		snprintf(sql[have], sizeof(sql[have]), "SELECT %s AS c UNION ALL SELECT 1",
			literal[have]);
		for (int want = 0; want < FLOAT; want++) {
			struct stmt *s = stmt_get(st, sql[have]);
			struct err e = ERR_INIT;

			if (want == have) {
				stmt_done(s, &e);
				continue;
			}
			stmt_row(s);
			if (want == INT)
				ok(stmt_col_int(s, 0) == 0, "%s read as an integer", name[have]);
			else if (want == TEXT)
				ok(stmt_col_text(s, 0).n == 0, "%s read as a text", name[have]);
			else
				ok(stmt_col_blob(s, 0).n == 0, "%s read as a blob", name[have]);
			ok(!stmt_row(s), "is the end of the rows");
			ok(!stmt_done(s, &e) && e.kind == ERR_FATAL, "and fatal");
			is_str(e.code, "db_damaged", "as damage");
			ok(strstr(e.text, name[have]) != NULL, "that names what is there: %s",
				e.text);
		}
	}
}

static void
test_null_and_rat_types(struct store *st)
{
	static const char *const texts[] = {
		"SELECT NULL",
		"SELECT 5",
		"SELECT '1 2'",
		"SELECT '1/0'",
		"SELECT ''",
		"SELECT '0x1'",
	};
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct stmt *s = stmt_get(st, texts[0]);

	ok(stmt_row(s) && stmt_col_int(s, 0) == 0 && !stmt_done(s, &e), "NULL is not an integer");
	is_str(e.code, "db_damaged", "but damage");
	for (size_t i = 0; i < countof(texts); i++) {
		err_clear(&e);
		s = stmt_get(st, texts[i]);
		ok(stmt_row(s) && rat_sign(stmt_col_rat(s, 0, &a)) == 0 && !stmt_done(s, &e),
			"%s is no number", texts[i]);
		is_str(e.code, "db_damaged", "but damage");
	}
	arena_release(&a);
}

static void
test_broken(struct store *st)
{
	static const char no_table[] = "SELECT a FROM nowhere WHERE b = ?1 ORDER BY a";
	static const char quoted[] = "SELECT \"Northwind\"";
	struct err e = ERR_INIT;
	struct stmt *s = stmt_get(st, no_table);

	stmt_int(s, 1, 5);
	stmt_text(s, 9, STR("x"));
	ok(!stmt_row(s), "a statement that cannot be prepared has no rows");
	ok(!stmt_done(s, &e) && e.kind == ERR_FATAL, "and fails at its end");
	ok(strstr(e.text, "nowhere") != NULL, "saying why: %s", e.text);
	err_clear(&e);
	s = stmt_get(st, no_table);
	ok(!stmt_run(s, &e) && e.kind == ERR_FATAL, "each time");

	err_clear(&e);
	ok(!stmt_run(stmt_get(st, quoted), &e), "double quotes do not make a text");

	err_clear(&e);
	s = stmt_get(st, put_x);
	stmt_int(s, 2, 5);
	ok(!stmt_run(s, &e), "a parameter that is not there");
	err_clear(&e);
	s = stmt_get(st, put_x);
	stmt_int(s, 1, 5);
	ok(stmt_run(s, &e), "does not spoil the statement");

	err_set(&e, ERR_INPUT, "first", "an earlier failure");
	ok(!stmt_run(stmt_get(st, no_table), &e), "a failure after another");
	is_str(e.code, "first", "does not hide the first");
}

static void
test_refused(struct store *st)
{
	static const char put_u[] = "INSERT INTO v (u) VALUES (?1)";
	static const char *const values[] = { "Acme", "Acme", "bad" };
	struct err e = ERR_INIT;
	struct stmt *s = NULL;

	for (size_t i = 0; i < countof(values); i++) {
		err_clear(&e);
		s = stmt_get(st, put_u);
		stmt_text(s, 1, str_c(values[i]));
		is_int(stmt_run(s, &e), i == 0, "%s, for the %zu. time", values[i], i + 1);
		if (i > 0)
			is_str(e.code, "constraint", "refused by a constraint");
	}
	is_int(e.kind, ERR_INPUT, "a violated constraint is a matter of input");
	s = stmt_get(st, put_u);
	stmt_text(s, 1, STR("Northwind"));
	err_clear(&e);
	ok(stmt_run(s, &e), "the next use starts afresh");
}

/* ---- misuse ends the program ---- */

enum misuse { TWICE, AFTER_END, COLUMN_WITHOUT_ROW, COLUMN_OUT_OF_RANGE, REUSED_TEXT, SAVE_OPEN };

static int
misuse(struct peer *parent, void *how)
{
	struct store *st = open_store(scratch_path("misuse"));
	struct err e = ERR_INIT;
	struct stmt *s = stmt_get(st, get_x);
	char text[32] = "SELECT 1";

	(void)parent;
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	switch (*(const enum misuse *)how) {
	case TWICE:
		stmt_get(st, get_x);
		break;
	case AFTER_END:
		stmt_done(s, &e);
		stmt_row(s);
		break;
	case COLUMN_WITHOUT_ROW:
		stmt_col_int(s, 0);
		break;
	case COLUMN_OUT_OF_RANGE:
		stmt_run(s, &e);
		stmt_int(s = stmt_get(st, put_x), 1, 1);
		stmt_run(s, &e);
		s = stmt_get(st, get_x);
		stmt_row(s);
		stmt_col_int(s, 1);
		break;
	case REUSED_TEXT:
		stmt_run(stmt_get(st, text), &e);
		snprintf(text, sizeof(text), "SELECT 2");
		stmt_get(st, text);
		break;
	case SAVE_OPEN:
		stmt_done(s, &e);
		store_begin(st, &e);
		stmt_get(st, get_x);
		store_save(st, &e);
		break;
	}
	return 0;
}

static void
test_misuse(void)
{
	static const char *const what[] = {
		[TWICE] = "a statement got inside its own loop",
		[AFTER_END] = "a row after the end",
		[COLUMN_WITHOUT_ROW] = "a column without a row",
		[COLUMN_OUT_OF_RANGE] = "a column that is not there",
		[REUSED_TEXT] = "a text that changes under its pointer",
		[SAVE_OPEN] = "a commit with a statement open",
	};

	for (size_t i = 0; i < countof(what); i++) {
		enum misuse how = (enum misuse)i;

		is_int(child_status(misuse, &how), 128 + SIGABRT, "%s is a bug", what[i]);
	}
}

int
main(void)
{
	struct store *st;

	test_misuse();
	st = open_store(scratch_path("db"));
	test_ints(st);
	test_bytes(st);
	test_null(st);
	test_rats(st);
	test_copies(st);
	test_cache(st);
	test_types(st);
	test_null_and_rat_types(st);
	test_broken(st);
	test_refused(st);
	store_close(st);
	return done();
}
