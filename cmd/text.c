#include "text.h"

#include <stdint.h>

#include "base/banned.h"

struct range {
	uint32_t first;
	uint32_t last;
};

/* Characters that steer a terminal or hide what stands beside them. */
static const struct range unsafe[] = {
	{ 0x0000, 0x001f },
	{ 0x007f, 0x009f },
	{ 0x200e, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2066, 0x2069 },
	{ 0xfeff, 0xfeff },
};

static const struct range combining[] = {
	{ 0x0300, 0x036f },
	{ 0x0483, 0x0489 },
	{ 0x0591, 0x05bd },
	{ 0x0610, 0x061a },
	{ 0x064b, 0x065f },
	{ 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff },
	{ 0x200b, 0x200d },
	{ 0x20d0, 0x20ff },
	{ 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f },
};

static const struct range wide[] = {
	{ 0x1100, 0x115f },
	{ 0x2e80, 0x303e },
	{ 0x3041, 0x4dbf },
	{ 0x4e00, 0xa4cf },
	{ 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f },
	{ 0x1f680, 0x1f6ff },
	{ 0x1f900, 0x1f9ff },
	{ 0x20000, 0x3fffd },
};

static bool
in_ranges(const struct range *r, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n; i++) {
		if (cp >= r[i].first && cp <= r[i].last)
			return true;
	}
	return false;
}

/*
 * Length of the first character of s (not empty); 0 when it is not UTF-8, and *cp its first
 * byte.
 */
static size_t
first_character(struct str s, uint32_t *cp)
{
	unsigned char lead = (unsigned char)s.p[0];
	size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	size_t at;

	*cp = lead;
	if (n == 1)
		return 1;
	if (n > s.n || !str_utf8_valid((struct str){ s.p, n }, &at))
		return 0;
	*cp = lead & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		*cp = *cp << 6 | ((unsigned char)s.p[i] & 0x3f);
	return n;
}

static void
escape_bytes(struct buf *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "\\x%02x", (unsigned char)p[i]);
}

void
text_escape(struct buf *out, struct str s, bool quoted)
{
	while (s.n > 0) {
		uint32_t cp;
		size_t n = first_character(s, &cp);
		size_t used = n > 0 ? n : 1;

		if (cp == '\n')
			buf_add_c(out, "\\n");
		else if (cp == '\t')
			buf_add_c(out, "\\t");
		else if (cp == '\r')
			buf_add_c(out, "\\r");
		else if (n == 0 || in_ranges(unsafe, countof(unsafe), cp))
			escape_bytes(out, s.p, used);
		else if (quoted && (cp == '"' || cp == '\\'))
			buf_printf(out, "\\%c", (int)cp);
		else
			buf_add(out, s.p, used);
		s = (struct str){ s.p + used, s.n - used };
	}
}

void
text_json(struct buf *out, struct str s)
{
	buf_add_char(out, '"');
	while (s.n > 0) {
		uint32_t cp;
		size_t n = first_character(s, &cp);
		size_t used = n > 0 ? n : 1;

		if (n == 0)
			buf_printf(out, "\\\\x%02x", cp);
		else if (cp == '"' || cp == '\\')
			buf_printf(out, "\\%c", (int)cp);
		else if (cp == '\n')
			buf_add_c(out, "\\n");
		else if (cp == '\t')
			buf_add_c(out, "\\t");
		else if (cp == '\r')
			buf_add_c(out, "\\r");
		else if (in_ranges(unsafe, countof(unsafe), cp))
			buf_printf(out, "\\u%04x", cp);
		else
			buf_add(out, s.p, used);
		s = (struct str){ s.p + used, s.n - used };
	}
	buf_add_char(out, '"');
}

static size_t
width_of(uint32_t cp)
{
	if (in_ranges(wide, countof(wide), cp))
		return 2;
	return in_ranges(combining, countof(combining), cp) ? 0 : 1;
}

size_t
text_width(struct str s)
{
	size_t width = 0;

	while (s.n > 0) {
		uint32_t cp;
		size_t n = first_character(s, &cp);
		size_t used = n > 0 ? n : 1;

		width += width_of(cp);
		s = (struct str){ s.p + used, s.n - used };
	}
	return width;
}

size_t
text_fit(struct str s, size_t columns)
{
	size_t width = 0, at = 0, blank = 0;

	while (at < s.n) {
		struct str rest = { s.p + at, s.n - at };
		uint32_t cp;
		size_t n = first_character(rest, &cp);

		if (cp == ' ' && at > 0)
			blank = at;
		width += width_of(cp);
		if (width > columns && at > 0)
			return blank > 0 ? blank : at;
		at += n > 0 ? n : 1;
	}
	return s.n;
}
