#include "store/sql_metric.h"

#include <stdlib.h>

#include <sqlite3.h>

#include "base/instant.h"
#include "base/map.h"
#include "engine/match.h"
#include "store/event_store.h"
#include "store/sql_ast.h"
#include "store/sql_sandbox.h"

#include "base/banned.h"

/* The events of one set. */
struct gathered {
	struct arena arena;
	const struct sql_set *set;
	struct sql_event *first;
	size_t bytes;
};

struct sql_runner {
	struct arena arena; /* of the query */
	struct str text;
	struct sql_query query;
	struct sql_sandbox sandbox;
	struct sqlite3_stmt *stmt;
	size_t *order; /* of the group columns: which item */
	size_t norder;
	const struct property_filter *filters;
	size_t nfilters;

	struct arena sets_arena;
	struct gathered *sets;
	size_t nsets; /* that are held */
	size_t bytes;
	size_t room;
	struct map keys; /* customer key -> the sets that want it */
};

/* ---- opening ---- */

static struct str
item_name(const struct sql_runner *r, size_t i)
{
	return r->query.top->items[i].name;
}

/* The group columns by their names. */
static void
set_order(struct sql_runner *r)
{
	const struct sql_select *top = r->query.top;

	r->order = ARENA_ARRAY(&r->arena, top->nitems, size_t);
	for (size_t i = 0; i < top->nitems; i++) {
		size_t k = r->norder;

		if (i == r->query.value)
			continue;
		for (; k > 0 && str_cmp(item_name(r, r->order[k - 1]), item_name(r, i)) > 0; k--)
			r->order[k] = r->order[k - 1];
		r->order[k] = i;
		r->norder++;
	}
}

bool
sql_runner_open(struct str text, struct sql_runner **out, struct err *e)
{
	struct sql_runner *r = mem_realloc(NULL, 1, sizeof(*r));
	struct buf sql = BUF_INIT;
	bool ok;

	*r = (struct sql_runner){ .room = SQL_GATHER_BYTES };
	r->text = str_dup(&r->arena, text);
	ok = sql_compile(r->text, &r->arena, &r->query, e) && sql_emit(&r->query, &sql) &&
		sandbox_open(&r->sandbox, e);
	if (ok) {
		r->sandbox.nproperties = r->query.nproperties;
		r->stmt = sandbox_prepare(&r->sandbox, buf_str(&sql), e);
		ok = r->stmt != NULL;
	}
	buf_release(&sql);
	if (!ok) {
		sql_runner_close(r);
		return false;
	}
	r->query.e = NULL;
	sql_find_event_types(&r->query);
	set_order(r);
	*out = r;
	return true;
}

void
sql_runner_room(struct sql_runner *r, size_t bytes)
{
	r->room = bytes;
}

void
sql_runner_filters(struct sql_runner *r, const struct property_filter *filters, size_t n)
{
	r->filters = filters;
	r->nfilters = n;
}

static void
drop_sets(struct sql_runner *r)
{
	for (size_t i = 0; i < r->nsets; i++)
		arena_release(&r->sets[i].arena);
	arena_release(&r->sets_arena);
	r->sets = NULL;
	r->nsets = 0;
	r->bytes = 0;
}

void
sql_runner_close(struct sql_runner *r)
{
	if (r == NULL)
		return;
	sqlite3_finalize(r->stmt);
	if (r->sandbox.db != NULL)
		sandbox_close(&r->sandbox);
	drop_sets(r);
	arena_release(&r->arena);
	free(r);
}

/* ---- gathering ---- */

struct wanting { /* sets that want one customer key */
	struct gathered *set;
	struct wanting *next;
};

/* Room is made by letting go of the last sets; they are for another time. */
static void
make_room(struct sql_runner *r)
{
	while (r->bytes > r->room && r->nsets > 0) {
		struct gathered *last = &r->sets[--r->nsets];

		r->bytes -= last->bytes;
		arena_release(&last->arena);
	}
}

