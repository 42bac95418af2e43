/*
 * contract_amend - add terms to a contract from a date on: the older form of an edit.
 *
 * Shape      the body names a contract and its customer, an instant of the
 *            contract's time on the hour, and holds lists as a new contract does.
 *            They are parts of an edit under shorter names: what comes out is the
 *            same version that contract_edit makes of add_commits and so on.
 *            Accesses, overrides and dates of charges may not lie before the
 *            instant; what a commit costs may be due earlier.
 * Errors     those of contract_edit, codes contract.LIST.FIELD;
 *            contract.starting_at.
 * Source     mtr-contract(1), amend; mtr-json(5), Contract edits.
 */
#ifndef TASKS_CONTRACT_AMEND_H
#define TASKS_CONTRACT_AMEND_H

#include "domain/contract.h"
#include "store/store.h"

bool contract_amend(struct store *st, const struct json *j, bool csv, int64_t now_ns,
	struct arena *a, struct contract *out, struct err *e);

#endif
