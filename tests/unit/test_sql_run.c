/* SQL metrics over events: aggregates, groups, sub-queries, ranges, and what stops a query. */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/instant.h"
#include "base/rat.h"
#include "store/sql_metric.h"
#include "store/sql_sandbox.h"
#include "tests/unit/sql_rows.h"
#include "tests/unit/sweep.h"

static struct arena run = ARENA_INIT;

struct expected {
	const char *query;
	const char *want;
};

/* ---- a few events ---- */

static const struct sql_given events[] = {
	{ "a", "beat", 0, "{'table':'t1','mb':'3000','v':4,'region':'eu'}" },
	{ "b", "beat", 1, "{'table':'t1','mb':'9','v':6,'region':'us'}" },
	{ "c", "beat", 2, "{'table':'t2','mb':'12.5','v':'n/a','region':'eu'}" },
	{ "d", "beat", 2, "{'table':'t2','mb':'12.50','v':'9'}" },
	{ "e", "other", 30, "{'table':'t3','v':'10.0','region':'eu'}" },
	{ "f", "other", 30, "{'table':'t3','v':10,'region':'EU'}" },
};

static const struct expected results[] = {
	{ "SELECT COUNT(*) AS value FROM events", "6" },
	{ "SELECT COUNT(properties.mb) AS value FROM events", "4" },
	{ "SELECT COUNT(DISTINCT properties.region) AS value FROM events", "3" },
	/*
	 * the texts of properties, as UNIQUE has it; values that are computed are equal as
	 * numbers
	 */
	{ "SELECT COUNT(DISTINCT properties.mb) AS value FROM events", "4" },
	{ "SELECT COUNT(DISTINCT CAST(properties.mb AS DECIMAL)) AS value FROM events", "3" },
	{ "SELECT COUNT(DISTINCT CASE WHEN properties.table = 't3' THEN properties.v ELSE 10 END) "
	  "AS value FROM events",
		"2" },
	{ "SELECT SUM(properties.mb) AS value FROM events", "3034" },
	{ "SELECT SUM(properties.v) AS value FROM events", "39" },
	{ "SELECT AVG(properties.v) AS value FROM events", "7.8" },
	{ "SELECT AVG(properties.mb) AS value FROM events WHERE properties.mb < 100", "34/3" },
	{ "SELECT MAX(properties.mb) AS value FROM events", "3000" },
	{ "SELECT MIN(properties.mb) AS value FROM events", "9" },
	{ "SELECT MAX(properties.v) AS value FROM events", "10" },
	{ "SELECT MAX(CAST(properties.v AS DECIMAL)) AS value FROM events", "10" },
	{ "SELECT MIN(properties.v) AS value FROM events", "4" },
	{ "SELECT SUM(properties.none) AS value FROM events", "null" },
	{ "SELECT AVG(properties.none) AS value FROM events", "null" },
	{ "SELECT MAX(properties.none) AS value FROM events", "null" },
	{ "SELECT COUNT(*) AS value FROM events WHERE event_type = 'none'", "0" },
	{ "SELECT SUM(properties.v) AS value FROM events WHERE event_type = 'none'", "null" },
	{ "SELECT SUM(properties.v) AS value FROM events WHERE event_type = 'none' GROUP BY "
	  "event_type",
		"" },
	/* by time, then by transaction id */
	{ "SELECT EARLIEST(properties.v) AS value FROM events", "4" },
	{ "SELECT LATEST(properties.mb) AS value FROM events", "12.5" },
	{ "SELECT LATEST(properties.region) AS r, COUNT(*) AS value FROM events", "r=EU: 6" },
	{ "SELECT EARLIEST(properties.region) AS r, COUNT(*) AS value FROM events WHERE timestamp "
	  ">= '2026-01-01T02:00:00Z'",
		"r=eu: 4" },
	{ "SELECT LATEST(v) AS value FROM (SELECT properties.v * 2 AS v, event_type FROM events) "
	  "WHERE event_type = 'beat'",
		"18" },
	{ "SELECT MAX(timestamp) AS t, COUNT(*) AS value FROM events",
		"t=2026-01-02T06:00:00Z: 6" },
	/* the quantity is the column named value, else the first */
	{ "SELECT COUNT(*), properties.table FROM events GROUP BY properties.table",
		"table=t1: 2 | table=t2: 2 | table=t3: 2" },
	{ "SELECT properties.region, COUNT(*) AS value FROM events GROUP BY properties.region",
		"region=EU: 1 | region=eu: 3 | region=null: 1 | region=us: 1" },
	{ "SELECT COUNT(*) AS n, COUNT(properties.mb) \"VALUE\" FROM events", "n=6: 4" },
	{ "SELECT properties.v AS value FROM events WHERE event_type = 'other'", "10 | 10" },
	/* GROUP BY: by name, alias, position, expression */
	{ "SELECT event_type, SUM(properties.v) AS value FROM events GROUP BY event_type",
		"event_type=beat: 19 | event_type=other: 20" },
	{ "SELECT event_type AS kind, SUM(properties.v) AS value FROM events GROUP BY kind",
		"kind=beat: 19 | kind=other: 20" },
	{ "SELECT properties.table, event_type, COUNT(*) AS value FROM events GROUP BY 2, 1",
		"event_type=beat table=t1: 2 | event_type=beat table=t2: 2 | "
		"event_type=other table=t3: 2" },
	{ "SELECT DATE_TRUNC('day', timestamp) AS day, COUNT(*) AS value FROM events GROUP BY day",
		"day=2026-01-01T00:00:00Z: 4 | day=2026-01-02T00:00:00Z: 2" },
	{ "SELECT properties.mb > 10 AS big, COUNT(*) AS value FROM events GROUP BY 1",
		"big=false: 1 | big=null: 2 | big=true: 3" },
	{ "SELECT CAST(properties.mb AS DECIMAL) AS mb, COUNT(*) AS value FROM events WHERE "
	  "properties.table = 't2' GROUP BY mb",
		"mb=12.5: 2" },
	{ "SELECT properties.mb / 9 AS ninth, COUNT(*) AS value FROM events WHERE properties.table "
	  "= 't1' GROUP BY ninth",
		"ninth=1000/3: 1 | ninth=1: 1" },
	{ "SELECT SUM(properties.v) + 1 AS value, 'all' AS k FROM events GROUP BY 2", "k=all: 40" },
	{ "SELECT ROUND(properties.v / 4) + COUNT(*) AS value FROM events WHERE properties.v > 5 "
	  "AND properties.v < 9.5 GROUP BY properties.v / 4",
		"3 | 3" },
	{ "SELECT COUNT(*) AS value FROM events GROUP BY properties.table", "2 | 2 | 2" },
	/* sub-queries */
	{ "SELECT SUM(max_mb) AS value FROM (SELECT properties.table, MAX(CAST(properties.mb AS "
	  "DECIMAL)) AS max_mb FROM events WHERE event_type = 'beat' GROUP BY properties.table)",
		"3012.5" },
	{ "SELECT AVG(n) AS value FROM (SELECT COUNT(*) AS n, properties.region AS r FROM events "
	  "GROUP BY r) AS t WHERE t.r IS NOT NULL",
		"5/3" },
	{ "SELECT k, SUM(s) value FROM (SELECT k, SUM(v) AS s, d FROM (SELECT properties.v AS v, "
	  "event_type AS k, DATE_TRUNC('day', timestamp) AS d FROM events) GROUP BY k, d) GROUP BY "
	  "k",
		"k=beat: 19 | k=other: 20" },
	{ "SELECT n AS value FROM (SELECT COUNT(*) AS n FROM events)", "6" },
	{ "SELECT SUM(CASE WHEN e.event_type = 'beat' THEN e.properties.v ELSE 0 END) AS value "
	  "FROM events AS e;",
		"19" },
};

