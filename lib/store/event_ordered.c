#include "store/event_scan.h"

#include <stdlib.h>

#include "store/event_rows.h"

#include "base/banned.h"

/* A place in the order. */
struct moment {
	bool set;
	int64_t t_ns;
	struct buf id;
};

struct gathered {
	struct stored_event *events;
	struct str *ids; /* of events, to sort by */
	size_t n;
	size_t cap;
	size_t nproperties; /* of all events */
	struct arena properties;
	struct text_pool pool;
	struct text_table few; /* texts that many events share */
};

struct ordered {
	struct event_scan *scan;
	const struct hash_key *key;
	struct gathered now;
	struct gathered other;
	struct row_key *keys;
	struct row_key *scratch;
	size_t keys_cap;
	struct property *properties; /* of the row in hand */
	char *room;
	size_t nproperties;
	struct moment after;  /* what was shown last */
	struct moment latest; /* nothing behind it is gathered */
};

/* ---- moments ---- */

static int
compare(int64_t t_ns, struct str id, const struct moment *m)
{
	if (t_ns != m->t_ns)
		return t_ns < m->t_ns ? -1 : 1;
	return str_cmp(id, buf_str(&m->id));
}

static void
set_moment(struct moment *m, const struct event *ev)
{
	m->set = true;
	m->t_ns = ev->timestamp_ns;
	buf_clear(&m->id);
	buf_add_str(&m->id, ev->transaction_id);
}

/* ---- gathering ---- */

static struct str
shared(struct ordered *o, struct gathered *g, struct str text)
{
	uint32_t place = text_table_put(&g->few, o->key, text, JSON_STRING, &g->pool);

	return g->few.texts[place].text;
}

static void
add(struct ordered *o, struct gathered *g, const struct stored_event *from)
{
	const struct event *ev = &from->event;
	struct property *properties = ARENA_ARRAY(&g->properties, ev->nproperties, struct property);
	struct stored_event *to;

	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? 1024 : g->cap * 2;
		g->events = mem_realloc(g->events, g->cap, sizeof(*g->events));
		g->ids = mem_realloc(g->ids, g->cap, sizeof(*g->ids));
	}
	to = &g->events[g->n];
	*to = *from;
	to->event.transaction_id = text_pool_add(&g->pool, ev->transaction_id);
	to->event.customer_id = shared(o, g, ev->customer_id);
	to->event.event_type = shared(o, g, ev->event_type);
	to->event.properties = properties;
	for (size_t i = 0; i < ev->nproperties; i++)
		properties[i] = (struct property){
			.name = shared(o, g, ev->properties[i].name),
			.text = text_pool_add(&g->pool, ev->properties[i].text),
			.type = ev->properties[i].type,
		};
	g->nproperties += ev->nproperties;
	g->ids[g->n++] = to->event.transaction_id;
}

static void
clear(struct gathered *g)
{
	g->n = g->nproperties = 0;
	arena_clear(&g->properties);
	text_pool_clear(&g->pool);
	text_table_clear(&g->few);
}

static void
release(struct gathered *g)
{
	free(g->events);
	free(g->ids);
	arena_release(&g->properties);
	text_pool_release(&g->pool);
	text_table_release(&g->few);
}

/* keys[0..n) in order. */
static void
sort(struct ordered *o)
{
	const struct gathered *g = &o->now;

	if (g->n > o->keys_cap) {
		o->keys_cap = g->cap;
		o->keys = mem_realloc(o->keys, o->keys_cap, sizeof(*o->keys));
		o->scratch = mem_realloc(o->scratch, o->keys_cap, sizeof(*o->scratch));
	}
	for (size_t i = 0; i < g->n; i++)
		o->keys[i] = (struct row_key){ 0, (uint32_t)i, g->events[i].event.timestamp_ns };
	row_keys_sort(o->keys, g->n, o->scratch, g->ids);
}

static bool
too_much(const struct ordered *o)
{
	const struct gathered *g = &o->now;
	size_t bytes = g->n * sizeof(*g->events) + g->nproperties * sizeof(struct property) +
		g->pool.used;

	return g->n > 1 && (g->n > o->scan->events_at_once || bytes > o->scan->bytes_at_once);
}

static void
let_go(struct ordered *o)
{
	size_t kept = o->now.n / 2;
	struct gathered swap = o->now;

	sort(o);
	clear(&o->other);
	for (size_t i = 0; i < kept; i++)
		add(o, &o->other, &o->now.events[o->keys[i].row]);
	set_moment(&o->latest, &o->other.events[kept - 1].event);
	o->scan->greatest_ns = o->latest.t_ns;
	o->now = o->other;
	o->other = swap;
	clear(&o->other);
}

static bool
in_slice(const struct ordered *o, const struct event_columns *c, size_t row)
{
	int64_t t_ns = c->timestamps_ns[row];

	return t_ns >= o->scan->least_ns && t_ns <= o->scan->greatest_ns &&
		event_scan_wants(o->scan, c->customers[row]) &&
		(!o->after.set || compare(t_ns, c->ids[row], &o->after) > 0) &&
		(!o->latest.set || compare(t_ns, c->ids[row], &o->latest) <= 0);
}

static void
make_room(struct ordered *o, size_t n)
{
	if (n <= o->nproperties)
		return;
	o->properties = mem_realloc(o->properties, n, sizeof(*o->properties));
	o->room = mem_realloc(o->room, n, CELL_TEXT_SIZE);
	o->nproperties = n;
}

static bool
gather(void *ctx, const struct event_columns *columns, const int64_t *batches, bool *more,
	struct err *e)
{
	struct ordered *o = ctx;

	(void)more;
	(void)e;
	make_room(o, columns->nproperties);
	for (size_t row = 0; row < columns->n; row++) {
		struct stored_event ev = { .batch = batches[row] };

		if (!in_slice(o, columns, row))
			continue;
		event_row(columns, row, o->properties, o->room, &ev.event);
		add(o, &o->now, &ev);
		if (too_much(o))
			let_go(o);
	}
	return true;
}

/* ---- showing ---- */

static bool
show(struct ordered *o, event_visit visit, void *ctx, bool *more, struct err *e)
{
	sort(o);
	for (size_t i = 0; *more && i < o->now.n; i++) {
		struct stored_event *ev = &o->now.events[o->keys[i].row];

		if (!event_recorded_at(o->scan->home, ev->batch, &ev->recorded_at_ns, e))
			return false;
		*more = visit(ctx, ev);
	}
	return true;
}

/* What was left behind the latest is for the next pass; false: nothing was. */
static bool
go_on(struct ordered *o, int64_t greatest_ns)
{
	struct moment swap = o->after;

	clear(&o->now);
	if (!o->latest.set)
		return false;
	o->after = o->latest;
	o->latest = swap;
	o->latest.set = false;
	o->scan->least_ns = o->after.t_ns;
	o->scan->greatest_ns = greatest_ns;
	return true;
}

bool
event_scan_in_order(struct event_scan *s, event_visit visit, void *ctx, struct err *e)
{
	struct ordered o = { .scan = s, .key = &event_context(s->home->st)->key };
	int64_t greatest_ns = s->greatest_ns;
	bool ok, more = true;

	do
		ok = event_scan_run(s, gather, &o, e) && show(&o, visit, ctx, &more, e);
	while (ok && more && go_on(&o, greatest_ns));
	release(&o.now);
	release(&o.other);
	buf_release(&o.after.id);
	buf_release(&o.latest.id);
	free(o.keys);
	free(o.scratch);
	free(o.properties);
	free(o.room);
	return ok;
}
