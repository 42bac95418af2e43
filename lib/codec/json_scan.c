#include "codec/json_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "codec/json_keys.h"

#include "base/banned.h"

#define NODES_MIN ((size_t)64)

/* A container that is still open. */
struct frame {
	uint32_t node;
	uint32_t keys;
	uint64_t seen; /* one bit for each sort of key so far */
	bool object;
	bool clash; /* two keys of a sort, or an escaped one: compare them all */
};

struct scan {
	struct json_scanner *s;
	const unsigned char *text;
	const unsigned char *end;
	struct json_fault *fault;
	bool done; /* the outermost value is closed */
	unsigned depth;
	struct frame frames[JSON_MAX_DEPTH];
};

enum class {
	WRONG, /* begins no value */
	BLANK,
	QUOTE,
	BRACE,
	BRACKET,
	NUMBER,
	WORD
};

static const unsigned char classes[256] = {
	['\t'] = BLANK,
	['\n'] = BLANK,
	['\r'] = BLANK,
	[' '] = BLANK,
	['"'] = QUOTE,
	['{'] = BRACE,
	['['] = BRACKET,
	['-'] = NUMBER,
	['0'] = NUMBER,
	['1'] = NUMBER,
	['2'] = NUMBER,
	['3'] = NUMBER,
	['4'] = NUMBER,
	['5'] = NUMBER,
	['6'] = NUMBER,
	['7'] = NUMBER,
	['8'] = NUMBER,
	['9'] = NUMBER,
	['t'] = WORD,
	['f'] = WORD,
	['n'] = WORD,
};

const char *
json_type_phrase(enum json_type type)
{
	static const char *const phrases[] = {
		[JSON_NULL] = "null",
		[JSON_FALSE] = "a boolean",
		[JSON_TRUE] = "a boolean",
		[JSON_NUMBER] = "a number",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object",
	};
	_Static_assert(countof(phrases) == JSON_OBJECT + 1, "a phrase for each type");

	return phrases[type];
}

/* ---- faults ---- */

/* Note a fault; NULL, which every step hands on. */
static const unsigned char *__attribute__((cold, noinline, format(printf, 4, 5)))
fail(struct scan *c, const unsigned char *at, const char *code, const char *fmt, ...)
{
	va_list ap;

	c->fault->offset = (size_t)(at - c->text);
	c->fault->code = code;
	va_start(ap, fmt);
	vsnprintf(c->fault->text, sizeof(c->fault->text), fmt, ap);
	va_end(ap);
	return NULL;
}

/*
 * Bytes of the well-formed UTF-8 sequence at p, which begins with a byte of
 * 0x80 or more; 0 where it is ill-formed or goes past end.
 */
