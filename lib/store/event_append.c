#include "store/event_append.h"

#include <stdlib.h>

#include "store/conn.h"
#include "store/event_blocks.h"
#include "store/event_clash.h"

#include "base/banned.h"

/* What is new of one shape. */
struct append_shape {
	int64_t id;
	const struct batch_shape *shape;
};

struct append {
	struct event_home *home;
	struct event_append *append;
	const struct event_batch *batch;
	struct append_room *room;
	struct batch_row before; /* of the place */
	struct batch_row row;
	size_t nshapes;
	bool stopped; /* by the visit */
};

/* ---- room ---- */

static struct append_room *
append_room(struct event_context *c)
{
	if (c->append == NULL) {
		c->append = mem_realloc(NULL, 1, sizeof(*c->append));
		*c->append = (struct append_room){ .numbers = NULL };
	}
	return c->append;
}

void
append_room_free(struct append_room *room)
{
	if (room == NULL)
		return;
	event_repeats_release(&room->repeats);
	free(room->numbers);
	free(room->shapes);
	free(room->keys);
	free(room->scratch);
	arranged_rows_release(&room->arranged);
	batch_parts_release(&room->parts);
	buf_release(&room->columns);
	buf_release(&room->ids);
	text_pool_release(&room->pool);
	free(room);
}

void
append_room_keys(struct append_room *room, size_t n)
{
	if (n <= room->keys_cap)
		return;
	room->keys_cap = n + n / 4;
	room->keys = mem_realloc(room->keys, room->keys_cap, sizeof(*room->keys));
	room->scratch = mem_realloc(room->scratch, room->keys_cap, sizeof(*room->scratch));
}

/* ---- what is new ---- */

static bool
is_new(const struct append *a, uint32_t event)
{
	return a->room->repeats.verdicts[event] == EVENT_NEW;
}

static size_t
count_new(const struct append *a, const struct batch_shape *s)
{
	size_t n = 0;

	for (uint32_t row = 0; row < s->rows.n; row++)
		n += is_new(a, s->events[row]);
	return n;
}

/* The customers of new events, in the order they came. */
static bool
number_customers(struct append *a, struct err *e)
{
	struct append_room *room = a->room;
	const struct text_table *customers = &a->batch->customers;

	if (customers->n > room->numbers_cap) {
		room->numbers_cap = customers->cap;
		room->numbers = mem_realloc(room->numbers, room->numbers_cap,
			sizeof(*room->numbers));
	}
	memset(room->numbers, 0, customers->n * sizeof(*room->numbers));
	for (size_t i = 0; i < a->batch->n; i++) {
		const struct batch_shape *s = batch_shape_of(a->batch, i);
		uint32_t place = s->rows.customers[a->batch->places[i].row];
		struct str key = customers->texts[place].text;

		if (room->numbers[place] != 0 || !is_new(a, (uint32_t)i))
			continue;
		if (!customer_number_make(a->home, key, &room->parts, &room->numbers[place], e))
			return false;
		if (a->append->accepted != NULL)
			customer_key_note(a->home, room->numbers[place], key);
	}
	return customer_numbers_put(a->home, a->row.id, e);
}

