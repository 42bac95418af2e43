#include "engine/column_plan.h"

#include <assert.h>

#include "base/banned.h"

/* ---- of the scan ---- */

/* The number of a key, counted from 0 in the order they came; *fresh: it is new. */
static uint32_t
number_of(struct map *m, struct str key, bool *fresh)
{
	void **slot = map_slot(m, key, fresh);
	uint32_t *number = *slot;

	if (*fresh) {
		*slot = number = ARENA_NEW(m->arena, uint32_t);
		*number = (uint32_t)m->n - 1;
	}
	return *number;
}

static uint32_t
metric_number(struct usage_columns *u, const struct metric *m)
{
	uintptr_t at = (uintptr_t)m;
	struct str key = { (const char *)&at, sizeof(at) };
	struct column_metric *cm;
	bool fresh;
	uint32_t number = number_of(&u->metric_numbers, key, &fresh);

	if (!fresh)
		return number;
	u->metrics = arena_grow(&u->scan, u->metrics, &u->metrics_cap, u->nmetrics + 1,
		sizeof(u->metrics[0]));
	cm = &u->metrics[u->nmetrics++];
	cm->metric = m;
	cm->kind = aggregate_kind(m->aggregation);
	cm->cell_size = sizeof(struct cell) + cm->kind->state_size;
	cm->nnames = aggregate_reads(m, cm->names);
	matcher_init(&cm->matcher, m, &u->scan);
	return number;
}

static uint32_t
grouping_number_of(struct usage_plan *p, const struct meter *m)
{
	const struct texts *names = &m->group_names;
	struct usage_columns *u = p->columns;
	uint32_t number;
	bool fresh;

	/* of the same names one metric may mean the property, another the customer key */
	buf_clear(&p->key);
	for (size_t i = 0; i < names->n; i++)
		group_key_add(&p->key, i == m->customer_at ? NULL : &names->p[i]);
	number = number_of(&u->grouping_numbers, buf_str(&p->key), &fresh);
	if (!fresh)
		return number;
	u->groupings = arena_grow(&u->scan, u->groupings, &u->groupings_cap, u->ngroupings + 1,
		sizeof(u->groupings[0]));
	grouping_init(&u->groupings[u->ngroupings++].grouping, names, m->customer_at, &u->scan);
	return number;
}

static struct column_wanted
lay_out(struct usage_plan *p, const struct wanted *want)
{
	struct column_wanted out = {
		.from_ns = want->from_ns,
		.to_ns = want->to_ns,
		.want = want,
		.cells = want->cells,
		.metric = metric_number(p->columns, want->metric),
		.windows = want->nwindows > 1,
	};

	if (want->cells != NULL)
		return out;
	out.slots = group_slots_new(&p->columns->scan);
	out.grouping = grouping_number_of(p, want->meter);
	return out;
}

/* What is wanted of a customer who is met for the first time. */
static struct column_list *
list_new(struct usage_plan *p, struct str customer)
{
	const struct wanted_list *from = map_get(&p->customers, customer);
	struct usage_columns *u = p->columns;
	struct column_list *list;

	/* of most customers nothing may be wanted: they share a list */
	if (from == NULL && u->nothing == NULL)
		u->nothing = ARENA_NEW(&u->scan, struct column_list);
	if (from == NULL)
		return u->nothing;
	list = arena_alloc(&p->columns->scan, sizeof(*list) + from->n * sizeof(list->wanted[0]));
	for (; list->n < from->n; list->n++)
		list->wanted[list->n] = lay_out(p, &from->p[list->n]);
	return list;
}

/* ---- of the block ---- */

static struct column_list *
list_of(struct usage_plan *p, uint32_t customer)
{
	struct usage_columns *u = p->columns;

	u->lists = arena_grow(&u->scan, u->lists, &u->nlists, (size_t)customer + 1,
		sizeof(struct column_list *));
	if (u->lists[customer] == NULL)
		u->lists[customer] = list_new(p, u->cols->customer_keys[customer]);
	return u->lists[customer];
}

