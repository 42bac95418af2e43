/*
 * product_store - products and their dated versions.
 *
 * Shape      a product row says type and archival; each version of its terms is
 *            a row of its own, never changed.
 * Errors     not_found; ERR_FATAL of the store.
 * Order      lists by creation; versions by starting_at, then running number.
 */
#ifndef STORE_PRODUCT_STORE_H
#define STORE_PRODUCT_STORE_H

#include "domain/product.h"
#include "store/reference.h"

/* A new product with its initial version, or (when it is there) its archival. */
bool product_store_put(struct store *st, struct product *p, struct arena *a, struct err *e);
/* One more version of a product that is there; seq and created_at come back. */
bool product_store_add_version(struct store *st, struct str product_id, struct product_version *v,
	struct arena *a, struct err *e);
bool product_store_get(struct store *st, struct str id, struct arena *a, struct product *out,
	struct err *e);

/* visit gets a struct product. */
bool product_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e);

#endif
