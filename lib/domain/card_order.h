/*
 * card_order - in which order the products of a rate card stand on invoices.
 *
 * Shape      an order names products of the card, each once; those it does not name
 *            follow in the order in which they first came onto the card. A change
 *            sets the whole order, or moves products one after the other: each is
 *            taken out, then put at its position, counted from 0.
 * Errors     ERR_INPUT, codes rate_card.product_order, rate_card.product_moves.FIELD.
 * Source     mtr-json(5), Rate cards; mtr-pricing(7), Lines.
 * Example    A B C; C to 0, then A to 2: C A B, then C B A.
 */
#ifndef DOMAIN_CARD_ORDER_H
#define DOMAIN_CARD_ORDER_H

#include "domain/common.h"

struct product_move {
	struct str product_id; /* a reference until it is resolved */
	int64_t position;
};

struct card_order_change {
	struct texts order; /* references until they are resolved */
	bool sets;          /* order, else moves */
	struct product_move *moves;
	size_t nmoves;
};

/* {"rate_card_id", "product_order":[...]} or {..., "product_moves":[{"product_id","position"}]} */
bool card_order_from_json(const struct json *j, bool csv, struct arena *a, struct str *card_ref,
	struct card_order_change *out, struct err *e);

/* What is named first, then the rest of all, each once. */
struct texts card_order_complete(const struct texts *named, const struct texts *all,
	struct arena *a);
/* The moves applied to a complete order, which holds their products. */
bool card_order_move(struct texts *order, const struct product_move *moves, size_t n,
	struct arena *a, struct err *e);

#endif
