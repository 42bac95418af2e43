/* The dialect of SQL metrics: what is refused, where, and why; what passes can be run. */
#include "store/sql_metric.h"

#include <string.h>

#include "tests/unit/sweep.h"

static struct arena run = ARENA_INIT;

/* "COLUMNS", or the message. */
static const char *
checked(struct str text)
{
	struct texts columns;
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT;
	const char *out;

	if (sql_check(text, &run, &columns, &e)) {
		buf_add_c(&b, "(");
		for (size_t i = 0; i < columns.n; i++) {
			buf_add_c(&b, i > 0 ? ", " : "");
			buf_add_str(&b, columns.p[i]);
		}
		buf_add_c(&b, ")");
	} else {
		buf_printf(&b, "%s%s%s", e.has_value ? e.value : "", e.has_value ? " " : "",
			e.text);
		if (e.kind != ERR_INPUT || strcmp(e.code, "metric.sql") != 0 ||
			strcmp(e.field, "sql") != 0)
			buf_add_c(&b, " (but kind, code or field are wrong)");
	}
	out = str_dup(&run, buf_str(&b)).p;
	buf_release(&b);
	return out;
}

struct expected {
	const char *text;
	const char *want;
};

static const struct expected passing[] = {
	{ "SELECT COUNT(*) AS value FROM events", "()" },
	{ "select count(*) from events", "()" },
	{ "SELECT COUNT(*) FROM events;", "()" },
	{ "SELECT properties.b, COUNT(*) AS value, properties.a FROM events GROUP BY 1, 3",
		"(a, b)" },
	{ "SELECT COUNT(*), event_type FROM events GROUP BY event_type", "(event_type)" },
	{ "SELECT properties.v \"my v\", COUNT(*) \"value\" FROM events GROUP BY \"my v\"",
		"(my v)" },
	{ "SELECT COUNT(*) AS value FROM events WHERE properties.\"a \"\"b\"\"\" = 'it''s'", "()" },
	{ "SELECT COUNT(*) AS value FROM events e WHERE e.properties.a = 1 AND e.event_type = 'x'",
		"()" },
	{ "SELECT SUM(t.n) AS value FROM (SELECT COUNT(*) n FROM events GROUP BY event_type) t",
		"()" },
	{ "SELECT properties.select AS x, COUNT(*) AS value FROM events GROUP BY x", "(x)" },
	{ "SELECT COUNT(*) + 1 AS value, 2 * 3 AS six FROM events", "(six)" },
	{ "SELECT properties.a + 1 AS x, SUM(properties.b) AS value FROM events GROUP BY "
	  "properties.a",
		"(x)" },
	{ "SELECT MAX(properties.value) FROM events", "()" },
};

