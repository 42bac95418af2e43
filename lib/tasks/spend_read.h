/*
 * spend_read - what the spend trackers of a contract have counted.
 *
 * Shape      fills in has_spent, spent and the period of each tracker, as of an instant;
 *            a contract that is archived has none of it any more.
 * Errors     those of the store.
 * Source     engine/spend.h; mtr-json(5), Spend trackers.
 */
#ifndef TASKS_SPEND_READ_H
#define TASKS_SPEND_READ_H

#include "domain/contract.h"
#include "store/store.h"

/* The trackers of *c are replaced by copies. */
bool spend_read(struct store *st, struct contract *c, int64_t at_ns, struct arena *a,
	struct err *e);

#endif
