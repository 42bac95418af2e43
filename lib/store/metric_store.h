/*
 * metric_store - billable metrics, a version a row.
 *
 * Errors     not_found; ERR_FATAL of the store.
 * Order      lists by creation.
 */
#ifndef STORE_METRIC_STORE_H
#define STORE_METRIC_STORE_H

#include "domain/metric.h"
#include "store/reference.h"

/* A new version; m->id is registered already. created_at comes back. */
bool metric_store_put(struct store *st, struct metric *m, struct arena *a, struct err *e);
bool metric_store_get(struct store *st, struct str id, struct arena *a, struct metric *out,
	struct err *e);

/* visit gets a struct metric. */
bool metric_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e);

#endif
