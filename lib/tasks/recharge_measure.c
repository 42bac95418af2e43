#include "tasks/recharge_measure.h"

#include "domain/customer_balance.h"
#include "tasks/balance.h"

#include "base/banned.h"

struct owned {
	const struct balance *balance;
	const struct owned *next;
};

/* From the last to the first, so that each customer's stand in their order. */
static bool
measure_balances(struct store *st, const struct recharge_request *r, struct str customer_id,
	struct arena *a, struct measures *out, struct err *e)
{
	struct balance_request asked = {
		.at_ns = r->now_ns,
		.now_ns = r->now_ns,
		.customer_id = customer_id,
		.selection = SELECT_ALL,
		.progress = r->progress,
		.ctx = r->ctx,
	};
	struct balances all;

	if (!balances_read(st, &asked, a, &all, e))
		return false;
	out->failures[THRESHOLD_BALANCE] = (struct measure_failures){ all.failures, all.nfailures };
	for (size_t i = all.n; i > 0; i--) {
		const struct balance *b = &all.p[i - 1];
		struct owned *owned = ARENA_NEW(a, struct owned);
		void **first = map_slot(&out->balances, b->customer->id, NULL);

		*owned = (struct owned){ b, *first };
		*first = owned;
	}
	return true;
}

/* What prepaid commits and credits left to be paid: promises do not pay. */
static struct rat
uncovered(const struct invoice *inv, struct arena *a)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *line = &inv->lines[i];
		bool paid = line->commit_id.n > 0 && line->commit_type != COMMIT_POSTPAID;

		if (line->type == LINE_USAGE && !paid && unit_same(&line->unit, &inv->unit))
			sum = rat_add(a, sum, line->total);
	}
	return sum;
}

static bool
measure_spend(struct store *st, const struct recharge_request *r, struct str customer_id,
	struct arena *a, struct measures *out, struct err *e)
{
	struct invoice_request asked = {
		.now_ns = r->now_ns,
		.customer_id = customer_id,
		.drafts = true,
		.progress = r->progress,
		.ctx = r->ctx,
	};
	struct open_invoices open;

	if (!invoices_compute(st, &asked, a, &open, e))
		return false;
	out->failures[THRESHOLD_SPEND] = (struct measure_failures){ open.failures, open.nfailures };
	for (size_t i = 0; i < open.n; i++) {
		const struct invoice *inv = &open.p[i].invoice;
		struct rat *spent;

		if (inv->type != INVOICE_USAGE || r->now_ns < inv->start_ns ||
			r->now_ns >= inv->end_ns)
			continue;
		spent = ARENA_NEW(a, struct rat);
		*spent = uncovered(inv, a);
		*map_slot(&out->spent, inv->contract_id, NULL) = spent;
	}
	return true;
}

static bool
is_of_seats(const struct commit *c)
{
	for (size_t i = 0; i < c->nsegments; i++)
		if (c->segments[i].seat_id.n > 0)
			return true;
	return false;
}

static bool
counts(const struct threshold *t, const struct contract *c, const struct balance *b)
{
	bool drawn = b->contract != NULL ? str_eq(b->contract->id, c->id) :
					   customer_balance_serves(b->commit->of_customer, c->id);

	return drawn && b->commit->type != COMMIT_POSTPAID && !is_of_seats(b->commit) &&
		unit_same(&b->commit->access_unit, &t->unit) &&
		!exclusions_match(&t->exclusions, b->commit);
}

bool
measures_read(struct store *st, const struct recharge_request *r, struct str customer_id,
	const bool wants[THRESHOLDS], struct arena *a, struct measures *out, struct err *e)
{
	*out = (struct measures){ .failures = { { NULL, 0 } } };
	map_init(&out->balances, a);
	map_init(&out->spent, a);
	return (!wants[THRESHOLD_BALANCE] || measure_balances(st, r, customer_id, a, out, e)) &&
		(!wants[THRESHOLD_SPEND] || measure_spend(st, r, customer_id, a, out, e));
}

struct rat
measure_of(const struct measures *m, const struct contract *c, enum threshold_kind kind,
	struct arena *a)
{
	const struct rat *spent;
	const struct owned *owned;
	struct rat sum = RAT_ZERO;

	if (kind == THRESHOLD_SPEND) {
		spent = map_get(&m->spent, c->id);
		return spent != NULL ? *spent : RAT_ZERO;
	}
	for (owned = map_get(&m->balances, c->customer_id); owned != NULL; owned = owned->next)
		if (counts(&c->thresholds.of[kind], c, owned->balance))
			sum = rat_add(a, sum, owned->balance->amount);
	return sum;
}
