#include "tasks/recharge.h"

#include "engine/periods.h"
#include "engine/spend.h"
#include "store/contract_store.h"
#include "store/customer_store.h"
#include "store/product_store.h"
#include "store/recharge_store.h"
#include "tasks/accounts.h"
#include "tasks/recharge_measure.h"
#include "tasks/threshold_terms.h"

#include "base/banned.h"

struct run {
	struct store *store;
	const struct recharge_request *request;
	struct arena *arena;
	struct accounts accounts;
	struct map asked;       /* contract ids; of those that are named */
	bool wants[THRESHOLDS]; /* some contract has one to be evaluated */
	struct measures measures;
	struct map failed; /* customer ids */
	struct recharges *out;
	size_t cap, failures_cap;
};

/* ---- which contracts ---- */

static bool
is_asked(const struct run *run, const struct contract *c)
{
	int64_t now_ns = run->request->now_ns;

	return (run->request->ncontracts == 0 || map_get(&run->asked, c->id) != NULL) &&
		c->starting_at_ns <= now_ns &&
		(c->ending_before_ns == INSTANT_NONE || now_ns < c->ending_before_ns);
}

static bool
is_wanted(const struct run *run, const struct contract *c, enum threshold_kind kind)
{
	const struct threshold *t = &c->thresholds.of[kind];

	return t->given && t->enabled && is_asked(run, c);
}

/* One contract is read with its customer alone; several, with all there are. */
static bool
load(struct run *run, struct str *customer_id, struct err *e)
{
	const struct recharge_request *r = run->request;
	struct contract c;

	map_init(&run->asked, run->arena);
	*customer_id = (struct str){ NULL, 0 };
	for (size_t i = 0; i < r->ncontracts; i++) {
		if (!contract_store_get(run->store, r->contract_ids[i], run->arena, &c, e))
			return false;
		if (c.archived_at_ns != INSTANT_NONE)
			return err_field(e, ERR_INPUT, "archived", STR(""), r->contract_ids[i],
				"the contract is archived");
		*map_slot(&run->asked, c.id, NULL) = run;
		if (r->ncontracts == 1)
			*customer_id = c.customer_id;
	}
	if (!accounts_load(run->store, *customer_id, r->now_ns, run->arena, &run->accounts, e))
		return false;
	for (size_t i = 0; i < run->accounts.n; i++)
		for (int k = 0; k < THRESHOLDS; k++)
			run->wants[k] |= is_wanted(run, run->accounts.p[i].contract,
				(enum threshold_kind)k);
	return true;
}

/* ---- who is left out ---- */

static bool
has_wanted(const struct run *run, struct str customer_id)
{
	const struct account_link *link = accounts_of(&run->accounts, customer_id);

	for (; link != NULL; link = link->next)
		for (int k = 0; k < THRESHOLDS; k++)
			if (is_wanted(run, link->account->contract, (enum threshold_kind)k))
				return true;
	return false;
}

static void
add_failure(struct run *run, const struct invoice_failure *failure)
{
	struct recharges *out = run->out;

	out->failures = arena_grow(run->arena, out->failures, &run->failures_cap,
		out->nfailures + 1, sizeof(*out->failures));
	out->failures[out->nfailures++] = *failure;
}

/* Each customer's first, though both measures may fail; those that are not asked for, never. */
static void
leave_out(struct run *run, const struct measure_failures *failures)
{
	for (size_t i = 0; i < failures->n; i++) {
		void **slot;

		if (!has_wanted(run, failures->p[i].customer_id))
			continue;
		slot = map_slot(&run->failed, failures->p[i].customer_id, NULL);
		if (*slot == NULL)
			add_failure(run, &failures->p[i]);
		*slot = run;
	}
}

/* ---- what fires ---- */

/* It waits for an answer, or has fired at this instant or later. */
static bool
is_spent(const struct run *run, const struct contract *c, enum threshold_kind kind, bool *spent,
	struct err *e)
{
	struct recharge *requests;
	size_t n;

