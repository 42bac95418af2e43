/*
 * custom_unit - a pricing unit of one's own: tokens, credits, compute units.
 *
 * Shape      an id and a name; a currency's code, name or id is none of its.
 * Units      counted whole: a stored amount of 5 is five of them.
 * Errors     ERR_INPUT, codes unit.FIELD.
 * Source     mtr-json(5), Pricing units; mtr-pricing(7), Units.
 */
#ifndef DOMAIN_CUSTOM_UNIT_H
#define DOMAIN_CUSTOM_UNIT_H

#include "domain/common.h"
#include "domain/unit.h"

struct custom_unit {
	struct str id;
	struct str name;
	int64_t created_at_ns;
};

/* No currency's: asked when a unit is made. */
bool custom_unit_check(const struct custom_unit *u, struct err *e);
bool custom_unit_from_json(const struct json *j, bool csv, struct arena *a, struct custom_unit *out,
	struct err *e);
void custom_unit_terms_json(struct jsonw *w, const struct custom_unit *u);
void custom_unit_to_json(struct jsonw *w, const struct custom_unit *u);
/* The same shape of a currency, with its code and the places of its minor unit. */
void currency_to_json(struct jsonw *w, const struct unit *u);

#endif
