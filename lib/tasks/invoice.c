#include "tasks/invoice.h"

#include <stdlib.h>

#include "engine/periods.h"
#include "store/invoice_store.h"
#include "store/ledger_store.h"
#include "tasks/accounts.h"
#include "tasks/sql_usage.h"
#include "tasks/usage_scan.h"

#include "base/banned.h"

/* A usage statement between its plan and its invoice. */
struct planned {
	const struct account *account;
	struct purse *purse; /* of the contract, NULL: it has no commits */
	struct period period;
	struct statement *statement;
	size_t first_meter; /* of those it wants, in the plan */
	size_t end_meter;
	bool due;
	bool failed; /* a draft that cannot be computed: it holds nothing else back */
};

struct work {
	struct store *store;
	const struct invoice_request *request;
	struct arena *arena;
	struct accounts accounts;
	struct map drawn; /* by final invoices: segment id -> struct rat */
	struct usage_plan plan;
	struct planned *planned;
	size_t nplanned, planned_cap;
	size_t open_cap, failures_cap;
	struct map failed; /* customer ids */
	struct open_invoices *out;
};

static void
add_failure(struct work *w, const struct account *acct, const struct err *e)
{
	struct open_invoices *out = w->out;

	out->failures = arena_grow(w->arena, out->failures, &w->failures_cap, out->nfailures + 1,
		sizeof(*out->failures));
	out->failures[out->nfailures++] = (struct invoice_failure){ acct->customer->id,
		acct->contract->id, *e };
}

/* What is due cannot be billed: nothing of the customer is finalized. */
static void
fail_customer(struct work *w, const struct account *acct, const struct err *e)
{
	add_failure(w, acct, e);
	*map_slot(&w->failed, acct->customer->id, NULL) = w;
}

static void
add_open(struct work *w, const struct account *acct, const struct invoice *inv, bool due)
{
	struct open_invoices *out = w->out;

	out->p = arena_grow(w->arena, out->p, &w->open_cap, out->n + 1, sizeof(*out->p));
	out->p[out->n++] = (struct open_invoice){ *inv, acct->contract, due };
}

/* One period that has begun: planned unless it is final, or neither due nor wanted. */
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
	if (!planned.due && !w->request->drafts)
		return true;
	if (!invoice_store_has(w->store, id, &final, e))
		return false;
	if (final)
		return true;
	planned.first_meter = w->plan.nmeters;
	planned.statement = statement_plan(w->arena, acct, p, purse, &w->plan, &inner);
	if (planned.statement == NULL) {
		(planned.due ? fail_customer : add_failure)(w, acct, &inner);
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
	if (purse_open(*purse, w->arena, acct, &w->drawn, &inner))
		return true;
	fail_customer(w, acct, &inner);
	return false;
}

static bool
plan_usage(struct work *w, const struct account *acct, struct err *e)
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

static bool
open_scheduled(struct work *w, const struct account *acct, struct err *e)
{
	struct err inner = ERR_INIT;
	struct invoice *invoices;
	size_t n;

	if (!scheduled_invoices(w->arena, acct, &invoices, &n, &inner)) {
		fail_customer(w, acct, &inner);
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
			add_open(w, acct, &invoices[i], due);
	}
	return true;
}

static bool
scan(struct work *w, struct err *e)
{
	struct usage_scan s = {
		.store = w->store,
		.scanned = w->request->progress,
		.ctx = w->request->ctx,
	};

	return usage_scan(&s, &w->plan, e);
}

/* A query that exceeds a limit is a failure of its customer. */
static void
fail_meter(void *ctx, const struct meter *m, const struct err *e)
{
	struct work *w = ctx;

	for (size_t i = 0; i < w->nplanned; i++) {
		struct planned *p = &w->planned[i];
		bool wants = false;

		for (size_t k = p->first_meter; k < p->end_meter; k++)
			wants = wants || w->plan.meters[k] == m;
		if (!wants || p->failed || map_get(&w->failed, p->account->customer->id) != NULL)
			continue;
		p->failed = true;
		(p->due ? fail_customer : add_failure)(w, p->account, e);
	}
}

/* The text of a warning with the pricing values it is about. */
static void
name_values(struct arena *a, struct rating_warning *w)
{
	struct buf text = BUF_INIT;

	buf_add_str(&text, w->text);
	for (size_t i = 0; i < w->values.n; i++) {
		const struct pair *p = &w->values.p[i];

		buf_add_c(&text, i > 0 ? ", " : ", for ");
		buf_add_str(&text, p->key);
		buf_add_char(&text, ' ');
		if (p->value.p == NULL)
			buf_add_c(&text, "null");
		else
			json_quote(&text, p->value);
	}
	w->text = str_dup(a, buf_str(&text));
	buf_release(&text);
}

/* With require_rates the first warning of what is due is its customer's failure. */
static bool
fail_on_warning(struct work *w, const struct planned *p, const struct rating_warning *warning)
{
	struct err e = ERR_INIT;

	if (!w->request->require_rates || !p->due || warning == NULL)
		return false;
	err_set(&e, ERR_INPUT, warning->code, "%.*s", STR_FMT(warning->text));
	fail_customer(w, p->account, &e);
	return true;
}