	*spent = false;
	for (size_t i = 0; i < c->ncommits; i++) {
		const struct recharge_mark *mark = &c->commits[i].recharge;

		*spent |= mark->workflow_id.n > 0 && mark->kind == kind &&
			mark->fired_at_ns >= run->request->now_ns;
	}
	if (!recharge_store_load(run->store, c->id, false, run->arena, &requests, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		*spent |= requests[i].commit == NULL && requests[i].kind == kind &&
			(requests[i].outcome == RECHARGE_OPEN ||
				requests[i].fired_at_ns >= run->request->now_ns);
	return true;
}

static struct rat
amount_of(const struct run *run, const struct threshold *t, enum threshold_kind kind,
	struct rat found)
{
	return kind == THRESHOLD_SPEND ? found : rat_sub(run->arena, t->recharge_to, found);
}

static bool
fires(const struct threshold *t, enum threshold_kind kind, struct rat found)
{
	int by = rat_cmp(found, t->amount);

	return kind == THRESHOLD_SPEND ? by >= 0 : by <= 0;
}

/* The price of what is bought; with the tracker of the cap as it stands. */
static void
set_price(const struct run *run, const struct account *acct, struct spend_tracker *trackers,
	struct recharge *r)
{
	const struct contract *c = acct->contract;
	const struct threshold *t = &c->thresholds.of[r->kind];
	const struct priced_card *priced = catalogue_card(acct->catalogue, c->rate_card_id);
	const struct spend_tracker *tracker = spend_tracker_find(trackers, c->thresholds.ntrackers,
		t->discount.tracker);
	struct recharge_price price;
	struct rat each;

	threshold_worth(priced != NULL ? &priced->card : NULL, &t->unit, &r->paid_unit, &each);
	price = recharge_price(run->arena, t, rat_mul(run->arena, r->amount, each), tracker);
	r->undiscounted = price.undiscounted;
	r->price = price.price;
	r->discounted = price.discounted;
}

/* A product may have been archived since the threshold was made: it is sold no more. */
static bool
check_sold(const struct run *run, const struct contract *c, enum threshold_kind kind, struct err *e)
{
	const struct commit *commit = &c->thresholds.of[kind].commit;
	struct product p;

	if (!product_store_get(run->store, commit->product_id, run->arena, &p, e))
		return false;
	return p.archived_at_ns == INSTANT_NONE ||
		err_field(e, ERR_INPUT, "archived",
			str_printf(run->arena, "%s.commit.product_id", commit->path), p.id,
			"the product is archived");
}

static bool
release(const struct run *run, const struct contract *c, struct recharge *r, struct err *e)
{
	if (r->gate == GATE_EXTERNAL)
		return recharge_store_put(run->store, r, run->arena, e);
	r->outcome = RECHARGE_PAID;
	return recharge_buy(run->store, c, r, run->request->now_ns, run->arena, e);
}

static struct recharge
recharge_of(const struct run *run, const struct account *acct, enum threshold_kind kind,
	struct rat found)
{
	const struct contract *c = acct->contract;
	const struct threshold *t = &c->thresholds.of[kind];
	struct period p = { .start_ns = INSTANT_NONE };

	if (kind == THRESHOLD_SPEND)
		period_at(c, run->request->now_ns, &p);
	return (struct recharge){
		.workflow_id = recharge_workflow_id(run->arena, c->id, kind, run->request->now_ns),
		.kind = kind,
		.gate = t->gate.type,
		.customer_id = c->customer_id,
		.customer_name = acct->customer->name,
		.contract_id = c->id,
		.fired_at_ns = run->request->now_ns,
		.covers_from_ns = p.start_ns,
		.unit = t->unit,
		.measured = found,
		.threshold = t->amount,
		.amount = amount_of(run, t, kind, found),
		.answered_at_ns = INSTANT_NONE,
	};
}

static bool
fail(struct run *run, const struct contract *c, const struct err *inner, struct err *e)
{
	struct invoice_failure failure = { c->customer_id, c->id, *inner };

	if (inner->kind != ERR_INPUT) {
		*e = *inner;
		return false;
	}
	add_failure(run, &failure);
	return true;
}

static bool
evaluate(struct run *run, const struct account *acct, enum threshold_kind kind,
	struct spend_tracker *trackers, struct err *e)
{
	const struct contract *c = acct->contract;
	struct recharges *out = run->out;
	struct err inner = ERR_INIT;
	struct recharge r;
	struct rat found;
	bool spent;

	if (!is_wanted(run, c, kind))
		return true;
	found = measure_of(&run->measures, c, kind, run->arena);
	if (!fires(&c->thresholds.of[kind], kind, found))
		return true;
	if (!is_spent(run, c, kind, &spent, e))
		return false;
	if (spent)
		return true;
	r = recharge_of(run, acct, kind, found);
	set_price(run, acct, trackers, &r);
	if (!check_sold(run, c, kind, &inner) || !release(run, c, &r, &inner))
		return fail(run, c, &inner, e);
	if (r.gate == GATE_NONE)
		spend_add_recharge(run->arena, trackers, c->thresholds.ntrackers, &r.paid_unit,
			r.price, r.discounted);
	out->p = arena_grow(run->arena, out->p, &run->cap, out->n + 1, sizeof(*out->p));
	out->p[out->n++] = r;
	return true;
}

static bool
evaluate_all(struct run *run, const struct account *acct, struct err *e)
{
	const struct contract *c = acct->contract;
	const struct thresholds *t = &c->thresholds;
	struct spend_tracker *trackers;

	if (map_get(&run->failed, c->customer_id) != NULL)
		return true;
	trackers = ARENA_ARRAY(run->arena, t->ntrackers, struct spend_tracker);
	for (size_t i = 0; i < t->ntrackers; i++) {
		trackers[i] = t->trackers[i];
		spend_track(run->arena, c, run->request->now_ns, &trackers[i]);
	}
	for (int k = 0; k < THRESHOLDS; k++)
		if (!evaluate(run, acct, (enum threshold_kind)k, trackers, e))
			return false;
	return true;
}

bool
recharges_run(struct store *st, const struct recharge_request *r, struct arena *a,
	struct recharges *out, struct err *e)
{
	struct run run = { .store = st, .request = r, .arena = a, .out = out };
	struct str customer_id;

	*out = (struct recharges){ .n = 0 };
	map_init(&run.failed, a);
	if (!load(&run, &customer_id, e) ||
		!measures_read(st, r, customer_id, run.wants, a, &run.measures, e))
		return false;
	for (int k = 0; k < THRESHOLDS; k++)
		leave_out(&run, &run.measures.failures[k]);
	for (size_t i = 0; i < run.accounts.n; i++)
		if (!evaluate_all(&run, &run.accounts.p[i], e))
			return false;
	return true;
}

/* ---- what waits ---- */

static bool
add_open(struct store *st, struct str contract_id, struct arena *a, struct recharges *out,
	size_t *cap, struct err *e)
{
	struct recharge *requests;
	struct customer customer;
	size_t n;

	if (!recharge_store_load(st, contract_id, true, a, &requests, &n, e))
		return false;
	out->p = arena_grow(a, out->p, cap, out->n + n, sizeof(*out->p));
	for (size_t i = 0; i < n; i++) {
		if (!customer_store_get(st, requests[i].customer_id, a, &customer, e))
			return false;
		requests[i].customer_name = customer.name;
		out->p[out->n++] = requests[i];
	}
	return true;
}

bool
recharges_open(struct store *st, const struct recharge_request *r, struct arena *a,
	struct recharges *out, struct err *e)
{
	struct str all = { NULL, 0 };
	size_t cap = 0;

	*out = (struct recharges){ .n = 0 };
	if (r->ncontracts == 0)
		return add_open(st, all, a, out, &cap, e);
	for (size_t i = 0; i < r->ncontracts; i++)
		if (!add_open(st, r->contract_ids[i], a, out, &cap, e))
			return false;
	return true;
}
