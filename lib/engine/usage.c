#include "engine/usage.h"

#include <stdlib.h>
#include <string.h>

#include "engine/match.h"
#include "engine/usage_part.h"

#include "base/banned.h"

/*
 * Events of many customers come in no order, so that feeding one is mostly
 * waiting for memory. What it touches lies close together: what is wanted of a
 * customer in one array, and in one cell all that an event changes.
 */

#define WANTED_FIRST ((size_t)4)

void
usage_init(struct usage_plan *p, struct arena *a)
{
	*p = (struct usage_plan){ .arena = a,
		.now_ns = INSTANT_NONE,
		.origin_ns = INSTANT_NONE,
		.from_ns = INSTANT_NONE,
		.to_ns = INSTANT_NONE };
	map_init(&p->customers, a);
	map_init(&p->filtered, a);
}

void
usage_release(struct usage_plan *p)
{
	buf_release(&p->key);
	arena_release(&p->scratch);
	arena_release(&p->cells);
	usage_columns_release(p->columns);
}

/* ---- planning ---- */

static struct texts
sorted_copy(struct arena *a, const struct texts *t)
{
	struct texts out = { ARENA_ARRAY(a, t->n, struct str), t->n };

	for (size_t i = 0; i < t->n; i++)
		out.p[i] = str_dup(a, t->p[i]);
	if (out.n > 1)
		qsort(out.p, out.n, sizeof(out.p[0]), str_cmp_qsort);
	return out;
}

/* From when on events decide what the meter shows. */
static int64_t
since_of(const struct usage_plan *p, const struct meter *m)
{
	if (!is_timed(m))
		return m->cuts[0];
	if (kind_of(m)->carries)
		return INSTANT_NONE;
	return p->origin_ns != INSTANT_NONE ? p->origin_ns : m->cuts[0];
}

static void
list_add(struct usage_plan *p, struct str key, struct meter *m)
{
	void **slot = map_slot(&p->customers, key, NULL);
	struct wanted_list *list = *slot;

	if (list == NULL) {
		*slot = list = ARENA_NEW(p->arena, struct wanted_list);
		list->p = ARENA_ARRAY(p->arena, WANTED_FIRST, struct wanted);
		list->cap = WANTED_FIRST;
	}
	/* a key named twice must not feed the meter twice */
	if (list->n > 0 && list->p[list->n - 1].meter == m)
		return;
	list->p = arena_grow(p->arena, list->p, &list->cap, list->n + 1, sizeof(list->p[0]));
	list->p[list->n++] = (struct wanted){
		.from_ns = since_of(p, m),
		.to_ns = m->cuts[m->ncuts - 1],
		.meter = m,
		.metric = m->metric,
		.kind = kind_of(m),
		.cells = m->group_names.n == 0 ? m->groups[0].cells : NULL,
		.nwindows = m->ncuts - 1,
	};
}

/* A new group; its cells. */
static char *
group_add(struct usage_plan *p, struct meter *m, struct pairs values)
{
	char *cells = arena_array(&p->cells, ncells(m), cell_size(m));

	for (size_t w = 0; !is_query(m) && w + 1 < m->ncuts; w++) {
		struct cell *c = cell_at(m, cells, w);
		c->first_ns = c->last_ns = INSTANT_NONE;
	}
	m->groups = arena_grow(p->arena, m->groups, &m->groups_cap, m->ngroups + 1,
		sizeof(m->groups[0]));
	m->groups[m->ngroups++] = (struct meter_group){ .values = values, .cells = cells };
	return cells;
}

static size_t
customer_at(const struct metric *metric, const struct texts *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (metric_groups_by_customer(metric, names->p[i]))
			return i;
	return NO_CUSTOMER;
}

static void
widen(struct usage_plan *p, int64_t from_ns, int64_t to_ns)
{
	bool first = p->nmeters == 1;

	/* INSTANT_NONE is the least of all */
	if (first || from_ns < p->from_ns)
		p->from_ns = from_ns;
	if (first || to_ns > p->to_ns)
		p->to_ns = to_ns;
}