static void
find_runs(struct usage_plan *p)
{
	struct usage_columns *u = p->columns;
	const uint32_t *customers = u->cols->customers;
	const int64_t *timestamps_ns = u->cols->timestamps_ns;
	size_t n = u->cols->n;
	bool in_order = true;

	u->nruns = 0;
	for (size_t first = 0, end; first < n; first = end) {
		struct column_list *list = list_of(p, customers[first]);

		for (end = first + 1; end < n && customers[end] == customers[first]; end++)
			in_order = in_order && timestamps_ns[end - 1] <= timestamps_ns[end];
		if (list->n == 0)
			continue;
		u->runs = arena_grow(&u->scan, u->runs, &u->runs_cap, u->nruns + 1,
			sizeof(u->runs[0]));
		u->runs[u->nruns++] = (struct column_run){ (uint32_t)first, (uint32_t)end, list };
	}
	assert(in_order); /* else events would be put into windows that are not theirs */
}

void
column_plan_take(struct usage_plan *p, const struct event_columns *cols)
{
	struct usage_columns *u = p->columns;
	size_t known = u->nevery;

	arena_clear(&u->block);
	u->cols = cols;
	for (size_t i = 0; i < u->nmetrics; i++)
		u->metrics[i].set = false;
	for (size_t i = 0; i < u->ngroupings; i++)
		u->groupings[i].set = false;
	u->every = arena_grow(&u->scan, u->every, &u->nevery, cols->n, sizeof(u->every[0]));
	for (; known < u->nevery; known++)
		u->every[known] = (uint32_t)known;
	find_runs(p);
}

struct grouping *
column_plan_grouping(struct usage_columns *u, uint32_t number)
{
	struct column_grouping *cg = &u->groupings[number];

	if (!cg->set)
		grouping_set(&cg->grouping, u->cols, &u->block);
	cg->set = true;
	return &cg->grouping;
}

/* ---- of a metric ---- */

/* What lifts a mantissa from each scale to the greatest. */
static void
factors_to(unsigned greatest, int64_t factors[CELL_SCALE_MAX + 1])
{
	factors[greatest] = 1;
	for (unsigned s = greatest; s > 0; s--)
		factors[s - 1] = factors[s] * 10;
}

/* The values at one scale, where all are decimals and none grows too large for it. */
static const int64_t *
one_scale(const struct event_column *c, size_t n, struct arena *block, unsigned *scale)
{
	int64_t factors[CELL_SCALE_MAX + 1], *out;
	bool decimals = true, same = true;
	unsigned greatest = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned s = cell_scale(c->kinds[i]);

		decimals = decimals && cell_is_decimal(c->kinds[i]);
		same = same && s == cell_scale(c->kinds[0]);
		greatest = s > greatest ? s : greatest;
	}
	if (!decimals)
		return NULL;
	*scale = greatest;
	if (same)
		return c->values;
	factors_to(greatest, factors);
	out = ARENA_ARRAY(block, n, int64_t);
	for (size_t i = 0; i < n; i++)
		if (__builtin_mul_overflow(c->values[i], factors[cell_scale(c->kinds[i])], &out[i]))
			return NULL;
	return out;
}

static enum taking
take_values(struct column_metric *cm, const struct usage_columns *u, struct arena *block)
{
	const struct event_column *c = cm->columns[0];

	cm->mantissas = NULL;
	cm->scale = 0;
	if (cm->kind->feed_decimals == NULL)
		return TAKE_EVENTS;
	if (cm->metric->aggregation_key.n == 0)
		return TAKE_DECIMALS;
	if (c->kind == CELL_TEXT)
		return TAKE_CELLS;
	if (c->kind == CELL_MIXED) {
		cm->mantissas = one_scale(c, u->cols->n, block, &cm->scale);
		return cm->mantissas != NULL ? TAKE_DECIMALS : TAKE_CELLS;
	}
	cm->mantissas = c->values;
	cm->scale = cell_scale(c->kind);
	return TAKE_DECIMALS;
}

struct column_metric *
column_plan_metric(struct usage_columns *u, uint32_t number)
{
	struct column_metric *cm = &u->metrics[number];

	if (cm->set)
		return cm;
	assert(u->cols->ids != NULL || !cm->kind->needs_ids);
	matcher_set(&cm->matcher, u->cols, u->every, &u->block);
	for (size_t i = 0; i < cm->nnames; i++)
		cm->columns[i] = column_named(u->cols, cm->names[i]);
	if (!cm->matcher.none)
		cm->taking = take_values(cm, u, &u->block);
	cm->set = true;
	return cm;
}
