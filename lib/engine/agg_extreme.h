/*
 * agg_extreme - the greatest or the least of numbers, for MAX and MIN.
 *
 * Shape      side is 1 for the greatest, -1 for the least.
 * Rounding   none.
 * Ownership  as of aggregate.h.
 * Example    of -3, 2, 2.5: side 1 gives 2.5, side -1 gives -3.
 */
#ifndef ENGINE_AGG_EXTREME_H
#define ENGINE_AGG_EXTREME_H

#include "base/sum.h"
#include "engine/aggregate.h"

struct extreme {
	bool any;
	struct sum value;
};

bool extreme_feed(struct extreme *x, struct arena *a, const struct aggregate_input *in, int side);
void extreme_feed_decimals(struct extreme *x, const struct aggregate_decimals *d, int side);
void extreme_merge(struct extreme *x, struct arena *a, const struct extreme *later, int side);

#endif
