#include "store/sql_sandbox.h"

#include <string.h>

#include <sqlite3.h>

#include "base/banned.h"

/*
 * Limbs that RAT_MAX_DIGITS digits cannot fill: what is longer need not be written out to be
 * refused.
 */
#define MAX_LIMBS 64

bool
sandbox_pay(struct sql_sandbox *sb, sqlite3_context *ctx, size_t n)
{
	sb->work -= (int64_t)n;
	if (sb->work >= 0)
		return true;
	sandbox_stop(sb, ctx, "more work than the events warrant");
	return false;
}

void
sandbox_stop(struct sql_sandbox *sb, sqlite3_context *ctx, const char *limit)
{
	if (sb->limit == NULL)
		sb->limit = limit;
	sqlite3_result_error(ctx, limit, -1);
}

size_t
value_size(sqlite3_value *v)
{
	return sqlite3_value_type(v) == SQLITE_INTEGER ? 8 : (size_t)sqlite3_value_bytes(v);
}

bool
value_text(sqlite3_value *v, struct str *out)
{
	int type = sqlite3_value_type(v);

	if (type != SQLITE_TEXT && type != SQLITE_BLOB)
		return false;
	out->p = type == SQLITE_TEXT ? (const char *)sqlite3_value_text(v) : sqlite3_value_blob(v);
	out->n = (size_t)sqlite3_value_bytes(v);
	return true;
}

bool
value_number(sqlite3_value *v, struct arena *a, struct rat *out)
{
	struct str text;

	if (sqlite3_value_type(v) == SQLITE_INTEGER) {
		*out = rat_int(a, sqlite3_value_int64(v));
		return true;
	}
	if (!value_text(v, &text))
		return false;
	if (sqlite3_value_type(v) == SQLITE_BLOB)
		return rat_parse_exact(a, text, out) == RAT_OK;
	return rat_parse(a, text, out) == RAT_OK;
}

static size_t
digits(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += ascii_is_digit(text.p[i]);
	return n;
}

/* Its exact text; false: too long, or two that make it up are. */
static bool
exact_text(struct arena *a, struct rat x, struct str *out)
{
	const char *slash;

	if (x.num_size > MAX_LIMBS || x.num_size < -MAX_LIMBS || x.den_size > MAX_LIMBS)
		return false;
	*out = rat_text_exact(a, x);
	slash = memchr(out->p, '/', out->n);
	if (slash == NULL)
		return digits(*out) <= RAT_MAX_DIGITS;
	return slash - out->p <= RAT_MAX_DIGITS &&
		out->n - (size_t)(slash - out->p) <= RAT_MAX_DIGITS;
}

static const char too_long[] = "a number of more than 1000 digits";

bool
check_number(struct sql_sandbox *sb, sqlite3_context *ctx, struct rat x)
{
	if (x.num_size <= MAX_LIMBS && x.num_size >= -MAX_LIMBS && x.den_size <= MAX_LIMBS)
		return true;
	sandbox_stop(sb, ctx, too_long);
	return false;
}

void
result_number(struct sql_sandbox *sb, sqlite3_context *ctx, struct rat x)
{
	struct str text;

	if (exact_text(&sb->scratch, x, &text))
		sqlite3_result_blob(ctx, text.p, (int)text.n, SQLITE_TRANSIENT);
	else
		sandbox_stop(sb, ctx, too_long);
}

void
result_text(sqlite3_context *ctx, struct str text)
{
	sqlite3_result_text(ctx, text.p, (int)text.n, SQLITE_TRANSIENT);
}

int
value_order(sqlite3_value *x, sqlite3_value *y, struct arena *a)
{
	struct rat m = RAT_ZERO, n = RAT_ZERO;
	struct str s = { NULL, 0 }, t = { NULL, 0 };
	bool x_number = value_number(x, a, &m), y_number = value_number(y, a, &n);

	if (x_number && y_number)
		return rat_cmp(m, n);
	if (x_number || y_number)
		return x_number ? -1 : 1;
	(void)value_text(x, &s);
	(void)value_text(y, &t);
	return str_cmp(s, t);
}
