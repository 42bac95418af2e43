/*
 * What the expressions of an SQL metric mean: exact numbers, texts, instants, three-valued
 * logic.
 */
#include "base/rat.h"
#include "store/sql_metric.h"
#include "tests/unit/sql_rows.h"
#include "tests/unit/sweep.h"

static struct arena run = ARENA_INIT;
static struct store *st;

static const struct sql_given one[] = {
	{ "a", "e", 1,
		"{'n':'3000','s':'9','big':123456789012345678901234567890,'x':0.1,'y':'0.2',"
		"'text':'abc','empty':'','t':true,'neg':-2.5,'sci':'1e3','plus':'+5',"
		"'nested':{'a':1},'odd name':7,'limit':4,'ver':'3.10','at':'2026-01-01T05:00:00Z'}" },
};

/* A value over the one event; "null", or what was wrong. */
static const char *
value_of(const char *expression)
{
	struct str query = str_printf(&run, "SELECT %s AS value FROM events", expression);

	return sql_rows(st, query.p, SQL_START, SQL_END, &run);
}

/* The truth of a condition: 1, 0 or null. */
static const char *
truth_of(const char *condition)
{
	struct str query = str_printf(&run,
		"SELECT CASE WHEN %s THEN 1 WHEN NOT (%s) THEN 0 END AS value FROM events",
		condition, condition);

	return sql_rows(st, query.p, SQL_START, SQL_END, &run);
}

struct expected {
	const char *text;
	const char *want;
};

static const struct expected values[] = {
	/* arithmetic is exact, whatever SQLite would make of it */
	{ "'0.1' + '0.2'", "0.3" },
	{ "properties.x + properties.y", "0.3" },
	{ "1 / 3", "1/3" },
	{ "1 / 3 * 3", "1" },
	{ "1 / 3 + 1 / 6", "0.5" },
	{ "9223372036854775807 + 1", "9223372036854775808" },
	{ "9223372036854775807 * 9223372036854775807", "85070591730234615847396907784232501249" },
	{ "properties.big + 1", "123456789012345678901234567891" },
	{ "0.1 * 3 - 0.3", "0" },
	{ "1e3", "1000" },
	{ "1.50", "1.5" },
	{ "-properties.neg", "2.5" },
	{ "- - 2", "2" },
	/* precedence */
	{ "2 + 3 * 4", "14" },
	{ "(2 + 3) * 4", "20" },
	{ "10 - 4 - 3", "3" },
	{ "100 / 10 / 5", "2" },
	{ "-2 * -3", "6" },
	{ "2 - -3", "5" },
	/* what is no number gives null */
	{ "properties.text + 1", "null" },
	{ "properties.empty + 1", "null" },
	{ "properties.plus + 0", "null" },
	{ "properties.none + 1", "null" },
	{ "properties.nested + 1", "null" },
	{ "properties.t * 2", "null" },
	{ "properties.sci + 0", "1000" },
	{ "1 / 0", "null" },
	{ "1 / (properties.x * 10 - 1)", "null" },
	{ "NULL", "null" },
	{ "NULL + 1", "null" },
	/* names */
	{ "properties.\"odd name\" + 1", "8" },
	{ "PROPERTIES.n", "3000" },
	{ "properties.N", "null" },
	{ "properties.limit", "4" },
	{ "events.properties.n", "3000" },
	/* rounding */
	{ "ROUND(2.5)", "3" },
	{ "ROUND(-2.5)", "-3" },
	{ "ROUND(1.005, 2)", "1.01" },
	{ "ROUND(1250, -2)", "1300" },
	{ "ROUND(1 / 3, 4)", "0.3333" },
	{ "round(properties.none)", "null" },
	{ "CEIL(-2.5)", "-2" },
	{ "CEIL(2.0000000000000000000001)", "3" },
	{ "FLOOR(-2.5)", "-3" },
	{ "FLOOR('7.9')", "7" },
	/* least and greatest: numbers as numbers, before texts; null where one is */
	{ "GREATEST(properties.s, properties.n)", "3000" },
	{ "LEAST(properties.s, properties.n)", "9" },
	{ "LEAST(properties.text, 5)", "5" },
	{ "GREATEST(properties.text, 5)", "null" },
	{ "GREATEST(1, NULL, 3)", "null" },
	{ "LEAST(1, 2, 0.5, 3)", "0.5" },
	/* CAST */
	{ "CAST(properties.n AS DECIMAL)", "3000" },
	{ "CAST('1.239' AS DECIMAL(10, 2))", "1.24" },
	{ "CAST('1.5' AS NUMERIC(5))", "2" },
	{ "CAST(-1.5 AS INT)", "-2" },
	{ "CAST('abc' AS DOUBLE)", "null" },
	{ "CAST('1e2' AS DOUBLE PRECISION)", "100" },
	{ "CAST(1.50 AS VARCHAR)", "1.5" },
	{ "CAST(properties.text AS VARCHAR)", "null" },
	/* CASE */
	{ "CASE WHEN properties.n > 5 THEN 1 ELSE 2 END", "1" },
	{ "CASE WHEN properties.n < 5 THEN 1 END", "null" },
	{ "CASE WHEN properties.none > 1 THEN 1 WHEN properties.none <= 1 THEN 2 ELSE 3 END", "3" },
	{ "case when event_type = 'e' then 7 else 8 end", "7" },
	{ "CASE WHEN NULL THEN 1 ELSE 2 END", "2" },
};

