#include "base/str.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define NEAR_MAX 64 /* longer words get no suggestion */

struct str
str_c(const char *cstr)
{
	return (struct str){ cstr, cstr == NULL ? 0 : strlen(cstr) };
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_is(struct str a, const char *cstr)
{
	return str_eq(a, str_c(cstr));
}

bool
str_is_nocase(struct str a, const char *cstr)
{
	if (a.n != strlen(cstr))
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(cstr[i]))
			return false;
	return true;
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

int
str_cmp_qsort(const void *a, const void *b)
{
	const struct str *x = a, *y = b;

	return str_cmp(*x, *y);
}

bool
str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t
load64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t
load8(const char *p)
{
	return (unsigned char)*p;
}

static uint64_t
load32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

uint64_t
str_hash(struct str s)
{
	/* odd constants with balanced bits; folded multiplication spreads every input bit */
	const uint64_t k0 = UINT64_C(0xa0761d6478bd642f), k1 = UINT64_C(0xe7037ed1a0b428db);
	uint64_t h = mix(s.n ^ k1, k0);
	const char *p = s.p;
	size_t n = s.n;

	for (; n > 8; p += 8, n -= 8)
		h = mix(h ^ load64(p), k0);
	if (n == 8)
		h = mix(h ^ load64(p), k1);
	else if (n >= 4) /* the two loads overlap; the length is in h already */
		h = mix(h ^ (load32(p) << 32 | load32(p + n - 4)), k1);
	else if (n > 0)
		h = mix(h ^ load8(p) << 16 ^ load8(p + n / 2) << 8 ^ load8(p + n - 1), k1);
	return mix(h ^ k0, k1);
}

struct str
str_dup(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

struct str
str_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);

	char *p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

size_t
str_codepoints(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* Bytes of the well-formed sequence at p (RFC 3629, section 4), 0 where there is none. */
static size_t
utf8_sequence(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf; /* of the second byte */
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0; /* shorter forms exist */
	if (p[0] == 0xed)
		high = 0x9f; /* surrogates */
	if (p[0] == 0xf0)
		low = 0x90;
	if (p[0] == 0xf4)
		high = 0x8f; /* past U+10FFFF */
	if (n < len || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool
str_utf8_valid(struct str s, size_t *at)
{
	size_t i = 0;

	while (i < s.n) {
		if (s.n - i >= 8 && (load64(s.p + i) & UINT64_C(0x8080808080808080)) == 0) {
			i += 8;
			continue;
		}
		size_t len = utf8_sequence((const unsigned char *)s.p + i, s.n - i);
		if (len == 0) {
			*at = i;
			return false;
		}
		i += len;
	}
	return true;
}

bool
str_to_int64(struct str s, int64_t *out)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	size_t i = negative ? 1 : 0;
	int64_t v = 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		if (!ascii_is_digit(s.p[i]))
			return false;
		int digit = s.p[i] - '0';
		if (__builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, negative ? -digit : digit, &v))
			return false;
	}
	*out = v;
	return true;
}

bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
ascii_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

char
ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Edits from a to b, both at most NEAR_MAX bytes: insert, delete, replace, swap
 * of neighbours, each counting one; letters of either case are the same.
 */
static size_t
edit_distance(struct str a, struct str b)
{
	size_t rows[3][NEAR_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *spare = before;
		before = above;
		above = row;
		row = spare;

		char c = ascii_lower(a.p[i - 1]);
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			char d = ascii_lower(b.p[j - 1]);
			row[j] = least(above[j - 1] + (c != d), least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && c == ascii_lower(b.p[j - 2]) &&
				d == ascii_lower(a.p[i - 2]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[b.n];
}

const char *
str_nearest(struct str s, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	size_t best_distance = SIZE_MAX;

	for (size_t i = 0; i < n; i++) {
		struct str c = str_c(candidates[i]);
		size_t longer = s.n > c.n ? s.n : c.n;

		if (longer > NEAR_MAX)
			continue;
		size_t d = edit_distance(s, c);
		if (d * 3 <= longer && d < best_distance) {
			best = candidates[i];
			best_distance = d;
		}
	}
	return best;
}

void
buf_reserve(struct buf *b, size_t more)
{
	size_t want, cap;

	if (b->cap - b->n >= more)
		return;
	if (__builtin_add_overflow(b->n, more, &want))
		want = SIZE_MAX; /* mem_realloc refuses it */
	if (__builtin_mul_overflow(b->cap, (size_t)2, &cap) || cap < want)
		cap = want;
	if (cap < 64)
		cap = 64;
	b->p = mem_realloc(b->p, cap, 1);
	b->cap = cap;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	buf_reserve(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void
buf_add_c(struct buf *b, const char *cstr)
{
	buf_add(b, cstr, strlen(cstr));
}

void
buf_add_char(struct buf *b, char c)
{
	buf_reserve(b, 1);
	b->p[b->n++] = c;
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	assert(n >= 0);

	buf_reserve(b, (size_t)n + 1);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}

const char *
buf_cstr(struct buf *b)
{
	buf_reserve(b, 1);
	b->p[b->n] = '\0';
	return b->p;
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
}

void
buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf)BUF_INIT;
}