static void
test_results(void)
{
	struct store *st = sql_store("results.db", events, countof(events));

	for (size_t i = 0; i < countof(results); i++)
		is_str(sql_rows(st, results[i].query, SQL_START, SQL_END, &run), results[i].want,
			"%s", results[i].query);
	/* ranges are half-open */
	is_str(sql_rows(st, results[0].query, SQL_START, SQL_START + 2 * NS_PER_HOUR, &run), "2",
		"up to the third hour");
	is_str(sql_rows(st, results[0].query, SQL_START + 2 * NS_PER_HOUR,
		       SQL_START + 2 * NS_PER_HOUR + 1, &run),
		"2", "the third hour's first nanosecond");
	is_str(sql_rows(st, results[0].query, SQL_END, SQL_END + 1, &run), "0", "another month");
	store_close(st);
}

/* ---- any order, any split: the same ---- */

#define MANY 60

static const char *
shuffled(struct sweep *s, const struct sql_given *list, const char *name, const char *query)
{
	struct sql_given copy[MANY];
	struct store *st;
	const char *got;

	memcpy(copy, list, sizeof(copy));
	for (size_t i = MANY - 1; i > 0; i--) {
		size_t k = sweep_below(s, i + 1);
		struct sql_given t = copy[i];

		copy[i] = copy[k];
		copy[k] = t;
	}
	st = sql_store(name, copy, MANY);
	got = sql_rows(st, query, SQL_START, SQL_END, &run);
	store_close(st);
	return got;
}

