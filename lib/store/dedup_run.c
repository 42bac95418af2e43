#include "store/dedup_run.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/dedup_cache.h"
#include "store/stmt.h"

#include "base/banned.h"

/* ---- runs in memory ---- */

static void
free_run(struct dedup *d, struct dedup_run *r)
{
	for (uint64_t i = 0; i < r->segments; i++)
		dedup_drop_slot(d, &r->slots[i]);
	free(r->slots);
	free(r);
}

void
dedup_drop_runs(struct dedup *d)
{
	for (size_t i = 0; i < d->nruns; i++)
		free_run(d, d->runs[i]);
	d->nruns = 0;
	d->rows_k = 0;
	assert(d->kept == 0 && d->kept_rows == 0);
}

void
dedup_drop_run(struct dedup *d, struct dedup_run *r)
{
	size_t i = 0;

	while (d->runs[i] != r)
		i++;
	memmove(&d->runs[i], &d->runs[i + 1], (d->nruns - i - 1) * sizeof(struct dedup_run *));
	d->nruns--;
	free_run(d, r);
}

static struct dedup_run *
new_run(const struct dedup_run *run)
{
	struct dedup_run *r = mem_realloc(NULL, 1, sizeof(*r));

	*r = *run;
	r->slots = mem_realloc(NULL, r->segments, sizeof(*r->slots));
	memset(r->slots, 0, r->segments * sizeof(*r->slots));
	return r;
}

struct dedup_run *
dedup_push_run(struct dedup *d, const struct dedup_run *run)
{
	struct dedup_run *r = new_run(run);

	if (d->nruns == d->runs_cap) {
		d->runs_cap = d->runs_cap == 0 ? 64 : d->runs_cap * 2;
		d->runs = mem_realloc(d->runs, d->runs_cap, sizeof(struct dedup_run *));
	}
	d->runs[d->nruns++] = r;
	return r;
}

void
dedup_drop_merged(struct dedup *d, struct dedup_run *r)
{
	const struct dedup_run *into = r->target;
	uint64_t first = r->segments;

	if (into->done < into->segments)
		first = dedup_place(dedup_segment_start(into->segments, into->done), r->segments)
				.segment;
	for (; r->first < first; r->first++)
		dedup_drop_slot(d, &r->slots[r->first]);
}

/* ---- runs in the tables ---- */

static bool
make_tables(struct dedup *d, struct err *e)
{
	static const char run[] =
		"CREATE TEMP TABLE IF NOT EXISTS dedup_run (id INTEGER PRIMARY KEY,"
		" n INTEGER NOT NULL, segments INTEGER NOT NULL, k_min INTEGER NOT NULL,"
		" done INTEGER NOT NULL, merged_into INTEGER) STRICT";
	static const char segment[] =
		"CREATE TEMP TABLE IF NOT EXISTS dedup_segment (k INTEGER PRIMARY KEY,"
		" filter BLOB NOT NULL, entries BLOB NOT NULL) STRICT";

	if (d->home == DEDUP_REHEARSED && !d->ready)
		d->ready = stmt_run(stmt_get(d->st, run), e) &&
			stmt_run(stmt_get(d->st, segment), e);
	return d->home == DEDUP_STORED || d->ready;
}

/* False: the numbers of a row cannot be. */
static bool
read_run(struct stmt *s, struct dedup_run *out)
{
	int64_t segments = stmt_col_int(s, 2), done = stmt_col_int(s, 4);

	*out = (struct dedup_run){
		.id = stmt_col_int(s, 0),
		.n = stmt_col_int(s, 1),
		.segments = (uint64_t)segments,
		.k_min = stmt_col_int(s, 3),
		.done = (uint64_t)done,
		.into = stmt_col_null(s, 5) ? 0 : stmt_col_int(s, 5),
	};
	return out->id > 0 && out->n > 0 && segments > 0 && segments <= out->n &&
		segments <= UINT32_MAX && out->k_min > 0 && done >= 0 && done <= segments &&
		(out->into == 0 || (out->into > out->id && done == segments));
}

static bool
same_run(const struct dedup_run *a, const struct dedup_run *b)
{
	return a->id == b->id && a->n == b->n && a->segments == b->segments && a->k_min == b->k_min;
}

static bool
run_damaged(int64_t id, struct err *e)
{
	return err_set(e, ERR_FATAL, "db_damaged", "dedup_run %" PRId64 ": no such run can be", id);
}

/*
 * Those that are still there go on with what is kept of them. Ids rise: whatever
 * is not known comes after all that is, or else nothing is known any more.
 */
static bool
read_runs(struct dedup *d, struct err *e)
{
	DEDUP_SQL(sql, "SELECT id, n, segments, k_min, done, merged_into FROM",
		"dedup_run ORDER BY id");
	struct stmt *s = stmt_get(d->st, sql[d->home]);
	size_t nold = d->nruns, i = 0;
	struct dedup_run run = { .id = 0 };
	bool sound = true;

	d->nruns = 0;
	while (stmt_row(s) && (sound = read_run(s, &run))) {
		for (; i < nold && d->runs[i]->id < run.id; i++)
			free_run(d, d->runs[i]);
		if (i < nold && same_run(d->runs[i], &run)) {
			struct dedup_run *known = d->runs[i++];

			known->done = run.done;
			known->into = run.into;
			d->runs[d->nruns++] = known;
			continue;
		}
		for (; i < nold; i++)
			free_run(d, d->runs[i]);
		dedup_push_run(d, &run);
	}
	for (; i < nold; i++)
		free_run(d, d->runs[i]);
	return stmt_done(s, e) && (sound || run_damaged(run.id, e));
}

/* The run that r is merged into must be there, and not whole. */
static bool
find_target(struct dedup *d, size_t i, struct err *e)
{
	struct dedup_run *r = d->runs[i];

	r->target = NULL;
	if (r->into == 0)
		return true;
	while (++i < d->nruns && d->runs[i]->id < r->into)
		;
	if (i == d->nruns || d->runs[i]->id != r->into || d->runs[i]->done == d->runs[i]->segments)
		return run_damaged(r->into, e);
	r->target = d->runs[i];
	dedup_drop_merged(d, r);
	return true;
}

/* A run that is not whole gets all it lacks from others. */
static bool
check_sources(const struct dedup *d, const struct dedup_run *r, struct err *e)
{
	int64_t n = 0;

	for (size_t i = 0; i < d->nruns; i++)
		if (d->runs[i]->target == r)
			n += d->runs[i]->n;
	return r->done == r->segments || n == r->n || run_damaged(r->id, e);
}

bool
dedup_refresh(struct dedup *d, struct err *e)
{
	bool done = make_tables(d, e) && read_runs(d, e);

	for (size_t i = 0; i < d->nruns && done; i++)
		done = find_target(d, i, e);
	for (size_t i = 0; i < d->nruns && done; i++)
		done = check_sources(d, d->runs[i], e);
	if (!done)
		dedup_drop_runs(d);
	return done;
}
