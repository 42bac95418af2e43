/*
 * dedup_run - the runs, as one connection sees them (inside store).
 *
 * Shape      a run is whole when all its segments are there (done == segments).
 *            Else it is being merged: its first `done` segments hold what eight
 *            others, which say so by `into`, had of these keys. Of each key range
 *            either counts, never both: dedup_run_counts tells. Segments of those
 *            eight that lie wholly below are deleted as the merge moves on.
 *            Runs are in order of id. Neither ids nor k are used again: the run
 *            with the greatest id is never deleted.
 * Errors     runs that cannot be are db_damaged.
 * Order      dedup_refresh comes first in every call from outside: another process
 *            may have written meanwhile. What is kept of runs that are still there stays.
 * Source     mtr-store(5), Deduplication.
 */
#ifndef STORE_DEDUP_RUN_H
#define STORE_DEDUP_RUN_H

#include "store/dedup.h"
#include "store/dedup_segment.h"

struct dedup_run {
	int64_t id;
	int64_t n; /* entries, when it is whole */
	uint64_t segments;
	int64_t k_min;
	uint64_t done;
	int64_t into;                   /* id of the run it is merged into; 0: none */
	const struct dedup_run *target; /* that run; NULL: none */
	uint64_t first;                 /* segment that is still there */
	struct dedup_slot *slots;       /* one for each segment: dedup_cache.h */
};

struct dedup {
	struct store *st;
	enum dedup_home home;
	bool ready; /* the temporary tables are there */
	struct dedup_run **runs;
	size_t nruns;
	size_t runs_cap;
	size_t limit;
	size_t kept;      /* bytes */
	size_t kept_rows; /* those of rows */
	size_t hand_run;  /* where rows were last given up */
	size_t hand_slot;
	/* what is not kept */
	struct dedup_filter *filter;
	struct buf rows_bytes;
	struct dedup_rows rows;
	int64_t rows_k; /* of rows; 0: none */
	/* what is being written or merged */
	struct buf filter_out;
	struct buf rows_out;
};

/* The text of a statement for each home: tables of the same names may be in both. */
#define DEDUP_SQL(name, before, after) \
	static const char *const name[] = { \
		[DEDUP_STORED] = before " main." after, \
		[DEDUP_REHEARSED] = before " temp." after, \
	}

bool dedup_refresh(struct dedup *d, struct err *e);
/* In memory. */
void dedup_drop_runs(struct dedup *d);
void dedup_drop_run(struct dedup *d, struct dedup_run *r);
struct dedup_run *dedup_push_run(struct dedup *d, const struct dedup_run *run); /* the last */
/* As far as its target is done, a run that is merged is no longer there. */
void dedup_drop_merged(struct dedup *d, struct dedup_run *r);

/* Whether what this run has of hi counts. */
static inline bool
dedup_run_counts(const struct dedup_run *r, uint64_t hi)
{
	if (r->target != NULL)
		return dedup_place(hi, r->target->segments).segment >= r->target->done;
	return r->done == r->segments || dedup_place(hi, r->segments).segment < r->done;
}

#endif
