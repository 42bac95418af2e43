/*
 * event_append - a batch of events into one place (inside store).
 *
 * Shape      the room an append works in, kept by the connection. Conversion
 *            appends batches that were stored before, as what they were.
 */
#ifndef STORE_EVENT_APPEND_H
#define STORE_EVENT_APPEND_H

#include "store/event_chain.h"
#include "store/event_repeats.h"
#include "store/event_store.h"

struct append_room {
	struct event_repeats repeats;
	uint32_t *numbers; /* of the customers of the batch; 0: not asked for */
	size_t numbers_cap;
	struct append_shape *shapes; /* of what is new */
	size_t shapes_cap;
	struct row_key *keys;
	struct row_key *scratch;
	size_t keys_cap;
	struct arranged_rows arranged;
	struct batch_parts parts;
	struct buf columns;
	struct buf ids;
	struct text_pool pool; /* of blocks that become one */
};

void append_room_free(struct append_room *room); /* NULL is nothing */
/* Both arrays of keys, for n rows. */
void append_room_keys(struct append_room *room, size_t n);

/* A batch that was stored before: its id, recorded_at and counts. */
bool event_append_again(struct store *st, struct event_append *append, const struct batch_row *as,
	struct arena *a, struct err *e);

#endif
