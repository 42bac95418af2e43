/*
 * contract_expand - a contract with all commits and credits that follow from its terms.
 *
 * Shape      those of recurring items by an instant (engine/recurring.h), and what was
 *            rolled over from the contract it renews (engine/rollover.h); of a contract
 *            that is renewed itself, what goes on is marked.
 * Ownership  in the arena; the contract given is borrowed.
 * Errors     those of the store.
 */
#ifndef STORE_CONTRACT_EXPAND_H
#define STORE_CONTRACT_EXPAND_H

#include "domain/contract.h"
#include "store/store.h"

bool contract_expand(struct store *st, const struct contract *c, int64_t until_ns, struct arena *a,
	struct contract *out, struct err *e);

#endif
