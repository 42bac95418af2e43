#include "store/dedup_merge.h"

#include <stdlib.h>

#include "store/dedup_cache.h"
#include "store/dedup_sort.h"
#include "store/stmt.h"

#include "base/banned.h"

#define CLASSES 20

/* ---- rows of dedup_run ---- */

bool
dedup_begin_run(struct dedup *d, int64_t n, bool whole, struct dedup_run **out, struct err *e)
{
	DEDUP_SQL(sql, "INSERT INTO",
		"dedup_run (id, n, segments, k_min, done) VALUES (?1, ?2, ?3, ?4, ?5)");
	const struct dedup_run *last = d->nruns > 0 ? d->runs[d->nruns - 1] : NULL;
	struct dedup_run run = {
		.id = last != NULL ? last->id + 1 : 1,
		.n = n,
		.segments = dedup_segments((uint64_t)n),
		.k_min = last != NULL ? last->k_min + (int64_t)last->segments : 1,
	};
	struct stmt *s = stmt_get(d->st, sql[d->home]);

	run.done = whole ? run.segments : 0;
	stmt_int(s, 1, run.id);
	stmt_int(s, 2, run.n);
	stmt_int(s, 3, (int64_t)run.segments);
	stmt_int(s, 4, run.k_min);
	stmt_int(s, 5, (int64_t)run.done);
	if (!stmt_run(s, e))
		return false;
	*out = dedup_push_run(d, &run);
	return true;
}

static bool
put_into(struct dedup *d, struct dedup_run *r, const struct dedup_run *target, struct err *e)
{
	DEDUP_SQL(sql, "UPDATE", "dedup_run SET merged_into = ?2 WHERE id = ?1");
	struct stmt *s = stmt_get(d->st, sql[d->home]);

	stmt_int(s, 1, r->id);
	stmt_int(s, 2, target->id);
	if (!stmt_run(s, e))
		return false;
	r->into = target->id;
	r->target = target;
	return true;
}

static bool
put_done(struct dedup *d, struct dedup_run *r, uint64_t done, struct err *e)
{
	DEDUP_SQL(sql, "UPDATE", "dedup_run SET done = ?2 WHERE id = ?1");
	struct stmt *s = stmt_get(d->st, sql[d->home]);

	stmt_int(s, 1, r->id);
	stmt_int(s, 2, (int64_t)done);
	if (!stmt_run(s, e))
		return false;
	r->done = done;
	return true;
}

/* Segments that the target has taken over; and the run itself when it has all of them. */
static bool
delete_merged(struct dedup *d, struct dedup_run *r, struct err *e)
{
	DEDUP_SQL(segments, "DELETE FROM", "dedup_segment WHERE k >= ?1 AND k < ?2");
	DEDUP_SQL(run, "DELETE FROM", "dedup_run WHERE id = ?1");
	int64_t from = r->k_min + (int64_t)r->first;
	struct stmt *s;

	dedup_drop_merged(d, r);
	s = stmt_get(d->st, segments[d->home]);
	stmt_int(s, 1, from);
	stmt_int(s, 2, r->k_min + (int64_t)r->first);
	if (!stmt_run(s, e))
		return false;
	if (r->first < r->segments)
		return true;
	s = stmt_get(d->st, run[d->home]);
	stmt_int(s, 1, r->id);
	if (!stmt_run(s, e))
		return false;
	dedup_drop_run(d, r);
	return true;
}

/* ---- a slice ---- */

struct source {
	struct dedup_run *run;
	uint64_t next; /* segment to be read */
	struct dedup_entries entries;
	size_t at;
};

struct merge {
	struct dedup *d;
	struct dedup_run *target;
	struct source sources[DEDUP_FAN];
	size_t nsources;
	struct dedup_entries mixed; /* of one segment, source by source */
	struct dedup_entries sorted;
};

static uint64_t
target_segment(const struct merge *m, uint64_t hi)
{
	return dedup_place(hi, m->target->segments).segment;
}

static bool
source_read(struct merge *m, struct source *from, struct err *e)
{
	from->at = 0;
	return dedup_load_segment(m->d, from->run, from->next++, &from->entries, e);
}

/* At the first entry that the target has not. */
static bool
source_open(struct merge *m, struct dedup_run *run, struct err *e)
{
	struct source *from = &m->sources[m->nsources++];

	*from = (struct source){ .run = run, .next = run->first };
	if (!source_read(m, from, e))
		return false;
	while (from->at < from->entries.n &&
		target_segment(m, from->entries.p[from->at].hi) < m->target->done)
		from->at++;
	return true;
}

/* What a source has of a segment of the target. */
static bool
source_take(struct merge *m, struct source *from, uint64_t index, struct err *e)
{
	const struct dedup_run *r = from->run;

	for (;;) {
		size_t end = from->at;

		while (end < from->entries.n && target_segment(m, from->entries.p[end].hi) == index)
			end++;
		dedup_entries_add(&m->mixed, from->entries.p + from->at, end - from->at);
		from->at = end;
		if (end < from->entries.n || from->next == r->segments ||
			target_segment(m, dedup_segment_start(r->segments, from->next)) > index)
			return true;
		if (!source_read(m, from, e))
			return false;
	}
}

