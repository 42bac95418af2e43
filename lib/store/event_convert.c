#include "store/event_convert.h"

#include "codec/json_scan.h"
#include "store/event_append.h"
#include "store/stmt.h"

#include "base/banned.h"

struct convert {
	struct store *st;
	struct event_batch *batch;
	struct stmt *rows; /* by batch */
	bool more;         /* there is one in hand */
	struct json_scanner scanner;
	struct arena rec;
};

static bool
damaged(const struct convert *c, int64_t batch, const char *what, struct err *e)
{
	return err_set(e, ERR_FATAL, "db_damaged", "%s: batch %lld: %s", store_path(c->st),
		(long long)batch, what);
}

static bool
take_row(struct convert *c, int64_t batch, struct err *e)
{
	struct stmt *s = c->rows;
	struct event ev = {
		.transaction_id = stmt_col_text(s, 1),
		.customer_id = stmt_col_text(s, 2),
		.event_type = stmt_col_text(s, 3),
		.timestamp_ns = stmt_col_int(s, 4),
	};
	bool ok = event_properties_parse(&c->scanner, stmt_col_text(s, 5), &c->rec, &ev);

	if (!ok)
		return damaged(c, batch, "the properties of an event are no object", e);
	event_batch_take(c->batch, &ev);
	arena_clear(&c->rec);
	c->more = stmt_row(s);
	return true;
}

/* The rows of one batch, which are next. */
static bool
take_batch(struct convert *c, const struct batch_row *row, struct err *e)
{
	event_batch_clear(c->batch);
	while (c->more && stmt_col_int(c->rows, 0) == row->id) {
		if (event_batch_count(c->batch) == EVENT_BATCH_MAX)
			return damaged(c, row->id, "more events than a batch can have", e);
		if (!take_row(c, row->id, e))
			return false;
	}
	if ((int64_t)event_batch_count(c->batch) != row->accepted)
		return damaged(c, row->id, "not as many events as it accepted", e);
	return true;
}

static bool
append(struct convert *c, const struct batch_row *row, struct err *e)
{
	struct event_append a = { .batch = c->batch };
	struct arena out = ARENA_INIT;
	bool ok = event_append_again(c->st, &a, row, &out, e);

	arena_release(&out);
	if (ok && (int64_t)a.naccepted != row->accepted)
		return damaged(c, row->id, "two events of one transaction_id", e);
	return ok;
}

static bool
convert_batches(struct convert *c, struct err *e)
{
	static const char sql[] =
		"SELECT id, recorded_at, accepted, duplicate, conflict, rejected"
		" FROM main.batch_of_rows ORDER BY id";
	struct stmt *s = stmt_get(c->st, sql);
	bool ok = true;

	while (ok && stmt_row(s)) {
		const struct batch_row row = {
			.id = stmt_col_int(s, 0),
			.recorded_at_ns = stmt_col_int(s, 1),
			.accepted = stmt_col_int(s, 2),
			.duplicate = stmt_col_int(s, 3),
			.conflict = stmt_col_int(s, 4),
			.rejected = stmt_col_int(s, 5),
		};

		ok = take_batch(c, &row, e) && append(c, &row, e);
	}
	if (ok && c->more)
		ok = damaged(c, stmt_col_int(c->rows, 0), "not there, or out of order", e);
	return stmt_done(s, e) && ok;
}

bool
event_convert(struct store *st, struct err *e)
{
	static const char sql[] =
		"SELECT batch, transaction_id, customer_key, event_type, timestamp, properties"
		" FROM main.event_as_row ORDER BY seq"; /* in which batches rise */
	struct convert c = { .st = st, .batch = event_batch_new(st) };
	bool ok;

	json_scanner_init(&c.scanner);
	c.rows = stmt_get(st, sql);
	c.more = stmt_row(c.rows);
	ok = convert_batches(&c, e);
	ok = stmt_done(c.rows, e) && ok;
	json_scanner_release(&c.scanner);
	event_batch_free(c.batch);
	arena_release(&c.rec);
	return ok;
}
