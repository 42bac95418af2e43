/*
 * contract_store - contracts, a version a row.
 *
 * Shape      the newest version of an id holds. A uniqueness_key belongs to one
 *            contract for ever, archived or not.
 * Errors     contract.uniqueness_key where it is used (refused by put, naming
 *            the contract); ERR_FATAL of the store.
 * Order      lists by creation.
 */
#ifndef STORE_CONTRACT_STORE_H
#define STORE_CONTRACT_STORE_H

#include "domain/contract.h"
#include "store/reference.h"

/* A new version; ids and references are resolved. */
bool contract_store_put(struct store *st, struct contract *c, struct arena *a, struct err *e);
bool contract_store_get(struct store *st, struct str id, struct arena *a, struct contract *out,
	struct err *e);

/* All, or those of one customer (empty: all). visit gets a struct contract. */
bool contract_store_list(struct store *st, const struct page *p, struct str customer_id,
	object_visit visit, void *ctx, struct err *e);

/* The same into an array, without the archived. */
bool contract_store_load(struct store *st, struct str customer_id, struct arena *a,
	struct contract **out, size_t *n, struct err *e);

/* The contract that bears a uniqueness_key; *found false where none does. */
bool contract_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id,
	bool *found, struct err *e);

/* Archive every contract of a customer that is not archived yet. */
bool contract_store_archive_all(struct store *st, struct str customer_id, int64_t now_ns,
	struct arena *a, struct err *e);

#endif
