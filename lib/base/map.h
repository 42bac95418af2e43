/*
 * map - a hash table from byte strings to pointers, in an arena.
 *
 * Shape      insertion order is kept: entries[0..n) in the order they came.
 * Ownership  keys are copied into the arena, values are the caller's; grows
 *            in the arena and is released with it.
 * Order      iteration is by insertion, never by hash.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct map_entry {
	struct str key;
	uint64_t hash;
	void *value;
};

struct map {
	struct arena *arena;
	struct map_entry *entries;
	size_t n;
	size_t cap;
	uint32_t *slots; /* index + 1 into entries, 0 empty */
	size_t nslots;   /* a power of two */
};

void map_init(struct map *m, struct arena *a);
void *map_get(const struct map *m, struct str key); /* NULL: absent */

/*
 * The value slot of key, made (NULL) where absent; *fresh says which (may be
 * NULL). Valid until the next map_slot.
 */
void **map_slot(struct map *m, struct str key, bool *fresh);

#endif
