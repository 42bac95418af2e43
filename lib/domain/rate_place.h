/*
 * rate_place - the rates of a card that take over from one another.
 *
 * Shape      rates of one product, pricing values, billing frequency and unit share a
 *            place: at each instant the one that beats the others (rate_order) holds
 *            there. Over a range that gives segments, one for each stretch in which
 *            one rate holds; what was covered shows through again when the winner
 *            ends, and where none holds there is no segment.
 * Order      rate_by_place: product id, pricing values, billing frequency (none
 *            first), unit, start, order of adding; segments by place and time.
 * Source     mtr-pricing(7), Rates.
 * Example    price 10 from January on, 8 for February alone: 10, 8, 10 again.
 */
#ifndef DOMAIN_RATE_PLACE_H
#define DOMAIN_RATE_PLACE_H

#include "domain/ratecard.h"

struct rate_segment {
	const struct rate *rate;
	int64_t starting_at_ns;
	int64_t ending_before_ns; /* INSTANT_NONE: for ever */
};

int rate_place_cmp(const struct rate *a, const struct rate *b);
int rate_by_place(const void *rate, const void *other); /* for qsort over struct rate */

/* Keep of rates sorted by place the one of each place that holds at t_ns; how many. */
size_t rates_keep_holding(struct rate *rates, size_t n, int64_t t_ns);

/* Of rates sorted by place, within [from_ns, to_ns); to_ns INSTANT_NONE: for ever. */
struct rate_segment *rate_segments(const struct rate *rates, size_t n, int64_t from_ns,
	int64_t to_ns, struct arena *a, size_t *nsegments);

#endif
