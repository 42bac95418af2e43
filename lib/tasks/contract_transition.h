/*
 * contract_transition - a contract that renews another one.
 *
 * Shape      the old contract ends where the new one starts, if it would go on; its
 *            recurring schedules stop there, what is due once stays. It gets a new
 *            version in the transaction that makes the new one. A contract is renewed
 *            once.
 * Errors     not_found, ambiguous_name, archived, renewed;
 *            contract.transition.from_contract_id of another customer's contract, and of
 *            one that starts when the new one does or later; billed where final invoices
 *            bill usage behind the new start.
 * Source     mtr-pricing(7), Renewals.
 */
#ifndef TASKS_CONTRACT_TRANSITION_H
#define TASKS_CONTRACT_TRANSITION_H

#include "domain/contract.h"
#include "store/store.h"

/* Who is renewed; *old_contract is it, where there is a transition. */
bool transition_resolve(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct contract *old_contract, struct err *closed, struct err *e);

/* The new contract is stored: end the old one. */
bool transition_apply(struct store *st, const struct contract *c,
	const struct contract *old_contract, struct arena *a, struct err *e);

#endif
