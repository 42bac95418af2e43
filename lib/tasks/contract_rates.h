/*
 * contract rates - what the products of a contract cost at an instant.
 *
 * Shape      as of contract_price.h: of each entitled price the card's rate, the
 *            override that holds, and what it beat.
 * Errors     not_found, ambiguous_name of the contract; archived.
 * Source     mtr-contract(1), rates; mtr-json(5), Contract rates.
 */
#ifndef TASKS_CONTRACT_RATES_H
#define TASKS_CONTRACT_RATES_H

#include "domain/rate_selector.h"
#include "engine/contract_price.h"
#include "store/store.h"

struct contract_rates {
	struct str contract_id;
	struct str rate_card_id;
	struct contract_price *p;
	size_t n;
};

/* ref: the contract; products of selectors by id. now_ns: at which names hold. */
bool contract_rates_at(struct store *st, struct str ref, int64_t at_ns, int64_t now_ns,
	const struct rate_selector *selectors, size_t nselectors, struct arena *a,
	struct contract_rates *out, struct err *e);
void contract_rate_json(struct jsonw *w, const struct contract_rates *rates, size_t i,
	struct arena *a);

#endif
