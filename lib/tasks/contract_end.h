/*
 * contract_end - the end of a contract that is there, and what it takes with it.
 *
 * Shape      set-end, an edit and a renewal end a contract the same way: access is
 *            cut, usage is billed up to the end. An earlier end drops the dates of
 *            schedules at or after it that are not billed (of commits and charges, not
 *            true-ups); a renewal those of recurring schedules alone. A later end
 *            lengthens nothing but the contract. What is final stays.
 * Errors     renewed where a contract renews this one; billed where the end must not
 *            precede what final invoices bill, and where a segment would grant less than
 *            they drew.
 * Source     mtr-contract(1), set-end; mtr-pricing(7), Ends.
 */
#ifndef TASKS_CONTRACT_END_H
#define TASKS_CONTRACT_END_H

#include "domain/contract.h"
#include "store/store.h"

/* These change terms, and store nothing. end_ns INSTANT_NONE: the contract goes on. */
bool contract_end_at(struct store *st, struct contract *c, int64_t end_ns, struct arena *a,
	struct err *e);
/* The same without a look at schedules. */
void contract_cut_to(struct contract *c, int64_t end_ns, struct arena *a);
/* Recurring schedules stop at the instant. */
bool contract_stop_rules(struct store *st, struct contract *c, int64_t at_ns, struct arena *a,
	struct err *e);

/* The contract may end then: it is not renewed, and where it must not, nothing final is later. */
bool contract_check_end(struct store *st, const struct contract *c, int64_t end_ns,
	bool may_end_before_final, struct err *e);

/* After a change segments grant what final invoices drew of them, at least. */
bool contract_check_drawn(struct store *st, const struct contract *before,
	const struct contract *after, struct arena *a, struct err *e);

bool contract_set_end(struct store *st, struct str id, int64_t end_ns, bool may_end_before_final,
	struct arena *a, struct contract *out, struct err *e);

#endif
