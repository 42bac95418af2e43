/*
 * dedup_segment - the bytes of one segment of a run (inside store).
 *
 * Shape      the place of a key in a run of S segments is the product hi * S: its
 *            upper 64 bits number the segment, of the lower 64 the first 7 are the
 *            bucket, the next 16 the print. A segment is two byte strings. The
 *            filter has the number of entries of each bucket and the print of each
 *            entry: enough to say no to all but one of ten thousand keys that are
 *            not there, and what it has of a key, rows need not repeat. rows have,
 *            column by column, the last bytes of hi (as many as segment, bucket and
 *            print leave open), the batches above the least of them, lo, the digests
 *            of contents, and a bit for each hashed key where not all are alike.
 *            Numbers are least byte first.
 *
 *            filter  check 8, k 8, segments 4, n 4, width 1 (of a count: 1 or 4),
 *                    128 counts, n prints of 2
 *            rows    check 8, k 8, n 4, least batch 4, width of rests 1, width of
 *                    batches 1 (0-4), hashed 1 (0 none, 1 all, 2 by bits), 0,
 *                    then the columns
 * Range      any number of entries, equal keys too; a run of n has
 *            dedup_segments(n) segments. A segment is as long as one leaf page takes
 *            eighth parts of and one overflow page beside it: SQLite keeps 2031 bytes
 *            of a row of 16,350 .. 18,411 bytes in the leaf, the filter among them.
 * Errors     check is the hash64 of all that follows it, k included: what is not what
 *            was written in this place is db_damaged. Reading never goes beyond the
 *            bytes, and allocates nothing that they do not fill.
 * Ownership  a filter is one piece of memory, freed with free; rows borrow the bytes.
 * Order      entries as in dedup.h. Pure.
 * Source     mtr-store(5), Deduplication.
 */
#ifndef STORE_DEDUP_SEGMENT_H
#define STORE_DEDUP_SEGMENT_H

#include "store/dedup.h"

#define DEDUP_SEGMENT_ENTRIES 760
#define DEDUP_BUCKETS 128
#define DEDUP_WINDOW 16 /* prints looked at together; nearly every bucket has fewer */

/* What a segment is, as its run tells. */
struct dedup_segment {
	int64_t k;         /* dedup_segment.k */
	uint64_t segments; /* of the run */
	uint64_t index;    /* among them */
};

struct dedup_filter {
	uint32_t n;
	uint32_t start[DEDUP_BUCKETS + 1]; /* of each bucket, among the entries */
	uint16_t prints[];                 /* n, and DEDUP_WINDOW that mean nothing */
};

struct dedup_rows {
	uint32_t n;
	uint32_t batch; /* the least */
	unsigned rest_width;
	unsigned batch_width;
	unsigned hashed;
	const unsigned char *rest;
	const unsigned char *batches;
	const unsigned char *lo;
	const unsigned char *content;
	const unsigned char *flags;
};

struct dedup_place {
	uint64_t segment;
	uint32_t bucket;
	uint16_t print;
};

static inline struct dedup_place
dedup_place(uint64_t hi, uint64_t segments)
{
	__extension__ unsigned __int128 product = (unsigned __int128)hi * segments;
	uint64_t within = (uint64_t)product;

	return (struct dedup_place){ .segment = (uint64_t)(product >> 64),
		.bucket = (uint32_t)(within >> 57),
		.print = (uint16_t)(within >> 41) };
}

uint64_t dedup_segments(uint64_t n);
/* The least hi of segment i < segments. */
uint64_t dedup_segment_start(uint64_t segments, uint64_t i);

/* Both buffers are cleared first. entries: in order, all of them of this segment. */
void dedup_segment_write(const struct dedup_segment *s, const struct dedup_entry *entries, size_t n,
	struct buf *filter, struct buf *rows);

size_t dedup_filter_size(size_t n); /* bytes of memory */
/* *out is made to fit by realloc; NULL at first. Unchanged on failure. */
bool dedup_filter_read(const struct dedup_segment *s, struct str bytes, struct dedup_filter **out,
	struct err *e);
bool dedup_rows_read(const struct dedup_segment *s, const struct dedup_filter *f, struct str bytes,
	struct dedup_rows *out, struct err *e);

/* Entry j has the key? Its print has, and its bucket. */
bool dedup_rows_match(const struct dedup_rows *r, uint32_t j, const struct dedup_entry *key);
/* What beside the key belongs to entry j. */
void dedup_rows_get(const struct dedup_rows *r, uint32_t j, struct dedup_entry *out);
/* All n of them. */
void dedup_segment_entries(const struct dedup_segment *s, const struct dedup_filter *f,
	const struct dedup_rows *r, struct dedup_entry *out);
/* Beyond the checksums: whether the entries are in order, and each where it belongs. */
bool dedup_segment_sound(const struct dedup_segment *s, const struct dedup_filter *f,
	const struct dedup_entry *entries, struct err *e);

bool dedup_damaged(int64_t k, const char *what, struct err *e); /* always false */

#endif
