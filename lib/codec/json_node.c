#include "codec/json_scan.h"

#include <string.h>

#include "codec/canonical.h"

#include "base/banned.h"

static unsigned
hex_digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(ascii_lower(c) - 'a' + 10);
}

static unsigned
hex4(const char *p)
{
	return hex_digit(p[0]) << 12 | hex_digit(p[1]) << 8 | hex_digit(p[2]) << 4 |
		hex_digit(p[3]);
}

static char *
put_utf8(char *q, unsigned c)
{
	if (c < 0x80) {
		*q++ = (char)c;
	} else if (c < 0x800) {
		*q++ = (char)(0xc0 | c >> 6);
		*q++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*q++ = (char)(0xe0 | c >> 12);
		*q++ = (char)(0x80 | (c >> 6 & 0x3f));
		*q++ = (char)(0x80 | (c & 0x3f));
	} else {
		*q++ = (char)(0xf0 | c >> 18);
		*q++ = (char)(0x80 | (c >> 12 & 0x3f));
		*q++ = (char)(0x80 | (c >> 6 & 0x3f));
		*q++ = (char)(0x80 | (c & 0x3f));
	}
	return q;
}

/* Undo the escape whose letter is at *p, and step past it. The scan has found it well formed. */
static char *
put_escape(char *q, const char **p)
{
	static const char plain[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	char letter = *(*p)++;
	unsigned c;

	if (letter != 'u') {
		*q = meant[strchr(plain, letter) - plain];
		return q + 1;
	}
	c = hex4(*p);
	*p += 4;
	if (c >= 0xd800 && c <= 0xdbff) {
		c = 0x10000 + ((c - 0xd800) << 10) + (hex4(*p + 2) - 0xdc00);
		*p += 6;
	}
	return put_utf8(q, c);
}

struct str
json_node_string(const struct json_scanner *s, const struct json_node *node, struct arena *a)
{
	struct str raw = { s->text.p + node->off, node->len };

	if (!node->escaped)
		return raw;

	char *text = arena_alloc(a, raw.n + 1),
	     *q = text; /* no escape is shorter than its character */
	const char *p = raw.p, *end = raw.p + raw.n;

	while (p < end) {
		if (*p == '\\') {
			p++;
			q = put_escape(q, &p);
		} else {
			*q++ = *p++;
		}
	}
	return (struct str){ text, (size_t)(q - text) };
}

struct str
json_node_raw(const struct json_scanner *s, const struct json_node *node)
{
	if (node->type == JSON_STRING)
		return (struct str){ s->text.p + node->off - 1, (size_t)node->len + 2 };
	return (struct str){ s->text.p + node->off, node->len };
}

/* ---- canonical text ---- */

static enum json_type
view_type(const void *ctx, const void *value)
{
	const struct json_node *node = value;

	(void)ctx;
	return node->type;
}

static struct str
view_text(const void *ctx, const void *value, struct arena *a)
{
	const struct json_node *node = value;

	return node->type == JSON_STRING ? json_node_string(ctx, node, a) :
					   json_node_raw(ctx, node);
}

static struct canonical_part *
view_parts(const void *ctx, const void *value, struct arena *a, size_t *n)
{
	const struct json_scanner *s = ctx;
	const struct json_node *node = value;
	bool object = node->type == JSON_OBJECT;
	struct canonical_part *parts = NULL;
	size_t cap = 0;

	*n = 0;
	for (uint32_t i = (uint32_t)(node - s->nodes) + 1; i < node->next; i = s->nodes[i].next) {
		struct str key = { NULL, 0 };
		if (object)
			key = json_node_string(s, &s->nodes[i++], a);
		parts = arena_grow(a, parts, &cap, *n + 1, sizeof(parts[0]));
		parts[(*n)++] = (struct canonical_part){ key, &s->nodes[i] };
	}
	return parts;
}

void
json_node_canonical(const struct json_scanner *s, const struct json_node *node, struct buf *out)
{
	static const struct canonical_view view = { view_type, view_text, view_parts };

	canonical_write(&view, s, node, out);
}
