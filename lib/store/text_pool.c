#include "store/text_pool.h"

#include <stdlib.h>

#include "base/banned.h"

#define CHUNK ((size_t)256 << 10)

struct text_chunk {
	struct text_chunk *next;
	size_t size; /* bytes behind the header */
};

static char *
chunk_bytes(struct text_chunk *c)
{
	return (char *)(c + 1);
}

static void
use(struct text_pool *p, struct text_chunk *c)
{
	p->last = c;
	p->at = c == NULL ? NULL : chunk_bytes(c);
	p->end = c == NULL ? NULL : p->at + c->size;
}

char *
text_pool_more(struct text_pool *p, size_t n)
{
	struct text_chunk *next = p->last == NULL ? p->first : p->last->next, *c = next;
	char *to;

	if (c == NULL || c->size < n) {
		size_t size = n > CHUNK ? n : CHUNK;

		c = mem_realloc(NULL, 1, sizeof(*c) + size);
		*c = (struct text_chunk){ next, size };
		if (p->last == NULL)
			p->first = c;
		else
			p->last->next = c;
	}
	use(p, c);
	to = p->at;
	p->at += n;
	return to;
}

void
text_pool_clear(struct text_pool *p)
{
	struct text_chunk **link = &p->first;
	size_t kept = 0;

	while (*link != NULL) {
		struct text_chunk *c = *link;

		if (c->size == CHUNK && kept + c->size <= TEXT_POOL_KEPT) {
			kept += c->size;
			link = &c->next;
		} else {
			*link = c->next;
			free(c);
		}
	}
	p->used = 0;
	use(p, NULL);
}

void
text_pool_release(struct text_pool *p)
{
	while (p->first != NULL) {
		struct text_chunk *c = p->first;

		p->first = c->next;
		free(c);
	}
	*p = (struct text_pool)TEXT_POOL_INIT;
}
