/*
 * contract_price - what the products of a contract cost at an instant.
 *
 * Shape      one price for each product and combination of pricing values that the
 *            card or an OVERWRITE of the contract prices then, and each billing
 *            frequency; where overrides name presentation values, one more for each
 *            set of them. Only what is entitled.
 *            Beside it what balances that may be drawn then pay, where a
 *            commit-specific override makes that another price.
 * Ownership  the arena given; account and its card are borrowed.
 * Errors     those of purse_open.
 * Order      product order of the card, then pricing values, billing frequency (none
 *            first), presentation values (none first, then as overrides name them);
 *            balances in drawing order, a recurring item once.
 * Source     mtr-contract(1), rates.
 */
#ifndef ENGINE_CONTRACT_PRICE_H
#define ENGINE_CONTRACT_PRICE_H

#include "engine/override.h"

struct drawing_price {
	const struct commit *commit;
	bool is_named; /* by its own id; else it stands for all children of its recurring item */
	const struct rate *rate;
	struct override_choice why;
};

struct contract_price {
	const struct product *product;
	struct product_terms terms; /* of the product then */
	struct pairs pricing;
	struct pairs presentation;
	bool has_frequency;
	enum frequency frequency;
	const struct rate *rate; /* in force outside of balances */
	struct override_choice why;
	struct drawing_price *drawing;
	size_t ndrawing;
};

/* A contract without a rate card has none. */
bool contract_prices(struct arena *a, const struct account *acct, int64_t t_ns,
	struct contract_price **out, size_t *n, struct err *e);

#endif
