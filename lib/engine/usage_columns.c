#include "engine/usage.h"

#include <assert.h>

#include "engine/column_plan.h"

#include "base/banned.h"

/*
 * What is the same for many rows is found once: for a metric and a block what
 * matches and where its values lie, for the rows of one customer what is wanted
 * of them. The rest is mostly waiting for cells, so they are asked for early.
 */

#define AHEAD ((size_t)6)     /* customers */
#define TOGETHER ((size_t)32) /* rows whose groups are found before the first is counted */
#define LINE ((size_t)64)

void
usage_columns_release(struct usage_columns *u)
{
	if (u == NULL)
		return;
	arena_release(&u->scan);
	arena_release(&u->block);
}

void
usage_feed_begin(struct usage_plan *p)
{
	struct usage_columns *u = p->columns;

	if (u != NULL)
		usage_columns_release(u);
	else
		p->columns = u = ARENA_NEW(p->arena, struct usage_columns);
	*u = (struct usage_columns){ .nlists = 0 };
	map_init(&u->metric_numbers, &u->scan);
	map_init(&u->grouping_numbers, &u->scan);
}

static struct cell *
cell_in(const struct column_metric *cm, char *cells, size_t w)
{
	return (struct cell *)(void *)(cells + w * cm->cell_size);
}

/* Rows rise with their instants. */
static void
count(struct cell *c, const struct event_columns *cols, const uint32_t *rows, size_t n)
{
	int64_t first_ns = cols->timestamps_ns[rows[0]];
	int64_t last_ns = cols->timestamps_ns[rows[n - 1]];

	c->events += n;
	if (c->first_ns == INSTANT_NONE || first_ns < c->first_ns)
		c->first_ns = first_ns;
	if (c->last_ns == INSTANT_NONE || last_ns > c->last_ns)
		c->last_ns = last_ns;
}

static struct aggregate_decimals
decimals_of(struct usage_plan *p, const struct column_metric *cm, const uint32_t *rows, size_t n)
{
	return (struct aggregate_decimals){
		.mantissas = cm->mantissas,
		.scale = cm->scale,
		.rows = rows,
		.n = n,
		.timestamps_ns = p->columns->cols->timestamps_ns,
		.ids = p->columns->cols->ids,
		.scratch = &p->scratch,
	};
}

static void
feed_decimals(struct usage_plan *p, const struct column_metric *cm, struct cell *c,
	const struct aggregate_decimals *d)
{
	cm->kind->feed_decimals(state_of(c), p->arena, d);
	count(c, p->columns->cols, d->rows, d->n);
	if (p->scratch.block != NULL)
		arena_clear(&p->scratch);
}

/* With what its aggregation reads, and nothing else. */
static void
feed_event(struct usage_plan *p, const struct column_metric *cm, const struct wanted *want,
	char *cells, size_t row)
{
	const struct event_columns *cols = p->columns->cols;
	struct property properties[AGGREGATE_READS_MAX];
	char room[AGGREGATE_READS_MAX][CELL_TEXT_SIZE];
	struct event ev = {
		.timestamp_ns = cols->timestamps_ns[row],
		.properties = properties,
	};

	if (cols->ids != NULL)
		ev.transaction_id = cols->ids[row];
	for (size_t i = 0; i < cm->nnames; i++)
		if (cm->columns[i] != NULL)
			properties[ev.nproperties++] = event_cell(cm->columns[i], row, room[i]);
	cells_feed(p, want, cells, &ev);
	if (p->scratch.block != NULL)
		arena_clear(&p->scratch);
}

static void
feed_cell(struct usage_plan *p, const struct column_metric *cm, const struct wanted *want,
	char *cells, size_t w, const uint32_t *row)
{
	const struct event_column *c = cm->columns[0];
	uint8_t kind = cell_kind_at(c, *row);
	struct aggregate_decimals d;

	if (!cell_is_decimal(kind)) {
		feed_event(p, cm, want, cells, *row);
		return;
	}
	d = decimals_of(p, cm, row, 1);
	d.mantissas = c->values;
	d.scale = cell_scale(kind);
	feed_decimals(p, cm, cell_in(cm, cells, w), &d);
}

/* Rows of one window and one group. */
static void
feed_group(struct usage_plan *p, const struct column_metric *cm, const struct wanted *want,
	char *cells, size_t w, const uint32_t *rows, size_t n)
{
	struct aggregate_decimals d = decimals_of(p, cm, rows, n);

	switch (cm->taking) {
	case TAKE_DECIMALS:
		feed_decimals(p, cm, cell_in(cm, cells, w), &d);
		break;
	case TAKE_CELLS:
		for (size_t i = 0; i < n; i++)
			feed_cell(p, cm, want, cells, w, &rows[i]);
		break;
	case TAKE_EVENTS:
		for (size_t i = 0; i < n; i++)
			feed_event(p, cm, want, cells, rows[i]);
		break;
	}
}

static void
ask_for(const char *cell)
{
	__builtin_prefetch(cell, 1);
	__builtin_prefetch(cell + LINE, 1);
}

