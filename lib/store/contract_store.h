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

/* Those made of a package that hold at an instant; INSTANT_NONE: whenever. */
bool contract_store_of_package(struct store *st, const struct page *p, struct str package_id,
	int64_t covering_ns, object_visit visit, void *ctx, struct err *e);

/* All, or those of one customer, into an array, without the archived; then with them. */
bool contract_store_load(struct store *st, struct str customer_id, struct arena *a,
	struct contract **out, size_t *n, struct err *e);
bool contract_store_load_all(struct store *st, struct str customer_id, struct arena *a,
	struct contract **out, size_t *n, struct err *e);

/* One version of a contract, and what made it. */
struct contract_version {
	struct contract contract;
	struct str terms; /* canonical JSON */
	int64_t recorded_at_ns;
	struct str tool;
	struct str verb;
};

/* Every version of a contract, from the first one on. */
bool contract_store_versions(struct store *st, struct str id, struct arena *a,
	struct contract_version **out, size_t *n, struct err *e);

/* The key of an edit, whose version c is; refused where another edit has it. */
bool contract_edit_store_put(struct store *st, const struct contract *c, struct str key,
	struct arena *a, struct err *e);

/* The contract that bears a uniqueness_key; *found false where none does. */
bool contract_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id,
	bool *found, struct err *e);

/* Archive every contract of a customer that is not archived yet. */
bool contract_store_archive_all(struct store *st, struct str customer_id, int64_t now_ns,
	struct arena *a, struct err *e);

#endif
