/*
 * dedup_cache - segments read, written, and kept (inside store).
 *
 * Shape      a slot for each segment of each run, with its filter and its rows
 *            where they are kept.
 * Range      what is kept has up to `limit` bytes. Keys come from everywhere alike,
 *            so that what is there stays, and what has no more room is read each
 *            time; but rows make room for filters. What is being merged is not kept
 *            for that.
 * Ownership  what dedup_filter_of and dedup_rows_of give holds until their next call, or
 *            until the runs change.
 * Errors     a segment that is not there is db_damaged, too.
 */
#ifndef STORE_DEDUP_CACHE_H
#define STORE_DEDUP_CACHE_H

#include "store/dedup_run.h"

struct kept_rows {
	size_t bytes;
	struct dedup_rows rows; /* in what follows */
	char blob[];
};

struct dedup_slot {
	struct dedup_filter *filter; /* NULL: not kept */
	struct kept_rows *rows;      /* likewise */
};

void dedup_drop_slot(struct dedup *d, struct dedup_slot *slot);

bool dedup_filter_of(struct dedup *d, struct dedup_run *r, uint64_t index,
	const struct dedup_filter **out, struct err *e);
bool dedup_rows_of(struct dedup *d, struct dedup_run *r, uint64_t index,
	const struct dedup_filter *filter, const struct dedup_rows **out, struct err *e);

/* The entries of a segment in room that grows with them. */
struct dedup_entries {
	struct dedup_entry *p;
	size_t n;
	size_t cap;
};
void dedup_entries_reserve(struct dedup_entries *entries, size_t n); /* p is not NULL then */
void dedup_entries_add(struct dedup_entries *entries, const struct dedup_entry *p, size_t n);
/* From what is kept; what is not is read and not kept. */
bool dedup_load_segment(struct dedup *d, const struct dedup_run *r, uint64_t index,
	struct dedup_entries *out, struct err *e);
/* From the table, with every check. */
bool dedup_check_segment(struct dedup *d, const struct dedup_run *r, uint64_t index,
	struct dedup_entries *out, struct err *e);

/* Write one, and keep it where there is room. */
bool dedup_store_segment(struct dedup *d, struct dedup_run *r, uint64_t index,
	const struct dedup_entry *entries, size_t n, struct err *e);

#endif
