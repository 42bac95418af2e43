/*
 * contract_history - the versions of a contract, and what each changed.
 *
 * Shape      one object for each version after the first, whatever made it: an edit, an
 *            end, a renewal, an adjustment of a commit's terms, the archiving of its
 *            customer. It has an id that follows from contract and version, the instant of
 *            recording, tool and verb, and the members of the stored terms that differ:
 *            before, after or both.
 * Order      by recording; members as codec/json_diff.h.
 * Errors     those of the store.
 * Source     mtr-json(5), Contract history.
 */
#ifndef TASKS_CONTRACT_HISTORY_H
#define TASKS_CONTRACT_HISTORY_H

#include "store/contract_store.h"

struct contract_history {
	struct contract_version *versions; /* the first is how it was made */
	size_t n;
};

bool contract_history_read(struct store *st, struct str id, struct arena *a,
	struct contract_history *out, struct err *e);

/* The i-th version, from 1 on, against the one before. */
struct contract_step {
	const struct contract_history *history;
	size_t i;
};
void contract_step_to_json(struct jsonw *w, const struct contract_step *s);

#endif
