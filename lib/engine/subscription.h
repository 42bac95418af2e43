/*
 * subscription - what a contract is charged for its subscriptions, and on which invoice.
 *
 * Shape      the periods of a subscription are the cells of a grid: that of its
 *            anchor, else of the usage statements; where its frequency is not
 *            theirs, on a FIRST_OF_MONTH contract from the first day of the month
 *            in which the contract starts. In each the part in which it is active
 *            has one price: that in force at the part's start, where the rate is
 *            entitled. Charged is the quantity at the start, and during the period
 *            what exceeds the highest quantity charged in it, from then on.
 *            Where it is placed:
 *              ADVANCE      the usage invoice that ends at the part's start, else a
 *                           scheduled invoice of that date
 *              increases of ADVANCE ones: BILL_IMMEDIATELY a scheduled invoice of
 *                           that date, else as ARREARS
 *              ARREARS      the usage invoice in whose period (start, end] the part
 *                           ends
 *              ON_SCHEDULED_INVOICE: scheduled invoices of those dates
 *            What falls due before invoices are generated is not charged.
 * Units      prices in stored units of the rate's unit, for one; hours whole.
 * Rounding   proration.rounding of a prorated unit price, else none.
 * Ownership  the arena given; account and subscriptions are borrowed.
 * Order      subscriptions as in the contract, of each by start.
 * Source     mtr-pricing(7), Subscriptions.
 * Example    2100 cents a month for 29 of 31 days: 1964.516129..., at -2: 2000.
 */
#ifndef ENGINE_SUBSCRIPTION_H
#define ENGINE_SUBSCRIPTION_H

#include "engine/override.h"
#include "engine/periods.h"

/* A whole cell, and the part of it in which the subscription is active. */
struct subscription_cell {
	int64_t start_ns;
	int64_t end_ns;
	int64_t from_ns;
	int64_t to_ns;
};

struct subscription_charge {
	const struct subscription *subscription;
	const struct product *product;
	const struct rate *rate;
	struct override_choice why; /* it is that rate */
	struct subscription_cell cell;
	int64_t starting_at_ns; /* of what is charged: to cell.to_ns */
	bool is_prorated;
	struct rat before; /* quantity charged in the cell before */
	struct rat quantity;
	struct rat unit_price; /* prorated, and rounded */
	bool on_usage_invoice;
	int64_t invoice_ns; /* start of its period, else its date */
};

/* A part of a period that no rate prices. */
struct subscription_gap {
	const struct subscription *subscription;
	const struct product *product;
	int64_t from_ns;
};

struct subscription_charges {
	struct subscription_charge *p;
	size_t n;
	size_t cap;
	struct subscription_gap *gaps;
	size_t ngaps;
	size_t gaps_cap;
};

struct grid subscription_grid(const struct contract *c, const struct subscription *s);
/* Cell k of the grid; false: the subscription is not active in it, or time ends. */
bool subscription_cell_at(const struct contract *c, const struct subscription *s,
	const struct grid *g, int64_t k, struct subscription_cell *out);

/* What stands on the usage invoice of a period; gaps that begin in the period. */
void subscription_usage_charges(struct arena *a, const struct account *acct, const struct period *p,
	struct subscription_charges *out);
/* What stands on scheduled invoices: of the periods that have begun by then, and the next. */
void subscription_scheduled_charges(struct arena *a, const struct account *acct, int64_t until_ns,
	struct subscription_charges *out);
/* All, of the periods that begin before then. */
void subscription_all_charges(struct arena *a, const struct account *acct, int64_t before_ns,
	struct subscription_charges *out);

/* price x hours from then to the end of the active part / hours of the whole cell. */
struct rat prorated_price(struct arena *a, struct rat price, const struct subscription_cell *cell,
	int64_t from_ns, const struct proration_rounding *rounding);

/* What holds at an instant and later, but for the unit. */
struct subscription_view subscription_view_at(struct arena *a, const struct contract *c,
	const struct subscription *s, int64_t t_ns);
/* The first instant at which it is not active any more; INT64_MAX: it goes on. */
int64_t subscription_end(const struct contract *c, const struct subscription *s);

#endif