struct meter *
usage_want(struct usage_plan *p, const struct texts *customer_keys, const struct metric *metric,
	const struct texts *group_names, const int64_t *cuts, size_t ncuts)
{
	struct meter *m = ARENA_NEW(p->arena, struct meter);

	m->metric = metric;
	m->group_names = sorted_copy(p->arena, group_names);
	m->customer_at = customer_at(metric, &m->group_names);
	m->cuts = cuts;
	m->ncuts = ncuts;
	map_init(&m->cells, p->arena);
	if (m->group_names.n == 0)
		group_add(p, m, (struct pairs){ NULL, 0 });
	m->customer_keys = sorted_copy(p->arena, customer_keys);
	if (is_query(m))
		m->seen = ARENA_ARRAY(p->arena, ncuts - 1, struct meter_window);
	for (size_t i = 0; !is_query(m) && i < customer_keys->n; i++)
		list_add(p, customer_keys->p[i], m);
	p->meters = arena_grow(p->arena, p->meters, &p->meters_cap, p->nmeters + 1,
		sizeof(struct meter *));
	p->meters[p->nmeters++] = m;
	widen(p, since_of(p, m), cuts[ncuts - 1]);
	return m;
}

/* ---- feeding ---- */

/* A value that has a text: neither absent nor nested. */
static const struct property *
scalar_property(const struct event *ev, struct str name)
{
	const struct property *p = event_property(ev, name);

	return p != NULL && p->type != JSON_OBJECT && p->type != JSON_ARRAY ? p : NULL;
}

void
group_key_add(struct buf *key, const struct str *value)
{
	uint64_t size = value != NULL ? value->n + 1 : 0;

	buf_add(key, &size, sizeof(size));
	if (value != NULL)
		buf_add_str(key, *value);
}

/* What a key says, sharing its bytes. */
static struct pairs
group_values(struct arena *a, const struct meter *m, struct str key)
{
	struct pairs v = { ARENA_ARRAY(a, m->group_names.n, struct pair), m->group_names.n };
	const char *at = key.p;

	for (size_t i = 0; i < v.n; i++) {
		uint64_t size;

		memcpy(&size, at, sizeof(size));
		at += sizeof(size);
		v.p[i].key = m->group_names.p[i];
		if (size == 0)
			continue;
		v.p[i].value = (struct str){ at, (size_t)size - 1 };
		at += size - 1;
	}
	return v;
}

char *
group_cells(struct usage_plan *p, struct meter *m, struct str key)
{
	bool fresh;
	void **slot = map_slot(&m->cells, key, &fresh);

	if (fresh)
		*slot = group_add(p, m,
			group_values(p->arena, m, m->cells.entries[m->cells.n - 1].key));
	return *slot;
}

static char *
cells_of(struct usage_plan *p, struct meter *m, const struct event *ev)
{
	buf_clear(&p->key);
	for (size_t i = 0; i < m->group_names.n; i++) {
		const struct property *prop = scalar_property(ev, m->group_names.p[i]);

		if (i == m->customer_at)
			group_key_add(&p->key, &ev->customer_id);
		else
			group_key_add(&p->key, prop != NULL ? &prop->text : NULL);
	}
	return group_cells(p, m, buf_str(&p->key));
}