static inline size_t
utf8_sequence(const unsigned char *p, const unsigned char *end)
{
	size_t left = (size_t)(end - p);
	unsigned c = p[0];

	if (c < 0xe0) {
		if (c < 0xc2 || left < 2 || (p[1] & 0xc0) != 0x80)
			return 0;
		return 2;
	}
	if (c < 0xf0) {
		if (left < 3 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			return 0;
		/* shorter forms, and the halves of surrogate pairs */
		return (c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) ? 0 : 3;
	}
	if (c > 0xf4 || left < 4 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80 ||
		(p[3] & 0xc0) != 0x80)
		return 0;
	return (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f) ? 0 : 4;
}

/* Something else stands at p than what is wanted there. */
static const unsigned char *__attribute__((cold, noinline))
wanted(struct scan *c, const unsigned char *p, const char *what)
{
	if (p == c->end)
		return fail(c, p, "json_syntax", "wanted %s, found the end", what);
	if (*p == 0)
		return fail(c, p, "json_nul", "wanted %s, found a NUL byte", what);
	if (*p < 0x20 || *p == 0x7f)
		return fail(c, p, "json_syntax", "wanted %s, found the byte 0x%02x", what, *p);
	if (*p < 0x80)
		return fail(c, p, "json_syntax", "wanted %s, found '%c'", what, *p);

	size_t n = utf8_sequence(p, c->end);

	if (n == 0)
		return fail(c, p, "json_utf8", "not UTF-8: byte 0x%02x", *p);
	return fail(c, p, "json_syntax", "wanted %s, found '%.*s'", what, (int)n, (const char *)p);
}

/* ---- nodes ---- */

static void __attribute__((cold, noinline)) grow_nodes(struct json_scanner *s)
{
	s->cap = s->cap < NODES_MIN ? NODES_MIN : s->cap * 2;
	s->nodes = mem_realloc(s->nodes, s->cap, sizeof(s->nodes[0]));
}

static inline struct json_node *
add_node(struct scan *c, enum json_type type, const unsigned char *p, size_t len)
{
	struct json_scanner *s = c->s;

	if (__builtin_expect(s->n == s->cap, false))
		grow_nodes(s);

	struct json_node *node = &s->nodes[s->n++];
	node->off = (uint32_t)(p - c->text);
	node->len = (uint32_t)len;
	node->next = (uint32_t)s->n;
	node->type = (uint8_t)type;
	node->escaped = false;
	return node;
}

static inline const unsigned char *
skip_blank(const unsigned char *p, const unsigned char *end)
{
	while (p < end && classes[*p] == BLANK)
		p++;
	return p;
}

/* ---- strings ---- */

/* Past the bytes that need no look: all but '"', '\', control characters and what is not ASCII. */
static inline const unsigned char *
skip_plain(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(' ');

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* as signed numbers, bytes of 0x80 and more are less than a space too */
		__m128i stop = _mm_or_si128(_mm_cmplt_epi8(v, space),
			_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)));
		int mask = _mm_movemask_epi8(stop);
		if (mask != 0)
			return p + __builtin_ctz((unsigned)mask);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned)(*p - 0x20) < 0x60)
		p++;
	return p;
}

static const unsigned char *
scan_hex4(struct scan *c, const unsigned char *p, unsigned *out)
{
	unsigned v = 0;

	for (const unsigned char *stop = p + 4; p < stop; p++) {
		if (p < c->end && *p >= '0' && *p <= '9')
			v = v << 4 | (unsigned)(*p - '0');
		else if (p < c->end && (*p | 0x20) >= 'a' && (*p | 0x20) <= 'f')
			v = v << 4 | (unsigned)((*p | 0x20) - 'a' + 10);
		else
			return wanted(c, p, "four hexadecimal digits");
	}
	*out = v;
	return p;
}

/* Past the escape whose backslash is at p. */
static const unsigned char *
scan_escape(struct scan *c, const unsigned char *p)
{
	const unsigned char *start = p++;
	unsigned unit, low;

	if (p == c->end || *p == 0 || strchr("\"\\/bfnrtu", *p) == NULL)
		return wanted(c, p, "one of \"\\/bfnrtu behind a backslash");
	if (*p != 'u')
		return p + 1;
	p = scan_hex4(c, p + 1, &unit);
	if (p == NULL)
		return NULL;
	if (unit == 0)
		return fail(c, start, "json_nul", "\\u0000 is not accepted");
	if (unit < 0xd800 || unit > 0xdfff)
		return p;
	if (unit > 0xdbff || c->end - p < 2 || p[0] != '\\' || p[1] != 'u')
		return fail(c, start, "json_surrogate", "\\u%04x is half of a surrogate pair",
			unit);
	p = scan_hex4(c, p + 2, &low);
	if (p == NULL)
		return NULL;
	if (low < 0xdc00 || low > 0xdfff)
		return fail(c, start, "json_surrogate", "\\u%04x is half of a surrogate pair",
			unit);
	return p;
}

/* A byte that ends a plain run, and no quote: past it, and what belongs to it. */
static const unsigned char *__attribute__((noinline))
scan_special(struct scan *c, const unsigned char *p)
{
	if (p == c->end)
		return wanted(c, p, "the end of a string");
	if (*p == '\\')
		return scan_escape(c, p);
	if (*p == 0)
		return fail(c, p, "json_nul", "a NUL byte in a string");
	if (*p < 0x20)
		return fail(c, p, "json_syntax", "control character 0x%02x in a string", *p);
	while (p < c->end && *p >= 0x80) {
		size_t n = utf8_sequence(p, c->end);
		if (n == 0)
			return fail(c, p, "json_utf8", "not UTF-8: byte 0x%02x", *p);
		p += n;
	}
	return p;
}

