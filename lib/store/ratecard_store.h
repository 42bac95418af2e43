/*
 * ratecard_store - rate cards with their aliases over time, and rates.
 *
 * Shape      a card is a version a row; an alias that a new version keeps
 *            unchanged keeps the running number of its first assignment. Rates
 *            are only added.
 * Errors     not_found; ERR_FATAL of the store.
 * Order      cards by creation, rates by running number.
 */
#ifndef STORE_RATECARD_STORE_H
#define STORE_RATECARD_STORE_H

#include "domain/ratecard.h"
#include "store/reference.h"

bool rate_card_store_put(struct store *st, struct rate_card *c, struct arena *a, struct err *e);
bool rate_card_store_get(struct store *st, struct str id, struct arena *a, struct rate_card *out,
	struct err *e);
/* visit gets a struct rate_card. */
bool rate_card_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e);

/* Add a rate; id and references are resolved. seq and created_at come back. */
bool rate_store_add(struct store *st, struct rate *r, struct arena *a, struct err *e);
/* The unit that the rates of a product on a card are in; *found false: it has none yet. */
bool rate_store_unit(struct store *st, const struct rate_card *card, struct str product_id,
	struct arena *a, struct unit *out, bool *found, struct err *e);
/* Every rate of a card, or of one product on it (empty: all). */
bool rate_store_load(struct store *st, struct str rate_card_id, struct str product_id,
	struct arena *a, struct rate **out, size_t *n, struct err *e);
#endif