static const struct expected refused[] = {
	{ "", "at 1:1: wanted SELECT, and not the end" },
	{ "SELECT", "at 1:7: wanted a value, and not the end" },
	{ "SELECT 1", "at 1:9: wanted a comma, AS or FROM, and not the end" },
	{ "SELECT 1 FROM",
		"at 1:14: wanted the table events, or a sub-query in brackets, and not "
		"the end" },
	{ "SELECT 1 FROM events WHERE", "at 1:27: wanted a value, and not the end" },
	{ "SELECT 1 FROM events GROUP", "at 1:27: wanted GROUP BY, and not the end" },
	{ "SELECT 1 FROM events AS", "at 1:24: wanted a name, and not the end" },
	{ "SELECT 1 AS FROM events", "FROM at 1:13: wanted a name" },
	{ "SELECT 1 FROM events 2", "2 at 1:22: wanted the end of the query" },
	{ "SELECT 1 FROM (SELECT 1 FROM events",
		"at 1:36: wanted a closing bracket, and not the end" },
	{ "SELECT '\xc3\xa9' AS a, x FROM events",
		"x at 1:18: events has no such column: wanted "
		"event_type, timestamp or properties.NAME" },
	{ "SELECT CASE 1 WHEN 2 THEN 3 END FROM events", "1 at 1:13: wanted CASE WHEN condition" },
	{ "SELECT CASE WHEN 1 = 1 THEN 2 FROM events", "FROM at 1:31: wanted WHEN, ELSE or END" },
	{ "SELECT CASE WHEN 1 = 1 THEN 2 ELSE timestamp END FROM events",
		"at 1:36: this is an instant, beside a number" },
	{ "SELECT CAST(1 AS MONEY) FROM events",
		"MONEY at 1:18: wanted a type: DECIMAL, INT, VARCHAR, TIMESTAMP and the like" },
	{ "SELECT CAST(1 AS DECIMAL(10, 200)) FROM events",
		"200 at 1:30: wanted a small whole number" },
	{ "SELECT CAST('a' AS VARCHAR(10)) FROM events", "( at 1:27: wanted a closing bracket" },
	{ "SELECT CAST(1 = 1 AS INT) FROM events",
		"at 1:15: a CAST to a number takes numbers, and this is a condition" },
	{ "SELECT CAST(5 AS TIMESTAMP) AS t, 1 AS value FROM events",
		"at 1:13: a number is no instant" },
	{ "SELECT ROUND(1, properties.n) FROM events",
		"properties at 1:17: wanted a small whole number" },
	{ "SELECT ROUND(1, 101) FROM events", "101 at 1:17: wanted a small whole number" },
	{ "SELECT ROUND() FROM events", ") at 1:14: wanted a value" },
	{ "SELECT CEIL(1, 2) FROM events", "CEIL at 1:8: another number of arguments is wanted" },
	{ "SELECT SUM(*) FROM events", "* at 1:12: wanted a value" },
	{ "SELECT MAX(1 = 1) FROM events", "at 1:14: MAX takes values, and this is a condition" },
	{ "SELECT SUM(timestamp) FROM events",
		"at 1:12: SUM takes numbers, and this is an instant" },
	{ "SELECT MAX(timestamp) FROM events",
		"at 1:8: the quantity is a number, and this is an instant" },
	{ "SELECT 1 = 1 AS value FROM events",
		"at 1:10: the quantity is a number, and this is a condition" },
	{ "SELECT LEAST(1, 1 = 1) FROM events",
		"at 1:19: LEAST takes numbers, and this is a condition" },
	{ "SELECT GREATEST(timestamp, '2026-01-01') AS x, 1 AS value FROM events",
		"at 1:28: this is a text, beside an instant" },
	{ "SELECT 1 FROM events WHERE timestamp = 5",
		"at 1:40: an instant is compared with a number" },
	{ "SELECT 1 FROM events WHERE timestamp = '2026-13-01T00:00:00Z'",
		"2026-13-01T00:00:00Z at 1:40: no month 13" },
	{ "SELECT 1 FROM events WHERE timestamp IN ('2026-01-01', 'x')",
		"x at 1:56: not a time (YYYY-MM-DDThh:mm:ssZ)" },
	{ "SELECT 1 FROM events WHERE (1 = 1) = 1",
		"at 1:38: a condition is compared with a number" },
	{ "SELECT 1 FROM events WHERE 1 = 1 = 1", "= at 1:34: wanted the end of the query" },
	{ "SELECT 1 FROM events WHERE NOT properties.a",
		"at 1:32: wanted a condition, and this is a property" },
	{ "SELECT 1 FROM events WHERE properties.a AND 1 = 1",
		"at 1:28: wanted a condition, and this is a property" },
	{ "SELECT 1 FROM events WHERE properties.a IS 1", "1 at 1:44: wanted NULL" },
	{ "SELECT 1 FROM events WHERE properties.a NOT 1", "1 at 1:45: wanted IN" },
	{ "SELECT 1 FROM events WHERE properties.a IN ()", ") at 1:45: wanted a value" },
	{ "SELECT 1 FROM events WHERE properties.a IN 5", "5 at 1:44: wanted ( and the values" },
	{ "SELECT properties.a.b.c.d FROM events", "d at 1:25: the name has too many parts" },
	{ "SELECT properties. FROM events",
		"at 1:31: wanted a comma, AS or FROM, and not the end" },
	{ "SELECT x.event_type, 1 AS value FROM events",
		"event_type at 1:8: events has no such column: wanted event_type, timestamp or "
		"properties.NAME" },
	{ "SELECT y AS value FROM (SELECT 1 AS x FROM events)",
		"y at 1:8: the sub-query has no such column" },
	{ "SELECT properties.x AS value FROM (SELECT properties.x FROM events)",
		"x at 1:8: the sub-query has no such column" },
	{ "SELECT X AS value FROM (SELECT 1 AS x FROM events)",
		"X at 1:8: the sub-query has no such column" },
	{ "SELECT 1 AS a, 2 AS a FROM events", "a at 1:16: two columns have this name" },
	{ "SELECT 1, 2 FROM events", "at 1:11: this column has no name: wanted AS NAME" },
	{ "SELECT properties.a, COUNT(*) AS value FROM events GROUP BY properties.b",
		"a at 1:8: neither in GROUP BY nor inside an aggregate" },
	{ "SELECT properties.a + properties.b AS x, COUNT(*) AS value FROM events GROUP BY "
	  "properties.a",
		"b at 1:23: neither in GROUP BY nor inside an aggregate" },
	{ "SELECT COUNT(*) FROM events GROUP BY 0", "0 at 1:38: no column has this position" },
	{ "SELECT COUNT(*) FROM events GROUP BY 1.5", "1.5 at 1:38: no column has this position" },
	{ "SELECT COUNT(*) AS n, event_type FROM events GROUP BY n, event_type",
		"n at 1:55: this column is an aggregate" },
	{ "SELECT COUNT(*) FROM events GROUP BY SUM(properties.a)",
		"SUM at 1:38: no aggregate may stand here" },
	{ "SELECT COUNT(*) FROM events GROUP BY nothing",
		"nothing at 1:38: events has no such column: wanted event_type, timestamp or "
		"properties.NAME" },
	{ "SELECT SUM(COUNT(*)) FROM events", "COUNT at 1:12: no aggregate may stand here" },
	{ "SELECT 12abc FROM events", "12a at 1:8: a number ends where the name begins" },
	{ "SELECT 1.2.3 FROM events", ". at 1:11: wanted a comma, AS or FROM" },
	{ "SELECT .5 FROM events", ". at 1:8: wanted a value" },
	{ "SELECT +5 FROM events", "+ at 1:8: wanted a value" },
	{ "SELECT ((((1))) FROM events", "FROM at 1:17: wanted an operator or a closing bracket" },
};

