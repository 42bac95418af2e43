/*
 * arena - memory with a lifetime: allocate freely, release at once.
 *
 * Shape      a chain of blocks; allocations are zeroed and aligned to 16 bytes.
 * Ownership  whatever a function returns lives in the arena it was given. Two
 *            lifetimes are in use everywhere: `run` (the command) and `rec`
 *            (one record, cleared after each record).
 * Errors     none: when memory is out the arena says so on stderr and ends
 *            the program with status 5; nothing here could do better.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *block;
};

/* clang-format off */
#define ARENA_INIT { NULL }
/* clang-format on */

/* n bytes, zeroed. n may be 0. */
void *arena_alloc(struct arena *a, size_t n);

/* count * size bytes, zeroed; an overflow of the product counts as out of memory. */
void *arena_array(struct arena *a, size_t count, size_t size);

/*
 * The array p of *cap elements made to hold at least want: p itself where it
 * does, else a copy of at least twice the size (the old one stays until the
 * arena is cleared). Elements past the old *cap are zero.
 */
void *arena_grow(struct arena *a, void *p, size_t *cap, size_t want, size_t size);

/* Forget every allocation, keep the newest (largest) block for the next use. */
void arena_clear(struct arena *a);

/* Give all memory back; the arena is empty and usable again. */
void arena_release(struct arena *a);

/* Allocation outside arenas, same rule: never NULL, ends the program instead. */
void *mem_realloc(void *p, size_t count, size_t size);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

#endif