static struct str
keep(struct gathered *g, struct str text)
{
	g->bytes += text.n + 1;
	return text.p == NULL ? text : str_dup(&g->arena, text);
}

/* A nested value is none. */
static struct str
scalar(const struct event *ev, struct str name)
{
	const struct property *p = event_property(ev, name);

	if (p == NULL || p->type == JSON_OBJECT || p->type == JSON_ARRAY)
		return (struct str){ NULL, 0 };
	return p->text.p != NULL ? p->text : STR("");
}

static void
gather_event(struct sql_runner *r, struct gathered *g, const struct event *ev)
{
	const struct sql_query *q = &r->query;
	size_t size = sizeof(struct sql_event) + q->nproperties * sizeof(struct str);
	struct sql_event *out = arena_alloc(&g->arena, size);
	size_t before = g->bytes;

	g->bytes += size;
	out->timestamp_ns = ev->timestamp_ns;
	if (q->in_time)
		out->transaction_id = keep(g, ev->transaction_id);
	if (q->event_types)
		out->event_type = keep(g, ev->event_type);
	for (size_t i = 0; i < q->nproperties; i++)
		out->properties[i] = keep(g, scalar(ev, q->properties[i]));
	out->next = g->first;
	g->first = out;
	r->bytes += g->bytes - before;
}

static bool
passes(const struct sql_runner *r, const struct event *ev)
{
	for (size_t i = 0; i < r->nfilters; i++)
		if (!match_property(&r->filters[i], event_property(ev, r->filters[i].name)))
			return false;
	return true;
}

static bool
visit_event(void *ctx, const struct stored_event *stored)
{
	struct sql_runner *r = ctx;
	const struct event *ev = &stored->event;
	const struct wanting *w = map_get(&r->keys, ev->customer_id);

	if (w == NULL || !passes(r, ev))
		return true;
	for (; w != NULL; w = w->next) {
		const struct sql_set *set = w->set->set;

		if (w->set < r->sets + r->nsets && ev->timestamp_ns >= set->from_ns &&
			ev->timestamp_ns < set->to_ns)
			gather_event(r, w->set, ev);
	}
	if (r->bytes > r->room)
		make_room(r);
	return r->nsets > 0;
}

static void
want_keys(struct sql_runner *r, struct gathered *g)
{
	const struct texts *keys = g->set->customer_keys;

	for (size_t i = 0; i < keys->n; i++) {
		void **slot = map_slot(&r->keys, keys->p[i], NULL);
		struct wanting *first = *slot, *w;

		if (first != NULL && first->set == g)
			continue; /* a key named twice */
		w = ARENA_NEW(&r->sets_arena, struct wanting);
		*w = (struct wanting){ g, first };
		*slot = w;
	}
}

/* What the query reads, and what the filters do. */
static struct texts
properties_read(struct sql_runner *r)
{
	struct texts out = {
		ARENA_ARRAY(&r->sets_arena, r->query.nproperties + r->nfilters, struct str), 0
	};

	for (size_t i = 0; i < r->query.nproperties; i++)
		out.p[out.n++] = r->query.properties[i];
	for (size_t i = 0; i < r->nfilters; i++)
		if (!texts_has(&out, r->filters[i].name))
			out.p[out.n++] = r->filters[i].name;
	return out;
}

bool
sql_gather(struct sql_runner *r, struct store *st, const struct sql_set *sets, size_t n,
	size_t *taken, struct err *e)
{
	struct event_query q = { .event_types = r->query.typed ? &r->query.types : NULL };
	struct texts keys = { NULL, 0 }, properties;

	drop_sets(r);
	properties = properties_read(r);
	q.properties = &properties;
	map_init(&r->keys, &r->sets_arena);
	r->sets = ARENA_ARRAY(&r->sets_arena, n, struct gathered);
	r->nsets = n;
	for (size_t i = 0; i < n; i++) {
		r->sets[i].set = &sets[i];
		want_keys(r, &r->sets[i]);
		q.from_ns = i == 0 || sets[i].from_ns < q.from_ns ? sets[i].from_ns : q.from_ns;
		q.to_ns = i == 0 || sets[i].to_ns > q.to_ns ? sets[i].to_ns : q.to_ns;
	}
	keys.p = ARENA_ARRAY(&r->sets_arena, r->keys.n, struct str);
	for (size_t i = 0; i < r->keys.n; i++)
		keys.p[keys.n++] = r->keys.entries[i].key;
	q.customers = &keys;
	if (n > 0 && !event_store_scan(st, &q, visit_event, r, e))
		return false;
	*taken = r->nsets;
	if (n > 0 && r->nsets == 0)
		err_set(e, ERR_INPUT, "sql_limit",
			"the events of one customer and period fill more than %zu bytes", r->room);
	return true;
}

