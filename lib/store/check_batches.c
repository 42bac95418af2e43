#include "store/check_events.h"

#include <string.h>

#include "base/banned.h"

/* A list of what came with batches, in the order of their ids. */
struct stream {
	struct stmt *rows;
	int batch; /* its column */
	bool more;
};

struct check {
	struct event_checker *c;
	struct stream customers; /* number, key, batch */
	struct stream shapes;    /* id, event_type, names, batch */
	struct stream parts;     /* batch, shape, n, content, digest */
	struct batch_parts brought;
	int64_t n; /* events of the batch in hand */
	struct hash128 content;
};

static void
start(struct check *k, struct stream *s, const char *sql, int batch)
{
	*s = (struct stream){ .rows = stmt_get(k->c->st, sql), .batch = batch };
	s->more = stmt_row(s->rows);
}

static int64_t
batch_of(const struct stream *s)
{
	return stmt_col_int(s->rows, s->batch);
}

static void
next(struct stream *s)
{
	s->more = stmt_row(s->rows);
}

/* ---- what came with a batch ---- */

/* Of batches that are not there; false: there was nothing. */
static bool
pass_over_events(struct check *k, int64_t batch)
{
	struct stream *s = &k->parts;
	bool lost = false;

	while (s->more && batch_of(s) < batch) {
		int64_t id = batch_of(s), n = 0;

		for (; s->more && batch_of(s) == id; next(s))
			n += stmt_col_int(s->rows, 2);
		event_report(k->c, "check.batch",
			"batch %lld is not there, %lld events belong to it", (long long)id,
			(long long)n);
		lost = true;
	}
	return lost;
}

/* They came with a batch of events, which was told of. */
static void
pass_over(struct stream *s, int64_t batch)
{
	while (s->more && batch_of(s) < batch)
		next(s);
}

static void
gather(struct check *k, int64_t batch)
{
	struct stream *s = &k->customers;

	pass_over(&k->customers, batch);
	pass_over(&k->shapes, batch);
	batch_parts_clear(&k->brought);
	k->n = 0;
	k->content = (struct hash128){ 0, 0 };
	for (; s->more && batch_of(s) == batch; next(s))
		batch_parts_customer(&k->brought, stmt_col_int(s->rows, 0),
			stmt_col_text(s->rows, 1));
	for (s = &k->shapes; s->more && batch_of(s) == batch; next(s))
		batch_parts_shape(&k->brought, stmt_col_int(s->rows, 0), stmt_col_text(s->rows, 1),
			stmt_col_text(s->rows, 2));
	for (s = &k->parts; s->more && batch_of(s) == batch; next(s)) {
		struct str digest = stmt_col_blob(s->rows, 4);

		k->n += stmt_col_int(s->rows, 2);
		k->content = content_add(k->content, content_of(stmt_col_blob(s->rows, 3)));
		batch_parts_block(&k->brought, stmt_col_int(s->rows, 1),
			(const unsigned char *)digest.p);
	}
}

/* ---- its row ---- */

static bool
content_eq(struct hash128 a, struct hash128 b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

/* Each against the row before it as that stands, so that one fault is one difference. */
static void
check_row(struct check *k, const struct batch_row *before, const struct batch_row *row)
{
	unsigned char digest[DIGEST_BYTES];
	bool lost = pass_over_events(k, row->id);

	gather(k, row->id);
	if (row->id != before->id + 1 && !lost)
		event_report(k->c, "check.batch", "batch %lld has no predecessor",
			(long long)row->id);
	if (k->n != row->accepted) {
		event_report(k->c, "check.batch",
			"batch %lld accepted %lld events, %lld are stored", (long long)row->id,
			(long long)row->accepted, (long long)k->n);
		return;
	}
	if (row->id != before->id + 1)
		return;
	if (!content_eq(content_add(before->content, k->content), row->content)) {
		event_report(k->c, "check.batch",
			"batch %lld: its events are not those it was stored with",
			(long long)row->id);
		return;
	}
	batch_digest(before, row, &k->brought, digest);
	if (memcmp(digest, row->digest, DIGEST_BYTES) != 0)
		event_report(k->c, "check.batch", "batch %lld does not match its digest",
			(long long)row->id);
}

static void
report_lost(struct check *k, struct stream *s, const char *code, const char *what)
{
	event_report(k->c, code, "%s %lld: batch %lld, which it came with, is not there", what,
		(long long)stmt_col_int(s->rows, 0), (long long)batch_of(s));
}

static bool
check_rows(struct check *k, struct err *e)
{
	static const char sql[] = "SELECT " BATCH_COLUMNS " FROM main.batch ORDER BY id";
	struct stmt *s = stmt_get(k->c->st, sql);
	struct batch_row before = { .id = 0 }, row;

	while (stmt_row(s)) {
		batch_row_read(s, &row);
		check_row(k, &before, &row);
		before = row;
	}
	(void)pass_over_events(k, INT64_MAX);
	if (k->customers.more)
		report_lost(k, &k->customers, "check.event_customer", "customer");
	if (k->shapes.more)
		report_lost(k, &k->shapes, "check.event_shape", "shape");
	return stmt_done(s, e);
}

bool
check_batches(struct event_checker *c, struct err *e)
{
	static const char customers[] =
		"SELECT number, key, batch FROM main.event_customer ORDER BY batch, number";
	static const char shapes[] =
		"SELECT id, event_type, names, batch FROM main.event_shape ORDER BY batch, id";
	static const char parts[] =
		"SELECT batch, shape, n, content, digest FROM temp.checked ORDER BY batch, shape";
	struct check k = { .c = c };
	bool ok;

	start(&k, &k.customers, customers, 2);
	start(&k, &k.shapes, shapes, 3);
	start(&k, &k.parts, parts, 0);
	ok = check_rows(&k, e);
	ok = stmt_done(k.customers.rows, e) && ok;
	ok = stmt_done(k.shapes.rows, e) && ok;
	ok = stmt_done(k.parts.rows, e) && ok;
	batch_parts_release(&k.brought);
	return ok;
}
