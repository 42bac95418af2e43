#include "store/dedup.h"

#include <inttypes.h>
#include <stdlib.h>

#include "store/dedup_cache.h"
#include "store/dedup_merge.h"
#include "store/stmt.h"

#include "base/banned.h"

struct dedup *
dedup_open(struct store *st, enum dedup_home home)
{
	struct dedup *d = mem_realloc(NULL, 1, sizeof(*d));

	*d = (struct dedup){ .st = st, .home = home, .limit = DEDUP_CACHE_BYTES };
	return d;
}

void
dedup_close(struct dedup *d)
{
	if (d == NULL)
		return;
	dedup_drop_runs(d);
	free(d->runs);
	free(d->filter);
	buf_release(&d->rows_bytes);
	buf_release(&d->filter_out);
	buf_release(&d->rows_out);
	free(d);
}

void
dedup_forget(struct dedup *d)
{
	dedup_drop_runs(d);
	d->ready = false;
}

/* ---- adding ---- */

static bool
add_run(struct dedup *d, const struct dedup_entry *sorted, size_t n, struct err *e)
{
	struct dedup_run *r;
	size_t at = 0;

	if (!dedup_begin_run(d, (int64_t)n, true, &r, e))
		return false;
	for (uint64_t i = 0; i < r->segments; i++) {
		size_t from = at;

		while (at < n && dedup_place(sorted[at].hi, r->segments).segment == i)
			at++;
		if (!dedup_store_segment(d, r, i, sorted + from, at - from, e))
			return false;
	}
	return true;
}

bool
dedup_add(struct dedup *d, const struct dedup_entry *sorted, size_t n, struct err *e)
{
	return dedup_refresh(d, e) && (n == 0 || add_run(d, sorted, n, e)) &&
		dedup_merge_due(d, n, e);
}

/* ---- all of them ---- */

struct walk {
	struct dedup *d;
	dedup_visit visit;
	void *ctx;
	struct err *e;
	struct dedup_entries entries; /* of one segment */
	bool stopped;                 /* by visit */
};

static bool
walk_segment(struct walk *w, const struct dedup_run *r, uint64_t index, int64_t *counted)
{
	if (!dedup_check_segment(w->d, r, index, &w->entries, w->e))
		return false;
	for (size_t i = 0; i < w->entries.n && !w->stopped; i++) {
		if (!dedup_run_counts(r, w->entries.p[i].hi))
			continue;
		++*counted;
		w->stopped = !w->visit(w->ctx, &w->entries.p[i]);
	}
	return true;
}

/* A run with all that is still to be merged into it: together they have its entries. */
static bool
walk_run(struct walk *w, const struct dedup_run *run)
{
	const struct dedup *d = w->d;
	int64_t counted = 0;

	for (size_t i = 0; i < d->nruns; i++) {
		const struct dedup_run *r = d->runs[i];

		if (r != run && r->target != run)
			continue;
		for (uint64_t k = r->first; k < r->done && !w->stopped; k++)
			if (!walk_segment(w, r, k, &counted))
				return false;
	}
	if (counted != run->n && !w->stopped)
		return err_set(w->e, ERR_FATAL, "db_damaged",
			"dedup_run %" PRId64 " has %" PRId64 " entries, wanted %" PRId64, run->id,
			counted, run->n);
	return true;
}

static struct dedup_stats
stats_of(const struct dedup *d)
{
	struct dedup_stats stats = { .runs = (int64_t)d->nruns };

	for (size_t i = 0; i < d->nruns; i++) {
		stats.entries += d->runs[i]->target == NULL ? d->runs[i]->n : 0;
		stats.segments += (int64_t)(d->runs[i]->done - d->runs[i]->first);
	}
	return stats;
}

static bool
check_rows(struct dedup *d, struct err *e)
{
	DEDUP_SQL(sql, "SELECT count(*) FROM", "dedup_segment ORDER BY 1");
	struct stmt *s = stmt_get(d->st, sql[d->home]);
	int64_t wanted = stats_of(d).segments;
	int64_t found = stmt_row(s) ? stmt_col_int(s, 0) : 0;

	if (!stmt_done(s, e))
		return false;
	if (found != wanted)
		return err_set(e, ERR_FATAL, "db_damaged",
			"dedup_segment has %" PRId64 " rows, wanted %" PRId64, found, wanted);
	return true;
}

bool
dedup_all(struct dedup *d, dedup_visit visit, void *ctx, struct err *e)
{
	struct walk w = { .d = d, .visit = visit, .ctx = ctx, .e = e };
	bool done = dedup_refresh(d, e) && check_rows(d, e);

	for (size_t i = 0; i < d->nruns && done && !w.stopped; i++)
		if (d->runs[i]->target == NULL)
			done = walk_run(&w, d->runs[i]);
	free(w.entries.p);
	return done;
}

bool
dedup_stats(struct dedup *d, struct dedup_stats *out, struct err *e)
{
	if (!dedup_refresh(d, e))
		return false;
	*out = stats_of(d);
	return true;
}
