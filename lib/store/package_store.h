/*
 * package_store - packages with their aliases over time.
 *
 * Shape      a package is a version a row: made, then archived. A uniqueness_key
 *            belongs to one package for ever, archived or not.
 * Errors     not_found; package.uniqueness_key where it is used; ERR_FATAL of the
 *            store.
 * Order      by creation.
 */
#ifndef STORE_PACKAGE_STORE_H
#define STORE_PACKAGE_STORE_H

#include "domain/package.h"
#include "store/reference.h"

bool package_store_put(struct store *st, struct package *p, struct arena *a, struct err *e);
bool package_store_get(struct store *st, struct str id, struct arena *a, struct package *out,
	struct err *e);
/* visit gets a struct package. */
bool package_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e);
/* The package that bears a uniqueness_key; *found false where none does. */
bool package_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id,
	bool *found, struct err *e);

#endif
