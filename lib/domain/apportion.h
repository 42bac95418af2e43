/*
 * apportion - round parts so that they add up to a rounded whole.
 *
 * Shape      each part becomes one of its two neighbours at so many places; the
 *            parts with the largest remainders go up, as many as are needed. A part
 *            that has no remainder stays as it is.
 * Units      whatever the parts are in.
 * Range      whole is at places, and no less than the sum of the parts rounded
 *            down, nor more than the sum of them rounded up: any rounding of the
 *            exact sum, or a step beside it, is.
 * Rounding   up means towards plus infinity, of parts below zero too.
 * Order      pure; of equal remainders the one that stands first goes up.
 * Source     mtr-pricing(7), Printed amounts; the method of Hamilton.
 * Example    0.333, 0.333, 0.334 for 1.00 at 2 places: 0.33, 0.33, 0.34.
 */
#ifndef DOMAIN_APPORTION_H
#define DOMAIN_APPORTION_H

#include <stddef.h>

#include "base/rat.h"

void apportion(struct arena *a, const struct rat *parts, size_t n, struct rat whole, int places,
	struct rat *out);

/* What whole may be. */
struct apportion_range {
	struct rat least;
	struct rat greatest;
};

struct apportion_range apportion_range(struct arena *a, const struct rat *parts, size_t n,
	int places);

#endif
