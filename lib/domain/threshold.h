/*
 * threshold - what a contract buys by itself: to keep a balance, or once enough was spent.
 *
 * Shape      a balance threshold fires where the balance is at or below its amount and
 *            fills it up to recharge_to_amount; a spend threshold fires where uncovered
 *            usage of the billing period is at or above its amount and covers that. What
 *            fires becomes a prepaid commit with the terms of `commit`: at once (gate
 *            NONE), or when it is paid for elsewhere (EXTERNAL). Balances that one
 *            exclusion describes, with all its filters, do not count.
 * Units      amounts in stored units of the threshold's unit: of a balance threshold a
 *            custom one that the card converts, else the card's fiat unit. The cap of a
 *            discount in the unit of its tracker. payment_fraction 0..1 of the price.
 * Range      amount > 0; what it is worth is checked by threshold_check.
 * Errors     ERR_INPUT, codes contract.NAME.FIELD; unsupported_field for gates that take
 *            payments and for taxes. A member of update given is the new value, one that
 *            is not stays.
 * Source     mtr-json(5), Thresholds; mtr-pricing(7), Thresholds.
 * Example    threshold 5 USD, recharge to 20 USD, 5 USD left: a commit of 15 USD.
 */
#ifndef DOMAIN_THRESHOLD_H
#define DOMAIN_THRESHOLD_H

#include "domain/exclusion.h"
#include "domain/payment_gate.h"
#include "domain/spend_tracker.h"

struct threshold_discount {
	struct rat fraction; /* of the price that is paid */
	struct str tracker;  /* whose spend ends it; empty: nothing does */
	struct rat cap;
};

struct threshold {
	bool given;
	bool enabled;
	struct rat amount;
	struct rat recharge_to; /* of a balance threshold */
	bool has_unit;          /* else the card's, until references are resolved */
	struct unit unit;
	struct commit commit; /* without amounts and dates */
	struct payment_gate gate;
	bool has_discount;
	struct threshold_discount discount;
	struct exclusions exclusions; /* of a balance threshold */
};

struct thresholds {
	struct threshold of[THRESHOLDS];
	struct spend_tracker *trackers;
	size_t ntrackers;
};

void thresholds_from_obj(struct obj *o, struct thresholds *out);
void thresholds_json(struct jsonw *w, const struct thresholds *t, enum terms_form form);

/* One of an edit, under the key given: a new one, or changes of the one there is. */
void threshold_add_from_obj(struct obj *o, const char *key, enum threshold_kind kind,
	struct thresholds *t);
void threshold_update_from_obj(struct obj *o, const char *key, enum threshold_kind kind,
	struct thresholds *t);

const char *threshold_field(enum threshold_kind kind); /* "spend_threshold_configuration" */

/*
 * Worth at least 5 (a balance threshold), and recharge_to 10 above it, in major units of
 * the fiat unit; fiat_each: what one of the threshold's unit is worth, in stored units.
 */
bool threshold_check(const struct threshold *t, enum threshold_kind kind, const struct unit *fiat,
	struct rat fiat_each, struct arena *a, struct err *e);

#endif
