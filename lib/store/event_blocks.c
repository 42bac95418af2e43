#include "store/event_blocks.h"

#include "store/event_read.h"

#include "base/banned.h"

_Static_assert(BLOCKS_MERGED *(size_t)(BLOCK_FULL_ROWS - 1) <= BLOCK_ROWS_MAX,
	"small blocks fit into one");

int64_t
event_block_level(size_t rows, size_t bytes)
{
	int64_t level = 0;

	if (rows >= BLOCK_FULL_ROWS || bytes >= BLOCK_FULL_BYTES)
		return BLOCK_FULL;
	while (rows >= BLOCKS_MERGED) {
		rows /= BLOCKS_MERGED;
		level++;
	}
	return level;
}

void
event_block_digest(struct str columns, struct str ids, unsigned char out[DIGEST_BYTES])
{
	digest_parts((const struct str[]){ columns, ids }, 2, out);
}

/* ---- putting ---- */

struct span {
	int64_t least;
	int64_t greatest;
};

static struct span
span_of(const int64_t *values, size_t n)
{
	struct span s = { values[0], values[0] };

	for (size_t i = 1; i < n; i++) {
		s.least = values[i] < s.least ? values[i] : s.least;
		s.greatest = values[i] > s.greatest ? values[i] : s.greatest;
	}
	return s;
}

static bool
put_ids(struct event_home *h, struct append_room *room, struct err *e)
{
#define PUT_IDS(db) \
	"INSERT INTO " db ".event_ids (block, ids) SELECT max(id), ?1 FROM " db ".event_block"
	static const char *const sql[] = PLACES(PUT_IDS);
	struct stmt *s = stmt_get(h->st, sql[h->place]);

	stmt_blob(s, 1, room->ids.p, room->ids.n);
	return stmt_run(s, e);
}

bool
event_block_put(struct event_home *h, int64_t shape, struct append_room *room, int64_t *level,
	unsigned char digest[DIGEST_BYTES], struct err *e)
{
#define PUT(db) \
	"INSERT INTO " db \
	".event_block (shape, level, n, t_min, t_max, batch_min, batch_max," \
	" digest, columns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	static const char *const sql[] = PLACES(PUT);
	const struct event_columns *rows = &room->arranged.columns;
	struct span times = span_of(rows->timestamps_ns, rows->n);
	struct span batches = span_of(room->arranged.batches, rows->n);
	struct stmt *s;

	buf_clear(&room->columns);
	buf_clear(&room->ids);
	block_encode(rows, room->arranged.batches, &room->columns, &room->ids);
	event_block_digest(buf_str(&room->columns), buf_str(&room->ids), digest);
	*level = event_block_level(rows->n, room->columns.n + room->ids.n);
	s = stmt_get(h->st, sql[h->place]);
	stmt_int(s, 1, shape);
	stmt_int(s, 2, *level);
	stmt_int(s, 3, (int64_t)rows->n);
	stmt_int(s, 4, times.least);
	stmt_int(s, 5, times.greatest);
	stmt_int(s, 6, batches.least);
	stmt_int(s, 7, batches.greatest);
	stmt_blob(s, 8, digest, DIGEST_BYTES);
	stmt_blob(s, 9, room->columns.p, room->columns.n);
	return stmt_run(s, e) && put_ids(h, room, e);
}

/* ---- merging ---- */

/* The oldest blocks of a level, at most BLOCKS_MERGED. */
static bool
list_level(struct event_home *h, int64_t shape, int64_t level, struct block_row *out, size_t *n,
	struct err *e)
{
#define LEVEL(db) \
	"SELECT id, n FROM " db \
	".event_block WHERE shape = ?1 AND level = ?2 AND level < 5" \
	" ORDER BY id LIMIT 8"
	static const char *const sql[] = PLACES(LEVEL);
	struct stmt *s = stmt_get(h->st, sql[h->place]);

	*n = 0;
	stmt_int(s, 1, shape);
	stmt_int(s, 2, level);
	while (stmt_row(s))
		out[(*n)++] = (struct block_row){
			.id = stmt_col_int(s, 0),
			.shape = shape,
			.n = stmt_col_int(s, 1),
		};
	return stmt_done(s, e);
}

static bool
take_rows(struct event_rows *rows, const struct block_open *b, struct block_shape *names,
	struct append_room *room, struct err *e)
{
	static const struct block_wanted all = { .properties = NULL, .batches = true };
	struct event_columns columns;
	const int64_t *batches;

	if (!event_block_columns(b, names, &all, &columns, &batches, e) ||
		!event_block_ids(b->home, &b->row, &columns.ids, e))
		return false;
	event_rows_add(rows, &columns, batches, &event_context(b->home->st)->key, &room->pool);
	return true;
}

static bool
take_block(struct event_home *h, const struct block_row *row, struct block_shape *names,
	struct event_rows *rows, struct append_room *room, struct err *e)
{
	struct block_open b;
	bool ok;

	if (!event_block_open(h, row, &b, e))
		return false;
	ok = take_rows(rows, &b, names, room, e);
	return event_block_close(&b, e) && ok;
}

static bool
drop_block(struct event_home *h, int64_t id, struct err *e)
{
#define DROP_IDS(db) "DELETE FROM " db ".event_ids WHERE block = ?1"
#define DROP(db) "DELETE FROM " db ".event_block WHERE id = ?1"
	static const char *const ids[] = PLACES(DROP_IDS);
	static const char *const block[] = PLACES(DROP);
	struct stmt *s = stmt_get(h->st, ids[h->place]);

	stmt_int(s, 1, id);
	if (!stmt_run(s, e))
		return false;
	s = stmt_get(h->st, block[h->place]);
	stmt_int(s, 1, id);
	return stmt_run(s, e);
}

static void
arrange_all(const struct event_rows *rows, const struct block_shape *names,
	struct append_room *room)
{
	append_room_keys(room, rows->n);
	for (uint32_t i = 0; i < rows->n; i++)
		room->keys[i] = (struct row_key){ rows->customers[i], i, rows->timestamps_ns[i] };
	row_keys_sort(room->keys, rows->n, room->scratch, rows->ids);
	event_rows_arrange(rows, names, room->keys, rows->n, &room->arranged);
}

static bool
merge(struct event_home *h, const struct block_row *blocks, size_t n, struct block_shape *names,
	struct append_room *room, int64_t *level, struct err *e)
{
	unsigned char digest[DIGEST_BYTES];
	struct event_rows rows;
	bool ok = true;

	event_rows_init(&rows, names->nnames);
	for (size_t i = 0; ok && i < n; i++)
		ok = take_block(h, &blocks[i], names, &rows, room, e);
	if (ok) {
		arrange_all(&rows, names, room);
		ok = event_block_put(h, blocks[0].shape, room, level, digest, e);
	}
	for (size_t i = 0; ok && i < n; i++)
		ok = drop_block(h, blocks[i].id, e);
	event_rows_release(&rows);
	text_pool_clear(&room->pool);
	return ok;
}

bool
event_blocks_merge(struct event_home *h, int64_t shape, const struct block_shape *names,
	int64_t level, struct append_room *room, struct err *e)
{
	struct block_shape own = *names;

	while (level < BLOCK_FULL) {
		struct block_row blocks[BLOCKS_MERGED];
		size_t n;

		if (!list_level(h, shape, level, blocks, &n, e))
			return false;
		if (n < BLOCKS_MERGED)
			return true;
		if (!merge(h, blocks, n, &own, room, &level, e))
			return false;
	}
	return true;
}
