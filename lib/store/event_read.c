#include "store/event_read.h"

#include <stdio.h>

#include "base/banned.h"

static bool
fail_missing(struct event_home *h, const char *what, int64_t id, struct err *e)
{
	return err_set(e, ERR_FATAL, "db_damaged", "%s: no %s %lld", store_path(h->st), what,
		(long long)id);
}

static void
name_block(struct event_home *h, const struct block_row *row, char where[BLOCK_WHERE])
{
	snprintf(where, BLOCK_WHERE, "%s: event block %lld", store_path(h->st), (long long)row->id);
}

bool
event_block_open(struct event_home *h, const struct block_row *row, struct block_open *out,
	struct err *e)
{
#define COLUMNS(db) "SELECT columns FROM " db ".event_block WHERE id = ?1 ORDER BY id"
	static const char *const sql[] = PLACES(COLUMNS);
	struct stmt *s = stmt_get(h->st, sql[h->place]);

	*out = (struct block_open){ .home = h, .row = *row, .stmt = s };
	name_block(h, row, out->where);
	stmt_int(s, 1, row->id);
	if (stmt_row(s)) {
		out->bytes = stmt_col_blob(s, 0);
		return true;
	}
	return stmt_done(s, e) && fail_missing(h, "event block", row->id, e);
}

bool
event_block_columns(const struct block_open *b, struct block_shape *shape,
	const struct block_wanted *wanted, struct event_columns *out, const int64_t **batches,
	struct err *e)
{
	shape->n = (size_t)b->row.n;
	return block_decode(event_context(b->home->st)->reader, shape, b->bytes, wanted, b->where,
		out, batches, e);
}

bool
event_block_close(struct block_open *b, struct err *e)
{
	return stmt_done(b->stmt, e);
}

bool
event_block_ids(struct event_home *h, const struct block_row *row, const struct str **out,
	struct err *e)
{
#define IDS(db) "SELECT ids FROM " db ".event_ids WHERE block = ?1 ORDER BY block"
	static const char *const sql[] = PLACES(IDS);
	struct stmt *s = stmt_get(h->st, sql[h->place]);
	char where[BLOCK_WHERE];
	bool there, ok = true;

	name_block(h, row, where);
	stmt_int(s, 1, row->id);
	there = stmt_row(s);
	if (there)
		ok = block_decode_ids(event_context(h->st)->reader, (size_t)row->n,
			stmt_col_blob(s, 0), where, out, e);
	if (!stmt_done(s, e) || !ok)
		return false;
	return there || fail_missing(h, "transaction ids of event block", row->id, e);
}

bool
event_block_customers(struct event_home *h, struct event_columns *c, struct err *e)
{
	return customer_keys_read(h, c->customers, c->n, &c->customer_keys, e);
}

bool
event_block_whole(const struct block_open *b, struct block_shape *shape, struct event_columns *out,
	const int64_t **batches, struct err *e)
{
	static const struct block_wanted all = { .properties = NULL, .batches = true };

	return event_block_columns(b, shape, &all, out, batches, e) &&
		event_block_ids(b->home, &b->row, &out->ids, e) &&
		event_block_customers(b->home, out, e);
}

bool
event_block_shape(struct event_home *h, int64_t id, struct arena *a, struct block_shape *out,
	struct err *e)
{
#define SHAPE(db) "SELECT event_type, names FROM " db ".event_shape WHERE id = ?1 ORDER BY id"
	static const char *const sql[] = PLACES(SHAPE);
	struct stmt *s = stmt_get(h->st, sql[h->place]);
	bool there, ok = true;

	stmt_int(s, 1, id);
	there = stmt_row(s);
	if (there)
		ok = event_shape_read(h, id, stmt_col_text(s, 0), stmt_col_text(s, 1), a, out, e);
	if (!stmt_done(s, e) || !ok)
		return false;
	return there || fail_missing(h, "event shape", id, e);
}

static bool
read_recorded(struct event_home *h, int64_t batch, int64_t *at_ns, struct err *e)
{
#define RECORDED(db) "SELECT recorded_at FROM " db ".batch WHERE id = ?1 ORDER BY id"
	static const char *const sql[] = PLACES(RECORDED);
	struct stmt *s = stmt_get(h->st, sql[h->place]);
	bool there;

	stmt_int(s, 1, batch);
	there = stmt_row(s);
	if (there)
		*at_ns = stmt_col_instant(s, 0);
	if (!stmt_done(s, e))
		return false;
	return there || fail_missing(h, "batch", batch, e);
}

bool
event_recorded_at(struct event_home *h, int64_t batch, int64_t *at_ns, struct err *e)
{
	struct batch_recorded *kept = &h->recorded[(uint64_t)batch % RECORDED_KEPT];

	if (kept->batch != batch) {
		if (!read_recorded(h, batch, &kept->at_ns, e))
			return false;
		kept->batch = batch;
	}
	*at_ns = kept->at_ns;
	return true;
}
