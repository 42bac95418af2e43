/*
 * billed - whether all usage that may draw a balance is on final invoices.
 *
 * Shape      a contract bills its usage period by period; a balance is settled when
 *            every usage invoice that overlaps its window is final, and every one
 *            with a fee of a subscription that begins in it and that it may pay, of every
 *            contract that may draw it.
 * Errors     those of the store.
 * Source     mtr-pricing(7), Balances.
 */
#ifndef TASKS_BILLED_H
#define TASKS_BILLED_H

#include "tasks/accounts.h"

/*
 * Of the commit in [its first start, end). owner: whose own it is; of a customer's
 * balance every account that it serves counts. also (may be NULL): ids of invoices
 * that count as final.
 */
bool commit_is_billed(struct store *st, const struct accounts *all, const struct account *owner,
	const struct commit *c, int64_t start_ns, int64_t end_ns, const struct map *also,
	struct arena *a, bool *billed, struct err *e);

#endif