static void
test_tables(void)
{
	for (size_t i = 0; i < countof(passing); i++)
		is_str(checked(str_c(passing[i].text)), passing[i].want, "%s", passing[i].text);
	for (size_t i = 0; i < countof(refused); i++)
		is_str(checked(str_c(refused[i].text)), refused[i].want, "refused: %s",
			refused[i].text);
}

/* ---- size and depth ---- */

static struct str
repeated(const char *head, const char *piece, size_t times, const char *tail)
{
	struct buf b = BUF_INIT;
	struct str out;

	buf_add_c(&b, head);
	for (size_t i = 0; i < times; i++)
		buf_add_c(&b, piece);
	buf_add_c(&b, tail);
	out = str_dup(&run, buf_str(&b));
	buf_release(&b);
	return out;
}

static void
is_too_much(struct str text, const char *want, const char *what)
{
	const char *got = checked(text);

	ok(strstr(got, want) != NULL, "%s: %s", what, got);
}

static void
test_lines(void)
{
	is_str(checked(STR("   \n ")), "at 2:2: wanted SELECT, and not the end", "blank lines");
	is_str(checked(STR("SELECT 1\nFROM events\n  WHERE '\xc3\xa9' = \xc3\xa9")),
		"\xc3\xa9 at 3:15: this character has no meaning here",
		"lines from 1, columns in characters");
	is_str(checked(STR("SELECT\tCOUNT(*)\r\nAS \"value\"\nFROM\nEVENTS")), "()",
		"blanks of every kind");
}