static void
test_order(void)
{
	static const char query[] =
		"SELECT properties.g, SUM(properties.v) + MAX(properties.v) * 1000 + "
		"LATEST(properties.v) / 7 + EARLIEST(properties.w) + AVG(properties.w) AS value "
		"FROM events GROUP BY 1";
	struct sweep s = sweep_start("order", 77);
	struct sql_given list[MANY];
	const char *first = NULL;
	bool same = true;

	for (size_t i = 0; i < MANY; i++)
		list[i] = (struct sql_given){ str_printf(&run, "id%zu", i).p, "e",
			(int64_t)sweep_below(&s, 5),
			str_printf(&run, "{'g':'%c','v':%d,'w':'%d.0%d'}",
				"abc"[sweep_below(&s, 3)], (int)sweep_below(&s, 100) - 50,
				(int)sweep_below(&s, 9), (int)sweep_below(&s, 9))
				.p };
	for (int i = 0; i < 4; i++) {
		const char *got = shuffled(&s, list, str_printf(&run, "order%d.db", i).p, query);

		first = first != NULL ? first : got;
		same = same && strcmp(got, first) == 0 && strstr(got, "g=c") != NULL;
	}
	ok(same, "the order of arrival does not matter");
}

/* ---- the events of several customers and ranges, from one scan ---- */

static void
count_rows(void *ctx, const struct sql_row *row)
{
	int64_t n = -1;

	if (rat_to_int64(row->value, &n))
		*(int64_t *)ctx = n;
}

static int64_t
count_of(struct sql_runner *r, size_t set, int64_t from_ns, int64_t to_ns)
{
	struct err e = ERR_INIT;
	int64_t n = -2;

	return sql_run(r, set, from_ns, to_ns, count_rows, &n, &e) ? n : -3;
}

static void
test_gather(void)
{
	struct store *st = sql_store("gather.db", events, countof(events));
	struct str c[] = { STR("c"), STR("c") }, other[] = { STR("other") };
	struct texts twice = { c, 2 }, nobody = { other, 1 };
	const int64_t middle = SQL_START + 2 * NS_PER_HOUR;
	const struct sql_set sets[] = { { &twice, SQL_START, middle },
		{ &nobody, SQL_START, SQL_END }, { &twice, middle, SQL_END },
		{ &twice, SQL_START, SQL_END } };
	struct sql_runner *r = NULL;
	struct err e = ERR_INIT;
	int64_t first_ns, last_ns;
	size_t taken = 99;

	ok(sql_runner_open(STR("SELECT COUNT(properties.v) AS value FROM events"), &r, &e), "open");
	ok(sql_gather(r, st, sets, countof(sets), &taken, &e), "gather");
	is_int((int64_t)taken, 4, "all sets at once");
	is_int(count_of(r, 0, SQL_START, middle), 2, "the first part");
	is_int(count_of(r, 1, SQL_START, SQL_END), 0, "another customer");
	is_int(count_of(r, 2, middle, SQL_END), 4, "the second part");
	is_int(count_of(r, 3, SQL_START, SQL_END), 6, "the whole; a key named twice counts once");
	is_int(count_of(r, 3, SQL_START, SQL_START + 1), 1, "a part of a set");
	is_int((int64_t)sql_events(r, 2, middle, SQL_END, &first_ns, &last_ns), 4, "events");
	ok(first_ns == middle && last_ns == SQL_START + 30 * NS_PER_HOUR, "the first and the last");
	is_int((int64_t)sql_events(r, 1, SQL_START, SQL_END, &first_ns, &last_ns), 0, "none");
	ok(first_ns == INSTANT_NONE && last_ns == INSTANT_NONE, "neither first nor last");
	sql_runner_room(r, 400);
	ok(sql_gather(r, st, sets, countof(sets), &taken, &e), "with less room");
	ok(taken > 0 && taken < 4, "fewer sets at a time: %zu", taken);
	is_int(count_of(r, 0, SQL_START, middle), 2, "which are whole");
	ok(sql_gather(r, st, sets + 2, 1, &taken, &e) && taken == 1, "the others in another scan");
	is_int(count_of(r, 0, middle, SQL_END), 4, "are whole too");
	sql_runner_room(r, 100);
	ok(sql_gather(r, st, sets + 3, 1, &taken, &e) && taken == 0, "one that has no room");
	is_str(e.code, "sql_limit", "its code");
	is_str(e.text, "the events of one customer and period fill more than 100 bytes",
		"its text");
	sql_runner_close(r);
	store_close(st);
}

