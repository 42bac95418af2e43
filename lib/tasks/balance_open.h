/*
 * balance_open - one commit or credit, to change it.
 *
 * Shape      the newest terms of the contract or of the customer's balance that
 *            it stands in; put back they are a new version. A child of a
 *            recurring item has no terms of its own.
 * Errors     those of balance_find, under the field given; archived.
 * Source     mtr-balance(1).
 */
#ifndef TASKS_BALANCE_OPEN_H
#define TASKS_BALANCE_OPEN_H

#include "domain/contract.h"
#include "domain/customer_balance.h"
#include "tasks/balance_find.h"

struct open_balance {
	struct commit_place place;
	struct contract contract;        /* that it stands in; children among its commits */
	struct customer_balance balance; /* or this, where place.contract_id is empty */
	struct commit *commit;           /* in one of the two */
	bool is_child;
};

/* until_ns as in balance_find.h. */
bool balance_open(struct store *st, const char *field, struct str ref, int64_t until_ns,
	struct arena *a, struct open_balance *out, struct err *e);
/* Not of children. */
bool balance_put(struct store *st, struct open_balance *b, struct arena *a, struct err *e);
/* The contract whose invoices bill it; empty: none does. */
struct str balance_biller(const struct open_balance *b);

/* Its terms, as they were stored. */
void open_balance_to_json(struct jsonw *w, const struct open_balance *b);

#endif
