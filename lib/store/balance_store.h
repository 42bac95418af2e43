/*
 * balance_store - balances of customers, a version a row.
 *
 * Shape      the newest version of an id holds. A uniqueness_key belongs to one
 *            balance for ever.
 * Errors     not_found; balance.uniqueness_key where it is used; ERR_FATAL of the
 *            store.
 * Order      lists by creation.
 */
#ifndef STORE_BALANCE_STORE_H
#define STORE_BALANCE_STORE_H

#include "domain/customer_balance.h"
#include "store/reference.h"

/* A new version; ids and references are resolved. */
bool balance_store_put(struct store *st, struct customer_balance *b, struct arena *a,
	struct err *e);
bool balance_store_get(struct store *st, struct str id, struct arena *a,
	struct customer_balance *out, struct err *e);

/* Those of one customer (empty: all) that are not archived; then with the archived. */
bool balance_store_load(struct store *st, struct str customer_id, struct arena *a,
	struct customer_balance **out, size_t *n, struct err *e);
bool balance_store_load_all(struct store *st, struct str customer_id, struct arena *a,
	struct customer_balance **out, size_t *n, struct err *e);

/* Archive every balance of a customer that is not archived yet. */
bool balance_store_archive_all(struct store *st, struct str customer_id, int64_t now_ns,
	struct arena *a, struct err *e);

/* The balance that bears a uniqueness_key; *found false where none does. */
bool balance_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id,
	bool *found, struct err *e);

#endif
