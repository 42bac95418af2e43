/*
 * usage_part - what the files of usage share: how a group lies in memory.
 *
 * Shape      a group has one cell a window: what was seen of it, the state of
 *            the aggregation behind. A timed kind has one more, for what was
 *            before the first window. In SQL a group has a put for each cut. A
 *            customer key has a list of what is wanted of its events.
 *            usage.c plans, feeds and puts; usage_columns.c feeds many events at
 *            once; usage_finish.c makes windows of it.
 */
#ifndef ENGINE_USAGE_PART_H
#define ENGINE_USAGE_PART_H

#include "engine/usage.h"

/* What one window of one group has seen so far; the aggregation's state lies behind it. */
struct cell {
	uint64_t events;
	uint64_t non_numeric;
	int64_t first_ns;
	int64_t last_ns;
};

/* In SQL a group has one of these for each cut instead. */
struct put {
	struct rat total;
	bool there;
};

static inline bool
is_query(const struct meter *m)
{
	return m->metric->sql.p != NULL;
}

static inline const struct aggregate_kind *
kind_of(const struct meter *m)
{
	return aggregate_kind(m->metric->aggregation);
}

static inline bool
is_timed(const struct meter *m)
{
	return !is_query(m) && kind_of(m)->advance != NULL;
}

static inline size_t
cell_size(const struct meter *m)
{
	if (is_query(m))
		return sizeof(struct put);
	return sizeof(struct cell) + kind_of(m)->state_size;
}

/* One a window; in SQL one a cut. Behind those of a timed kind lies one for what was before. */
static inline size_t
ncells(const struct meter *m)
{
	return is_query(m) || is_timed(m) ? m->ncuts : m->ncuts - 1;
}

static inline struct cell *
cell_at(const struct meter *m, char *cells, size_t w)
{
	return (struct cell *)(void *)(cells + w * cell_size(m));
}

static inline void *
state_of(struct cell *c)
{
	return c + 1;
}

static inline struct put *
put_at(char *puts, size_t cut)
{
	return (struct put *)(void *)puts + cut;
}

/* Where the window ends that began at cuts[w]: an open one at the clock. */
static inline int64_t
end_of(const struct usage_plan *p, const struct meter *m, size_t w)
{
	int64_t end_ns = m->cuts[w + 1];

	return p->now_ns != INSTANT_NONE && p->now_ns < end_ns ? p->now_ns : end_ns;
}

/* One meter that wants the events of a customer key. */
struct wanted {
	int64_t from_ns;
	int64_t to_ns;
	struct meter *meter;
	const struct metric *metric;
	const struct aggregate_kind *kind;
	char *cells; /* of the only group; NULL: by group names */
	size_t nwindows;
};

struct wanted_list {
	struct wanted *p;
	size_t n;
	size_t cap;
};

/* The window that holds t_ns, which lies between the first and the last cut. */
size_t window_of(const struct meter *m, int64_t t_ns);

/* The cells of the group that has this key, as group_key_add writes it. */
char *group_cells(struct usage_plan *p, struct meter *m, struct str key);

/* Each value of a group in turn: its length + 1 and its bytes, or 0 where there is none. */
void group_key_add(struct buf *key, const struct str *value);

/* An event that the meter wants goes into the cells of its group. */
void cells_feed(struct usage_plan *p, const struct wanted *want, char *cells,
	const struct event *ev);

void usage_columns_release(struct usage_columns *u); /* NULL is nothing */

#endif
