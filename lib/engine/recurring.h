/*
 * recurring - the commits and credits that recurring items have given by an instant.
 *
 * Shape      a child for each period of the item's grid that begins by then, and
 *            the one after it. A child lives for the item's duration, cut at the
 *            end of item and contract; its amount is prorated by the hours of its
 *            own first period that are cut off, at the front (FIRST), at the end
 *            (LAST) or both; only a prorated amount is rounded. A commit's is
 *            billed at its start in the same proportion.
 * Ownership  children live in the arena; the contract given is borrowed.
 * Order      behind the contract's own: recurring commits, then credits, in
 *            document order, children by start. Ids follow from item and start.
 * Source     mtr-pricing(7), Balances.
 * Example    100 a month from January 15 on the statements' grid: 17/31 of 100.
 */
#ifndef ENGINE_RECURRING_H
#define ENGINE_RECURRING_H

#include "domain/contract.h"

/* The contract with the children among its commits. */
struct contract recurring_expand(const struct contract *c, int64_t until_ns, struct arena *a);

#endif
