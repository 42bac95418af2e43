#include "tasks/billed.h"

#include "domain/invoice.h"
#include "engine/periods.h"
#include "store/invoice_store.h"

#include "base/banned.h"

/* The period that holds start_ns, else the first one behind it. */
static bool
first_period(const struct contract *c, int64_t start_ns, struct period *out)
{
	return period_at(c, start_ns, out) || period_first(c, start_ns, out);
}

/* Every usage invoice of the contract that overlaps [start, end). */
static bool
account_is_billed(struct store *st, const struct account *acct, int64_t start_ns, int64_t end_ns,
	const struct map *also, struct arena *a, bool *billed, struct err *e)
{
	const struct contract *c = acct->contract;
	const struct priced_card *card = catalogue_card(acct->catalogue, c->rate_card_id);
	struct period p;
	bool more = card != NULL && first_period(c, start_ns, &p);

	*billed = true;
	while (*billed && more && p.start_ns < end_ns) {
		struct str id = invoice_id(a, c->id, INVOICE_USAGE, p.start_ns, &card->card.fiat,
			0);

		if ((also == NULL || map_get(also, id) == NULL) &&
			!invoice_store_has(st, id, billed, e))
			return false;
		more = period_next(c, &p, &p);
	}
	return true;
}

bool
commit_is_billed(struct store *st, const struct accounts *all, const struct account *owner,
	const struct commit *c, int64_t start_ns, int64_t end_ns, const struct map *also,
	struct arena *a, bool *billed, struct err *e)
{
	const struct customer_balance *shared = c->of_customer;
	const struct account_link *link;

	if (shared == NULL)
		return account_is_billed(st, owner, start_ns, end_ns, also, a, billed, e);
	*billed = true;
	for (link = accounts_of(all, shared->customer_id); *billed && link != NULL;
		link = link->next)
		if (customer_balance_serves(shared, link->account->contract->id) &&
			!account_is_billed(st, link->account, start_ns, end_ns, also, a, billed, e))
			return false;
	return true;
}