size_t
window_of(const struct meter *m, int64_t t_ns)
{
	size_t low = 0, high = m->ncuts - 1;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (m->cuts[mid] <= t_ns)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* The input of the metric's aggregation; false: a nested value, which none can take. */
static bool
input_of(struct usage_plan *p, const struct metric *m, const struct event *ev,
	struct aggregate_input *in)
{
	*in = (struct aggregate_input){
		.timestamp_ns = ev->timestamp_ns,
		.transaction_id = ev->transaction_id,
		.scratch = &p->scratch,
	};
	if (m->aggregation_key.n == 0)
		return true;

	const struct property *prop = scalar_property(ev, m->aggregation_key);
	if (prop != NULL)
		in->text = prop->text;
	return prop != NULL;
}

static void
note(struct cell *c, const struct event *ev, bool counted)
{
	if (!counted) {
		c->non_numeric++;
		return;
	}
	c->events++;
	if (c->first_ns == INSTANT_NONE || ev->timestamp_ns < c->first_ns)
		c->first_ns = ev->timestamp_ns;
	if (c->last_ns == INSTANT_NONE || ev->timestamp_ns > c->last_ns)
		c->last_ns = ev->timestamp_ns;
}

/* What was before the first window leaves something behind; no window counts it. */
static void
timed_feed(struct usage_plan *p, const struct wanted *want, char *cells, const struct event *ev)
{
	struct meter *m = want->meter;
	bool early = ev->timestamp_ns < m->cuts[0];
	size_t w = early ? want->nwindows : window_of(m, ev->timestamp_ns);
	struct cell *c = cell_at(m, cells, w);
	const struct property *part = NULL;
	struct aggregate_input in;
	bool counted = input_of(p, want->metric, ev, &in);

	in.metric = want->metric;
	in.to_ns = early ? INSTANT_NONE : end_of(p, m, w);
	if (want->metric->part_key.n > 0)
		part = scalar_property(ev, want->metric->part_key);
	if (part != NULL)
		in.part = part->text;
	counted = counted && want->kind->feed(state_of(c), p->arena, &in);
	if (!early)
		note(c, ev, counted);
}

void
cells_feed(struct usage_plan *p, const struct wanted *want, char *cells, const struct event *ev)
{
	struct cell *c = (struct cell *)(void *)cells;
	struct aggregate_input in;

	if (want->kind->advance != NULL) {
		timed_feed(p, want, cells, ev);
		return;
	}
	if (want->nwindows > 1)
		c = cell_at(want->meter, cells, window_of(want->meter, ev->timestamp_ns));
	note(c, ev,
		input_of(p, want->metric, ev, &in) && want->kind->feed(state_of(c), p->arena, &in));
}

void
usage_feed(struct usage_plan *p, const struct event *ev)
{
	const struct wanted_list *list = map_get(&p->customers, ev->customer_id);

	if (list == NULL)
		return;
	for (size_t i = 0; i < list->n; i++)
		__builtin_prefetch(list->p[i].cells, 1);
	for (size_t i = 0; i < list->n; i++) {
		const struct wanted *want = &list->p[i];
		if (ev->timestamp_ns >= want->from_ns && ev->timestamp_ns < want->to_ns &&
			match_event(want->metric, ev, NULL))
			cells_feed(p, want,
				want->cells != NULL ? want->cells : cells_of(p, want->meter, ev),
				ev);
	}
	if (p->scratch.block != NULL)
		arena_clear(&p->scratch);
}

/* ---- putting ---- */

/* The values of the names the meter asks for. */
static struct str
asked_key(struct usage_plan *p, const struct meter *m, const struct pairs *values)
{
	buf_clear(&p->key);
	for (size_t i = 0; i < m->group_names.n; i++) {
		struct str value = pairs_get(values, m->group_names.p[i]);

		group_key_add(&p->key, value.p != NULL ? &value : NULL);
	}
	return buf_str(&p->key);
}

void
usage_put(struct usage_plan *p, struct meter *m, size_t cut, const struct pairs *values,
	struct rat q)
{
	char *puts = m->groups != NULL ? m->groups[0].cells : NULL;
	struct put *put;

	if (m->group_names.n > 0)
		puts = group_cells(p, m, asked_key(p, m, values));
	put = put_at(puts, cut);
	put->total = rat_add(p->arena, put->total, q);
	put->there = true;
}

void
usage_saw(struct meter *m, size_t window, uint64_t events, int64_t first_ns, int64_t last_ns)
{
	m->seen[window].events = events;
	m->seen[window].first_ns = first_ns;
	m->seen[window].last_ns = last_ns;
}
