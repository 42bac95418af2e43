#include "store/check_events.h"

#include <stdlib.h>
#include <string.h>

#include "store/event_batch_shape.h"
#include "store/event_blocks.h"
#include "store/event_read.h"

#include "base/banned.h"

/* A row of event_block, with what only a check looks at. */
struct checked_row {
	struct block_row row;
	int64_t level;
	unsigned char digest[DIGEST_BYTES];
};

struct check {
	struct event_checker *c;
	struct arena shape_arena;
	struct block_shape shape;
	struct arena rec; /* of one event */
	struct buf content;
	struct buf scratch;
	struct buf columns;
	struct buf ids;
	struct text_pool pool;
	struct event_rows rows; /* of one batch */
	struct arranged_rows arranged;
	struct row_key *keys; /* the rows of a block by batch, then as they lie */
	struct row_key *sorted;
	size_t cap;

	/* the block in hand */
	const struct checked_row *block;
	struct event_columns events;
	const int64_t *batches;
};

static void
report(struct check *k, const char *what)
{
	event_report(k->c, "check.event_block", "event block %lld: %s", (long long)k->block->row.id,
		what);
}

/* Damage is found, anything else is a failure. That it is in this file goes without saying. */
static bool
tell(struct check *k, const struct err *inner, struct err *e)
{
	const char *path = store_path(k->c->st);
	struct str text = str_c(inner->text);
	size_t n = strlen(path) + 2;

	if (!str_is(str_c(inner->code), "db_damaged")) {
		*e = *inner;
		return false;
	}
	if (str_starts(text, path) && text.n > n)
		text = (struct str){ text.p + n, text.n - n };
	event_report(k->c, "check.event_block", "%.*s", STR_FMT(text));
	k->c->unread = true;
	return true;
}

/* ---- one batch of a block ---- */

static bool
put_part(struct check *k, int64_t batch, size_t n, struct hash128 content,
	const unsigned char *digest, struct err *e)
{
	static const char sql[] =
		"INSERT INTO temp.checked (batch, shape, n, content, digest)"
		" VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (batch, shape) DO NOTHING RETURNING 1";
	struct stmt *s = stmt_get(k->c->st, sql);
	unsigned char bytes[CONTENT_BYTES];
	bool put;

	content_bytes(content, bytes);
	stmt_int(s, 1, batch);
	stmt_int(s, 2, k->block->row.shape);
	stmt_int(s, 3, (int64_t)n);
	stmt_blob(s, 4, bytes, sizeof(bytes));
	stmt_blob(s, 5, digest, DIGEST_BYTES);
	put = stmt_row(s);
	if (!stmt_done(s, e))
		return false;
	if (!put)
		event_report(k->c, "check.event_block",
			"event block %lld: another of its shape has events of batch %lld too",
			(long long)k->block->row.id, (long long)batch);
	return true;
}

/* The sums of an event: its content, its entry of deduplication. */
static struct hash128
sum_event(struct check *k, const struct event *ev, int64_t batch)
{
	const struct hash_key *key = &event_context(k->c->st)->key;
	struct dedup_entry entry;

	buf_clear(&k->content);
	event_content(ev, &k->rec, &k->content);
	memset(&entry, 0, sizeof(entry));
	dedup_key(key, ev->transaction_id, &entry);
	entry.content = hash64(k->content.p, k->content.n);
	entry.batch = (uint32_t)batch;
	entry_sum_add(k->c, k->c->stored, &entry);
	return event_content_digest(ev->transaction_id, buf_str(&k->content), &k->scratch);
}

static void
take_row(struct check *k, size_t row, const struct event *ev)
{
	const struct hash_key *key = &event_context(k->c->st)->key;

	event_rows_reserve(&k->rows, 1);
	k->rows.timestamps_ns[k->rows.n] = ev->timestamp_ns;
	k->rows.customers[k->rows.n] = k->events.customers[row];
	k->rows.ids[k->rows.n] = ev->transaction_id;
	(void)event_rows_cells(&k->rows, ev->properties, key, &k->pool);
	k->rows.n++;
}

