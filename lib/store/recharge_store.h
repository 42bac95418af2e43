/*
 * recharge_store - requests for payments, of thresholds that fired and of edits.
 *
 * Shape      a version a row: the request, then its answer; the newest holds.
 * Errors     not_found; ERR_FATAL of the store.
 * Order      lists by the requests.
 */
#ifndef STORE_RECHARGE_STORE_H
#define STORE_RECHARGE_STORE_H

#include "domain/recharge.h"
#include "store/store.h"

/* A new version; the first one registers the workflow id. */
bool recharge_store_put(struct store *st, const struct recharge *r, struct arena *a, struct err *e);
bool recharge_store_get(struct store *st, struct str workflow_id, struct arena *a,
	struct recharge *out, struct err *e);
/* Those of one contract (empty: all); open: those that wait for an answer alone. */
bool recharge_store_load(struct store *st, struct str contract_id, bool open, struct arena *a,
	struct recharge **out, size_t *n, struct err *e);

#endif
