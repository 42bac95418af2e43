#include "engine/spend.h"

#include <assert.h>

#include "domain/customer_balance.h"
#include "engine/periods.h"

#include "base/banned.h"

static void
count(struct arena *a, struct spend_tracker *t, enum spend_source source, bool discounted,
	struct rat paid)
{
	if (spend_tracker_counts(t, source, discounted))
		t->spent = rat_add(a, t->spent, paid);
}

static void
count_recharge(struct arena *a, struct rat paid, struct rat discounted, struct spend_tracker *t)
{
	count(a, t, SPEND_RECHARGE, true, discounted);
	count(a, t, SPEND_RECHARGE, false, rat_sub(a, paid, discounted));
}

static void
count_purchase(struct arena *a, const struct commit *c, struct rat paid, struct spend_tracker *t)
{
	if (c->recharge.workflow_id.n == 0) {
		count(a, t, SPEND_MANUAL, c->counts_as_discounted, paid);
		return;
	}
	count_recharge(a, paid, c->recharge.discounted, t);
}

static void
count_commit(struct arena *a, const struct commit *c, int64_t at_ns, struct spend_tracker *t)
{
	const struct schedule *s = &c->invoice_schedule;

	if (c->type != COMMIT_PREPAID || !c->has_invoice_schedule || !unit_same(&s->unit, &t->unit))
		return;
	for (size_t i = 0; i < s->nitems; i++) {
		const struct schedule_item *item = &s->items[i];

		if (item->timestamp_ns >= t->period_start_ns && item->timestamp_ns <= at_ns)
			count_purchase(a, c, rat_mul(a, item->unit_price, item->quantity), t);
	}
}

bool
spend_track(struct arena *a, const struct contract *c, int64_t at_ns, struct spend_tracker *t)
{
	struct period p;

	t->has_spent = period_at(c, at_ns, &p);
	if (!t->has_spent)
		return false;
	t->spent = RAT_ZERO;
	t->period_start_ns = p.start_ns;
	t->period_end_ns = p.end_ns;
	for (size_t i = 0; i < c->ncommits; i++)
		if (commit_billed_by(&c->commits[i], c->id))
			count_commit(a, &c->commits[i], at_ns, t);
	return true;
}

void
spend_add_recharge(struct arena *a, struct spend_tracker *trackers, size_t n,
	const struct unit *paid_unit, struct rat price, struct rat discounted)
{
	for (size_t i = 0; i < n; i++)
		if (trackers[i].has_spent && unit_same(&trackers[i].unit, paid_unit))
			count_recharge(a, price, discounted, &trackers[i]);
}

struct recharge_price
recharge_price(struct arena *a, const struct threshold *t, struct rat worth,
	const struct spend_tracker *tracker)
{
	struct recharge_price p = { worth, worth, RAT_ZERO };
	struct rat room, bought;
	bool ok;

	if (!t->has_discount)
		return p;
	p.price = rat_mul(a, worth, t->discount.fraction);
	p.discounted = p.price;
	if (tracker == NULL)
		return p;
	room = rat_sub(a, t->discount.cap, tracker->spent);
	if (rat_sign(room) <= 0)
		return (struct recharge_price){ worth, worth, RAT_ZERO };
	if (rat_cmp(p.price, room) <= 0 || !spend_tracker_counts(tracker, SPEND_RECHARGE, true))
		return p;
	ok = rat_div(a, room, t->discount.fraction, &bought);
	assert(ok); /* at fraction 0 nothing is paid that the room could be too small for */
	p.discounted = room;
	p.price = rat_add(a, room, rat_sub(a, worth, bought));
	return p;
}
