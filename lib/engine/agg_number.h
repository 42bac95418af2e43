/*
 * agg_number - the numbers that MAX, LATEST and others keep.
 *
 * Shape      a number is a struct sum that holds one value, so that common
 *            decimals are read, compared and kept without allocation.
 * Rounding   none.
 * Ownership  agg_number_read allocates in scratch what does not fit a mantissa;
 *            agg_number_keep copies that into the arena given.
 */
#ifndef ENGINE_AGG_NUMBER_H
#define ENGINE_AGG_NUMBER_H

#include "base/sum.h"

/* False: the text is no number. */
bool agg_number_read(struct sum *out, struct arena *scratch, struct str text);
struct sum agg_number_keep(struct arena *a, const struct sum *x);
int agg_number_cmp(const struct sum *x, const struct sum *y, struct arena *scratch);

#endif
