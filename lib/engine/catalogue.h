/*
 * catalogue - what rating looks up: metrics, products, cards with their rates.
 *
 * Shape      filled once for a run, shared by all contracts. A priced product
 *            has its rates sorted by running number; a card its products in
 *            line order: those of its product_order, then the others in the order
 *            in which they first came onto the card.
 *            Metrics and products are put in through map_slot; cards by
 *            catalogue_add_card, after their products.
 * Ownership  the arena it was filled in; metrics, products and rates are borrowed.
 * Errors     catalogue_add_card: ERR_INPUT, the catalogue unchanged, where a rate
 *            names a product that is not there (not_found), has a unit that is
 *            neither the card's nor converted by it, or another than the rates of its
 *            product before it (rate.credit_type_id), or is a PERCENTAGE of what is no
 *            composite or the reverse (rate.rate_type).
 */
#ifndef ENGINE_CATALOGUE_H
#define ENGINE_CATALOGUE_H

#include "base/map.h"
#include "domain/contract.h"
#include "domain/customer.h"
#include "domain/metric.h"
#include "domain/product.h"
#include "domain/ratecard.h"

struct priced_product {
	const struct product *product;
	const struct rate **rates;     /* by seq */
	const struct rate **by_values; /* the same by pricing values, then seq */
	size_t nrates;
	const struct conversion *conversion; /* of the unit of its rates; NULL: the card's own */
};

struct priced_card {
	struct rate_card card;
	struct priced_product *products;
	size_t nproducts;
};

struct catalogue {
	struct map metrics;  /* id -> struct metric */
	struct map products; /* id -> struct product */
	struct map cards;    /* id -> struct priced_card */
};

/* What a product costs, in the card's own unit. */
struct rat priced_in_fiat(struct arena *a, const struct priced_product *p, struct rat cost);

void catalogue_init(struct catalogue *c, struct arena *a);
const struct metric *catalogue_metric(const struct catalogue *c, struct str id);
const struct product *catalogue_product(const struct catalogue *c, struct str id);
const struct priced_card *catalogue_card(const struct catalogue *c, struct str id);

/* Put a card's rates (in order of adding) under its products. */
bool catalogue_add_card(struct catalogue *c, struct arena *a, const struct rate_card *card,
	const struct rate *rates, size_t nrates, struct err *e);

/* Who is billed for what: one contract with all it refers to. */
struct account {
	const struct customer *customer;
	const struct contract *contract;
	const struct catalogue *catalogue;
	const struct account *const *siblings; /* of the customer, itself too, by creation */
	size_t nsiblings;                      /* 0: nothing asks for them */
};

#endif