static const struct expected truths[] = {
	/* numbers where both are, else texts */
	{ "properties.n > properties.s", "1" },
	{ "properties.n = 3000.0", "1" },
	{ "properties.sci = 1000", "1" },
	{ "'9' < '3000'", "0" }, /* two texts of the query itself */
	{ "properties.s < '3000'", "1" },
	{ "properties.ver = '3.1'", "1" },
	{ "CAST(properties.ver AS VARCHAR) = '3.1'", "0" },
	{ "properties.text > 5", "1" },
	{ "properties.text = 'abc'", "1" },
	{ "properties.text = 'ABC'", "0" },
	{ "properties.empty = ''", "1" },
	{ "properties.empty IS NULL", "0" },
	{ "properties.t = 'true'", "1" },
	{ "properties.nested IS NULL", "1" },
	{ "properties.none IS NOT NULL", "0" },
	{ "event_type = 'e'", "1" },
	{ "event_type != 'E'", "1" },
	{ "'it''s' = 'it''s'", "1" },
	{ "1 / 3 = 2 / 6", "1" },
	{ "0.1 + 0.2 <= 0.3", "1" },
	{ "properties.big >= 123456789012345678901234567890", "1" },
	{ "properties.big > 123456789012345678901234567889.9999", "1" },
	/* three values */
	{ "NULL = NULL", "null" },
	{ "properties.none = 1", "null" },
	{ "properties.none != 1", "null" },
	{ "properties.none > 1 AND 1 = 2", "0" },
	{ "properties.none > 1 AND 1 = 1", "null" },
	{ "properties.none > 1 OR 1 = 1", "1" },
	{ "properties.none > 1 OR 1 = 2", "null" },
	{ "NOT properties.none > 1", "null" },
	{ "NOT NOT 1 = 1", "1" },
	{ "1 = 1 OR 1 = 1 AND 1 = 2", "1" },
	{ "NOT 1 = 2 AND 1 = 1", "1" },
	{ "(1 = 1) = (2 = 2)", "1" },
	/* IN */
	{ "properties.s IN (1, 9.0, 3)", "1" },
	{ "properties.s NOT IN (1, 3)", "1" },
	{ "properties.s IN ('a', 'b')", "0" },
	{ "properties.s IN (1, NULL)", "null" },
	{ "properties.s IN (9, NULL)", "1" },
	{ "properties.s NOT IN (9, NULL)", "0" },
	{ "properties.none IN (1)", "null" },
	{ "event_type IN ('a', 'e')", "1" },
	{ "properties.n IN (properties.s, properties.n)", "1" },
	{ "1 / 3 IN (2 / 6)", "1" },
	/* instants */
	{ "timestamp = '2026-01-01T01:00:00Z'", "1" },
	{ "timestamp = '2026-01-01T02:00:00+01:00'", "1" },
	{ "timestamp >= '2026-01-01'", "1" },
	{ "'2026-01-01T01:00:00.000000001Z' > timestamp", "1" },
	{ "timestamp < properties.at", "1" },
	{ "timestamp < properties.text", "null" },
	{ "timestamp IN ('2026-01-01T01:00:00Z', '2026-01-02')", "1" },
	{ "DATE_TRUNC('day', timestamp) = '2026-01-01'", "1" },
	{ "date_trunc('HOUR', timestamp) = timestamp", "1" },
	{ "CAST('2026-01-01T01:00:00Z' AS TIMESTAMP) = timestamp", "1" },
	{ "CAST(properties.text AS TIMESTAMP) IS NULL", "1" },
	{ "CAST(timestamp AS VARCHAR) = '2026-01-01T01:00:00Z'", "1" },
	{ "CAST(1 = 1 AS VARCHAR) = 'true'", "1" },
};

