/*
 * dedup_oracle - what deduplication must find, kept as one plain array.
 *
 * Shape      entries in the order they were added; cut to an earlier n when a
 *            transaction was undone. The comparisons note what differs.
 *            Where there are batches of keys, chance decides whether a key is new, is
 *            there, or is there but for hashed or one bit.
 */
#ifndef TESTS_UNIT_DEDUP_ORACLE_H
#define TESTS_UNIT_DEDUP_ORACLE_H

#include "store/dedup.h"
#include "tests/unit/sweep.h"

struct oracle {
	struct dedup_entry *p; /* as added */
	size_t n;
	size_t cap;
	struct dedup_entry *sorted;
	size_t nsorted; /* so many of p, from the first */
};

void oracle_release(struct oracle *o);
void oracle_cut(struct oracle *o, size_t n);

/* New entries with the batch number, sorted; p has room for n. */
void fresh_entries(struct sweep *seed, uint32_t batch, struct dedup_entry *p, size_t n);
void sort_entries(struct dedup_entry *p, size_t n);

/* Added to both, in the transaction that is open. */
bool oracle_add(struct oracle *o, struct dedup *d, const struct dedup_entry *p, size_t n,
	struct err *e);

/* n keys looked up: each has the entries that it must have, no others. */
bool oracle_agrees(struct oracle *o, struct dedup *d, struct sweep *seed, size_t n, struct err *e);
/* Everything that is there, and the counts. */
bool oracle_agrees_on_all(struct oracle *o, struct dedup *d, struct err *e);

#endif
