#include "codec/jsonw.h"

#include <assert.h>
#include <inttypes.h>

#include "base/banned.h"

void
jsonw_init(struct jsonw *w, struct buf *out)
{
	*w = (struct jsonw){ .out = out, .scratch = ARENA_INIT };
}

void
jsonw_release(struct jsonw *w)
{
	assert(w->depth == 0 && !w->keyed);
	arena_release(&w->scratch);
}

static bool
in_object(const struct jsonw *w)
{
	return w->depth > 0 && w->closers[w->depth - 1] == '}';
}

/* A value is about to be written: it has its key, or its comma. */
static void
begin_value(struct jsonw *w)
{
	assert(w->keyed == in_object(w));
	assert(w->depth > 0 || !w->comma);
	if (!w->keyed && w->comma)
		buf_add_char(w->out, ',');
	w->keyed = false;
	w->comma = true;
}

static void
open_container(struct jsonw *w, char opener, char closer)
{
	begin_value(w);
	assert(w->depth < JSONW_MAX_DEPTH);
	w->closers[w->depth++] = closer;
	w->comma = false;
	buf_add_char(w->out, opener);
}

void
jsonw_object(struct jsonw *w)
{
	open_container(w, '{', '}');
}

void
jsonw_array(struct jsonw *w)
{
	open_container(w, '[', ']');
}

void
jsonw_end(struct jsonw *w)
{
	assert(w->depth > 0 && !w->keyed);
	buf_add_char(w->out, w->closers[--w->depth]);
	w->comma = true;
}

void
jsonw_key(struct jsonw *w, const char *key)
{
	jsonw_key_str(w, str_c(key));
}

void
jsonw_key_str(struct jsonw *w, struct str key)
{
	assert(in_object(w) && !w->keyed);
	if (w->comma)
		buf_add_char(w->out, ',');
	json_quote(w->out, key);
	buf_add_char(w->out, ':');
	w->keyed = true;
	w->key = key;
}

void
jsonw_str(struct jsonw *w, struct str s)
{
	begin_value(w);
	json_quote(w->out, s);
}

void
jsonw_c(struct jsonw *w, const char *cstr)
{
	jsonw_str(w, str_c(cstr));
}

void
jsonw_raw(struct jsonw *w, struct str json)
{
	begin_value(w);
	buf_add_str(w->out, json);
}

void
jsonw_bool(struct jsonw *w, bool b)
{
	jsonw_raw(w, b ? STR("true") : STR("false"));
}

void
jsonw_null(struct jsonw *w)
{
	jsonw_raw(w, STR("null"));
}

void
jsonw_int(struct jsonw *w, int64_t v)
{
	begin_value(w);
	buf_printf(w->out, "%" PRId64, v);
}

void
jsonw_rat(struct jsonw *w, struct rat r)
{
	struct str key = w->key;

	assert(w->keyed);
	jsonw_str(w, rat_text(&w->scratch, r));
	if (!rat_is_short(r)) {
		jsonw_key_str(w, str_printf(&w->scratch, "%.*s_exact", STR_FMT(key)));
		jsonw_str(w, rat_text_exact(&w->scratch, r));
	}
	arena_clear(&w->scratch);
}

void
jsonw_instant(struct jsonw *w, int64_t t_ns)
{
	char text[INSTANT_TEXT_SIZE];

	assert(t_ns != INSTANT_NONE);
	jsonw_c(w, instant_text(t_ns, text));
}

/* ---- members ---- */

void
jsonw_member_str(struct jsonw *w, const char *key, struct str s)
{
	jsonw_key(w, key);
	jsonw_str(w, s);
}

void
jsonw_member_c(struct jsonw *w, const char *key, const char *cstr)
{
	jsonw_key(w, key);
	jsonw_c(w, cstr);
}

void
jsonw_member_bool(struct jsonw *w, const char *key, bool b)
{
	jsonw_key(w, key);
	jsonw_bool(w, b);
}

void
jsonw_member_int(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_int(w, v);
}

void
jsonw_member_rat(struct jsonw *w, const char *key, struct rat r)
{
	jsonw_key(w, key);
	jsonw_rat(w, r);
}

void
jsonw_member_instant(struct jsonw *w, const char *key, int64_t t_ns)
{
	jsonw_key(w, key);
	jsonw_instant(w, t_ns);
}

void
jsonw_member_raw(struct jsonw *w, const char *key, struct str json)
{
	jsonw_key(w, key);
	jsonw_raw(w, json);
}

void
jsonw_member_str_opt(struct jsonw *w, const char *key, struct str s)
{
	if (s.p != NULL)
		jsonw_member_str(w, key, s);
}

void
jsonw_member_instant_opt(struct jsonw *w, const char *key, int64_t t_ns)
{
	if (t_ns != INSTANT_NONE)
		jsonw_member_instant(w, key, t_ns);
}

/* ---- quoting ---- */

/* The letter for c behind a backslash, 'u' where it has none of its own; 0: c as it is. */
static char
escape_letter(unsigned char c)
{
	static const char controls[33] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";

	if (c < 0x20)
		return controls[c];
	return c == '"' || c == '\\' ? (char)c : '\0';
}

void
json_quote(struct buf *out, struct str s)
{
	static const char hex[] = "0123456789abcdef";
	size_t from = 0; /* of the bytes not yet written */

	buf_add_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char letter = escape_letter(c);
		if (letter == '\0')
			continue;
		buf_add(out, s.p + from, i - from);
		from = i + 1;
		buf_add_char(out, '\\');
		buf_add_char(out, letter);
		if (letter == 'u') {
			buf_add_c(out, "00");
			buf_add_char(out, hex[c >> 4]);
			buf_add_char(out, hex[c & 15]);
		}
	}
	if (s.n > from)
		buf_add(out, s.p + from, s.n - from);
	buf_add_char(out, '"');
}
