/*
 * seats - what a child of a recurring item grants for each of a subscription's quantity.
 *
 * Shape      POOLED: one segment of unit_price x the quantity at the child's start;
 *            what exceeds the most that was granted for, in the child's own period,
 *            adds to it. INDIVIDUAL: a segment for each seat that is assigned in the
 *            period, drawn by the usage of that seat alone; of one that is assigned
 *            later all of it is added then. Fewer seats take nothing back before the
 *            next child.
 * Units      stored units of the access unit.
 * Rounding   as the item rounds prorated amounts.
 * Ownership  the arena given.
 * Range      what is added behind until_ns is not there yet.
 * Order      segments of seats in the order of assignment. Their ids follow from
 *            child and seat.
 * Source     mtr-pricing(7), Subscriptions.
 * Example    100 a month and seat, one more on July 3, prorated: 100 x 29/31.
 */
#ifndef ENGINE_SEATS_H
#define ENGINE_SEATS_H

#include "engine/subscription.h"

struct seat_grant {
	const struct contract *contract;
	const struct recurring *item;
	struct subscription_cell cell; /* the child's own period */
	struct rat part;               /* of a whole period's amount */
	int64_t end_ns;                /* of the child's life */
	int64_t until_ns;
};

/* The segments of the child, whose id is known; pooled_id: of the one that is no seat's. */
void seats_grant(struct arena *a, const struct seat_grant *g, struct str pooled_id,
	struct commit *child);

#endif
