/*
 * contract tasks - create.
 *
 * Shape      references are resolved here: the customer, the card (an alias as
 *            of the contract's start), the products of scheduled charges and
 *            commits, and those that commits pay for.
 * Errors     not_found, ambiguous_name, id_taken, differs, archived (customer,
 *            card, product); codes of the noun; contract.uniqueness_key where
 *            it is used.
 * Order      create with if_absent: what is "there" has the id given, else the
 *            uniqueness_key, else the name among the customer's contracts that
 *            are not archived.
 */
#ifndef TASKS_CONTRACT_H
#define TASKS_CONTRACT_H

#include "domain/contract.h"
#include "store/store.h"

bool contract_create(struct store *st, struct contract *c, bool if_absent, int64_t now_ns,
	struct arena *a, struct contract *out, struct err *e);

/*
 * What contract_create says of the terms of a contract that is not made: nothing is stored, and
 * its customer is not looked at, nor what its overrides ask of the card.
 */
bool contract_try(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct err *e);

#endif
