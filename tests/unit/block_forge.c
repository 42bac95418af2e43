#include "tests/unit/block_forge.h"

#include <string.h>

#include "store/event_block_layout.h"

char *
copy_of(struct str s, struct arena *a)
{
	char *p = arena_alloc(a, s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p;
}

static size_t
columns_of(const struct block_case *c)
{
	return BLOCK_PROPERTIES + c->shape.nnames;
}

void
block_seal(char *columns, size_t n, const struct block_case *c)
{
	size_t sum_at = directory_sum_at(columns_of(c)), at = sum_at + CHECKSUM_BYTES;

	for (size_t i = 0; i < columns_of(c); i++) {
		char *entry = columns + DIRECTORY_COLUMNS + i * DIRECTORY_COLUMN;
		size_t bytes = load32(entry);

		if (bytes > n - at)
			break;
		store64(entry + 4, hash64(columns + at, bytes));
		at += bytes;
	}
	store64(columns + sum_at, hash64(columns, sum_at));
}

void
block_seal_ids(char *ids, size_t n)
{
	store64(ids, hash64(ids + CHECKSUM_BYTES, n - CHECKSUM_BYTES));
}

struct str
block_column(const struct block_case *c, size_t column)
{
	const char *entry = c->columns.p + DIRECTORY_COLUMNS;
	size_t at = directory_sum_at(columns_of(c)) + CHECKSUM_BYTES;

	for (size_t i = 0; i < column; i++, entry += DIRECTORY_COLUMN)
		at += load32(entry);
	return (struct str){ c->columns.p + at, load32(entry) };
}

struct str
block_with_column(const struct block_case *c, size_t column, struct str bytes, struct arena *a)
{
	struct str old = block_column(c, column);
	size_t before = (size_t)(old.p - c->columns.p), behind = c->columns.n - before - old.n;
	size_t n = before + bytes.n + behind;
	char *p = arena_alloc(a, n);

	memcpy(p, c->columns.p, before);
	if (bytes.n > 0)
		memcpy(p + before, bytes.p, bytes.n);
	memcpy(p + before + bytes.n, old.p + old.n, behind);
	store32(p + DIRECTORY_COLUMNS + column * DIRECTORY_COLUMN, (uint32_t)bytes.n);
	block_seal(p, n, c);
	return (struct str){ p, n };
}

bool
block_all(struct block_reader *r, const struct block_shape *shape, struct str columns,
	struct str ids, struct event_columns *out, struct err *e)
{
	static const struct block_wanted everything = { .batches = true };
	const int64_t *batches;

	return block_decode(r, shape, columns, &everything, "block 7", out, &batches, e) &&
		block_decode_ids(r, shape->n, ids, "block 7", &out->ids, e);
}

bool
block_is_damage(const struct err *e)
{
	return e->kind == ERR_FATAL && strcmp(e->code, "db_damaged") == 0 &&
		strncmp(e->text, "block 7: ", 9) == 0;
}
