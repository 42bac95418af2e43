/*
 * contract_edit - change the terms of a contract that is there.
 *
 * Shape      the body names a contract and its customer, and holds parts: keys
 *            that begin with add_, update_, archive_ or remove_. They change the
 *            newest terms, in the order of the table; what comes out is checked
 *            as a whole and stored as a new version. All or nothing. A commit
 *            that waits for its payment is checked with the rest, but not stored:
 *            it becomes a request, which release (recharge.h) answers.
 * Errors     not_found, ambiguous_name, archived; contract.uniqueness_key where an
 *            edit has it already; codes of the parts, of which billed says that a
 *            final invoice stands in the way.
 * Source     mtr-contract(1), edit; mtr-json(5), Contract edits.
 */
#ifndef TASKS_CONTRACT_EDIT_H
#define TASKS_CONTRACT_EDIT_H

#include "domain/recharge.h"
#include "store/store.h"

struct edited {
	struct contract contract;
	struct recharge *requests; /* for payments, in the order of the body */
	size_t nrequests;
};

bool contract_edit(struct store *st, const struct json *j, bool csv, int64_t now_ns,
	struct arena *a, struct edited *out, struct err *e);

#endif