static char *
new_cells(struct usage_plan *p, const struct grouping *g, struct column_wanted *cw, uint32_t number)
{
	char *cells = group_cells(p, cw->want->meter, grouping_key(g, number));

	cw->slots = group_slots_put(cw->slots, &p->columns->scan, number, cells);
	return cells;
}

/* Rows of one window, each of a group of its own. */
static void
feed_apart(struct usage_plan *p, const struct column_metric *cm, const struct wanted *want,
	char *const *cells, size_t w, const uint32_t *rows, size_t n)
{
	struct aggregate_decimals d = decimals_of(p, cm, rows, 1);

	if (cm->taking != TAKE_DECIMALS) {
		for (size_t i = 0; i < n; i++)
			feed_group(p, cm, want, cells[i], w, &rows[i], 1);
		return;
	}
	for (size_t i = 0; i < n; i++, d.rows++)
		feed_decimals(p, cm, cell_in(cm, cells[i], w), &d);
}

static void
feed_groups(struct usage_plan *p, const struct column_metric *cm, struct column_wanted *cw,
	size_t w, const uint32_t *rows, size_t n)
{
	struct grouping *g = column_plan_grouping(p->columns, cw->grouping);
	uint32_t numbers[TOGETHER];
	char *cells[TOGETHER];

	grouping_numbers(g, rows, n, &p->key, numbers);
	for (size_t i = 0; i < n; i++) {
		cells[i] = group_slots_get(cw->slots, numbers[i]);
		if (cells[i] == NULL)
			cells[i] = new_cells(p, g, cw, numbers[i]);
		ask_for(cells[i] + w * cm->cell_size);
	}
	feed_apart(p, cm, cw->want, cells, w, rows, n);
}

static void
feed_window(struct usage_plan *p, const struct column_metric *cm, struct column_wanted *cw,
	size_t w, const struct row_list *rows)
{
	if (cw->cells != NULL) {
		feed_group(p, cm, cw->want, cw->cells, w, rows->p, rows->n);
		return;
	}
	for (size_t i = 0; i < rows->n; i += TOGETHER)
		feed_groups(p, cm, cw, w, rows->p + i,
			rows->n - i < TOGETHER ? rows->n - i : TOGETHER);
}

/* How many of the rows lie before an instant. */
static size_t
rows_before(const int64_t *timestamps_ns, const struct row_list *rows, int64_t t_ns)
{
	size_t low = 0, high = rows->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (timestamps_ns[rows->p[mid]] < t_ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void
feed_windows(struct usage_plan *p, const struct column_metric *cm, struct column_wanted *cw,
	struct row_list rows)
{
	const int64_t *timestamps_ns = p->columns->cols->timestamps_ns;
	const struct meter *m = cw->want->meter;

	while (rows.n > 0) {
		size_t w = window_of(m, timestamps_ns[rows.p[0]]);
		struct row_list inside = { rows.p,
			rows_before(timestamps_ns, &rows, m->cuts[w + 1]) };

		feed_window(p, cm, cw, w, &inside);
		rows.p += inside.n;
		rows.n -= inside.n;
	}
}

static void
feed_wanted(struct usage_plan *p, const struct column_run *run, struct column_wanted *cw,
	int64_t first_ns, int64_t last_ns)
{
	const int64_t *timestamps_ns = p->columns->cols->timestamps_ns;
	struct column_metric *cm = column_plan_metric(p->columns, cw->metric);
	struct row_list rows = matcher_rows(&cm->matcher, run->first, run->end);

	if (last_ns >= cw->to_ns)
		rows.n = rows_before(timestamps_ns, &rows, cw->to_ns);
	if (first_ns < cw->from_ns) {
		size_t early = rows_before(timestamps_ns, &rows, cw->from_ns);

		rows.p += early;
		rows.n -= early;
	}
	if (rows.n == 0)
		return;
	/* an event finds its window itself */
	if (cw->windows && cm->taking != TAKE_EVENTS)
		feed_windows(p, cm, cw, rows);
	else
		feed_window(p, cm, cw, 0, &rows);
}

static void
feed_run(struct usage_plan *p, const struct column_run *run)
{
	const int64_t *timestamps_ns = p->columns->cols->timestamps_ns;
	int64_t first_ns = timestamps_ns[run->first], last_ns = timestamps_ns[run->end - 1];

	for (size_t i = 0; i < run->list->n; i++) {
		struct column_wanted *cw = &run->list->wanted[i];

		if (last_ns >= cw->from_ns && first_ns < cw->to_ns)
			feed_wanted(p, run, cw, first_ns, last_ns);
	}
}

static void
ask_early(const struct column_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->wanted[i].cells != NULL)
			ask_for(list->wanted[i].cells);
		else
			ask_for((const char *)list->wanted[i].slots);
	}
}

void
usage_feed_columns(struct usage_plan *p, const struct event_columns *cols)
{
	const struct usage_columns *u = p->columns;

	assert(u != NULL);
	column_plan_take(p, cols);
	for (size_t i = 0; i < u->nruns; i++) {
		if (i + AHEAD < u->nruns)
			ask_early(u->runs[i + AHEAD].list);
		feed_run(p, &u->runs[i]);
	}
}
