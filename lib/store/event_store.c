#include "store/event_store.h"

#include <string.h>

#include "store/event_chain.h"
#include "store/event_locate.h"
#include "store/event_scan.h"

#include "base/banned.h"

/* ---- scans ---- */

struct by_columns {
	event_columns_visit visit;
	void *ctx;
};

static bool
show_columns(void *ctx, const struct event_columns *columns, const int64_t *batches, bool *more,
	struct err *e)
{
	const struct by_columns *b = ctx;

	(void)batches;
	(void)e;
	*more = b->visit(b->ctx, columns);
	return true;
}

bool
event_store_scan_columns(struct store *st, const struct event_query *q, event_columns_visit visit,
	void *ctx, struct err *e)
{
	struct by_columns by = { visit, ctx };
	struct event_scan scan;
	bool own, ok;

	if (!event_snapshot_begin(st, &own, e))
		return false;
	event_scan_init(&scan, event_home(st, EVENTS_STORED), q);
	ok = event_scan_customers(&scan, e) && event_scan_run(&scan, show_columns, &by, e);
	event_scan_release(&scan);
	event_snapshot_end(st, own);
	return ok;
}

struct by_rows {
	const struct event_scan *scan;
	event_visit visit;
	void *ctx;
	struct arena arena; /* of one block */
};

static bool
show_row(const struct by_rows *b, const struct event_columns *columns, size_t row, int64_t batch,
	struct property *properties, char *room, bool *more, struct err *e)
{
	struct stored_event ev = { .batch = batch };

	if (!event_recorded_at(b->scan->home, batch, &ev.recorded_at_ns, e))
		return false;
	event_row(columns, row, properties, room, &ev.event);
	*more = b->visit(b->ctx, &ev);
	return true;
}

static bool
show_rows(void *ctx, const struct event_columns *columns, const int64_t *batches, bool *more,
	struct err *e)
{
	struct by_rows *b = ctx;
	size_t n = columns->nproperties;
	struct property *properties = ARENA_ARRAY(&b->arena, n, struct property);
	char *room = arena_array(&b->arena, n, CELL_TEXT_SIZE);
	bool ok = true;

	for (size_t row = 0; ok && *more && row < columns->n; row++) {
		int64_t t_ns = columns->timestamps_ns[row];

		if (t_ns >= b->scan->least_ns && t_ns <= b->scan->greatest_ns &&
			event_scan_wants(b->scan, columns->customers[row]))
			ok = show_row(b, columns, row, batches[row], properties, room, more, e);
	}
	arena_clear(&b->arena);
	return ok;
}

bool
event_store_scan(struct store *st, const struct event_query *q, event_visit visit, void *ctx,
	struct err *e)
{
	struct by_rows by = { .visit = visit, .ctx = ctx };
	struct event_scan scan;
	bool own, ok;

	if (!event_snapshot_begin(st, &own, e))
		return false;
	event_scan_init(&scan, event_home(st, EVENTS_STORED), q);
	scan.ids = scan.batches = true;
	by.scan = &scan;
	ok = event_scan_customers(&scan, e);
	if (ok && q->in_order)
		ok = event_scan_in_order(&scan, visit, ctx, e);
	else if (ok)
		ok = event_scan_run(&scan, show_rows, &by, e);
	arena_release(&by.arena);
	event_scan_release(&scan);
	event_snapshot_end(st, own);
	return ok;
}

/* ---- one event ---- */

#define CANDIDATES 8

/* Entries of one key: one, but for colliding hashes. */
struct candidates {
	int64_t batches[CANDIDATES];
	size_t n;
};

static bool
note_candidate(void *ctx, size_t i, const struct dedup_entry *stored)
{
	struct candidates *c = ctx;

	(void)i;
	c->batches[c->n++] = stored->batch;
	return c->n < CANDIDATES;
}

static bool
get(struct event_home *h, struct str transaction_id, struct arena *a, struct stored_event *out,
	bool *found, struct err *e)
{
	struct candidates c = { .n = 0 };
	struct event_wanted w = { .id = transaction_id };
	struct dedup_entry key;

	dedup_key(&event_context(h->st)->key, transaction_id, &key);
	if (!dedup_find(h->dedup, &key, 1, note_candidate, &c, e))
		return false;
	for (size_t i = 0; i < c.n && !w.found; i++) {
		w.batch = c.batches[i];
		if (!event_locate_one(h, &w, a, &out->event, e))
			return false;
	}
	*found = w.found;
	if (!w.found && c.n > 0 && key.hashed == 0)
		return err_set(e, ERR_FATAL, "db_damaged",
			"%s: event %.*s should be in batch %lld, and is not", store_path(h->st),
			STR_FMT(transaction_id), (long long)c.batches[0]);
	out->batch = w.batch;
	return !w.found || event_recorded_at(h, w.batch, &out->recorded_at_ns, e);
}

bool
event_store_get(struct store *st, struct str transaction_id, struct arena *a,
	struct stored_event *out, bool *found, struct err *e)
{
	struct stored_event ev = { .batch = 0 };
	bool own, ok, there = false;

	if (!event_snapshot_begin(st, &own, e))
		return false;
	ok = get(event_home(st, EVENTS_STORED), transaction_id, a, &ev, &there, e);
	event_snapshot_end(st, own);
	if (!ok)
		return false;
	*found = there;
	if (there)
		*out = ev;
	return true;
}

/* ---- all of them ---- */

static bool
count(struct store *st, struct event_store_stats *out, struct err *e)
{
	static const char sql[] =
		"SELECT (SELECT coalesce(sum(n), 0) FROM main.event_block),"
		" (SELECT count(*) FROM main.batch), (SELECT count(*) FROM main.event_block),"
		" (SELECT count(*) FROM main.event_shape), (SELECT min(t_min) FROM main.event_block),"
		" (SELECT max(t_max) FROM main.event_block) ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	if (stmt_row(s))
		*out = (struct event_store_stats){
			.events = stmt_col_int(s, 0),
			.batches = stmt_col_int(s, 1),
			.blocks = stmt_col_int(s, 2),
			.shapes = stmt_col_int(s, 3),
			.first_ns = stmt_col_instant(s, 4),
			.last_ns = stmt_col_instant(s, 5),
		};
	return stmt_done(s, e);
}

static bool
read_stats(struct event_home *h, struct event_store_stats *out, struct err *e)
{
	struct batch_row last;
	struct dedup_stats dedup;

	if (!count(h->st, out, e) || !batch_row_last(h, &last, e) ||
		!dedup_stats(h->dedup, &dedup, e))
		return false;
	out->runs = dedup.runs;
	content_bytes(last.content, out->digest);
	return true;
}

bool
event_store_stats(struct store *st, struct event_store_stats *out, struct err *e)
{
	struct event_store_stats stats;
	bool own, ok;

	if (!event_snapshot_begin(st, &own, e))
		return false;
	ok = read_stats(event_home(st, EVENTS_STORED), &stats, e);
	event_snapshot_end(st, own);
	if (ok)
		*out = stats;
	return ok;
}
