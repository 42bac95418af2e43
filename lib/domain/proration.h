/*
 * proration - how the amount of a period that is cut short is rounded.
 *
 * Shape      a number of places and a method; off: the amount stays exact.
 * Units      places count in stored units: -2 of USD are whole dollars.
 * Range      decimal_places -5..5; HALF_UP, FLOOR, CEILING.
 * Rounding   proration_round alone, of prorated amounts and prices only.
 * Errors     ERR_INPUT, codes PATH.decimal_places, PATH.rounding_method.
 * Source     mtr-pricing(7), Subscriptions, Balances.
 * Example    1964.51 cents at -2, HALF_UP: 2000.
 */
#ifndef DOMAIN_PRORATION_H
#define DOMAIN_PRORATION_H

#include "domain/common.h"

struct proration_rounding {
	bool on;
	int places;
	enum rat_round method;
};

/* Absent: off. */
void proration_rounding_from(struct obj *parent, const char *name, struct proration_rounding *r);
/* Nothing is written where it is off. */
void proration_rounding_member(struct jsonw *w, const char *key,
	const struct proration_rounding *r);
struct rat proration_round(struct arena *a, const struct proration_rounding *r, struct rat x);
const char *proration_method(const struct proration_rounding *r); /* "HALF_UP" */

#endif