static void
test_tables(void)
{
	for (size_t i = 0; i < countof(values); i++)
		is_str(value_of(values[i].text), values[i].want, "%s", values[i].text);
	for (size_t i = 0; i < countof(truths); i++)
		is_str(truth_of(truths[i].text), truths[i].want, "%s", truths[i].text);
}

/* ---- the same as rat ---- */

static struct rat
some_number(struct sweep *s)
{
	struct rat x = rat_scaled(&run, sweep_int64(s), (unsigned)sweep_below(s, 19));

	return sweep_below(s, 2) == 0 ? x : rat_add(&run, x, rat_int(&run, sweep_int64(s)));
}

static const char *
literal(struct rat x)
{
	return str_printf(&run, "%.*s", STR_FMT(rat_text_exact(&run, x))).p;
}

static bool
agrees(const char *expression, struct rat want)
{
	const char *got = value_of(expression);
	const char *text = rat_text_exact(&run, want).p;

	if (str_is(str_c(got), text))
		return true;
	note("%s: got %s, want %s", expression, got, text);
	return false;
}

static void
test_laws(void)
{
	struct sweep s = sweep_start("arithmetic", 20260101);
	bool same = true;

	for (int i = 0; i < 150; i++) {
		struct rat x = some_number(&s), y = some_number(&s), q;
		const char *a = literal(x), *b = literal(y);

		same = agrees(str_printf(&run, "%s + %s", a, b).p, rat_add(&run, x, y)) && same;
		same = agrees(str_printf(&run, "%s - %s", a, b).p, rat_sub(&run, x, y)) && same;
		same = agrees(str_printf(&run, "%s * %s", a, b).p, rat_mul(&run, x, y)) && same;
		if (rat_div(&run, x, y, &q))
			same = agrees(str_printf(&run, "%s / %s", a, b).p, q) && same;
		same = agrees(str_printf(&run, "ROUND(%s, 3)", a).p,
			       rat_round(&run, x, 3, RAT_HALF_UP)) &&
			same;
		same = agrees(str_printf(&run, "LEAST(%s, %s)", a, b).p, rat_min(x, y)) && same;
		same = agrees(str_printf(&run, "GREATEST(%s, %s)", a, b).p, rat_max(x, y)) && same;
		same = agrees(str_printf(&run, "CASE WHEN %s < %s THEN 1 ELSE 0 END", a, b).p,
			       rat_cmp(x, y) < 0 ? RAT_ONE : RAT_ZERO) &&
			same;
	}
	ok(same, "operators and functions agree with exact arithmetic");
}

int
main(void)
{
	st = sql_store("functions.db", one, countof(one));
	test_tables();
	test_laws();
	store_close(st);
	arena_release(&run);
	return done();
}
