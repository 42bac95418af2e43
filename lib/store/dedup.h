/*
 * dedup - which transaction ids are stored: sorted runs (inside store).
 *
 * Shape      an entry is a 16-byte key, the digest of the event's content and the
 *            batch it came with. A run is entries sorted by key, in segments of
 *            equal key range, each with a filter of its keys. Eight runs of like
 *            size become one, a slice of the key range with each batch: what of the
 *            new run is done counts from then on, for its range, and the old ones for
 *            the rest.
 *            A lower-case UUID is its own key, mixed with the secret and back
 *            again without loss; any other id is hashed with the secret, and
 *            whoever finds such a key compares the texts.
 * Range      batches 1..DEDUP_BATCH_MAX. Equal keys of different texts are kept
 *            side by side. Nothing is ever dropped.
 * Errors     ERR_FATAL of the store; db_damaged for a segment that is not what
 *            was written. A hit or visit that returns false ends the call, which is no error.
 * Ownership  a dedup belongs to one connection; it caches filters and segments
 *            up to DEDUP_CACHE_BYTES and forgets what other writers replaced.
 * Order      entries are sorted by hi, then lo, then hashed. Each call sees what
 *            is in the tables then: where others may write, it stands in a
 *            transaction or snapshot. No call of the same dedup inside a hit or visit;
 *            other statements may run there.
 * Source     mtr-store(5), Deduplication.
 */
#ifndef STORE_DEDUP_H
#define STORE_DEDUP_H

#include "base/hash.h"
#include "base/str.h"
#include "store/store.h"

#define DEDUP_BATCH_MAX INT64_C(0x7fffffff)
#define DEDUP_CACHE_BYTES ((size_t)192 << 20)

struct dedup_entry {
	uint64_t hi;
	uint64_t lo;
	uint64_t content; /* digest of the canonical content */
	uint32_t batch;   /* 0: not yet known */
	uint32_t hashed;  /* 1: the key is a hash of the id */
};

/* Key alone. Pure. */
void dedup_key(const struct hash_key *secret, struct str transaction_id, struct dedup_entry *out);
/* The id of a key that is not hashed: 36 characters. */
void dedup_uuid(const struct hash_key *secret, const struct dedup_entry *entry, char out[36]);

/* Stable. order[i] is the place the i-th had before; scratch is n of each. */
void dedup_sort(struct dedup_entry *entries, uint32_t *order, size_t n,
	struct dedup_entry *scratch_entries, uint32_t *scratch_order);

/* Where the runs lie: in the file, or in temporary tables (a rehearsal). */
enum dedup_home { DEDUP_STORED, DEDUP_REHEARSED };

struct dedup;

struct dedup *dedup_open(struct store *st, enum dedup_home home);
void dedup_close(struct dedup *d); /* NULL is nothing */

/*
 * Each stored entry of the key of sorted[i], in no order of i; more than one only for hashed
 * keys. Equal neighbours in sorted get all of them each.
 */
typedef bool (*dedup_hit)(void *ctx, size_t i, const struct dedup_entry *stored);
bool dedup_find(struct dedup *d, const struct dedup_entry *sorted, size_t n, dedup_hit hit,
	void *ctx, struct err *e);

/*
 * A new run, unless n is 0, and the share of merging that is due with it. In a transaction;
 * where it failed, the transaction is to be undone. Rehearsals may be outside of any.
 */
bool dedup_add(struct dedup *d, const struct dedup_entry *sorted, size_t n, struct err *e);
/* After a transaction was undone: what was read of it is no longer there. */
void dedup_forget(struct dedup *d);

/* Every entry of every run that counts, in no order; every segment read is checked. */
typedef bool (*dedup_visit)(void *ctx, const struct dedup_entry *entry);
bool dedup_all(struct dedup *d, dedup_visit visit, void *ctx, struct err *e);

struct dedup_stats {
	int64_t entries;
	int64_t runs;     /* those being merged included */
	int64_t segments; /* rows of dedup_segment */
};
bool dedup_stats(struct dedup *d, struct dedup_stats *out, struct err *e);

#endif
