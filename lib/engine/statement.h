/*
 * statement - from a contract and a period to a usage invoice.
 *
 * Shape      two steps around the one pass over the events: statement_plan
 *            asks for the meters it needs, statement_invoice prices what they
 *            hold. Steps within: cuts, usage per window and group, windows of
 *            equal price joined, conversion, rounding, price; composites on what
 *            was priced; balances; lines, totals.
 * Rounding   product quantity_rounding on the quantity of a joined window;
 *            amount_due once per invoice. Nothing else.
 * Ownership  a statement lives in the arena of its plan step and borrows the
 *            account and the meters; an invoice in the arena it is given.
 * Errors     statement_plan: ERR_INPUT where this contract cannot be rated
 *            (not_found, metric_missing, group_key_missing, composite_cycle, or an
 *            issue or due date out of range); others are not affected.
 * Order      lines: product order of the card; of one product first what
 *            balances paid, by start, pricing values, presentation values, tier,
 *            drawing order of the segments; then one application for each
 *            segment, in drawing order; then what none paid, by start, pricing
 *            values, presentation values, tier. Deductions in drawing order.
 *            Scheduled invoices: commits, charges, subscriptions, each in document
 *            order.
 * Source     mtr-pricing(7).
 */
#ifndef ENGINE_STATEMENT_H
#define ENGINE_STATEMENT_H

#include "domain/invoice.h"
#include "engine/burndown.h"
#include "engine/usage.h"

/* Usage that no rate prices, and the like: not an error, but to be told. */
struct rating_warning {
	const char *code; /* "rate_missing" */
	struct str contract_id;
	struct str product_id;
	struct pairs values; /* pricing values */
	struct str text;
	struct rating_warning *next;
};

struct rating_warnings {
	struct rating_warning *first;
	struct rating_warning *last;
};

struct statement;

/*
 * NULL: e says why. A contract without a rate card has no statement (ask first).
 * purse: the balances of the contract, which cut the period; NULL: none.
 */
struct statement *statement_plan(struct arena *a, const struct account *acct,
	const struct period *p, const struct purse *purse, struct usage_plan *plan, struct err *e);
/* After usage_finish. Draws on the purse it was planned with (NULL: none) and lowers it. */
void statement_invoice(struct statement *s, struct purse *purse, struct arena *a,
	struct invoice *out, struct rating_warnings *warnings);

/*
 * The scheduled invoices of a contract - commits bought, charges, fees of
 * subscriptions up to the next period behind until_ns -, one for each (instant, unit)
 * with a non-zero line, in the order of their dates. Nobody has paid their fees.
 */
bool scheduled_invoices(struct arena *a, const struct account *acct, int64_t until_ns,
	struct invoice **out, size_t *n, struct err *e);
/* Draws on the purse for the fees among the lines of a scheduled invoice, and lowers it. */
void scheduled_pay(struct arena *a, struct purse *purse, struct invoice *inv);

/*
 * The invoice of what is missing of a postpaid commit: left, above zero, of what was
 * promised. One of its own, dated as its schedule says.
 */
bool trueup_invoice(struct arena *a, const struct account *acct, const struct commit *c,
	struct rat promised, struct rat left, struct invoice *out, struct err *e);

/* Line ids, subtotal (without applications), total, amount due, due date; called by both. */
void invoice_close(struct invoice *inv, struct arena *a);

/* Every scheduled invoice falls due within the range of instants; asked when a contract is made. */
bool scheduled_dates_check(struct arena *a, const struct contract *c, struct err *e);

#endif
