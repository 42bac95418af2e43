/*
 * card order tasks - put the products of a rate card in order.
 *
 * Errors     not_found, ambiguous_name, archived (the card); codes of card_order.h;
 *            rate_card.product_order and rate_card.product_moves.product_id where a
 *            product has no rate on the card, or stands there twice.
 */
#ifndef TASKS_CARD_ORDER_H
#define TASKS_CARD_ORDER_H

#include "domain/card_order.h"
#include "domain/ratecard.h"
#include "store/store.h"

/* *card has its product_order then. */
bool card_order_set(struct store *st, struct str card_ref, const struct card_order_change *change,
	int64_t now_ns, struct arena *a, struct rate_card *card, struct err *e);

#endif
