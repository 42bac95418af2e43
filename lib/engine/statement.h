/*
 * statement - from a contract and a period to a usage invoice.
 *
 * Shape      two steps around the one pass over the events: statement_plan
 *            asks for the meters it needs, statement_invoice prices what they
 *            hold. Steps within: cuts, usage per window and group, windows of
 *            equal price joined, conversion, rounding, price, lines, totals.
 * Rounding   product quantity_rounding on the quantity of a joined window;
 *            amount_due once per invoice. Nothing else.
 * Ownership  a statement lives in the arena of its plan step and borrows the
 *            account and the meters; an invoice in the arena it is given.
 * Errors     statement_plan: ERR_INPUT where this contract cannot be rated
 *            (not_found, metric_missing, group_key_missing, or an issue or due
 *            date out of range); others are not affected.
 * Order      lines: product order of the card, window, pricing values,
 *            presentation values, tier.
 * Source     mtr-pricing(7).
 */
#ifndef ENGINE_STATEMENT_H
#define ENGINE_STATEMENT_H

#include "domain/invoice.h"
#include "engine/catalogue.h"
#include "engine/periods.h"
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

/* NULL: e says why. A contract without a rate card has no statement (ask first). */
struct statement *statement_plan(struct arena *a, const struct account *acct,
	const struct period *p, struct usage_plan *plan, struct err *e);
/* After usage_finish. */
void statement_invoice(struct statement *s, struct arena *a, struct invoice *out,
	struct rating_warnings *warnings);

/*
 * The scheduled invoices of a contract, one for each (instant, unit) with a
 * non-zero line, in the order of their dates.
 */
bool scheduled_invoices(struct arena *a, const struct account *acct, struct invoice **out,
	size_t *n, struct err *e);

/* Ids of the lines, subtotal, total, amount due, due date; called by both. */
void invoice_close(struct invoice *inv, struct arena *a);

#endif
