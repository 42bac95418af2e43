#include "tasks/invoice_work.h"

#include "engine/periods.h"
#include "store/invoice_store.h"

#include "base/banned.h"

/*
 * A period in its grace is not due, but draws on the balances of the customer before
 * periods of other contracts that end with it or later.
 */
static bool
draws_first(const struct work *w, const struct account *acct, const struct period *p)
{
	return p->end_ns <= w->request->now_ns &&
		accounts_balances(&w->accounts, acct->customer->id) != NULL;
}

/* One period that has begun: planned unless it is final, or neither due, wanted nor in the way. */
static bool
plan_period(struct work *w, const struct account *acct, struct purse *purse,
	const struct unit *unit, const struct period *p, struct err *e)
{
	struct err inner = ERR_INIT;
	struct planned planned = { .account = acct, .purse = purse, .period = *p };
	struct str id = invoice_id(w->arena, acct->contract->id, INVOICE_USAGE, p->start_ns, unit,
		0);
	int64_t issued_at_ns;
	bool final;

	planned.due = period_issued_at(acct->contract, p, &issued_at_ns) &&
		issued_at_ns <= w->request->now_ns;
	planned.wanted = work_is_asked(w, acct) && (planned.due || w->request->drafts);
	if (!planned.due && !w->request->drafts && !draws_first(w, acct, p))
		return true;
	if (!invoice_store_has(w->store, id, &final, e))
		return false;
	if (final)
		return true;
	planned.first_meter = w->plan.nmeters;
	planned.statement = statement_plan(w->arena, acct, p, purse, &w->plan, &inner);
	if (planned.statement == NULL) {
		work_fail_planned(w, &planned, &inner);
		return true;
	}
	planned.end_meter = w->plan.nmeters;
	w->planned = arena_grow(w->arena, w->planned, &w->planned_cap, w->nplanned + 1,
		sizeof(*w->planned));
	w->planned[w->nplanned++] = planned;
	return true;
}

/* The balances of a contract as final invoices left them; *purse NULL: it has none. */
static bool
open_purse(struct work *w, const struct account *acct, struct purse **purse)
{
	struct err inner = ERR_INIT;

	*purse = NULL;
	if (acct->contract->ncommits == 0)
		return true;
	*purse = ARENA_NEW(w->arena, struct purse);
	if (purse_open(*purse, &w->pool, acct, &inner))
		return true;
	work_fail(w, acct, &inner);
	return false;
}

bool
work_plan_usage(struct work *w, const struct account *acct, struct err *e)
{
	const struct priced_card *card;
	struct purse *purse;
	struct period p;
	bool more;

	if (acct->contract->rate_card_id.n == 0 || !open_purse(w, acct, &purse))
		return true;
	card = catalogue_card(acct->catalogue, acct->contract->rate_card_id);
	more = period_first(acct->contract, INSTANT_NONE, &p);
	while (more && p.start_ns <= w->request->now_ns) {
		if (map_get(&w->failed, acct->customer->id) != NULL)
			return true;
		if (!plan_period(w, acct, purse, &card->card.fiat, &p, e))
			return false;
		more = period_next(acct->contract, &p, &p);
	}
	return true;
}

bool
work_open_scheduled(struct work *w, const struct account *acct, struct err *e)
{
	struct err inner = ERR_INIT;
	struct invoice *invoices;
	size_t n;

	if (!scheduled_invoices(w->arena, acct, &invoices, &n, &inner)) {
		work_fail(w, acct, &inner);
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		bool due = invoices[i].issued_at_ns <= w->request->now_ns;
		bool final;

		if (!due && !w->request->future)
			continue;
		if (!invoice_store_has(w->store, invoices[i].id, &final, e))
			return false;
		if (!final)
			work_add(w, acct, &invoices[i], due);
	}
	return true;
}
