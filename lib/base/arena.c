#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

/* With the address sanitizer, touching memory that was cleared or never given out is an error. */
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define HIDE(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define SHOW(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define HIDE(p, n) ((void)(p), (void)(n))
#define SHOW(p, n) ((void)(p), (void)(n))
#endif

#include "base/banned.h"

#define ALIGN ((size_t)16)
#define BLOCK_MIN ((size_t)16 << 10)
#define BLOCK_MAX ((size_t)4 << 20) /* past this, blocks grow no further of themselves */

struct arena_block {
	struct arena_block *older;
	size_t size; /* bytes behind the header */
	size_t used;
	size_t pad; /* keeps the bytes behind the header aligned */
};

_Static_assert(sizeof(struct arena_block) % 16 == 0, "the first allocation is aligned");

static _Noreturn void
out_of_memory(void)
{
	static const char text[] = "mtr: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)ignored;
	_exit(5);
}

static char *
block_bytes(struct arena_block *b)
{
	return (char *)(b + 1);
}

static struct arena_block *
block_new(struct arena_block *older, size_t need)
{
	size_t size = BLOCK_MIN;

	if (older != NULL)
		size = older->size < BLOCK_MAX / 2 ? older->size * 2 : BLOCK_MAX;
	if (size < need)
		size = need;
	if (size > PTRDIFF_MAX - sizeof(struct arena_block))
		out_of_memory();

	struct arena_block *b = malloc(sizeof(*b) + size);
	if (b == NULL)
		out_of_memory();
	*b = (struct arena_block){ .older = older, .size = size };
	HIDE(block_bytes(b), size);
	return b;
}

static void
block_free(struct arena_block *b)
{
	SHOW(block_bytes(b), b->size);
	free(b);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b = a->block;

	if (n > PTRDIFF_MAX - ALIGN)
		out_of_memory();

	size_t take = n == 0 ? ALIGN : (n + ALIGN - 1) & ~(ALIGN - 1);

	if (b == NULL || b->size - b->used < take) {
		b = block_new(b, take);
		a->block = b;
	}
	char *p = block_bytes(b) + b->used;
	b->used += take;
	SHOW(p, n);
	return memset(p, 0, n);
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		out_of_memory();
	return arena_alloc(a, n);
}

void *
arena_grow(struct arena *a, void *p, size_t *cap, size_t want, size_t size)
{
	size_t more;

	if (want <= *cap)
		return p;
	if (__builtin_mul_overflow(*cap, (size_t)2, &more) || more < want)
		more = want;

	void *q = arena_array(a, more, size);
	if (*cap > 0)
		memcpy(q, p, *cap * size);
	*cap = more;
	return q;
}

void
arena_clear(struct arena *a)
{
	struct arena_block *keep = a->block;

	for (struct arena_block *b = a->block; b != NULL; b = b->older)
		if (b->size > keep->size)
			keep = b;
	for (struct arena_block *b = a->block, *older; b != NULL; b = older) {
		older = b->older;
		if (b != keep)
			block_free(b);
	}
	a->block = keep;
	if (keep != NULL) {
		keep->older = NULL;
		keep->used = 0;
		HIDE(block_bytes(keep), keep->size);
	}
}

void
arena_release(struct arena *a)
{
	for (struct arena_block *b = a->block, *older; b != NULL; b = older) {
		older = b->older;
		block_free(b);
	}
	a->block = NULL;
}

void *
mem_realloc(void *p, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		out_of_memory();

	void *q = realloc(p, n == 0 ? 1 : n);
	if (q == NULL)
		out_of_memory();
	return q;
}