static void
test_sizes(void)
{
	struct texts columns;
	struct err e = ERR_INIT;

	is_too_much(repeated("SELECT ", "(", 10000, ""), "nested too deeply", "brackets");
	is_too_much(repeated("SELECT ", "- ", 10000, "1 FROM events"), "nested too deeply",
		"signs");
	is_too_much(repeated("SELECT 1 FROM events WHERE ", "NOT ", 10000, "1 = 1"),
		"nested too deeply", "NOT");
	is_too_much(repeated("SELECT ", "CASE WHEN 1 = 1 THEN ", 1000, ""), "nested too deeply",
		"CASE");
	is_too_much(repeated("SELECT ", "CEIL(", 10000, ""), "nested too deeply", "calls");
	is_too_much(repeated("", "SELECT 1 FROM (", 4000, ""), "nested too deeply", "sub-queries");
	is_too_much(repeated("SELECT 1", " + 1", 10000, " FROM events"), "hang on each other",
		"a chain");
	is_too_much(repeated("SELECT 1 FROM events WHERE 1 = 1", " AND 1 = 1", 5000, ""),
		"hang on each other", "a chain of AND");
	is_too_much(repeated("SELECT 1 AS value", ", 1", 100, " FROM events"), "too many columns",
		"columns");
	is_too_much(repeated("SELECT 1 FROM events GROUP BY 1", ", 1", 100, ""), "too many",
		"groups");
	is_too_much(repeated("SELECT LEAST(1", ", 1", 1000, ") FROM events"), "too many arguments",
		"arguments");
	is_too_much(repeated("SELECT '", "x", SQL_MAX_TEXT, "' FROM events"),
		"65557 bytes, and no more than 65536 are taken", "bytes");
	is_too_much(repeated("SELECT 1", "0", 1000, " FROM events"), "more than 1000 digits",
		"digits");
	is_str(checked(repeated("SELECT 1", " + 1 - 2", 99, " FROM events")), "()",
		"199 operands in a chain");
	is_str(checked(repeated("SELECT 1 FROM events WHERE 1 = 1", " OR 1 = 1", 190, "")), "()",
		"191 conditions");
	ok(!sql_check((struct str){ "SELECT 1\0 FROM events", 21 }, &run, &columns, &e), "NUL: %s",
		e.text);
	is_str(checked(STR("SELECT '\xff' FROM events")), "at 1:9: not UTF-8", "not UTF-8");
	is_str(checked(STR("SELECT 1 FROM events\x0b")),
		"\x0b at 1:21: this character has no meaning here", "a control character");
}

/* Every expression the same 15,000 times would be too long for SQLite, and is not even tried. */
static void
test_growth(void)
{
	struct str item = repeated("", "1 + ", 190, "1");
	struct buf b = BUF_INIT;

	buf_add_c(&b, "SELECT 1 AS value");
	for (int i = 0; i < 60; i++) {
		buf_printf(&b, ", %.*s AS c%d", STR_FMT(item), i);
	}
	buf_add_c(&b, " FROM events GROUP BY 2");
	for (int i = 3; i < 62; i++)
		buf_printf(&b, ", %d", i);
	is_str(checked(buf_str(&b))[0] == '(' ? "passes" : "refused", "passes",
		"60 long columns, grouped by each");
	buf_release(&b);
}

/* ---- what passes can be run, and what is cut is refused ---- */

static void value(struct sweep *s, struct buf *b, unsigned depth);

static void
condition(struct sweep *s, struct buf *b, unsigned depth)
{
	static const char *const signs[] = { "=", "!=", "<", "<=", ">", ">=" };

	switch (sweep_below(s, depth == 0 ? 1 : 6)) {
	case 0:
		value(s, b, depth / 2);
		buf_printf(b, " %s ", signs[sweep_below(s, countof(signs))]);
		value(s, b, depth / 2);
		break;
	case 1:
		buf_add_c(b, "NOT (");
		condition(s, b, depth - 1);
		buf_add_c(b, ")");
		break;
	case 2:
		buf_add_c(b, "(");
		condition(s, b, depth - 1);
		buf_add_c(b, sweep_below(s, 2) == 0 ? ") AND (" : ") OR (");
		condition(s, b, depth - 1);
		buf_add_c(b, ")");
		break;
	case 3:
		value(s, b, depth - 1);
		buf_add_c(b, sweep_below(s, 2) == 0 ? " IN (1, " : " NOT IN (1, ");
		value(s, b, depth - 1);
		buf_add_c(b, ")");
		break;
	case 4:
		value(s, b, depth - 1);
		buf_add_c(b, sweep_below(s, 2) == 0 ? " IS NULL" : " IS NOT NULL");
		break;
	default:
		buf_add_c(b, "timestamp < '2026-01-01'");
		break;
	}
}

