/*
 * unit_store - custom pricing units, a version a row.
 *
 * Shape      store_units is every custom unit there is, in the order of creation; it is
 *            read once in a transaction, and lasts until the store is closed.
 * Errors     not_found; ERR_FATAL of the store.
 * Order      lists by creation.
 */
#ifndef STORE_UNIT_STORE_H
#define STORE_UNIT_STORE_H

#include "domain/custom_unit.h"
#include "store/reference.h"

/* A new version; u->id is registered already. created_at comes back. */
bool unit_store_put(struct store *st, struct custom_unit *u, struct arena *a, struct err *e);
bool unit_store_get(struct store *st, struct str id, struct arena *a, struct custom_unit *out,
	struct err *e);

/* visit gets a struct custom_unit. */
bool unit_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e);

/* For every reader of amounts: a field may name a custom unit. */
bool store_units(struct store *st, const struct units **out, struct err *e);

/* Of the store itself: what it has read, and that it must be read again. NULL is nothing. */
struct custom_units;
void custom_units_forget(struct custom_units *u);
void custom_units_free(struct custom_units *u);

#endif
