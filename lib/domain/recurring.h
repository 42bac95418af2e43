/*
 * recurring - commits and credits that are given anew each period.
 *
 * Shape      one child a period of a grid: that of the usage statements, or one of
 *            its own from starting_at on, where a frequency is named. A child
 *            grants unit_price x quantity, that of the subscription it is linked to
 *            where there is one, and lives for `duration` periods; a
 *            commit's is billed at its start (without an invoice amount: free).
 * Units      prices in stored units of their unit.
 * Rounding   proration_rounding alone, on the prorated amount; places -5..5.
 * Range      duration 1..1,000; starting_at and ending_before on the hour, inside
 *            the contract's term; one DAILY item a contract.
 * Errors     ERR_INPUT, codes contract.recurring_commits.FIELD and
 *            contract.recurring_credits.FIELD.
 * Order      of a contract: commits, then credits, in document order.
 * Source     mtr-json(5), Recurring commits; mtr-pricing(7), Balances.
 * Example    100 USD a month from the 15th, statement grid: the first child is
 *            prorated to the end of the month.
 */
#ifndef DOMAIN_RECURRING_H
#define DOMAIN_RECURRING_H

#include "domain/commit.h"
#include "domain/proration.h"

enum proration { PRORATE_NONE, PRORATE_FIRST, PRORATE_LAST, PRORATE_FIRST_AND_LAST };

struct recurring_amount {
	struct unit unit;
	struct rat unit_price;
	struct rat quantity;
	struct proration_rounding rounding;
};

enum allocation { ALLOCATE_POOLED, ALLOCATE_INDIVIDUAL };

/* The subscription that says how many: what a child grants is unit_price for each. */
struct subscription_link {
	struct str subscription_id; /* empty: none; a reference until it is resolved */
	enum allocation allocation; /* INDIVIDUAL: each assigned seat has its own */
	bool prorates_increase;     /* what is added in mid-period */
};

struct recurring_change;

struct recurring {
	struct commit child;            /* what all children have in common; its id is the item's */
	struct recurring_amount access; /* without a quantity where it is linked */
	struct subscription_link link;
	bool has_invoice;
	struct recurring_amount invoice;
	int64_t duration; /* periods */
	int64_t starting_at_ns;
	int64_t ending_before_ns; /* INSTANT_NONE: as long as the contract */
	bool has_frequency;
	bool daily;
	enum frequency frequency; /* not of daily ones */
	enum proration proration;
	struct recurring_change *changes; /* by edits, in their order */
	size_t nchanges;
};

/* The term of the contract bounds the items. */
bool recurring_from_obj(struct obj *o, int64_t contract_start_ns, int64_t contract_end_ns,
	struct recurring **out, size_t *n);
/* The members of one item, inside its object. */
void recurring_members(struct jsonw *w, const struct recurring *r, enum terms_form form);

#endif