/* What one invoice draws the next has not: period end, contract start, creation. */
static int
by_drawing(const void *x, const void *y)
{
	const struct planned *a = x, *b = y;
	int64_t a_start = a->account->contract->starting_at_ns;
	int64_t b_start = b->account->contract->starting_at_ns;
	int by = (a->period.end_ns > b->period.end_ns) - (a->period.end_ns < b->period.end_ns);

	if (by == 0)
		by = (a_start > b_start) - (a_start < b_start);
	if (by == 0) /* accounts stand in the order of creation */
		by = (a->account > b->account) - (a->account < b->account);
	return by;
}

/*
 * A period that is left out, being neither due nor wanted, draws nothing from
 * one that is built: grace is the contract's, so those due come before it.
 */
static void
build(struct work *w)
{
	if (w->nplanned > 0)
		qsort(w->planned, w->nplanned, sizeof(*w->planned), by_drawing);
	for (size_t i = 0; i < w->nplanned; i++) {
		const struct planned *p = &w->planned[i];
		struct rating_warnings warnings = { NULL, NULL };
		struct invoice inv;

		if (p->failed || map_get(&w->failed, p->account->customer->id) != NULL)
			continue;
		statement_invoice(p->statement, p->purse, w->arena, &inv, &warnings);
		for (struct rating_warning *one = warnings.first; one != NULL; one = one->next)
			name_values(w->arena, one);
		if (fail_on_warning(w, p, warnings.first))
			continue;
		if (warnings.first != NULL) {
			if (w->out->warnings.last != NULL)
				w->out->warnings.last->next = warnings.first;
			else
				w->out->warnings.first = warnings.first;
			w->out->warnings.last = warnings.last;
		}
		add_open(w, p->account, &inv, p->due);
	}
}

/* Issue date, customer, contract; the id settles what is left (units of one day). */
static int
by_number(const void *x, const void *y)
{
	const struct invoice *a = &((const struct open_invoice *)x)->invoice;
	const struct invoice *b = &((const struct open_invoice *)y)->invoice;
	int by = (a->issued_at_ns > b->issued_at_ns) - (a->issued_at_ns < b->issued_at_ns);

	if (by == 0)
		by = str_cmp(a->customer_id, b->customer_id);
	if (by == 0)
		by = str_cmp(a->contract_id, b->contract_id);
	if (by == 0)
		by = str_cmp(a->id, b->id);
	return by;
}

/* Nothing of a customer that failed is billed in this run. */
static void
drop_failed(struct work *w)
{
	struct open_invoices *out = w->out;
	size_t kept = 0;

	for (size_t i = 0; i < out->n; i++)
		if (map_get(&w->failed, out->p[i].invoice.customer_id) == NULL)
			out->p[kept++] = out->p[i];
	out->n = kept;
}

static bool
compute(struct work *w, struct err *e)
{
	const struct invoice_request *r = w->request;
	struct ledger_filter drawn = { .customer_id = r->customer_id,
		.contract_id = r->contract_id };

	if (!accounts_load(w->store, r->customer_id, r->contract_id, w->arena, &w->accounts, e) ||
		!ledger_store_drawn(w->store, &drawn, w->arena, &w->drawn, e))
		return false;
	for (size_t i = 0; i < w->accounts.n; i++)
		if (!plan_usage(w, &w->accounts.p[i], e) ||
			!open_scheduled(w, &w->accounts.p[i], e))
			return false;
	if (!scan(w, e) || !sql_usage_fill(w->store, &w->plan, fail_meter, w, e))
		return false;
	usage_finish(&w->plan);
	build(w);
	drop_failed(w);
	if (w->out->n > 0)
		qsort(w->out->p, w->out->n, sizeof(*w->out->p), by_number);
	return true;
}

bool
invoices_compute(struct store *st, const struct invoice_request *r, struct arena *a,
	struct open_invoices *out, struct err *e)
{
	struct work w = { .store = st, .request = r, .arena = a, .out = out };
	bool ok;

	*out = (struct open_invoices){ .n = 0 };
	map_init(&w.failed, a);
	usage_init(&w.plan, a);
	w.plan.now_ns = r->now_ns;
	ok = compute(&w, e);
	usage_release(&w.plan);
	return ok;
}

bool
invoices_finalize(struct store *st, struct open_invoices *open, int64_t now_ns, struct arena *a,
	invoice_final visit, void *ctx, struct str *run_id, struct err *e)
{
	*run_id = (struct str){ NULL, 0 };
	for (size_t i = 0; i < open->n; i++) {
		struct open_invoice *inv = &open->p[i];
		struct str document;

		if (!inv->due)
			continue;
		if (run_id->n == 0 && !run_store_add(st, now_ns, a, run_id, e))
			return false;
		if (!invoice_store_add(st, *run_id, inv->contract->invoice_series, &inv->invoice, a,
			    &document, e))
			return false;
		visit(ctx, inv, document);
	}
	return true;
}
