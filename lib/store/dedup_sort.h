/*
 * dedup_sort - entries in order, where chance has put them nearly so (inside store).
 *
 * Shape      dedup_before is the order of dedup.h. dedup_settle puts a short row in
 *            order; order (NULL: none) follows the entries. scratch is n of each.
 * Range      insertion up to DEDUP_FEW entries, merging above: keys that somebody
 *            piled up cost n log n.
 * Order      stable.
 */
#ifndef STORE_DEDUP_SORT_H
#define STORE_DEDUP_SORT_H

#include "store/dedup.h"

#define DEDUP_FEW 24

static inline bool
dedup_before(const struct dedup_entry *a, const struct dedup_entry *b)
{
	if (a->hi != b->hi)
		return a->hi < b->hi;
	if (a->lo != b->lo)
		return a->lo < b->lo;
	return a->hashed < b->hashed;
}

void dedup_settle(struct dedup_entry *entries, uint32_t *order, size_t n,
	struct dedup_entry *scratch_entries, uint32_t *scratch_order);

#endif
