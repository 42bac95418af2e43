/*
 * event_rows - events of one shape gathered row by row, given out sorted (inside store).
 *
 * Shape      a cell is what event_columns.h says it is; a column's texts are in
 *            the order they came. What is gathered is cleared and used again.
 *            Rows are put in order by sorting keys for them, and arranged into
 *            columns as block_encode wants them.
 * Range      below 2^31 rows. customers are numbers of whatever table the user
 *            has in mind.
 * Ownership  texts and ids lie in the pool given, which outlives the rows.
 * Order      by customer number, timestamp, transaction_id as bytes: total,
 *            since no two stored events share an id.
 * Source     mtr-store(5), Blocks.
 */
#ifndef STORE_EVENT_ROWS_H
#define STORE_EVENT_ROWS_H

#include "domain/event_columns.h"
#include "store/event_block.h"
#include "store/text_table.h"

struct row_cells {
	uint8_t *kinds;
	int64_t *values;
	uint8_t kind; /* of all rows, or CELL_MIXED */
	struct text_table texts;
};

struct event_rows {
	uint32_t n;
	uint32_t cap;
	int64_t *timestamps_ns;
	uint32_t *customers;
	struct str *ids;
	int64_t *batches;
	bool batched; /* batches are set */
	struct row_cells *cells;
	size_t ncells;
};

void event_rows_init(struct event_rows *r, size_t ncells);
void event_rows_clear(struct event_rows *r);
void event_rows_release(struct event_rows *r);
size_t event_rows_bytes(const struct event_rows *r); /* allocated */

/* Make room for more rows behind those there are. */
void event_rows_reserve(struct event_rows *r, size_t more);
/*
 * The cells of row n, which becomes one when the caller has set all of it and counts it.
 * How many of the texts are new to their columns.
 */
size_t event_rows_cells(struct event_rows *r, const struct property *properties,
	const struct hash_key *key, struct text_pool *pool);

/* Every row of columns, read whole; batches may be NULL. */
void event_rows_add(struct event_rows *r, const struct event_columns *from, const int64_t *batches,
	const struct hash_key *key, struct text_pool *pool);

/* As they lie; properties has a place for each cell, customer_keys is NULL. */
void event_rows_view(const struct event_rows *r, const struct block_shape *shape,
	struct event_column *properties, struct event_columns *out);

/* ---- in order ---- */

struct row_key {
	uint32_t customer;
	uint32_t row;
	int64_t timestamp_ns;
};

/* scratch is n of them. ids are by row. */
void row_keys_sort(struct row_key *keys, size_t n, struct row_key *scratch, const struct str *ids);

/* Room for rows that were put in order; used again. */
struct arranged_rows {
	struct event_columns columns;
	int64_t *batches; /* of each row; the caller's to fill, where the rows do not have them */
	struct event_column *properties;
	size_t nproperties;
	size_t cap; /* rows */
	int64_t *timestamps_ns;
	uint32_t *customers;
	struct str *ids;
	uint8_t *kinds; /* cap for each property, likewise values */
	int64_t *values;
};

void event_rows_arrange(const struct event_rows *r, const struct block_shape *shape,
	const struct row_key *keys, size_t n, struct arranged_rows *out);
void arranged_rows_release(struct arranged_rows *a);

#endif