static int
by_id(const void *a, const void *b)
{
	const struct append_shape *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static bool
number_shapes(struct append *a, struct err *e)
{
	struct append_room *room = a->room;

	if (a->batch->nshapes > room->shapes_cap) {
		room->shapes_cap = a->batch->shapes_cap;
		room->shapes = mem_realloc(room->shapes, room->shapes_cap, sizeof(*room->shapes));
	}
	a->nshapes = 0;
	for (size_t i = 0; i < a->batch->nshapes; i++) {
		struct append_shape *out = &room->shapes[a->nshapes];

		out->shape = a->batch->shapes[i];
		if (count_new(a, out->shape) == 0)
			continue;
		if (!event_shape_make(a->home, &out->shape->shape, a->row.id, &room->parts,
			    &out->id, e))
			return false;
		a->nshapes++;
	}
	qsort(room->shapes, a->nshapes, sizeof(*room->shapes), by_id);
	return true;
}

/* ---- into blocks ---- */

static void
arrange(struct append *a, const struct batch_shape *s)
{
	struct append_room *room = a->room;
	size_t n = 0;

	append_room_keys(room, s->rows.n);
	for (uint32_t row = 0; row < s->rows.n; row++)
		if (is_new(a, s->events[row]))
			room->keys[n++] = (struct row_key){
				room->numbers[s->rows.customers[row]],
				row,
				s->rows.timestamps_ns[row],
			};
	row_keys_sort(room->keys, n, room->scratch, s->rows.ids);
	event_rows_arrange(&s->rows, &s->shape, room->keys, n, &room->arranged);
	for (size_t i = 0; i < n; i++)
		room->arranged.batches[i] = a->row.id;
}

/* Without ids. */
static bool
show(struct append *a, struct err *e)
{
	struct event_columns columns = a->room->arranged.columns;

	if (a->append->accepted == NULL || a->stopped)
		return true;
	if (!customer_keys_read(a->home, columns.customers, columns.n, &columns.customer_keys, e))
		return false;
	columns.ids = NULL;
	a->stopped = !a->append->accepted(a->append->ctx, &columns);
	return true;
}

static bool
put_shape(struct append *a, const struct append_shape *s, struct err *e)
{
	struct append_room *room = a->room;
	unsigned char digest[DIGEST_BYTES];
	int64_t level;

	arrange(a, s->shape);
	if (!show(a, e) || !event_block_put(a->home, s->id, room, &level, digest, e))
		return false;
	batch_parts_block(&room->parts, s->id, digest);
	return event_blocks_merge(a->home, s->id, &s->shape->shape, level, room, e);
}

/* ---- the batch ---- */

static bool
add_entries(struct append *a, struct err *e)
{
	struct event_repeats *r = &a->room->repeats;
	size_t n = 0;

	for (size_t i = 0; i < r->nheads; i++) {
		if (r->match_of[i] != 0)
			continue;
		r->heads[n] = r->heads[i];
		r->heads[n++].batch = (uint32_t)a->row.id;
	}
	return dedup_add(a->home->dedup, r->heads, n, e);
}

static void
add_contents(struct append *a)
{
	a->row.content = a->before.content;
	for (size_t i = 0; i < a->batch->n; i++)
		if (is_new(a, (uint32_t)i))
			a->row.content = content_add(a->row.content, a->batch->contents[i]);
}

static bool
put_batch(struct append *a, struct err *e)
{
	struct append_room *room = a->room;

	if (a->row.id > DEDUP_BATCH_MAX)
		return err_set(e, ERR_FATAL, "db_full", "%s has as many batches as it can hold",
			store_path(a->home->st));
	batch_parts_clear(&room->parts);
	if (!number_customers(a, e) || !number_shapes(a, e))
		return false;
	for (size_t i = 0; i < a->nshapes; i++)
		if (!put_shape(a, &room->shapes[i], e))
			return false;
	add_contents(a);
	batch_digest(&a->before, &a->row, &room->parts, a->row.digest);
	return batch_row_add(a->home, &a->row, e) && add_entries(a, e);
}

/* as: NULL, or the row of a batch that was stored before. */
static bool
append_to(struct append *a, const struct batch_row *as, int64_t last_ns, struct arena *out,
	struct err *e)
{
	struct event_append *append = a->append;
	struct event_repeats *r = &a->room->repeats;
	unsigned nplaces = append->rehearsal ? EVENT_PLACES : 1;

	if (!event_repeats_find(r, a->batch, a->home->st, nplaces, e))
		return false;
	append->naccepted = r->counts[EVENT_NEW];
	append->nduplicate = r->counts[EVENT_DUPLICATE];
	append->nconflict = r->counts[EVENT_CONFLICT];
	a->row = (struct batch_row){
		.id = a->before.id + 1,
		.recorded_at_ns = append->now_ns > last_ns ? append->now_ns : last_ns,
		.accepted = (int64_t)append->naccepted,
		.duplicate = (int64_t)append->nduplicate,
		.conflict = (int64_t)append->nconflict,
		.rejected = (int64_t)append->rejected,
	};
	if (as != NULL)
		a->row = *as;
	if (!event_clashes(r, a->batch, a->home->st, a->row.recorded_at_ns, out, &append->clashes,
		    e))
		return false;
	return append->naccepted == 0 || put_batch(a, e);
}

static void
report(const struct append *a, int64_t ids_before, struct hash128 content_before)
{
	struct event_append *append = a->append;
	bool made = append->naccepted > 0;

	append->id = made ? ids_before + a->row.id : 0;
	append->recorded_at_ns = made ? a->row.recorded_at_ns : INSTANT_NONE;
	content_bytes(content_add(content_before, made ? a->row.content : a->before.content),
		append->digest);
}

static bool
append_stored(struct store *st, struct event_append *append, const struct batch_row *as,
	struct arena *out, struct err *e)
{
	struct append a = {
		.home = event_home(st, EVENTS_STORED),
		.append = append,
		.batch = append->batch,
		.room = append_room(event_context(st)),
	};

	if (!batch_row_last(a.home, &a.before, e) ||
		!append_to(&a, as, a.before.recorded_at_ns, out, e))
		return false;
	report(&a, 0, (struct hash128){ 0, 0 });
	return true;
}

/* ---- rehearsal ---- */

/* A temporary table goes to a file of its own once it outgrows its page cache. */
static bool
make_tables(struct store *st, struct err *e)
{
	static const char sql[] =
		"PRAGMA temp.cache_size = -65536;" /* KiB, as the main one */
		"CREATE TEMP TABLE batch (id INTEGER PRIMARY KEY, recorded_at INTEGER, accepted INTEGER,"
		" duplicate INTEGER, conflict INTEGER, rejected INTEGER, content BLOB, digest BLOB)"
		" STRICT;"
		"CREATE TEMP TABLE event_shape (id INTEGER PRIMARY KEY, event_type TEXT, names TEXT,"
		" batch INTEGER, UNIQUE (event_type, names)) STRICT;"
		"CREATE TEMP TABLE event_customer (number INTEGER PRIMARY KEY, key TEXT UNIQUE,"
		" batch INTEGER) STRICT;"
		"CREATE TEMP TABLE event_block (id INTEGER PRIMARY KEY, shape INTEGER, level INTEGER,"
		" n INTEGER, t_min INTEGER, t_max INTEGER, batch_min INTEGER, batch_max INTEGER,"
		" digest BLOB, columns BLOB) STRICT;"
		"CREATE INDEX temp.event_block_by_batch ON event_block (batch_max, batch_min, shape, n);"
		"CREATE INDEX temp.event_block_by_level ON event_block (shape, level) WHERE level < 5;"
		"CREATE TEMP TABLE event_ids (block INTEGER PRIMARY KEY, ids BLOB) STRICT";
	struct event_context *c = event_context(st);

	if (!c->rehearsing && !conn_exec(store_sqlite(st), sql, e))
		return false;
	c->rehearsing = true;
	return true;
}

static bool
rehearse_within(struct store *st, struct event_append *append, struct arena *out, struct err *e)
{
	struct append a = {
		.home = event_home(st, EVENTS_REHEARSED),
		.append = append,
		.batch = append->batch,
		.room = append_room(event_context(st)),
	};
	struct batch_row stored;
	int64_t last_ns;

	if (!batch_row_last(event_home(st, EVENTS_STORED), &stored, e) ||
		!batch_row_last(a.home, &a.before, e))
		return false;
	last_ns = stored.recorded_at_ns > a.before.recorded_at_ns ? stored.recorded_at_ns :
								    a.before.recorded_at_ns;
	if (!append_to(&a, NULL, last_ns, out, e))
		return false;
	report(&a, stored.id, stored.content);
	return true;
}

static bool
rehearse(struct store *st, struct event_append *append, struct arena *out, struct err *e)
{
	static const char begin[] = "SAVEPOINT rehearsal";
	static const char end[] = "RELEASE rehearsal";

	/* Left open by a failure, the savepoint goes with the connection. */
	return make_tables(st, e) && stmt_run(stmt_get(st, begin), e) &&
		rehearse_within(st, append, out, e) && stmt_run(stmt_get(st, end), e);
}

bool
event_store_append(struct store *st, struct event_append *append, struct arena *a, struct err *e)
{
	if (append->rehearsal)
		return rehearse(st, append, a, e);
	return append_stored(st, append, NULL, a, e);
}

bool
event_append_again(struct store *st, struct event_append *append, const struct batch_row *as,
	struct arena *a, struct err *e)
{
	return append_stored(st, append, as, a, e);
}
