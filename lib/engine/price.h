/*
 * price - what a piece of usage costs under one rate.
 *
 * Shape      one row a model in the table of price.c, one file a model. Usage
 *            moves the period-to-date quantity from q_start to q_end; a model
 *            gives the slices of that move: charge = F(q_end) - F(q_start).
 * Units      quantities in the product's unit after conversion and rounding;
 *            prices and totals in stored units.
 * Rounding   none.
 * Order      slices in tier order, lowest first; a move downwards gives units
 *            back from the top tier, lowest tier last.
 * Source     mtr-pricing(7), Rates.
 * Example    tiers {5 at 0, 5 at 100, at 150}, 0 -> 12: 5 x 0, 5 x 100, 2 x 150.
 */
#ifndef ENGINE_PRICE_H
#define ENGINE_PRICE_H

#include "base/rat.h"
#include "domain/ratecard.h"

struct price_slice {
	struct rat quantity;
	struct rat unit_price;
	struct rat total;
	int tier_level;        /* from 1; 0: the model has no tiers */
	struct rat tier_start; /* quantity at which the tier begins */
	bool tier_open;
	struct rat tier_size;
};

struct price_model {
	const char *name;
	/* The slices of the move, in the arena; a move of zero gives one slice of zero. */
	size_t (*slices)(struct arena *a, const struct rate *r, struct rat q_start,
		struct rat q_end, struct price_slice **out);
};

const struct price_model *price_model(enum rate_type t);

/*
 * A slice at both prices of a rate: outside of balances, and at its commit rate
 * (without one: the same). Cut where a tier of either ends.
 */
struct price_pair {
	struct price_slice list;
	struct price_slice commit;
};
size_t price_pairs(struct arena *a, const struct rate *r, struct rat q_start, struct rat q_end,
	struct price_pair **out);

extern const struct price_model price_flat, price_tiered, price_percentage;

#endif
