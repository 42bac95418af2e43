/*
 * event_context - what a connection keeps of the event store (inside store).
 *
 * Shape      events lie in two places of one form: the file, and temporary
 *            tables for what was rehearsed. Each has its batches, blocks,
 *            shapes, customer numbers and deduplication. A statement has a text
 *            for either: PLACES(TEXT) of a macro over the name of the schema.
 * Range      what is kept of customers is bounded by CUSTOMERS_KEPT, apart from
 *            a place for each customer number.
 * Ownership  of the connection, from the first use to store_close.
 * Order      what is kept is true for ever, since these tables only grow;
 *            what a transaction added is forgotten where it is undone.
 */
#ifndef STORE_EVENT_CONTEXT_H
#define STORE_EVENT_CONTEXT_H

#include "base/hash.h"
#include "store/dedup.h"
#include "store/event_block.h"
#include "store/text_table.h"

enum event_place { EVENTS_STORED, EVENTS_REHEARSED };
#define EVENT_PLACES 2

/* clang-format off */
#define PLACES(text) { [EVENTS_STORED] = text("main"), [EVENTS_REHEARSED] = text("temp") }
/* clang-format on */

#define CUSTOMERS_KEPT ((size_t)64 << 20) /* bytes of each of the two caches */

/* Customers by number, as blocks have them. */
struct customer_keys {
	struct str *keys; /* p == NULL: not read yet */
	size_t n;         /* places */
	struct text_pool pool;
};

/* Customers by key, as events come with them. */
struct customer_numbers {
	struct text_table keys;
	uint32_t *numbers; /* by place of the key */
	size_t cap;
	struct text_pool pool;
	struct buf fresh; /* keys that are not stored yet, a JSON array without its end */
	uint32_t nfresh;
	uint32_t first; /* number of the first of them */
};

/* When some batches were recorded, by their last bits. */
#define RECORDED_KEPT 4096
struct batch_recorded {
	int64_t batch; /* 0: none */
	int64_t at_ns;
};

struct event_home {
	struct store *st;
	enum event_place place;
	struct dedup *dedup;
	struct customer_keys keys;
	struct customer_numbers numbers;
	struct batch_recorded recorded[RECORDED_KEPT];
};

struct event_context {
	struct hash_key key;
	struct event_home homes[EVENT_PLACES];
	struct block_reader *reader;
	struct append_room *append; /* event_append.h; NULL: none yet */
	bool rehearsing;            /* the temporary tables are there */
};

struct batch_parts; /* event_chain.h */

struct event_context *event_context(struct store *st);
struct event_home *event_home(struct store *st, enum event_place place);
/* For store_close and store_undo. */
void event_context_free(struct event_context *c); /* NULL is nothing */
void event_context_forget(struct event_context *c);

/* ---- customers ---- */

/* *number 0: no event has this key. */
bool customer_number_find(struct event_home *h, struct str key, uint32_t *number, struct err *e);
/*
 * The number of a key; where there is none, a new one, which is part of the batch. New ones are
 * stored by customer_numbers_put, in one statement: each would keep a journal of its own.
 */
bool customer_number_make(struct event_home *h, struct str key, struct batch_parts *parts,
	uint32_t *number, struct err *e);
bool customer_numbers_put(struct event_home *h, int64_t batch, struct err *e);

/*
 * The keys of all numbers given (sorted; equal ones may follow each other), as
 * *keys by number. They hold until the next call.
 */
bool customer_keys_read(struct event_home *h, const uint32_t *numbers, size_t n,
	const struct str **keys, struct err *e);
/* One that is known: to be had by customer_keys_read without reading. */
void customer_key_note(struct event_home *h, uint32_t number, struct str key);

/* ---- shapes ---- */

/* The id of a shape; where there is none, a new one, which is part of the batch. */
bool event_shape_make(struct event_home *h, const struct block_shape *shape, int64_t batch,
	struct batch_parts *parts, int64_t *id, struct err *e);
/* names: the JSON array of the table. False: it is none (db_damaged). */
bool event_shape_read(struct event_home *h, int64_t id, struct str event_type, struct str names,
	struct arena *a, struct block_shape *out, struct err *e);

#endif
