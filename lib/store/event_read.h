/*
 * event_read - blocks of events as they lie in their tables (inside store).
 *
 * Shape      a row of event_block without its bytes; its columns and its ids are
 *            read apart from each other.
 * Errors     ERR_FATAL of the store; db_damaged for what is not what was written.
 * Ownership  columns hold until event_block_close, and nothing else may be read
 *            of this connection's blocks before it, apart from ids; ids hold
 *            until ids are read again.
 */
#ifndef STORE_EVENT_READ_H
#define STORE_EVENT_READ_H

#include "store/event_context.h"
#include "store/stmt.h"

struct block_row {
	int64_t id;
	int64_t shape;
	int64_t n;
	int64_t t_min;
	int64_t t_max;
	int64_t batch_min;
	int64_t batch_max;
};

#define BLOCK_WHERE 320 /* a longer path is cut */

struct block_open {
	struct event_home *home;
	struct block_row row;
	struct stmt *stmt;
	struct str bytes;
	char where[BLOCK_WHERE]; /* for messages */
};

/* False: nothing is open. */
bool event_block_open(struct event_home *h, const struct block_row *row, struct block_open *out,
	struct err *e);
/* Any number of times; shape->n is set here. */
bool event_block_columns(const struct block_open *b, struct block_shape *shape,
	const struct block_wanted *wanted, struct event_columns *out, const int64_t **batches,
	struct err *e);
/* True when nothing failed. */
bool event_block_close(struct block_open *b, struct err *e);

bool event_block_ids(struct event_home *h, const struct block_row *row, const struct str **out,
	struct err *e);

/* customer_keys of the customers that are there. */
bool event_block_customers(struct event_home *h, struct event_columns *c, struct err *e);

/* Whole: every column, with ids and customer_keys. */
bool event_block_whole(const struct block_open *b, struct block_shape *shape,
	struct event_columns *out, const int64_t **batches, struct err *e);

/* The shape of a block, in a. */
bool event_block_shape(struct event_home *h, int64_t id, struct arena *a, struct block_shape *out,
	struct err *e);

/* When a batch was recorded. */
bool event_recorded_at(struct event_home *h, int64_t batch, int64_t *at_ns, struct err *e);

#endif
