#include "engine/match_columns.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/match.h"

#include "base/banned.h"

#define STRETCH ((size_t)1024) /* rows judged at once: what is noted of them stays in cache */
#define FEW ((size_t)8)        /* values that are sooner compared one by one */

/* Those texts of a list that a decimal cell can have, by scale, then by size. */
struct decimals {
	int64_t *mantissas;
	size_t starts[CELL_SCALE_MAX + 2];
};

struct column_filter {
	struct property_filter filter;
	struct decimals in;
	struct decimals not_in;
};

/* A filter that some rows of the block may pass and others not. */
struct condition {
	const struct column_filter *filter;
	const struct event_column *column;
	const uint8_t *passes; /* of each text of the column; NULL: more texts than rows */
};

const struct event_column *
column_named(const struct event_columns *cols, struct str name)
{
	for (size_t i = 0; i < cols->nproperties; i++) {
		if (!str_eq(cols->properties[i].name, name))
			continue;
		assert(cols->properties[i].read);
		return &cols->properties[i];
	}
	return NULL;
}

/* ---- of the metric ---- */

struct listed {
	int64_t mantissa;
	unsigned scale;
};

static int
by_scale(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int by = (x->scale > y->scale) - (x->scale < y->scale);

	return by != 0 ? by : (x->mantissa > y->mantissa) - (x->mantissa < y->mantissa);
}

static struct decimals
decimals_of(const struct texts *list, struct arena *a)
{
	struct listed *found = ARENA_ARRAY(a, list->n, struct listed);
	struct decimals out = { ARENA_ARRAY(a, list->n, int64_t), { 0 } };
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += cell_decimal(list->p[i], &found[n].mantissa, &found[n].scale);
	if (n > 1)
		qsort(found, n, sizeof(found[0]), by_scale);
	for (size_t i = 0; i < n; i++) {
		out.mantissas[i] = found[i].mantissa;
		out.starts[found[i].scale + 1]++;
	}
	for (size_t s = 0; s <= CELL_SCALE_MAX; s++)
		out.starts[s + 1] += out.starts[s];
	return out;
}

void
matcher_init(struct column_matcher *m, const struct metric *metric, struct arena *a)
{
	*m = (struct column_matcher){ .metric = metric, .arena = a };
	m->filters = ARENA_ARRAY(a, metric->nfilters + 1, struct column_filter);
	m->conditions = ARENA_ARRAY(a, metric->nfilters + 1, struct condition);
	for (size_t i = 0; i < metric->nfilters; i++)
		m->filters[m->nfilters++] = (struct column_filter){
			metric->filters[i],
			decimals_of(&metric->filters[i].values.in, a),
			decimals_of(&metric->filters[i].values.not_in, a),
		};
	if (metric->aggregation_key.n > 0)
		m->filters[m->nfilters++].filter = (struct property_filter){
			.name = metric->aggregation_key,
			.exists = PRESENCE_YES,
		};
}

/* ---- of the block ---- */

enum verdict { NO_ROW, SOME_ROWS, EVERY_ROW };

static bool
text_passes(const struct column_filter *f, const struct event_column *c, int64_t place)
{
	struct property p = { c->name, c->texts[place].text, c->texts[place].type };

	return match_property(&f->filter, p.type == JSON_NULL ? NULL : &p);
}

static const uint8_t *
judge_texts(const struct column_filter *f, const struct event_column *c, struct arena *block,
	enum verdict *verdict)
{
	uint8_t *passes = ARENA_ARRAY(block, c->ntexts, uint8_t);
	size_t n = 0;

	for (size_t i = 0; i < c->ntexts; i++) {
		passes[i] = text_passes(f, c, (int64_t)i);
		n += passes[i];
	}
	*verdict = n == c->ntexts ? EVERY_ROW : n == 0 ? NO_ROW : SOME_ROWS;
	return passes;
}

static bool
has(const struct decimals *d, unsigned scale, int64_t mantissa)
{
	size_t low = d->starts[scale], high = d->starts[scale + 1];

	while (high - low > FEW) {
		size_t mid = low + (high - low) / 2;

		if (d->mantissas[mid] <= mantissa)
			low = mid;
		else
			high = mid;
	}
	for (; low < high; low++)
		if (d->mantissas[low] == mantissa)
			return true;
	return false;
}

