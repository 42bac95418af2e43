/*
 * event_batch_shape - what a batch of events is made of (inside store).
 *
 * Shape      the events of a batch by shape, each in the order they were taken;
 *            customers are places in the batch's own table.
 * Ownership  texts lie in the pool of the batch, names with their shape.
 */
#ifndef STORE_EVENT_BATCH_SHAPE_H
#define STORE_EVENT_BATCH_SHAPE_H

#include "store/dedup.h"
#include "store/event_batch.h"
#include "store/event_rows.h"

/* A name with its length in front, as canonical contents have it. */
struct part {
	uint32_t property;
	uint32_t at; /* in parts */
	uint32_t n;
};

struct batch_shape {
	struct block_shape shape; /* without n */
	uint64_t hash;
	/* the parts of a canonical content that all events of the shape share */
	struct buf parts;
	size_t type_end;    /* in parts, of the event type; the names follow */
	struct part *names; /* by name */
	struct event_rows rows;
	uint32_t *events; /* of each row: its index in the batch */
	uint32_t cap;
};

/* Where an event lies. */
struct batch_place {
	uint32_t shape;
	uint32_t row;
};

struct event_batch {
	struct hash_key key;
	struct text_pool pool;
	size_t n;
	size_t cap;
	size_t bytes; /* beside the pool */
	struct dedup_entry *entries;
	struct hash128 *contents; /* of id and canonical content, for the store digest */
	struct batch_place *places;
	struct text_table customers;
	struct buf canonical; /* of the event in hand */

	struct arena kept; /* shapes and their names */
	struct batch_shape **shapes;
	size_t nshapes;
	size_t shapes_cap;
	uint32_t *slots; /* index + 1 into shapes; 0: free */
	size_t nslots;
	size_t last; /* the shape of the event before */
};

static inline const struct batch_shape *
batch_shape_of(const struct event_batch *b, size_t event)
{
	return b->shapes[b->places[event].shape];
}

static inline struct str
batch_id(const struct event_batch *b, size_t event)
{
	return batch_shape_of(b, event)->rows.ids[b->places[event].row];
}

/* The digest of id and content as event_batch_take makes it, of any event. */
struct hash128 event_content_digest(struct str transaction_id, struct str content,
	struct buf *scratch);

#endif
