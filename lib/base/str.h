/*
 * str - byte strings with a length, and growing buffers.
 *
 * Shape      struct str is a borrowed slice: p need not end in NUL (what
 *            str_dup and str_printf return does). An empty slice may have
 *            p == NULL. struct buf owns its bytes and grows by malloc.
 * Units      lengths in bytes; str_codepoints counts Unicode code points.
 * Order      str_cmp compares as bytes, a prefix before the longer string.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define countof(a) (sizeof(a) / sizeof((a)[0]))

struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_FMT(s) (int)(s).n, (s).p /* for "%.*s" */

struct str str_c(const char *cstr); /* NULL gives the empty slice */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *cstr);
bool str_is_nocase(struct str a, const char *cstr); /* ASCII letters only */
int str_cmp(struct str a, struct str b);
int str_cmp_qsort(const void *a, const void *b); /* over struct str */
bool str_starts(struct str s, const char *prefix);
uint64_t str_hash(struct str s);                   /* not keyed; for in-memory tables */
struct str str_dup(struct arena *a, struct str s); /* NUL-terminated copy */
struct str str_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Code points of valid UTF-8. */
size_t str_codepoints(struct str s);

/* True when s is valid UTF-8 (RFC 3629); else *at is where the first bad sequence starts. */
bool str_utf8_valid(struct str s, size_t *at);

/* Whole string, optional '-', digits, no more; false also when out of int64. */
bool str_to_int64(struct str s, int64_t *out);

bool ascii_is_digit(char c);
bool ascii_is_alpha(char c);
char ascii_lower(char c);
char ascii_upper(char c);

/*
 * The nearest of n candidates to s by edit distance, for "did you mean": insert,
 * delete, replace and swap count one, ASCII letters match in either case. The
 * first of equals; NULL when none is near (more edits than a third of the longer
 * word), or the words are over 64 bytes.
 */
const char *str_nearest(struct str s, const char *const *candidates, size_t n);

struct buf {
	char *p;
	size_t n;
	size_t cap;
};

/* clang-format off */
#define BUF_INIT { NULL, 0, 0 }
/* clang-format on */

void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_str(struct buf *b, struct str s);
void buf_add_c(struct buf *b, const char *cstr);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_reserve(struct buf *b, size_t more); /* room for more bytes after n */
struct str buf_str(const struct buf *b);
const char *buf_cstr(struct buf *b); /* adds a NUL behind the contents; n unchanged */
void buf_clear(struct buf *b);
void buf_release(struct buf *b);

#endif
