#include "store/event_scan.h"

#include <stdlib.h>

#include "store/private.h"

#include "base/banned.h"

#define EVENTS_AT_ONCE ((size_t)1 << 18)
#define BYTES_AT_ONCE ((size_t)96 << 20)

/* ---- what is asked for ---- */

void
event_scan_init(struct event_scan *s, struct event_home *h, const struct event_query *q)
{
	*s = (struct event_scan){
		.home = h,
		.query = q,
		.ids = q->ids,
		.least_ns = q->from_ns, /* INSTANT_NONE is the least there is */
		/* A query that is open to the end includes the last instant there is. */
		.greatest_ns = q->to_ns == INSTANT_NONE ? INT64_MAX : q->to_ns - 1,
		.selected = q->customers != NULL,
		.events_at_once = EVENTS_AT_ONCE,
		.bytes_at_once = BYTES_AT_ONCE,
	};
}

void
event_scan_release(struct event_scan *s)
{
	free(s->customers);
	s->customers = NULL;
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

bool
event_scan_customers(struct event_scan *s, struct err *e)
{
	const struct texts *keys = s->query->customers;

	if (!s->selected)
		return true;
	s->customers = mem_realloc(NULL, keys->n, sizeof(*s->customers));
	for (size_t i = 0; i < keys->n; i++) {
		uint32_t number;

		if (!customer_number_find(s->home, keys->p[i], &number, e))
			return false;
		if (number != 0)
			s->customers[s->ncustomers++] = number;
	}
	if (s->ncustomers > 1)
		qsort(s->customers, s->ncustomers, sizeof(*s->customers), by_number);
	return true;
}

bool
event_scan_wants(const struct event_scan *s, uint32_t customer)
{
	return !s->selected ||
		bsearch(&customer, s->customers, s->ncustomers, sizeof(customer), by_number) !=
		NULL;
}

/* ---- of one block ---- */

struct scanning {
	const struct event_scan *scan;
	event_scanned visit;
	void *ctx;
	bool more;
	struct arena arena; /* of one shape */
	struct block_shape shape;
	struct event_column *narrowed; /* room for its columns */
	struct block_row *blocks;
	size_t nblocks;
	size_t cap;
};

/* The first row from `from` on whose customer is at least this one. */
static size_t
first_row(const uint32_t *customers, size_t from, size_t n, uint32_t customer)
{
	while (from < n) {
		size_t mid = from + (n - from) / 2;

		if (customers[mid] < customer)
			from = mid + 1;
		else
			n = mid;
	}
	return from;
}

/* From the first row of a customer asked for to the last; false: there is none. */
static bool
rows_selected(const struct event_scan *s, const struct event_columns *c, size_t *first, size_t *end)
{
	*first = 0;
	*end = c->n;
	if (!s->selected)
		return true;
	*end = 0;
	for (size_t i = 0, at = 0; i < s->ncustomers && at < c->n; i++) {
		uint32_t customer = s->customers[i];

		if (customer < c->customers[at])
			continue;
		at = first_row(c->customers, at, c->n, customer);
		if (at == c->n || c->customers[at] != customer)
			continue;
		if (*end == 0)
			*first = at;
		at = first_row(c->customers, at, c->n, customer + 1); /* never the last number */
		*end = at;
	}
	return *end > 0;
}

/* Rows first to end alone. */
static void
narrow(struct event_columns *c, const int64_t **batches, size_t first, size_t end,
	struct event_column *properties)
{
	for (size_t i = 0; i < c->nproperties; i++) {
		properties[i] = c->properties[i];
		if (!properties[i].read)
			continue;
		properties[i].values += first;
		if (properties[i].kind == CELL_MIXED)
			properties[i].kinds += first;
	}
	c->properties = properties;
	c->timestamps_ns += first;
	c->customers += first;
	if (c->ids != NULL)
		c->ids += first;
	if (*batches != NULL)
		*batches += first;
	c->n = end - first;
}

static bool
show_rows(struct scanning *s, const struct block_open *b, size_t first, size_t end, struct err *e)
{
	const struct event_scan *scan = s->scan;
	const struct block_wanted wanted = {
		.properties = scan->query->properties,
		.batches = scan->batches,
	};
	struct event_columns columns;
	const int64_t *batches = NULL;

	if (!event_block_columns(b, &s->shape, &wanted, &columns, &batches, e) ||
		(scan->ids && !event_block_ids(b->home, &b->row, &columns.ids, e)))
		return false;
	if (end - first < columns.n)
		narrow(&columns, &batches, first, end, s->narrowed);
	return event_block_customers(b->home, &columns, e) &&
		s->visit(s->ctx, &columns, batches, &s->more, e);
}

/* Who is in it is looked at before what costs more is read. */
static bool
look_into(struct scanning *s, const struct block_open *b, struct err *e)
{
	static const struct texts none = { NULL, 0 };
	static const struct block_wanted little = { .properties = &none };
	struct event_columns columns;
	size_t first = 0, end = (size_t)b->row.n;

	if (s->scan->selected) {
		if (!event_block_columns(b, &s->shape, &little, &columns, NULL, e))
			return false;
		if (!rows_selected(s->scan, &columns, &first, &end))
			return true;
	}
	return show_rows(s, b, first, end, e);
}

static bool
scan_block(struct scanning *s, const struct block_row *row, struct err *e)
{
	struct block_open b;
	bool ok;

	if (!event_block_open(s->scan->home, row, &b, e))
		return false;
	ok = look_into(s, &b, e);
	return event_block_close(&b, e) && ok;
}

/* ---- of one shape ---- */

static bool
list_blocks(struct scanning *s, int64_t shape, struct err *e)
{
	static const char sql[] =
		"SELECT id, n, t_min, t_max FROM main.event_block WHERE shape = ?1 AND t_max >= ?2"
		" AND t_min <= ?3 ORDER BY t_max, id";
	struct stmt *q = stmt_get(s->scan->home->st, sql);

	s->nblocks = 0;
	stmt_int(q, 1, shape);
	stmt_int(q, 2, s->scan->least_ns);
	stmt_int(q, 3, s->scan->greatest_ns);
	while (stmt_row(q)) {
		if (s->nblocks == s->cap) {
			s->cap = s->cap == 0 ? 64 : s->cap * 2;
			s->blocks = mem_realloc(s->blocks, s->cap, sizeof(*s->blocks));
		}
		s->blocks[s->nblocks++] = (struct block_row){
			.id = stmt_col_int(q, 0),
			.shape = shape,
			.n = stmt_col_int(q, 1),
			.t_min = stmt_col_int(q, 2),
			.t_max = stmt_col_int(q, 3),
		};
	}
	return stmt_done(q, e);
}

/* A visit may narrow the time. */
static bool
overlaps(const struct event_scan *s, const struct block_row *b)
{
	return b->t_max >= s->least_ns && b->t_min <= s->greatest_ns;
}

static bool
scan_shape(struct scanning *s, int64_t shape, struct err *e)
{
	if (!list_blocks(s, shape, e))
		return false;
	s->narrowed = ARENA_ARRAY(&s->arena, s->shape.nnames, struct event_column);
	for (size_t i = 0; s->more && i < s->nblocks; i++)
		if (overlaps(s->scan, &s->blocks[i]) && !scan_block(s, &s->blocks[i], e))
			return false;
	return true;
}

static bool
type_wanted(const struct event_query *q, struct str event_type)
{
	return q->event_types == NULL || texts_has(q->event_types, event_type);
}

static bool
scan_shapes(struct scanning *s, struct err *e)
{
	static const char sql[] = "SELECT id, event_type, names FROM main.event_shape ORDER BY id";
	struct event_home *h = s->scan->home;
	struct stmt *q = stmt_get(h->st, sql);
	bool ok = true;

	while (ok && s->more && stmt_row(q)) {
		int64_t id = stmt_col_int(q, 0);

		if (!type_wanted(s->scan->query, stmt_col_text(q, 1)))
			continue;
		ok = event_shape_read(h, id, stmt_col_text(q, 1), stmt_col_text(q, 2), &s->arena,
			     &s->shape, e) &&
			scan_shape(s, id, e);
		arena_clear(&s->arena);
	}
	return stmt_done(q, e) && ok;
}

bool
event_scan_run(const struct event_scan *scan, event_scanned visit, void *ctx, struct err *e)
{
	struct scanning s = { .scan = scan, .visit = visit, .ctx = ctx, .more = true };
	bool ok = (scan->selected && scan->ncustomers == 0) || scan_shapes(&s, e);

	free(s.blocks);
	arena_release(&s.arena);
	return ok;
}

/* ---- snapshots ---- */

bool
event_snapshot_begin(struct store *st, bool *own, struct err *e)
{
	*own = !st->reading && !st->writing;
	return !*own || store_read_begin(st, e);
}

void
event_snapshot_end(struct store *st, bool own)
{
	if (own)
		store_read_end(st);
}