static bool
decimal_passes(const struct column_filter *f, unsigned scale, int64_t mantissa)
{
	return f->filter.exists != PRESENCE_NO &&
		(f->filter.values.in.n == 0 || has(&f->in, scale, mantissa)) &&
		!has(&f->not_in, scale, mantissa);
}

static enum verdict
judge_decimals(const struct property_filter *f)
{
	if (f->exists == PRESENCE_NO)
		return NO_ROW;
	return f->values.in.n + f->values.not_in.n > 0 ? SOME_ROWS : EVERY_ROW;
}

/* Notes a condition where rows differ. */
static enum verdict
judge(struct column_matcher *m, const struct column_filter *f, const struct event_column *c,
	struct arena *block)
{
	struct condition *next = &m->conditions[m->nconditions];
	enum verdict texts = SOME_ROWS, decimals, all;

	if (c == NULL)
		return match_property(&f->filter, NULL) ? EVERY_ROW : NO_ROW;
	*next = (struct condition){ .filter = f, .column = c };
	if (c->kind >= CELL_TEXT && c->ntexts <= m->nrows)
		next->passes = judge_texts(f, c, block, &texts);
	decimals = judge_decimals(&f->filter);
	if (c->kind == CELL_MIXED)
		all = texts == decimals ? texts : SOME_ROWS;
	else
		all = c->kind == CELL_TEXT ? texts : decimals;
	m->nconditions += all == SOME_ROWS;
	return all;
}

void
matcher_set(struct column_matcher *m, const struct event_columns *cols, const uint32_t *every,
	struct arena *block)
{
	m->nrows = cols->n;
	m->every = every;
	m->nconditions = 0;
	m->from = m->to = 0;
	m->none = !match_event_type(m->metric, cols->event_type);
	for (size_t i = 0; i < m->nfilters && !m->none; i++) {
		const struct column_filter *f = &m->filters[i];

		m->none = judge(m, f, column_named(cols, f->filter.name), block) == NO_ROW;
	}
}

/* ---- of the rows ---- */

static void
apply(const struct condition *c, size_t from, size_t n, uint8_t *passing)
{
	const struct event_column *col = c->column;
	const int64_t *values = col->values + from;

	if (col->kind == CELL_TEXT && c->passes != NULL) {
		for (size_t i = 0; i < n; i++)
			passing[i] &= c->passes[values[i]];
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t kind = cell_kind_at(col, from + i);

		if (cell_is_decimal(kind))
			passing[i] &= decimal_passes(c->filter, cell_scale(kind), values[i]);
		else if (c->passes != NULL)
			passing[i] &= c->passes[values[i]];
		else
			passing[i] &= text_passes(c->filter, col, values[i]);
	}
}

static void
make_room(struct column_matcher *m, size_t n)
{
	size_t rows = m->room, before = m->room;

	m->rows = arena_grow(m->arena, m->rows, &rows, n + 1, sizeof(m->rows[0]));
	m->before = arena_grow(m->arena, m->before, &before, n + 1, sizeof(m->before[0]));
	m->passing = arena_grow(m->arena, m->passing, &m->room, n + 1, sizeof(m->passing[0]));
}

static void
judge_rows(struct column_matcher *m, size_t first, size_t end)
{
	size_t n = end - first;
	uint32_t k = 0;

	make_room(m, n);
	for (size_t i = 0; i < n; i++)
		m->passing[i] = 1;
	for (size_t i = 0; i < m->nconditions; i++)
		apply(&m->conditions[i], first, n, m->passing);
	for (size_t i = 0; i < n; i++) {
		m->rows[k] = (uint32_t)(first + i);
		m->before[i] = k;
		k += m->passing[i];
	}
	m->before[n] = k;
	m->from = first;
	m->to = end;
}

struct row_list
matcher_rows(struct column_matcher *m, size_t first, size_t end)
{
	uint32_t skipped;

	if (m->none)
		return (struct row_list){ NULL, 0 };
	if (m->nconditions == 0)
		return (struct row_list){ m->every + first, end - first };
	if (first < m->from || end > m->to) {
		size_t to = end - first > STRETCH ? end : first + STRETCH;

		judge_rows(m, first, to < m->nrows ? to : m->nrows);
	}
	skipped = m->before[first - m->from];
	return (struct row_list){ m->rows + skipped, m->before[end - m->from] - skipped };
}
