#include "engine/agg_part.h"

#include <string.h>

#include "base/banned.h"

void *
part_at(struct map *parts, struct arena *a, struct str key, size_t size)
{
	void **slot;

	if (parts->arena == NULL)
		map_init(parts, a);
	slot = map_slot(parts, key, NULL);
	if (*slot == NULL)
		*slot = arena_alloc(a, size);
	return *slot;
}

/* The key of none is empty, that of a text begins with a byte. */
void *
part_of(struct map *parts, struct arena *a, const struct aggregate_input *in, size_t size)
{
	struct str key = { NULL, 0 };

	if (in->part.p != NULL) {
		char *text = ARENA_ARRAY(in->scratch, in->part.n + 1, char);

		text[0] = '=';
		if (in->part.n > 0)
			memcpy(text + 1, in->part.p, in->part.n);
		key = (struct str){ text, in->part.n + 1 };
	}
	return part_at(parts, a, key, size);
}
