/*
 * event_block_private - one block at work, coming or going (inside store).
 *
 * Shape      an encoder has the rows and two rows of numbers to work with; a reader
 *            the memory of what it gave out, used again from block to block.
 * Ownership  rooms hold until something of the same kind is read next; texts of
 *            properties lie in the bytes they were read from.
 * Errors     take_*: false; the bytes say what is wrong. Any bytes may come.
 * Source     event_block_layout.h.
 */
#ifndef STORE_EVENT_BLOCK_PRIVATE_H
#define STORE_EVENT_BLOCK_PRIVATE_H

#include "store/block_bytes.h"
#include "store/event_block.h"

struct encoder {
	const struct event_columns *rows;
	struct buf *out;
	struct arena scratch;
	uint64_t *row; /* a number for each row, of the column at work */
	uint64_t *other;
};

void put_ids(struct encoder *en);

/* Memory that grows, and then forgets what was in it. */
struct room {
	void *p;
	size_t bytes;
};

struct property_rooms {
	struct room values;
	struct room kinds;
	struct room texts;
};

struct block_reader {
	size_t n; /* rows of the block at work */
	int64_t *timestamps_ns;
	uint32_t *customers;
	int64_t *batches;
	struct room timestamps_room, customers_room, batches_room;
	struct room row, other; /* numbers at work */
	struct room ids, id_texts;
	struct room columns; /* struct event_column */
	struct property_rooms *properties;
	size_t nproperties;
};

void *room_for(struct room *r, size_t count, size_t size);

bool take_timestamps(struct block_reader *r, struct bytes_in *in);
/* Behind the timestamps: it checks the order of the two. */
bool take_customers(struct block_reader *r, struct bytes_in *in);
bool take_batches(struct block_reader *r, struct bytes_in *in);
/* Property number i; of *out all but the name. */
bool take_property(struct block_reader *r, struct bytes_in *in, size_t i, struct event_column *out);

/* column: "ids", "property"; name may be empty. Always false. */
bool block_damaged(const char *where, const char *wrong, const char *column, struct str name,
	struct err *e);

#endif