static void
value(struct sweep *s, struct buf *b, unsigned depth)
{
	static const char *const leaves[] = { "1", "2.5e-3", "'x'", "NULL", "properties.a",
		"properties.\"b c\"", "event_type" };
	static const char *const calls[] = { "CEIL(", "FLOOR(", "ROUND(", "GREATEST(2, ",
		"LEAST(2, 3, ", "- (", "(" };

	if (depth == 0) {
		buf_add_c(b, leaves[sweep_below(s, countof(leaves))]);
		return;
	}
	switch (sweep_below(s, 5)) {
	case 0:
	case 1:
		buf_add_c(b, calls[sweep_below(s, countof(calls))]);
		value(s, b, depth - 1);
		buf_add_c(b, ")");
		break;
	case 2:
		value(s, b, depth - 1);
		buf_printf(b, " %c ", "+-*/"[sweep_below(s, 4)]);
		value(s, b, depth - 1);
		break;
	case 3:
		buf_add_c(b, "CASE WHEN ");
		condition(s, b, depth - 1);
		buf_add_c(b, " THEN ");
		value(s, b, depth - 1);
		buf_add_c(b, " ELSE ");
		value(s, b, depth - 1);
		buf_add_c(b, " END");
		break;
	default:
		buf_add_c(b, "CAST(");
		value(s, b, depth - 1);
		buf_add_c(b, sweep_below(s, 2) == 0 ? " AS DECIMAL(9, 2))" : " AS VARCHAR)");
		break;
	}
}

static void
query(struct sweep *s, struct buf *b)
{
	unsigned levels = (unsigned)sweep_below(s, 12), depth = (unsigned)sweep_below(s, 10);

	for (unsigned i = 0; i < levels; i++)
		buf_add_c(b,
			sweep_below(s, 2) == 0 ? "SELECT SUM(x) AS x FROM (" :
						 "SELECT MAX(x + 1) AS x, x AS y FROM (");
	buf_add_c(b, "SELECT ");
	value(s, b, depth);
	buf_add_c(b, " AS x FROM events WHERE ");
	condition(s, b, depth / 2);
	buf_add_c(b, " GROUP BY ");
	buf_add_c(b, sweep_below(s, 2) == 0 ? "x" : "properties.a");
	for (unsigned i = 0; i < levels; i++)
		buf_add_c(b, sweep_below(s, 2) == 0 ? ")" : ") GROUP BY x");
}

static void
test_random(void)
{
	struct sweep s = sweep_start("queries", 4242);
	struct buf b = BUF_INIT;
	size_t passed = 0, cut_passed = 0;
	bool runs = true;

	for (int i = 0; i < 3000; i++) {
		struct arena a = ARENA_INIT;
		struct err e = ERR_INIT;
		struct texts columns;
		struct sql_runner *r = NULL;

		buf_clear(&b);
		query(&s, &b);
		if (sql_check(buf_str(&b), &a, &columns, &e)) {
			passed++;
			if (!sql_runner_open(buf_str(&b), &r, &e)) {
				note("%s: %s", e.text, buf_cstr(&b));
				runs = false;
			}
			sql_runner_close(r);
		}
		/* cut anywhere, it ends in a refusal, or where it could have ended */
		b.n = sweep_below(&s, b.n + 1);
		err_clear(&e);
		cut_passed += sql_check(buf_str(&b), &a, &columns, &e);
		runs = runs && (e.kind == ERR_NONE || e.kind == ERR_INPUT);
		arena_release(&a);
	}
	note("%zu passed, %zu cut ones", passed, cut_passed);
	ok(runs, "what passes can be run");
	ok(passed > 300 && cut_passed < passed, "some pass, and fewer when they are cut");
	buf_release(&b);
}

int
main(void)
{
	test_tables();
	test_lines();
	test_sizes();
	test_growth();
	test_random();
	arena_release(&run);
	return done();
}
