/*
 * subscription_lines - what is charged for subscriptions, as lines (within the engine).
 *
 * Shape      each charge is one piece at one price; what balances pay of it is a line
 *            for each segment. Of one product: what balances paid, by charge, then
 *            drawing order; one application for each segment; what none paid.
 * Rounding   none here.
 * Ownership  the arena given; the charges are borrowed.
 * Order      charges as they are given.
 * Source     mtr-pricing(7), Subscriptions.
 */
#ifndef ENGINE_SUBSCRIPTION_LINES_H
#define ENGINE_SUBSCRIPTION_LINES_H

#include "engine/rating.h"
#include "engine/subscription.h"

/* A line that balances may pay for. */
struct subscription_item {
	struct invoice_line line; /* as if none paid */
	struct price_slice price;
	struct charge_slice slice;
	struct charge charge;
};

struct subscription_items {
	struct subscription_item *p;
	size_t n;
};

/* A charge as a line that nobody has paid. */
struct invoice_line subscription_line(struct arena *a, const struct subscription_charge *c);
/* So many of it are on final invoices: the rest, which may be none, or below zero. */
void subscription_line_reduce(struct arena *a, struct invoice_line *line, struct rat billed);

struct subscription_items subscription_items_of(struct arena *a,
	const struct subscription_charges *charges);
/* The lines of one product; purse NULL: nothing was paid. */
void subscription_lines(struct arena *a, const struct purse *purse,
	const struct subscription_items *items, struct str product_id, struct line_list *out);

#endif
