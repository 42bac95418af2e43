/*
 * text_pool - texts copied one behind the other, all forgotten at once (inside store).
 *
 * Shape      a chain of chunks that is kept and used again: unlike an arena it
 *            neither zeroes nor gives back what it will need the next moment.
 * Ownership  a copy holds until text_pool_clear; nothing is terminated.
 */
#ifndef STORE_TEXT_POOL_H
#define STORE_TEXT_POOL_H

#include "base/str.h"
#include "store/short_bytes.h"

struct text_chunk;

struct text_pool {
	struct text_chunk *first;
	struct text_chunk *last; /* that is in use; those behind it are free */
	char *at;
	char *end;
	size_t used; /* bytes of texts */
};

/* clang-format off */
#define TEXT_POOL_INIT { NULL, NULL, NULL, NULL, 0 }
/* clang-format on */

/* Room for n bytes. */
char *text_pool_more(struct text_pool *p, size_t n);

static inline struct str
text_pool_add(struct text_pool *p, struct str s)
{
	char *to;

	p->used += s.n;
	if (s.n == 0)
		return (struct str){ s.p == NULL ? NULL : "", 0 };
	if ((size_t)(p->end - p->at) >= s.n) {
		to = p->at;
		p->at += s.n;
	} else {
		to = text_pool_more(p, s.n);
	}
	(void)short_copy(to, s.p, s.n);
	return (struct str){ to, s.n };
}

/* Chunks of ordinary size are kept, up to TEXT_POOL_KEPT bytes of them. */
#define TEXT_POOL_KEPT ((size_t)64 << 20)
void text_pool_clear(struct text_pool *p);
void text_pool_release(struct text_pool *p);

#endif
