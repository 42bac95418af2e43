/*
 * threshold_terms - the thresholds of a contract, when it is made or edited.
 *
 * Shape      references are resolved, and the unit of each threshold is settled: the
 *            card's fiat unit (a contract without a card: USD) or one that the card
 *            converts. threshold_worth says what one of the unit costs.
 * Errors     those of terms.h; contract.CONFIGURATION.FIELD for a unit that the card does
 *            not have, amounts below what they must be worth, or a cap on a tracker of
 *            another unit than the price.
 * Source     mtr-json(5), Thresholds; mtr-pricing(7), Thresholds.
 */
#ifndef TASKS_THRESHOLD_TERMS_H
#define TASKS_THRESHOLD_TERMS_H

#include "domain/contract.h"
#include "domain/ratecard.h"
#include "store/store.h"

/* All that the contract has; one of them, which it has. */
bool thresholds_resolve(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct err *closed, struct err *e);
bool threshold_resolve(struct store *st, struct contract *c, enum threshold_kind kind,
	int64_t now_ns, struct arena *a, struct err *closed, struct err *e);
/* card NULL: the contract has none. False: the card does not convert the unit. */
bool threshold_worth(const struct rate_card *card, const struct unit *u, struct unit *fiat,
	struct rat *fiat_each);

#endif
