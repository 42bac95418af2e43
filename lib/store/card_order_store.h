/*
 * card_order_store - the order of products on rate cards.
 *
 * Shape      each setting of an order is a change with its rows; the last one holds.
 * Errors     ERR_FATAL of the store.
 */
#ifndef STORE_CARD_ORDER_STORE_H
#define STORE_CARD_ORDER_STORE_H

#include "domain/common.h"
#include "store/store.h"

/* Set the order, complete or not; product ids. */
bool card_order_put(struct store *st, struct str card_id, const struct texts *order,
	struct arena *a, struct err *e);
/* What was set last; none: out->n 0. */
bool card_order_load(struct store *st, struct str card_id, struct arena *a, struct texts *out,
	struct err *e);
/* Ids of the products of a card, in the order in which they first came onto it. */
bool card_products_load(struct store *st, struct str card_id, struct arena *a, struct texts *out,
	struct err *e);

#endif
