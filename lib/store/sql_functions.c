#include "store/sql_sandbox.h"

#include <string.h>

#include <sqlite3.h>

#include "base/instant.h"

#include "base/banned.h"

enum which { /* sets apart the functions of one body */
	WHICH_NONE,
	WHICH_ADD,
	WHICH_MUL,
	WHICH_EQ,
	WHICH_NE,
	WHICH_LT,
	WHICH_LE,
	WHICH_GT,
	WHICH_GE,
	WHICH_LEAST,
	WHICH_GREATEST,
	WHICH_CEIL,
	WHICH_FLOOR,
	WHICH_HOUR,
	WHICH_DAY
};

struct call {
	struct sql_sandbox *sb;
	sqlite3_context *ctx;
	sqlite3_value **args;
	int nargs;
	enum which which;
};

struct function {
	const char *name;
	int nargs;
	enum which which;
	void (*body)(const struct call *c);
};

/* ---- arithmetic ---- */

static bool
number(const struct call *c, int i, struct rat *out)
{
	return value_number(c->args[i], &c->sb->scratch, out);
}

/* Null where one is no number. */
static void
arithmetic(const struct call *c)
{
	struct arena *a = &c->sb->scratch;
	struct rat total, x;

	if (!number(c, 0, &total))
		return;
	for (int i = 1; i < c->nargs; i++) {
		if (!number(c, i, &x))
			return;
		total = c->which == WHICH_ADD ? rat_add(a, total, x) : rat_mul(a, total, x);
		if (!check_number(c->sb, c->ctx, total))
			return;
	}
	result_number(c->sb, c->ctx, total);
}

/* 1 / x; of zero null. */
static void
inverse(const struct call *c)
{
	struct rat x, out;

	if (number(c, 0, &x) && rat_div(&c->sb->scratch, RAT_ONE, x, &out))
		result_number(c->sb, c->ctx, out);
}

static void
negate(const struct call *c)
{
	struct rat x;

	if (number(c, 0, &x))
		result_number(c->sb, c->ctx, rat_neg(x));
}

static void
to_number(const struct call *c)
{
	struct rat x;

	if (number(c, 0, &x))
		result_number(c->sb, c->ctx, x);
}

static void
round_to(const struct call *c)
{
	struct rat x;
	int places = sqlite3_value_int(c->args[1]);

	if (number(c, 0, &x))
		result_number(c->sb, c->ctx, rat_round(&c->sb->scratch, x, places, RAT_HALF_UP));
}

static void
ceil_or_floor(const struct call *c)
{
	struct rat x;

	if (number(c, 0, &x))
		result_number(c->sb, c->ctx,
			rat_round(&c->sb->scratch, x, 0,
				c->which == WHICH_CEIL ? RAT_CEILING : RAT_FLOOR));
}

/* ---- comparison ---- */

static bool
same_bytes(sqlite3_value *x, sqlite3_value *y)
{
	struct str s, t;

	return value_text(x, &s) && value_text(y, &t) && str_eq(s, t);
}

/* As numbers where both are, else as texts. Neither is null. */
static int
compare_values(sqlite3_value *x, sqlite3_value *y, struct arena *a)
{
	struct rat m, n;
	struct str s = { NULL, 0 }, t = { NULL, 0 };

	if (same_bytes(x, y))
		return 0;
	if (value_number(x, a, &m) && value_number(y, a, &n))
		return rat_cmp(m, n);
	(void)value_text(x, &s);
	(void)value_text(y, &t);
	return str_cmp(s, t);
}

static bool
is_null(const struct call *c, int i)
{
	return sqlite3_value_type(c->args[i]) == SQLITE_NULL;
}

