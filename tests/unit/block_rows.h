/*
 * block_rows - rows for tests of blocks of events.
 *
 * Shape      random rows of a random shape, in order, and their bytes. Properties are
 *            drawn column by column: one kind of decimal, several, few texts, texts
 *            that never repeat, every JSON type, nothing but null.
 * Ownership  everything lives in the arena given.
 */
#ifndef TESTS_UNIT_BLOCK_ROWS_H
#define TESTS_UNIT_BLOCK_ROWS_H

#include "store/event_block.h"
#include "tests/unit/sweep.h"

/* "ac 02" is two bytes; blanks are optional. Copies have just the memory they need. */
struct str bytes_of(struct arena *a, const char *hex);
const char *hex_of(struct arena *a, struct str bytes);

struct block_case {
	struct event_columns rows;
	const int64_t *batches;
	struct block_shape shape;
	struct str columns;
	struct str ids;
};

/* A column of these cells, JSON types and texts as an event has them. */
struct event_column column_of(struct str name, const struct cell_text *cells, size_t n,
	struct arena *a);

struct block_case block_of(const struct event_columns *rows, const int64_t *batches,
	struct arena *a);
struct block_case block_random(struct sweep *s, size_t n, struct arena *a);
/* model, direction, region, tokens, latency_ms; a month in milliseconds; UUIDs. */
struct block_case block_example(struct sweep *s, size_t n, unsigned customers, struct arena *a);

/* Cells, timestamps, customers, ids and batches (those that were read) that differ. */
size_t block_differences(const struct block_case *c, const struct event_columns *got,
	const int64_t *batches);

#endif