/* ---- limits ---- */

static const char *
nested(const char *open, const char *middle, const char *close, int times)
{
	struct buf b = BUF_INIT;
	const char *out;

	for (int i = 0; i < times; i++)
		buf_add_c(&b, open);
	buf_add_c(&b, middle);
	for (int i = 0; i < times; i++)
		buf_add_c(&b, close);
	out = str_dup(&run, buf_str(&b)).p;
	buf_release(&b);
	return out;
}

static const char *
select_value(const char *expression)
{
	return str_printf(&run, "SELECT %s AS value FROM events", expression).p;
}

#define LIMIT_DIGITS "sql_limit: a number of more than 1000 digits"

static void
test_limits(void)
{
	struct store *st = sql_store("limits.db", events, countof(events));
	const char *doubling = str_printf(&run, "SELECT SUM(x) AS value FROM %s",
		nested("(SELECT x * x AS x FROM ", "(SELECT properties.v + 0.1 AS x FROM events)",
			")", 10))
				       .p;
	const char *halves = select_value(nested("(1 / (", "properties.v + 1", ") + 1/997)", 25));
	const char *twice = str_printf(&run, "SELECT SUM(x) AS value FROM %s",
		nested("(SELECT x + x AS x FROM ", "(SELECT properties.v AS x FROM events)", ")",
			10))
				    .p;
	const char *list = str_printf(&run,
		"SELECT COUNT(*) AS value FROM events WHERE "
		"properties.v IN (%s4)",
		nested("1,", "", "", 5000))
				   .p;

	is_str(sql_rows(st, doubling, SQL_START, SQL_END, &run), LIMIT_DIGITS,
		"digits that double at each of 10 levels");
	is_str(sql_rows(st,
		       str_printf(&run, "SELECT %s AS value FROM events",
			       nested("9e400 * (", "9e400", ")", 3))
			       .p,
		       SQL_START, SQL_END, &run),
		LIMIT_DIGITS, "a product of constants");
	is_str(sql_rows(st, "SELECT SUM(9e998 + properties.v * 9e998) AS value FROM events",
		       SQL_START, SQL_END, &run),
		LIMIT_DIGITS, "a sum of long numbers");
	ok(strncmp(sql_rows(st, halves, SQL_START, SQL_END, &run), "sql_limit", 9) != 0,
		"25 levels of fractions are no matter");
	/* a column used twice at 10 levels is computed once at each */
	is_str(sql_rows(st, twice, SQL_START, SQL_END, &run), "39936",
		"sub-queries do not multiply");
	is_str(sql_rows(st, list, SQL_START, SQL_END, &run), "1", "5001 values in a list");
	store_close(st);
}

