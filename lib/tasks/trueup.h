/*
 * trueup - the invoices of what is missing of postpaid commits.
 *
 * Shape      a promise is trued up when its date and its window (its contract's end,
 *            where that is earlier) have passed, and every usage invoice that
 *            overlaps the window is final or becomes so in the same run. Until
 *            then its invoice is a draft. There is none where nothing is missing,
 *            and none once it is final.
 * Units      stored units of the commit.
 * Errors     those of the store; an invoice that cannot be dated is *failed.
 * Source     mtr-pricing(7), Balances.
 */
#ifndef TASKS_TRUEUP_H
#define TASKS_TRUEUP_H

#include "domain/invoice.h"
#include "engine/burndown.h"
#include "tasks/accounts.h"

struct trueup_request {
	struct store *store;
	const struct accounts *accounts;
	struct purse_pool *pool; /* what usage invoices have left */
	const struct map *given; /* by hand: segment id -> struct rat */
	const struct map *also;  /* ids of usage invoices that count as final */
	int64_t now_ns;
	bool drafts; /* those that are not due too */
	struct arena *arena;
};

enum trueup { TRUEUP_NONE, TRUEUP_OPEN, TRUEUP_FAILED };

/* The account bills the commit. *failed says why it is TRUEUP_FAILED. */
bool trueup_make(const struct trueup_request *r, const struct account *acct,
	const struct commit *commit, enum trueup *state, struct invoice *out, bool *due,
	struct err *failed, struct err *e);

/* The invoice of a commit that this contract bills is final. */
bool trueup_is_final(struct store *st, struct str contract_id, struct str commit_id,
	struct arena *a, bool *final, struct err *e);

#endif
