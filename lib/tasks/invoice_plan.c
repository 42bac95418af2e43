#include "tasks/invoice_work.h"

#include "engine/periods.h"
#include "store/void_store.h"
#include "tasks/filter_watch.h"
#include "tasks/scheduled_bills.h"

#include "base/banned.h"

static void
add_planned(struct work *w, struct planned planned)
{
	planned.place = w->nplanned;
	w->planned = arena_grow(w->arena, w->planned, &w->planned_cap, w->nplanned + 1,
		sizeof(*w->planned));
	w->planned[w->nplanned++] = planned;
}

/*
 * A period in its grace is not due, but draws on the balances of the customer, and on what
 * goes on to the next contract, before periods of other contracts that end with it or later;
 * on those of its contract before what is scheduled then or later.
 */
static bool
draws_first(const struct work *w, const struct account *acct, const struct period *p)
{
	return p->end_ns <= w->request->now_ns &&
		(accounts_balances(&w->accounts, acct->customer->id) != NULL ||
			acct->contract->nsubscriptions > 0 ||
			acct->contract->renewed_by.contract_id.n > 0);
}

static bool
usage_generations(const struct work *w, const struct account *acct, const struct period *p,
	const struct unit *unit, struct generations *out, struct err *e)
{
	return void_store_generations(w->store, acct->contract->id, INVOICE_USAGE, p->start_ns,
		unit, w->request->regenerate, w->arena, out, e);
}

/* One period that has begun: planned unless it is final, or neither due, wanted nor in the way. */
static bool
plan_period(struct work *w, const struct account *acct, struct purse *purse,
	const struct unit *unit, const struct period *p, struct err *e)
{
	struct err inner = ERR_INIT;
	struct planned planned = { .account = acct,
		.purse = purse,
		.period = *p,
		.at_ns = p->end_ns };
	struct str asked = w->request->regenerate;
	struct generations g = { .next = 0 };
	int64_t issued_at_ns;

	planned.due = period_issued_at(acct->contract, p, &issued_at_ns) &&
		issued_at_ns <= w->request->now_ns;
	planned.wanted = asked.n == 0 && work_is_asked(w, acct) &&
		(planned.due || w->request->drafts);
	if (asked.n > 0 && !usage_generations(w, acct, p, unit, &g, e))
		return false;
	if (g.asked) {
		planned.due = planned.wanted = planned.again = true;
		planned.generation = g.next;
	}
	if (!planned.due && !w->request->drafts && !draws_first(w, acct, p))
		return true;
	if (!g.asked && !usage_generations(w, acct, p, unit, &g, e))
		return false;
	if (g.next > 0 && !g.asked)
		return true;
	planned.first_meter = w->plan.nmeters;
	planned.statement = statement_plan(w->arena, acct, p, purse, &w->plan, &inner);
	if (planned.statement == NULL) {
		work_fail_planned(w, &planned, &inner);
		return true;
	}
	planned.end_meter = w->plan.nmeters;
	if (planned.due)
		filter_watch_plan(w, acct, p);
	add_planned(w, planned);
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

static bool
plan_usage(struct work *w, const struct account *acct, struct purse *purse, struct err *e)
{
	const struct priced_card *card;
	struct period p;
	bool more;

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

static bool
has_fees(const struct invoice *inv)
{
	for (size_t i = 0; i < inv->nlines; i++)
		if (inv->lines[i].type == LINE_SUBSCRIPTION)
			return true;
	return false;
}

/* That of a contract which is not asked for draws, if it does, before others. */
static void
open_scheduled(struct work *w, const struct account *acct, struct purse *purse, struct invoice *inv,
	const struct generations *g)
{
	struct planned planned = { .account = acct,
		.purse = purse,
		.scheduled = inv,
		.at_ns = inv->issued_at_ns,
		.generation = g->next,
		.again = g->asked,
		.due = g->asked || inv->issued_at_ns <= w->request->now_ns,
		.wanted = work_is_asked(w, acct) && (g->asked || w->request->regenerate.n == 0) };

	if (purse != NULL && has_fees(inv))
		add_planned(w, planned);
	else if (planned.wanted)
		work_add_built(w, &planned, inv);
}

static bool
plan_scheduled(struct work *w, const struct account *acct, struct purse *purse, struct err *e)
{
	struct err inner = ERR_INIT;
	struct invoice *invoices;
	size_t n;

	if (!scheduled_invoices(w->arena, acct, w->request->now_ns, &invoices, &n, &inner)) {
		work_fail(w, acct, &inner);
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		struct generations g;
		bool any;

		if (invoices[i].issued_at_ns > w->request->now_ns && !w->request->future)
			continue;
		if (!scheduled_rest(w->store, w->arena, &invoices[i], w->request->regenerate, &g,
			    &any, e))
			return false;
		if (any)
			open_scheduled(w, acct, purse, &invoices[i], &g);
	}
	return true;
}

bool
work_plan(struct work *w, const struct account *acct, struct err *e)
{
	struct purse *purse = NULL;

	if (acct->contract->rate_card_id.n > 0) {
		if (!open_purse(w, acct, &purse))
			return true;
		if (!plan_usage(w, acct, purse, e))
			return false;
	}
	return (!work_is_asked(w, acct) && acct->contract->nsubscriptions == 0) ||
		plan_scheduled(w, acct, purse, e);
}
