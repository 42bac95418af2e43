#include "base/map.h"

#include <assert.h>
#include <string.h>

#include "base/banned.h"

#define SLOTS_MIN ((size_t)16)

void
map_init(struct map *m, struct arena *a)
{
	*m = (struct map){ .arena = a };
}

/* The slot that holds key, or the empty one where it belongs. */
static size_t
find(const struct map *m, struct str key, uint64_t hash)
{
	size_t i = (size_t)hash & (m->nslots - 1);

	while (m->slots[i] != 0) {
		const struct map_entry *e = &m->entries[m->slots[i] - 1];
		if (e->hash == hash && str_eq(e->key, key))
			break;
		i = (i + 1) & (m->nslots - 1);
	}
	return i;
}

void *
map_get(const struct map *m, struct str key)
{
	if (m->n == 0)
		return NULL;

	size_t i = find(m, key, str_hash(key));

	return m->slots[i] == 0 ? NULL : m->entries[m->slots[i] - 1].value;
}

static void
grow_slots(struct map *m)
{
	m->nslots = m->nslots == 0 ? SLOTS_MIN : m->nslots * 2;
	m->slots = ARENA_ARRAY(m->arena, m->nslots, uint32_t);
	for (size_t e = 0; e < m->n; e++) {
		size_t i = (size_t)m->entries[e].hash & (m->nslots - 1);
		while (m->slots[i] != 0)
			i = (i + 1) & (m->nslots - 1);
		m->slots[i] = (uint32_t)e + 1;
	}
}

void **
map_slot(struct map *m, struct str key, bool *fresh)
{
	uint64_t hash = str_hash(key);

	/* at most three slots in four in use, counting the one to come */
	if (m->n + 1 > m->nslots / 4 * 3)
		grow_slots(m);

	size_t i = find(m, key, hash);
	bool absent = m->slots[i] == 0;

	if (absent) {
		assert(m->n < UINT32_MAX);
		m->entries = arena_grow(m->arena, m->entries, &m->cap, m->n + 1,
			sizeof(m->entries[0]));
		m->entries[m->n].key = str_dup(m->arena, key);
		m->entries[m->n].hash = hash;
		m->slots[i] = (uint32_t)++m->n;
	}
	if (fresh != NULL)
		*fresh = absent;
	return &m->entries[m->slots[i] - 1].value;
}