/* The block that the batch made, from the rows that are taken. */
static void
make_again(struct check *k, int64_t batch, unsigned char digest[DIGEST_BYTES])
{
	for (uint32_t i = 0; i < k->rows.n; i++)
		k->sorted[i] = (struct row_key){ k->rows.customers[i], i,
			k->rows.timestamps_ns[i] };
	event_rows_arrange(&k->rows, &k->shape, k->sorted, k->rows.n, &k->arranged);
	for (size_t i = 0; i < k->rows.n; i++)
		k->arranged.batches[i] = batch;
	block_encode(&k->arranged.columns, k->arranged.batches, &k->columns, &k->ids);
	event_block_digest(buf_str(&k->columns), buf_str(&k->ids), digest);
}

/* keys: its rows, in order. */
static bool
check_part(struct check *k, int64_t batch, const struct row_key *keys, size_t n, struct err *e)
{
	bool alone = n == k->events.n;
	unsigned char digest[DIGEST_BYTES];
	struct hash128 content = { 0, 0 };

	event_rows_clear(&k->rows);
	text_pool_clear(&k->pool);
	for (size_t i = 0; i < n; i++) {
		size_t np = k->events.nproperties;
		struct event ev;

		event_row(&k->events, keys[i].row, ARENA_ARRAY(&k->rec, np, struct property),
			arena_array(&k->rec, np, CELL_TEXT_SIZE), &ev);
		content = content_add(content, sum_event(k, &ev, batch));
		if (!alone)
			take_row(k, keys[i].row, &ev);
		arena_clear(&k->rec);
	}
	if (alone)
		memcpy(digest, k->block->digest, sizeof(digest));
	else
		make_again(k, batch, digest);
	return put_part(k, batch, n, content, digest, e);
}

