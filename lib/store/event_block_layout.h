/*
 * event_block_layout - where things lie in a block (inside store).
 *
 * Shape      columns: the directory, then the columns one behind the other. The
 *            directory is the format, the rows, the shape's sum, of each column its
 *            bytes and its checksum, and last its own checksum.
 *            timestamps  unit (small, below); least (signed); row of units above it
 *            customers   form; the first (small); STEPS: row of n - 1 differences;
 *                        RUNS: number of runs (small), row of the differences
 *                        between them, row of their lengths
 *            batches     least (signed); row above it
 *            property    number of kinds (small); each kind, ascending, a decimal's
 *                        with the least mantissa (signed); with CELL_TEXT, the texts;
 *                        with several kinds, row of their places; row of mantissas
 *                        above their kind's least, or of places in texts. It is left
 *                        out where each row has a text of its own: row i has text i.
 *            texts       number (small); row of JSON types; row of lengths; the bytes.
 *                        In the order in which rows show them, each shown.
 *            ids: the checksum; row of forms; the UUIDs, 16 bytes each; and unless
 *            all are UUIDs, what the others begin with (small, bytes), row of the
 *            lengths of the rest, the bytes of the rest.
 *            Rows and small numbers are those of block_bytes.h.
 * Range      a column below 4 GiB.
 * Source     mtr-store(5), Blocks.
 */
#ifndef STORE_EVENT_BLOCK_LAYOUT_H
#define STORE_EVENT_BLOCK_LAYOUT_H

#include "base/hash.h"
#include "store/block_bytes.h"
#include "store/event_block.h"

#define BLOCK_FORMAT 1

/* Columns by number; the properties follow in the order of the shape. */
enum { BLOCK_TIMESTAMPS, BLOCK_CUSTOMERS, BLOCK_BATCHES, BLOCK_PROPERTIES };

/* Offsets in the directory. */
enum {
	DIRECTORY_FORMAT = 0,  /* 1 byte */
	DIRECTORY_ROWS = 1,    /* 4 */
	DIRECTORY_SHAPE = 5,   /* 8 */
	DIRECTORY_COLUMNS = 13 /* of each: bytes 4, checksum 8 */
};
#define DIRECTORY_COLUMN 12
#define CHECKSUM_BYTES 8

static inline size_t
directory_sum_at(size_t ncolumns)
{
	return DIRECTORY_COLUMNS + ncolumns * DIRECTORY_COLUMN;
}

/* Nanoseconds; the greatest that divides all differences is used. */
static const uint64_t block_units[] = { 1, 1000, 1000000, 1000000000 };

enum { CUSTOMERS_STEPS, CUSTOMERS_RUNS };

/* A decimal cell has at most 18 digits. */
#define MANTISSA_MAX INT64_C(999999999999999999)
#define KINDS_MAX (2 * (CELL_SCALE_MAX + 1) + 1)

static inline bool
cell_kind_known(uint8_t kind)
{
	return kind == CELL_TEXT || (cell_is_decimal(kind) && cell_scale(kind) <= CELL_SCALE_MAX);
}

enum { ID_UUID, ID_TEXT };
#define ID_PREFIX_MAX 255 /* of what all texts begin with */

/* The shape's sum: over the event type, then each name; what a block of another shape lacks. */
static inline uint64_t
block_shape_sum(uint64_t sum, struct str text)
{
	unsigned char both[16];

	store64(both, sum);
	store64(both + 8, hash64(text.p, text.n));
	return hash64(both, sizeof(both));
}

#endif
