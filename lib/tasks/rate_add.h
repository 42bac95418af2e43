/*
 * rate adding tasks - put rates on cards, thousands in one request.
 *
 * Shape      one struct rate_adding goes through all rates of a request: it knows the
 *            product of the last one, since a price list names the same ones again and
 *            again, and what was given at which place.
 * Errors     not_found, ambiguous_name, id_taken, archived; codes of the noun;
 *            rate.product_id where the price of such a product stands on the contract;
 *            rate.rate_type and rate.billing_frequency where they do not suit the
 *            product; rate.pricing_group_values where they are not exactly its pricing
 *            keys; rate.credit_type_id where its rates on the card are in another unit;
 *            rate.conflict where the request gives two prices from one start on, for one
 *            product, values, frequency and unit, and only their order would decide.
 * Source     mtr-pricing(7), Rates.
 */
#ifndef TASKS_RATE_ADD_H
#define TASKS_RATE_ADD_H

#include "base/map.h"
#include "domain/product.h"
#include "domain/ratecard.h"
#include "store/store.h"

struct rate_adding {
	struct store *st;
	int64_t now_ns;
	struct arena *arena;
	struct map given; /* place and start -> who gave a rate there */

	/* the product of the last rate; ref empty: none */
	struct str card_id;
	struct str ref;
	struct product product;
	bool has_unit; /* of its rates on the card */
	struct unit unit;
};

void rate_adding_init(struct rate_adding *x, struct store *st, int64_t now_ns, struct arena *a);

/*
 * Store one rate of a card that is open (rate_card_open). Its product is resolved, its id
 * made. where: how a message calls the record, "rates.csv:3".
 */
bool rate_add(struct rate_adding *x, const struct rate_card *card, struct str where, struct rate *r,
	struct err *e);

#endif
