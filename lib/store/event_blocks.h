/*
 * event_blocks - blocks into their tables; small ones become one (inside store).
 *
 * Shape      a block has a level by its size. Eight of a shape and level are one
 *            of a higher level: each event is written anew at most once a level,
 *            and a commit merges at most one block of each.
 * Range      what is full (level BLOCK_FULL) stays: BLOCK_FULL_ROWS or more, or
 *            BLOCK_FULL_BYTES or more, so that no value grows without bounds.
 * Order      rows stay in the order of event_rows.h, so the block that a batch
 *            made can be made again of any that its rows came into.
 * Source     mtr-store(5), Blocks.
 */
#ifndef STORE_EVENT_BLOCKS_H
#define STORE_EVENT_BLOCKS_H

#include "store/event_append.h"

#define BLOCK_FULL 5
#define BLOCK_FULL_ROWS 32768
#define BLOCK_FULL_BYTES ((size_t)4 << 20)
#define BLOCKS_MERGED 8

int64_t event_block_level(size_t rows, size_t bytes);
void event_block_digest(struct str columns, struct str ids, unsigned char out[DIGEST_BYTES]);

/* The rows arranged in the room, as a block. */
bool event_block_put(struct event_home *h, int64_t shape, struct append_room *room, int64_t *level,
	unsigned char digest[DIGEST_BYTES], struct err *e);

/* What is due once a block of this level has been put. */
bool event_blocks_merge(struct event_home *h, int64_t shape, const struct block_shape *names,
	int64_t level, struct append_room *room, struct err *e);

#endif
