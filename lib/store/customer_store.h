/*
 * customer_store - customers and their ingest aliases.
 *
 * Shape      each put adds a version; the newest holds. An alias belongs to
 *            one customer, archived ones too, and is no other customer's id.
 * Errors     customer.ingest_aliases where an alias is taken, id_taken where
 *            the id of a new customer is one, both naming the holder;
 *            ERR_FATAL of the store.
 * Order      lists by creation.
 */
#ifndef STORE_CUSTOMER_STORE_H
#define STORE_CUSTOMER_STORE_H

#include "domain/customer.h"
#include "store/reference.h"

/* A new version; c->id is registered already. updated_at comes back. */
bool customer_store_put(struct store *st, struct customer *c, struct arena *a, struct err *e);
bool customer_store_get(struct store *st, struct str id, struct arena *a, struct customer *out,
	struct err *e);

/* visit gets a struct customer. */
bool customer_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e);

/* The customer an event's customer_id names, by id or alias; *found false where none does. */
bool customer_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id,
	bool *found, struct err *e);

#endif
