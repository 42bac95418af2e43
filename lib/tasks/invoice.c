#include "tasks/invoice.h"

#include <stdlib.h>

#include "store/contract_store.h"
#include "store/invoice_store.h"
#include "store/invoice_writer.h"
#include "store/ledger_store.h"
#include "store/void_store.h"
#include "tasks/filter_watch.h"
#include "tasks/invoice_work.h"
#include "tasks/sql_usage.h"
#include "tasks/usage_scan.h"

#include "base/banned.h"

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
void
work_fail(struct work *w, const struct account *acct, const struct err *e)
{
	add_failure(w, acct, e);
	*map_slot(&w->failed, acct->customer->id, NULL) = w;
}

/* A statement that cannot be made: of a draft nobody asked for, that is nobody's failure. */
void
work_fail_planned(struct work *w, struct planned *p, const struct err *e)
{
	p->failed = true;
	if (p->due)
		work_fail(w, p->account, e);
	else if (p->wanted)
		add_failure(w, p->account, e);
}

/* A contract that is not asked for is computed where it may draw the same balances. */
bool
work_is_asked(const struct work *w, const struct account *acct)
{
	struct str asked = w->request->contract_id;

	return asked.n == 0 || str_eq(asked, acct->contract->id);
}

static bool
is_related(const struct work *w, const struct account *acct)
{
	return work_is_asked(w, acct) || acct->contract->renewed_by.contract_id.n > 0 ||
		accounts_balances(&w->accounts, acct->contract->customer_id) != NULL;
}

void
work_add(struct work *w, const struct account *acct, const struct invoice *inv, bool due)
{
	struct open_invoices *out = w->out;

	out->p = arena_grow(w->arena, out->p, &w->open_cap, out->n + 1, sizeof(*out->p));
	out->p[out->n++] = (struct open_invoice){ *inv, acct->contract, due };
}

/* The one pass over the events; those of a single customer where only it is asked for. */
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
		work_fail_planned(w, p, e);
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

/* Of a rollover what was given by hand is drawn first: that took nothing from what went on. */
static void
leave_given(struct work *w)
{
	for (size_t i = 0; i < w->drawn.n; i++) {
		struct rat *drawn = w->drawn.entries[i].value;
		const struct rat *given = map_get(&w->given, w->drawn.entries[i].key);

		if (given == NULL || rat_sign(*given) <= 0)
			continue;
		*drawn = rat_sub(w->arena, *drawn, *given);
		if (rat_sign(*drawn) < 0)
			*drawn = RAT_ZERO;
	}
}

/* What balances lost and got, apart from their terms. */
static bool
load_ledger(struct work *w, const struct ledger_filter *f, struct err *e)
{
	struct ledger_row *rows;
	struct map by_hand;
	size_t n;

	if (!ledger_store_load(w->store, f, w->arena, &rows, &n, e))
		return false;
	ledger_taken(rows, n, w->arena, &w->taken);
	ledger_taken_by(rows, n, ENTRY_DEDUCTION, w->arena, &w->drawn);
	ledger_taken_by(rows, n, ENTRY_MANUAL, w->arena, &by_hand);
	map_init(&w->given, w->arena);
	for (size_t i = 0; i < by_hand.n; i++) {
		struct rat *given = ARENA_NEW(w->arena, struct rat);

		*given = rat_neg(*(const struct rat *)by_hand.entries[i].value);
		*map_slot(&w->given, by_hand.entries[i].key, NULL) = given;
	}
	leave_given(w);
	return true;
}

/* Whose contracts are loaded: all of the customer's whose contract is asked for. */
static bool
load(struct work *w, struct err *e)
{
	struct ledger_filter f = { .customer_id = w->request->customer_id };
	struct contract asked;

	map_init(&w->taken, w->arena);
	map_init(&w->drawn, w->arena);
	map_init(&w->given, w->arena);
	if (w->request->contract_id.n > 0) {
		if (!contract_store_get(w->store, w->request->contract_id, w->arena, &asked, e))
			return false;
		if (f.customer_id.n > 0 && !str_eq(f.customer_id, asked.customer_id))
			return true;
		f.customer_id = asked.customer_id;
	}
	return accounts_load(w->store, f.customer_id, w->request->now_ns, w->arena, &w->accounts,
		       e) &&
		load_ledger(w, &f, e);
}

static bool
compute(struct work *w, struct err *e)
{
	if (!load(w, e))
		return false;
	purse_pool_init(&w->pool, w->arena, &w->taken);
	w->pool.drawn = &w->drawn;
	for (size_t i = 0; i < w->accounts.n; i++) {
		const struct account *acct = &w->accounts.p[i];

		if (is_related(w, acct) && !work_plan(w, acct, e))
			return false;
	}
	if (!scan(w, e) || !sql_usage_fill(w->store, &w->plan, fail_meter, w, e))
		return false;
	usage_finish(&w->plan);
	work_build(w);
	filter_watch_report(w);
	for (size_t i = 0; i < w->accounts.n; i++)
		if (w->request->regenerate.n == 0 && work_is_asked(w, &w->accounts.p[i]) &&
			!work_open_trueups(w, &w->accounts.p[i], e))
			return false;
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
	map_init(&w.watched, a);
	map_init(&w.billed, a);
	usage_init(&w.plan, a);
	w.plan.now_ns = r->now_ns;
	ok = compute(&w, e);
	usage_release(&w.plan);
	return ok;
}

/* rec is cleared in between: documents are long, and shown at once. */
static bool
finalize_due(struct invoice_writer *w, struct open_invoices *open, struct arena *rec,
	invoice_final visit, void *ctx, struct err *e)
{
	for (size_t i = 0; i < open->n; i++) {
		struct open_invoice *inv = &open->p[i];
		struct str document;

		if (!inv->due)
			continue;
		arena_clear(rec);
		if (!invoice_writer_add(w, inv->contract->invoice_series, &inv->invoice, rec,
			    &document, e))
			return false;
		visit(ctx, inv, document);
	}
	return invoice_writer_close(w, e);
}

/* What was made anew for void invoices, once it is there. */
static bool
note_replaced(struct store *st, const struct open_invoices *open, struct err *e)
{
	for (size_t i = 0; i < open->n; i++) {
		const struct invoice *inv = &open->p[i].invoice;

		if (inv->regenerated_from.n > 0 &&
			!void_store_replace(st, inv->id, inv->regenerated_from, e))
			return false;
	}
	return true;
}

bool
invoices_finalize(struct store *st, struct open_invoices *open, int64_t now_ns, struct arena *a,
	invoice_final visit, void *ctx, struct str *run_id, struct err *e)
{
	struct arena rec = ARENA_INIT;
	struct invoice_writer *w;
	size_t ndue = 0;
	bool ok;

	*run_id = (struct str){ NULL, 0 };
	for (size_t i = 0; i < open->n; i++)
		ndue += open->p[i].due;
	if (ndue == 0)
		return true;
	if (!run_store_add(st, now_ns, a, run_id, e))
		return false;
	w = invoice_writer_open(st, *run_id, a, e);
	ok = w != NULL && finalize_due(w, open, &rec, visit, ctx, e) && note_replaced(st, open, e);
	arena_release(&rec);
	return ok;
}
