/*
 * event_block - the bytes of a block of events (inside store).
 *
 * Shape      two byte strings: columns (timestamps, customers, batches, then the
 *            properties in the order of the shape) and ids, kept apart so that
 *            aggregation never reads them. Each column is frame of reference:
 *            what a number lies above the least, in as few bits as 0 1 2 4 8 16
 *            24 ... 64; texts go through a dictionary of the block's own. A
 *            directory in front finds a column without reading those before it.
 *            Same rows, same bytes, however their texts were numbered.
 * Range      rows 1..BLOCK_ROWS_MAX; a decimal's mantissa below 10^18; a column
 *            below 4 GiB; nothing grows beyond what these need.
 * Errors     each column and the ids carry a checksum, the directory a sum of the
 *            shape's names too: bytes that are not what was written are db_damaged
 *            (ERR_FATAL), whatever they are; decoding never reads beyond them and
 *            allocates nothing by their claims alone. Columns that nobody asked for
 *            are not looked at. Whether ids belong to these columns it cannot tell.
 *            Rows that encode could not give back (out of order or range) are a bug.
 * Ownership  what a reader gives holds until it next decodes the same (columns, or
 *            ids) or is released, and columns no longer than the shape and the bytes
 *            they were read from: names and texts of properties are slices of these.
 *            Ids are copies.
 * Order      rows as in event_columns.h, by customer and timestamp also when read;
 *            encode keeps the order it is given.
 * Source     mtr-store(5), Blocks.
 */
#ifndef STORE_EVENT_BLOCK_H
#define STORE_EVENT_BLOCK_H

#include "domain/common.h"
#include "domain/event_columns.h"

#define BLOCK_ROWS_MAX ((size_t)1 << 18)

/*
 * rows: all properties read, with ids; customer_keys is not used; texts that no row shows
 * are left out. batches: of each row. What columns and ids held is replaced.
 */
void block_encode(const struct event_columns *rows, const int64_t *batches, struct buf *columns,
	struct buf *ids);

struct block_reader;

struct block_reader *block_reader_new(void);
void block_reader_free(struct block_reader *r); /* NULL is nothing */

struct block_shape {
	struct str event_type;
	const struct str *names; /* of the properties */
	size_t nnames;
	size_t n; /* rows, as the table has it */
};

struct block_wanted {
	const struct texts *properties; /* names; NULL: all */
	bool batches;
};

/*
 * *out with names, timestamps, customers and the properties asked for; its ids and
 * customer_keys are NULL. *batches where asked for, else batches may be NULL. where names
 * the block in messages.
 */
bool block_decode(struct block_reader *r, const struct block_shape *shape, struct str columns,
	const struct block_wanted *wanted, const char *where, struct event_columns *out,
	const int64_t **batches, struct err *e);
/* The ids of a block of n rows, whatever was decoded before. */
bool block_decode_ids(struct block_reader *r, size_t n, struct str ids, const char *where,
	const struct str **out, struct err *e);

#endif