uint64_t
sql_events(const struct sql_runner *r, size_t set, int64_t from_ns, int64_t to_ns,
	int64_t *first_ns, int64_t *last_ns)
{
	uint64_t n = 0;

	*first_ns = *last_ns = INSTANT_NONE;
	for (const struct sql_event *ev = r->sets[set].first; ev != NULL; ev = ev->next) {
		int64_t at_ns = ev->timestamp_ns;

		if (at_ns < from_ns || at_ns >= to_ns)
			continue;
		if (n == 0 || at_ns < *first_ns)
			*first_ns = at_ns;
		if (n == 0 || at_ns > *last_ns)
			*last_ns = at_ns;
		n++;
	}
	return n;
}

/* ---- running ---- */

/* The text of a group value, in a; p == NULL: null. */
static struct str
group_text(const struct sql_runner *r, size_t i, struct arena *a)
{
	char at[INSTANT_TEXT_SIZE];
	sqlite3_value *v = sqlite3_column_value(r->stmt, (int)i);
	struct str text = { NULL, 0 };

	if (sqlite3_value_type(v) == SQLITE_INTEGER) {
		int64_t n = sqlite3_value_int64(v);

		if (r->query.top->items[i].expr->type == SQL_INSTANT)
			return str_dup(a, str_c(instant_text(n, at)));
		return n != 0 ? STR("true") : STR("false");
	}
	if (value_text(v, &text))
		return str_dup(a, text);
	return text;
}

static void
visit_row(struct sql_runner *r, struct arena *a, sql_visit visit, void *ctx)
{
	struct sql_row row = { .value = RAT_ZERO };

	row.groups.p = ARENA_ARRAY(a, r->norder, struct pair);
	for (size_t i = 0; i < r->norder; i++)
		row.groups.p[row.groups.n++] = (struct pair){ item_name(r, r->order[i]),
			group_text(r, r->order[i], a) };
	row.has_value = value_number(sqlite3_column_value(r->stmt, (int)r->query.value), a,
		&row.value);
	visit(ctx, &row);
}

/* What an evaluation may cost grows with the events it reads, and with the query. */
static int64_t
budget(const struct sql_runner *r, size_t set, int64_t from_ns, int64_t to_ns)
{
	int64_t each = SQL_WORK_EVENT + 4 * (int64_t)r->text.n;
	int64_t first_ns, last_ns;

	return SQL_WORK + each * (int64_t)sql_events(r, set, from_ns, to_ns, &first_ns, &last_ns);
}

bool
sql_run(struct sql_runner *r, size_t set, int64_t from_ns, int64_t to_ns, sql_visit visit,
	void *ctx, struct err *e)
{
	struct sql_sandbox *sb = &r->sandbox;
	struct arena row = ARENA_INIT;
	int rc;

	sb->first = r->sets[set].first;
	sb->from_ns = from_ns;
	sb->to_ns = to_ns;
	sb->limit = NULL;
	sb->work = budget(r, set, from_ns, to_ns);
	while ((rc = sqlite3_step(r->stmt)) == SQLITE_ROW) {
		visit_row(r, &row, visit, ctx);
		arena_clear(&row);
	}
	if (rc != SQLITE_DONE)
		sandbox_fail(sb, rc, e);
	sqlite3_reset(r->stmt);
	arena_release(&row);
	return rc == SQLITE_DONE;
}