/* Into buckets, which chance keeps short, and each of them in order. */
static void
sort_mixed(struct merge *m)
{
	uint32_t start[DEDUP_BUCKETS + 1] = { 0 };
	struct dedup_entry *mixed = m->mixed.p;
	size_t n = m->mixed.n;
	uint32_t at = 0;

	dedup_entries_reserve(&m->sorted, n);
	m->sorted.n = n;
	for (size_t i = 0; i < n; i++)
		start[dedup_place(mixed[i].hi, m->target->segments).bucket + 1]++;
	for (size_t i = 0; i < DEDUP_BUCKETS; i++)
		start[i + 1] += start[i];
	for (size_t i = 0; i < n; i++) {
		uint32_t bucket = dedup_place(mixed[i].hi, m->target->segments).bucket;

		m->sorted.p[start[bucket]++] = mixed[i];
	}
	for (size_t i = 0; i < DEDUP_BUCKETS; at = start[i++])
		dedup_settle(m->sorted.p + at, NULL, start[i] - at, mixed, NULL);
}

static bool
merge_segment(struct merge *m, uint64_t index, struct err *e)
{
	m->mixed.n = 0;
	for (size_t i = 0; i < m->nsources; i++)
		if (!source_take(m, &m->sources[i], index, e))
			return false;
	sort_mixed(m);
	return dedup_store_segment(m->d, m->target, index, m->sorted.p, m->sorted.n, e);
}

/* The segments up to `end` of the target, and what becomes of the sources. */
static bool
merge_segments(struct merge *m, uint64_t end, struct err *e)
{
	struct dedup *d = m->d;

	for (size_t i = 0; i < d->nruns; i++)
		if (d->runs[i]->target == m->target && !source_open(m, d->runs[i], e))
			return false;
	for (uint64_t index = m->target->done; index < end; index++)
		if (!merge_segment(m, index, e))
			return false;
	if (!put_done(d, m->target, end, e))
		return false;
	for (size_t i = 0; i < m->nsources; i++)
		if (!delete_merged(d, m->sources[i].run, e))
			return false;
	return true;
}

static bool
merge_slice(struct dedup *d, struct dedup_run *target, size_t wanted, struct err *e)
{
	struct merge m = { .d = d, .target = target };
	uint64_t left = target->segments - target->done;
	uint64_t slice = wanted / ((uint64_t)target->n / target->segments) + 1;
	bool done = merge_segments(&m, target->done + (slice < left ? slice : left), e);

	for (size_t i = 0; i < m.nsources; i++)
		free(m.sources[i].entries.p);
	free(m.mixed.p);
	free(m.sorted.p);
	return done;
}

/* ---- what is due ---- */

static unsigned
class_of(int64_t n)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll((uint64_t)n / DEDUP_SMALL | 1);

	return n < DEDUP_SMALL ? 0 : 1 + (bits - 1) / 3;
}

struct alike {
	struct dedup_run *runs[DEDUP_FAN];
	size_t n;
};

/* The oldest eight of a class that are whole and not being merged. False: there are none. */
static bool
eight_alike(const struct dedup *d, struct alike *out)
{
	struct alike classes[CLASSES] = { 0 };

	for (size_t i = 0; i < d->nruns; i++) {
		struct dedup_run *r = d->runs[i];
		struct alike *class = &classes[class_of(r->n)];

		if (r->target != NULL || r->done < r->segments)
			continue;
		class->runs[class->n++] = r;
		if (class->n == DEDUP_FAN) {
			*out = *class;
			return true;
		}
	}
	return false;
}

static bool
begin_merge(struct dedup *d, const struct alike *eight, struct dedup_run **out, struct err *e)
{
	int64_t n = 0;

	for (size_t i = 0; i < eight->n; i++)
		n += eight->runs[i]->n;
	if (!dedup_begin_run(d, n, false, out, e))
		return false;
	for (size_t i = 0; i < eight->n; i++)
		if (!put_into(d, eight->runs[i], *out, e))
			return false;
	return true;
}

bool
dedup_merge_due(struct dedup *d, size_t n, struct err *e)
{
	size_t wanted = 2 * n > DEDUP_LEAST ? 2 * n : DEDUP_LEAST;
	struct dedup_run *target;
	struct alike eight;

	/* From the end: a merge that is over takes runs before its target away. */
	for (size_t i = d->nruns; i > 0; i--) {
		size_t behind = d->nruns - i;

		target = d->runs[i - 1];
		if (target->done < target->segments && !merge_slice(d, target, wanted, e))
			return false;
		i = d->nruns - behind;
	}
	while (eight_alike(d, &eight))
		if (!begin_merge(d, &eight, &target, e) || !merge_slice(d, target, wanted, e))
			return false;
	return true;
}
