/*
 * balance_create - a commit or credit that belongs to a customer.
 *
 * Shape      references are resolved here: the customer, its contracts that may
 *            draw the balance and the one that bills it, the products.
 * Errors     not_found, ambiguous_name, id_taken, differs, archived (customer,
 *            contract, product); balance.FIELD of a contract that is another
 *            customer's or named twice; balance.uniqueness_key where it is used;
 *            contract.net_payment_terms_days where an invoice would be due out of
 *            the range of instants.
 * Order      with if_absent: what is "there" has the id given, else the
 *            uniqueness_key, else the name among the customer's balances that are
 *            not archived.
 */
#ifndef TASKS_BALANCE_CREATE_H
#define TASKS_BALANCE_CREATE_H

#include "domain/customer_balance.h"
#include "store/store.h"

bool balance_create(struct store *st, struct customer_balance *b, bool if_absent, int64_t now_ns,
	struct arena *a, struct customer_balance *out, struct err *e);

#endif
