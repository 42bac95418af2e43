/*
 * override_terms - overrides of a contract as they are made.
 *
 * Shape      those from the first-th of the contract's list on, which the body has
 *            under the name `list`. References to products are resolved first; ids
 *            are made; then what draws is linked, since commits have their ids by
 *            then: the contract's own, children that have begun by now, or are
 *            the next to begin, by their ids, and balances of its customer.
 * Errors     not_found, ambiguous_name, id_taken; contract.LIST.FIELD where the rate
 *            card does not have what is overridden. Fields are paths:
 *            "overrides[1].override_specifiers[0].product_id".
 */
#ifndef TASKS_OVERRIDE_TERMS_H
#define TASKS_OVERRIDE_TERMS_H

#include "domain/contract.h"
#include "store/store.h"

bool overrides_resolve(struct store *st, struct contract *c, const char *list, size_t first,
	int64_t now_ns, struct arena *a, struct err *e);
bool overrides_new_ids(struct store *st, struct contract *c, const char *list, size_t first,
	struct arena *a, struct err *e);
/* Where the contract that counts as this one has them. */
void overrides_borrow_ids(struct contract *wanted, const struct contract *there);
/* After commits have their ids. */
bool overrides_link(struct store *st, struct contract *c, const char *list, size_t first,
	int64_t now_ns, struct arena *a, struct err *e);
/* What they ask of the rate card. */
bool overrides_check(struct store *st, const struct contract *c, const char *list, size_t first,
	struct arena *a, struct err *e);

#endif
