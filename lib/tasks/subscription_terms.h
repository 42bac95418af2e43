/*
 * subscription_terms - the subscriptions of a contract, when it is made or edited.
 *
 * Shape      the product is resolved, and the contract's card must have a rate of it at
 *            the billing frequency; subscriptions get their ids, and then recurring
 *            items name them by these.
 * Errors     those of terms.h; contract.LIST.subscription_rate where the product is of
 *            another type, or no rate matches.
 * Source     mtr-json(5), Subscriptions.
 */
#ifndef TASKS_SUBSCRIPTION_TERMS_H
#define TASKS_SUBSCRIPTION_TERMS_H

#include "domain/contract.h"
#include "store/store.h"

/* From the first-th on; list: the name under which they stand in the body. */
bool subscriptions_resolve(struct store *st, struct contract *c, const char *list, size_t first,
	int64_t now_ns, struct arena *a, struct err *closed, struct err *e);
bool subscriptions_new_ids(struct store *st, struct contract *c, const char *list, size_t first,
	struct arena *a, struct err *e);
void subscriptions_borrow_ids(struct contract *wanted, const struct contract *there,
	struct arena *a);

#endif