static int
by_batch(const void *a, const void *b)
{
	const struct row_key *x = a, *y = b;

	if (x->timestamp_ns != y->timestamp_ns) /* the batch stands there */
		return x->timestamp_ns < y->timestamp_ns ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static void
sort_by_batch(struct check *k)
{
	size_t n = k->events.n;

	if (n > k->cap) {
		k->cap = n;
		k->keys = mem_realloc(k->keys, n, sizeof(*k->keys));
		k->sorted = mem_realloc(k->sorted, n, sizeof(*k->sorted));
	}
	for (size_t i = 0; i < n; i++)
		k->keys[i] = (struct row_key){ 0, (uint32_t)i, k->batches[i] };
	if (k->block->row.batch_min != k->block->row.batch_max)
		qsort(k->keys, n, sizeof(*k->keys), by_batch);
}

static bool
check_parts(struct check *k, struct err *e)
{
	sort_by_batch(k);
	for (size_t i = 0, end; i < k->events.n; i = end) {
		int64_t batch = k->keys[i].timestamp_ns;

		for (end = i; end < k->events.n && k->keys[end].timestamp_ns == batch;)
			end++;
		if (!check_part(k, batch, k->keys + i, end - i, e))
			return false;
	}
	return true;
}

/* ---- one block ---- */

static void
check_order(struct check *k)
{
	const struct event_columns *c = &k->events;

	for (size_t i = 1; i < c->n; i++) {
		if (c->customers[i] != c->customers[i - 1] ||
			c->timestamps_ns[i] != c->timestamps_ns[i - 1] ||
			str_cmp(c->ids[i - 1], c->ids[i]) < 0)
			continue;
		report(k, "its events are not in order");
		return;
	}
}

static void
check_row(struct check *k)
{
	const struct block_row *row = &k->block->row;
	int64_t t_min = INT64_MAX, t_max = INT64_MIN, b_min = INT64_MAX, b_max = INT64_MIN;

	for (size_t i = 0; i < k->events.n; i++) {
		int64_t t = k->events.timestamps_ns[i], b = k->batches[i];

		t_min = t < t_min ? t : t_min;
		t_max = t > t_max ? t : t_max;
		b_min = b < b_min ? b : b_min;
		b_max = b > b_max ? b : b_max;
	}
	if (row->t_min != t_min || row->t_max != t_max)
		report(k, "its events are of another time");
	if (row->batch_min != b_min || row->batch_max != b_max)
		report(k, "its events are of other batches");
}

static void
check_bytes(struct check *k, struct str columns, struct str ids)
{
	const struct checked_row *b = k->block;
	unsigned char digest[DIGEST_BYTES];

	event_block_digest(columns, ids, digest);
	if (memcmp(digest, b->digest, DIGEST_BYTES) != 0)
		report(k, "its bytes do not match its digest");
	if (b->level != event_block_level((size_t)b->row.n, columns.n + ids.n))
		report(k, "its level is not that of its size");
}

static bool
check_stored_bytes(struct check *k, struct str columns, struct err *e)
{
	static const char sql[] = "SELECT ids FROM main.event_ids WHERE block = ?1 ORDER BY block";
	struct stmt *s = stmt_get(k->c->st, sql);

	stmt_int(s, 1, k->block->row.id);
	if (stmt_row(s))
		check_bytes(k, columns, stmt_col_blob(s, 0));
	return stmt_done(s, e);
}

/* false: failed; damage is told. */
static bool
check_open(struct check *k, struct block_open *b, struct err *e)
{
	struct err inner = ERR_INIT;

	if (!check_stored_bytes(k, b->bytes, e))
		return false;
	if (!event_block_whole(b, &k->shape, &k->events, &k->batches, &inner))
		return tell(k, &inner, e);
	check_row(k);
	check_order(k);
	return check_parts(k, e);
}

static bool
check_block(struct check *k, const struct checked_row *block, struct err *e)
{
	struct err inner = ERR_INIT;
	struct block_open b;
	bool ok;

	k->block = block;
	if (!event_block_open(k->c->home, &block->row, &b, &inner))
		return tell(k, &inner, e);
	ok = check_open(k, &b, e);
	return event_block_close(&b, e) && ok;
}

/* ---- all of them ---- */

static bool
check_shape(struct check *k, int64_t shape, struct err *e)
{
	static const char sql[] =
		"SELECT id, n, t_min, t_max, batch_min, batch_max, level, digest"
		" FROM main.event_block WHERE shape = ?1 ORDER BY id";
	struct stmt *s = stmt_get(k->c->st, sql);
	bool ok = true;

	stmt_int(s, 1, shape);
	event_rows_init(&k->rows, k->shape.nnames);
	while (ok && stmt_row(s)) {
		struct checked_row block = {
			.row = {
				.id = stmt_col_int(s, 0),
				.shape = shape,
				.n = stmt_col_int(s, 1),
				.t_min = stmt_col_int(s, 2),
				.t_max = stmt_col_int(s, 3),
				.batch_min = stmt_col_int(s, 4),
				.batch_max = stmt_col_int(s, 5),
			},
			.level = stmt_col_int(s, 6),
		};
		struct str digest = stmt_col_blob(s, 7);

		memcpy(block.digest, digest.p, digest.n < DIGEST_BYTES ? digest.n : DIGEST_BYTES);
		ok = check_block(k, &block, e);
	}
	event_rows_release(&k->rows);
	return stmt_done(s, e) && ok;
}

static bool
check_shapes(struct check *k, struct err *e)
{
	static const char sql[] = "SELECT id, event_type, names FROM main.event_shape ORDER BY id";
	struct stmt *s = stmt_get(k->c->st, sql);
	bool ok = true;

	while (ok && stmt_row(s)) {
		int64_t id = stmt_col_int(s, 0);

		ok = event_shape_read(k->c->home, id, stmt_col_text(s, 1), stmt_col_text(s, 2),
			     &k->shape_arena, &k->shape, e) &&
			check_shape(k, id, e);
		arena_clear(&k->shape_arena);
	}
	return stmt_done(s, e) && ok;
}

bool
check_blocks(struct event_checker *c, struct err *e)
{
	struct check k = { .c = c };
	bool ok = check_shapes(&k, e);

	arena_release(&k.shape_arena);
	arena_release(&k.rec);
	buf_release(&k.content);
	buf_release(&k.scratch);
	buf_release(&k.columns);
	buf_release(&k.ids);
	text_pool_release(&k.pool);
	arranged_rows_release(&k.arranged);
	free(k.keys);
	free(k.sorted);
	return ok;
}
