#include "store/sql_ast.h"

#include <string.h>

#include "base/banned.h"

/* ---- places ---- */

bool
sql_refuse(struct sql_query *q, size_t at, struct str value, const char *fmt, ...)
{
	size_t line = 1, begin = 0;
	struct buf text = BUF_INIT;
	va_list ap;

	for (size_t i = 0; i < at && i < q->text.n; i++) {
		if (q->text.p[i] == '\n') {
			line++;
			begin = i + 1;
		}
	}
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	err_field(q->e, ERR_INPUT, "metric.sql", STR("sql"), value, "at %zu:%zu: %s", line,
		str_codepoints((struct str){ q->text.p + begin, at - begin }) + 1, buf_cstr(&text));
	buf_release(&text);
	return false;
}

/* ---- tokens ---- */

static bool
is_word(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static char
peek(const struct sql_query *q, size_t i)
{
	return i < q->text.n ? q->text.p[i] : '\0';
}

/* Behind the digits, the point and the exponent of a number that begins at i. */
static size_t
number_end(const struct sql_query *q, size_t i)
{
	while (ascii_is_digit(peek(q, i)))
		i++;
	if (peek(q, i) == '.' && ascii_is_digit(peek(q, i + 1)))
		for (i++; ascii_is_digit(peek(q, i));)
			i++;
	if (ascii_lower(peek(q, i)) == 'e') {
		size_t k = i + 1 + (peek(q, i + 1) == '+' || peek(q, i + 1) == '-');

		if (ascii_is_digit(peek(q, k)))
			for (i = k; ascii_is_digit(peek(q, i));)
				i++;
	}
	return i;
}

/* What stands between the quotes at *pos; a doubled quote is one of them. */
static bool
quoted(struct sql_query *q, size_t *pos, struct str *out)
{
	char quote = q->text.p[*pos];
	size_t end = *pos + 1, n = 0;
	char *p;

	while (end < q->text.n && (q->text.p[end] != quote || peek(q, end + 1) == quote))
		end += q->text.p[end] == quote ? 2 : 1;
	if (end >= q->text.n)
		return sql_refuse(q, *pos, (struct str){ NULL, 0 }, "the quote is not closed");
	p = arena_alloc(q->arena, end - *pos);
	for (size_t i = *pos + 1; i < end; i += q->text.p[i] == quote ? 2 : 1)
		p[n++] = q->text.p[i];
	*pos = end + 1;
	*out = (struct str){ p, n };
	return true;
}

static size_t
sign_size(const struct sql_query *q, size_t i)
{
	static const char *const signs[] = { "!=", ">=", "<=", "<>", "==", "||", "::", "(", ")",
		",", ".", "+", "-", "*", "/", "=", "<", ">", ";" };
	struct str rest = { q->text.p + i, q->text.n - i };

	for (size_t s = 0; s < countof(signs); s++)
		if (str_starts(rest, signs[s]))
			return strlen(signs[s]);
	return 0;
}

static bool
sign(struct sql_query *q, size_t *pos, struct sql_token *t)
{
	static const char *const lacking[] = { "<>", "==", "||", "::" };
	size_t n = sign_size(q, *pos);
	struct str raw = { q->text.p + *pos, n };

	for (size_t i = 0; i < countof(lacking); i++)
		if (str_is(raw, lacking[i]))
			return sql_refuse(q, *pos, raw, "the dialect has no such operator%s",
				i < 2 ? ": wanted = or !=" : "");
	if (n == 0) {
		/* whole characters, so that the message is UTF-8 */
		for (n = 1; ((unsigned char)peek(q, *pos + n) & 0xc0) == 0x80;)
			n++;
		return sql_refuse(q, *pos, (struct str){ q->text.p + *pos, n },
			"this character has no meaning here");
	}
	t->kind = TOKEN_SIGN;
	t->text = raw;
	*pos += n;
	return true;
}

static bool
skip_blanks(struct sql_query *q, size_t *pos)
{
	while (*pos < q->text.n && strchr(" \t\r\n", q->text.p[*pos]) != NULL &&
		q->text.p[*pos] != '\0')
		(*pos)++;
	struct str rest = { q->text.p + *pos, q->text.n - *pos };

	if (str_starts(rest, "--") || str_starts(rest, "/*"))
		return sql_refuse(q, *pos, (struct str){ NULL, 0 }, "comments are not taken");
	return true;
}

bool
sql_token(struct sql_query *q, size_t *pos, struct sql_token *out)
{
	struct sql_token t = { .kind = TOKEN_END };
	bool ok = true;
	char c;

	if (!skip_blanks(q, pos))
		return false;
	t.at = *pos;
	c = peek(q, *pos);
	if (*pos >= q->text.n) {
		t.text = STR("");
	} else if (ascii_is_digit(c)) {
		t.kind = TOKEN_NUMBER;
		*pos = number_end(q, *pos);
		if (is_word(peek(q, *pos)))
			return sql_refuse(q, t.at,
				(struct str){ q->text.p + t.at, *pos + 1 - t.at },
				"a number ends where the name begins");
		t.text = (struct str){ q->text.p + t.at, *pos - t.at };
	} else if (is_word(c)) {
		t.kind = TOKEN_WORD;
		while (is_word(peek(q, *pos)))
			(*pos)++;
		t.text = (struct str){ q->text.p + t.at, *pos - t.at };
	} else if (c == '\'' || c == '"') {
		t.kind = c == '"' ? TOKEN_QUOTED : TOKEN_STRING;
		ok = quoted(q, pos, &t.text);
		if (ok && t.kind == TOKEN_QUOTED && t.text.n == 0)
			ok = sql_refuse(q, t.at, (struct str){ NULL, 0 }, "an empty name");
	} else {
		ok = sign(q, pos, &t);
	}
	t.raw = (struct str){ q->text.p + t.at, *pos - t.at };
	if (ok)
		*out = t;
	return ok;
}
