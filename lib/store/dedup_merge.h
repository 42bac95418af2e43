/*
 * dedup_merge - eight runs become one, a share in each transaction (inside store).
 *
 * Shape      runs are of classes by size: class 0 below DEDUP_SMALL entries, each
 *            further one eight times as wide. When eight whole runs of a class are
 *            there, the oldest eight begin to be merged into one, which falls into
 *            the next class (of class 0 it may stay there). dedup_merge_due moves
 *            each merge on by twice as many entries as were added, at least by
 *            DEDUP_LEAST, to the end of a segment; then begins those that are due.
 * Range      a merge of at most DEDUP_LEAST entries is over at once; so are all of
 *            class 0. Where runs are alike, within a factor of two, a merge is over
 *            before eight more are there: it has less than twice their entries, and
 *            these come with twice as many moves. Whatever the sizes, a class has at most
 *            9 merges under way, and 79 runs. For let it begin at b entries: a
 *            merge has less than 64 b, and lasts while less than 32 b are added.
 *            Meanwhile the class gets no more runs than these 32; those that the at
 *            most 9 merges of the class below end with; and (7 + 9) * 8 / 7, as the
 *            entries that lay in lower classes, in 7 runs and in what 9 merges ended
 *            with, are less than so many b. With 7 that lay there already
 *            8 (m - 1) <= 7 + 32 + 9 + 18 for m merges at a time.
 *            A transaction moves max(2 n, DEDUP_LEAST) entries and a segment
 *            for each merge under way; on the whole each entry is moved
 *            once for each class above its first.
 * Order      of equal keys: by id of run.
 * Source     mtr-store(5), Deduplication.
 */
#ifndef STORE_DEDUP_MERGE_H
#define STORE_DEDUP_MERGE_H

#include "store/dedup_run.h"

#define DEDUP_FAN 8
#define DEDUP_SMALL 1024
#define DEDUP_LEAST 8192

/* n: entries added. After dedup_refresh. */
bool dedup_merge_due(struct dedup *d, size_t n, struct err *e);

/* A new row for a run, with the next id and the next k; whole, or to be merged into. */
bool dedup_begin_run(struct dedup *d, int64_t n, bool whole, struct dedup_run **out, struct err *e);

#endif
