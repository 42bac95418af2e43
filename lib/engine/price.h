/*
 * price - what a piece of usage costs under one rate.
 *
 * Shape      one row a model in the table of price.c, one file a model. Usage
 *            moves the period-to-date quantity from q_start to q_end; a model
 *            gives the slices of that move: charge = F(q_end) - F(q_start).
 *              tiered  one slice a tier, and one for each flat fee
 *              whole   VOLUME, STAIRSTEP, PACKAGE: one slice, whose price for a
 *                      unit is only a means to take parts of it
 *            Free units come before what the model sees.
 * Units      quantities in the product's unit after conversion and rounding;
 *            prices and totals in stored units.
 * Rounding   none.
 * Order      free units, then tiers, lowest first, each with its flat fee before
 *            its units; a move downwards has them the other way round, and gives
 *            back: quantities below zero.
 * Source     mtr-pricing(7), Rates.
 * Example    tiers {5 at 0, 5 at 100, at 150}, 0 -> 12: 5 x 0, 5 x 100, 2 x 150.
 */
#ifndef ENGINE_PRICE_H
#define ENGINE_PRICE_H

#include "base/rat.h"
#include "domain/ratecard.h"

struct price_slice {
	enum slice_kind kind;
	bool beyond_maximum; /* price 0 for what a maximum leaves out */
	struct rat charged;  /* before it, under a maximum */
	struct rat position; /* before it, of what the model sees */
	struct rat quantity;
	struct rat unit_price; /* SLICE_WHOLE: total / quantity, not shown */
	struct rat total;
	int tier_level;        /* from 1; 0: the model has no tiers */
	struct rat tier_start; /* quantity at which the tier begins */
	bool tier_open;
	struct rat tier_size;
};

/* What a quantity costs as a whole. */
struct price_point {
	struct rat value;
	int level;        /* of the tier it lies in; 0: none */
	struct rat price; /* of the tier, or of a package */
};

struct price_model {
	const char *name;
	/* The slices of the move, in the arena; a move of zero gives one slice of zero. */
	size_t (*slices)(struct arena *a, const struct rate *r, struct rat q_start,
		struct rat q_end, struct price_slice **out);
	/* NULL but for models that give slices of SLICE_WHOLE. */
	struct price_point (*at)(struct arena *a, const struct rate *r, struct rat q);
};

const struct price_model *price_model(enum rate_type t);

/* The one slice of a move under a model that has at(). */
size_t price_whole_slices(struct arena *a, const struct rate *r, struct rat q_start,
	struct rat q_end, struct price_slice **out);
/* The index of the tier in which q lies: bounds are inclusive, the first has all below too. */
size_t price_tier_at(struct arena *a, const struct rate *r, struct rat q);

struct override_choice;

/*
 * The prices of a window: [0] outside of balances, behind it the others at which
 * segments draw. All segments that draw on the same terms draw at the same one.
 */
struct price_set {
	const struct rate **rates; /* [0] NULL: no rate, and no others */
	size_t n;                  /* >= 1 */
	const size_t *of;          /* which one, by draw terms (burndown.h); NULL: [0] for all */
	const struct override_choice *why; /* of each (override.h); NULL: no override has a say */
};

/* Equal in all its prices, and in who draws at which. */
bool price_set_same(const struct price_set *x, const struct price_set *y, size_t nterms);

/* Usage moves the period's quantity; of what it counts, so much was free so far. */
struct price_move {
	struct rat q_start;
	struct rat q_end;
	const struct rat *free_start; /* for each rate of the set; NULL: nothing is free */
	const struct rat *free_end;
};

/*
 * The slices of a move at every price of the set, cut where a tier of any of them
 * ends or its free units do: slice i at price k is (*out)[i * s->n + k]. A flat fee
 * stands where its tier begins; at a price without one it is 0 there.
 */
size_t price_slices(struct arena *a, const struct price_set *s, const struct price_move *move,
	struct price_slice **out);
/* The part of a slice that is so many of its units, from its start on. */
struct price_slice price_part(struct arena *a, const struct price_slice *whole,
	struct rat quantity);

/* What the model has seen at its end. */
struct rat price_end(struct arena *a, const struct price_slice *s);

extern const struct price_model price_flat, price_tiered, price_volume, price_stairstep,
	price_package, price_percentage, price_tiered_percentage, price_subscription;

#endif
