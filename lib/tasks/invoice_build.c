#include "tasks/invoice_work.h"

#include <stdlib.h>

#include "tasks/trueup.h"

#include "base/banned.h"

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
	work_fail(w, p->account, &e);
	return true;
}

/* What one invoice draws the next has not: period end, contract start, creation. */
static int
by_drawing(const void *x, const void *y)
{
	const struct planned *a = x, *b = y;
	int64_t a_start = a->account->contract->starting_at_ns;
	int64_t b_start = b->account->contract->starting_at_ns;
	int by = (a->at_ns > b->at_ns) - (a->at_ns < b->at_ns);

	if (by == 0) /* usage up to an instant before what is scheduled then */
		by = (a->scheduled != NULL) - (b->scheduled != NULL);
	if (by == 0)
		by = (a_start > b_start) - (a_start < b_start);
	if (by == 0) /* accounts stand in the order of creation */
		by = (a->account > b->account) - (a->account < b->account);
	if (by == 0)
		by = (a->place > b->place) - (a->place < b->place);
	return by;
}

static void
add_warnings(struct work *w, const struct rating_warnings *some)
{
	struct rating_warnings *all = &w->out->warnings;

	if (some->first == NULL)
		return;
	if (all->last != NULL)
		all->last->next = some->first;
	else
		all->first = some->first;
	all->last = some->last;
}

/* It is issued now, and is another invoice: its lines have ids of their own. */
static bool
make_anew(struct work *w, const struct planned *p, struct invoice *inv)
{
	int64_t at_ns = p->scheduled != NULL ? p->at_ns : p->period.start_ns, due_ns;
	struct err e = ERR_INIT;

	inv->id = invoice_id(w->arena, inv->contract_id, inv->type, at_ns, &inv->unit,
		p->generation);
	inv->regenerated_from = w->request->regenerate;
	inv->issued_at_ns = w->request->now_ns;
	inv->trace = (struct trace){ NULL, NULL };
	if (instant_add_days(inv->issued_at_ns, inv->net_payment_terms_days, &due_ns)) {
		invoice_close(inv, w->arena);
		return true;
	}
	err_set(&e, ERR_INPUT, "contract.net_payment_terms_days",
		"the invoice would be due beyond 2262");
	work_fail(w, p->account, &e);
	return false;
}

void
work_add_built(struct work *w, const struct planned *p, struct invoice *inv)
{
	if (!p->again || make_anew(w, p, inv))
		work_add(w, p->account, inv, p->due);
}

static void
build_one(struct work *w, const struct planned *p)
{
	struct rating_warnings warnings = { NULL, NULL };
	struct invoice inv;

	if (p->purse != NULL)
		purse_receive(p->purse, &w->pool);
	if (p->scheduled != NULL) {
		scheduled_pay(w->arena, p->purse, p->scheduled);
		if (p->wanted)
			work_add_built(w, p, p->scheduled);
		return;
	}
	statement_invoice(p->statement, p->purse, w->arena, &inv, &warnings);
	for (struct rating_warning *one = warnings.first; one != NULL; one = one->next)
		name_values(w->arena, one);
	if (fail_on_warning(w, p, warnings.first) || !p->wanted)
		return;
	add_warnings(w, &warnings);
	work_add_built(w, p, &inv);
	if (p->due)
		*map_slot(&w->billed, inv.id, NULL) = w;
}

/*
 * A period that is left out draws nothing from one that is built: grace is the
 * contract's, so that of one contract those due come before it.
 */
void
work_build(struct work *w)
{
	if (w->nplanned > 0)
		qsort(w->planned, w->nplanned, sizeof(*w->planned), by_drawing);
	for (size_t i = 0; i < w->nplanned; i++) {
		const struct planned *p = &w->planned[i];

		if (!p->failed && map_get(&w->failed, p->account->customer->id) == NULL)
			build_one(w, p);
	}
}

/* ---- true-ups ---- */

static bool
open_trueup(struct work *w, const struct account *acct, const struct commit *commit, struct err *e)
{
	const struct trueup_request asked = {
		.store = w->store,
		.accounts = &w->accounts,
		.pool = &w->pool,
		.given = &w->given,
		.also = &w->billed,
		.now_ns = w->request->now_ns,
		.drafts = w->request->future,
		.arena = w->arena,
	};
	struct err failed = ERR_INIT;
	struct invoice inv;
	enum trueup state;
	bool due;

	if (!trueup_make(&asked, acct, commit, &state, &inv, &due, &failed, e))
		return false;
	if (state == TRUEUP_OPEN)
		work_add(w, acct, &inv, due);
	else if (state == TRUEUP_FAILED)
		work_fail(w, acct, &failed);
	return true;
}

/* What is missing of postpaid commits, once the usage invoices have drawn on them. */
bool
work_open_trueups(struct work *w, const struct account *acct, struct err *e)
{
	for (size_t i = 0; i < acct->contract->ncommits; i++) {
		const struct commit *commit = &acct->contract->commits[i];

		if (commit_is_trued_up(commit) && commit_billed_by(commit, acct->contract->id) &&
			!open_trueup(w, acct, commit, e))
			return false;
	}
	return true;
}
