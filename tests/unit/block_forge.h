/*
 * block_forge - blocks that are wrong on purpose, with checksums that fit.
 *
 * Ownership  everything lives in the arena given, in just the memory it needs.
 */
#ifndef TESTS_UNIT_BLOCK_FORGE_H
#define TESTS_UNIT_BLOCK_FORGE_H

#include "base/err.h"
#include "tests/unit/block_rows.h"

char *copy_of(struct str s, struct arena *a);

/* The checksums of columns and directory, whatever their bytes are; that of ids. */
void block_seal(char *columns, size_t n, const struct block_case *c);
void block_seal_ids(char *ids, size_t n);

/* The bytes of one column, and all columns with others for it. */
struct str block_column(const struct block_case *c, size_t column);
struct str block_with_column(const struct block_case *c, size_t column, struct str bytes,
	struct arena *a);

/* All of a block that says it is "block 7"; and whether it was refused as damage. */
bool block_all(struct block_reader *r, const struct block_shape *shape, struct str columns,
	struct str ids, struct event_columns *out, struct err *e);
bool block_is_damage(const struct err *e);

#endif
