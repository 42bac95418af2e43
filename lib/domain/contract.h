/*
 * contract - the commercial terms of a customer.
 *
 * Shape      [starting_at, ending_before) on the hour; at most one rate card;
 *            a usage statement schedule; commits and credits, recurring ones too;
 *            subscriptions;
 *            scheduled charges and discounts.
 * Units      net_payment_terms_days in days; grace_hours in hours.
 * Range      net_payment_terms_days 0..36,500; grace_hours 0..87,600;
 *            invoice_series 1..32 letters, digits, '-', '_', '.';
 *            uniqueness_key 1..128 code points.
 * Errors     ERR_INPUT, codes contract.FIELD; terms not supported are refused
 *            with unsupported_field, fields without effect here are kept.
 * Source     mtr-json(5), Contracts; mtr-pricing(7), Billing periods.
 */
#ifndef DOMAIN_CONTRACT_H
#define DOMAIN_CONTRACT_H

#include "domain/commit.h"
#include "domain/common.h"
#include "domain/override.h"
#include "domain/recurring.h"
#include "domain/schedule.h"
#include "domain/subscription.h"
#include "domain/threshold.h"
#include "domain/transition.h"
#include "domain/usage_filter.h"

#define TERMS_MAX_DAYS 36500
#define KEY_MAX_POINTS 128 /* of a uniqueness_key */

enum statement_day { DAY_FIRST_OF_MONTH, DAY_CONTRACT_START, DAY_CUSTOM_DATE };

struct statement_schedule {
	enum frequency frequency; /* not SEMI_ANNUAL */
	enum statement_day day;
	int64_t billing_anchor_ns;   /* CUSTOM_DATE only, else INSTANT_NONE */
	int64_t generation_start_ns; /* first usage invoice; INSTANT_NONE: the contract's start */
	int64_t grace_hours;         /* default 24 */
};

/* Of a discount amounts are positive too; its lines are negative. */
struct scheduled_charge {
	bool discount;
	struct str id;
	struct str product_id; /* a reference until it is resolved */
	struct str name;
	struct schedule schedule;
	struct pairs custom_fields;
	int64_t archived_at_ns; /* INSTANT_NONE: not archived */
};

struct contract {
	struct str id;
	struct str customer_id; /* a reference until it is resolved, likewise the card */
	struct str name;
	struct str package_id; /* that it was made of; empty: none */
	struct str rate_card_id;
	struct str rate_card_alias; /* as given; resolved at starting_at */
	int64_t starting_at_ns;
	int64_t ending_before_ns;     /* INSTANT_NONE: perpetual */
	struct transition transition; /* what it renews */
	struct renewal renewed_by;
	struct statement_schedule statement;
	struct usage_filters filters;
	struct commit *commits; /* and credits */
	size_t ncommits;
	struct recurring *recurring; /* commits and credits */
	size_t nrecurring;
	struct subscription *subscriptions;
	size_t nsubscriptions;
	struct scheduled_charge *charges; /* and behind them the discounts */
	size_t ncharges;
	struct overrides overrides;
	struct thresholds thresholds;
	int64_t net_payment_terms_days; /* default 0 */
	struct str invoice_series;      /* default "INV" */
	struct str uniqueness_key;
	struct pairs custom_fields;
	struct kept kept;
	int64_t seq;
	int64_t created_at_ns;
	int64_t archived_at_ns;
};

bool contract_from_json(const struct json *j, bool csv, const struct units *units, struct arena *a,
	struct contract *out, struct err *e);
/*
 * Terms as they are stored: what edits and transitions left of them, which a body may not ask
 * for, is read too.
 */
bool contract_from_terms(const struct json *j, const struct units *units, struct arena *a,
	struct contract *out, struct err *e);
/* One of scheduled_charges or discounts, which it closes. */
void scheduled_charge_from_obj(struct obj *o, bool discount, struct scheduled_charge *c);
/* Where the i-th stands: "discounts[0]". */
struct str scheduled_charge_path(const struct contract *c, size_t i, struct arena *a);
/* The dates of recurring schedules have ids too, which follow from whose they are. */
void contract_name_dates(struct contract *c, struct arena *a);
void contract_terms_json(struct jsonw *w, const struct contract *c);
void contract_members(struct jsonw *w, const struct contract *c); /* printed, inside its object */
void contract_to_json(struct jsonw *w, const struct contract *c);

#endif
