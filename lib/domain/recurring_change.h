/*
 * recurring_change - what an edit changed of a recurring item.
 *
 * Shape      it holds for the children that begin after its instant; those that had
 *            begun keep what they have, their end too. Later changes win, member by
 *            member.
 * Units      as in recurring.h.
 * Errors     ERR_INPUT under the path of the item.
 * Source     mtr-json(5), Contract edits; mtr-pricing(7), Balances.
 * Example    10 a month, changed to 12 on March 10: April gives 12.
 */
#ifndef DOMAIN_RECURRING_CHANGE_H
#define DOMAIN_RECURRING_CHANGE_H

#include "domain/recurring.h"

enum recurring_change_has {
	CHANGE_ACCESS_PRICE = 1 << 0,
	CHANGE_ACCESS_QUANTITY = 1 << 1,
	CHANGE_INVOICE_PRICE = 1 << 2,
	CHANGE_INVOICE_QUANTITY = 1 << 3,
	CHANGE_END = 1 << 4,
	CHANGE_RATE_TYPE = 1 << 5,
	CHANGE_ACCESS_ROUNDING = 1 << 6,
	CHANGE_INVOICE_ROUNDING = 1 << 7
};

struct recurring_change {
	int64_t after_ns;
	unsigned has; /* enum recurring_change_has */
	struct rat access_price;
	struct rat access_quantity;
	struct rat invoice_price;
	struct rat invoice_quantity;
	int64_t ending_before_ns; /* INSTANT_NONE: as long as the contract */
	enum draw_rate rate_type;
	struct proration_rounding access_rounding;
	struct proration_rounding invoice_rounding;
};

/* The members of a change, of a body or as stored; after_ns is not among them. */
bool recurring_change_from_obj(struct obj *o, const struct recurring *r,
	struct recurring_change *out);

/* "changes" of an item that is read from the store, and back. */
void recurring_changes_from_obj(struct obj *o, struct recurring *r);
void recurring_changes_member(struct jsonw *w, const struct recurring *r, enum terms_form form);

/* The item as it holds for a child that begins then. */
struct recurring recurring_at(const struct recurring *r, int64_t start_ns);
/* The latest end that the item has for any child; INSTANT_NONE: none. */
int64_t recurring_last_end(const struct recurring *r);

#endif