/* A string whose opening quote is at p becomes a node; past its closing quote. */
static inline const unsigned char *
scan_string(struct scan *c, const unsigned char *p)
{
	const unsigned char *start = ++p;
	bool escaped = false;

	for (;;) {
		p = skip_plain(p, c->end);
		if (__builtin_expect(p < c->end && *p == '"', true))
			break;
		escaped |= p < c->end && *p == '\\';
		p = scan_special(c, p);
		if (p == NULL)
			return NULL;
	}
	add_node(c, JSON_STRING, start, (size_t)(p - start))->escaped = escaped;
	return p + 1;
}

/* ---- numbers and words ---- */

static inline const unsigned char *
skip_digits(const unsigned char *p, const unsigned char *end)
{
	while (p < end && (unsigned)(*p - '0') < 10)
		p++;
	return p;
}

/* Past the number at p; where it breaks off, true in *broken and the byte that is no digit. */
static inline const unsigned char *
skip_number(const unsigned char *p, const unsigned char *end, bool *broken)
{
	const unsigned char *digits;

	*broken = true;
	if (p < end && *p == '-')
		p++;
	digits = p;
	p = skip_digits(p, end);
	if (p == digits)
		return p;
	if (*digits == '0' && p - digits > 1)
		return digits + 1;
	if (p < end && *p == '.') {
		digits = ++p;
		p = skip_digits(p, end);
		if (p == digits)
			return p;
	}
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		p = skip_digits(p, end);
		if (p == digits)
			return p;
	}
	*broken = false;
	return p;
}

bool
json_is_number(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	bool broken;

	return s.n > 0 && skip_number(p, p + s.n, &broken) == p + s.n && !broken;
}

static inline const unsigned char *
scan_number(struct scan *c, const unsigned char *start)
{
	bool broken;
	const unsigned char *p = skip_number(start, c->end, &broken);

	if (__builtin_expect(broken, false)) {
		if (p < c->end && p > start && p[-1] == '0' && skip_digits(p, c->end) > p)
			return fail(c, p, "json_syntax",
				"a number must not begin with 0 and a digit");
		return wanted(c, p, "a digit");
	}
	add_node(c, JSON_NUMBER, start, (size_t)(p - start));
	return p;
}

static const unsigned char *
scan_word(struct scan *c, const unsigned char *start)
{
	enum json_type type = *start == 't' ? JSON_TRUE : *start == 'f' ? JSON_FALSE : JSON_NULL;
	const char *word = *start == 't' ? "true" : *start == 'f' ? "false" : "null";
	const unsigned char *p = start;

	for (const char *w = word; *w != '\0'; w++, p++)
		if (p == c->end || *p != (unsigned char)*w)
			return wanted(c, p, word);
	add_node(c, type, start, (size_t)(p - start));
	return p;
}

/* ---- duplicate keys ---- */

/* The members of the object that ends here have names of their own. */
static bool __attribute__((noinline)) keys_differ(struct scan *c, const struct frame *f)
{
	struct json_scanner *s = c->s;
	size_t repeat = json_keys_repeat(s, f->node, f->keys);

	if (repeat == 0)
		return true;

	const struct json_node *node = &s->nodes[repeat];
	struct str key = json_node_string(s, node, &s->scratch);
	const unsigned char *quote = c->text + node->off - 1;
	if (key.n > 80)
		fail(c, quote, "duplicate_key", "a key is given twice");
	else
		fail(c, quote, "duplicate_key", "the key \"%.*s\" is given twice", STR_FMT(key));
	return false;
}

/*
 * Keys that are equal are of one sort, so as long as no sort came twice there is
 * nothing to compare. Escaped keys hide what they are.
 */
static inline void
note_key(struct frame *f, const unsigned char *p, size_t n, bool escaped)
{
	unsigned sort = n == 0 ? 0 : (unsigned)n + 5U * p[0] + 11U * p[n - 1] + 17U * p[n / 2];
	uint64_t bit = UINT64_C(1) << (sort & 63);

	f->clash |= escaped || (f->seen & bit) != 0;
	f->seen |= bit;
	f->keys++;
}

/* ---- the walk ---- */

