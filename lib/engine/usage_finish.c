#include "engine/usage.h"

#include <stdlib.h>

#include "engine/usage_part.h"

#include "base/banned.h"

/* The value at a cut becomes the share of each window, or that of a stretch of them. */
static void
query_finish(struct usage_plan *p, const struct meter *m, struct meter_group *g)
{
	for (size_t w = 0; w < m->ncuts - 1; w++) {
		struct meter_window *win = &g->windows[w];
		size_t from = m->whole_to > 0 ? m->whole_from : w;

		*win = m->seen[w];
		if (m->whole_to > 0 && w + 1 != m->whole_to)
			continue;
		win->before = put_at(g->cells, from)->total;
		win->after = put_at(g->cells, w + 1)->total;
		win->share = rat_sub(p->arena, win->after, win->before);
		win->has_value = put_at(g->cells, w + 1)->there;
	}
}

/* What a window has seen; its value is still that of the window before. */
static struct meter_window
window_seen(const struct cell *c, struct rat before)
{
	return (struct meter_window){
		.before = before,
		.after = before,
		.events = c->events,
		.non_numeric = c->non_numeric,
		.has_value = c->events + c->non_numeric > 0,
		.first_ns = c->first_ns,
		.last_ns = c->last_ns,
	};
}

/* The first window's state goes on as the running one. */
static void
group_finish(struct usage_plan *p, const struct meter *m, struct meter_group *g)
{
	const struct aggregate_kind *kind = kind_of(m);
	void *running = state_of(cell_at(m, g->cells, 0));
	struct rat value = RAT_ZERO;

	for (size_t w = 0; w < m->ncuts - 1; w++) {
		struct cell *c = cell_at(m, g->cells, w);
		struct meter_window *win = &g->windows[w];

		*win = window_seen(c, value);
		if (c->events > 0) {
			if (w > 0)
				kind->merge(running, p->arena, state_of(c));
			value = kind->value(running, p->arena, m->metric);
		}
		win->after = value;
		win->share = rat_sub(p->arena, win->after, win->before);
	}
}

/* What was before the first window comes first, and adds nothing. */
static void
timed_finish(struct usage_plan *p, const struct meter *m, struct meter_group *g)
{
	const struct aggregate_kind *kind = kind_of(m);
	void *running = arena_alloc(p->arena, kind->state_size);
	struct aggregate_span span = { m->metric, m->cuts[0], m->cuts[0] };
	struct rat value = RAT_ZERO;

	(void)kind->advance(running, p->arena, state_of(cell_at(m, g->cells, m->ncuts - 1)), &span);
	for (size_t w = 0; w < m->ncuts - 1; w++) {
		struct cell *c = cell_at(m, g->cells, w);
		struct meter_window *win = &g->windows[w];

		span.from_ns = m->cuts[w];
		span.to_ns = end_of(p, m, w);
		*win = window_seen(c, value);
		win->share = kind->advance(running, p->arena, state_of(c), &span);
		win->has_value = win->has_value || rat_sign(win->share) != 0;
		win->after = value = rat_add(p->arena, value, win->share);
	}
}

static void
finish(struct usage_plan *p, const struct meter *m, struct meter_group *g)
{
	g->windows = ARENA_ARRAY(p->arena, m->ncuts - 1, struct meter_window);
	if (is_query(m))
		query_finish(p, m, g);
	else if (is_timed(m))
		timed_finish(p, m, g);
	else
		group_finish(p, m, g);
	g->cells = NULL;
}

/* Groups that ended before the first window, and left nothing, are none of it. */
static void
drop_ended(struct meter *m)
{
	size_t kept = 0;

	for (size_t g = 0; g < m->ngroups; g++) {
		bool there = false;

		for (size_t w = 0; w < m->ncuts - 1; w++)
			there = there || m->groups[g].windows[w].has_value;
		if (there)
			m->groups[kept++] = m->groups[g];
	}
	m->ngroups = kept;
}

static int
by_values(const void *a, const void *b)
{
	const struct meter_group *x = a, *y = b;

	return pairs_cmp(&x->values, &y->values);
}

void
usage_finish(struct usage_plan *p)
{
	for (size_t i = 0; i < p->nmeters; i++) {
		struct meter *m = p->meters[i];
		for (size_t g = 0; g < m->ngroups; g++)
			finish(p, m, &m->groups[g]);
		if (is_timed(m) && m->group_names.n > 0)
			drop_ended(m);
		if (m->ngroups > 1)
			qsort(m->groups, m->ngroups, sizeof(m->groups[0]), by_values);
		m->cells = (struct map){ .arena = NULL };
	}
}
