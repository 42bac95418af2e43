#include "tasks/billed.h"

#include "domain/invoice.h"
#include "engine/subscription.h"
#include "store/void_store.h"

#include "base/banned.h"

/* The period that holds start_ns, else the first one behind it. */
static bool
first_period(const struct contract *c, int64_t start_ns, struct period *out)
{
	return period_at(c, start_ns, out) || period_first(c, start_ns, out);
}

static bool
is_pooled(const struct commit *c)
{
	return c->nsegments == 0 || c->segments[0].seat_id.n == 0;
}

/* The commit may pay for a fee of the product, whatever the window. */
static bool
may_pay(struct arena *a, const struct commit *c, const struct subscription_charge *fee)
{
	struct product_terms terms = product_at(fee->product, fee->starting_at_ns, a);
	bool named = false;

	if (!unit_same(&c->access_unit, &fee->rate->unit) || rat_sign(fee->unit_price) == 0)
		return false;
	for (size_t i = 0; i < terms.tags.n; i++)
		named = named || texts_has(&c->applicable_product_tags, terms.tags.p[i]);
	/* fees have no group values, and whether tags fit a specifier is seen when it draws */
	for (size_t i = 0; i < c->nspecifiers; i++)
		named = named ||
			(c->specifiers[i].pricing.n + c->specifiers[i].presentation.n == 0 &&
				(c->specifiers[i].product_id.n == 0 ||
					str_eq(c->specifiers[i].product_id, fee->product->id)));
	return named || commit_pays_all(c) ||
		texts_has(&c->applicable_product_ids, fee->product->id);
}

/* That of a period or date is final, and what was void of it made anew; or it will be. */
static bool
is_billed(struct store *st, struct str contract_id, enum invoice_type type, int64_t at_ns,
	const struct unit *unit, const struct map *also, struct arena *a, bool *billed,
	struct err *e)
{
	struct str none = { NULL, 0 };
	struct generations g;

	*billed = also != NULL &&
		map_get(also, invoice_id(a, contract_id, type, at_ns, unit, 0)) != NULL;
	if (*billed)
		return true;
	if (!void_store_generations(st, contract_id, type, at_ns, unit, none, a, &g, e))
		return false;
	*billed = g.billed;
	return true;
}

/*
 * Every invoice with a fee that the commit may pay for, of what is charged from then
 * on: usage invoices after the window, and scheduled ones.
 */
static bool
fees_are_billed(struct store *st, const struct account *acct, const struct commit *commit,
	int64_t start_ns, int64_t end_ns, const struct map *also, struct arena *a, bool *billed,
	struct err *e)
{
	const struct contract *c = acct->contract;
	const struct priced_card *card = catalogue_card(acct->catalogue, c->rate_card_id);
	struct subscription_charges fees = { .n = 0 };

	/* what is a seat's own pays for usage alone; a promise is trued up whatever is due later */
	if (c->nsubscriptions == 0 || commit->type == COMMIT_POSTPAID || !is_pooled(commit))
		return true;
	subscription_all_charges(a, acct, end_ns, &fees);
	for (size_t i = 0; *billed && i < fees.n; i++) {
		const struct subscription_charge *fee = &fees.p[i];
		enum invoice_type type = fee->on_usage_invoice ? INVOICE_USAGE : INVOICE_SCHEDULED;

		if (fee->starting_at_ns < start_ns || fee->starting_at_ns >= end_ns ||
			!may_pay(a, commit, fee))
			continue;
		if (!is_billed(st, c->id, type, fee->invoice_ns, &card->card.fiat, also, a, billed,
			    e))
			return false;
	}
	return true;
}

/* Every usage invoice of the contract that overlaps [start, end). */
static bool
account_is_billed(struct store *st, const struct account *acct, const struct commit *commit,
	int64_t start_ns, int64_t end_ns, const struct map *also, struct arena *a, bool *billed,
	struct err *e)
{
	const struct contract *c = acct->contract;
	const struct priced_card *card = catalogue_card(acct->catalogue, c->rate_card_id);
	struct period p;
	bool more = card != NULL && first_period(c, start_ns, &p);

	*billed = true;
	while (*billed && more && p.start_ns < end_ns) {
		if (!is_billed(st, c->id, INVOICE_USAGE, p.start_ns, &card->card.fiat, also, a,
			    billed, e))
			return false;
		more = period_next(c, &p, &p);
	}
	return fees_are_billed(st, acct, commit, start_ns, end_ns, also, a, billed, e);
}

bool
commit_is_billed(struct store *st, const struct accounts *all, const struct account *owner,
	const struct commit *c, int64_t start_ns, int64_t end_ns, const struct map *also,
	struct arena *a, bool *billed, struct err *e)
{
	const struct customer_balance *shared = c->of_customer;
	const struct account_link *link;

	if (shared == NULL)
		return account_is_billed(st, owner, c, start_ns, end_ns, also, a, billed, e);
	*billed = true;
	for (link = accounts_of(all, shared->customer_id); *billed && link != NULL;
		link = link->next)
		if (link->account->contract->archived_at_ns == INSTANT_NONE &&
			customer_balance_serves(shared, link->account->contract->id) &&
			!account_is_billed(st, link->account, c, start_ns, end_ns, also, a, billed,
				e))
			return false;
	return true;
}
