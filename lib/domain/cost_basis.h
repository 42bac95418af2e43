/*
 * cost_basis - what a balance was paid with, for each unit that it grants.
 *
 * Shape      paid by granted: the dates of the invoice schedule together, by the
 *            segments together. A credit, or a commit without anything to pay,
 *            costs nothing. What is adjusted by hand does not count. What was
 *            rolled over cost what it did before.
 * Units      stored units of the schedule's unit, per stored unit of access; where
 *            both are of one unit, a ratio.
 * Rounding   none.
 * Range      there is none where something is paid and nothing granted. Of a postpaid
 *            commit it is 1: it is paid as it is used.
 * Source     mtr-pricing(7), Balances; mtr-balance(1), rollforward.
 * Example    80 USD paid for 100 USD: 0.8; for 1,000 credits: 8 cents each.
 */
#ifndef DOMAIN_COST_BASIS_H
#define DOMAIN_COST_BASIS_H

#include "domain/commit.h"

struct cost_basis {
	struct unit unit; /* of what is paid; of a free balance that of its access */
	struct rat each;  /* >= 0 */
};

/* False: it has none. */
bool cost_basis_of(struct arena *a, const struct commit *c, struct cost_basis *out);

#endif
