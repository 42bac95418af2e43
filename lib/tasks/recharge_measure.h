/*
 * recharge_measure - what thresholds measure: balances, and what was spent (inside tasks).
 *
 * Shape      read once for all contracts of a run, each measure only where some threshold
 *            wants it; measure_of adds up for one contract.
 * Units      stored units of the threshold's unit.
 * Errors     those of the store; contracts that cannot be rated are failures of each
 *            measure, and nothing is to be asked about their customers then.
 * Source     mtr-pricing(7), Thresholds.
 */
#ifndef TASKS_RECHARGE_MEASURE_H
#define TASKS_RECHARGE_MEASURE_H

#include "base/map.h"
#include "tasks/recharge.h"

struct measure_failures {
	const struct invoice_failure *p;
	size_t n;
};

struct measures {
	struct map balances; /* customer id -> its first struct owned */
	struct map spent;    /* contract id -> struct rat */
	struct measure_failures failures[THRESHOLDS];
};

/* customer_id: empty for all. */
bool measures_read(struct store *st, const struct recharge_request *r, struct str customer_id,
	const bool wants[THRESHOLDS], struct arena *a, struct measures *out, struct err *e);
struct rat measure_of(const struct measures *m, const struct contract *c, enum threshold_kind kind,
	struct arena *a);

#endif