/* Work is counted: a query that does too much for its events is stopped. */
static void
test_work(void)
{
	struct sql_sandbox sb;
	struct err e = ERR_INIT;
	struct sql_event *first = NULL;
	sqlite3_stmt *s = NULL;
	int rc = SQLITE_ROW;

	ok(sandbox_open(&sb, &e), "a sandbox");
	for (int i = 0; i < 2000; i++) {
		struct sql_event *ev = arena_alloc(&run, sizeof(*ev));

		*ev = (struct sql_event){ .timestamp_ns = i, .next = first };
		first = ev;
	}
	sb.first = first;
	sb.to_ns = INT64_MAX;
	/* a join, which the dialect cannot say */
	s = sandbox_prepare(&sb, STR("SELECT count(*) FROM events a, events b, events c"), &e);
	ok(s != NULL, "as the authorizer has it, that is no more than reading events");
	while (s != NULL && rc == SQLITE_ROW)
		rc = sqlite3_step(s);
	ok(!sandbox_fail(&sb, rc, &e), "it is stopped");
	is_str(e.code, "sql_limit", "its code");
	is_str(e.text, "more work than the events warrant", "its text");
	sqlite3_finalize(s);
	sandbox_close(&sb);
}

/* ---- the wall behind the dialect ---- */

static const char *const forbidden[] = {
	"ATTACH 'x' AS y",
	"ATTACH ':memory:' AS y",
	"DETACH main",
	"PRAGMA journal_mode",
	"PRAGMA writable_schema = 1",
	"SELECT * FROM pragma_database_list",
	"SELECT * FROM sqlite_master",
	"SELECT * FROM sqlite_schema",
	"SELECT * FROM temp.sqlite_master",
	"SELECT * FROM json_each('[1]')",
	"SELECT * FROM meta",
	"CREATE TABLE t(x)",
	"CREATE TEMP TABLE t(x)",
	"CREATE VIEW v AS SELECT 1",
	"CREATE VIRTUAL TABLE e USING events",
	"CREATE VIRTUAL TABLE e USING fts5(x)",
	"CREATE TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END",
	"CREATE INDEX i ON events(event_type)",
	"DROP TABLE events",
	"ALTER TABLE events RENAME TO x",
	"INSERT INTO events DEFAULT VALUES",
	"UPDATE events SET event_type = 'x'",
	"DELETE FROM events",
	"BEGIN",
	"SAVEPOINT x",
	"VACUUM",
	"VACUUM INTO 'copy.db'",
	"ANALYZE",
	"REINDEX",
	"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
	"SELECT 1 UNION SELECT 2",
	"SELECT 1; SELECT 2",
	"",
	"SELECT load_extension('x')",
	"SELECT readfile('x')",
	"SELECT writefile('x', 'y')",
	"SELECT printf('%1000000d', 1)",
	"SELECT zeroblob(1000000)",
	"SELECT randomblob(10)",
	"SELECT hex(event_type) FROM events",
	"SELECT replace('a', 'a', 'b')",
	"SELECT group_concat(event_type) FROM events",
	"SELECT sum(timestamp) FROM events",
	"SELECT total(timestamp) FROM events",
	"SELECT max(timestamp) FROM events",
	"SELECT random()",
	"SELECT sqlite_version()",
	"SELECT fts3_tokenizer('simple')",
	"SELECT json('{}')",
	"SELECT datetime('now')",
	"SELECT 'a' LIKE '%'",
	"SELECT 'a' GLOB '*'",
	"SELECT upper('a')",
	"SELECT row_number() OVER () FROM events",
	"SELECT ?1",
	"SELECT :x",
	"EXPLAIN SELECT x FROM nothing",
};

static void
test_wall(void)
{
	struct sql_sandbox sb;
	struct err e = ERR_INIT;
	sqlite3_stmt *s;

	ok(sandbox_open(&sb, &e), "a sandbox");
	for (size_t i = 0; i < countof(forbidden); i++) {
		err_clear(&e);
		s = sandbox_prepare(&sb, str_c(forbidden[i]), &e);
		ok(s == NULL && e.kind == ERR_INPUT, "refused behind the dialect: %s",
			forbidden[i]);
		is_str(e.code, "sql_limit", "its code");
		sqlite3_finalize(s);
	}
	err_clear(&e);
	s = sandbox_prepare(&sb, STR("SELECT mtr_sum(p0), count(*) FROM events"), &e);
	ok(s != NULL, "what the dialect is turned into passes");
	sqlite3_finalize(s);
	ok(sqlite3_db_filename(sb.db, "main") == NULL ||
			*sqlite3_db_filename(sb.db, "main") == '\0',
		"no file is open in it");
	sandbox_close(&sb);
}

int
main(void)
{
	test_results();
	test_order();
	test_gather();
	test_limits();
	test_work();
	test_wall();
	arena_release(&run);
	return done();
}