static void
compare(const struct call *c)
{
	int order;
	bool holds = false;

	if (is_null(c, 0) || is_null(c, 1))
		return;
	order = compare_values(c->args[0], c->args[1], &c->sb->scratch);
	if (c->which == WHICH_EQ)
		holds = order == 0;
	else if (c->which == WHICH_NE)
		holds = order != 0;
	else if (c->which == WHICH_LT)
		holds = order < 0;
	else if (c->which == WHICH_LE)
		holds = order <= 0;
	else if (c->which == WHICH_GT)
		holds = order > 0;
	else if (c->which == WHICH_GE)
		holds = order >= 0;
	sqlite3_result_int(c->ctx, holds);
}

/* The least or greatest; null where one is. */
static void
extreme(const struct call *c)
{
	struct rat x;
	int best = 0;

	for (int i = 0; i < c->nargs; i++) {
		if (is_null(c, i))
			return;
		int order = value_order(c->args[i], c->args[best], &c->sb->scratch);
		if (c->which == WHICH_LEAST ? order < 0 : order > 0)
			best = i;
	}
	if (sqlite3_value_type(c->args[best]) == SQLITE_INTEGER)
		sqlite3_result_value(c->ctx, c->args[best]);
	else if (number(c, best,
			 &x)) /* of equal numbers, whichever way they are written, one form */
		result_number(c->sb, c->ctx, x);
	else
		sqlite3_result_value(c->ctx, c->args[best]);
}

/* ---- IN ---- */

/*
 * A list is a blob: for each value its kind (a byte: an SQLite type), its
 * length (4 bytes, as the machine has them) and its bytes.
 */
static void
list(const struct call *c)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < c->nargs; i++) {
		int type = sqlite3_value_type(c->args[i]);
		uint32_t size = type == SQLITE_NULL ? 0 : (uint32_t)value_size(c->args[i]);
		int64_t integer = sqlite3_value_int64(c->args[i]);
		struct str text = { (const char *)&integer, sizeof(integer) };

		(void)value_text(c->args[i], &text);
		buf_add_char(&b, (char)type);
		buf_add(&b, &size, sizeof(size));
		if (type != SQLITE_NULL)
			buf_add(&b, text.p, size);
	}
	sqlite3_result_blob64(c->ctx, b.p, b.n, SQLITE_TRANSIENT);
	buf_release(&b);
}

/* A value of a list, against the one that is looked for. */
static bool
equals(struct arena *a, const struct call *c, int type, struct str item)
{
	struct rat x, y;
	struct str text;
	int64_t integer;

	if (type == SQLITE_INTEGER) {
		memcpy(&integer, item.p, sizeof(integer));
		return sqlite3_value_type(c->args[0]) == SQLITE_INTEGER &&
			sqlite3_value_int64(c->args[0]) == integer;
	}
	if (!value_text(c->args[0], &text))
		return false;
	if (str_eq(text, item))
		return true;
	return (type == SQLITE_BLOB ? rat_parse_exact(a, item, &y) : rat_parse(a, item, &y)) ==
		RAT_OK &&
		number(c, 0, &x) && rat_eq(x, y);
}

static void
in(const struct call *c)
{
	bool null = is_null(c, 0);

	for (int i = 1; i < c->nargs; i++) {
		const char *p = sqlite3_value_blob(c->args[i]);
		const char *end = p + sqlite3_value_bytes(c->args[i]);

		while (p < end && !is_null(c, 0)) {
			struct str item;
			uint32_t size;
			int type = (unsigned char)*p;

			memcpy(&size, p + 1, sizeof(size));
			item = (struct str){ p + 1 + sizeof(size), size };
			p = item.p + size;
			null = null || type == SQLITE_NULL;
			if (type != SQLITE_NULL && equals(&c->sb->scratch, c, type, item)) {
				sqlite3_result_int(c->ctx, 1);
				return;
			}
		}
	}
	if (!null)
		sqlite3_result_int(c->ctx, 0);
}

/* ---- texts and instants ---- */

static void
to_text(const struct call *c)
{
	struct str text;

	if (value_text(c->args[0], &text))
		result_text(c->ctx, text);
}

static void
bool_text(const struct call *c)
{
	if (!is_null(c, 0))
		result_text(c->ctx,
			sqlite3_value_int(c->args[0]) != 0 ? STR("true") : STR("false"));
}

