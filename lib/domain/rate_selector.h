/*
 * rate_selector - which rates are asked for.
 *
 * Shape      a selector names a product, tags, pricing values, some of them, a billing
 *            frequency: a rate passes where it meets all that is named, of the tags
 *            any one. Of several selectors any one will do; of none, every rate
 *            passes.
 * Errors     ERR_INPUT, codes rate_selector.FIELD; missing_field where it names nothing.
 * Source     mtr-ratecard(1), rates.
 * Example    {"product_id":"Compute","partial_pricing_group_values":{"region":"eu"}}
 */
#ifndef DOMAIN_RATE_SELECTOR_H
#define DOMAIN_RATE_SELECTOR_H

#include "domain/ratecard.h"

struct rate_selector {
	struct str product_id; /* a reference until it is resolved; empty: any */
	struct texts product_tags;
	bool has_values; /* exactly these, none as well */
	struct pairs values;
	struct pairs partial; /* these among others */
	bool has_frequency;
	enum frequency frequency;
};

bool rate_selector_from_json(const struct json *j, struct arena *a, struct rate_selector *out,
	struct err *e);

/* tags: of the rate's product. */
bool rate_selected(const struct rate_selector *selectors, size_t n, const struct rate *r,
	const struct texts *tags);

#endif
