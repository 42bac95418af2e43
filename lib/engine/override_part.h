/*
 * override_part - the overrides of one product, between the files of override.h.
 *
 * Shape      an override with the rates it has made so far: each of one rate of the
 *            card once, so that equal prices of windows are one rate.
 */
#ifndef ENGINE_OVERRIDE_PART_H
#define ENGINE_OVERRIDE_PART_H

#include "engine/override.h"

/* A rate that an override made of another, or that differs from it in entitlement alone. */
struct made {
	const struct rate *base;
	const struct rate *list; /* whose commit rate goes with it */
	bool entitled;
	struct rate *rate;
	struct made *next;
};

struct override_use {
	const struct override *v;
	struct made *made;
};

struct override_uses {
	struct arena *arena;
	struct override_use **p; /* by start; those of an instant in no order */
	size_t n;
	size_t begun;              /* of them, up to the instant asked for last */
	struct override_uses *now; /* those that hold then; NULL: none was asked for */
	size_t *at_commit_rate;    /* by draw terms: 1 for those at the commit rate; or NULL */
	enum override_order order;
	struct made *entitled; /* rates of the card, otherwise entitled */
};

/*
 * The override is for the line. by: who draws, for one that is commit-specific; NULL:
 * whoever it is. price: for its price, which a subscription keeps where no frequency is named.
 */
bool override_fits(const struct override *v, const struct priced_line *line,
	const struct commit *by, bool price);

#endif
