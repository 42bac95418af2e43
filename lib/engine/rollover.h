/*
 * rollover - what goes on from one contract to the one that renews it.
 *
 * Shape      of each commit and credit of the old contract that has a rollover
 *            fraction (children of recurring items too) the segments that are open up
 *            to the renewal: they began before it, and end with it or would go on. Each
 *            hands on min(what is left, fraction x amount) to a segment of a commit on
 *            the new contract: of the same kind, for the same products, without an
 *            invoice, and without a rollover of its own. It lasts as transition.h says.
 *            How much it is follows from the ledger of the old segment, and is not known
 *            here: the new segment has its source, and no amount.
 * Units      stored units of the commit.
 * Ownership  in the arena; the contracts given are borrowed.
 * Order      behind the commits and children of the new contract, as on the old one. Ids
 *            follow from those of the old commit, the segment, and the new contract.
 * Source     mtr-pricing(7), Renewals.
 * Example    100,000 with fraction 0.5: of 10,000 left all go on, of 80,000 half of
 *            100,000.
 */
#ifndef ENGINE_ROLLOVER_H
#define ENGINE_ROLLOVER_H

#include "domain/contract.h"

/* A contract that is renewed: its segments with their caps, and where they go on. */
struct contract rollover_mark(const struct contract *c, struct arena *a);

/* The new contract with what it got; from: the old one, with its children, marked. */
struct contract rollover_expand(const struct contract *c, const struct contract *from,
	struct arena *a);

/*
 * What goes on of a marked segment: left is what there is of it at the renewal, drawn what
 * final invoices took from the rollover already.
 */
struct rat rollover_amount(const struct access_segment *s, struct rat left, struct rat drawn);

#endif
