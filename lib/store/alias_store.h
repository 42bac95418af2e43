/*
 * alias_store - the aliases of rate cards and packages over time.
 *
 * Shape      rows belong to a version of their bearer; an alias that a new version
 *            keeps unchanged keeps the running number of its first assignment.
 *            How they are read is said in reference.h. Inside store only.
 * Errors     ERR_FATAL of the store.
 */
#ifndef STORE_ALIAS_STORE_H
#define STORE_ALIAS_STORE_H

#include "domain/alias.h"
#include "store/reference.h"

/* Those of the version seq of a rate card or a package. */
bool alias_store_put(struct store *st, enum noun n, struct str id,
	const struct dated_alias *aliases, size_t count, int64_t seq, struct err *e);

#endif