/* The key at p and its colon; p at the member's value. */
static inline const unsigned char *
scan_key(struct scan *c, const unsigned char *p)
{
	if (p == c->end || *p != '"')
		return wanted(c, p, "a key");
	p = scan_string(c, p);
	if (p == NULL)
		return NULL;

	const struct json_node *key = &c->s->nodes[c->s->n - 1];
	note_key(&c->frames[c->depth - 1], c->text + key->off, key->len, key->escaped);
	p = skip_blank(p, c->end);
	if (p == c->end || *p != ':')
		return wanted(c, p, "':'");
	return skip_blank(p + 1, c->end);
}

static inline const unsigned char *
open_container(struct scan *c, const unsigned char *p, bool object)
{
	if (c->depth == JSON_MAX_DEPTH)
		return fail(c, p, "json_depth", "nested deeper than %d", JSON_MAX_DEPTH);
	c->frames[c->depth++] = (struct frame){ .node = (uint32_t)c->s->n, .object = object };
	add_node(c, object ? JSON_OBJECT : JSON_ARRAY, p, 0);
	return p + 1;
}

/* The closing bracket of the innermost container is at p. */
static inline const unsigned char *
close_container(struct scan *c, const unsigned char *p)
{
	const struct frame *f = &c->frames[--c->depth];

	if (__builtin_expect(f->clash, false) && !keys_differ(c, f))
		return NULL;

	struct json_node *node = &c->s->nodes[f->node];
	node->next = (uint32_t)c->s->n;
	node->len = (uint32_t)(p + 1 - c->text) - node->off;
	return p + 1;
}

/* Behind a value: what closes here, then to the next item or key, or the end of all. */
static inline const unsigned char *
scan_after(struct scan *c, const unsigned char *p)
{
	for (;;) {
		p = skip_blank(p, c->end);
		if (c->depth == 0) {
			c->done = true;
			return p == c->end ? p : wanted(c, p, "the end");
		}
		bool object = c->frames[c->depth - 1].object;
		if (p < c->end && *p == ',')
			return skip_blank(p + 1, c->end);
		if (p == c->end || *p != (object ? '}' : ']'))
			return wanted(c, p, object ? "',' or '}'" : "',' or ']'");
		p = close_container(c, p);
		if (p == NULL)
			return NULL;
	}
}

/* One value, or the opening of a container, and what stands behind it up to a key or item. */
static inline const unsigned char *
scan_value(struct scan *c, const unsigned char *p)
{
	bool object = false;

	switch (p == c->end ? WRONG : (enum class)classes[*p]) {
	case QUOTE:
		p = scan_string(c, p);
		break;
	case NUMBER:
		p = scan_number(c, p);
		break;
	case WORD:
		p = scan_word(c, p);
		break;
	case BRACE:
		object = true;
		/* fallthrough */
	case BRACKET:
		p = open_container(c, p, object);
		if (p == NULL)
			return NULL;
		p = skip_blank(p, c->end);
		if (p == c->end || *p != (object ? '}' : ']'))
			return p;
		p = close_container(c, p);
		break;
	case WRONG:
	case BLANK:
		return wanted(c, p, "a value");
	}
	return p == NULL ? NULL : scan_after(c, p);
}

bool
json_scan(struct json_scanner *s, struct str text, struct json_fault *fault)
{
	struct scan c;

	s->n = 0;
	s->text = text;
	c.s = s;
	c.text = (const unsigned char *)(text.n == 0 ? "" : text.p);
	c.end = c.text + text.n;
	c.fault = fault;
	c.done = false;
	c.depth = 0;
	if (text.n > JSON_MAX_TEXT) {
		fail(&c, c.text, "json_too_long", "longer than %zu bytes", JSON_MAX_TEXT);
		return false;
	}

	const unsigned char *p = skip_blank(c.text, c.end);
	while (!c.done) {
		if (c.depth > 0 && c.frames[c.depth - 1].object)
			p = scan_key(&c, p);
		if (p != NULL)
			p = scan_value(&c, p);
		if (p == NULL)
			return false;
	}
	return true;
}

void
json_scanner_init(struct json_scanner *s)
{
	*s = (struct json_scanner){ .scratch = ARENA_INIT };
}

void
json_scanner_release(struct json_scanner *s)
{
	free(s->nodes);
	arena_release(&s->scratch);
	json_scanner_init(s);
}
