/*
 * accounts - load what rating needs: contracts, customers, the catalogue.
 *
 * Shape      every contract that is not archived (of one customer or alone where
 *            asked), with its customer, card, rates, products and metrics, and
 *            the products that commits and composite products name; each object
 *            is read once.
 * Errors     those of the store.
 * Order      accounts by the contracts' creation.
 */
#ifndef TASKS_ACCOUNTS_H
#define TASKS_ACCOUNTS_H

#include "engine/catalogue.h"
#include "store/store.h"

struct accounts {
	struct account *p;
	size_t n;
	struct catalogue catalogue;
	struct map customers; /* id -> struct customer */
};

/* customer_id, contract_id: empty for all. */
bool accounts_load(struct store *st, struct str customer_id, struct str contract_id,
	struct arena *a, struct accounts *out, struct err *e);

#endif