static void
instant(const struct call *c)
{
	struct instant_why why;
	struct str text;
	int64_t at_ns;

	if (sqlite3_value_type(c->args[0]) == SQLITE_INTEGER)
		sqlite3_result_value(c->ctx, c->args[0]);
	else if (value_text(c->args[0], &text) && instant_parse(text, INSTANT_DATE, &at_ns, &why))
		sqlite3_result_int64(c->ctx, at_ns);
}

static void
to_instant_text(const struct call *c)
{
	char text[INSTANT_TEXT_SIZE];

	if (!is_null(c, 0))
		result_text(c->ctx, str_c(instant_text(sqlite3_value_int64(c->args[0]), text)));
}

static void
truncate_to(const struct call *c)
{
	if (!is_null(c, 0))
		sqlite3_result_int64(c->ctx,
			instant_floor(sqlite3_value_int64(c->args[0]),
				c->which == WHICH_HOUR ? NS_PER_HOUR : NS_PER_DAY));
}

/* ---- all of them ---- */

static const struct function functions[] = {
	{ "mtr_add", -1, WHICH_ADD, arithmetic },
	{ "mtr_mul", -1, WHICH_MUL, arithmetic },
	{ "mtr_inverse", 1, WHICH_NONE, inverse },
	{ "mtr_neg", 1, WHICH_NONE, negate },
	{ "mtr_number", 1, WHICH_NONE, to_number },
	{ "mtr_round", 2, WHICH_NONE, round_to },
	{ "mtr_ceil", 1, WHICH_CEIL, ceil_or_floor },
	{ "mtr_floor", 1, WHICH_FLOOR, ceil_or_floor },
	{ "mtr_eq", 2, WHICH_EQ, compare },
	{ "mtr_ne", 2, WHICH_NE, compare },
	{ "mtr_lt", 2, WHICH_LT, compare },
	{ "mtr_le", 2, WHICH_LE, compare },
	{ "mtr_gt", 2, WHICH_GT, compare },
	{ "mtr_ge", 2, WHICH_GE, compare },
	{ "mtr_least", -1, WHICH_LEAST, extreme },
	{ "mtr_greatest", -1, WHICH_GREATEST, extreme },
	{ "mtr_list", -1, WHICH_NONE, list },
	{ "mtr_in", -1, WHICH_NONE, in },
	{ "mtr_text", 1, WHICH_NONE, to_text },
	{ "mtr_bool_text", 1, WHICH_NONE, bool_text },
	{ "mtr_instant", 1, WHICH_NONE, instant },
	{ "mtr_instant_text", 1, WHICH_NONE, to_instant_text },
	{ "mtr_hour", 1, WHICH_HOUR, truncate_to },
	{ "mtr_day", 1, WHICH_DAY, truncate_to },
};

struct bound {
	struct sql_sandbox *sb;
	const struct function *f;
};

/* Bytes read cost a step each; numbers are parsed and written with every call. */
#define CALL_COST 16

static void
run(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
	const struct bound *b = sqlite3_user_data(ctx);
	struct call c = { b->sb, ctx, args, nargs, b->f->which };
	size_t cost = CALL_COST;

	for (int i = 0; i < nargs; i++)
		cost += value_size(args[i]);
	if (!sandbox_pay(b->sb, ctx, cost))
		return;
	b->f->body(&c); /* where it gives no result, that is null */
	if (b->sb->scratch.block != NULL)
		arena_clear(&b->sb->scratch);
}

int
sandbox_add_functions(struct sql_sandbox *sb)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < countof(functions); i++) {
		struct bound *b = ARENA_NEW(&sb->kept, struct bound);

		*b = (struct bound){ sb, &functions[i] };
		rc = sqlite3_create_function_v2(sb->db, functions[i].name, functions[i].nargs,
			SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, b, run, NULL, NULL,
			NULL);
	}
	return rc;
}
