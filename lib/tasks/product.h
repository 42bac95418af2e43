/*
 * product tasks - create, update (a dated version), archive.
 *
 * Errors     not_found, ambiguous_name, id_taken, differs, archived (product,
 *            metric); codes of the noun; group_key_missing where no group key of the
 *            metric holds the union of pricing and presentation keys;
 *            product.composite_product_ids where one is named twice; those of
 *            composite.h.
 * Order      create with if_absent: see absent.h. A product is there by the name
 *            it bears now or bore first; it is compared as it was created.
 */
#ifndef TASKS_PRODUCT_H
#define TASKS_PRODUCT_H

#include "domain/product.h"
#include "store/store.h"

bool product_create(struct store *st, struct product *p, bool if_absent, int64_t now_ns,
	struct arena *a, struct product *out, struct err *e);
bool product_update(struct store *st, struct str ref, struct product_version *v, int64_t now_ns,
	struct arena *a, struct product *out, struct err *e);
/* Rates that are there keep working; new ones are refused. Again: no change. */
bool product_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct product *out, struct err *e);

/*
 * References to products, each to another one; code refuses a second. path:
 * "composite_product_ids".
 */
bool products_resolve(struct store *st, const char *path, const char *code, struct texts *refs,
	int64_t now_ns, struct arena *a, struct err *e);

#endif
