#include "store/text_table.h"

#include <stdlib.h>

#include "base/banned.h"

#define SLOTS_FIRST 64U

static void
grow_slots(struct text_table *t)
{
	uint32_t nslots = t->nslots == 0 ? SLOTS_FIRST : t->nslots * 2;
	struct text_slot *slots = mem_realloc(NULL, nslots, sizeof(*slots));

	memset(slots, 0, nslots * sizeof(*slots));
	for (uint32_t i = 0; i < t->nslots; i++) {
		uint32_t at = t->slots[i].tag & (nslots - 1);

		if (t->slots[i].place == 0)
			continue;
		while (slots[at].place != 0)
			at = (at + 1) & (nslots - 1);
		slots[at] = t->slots[i];
	}
	free(t->slots);
	t->slots = slots;
	t->nslots = nslots;
}

static uint32_t
add(struct text_table *t, uint32_t at, uint32_t tag, struct str text, enum json_type type,
	struct text_pool *pool)
{
	struct str copy = text_pool_add(pool, text);

	if (t->n == t->cap) {
		t->cap = t->cap == 0 ? SLOTS_FIRST / 2 : t->cap * 2;
		t->texts = mem_realloc(t->texts, t->cap, sizeof(*t->texts));
	}
	t->texts[t->n] = (struct cell_text){ copy, type };
	t->slots[at] = (struct text_slot){ tag, t->n + 1, (uint32_t)text.n, type, { { 0 } } };
	if (text.n <= TEXT_SLOT_BYTES)
		(void)short_copy(t->slots[at].bytes, text.p, text.n);
	else
		t->slots[at].p = copy.p;
	return t->n++;
}

uint32_t
text_table_search(struct text_table *t, uint32_t tag, struct str text, enum json_type type,
	struct text_pool *pool)
{
	uint32_t at;

	if (t->n >= t->nslots / 2)
		grow_slots(t);
	for (at = tag & (t->nslots - 1); t->slots[at].place != 0; at = (at + 1) & (t->nslots - 1))
		if (text_slot_is(&t->slots[at], tag, text, type))
			return t->slots[at].place - 1;
	return add(t, at, tag, text, type, pool);
}

size_t
text_table_bytes(const struct text_table *t)
{
	return t->cap * sizeof(*t->texts) + t->nslots * sizeof(*t->slots);
}

/* A table that was large and holds little is made anew: clearing it would cost more than filling it. */
void
text_table_clear(struct text_table *t)
{
	if (t->nslots > SLOTS_FIRST && t->n < t->nslots / 16) {
		text_table_release(t);
		return;
	}
	if (t->n > 0)
		memset(t->slots, 0, t->nslots * sizeof(*t->slots));
	t->n = 0;
}

void
text_table_release(struct text_table *t)
{
	free(t->texts);
	free(t->slots);
	*t = (struct text_table){ .n = 0 };
}
