/*
 * group_columns - the groups of rows, as numbers.
 *
 * Shape      a grouping numbers the combinations of values of some property
 *            names, over all blocks; each is looked up as text once a block, not
 *            once a row. Whoever fills groups keeps what belongs to a number in
 *            slots.
 * Range      numbers are 0, 1, 2 ... of one grouping.
 * Ownership  what lasts lies in the arena of grouping_init, what is found out about
 *            a block in that of grouping_set, which must hold until the next one.
 * Order      what has no text, being absent, null or nested, is one value.
 * Source     usage_part.h, group_key_add.
 */
#ifndef ENGINE_GROUP_COLUMNS_H
#define ENGINE_GROUP_COLUMNS_H

#include "base/map.h"
#include "domain/common.h"
#include "domain/event_columns.h"

struct grouping {
	struct texts names;
	size_t customer_at; /* the name that is the customer key of the row; SIZE_MAX: none */
	struct map numbers; /* key -> its number, the place of its entry */

	/* of the block */
	const struct event_columns *rows;
	const struct event_column **columns; /* of the names; NULL: no row has it */
	struct arena *block;
	uint32_t *by_code; /* number + 1, 0: not known yet; NULL: there are too many codes */
	size_t *steps;     /* of a text's place in the code */
	struct row_slot *slots;
	size_t nslots; /* a power of two */
	size_t nused;
};

void grouping_init(struct grouping *g, const struct texts *names, size_t customer_at,
	struct arena *a);
void grouping_set(struct grouping *g, const struct event_columns *cols, struct arena *block);
/* Of n rows; key is scratch. */
void grouping_numbers(struct grouping *g, const uint32_t *rows, size_t n, struct buf *key,
	uint32_t *out);
struct str grouping_key(const struct grouping *g, uint32_t number);

/* By number, what is never NULL. */
struct group_slot {
	char *p; /* NULL: free */
	uint32_t number;
};

struct group_slots {
	uint32_t n;
	unsigned bits; /* of how many slots there are */
	struct group_slot slots[];
};

static inline uint32_t
group_slot_of(const struct group_slots *s, uint32_t number)
{
	uint32_t i = number * UINT32_C(0x9e3779b1) >> (32 - s->bits);

	while (s->slots[i].p != NULL && s->slots[i].number != number)
		i = (i + 1) & ((UINT32_C(1) << s->bits) - 1);
	return i;
}

/* NULL: not there. */
static inline char *
group_slots_get(const struct group_slots *s, uint32_t number)
{
	return s->slots[group_slot_of(s, number)].p;
}

struct group_slots *group_slots_new(struct arena *a);
/* A number that is not there yet; the slots, moved where they had to grow. */
struct group_slots *group_slots_put(struct group_slots *s, struct arena *a, uint32_t number,
	char *p);

#endif
