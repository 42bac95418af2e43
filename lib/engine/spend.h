/*
 * spend - what was spent on commits, and what a recharge costs.
 *
 * Shape      a purchase is an item of the invoice schedule of a PREPAID commit that the
 *            contract bills, at its date; paid elsewhere it counts too. Of a recharge the
 *            part at a discount counts as discounted and the rest as not; any other
 *            purchase is MANUAL, discounted where its commit says so.
 *            A discount with a cap holds while the tracker stands below the cap: what
 *            would lift it beyond is at full price, from that very unit on. Where the
 *            tracker does not count what the recharge costs, nothing lifts it.
 * Units      prices in stored units of what is paid.
 * Rounding   none.
 * Order      pure. The contract holds the children of its recurring items, and the
 *            commits of its customer (tasks/accounts.h).
 * Source     mtr-pricing(7), Thresholds.
 * Example    300 cents to pay at fraction 9/10, 90 left to the cap: 90 buy 100 cents' worth,
 *            the other 200 cost 200: 290.
 */
#ifndef ENGINE_SPEND_H
#define ENGINE_SPEND_H

#include "domain/contract.h"

struct recharge_price {
	struct rat undiscounted;
	struct rat price;
	struct rat discounted; /* of the price */
};

/* Into t->spent and the period's bounds, up to at_ns. False: no billing period holds it. */
bool spend_track(struct arena *a, const struct contract *c, int64_t at_ns, struct spend_tracker *t);
/* A recharge that is bought now: each tracker that counts it. */
void spend_add_recharge(struct arena *a, struct spend_tracker *trackers, size_t n,
	const struct unit *paid_unit, struct rat price, struct rat discounted);
/* tracker: of the cap, tracked; NULL: none. worth: of what is bought. */
struct recharge_price recharge_price(struct arena *a, const struct threshold *t, struct rat worth,
	const struct spend_tracker *tracker);

#endif
