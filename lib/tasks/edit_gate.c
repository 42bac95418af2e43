/* Parts of an edit: commits that wait for their payment. */
#include "store/customer_store.h"
#include "store/recharge_store.h"
#include "tasks/edit_part.h"

#include "base/banned.h"

void
edit_hold(struct edit *x, struct contract *c, size_t first)
{
	size_t n = first;

	x->gated = ARENA_ARRAY(x->arena, c->ncommits - first, struct commit);
	for (size_t i = first; i < c->ncommits; i++)
		if (c->commits[i].gated)
			x->gated[x->ngated++] = c->commits[i];
		else
			c->commits[n++] = c->commits[i];
	c->ncommits = n;
}

static struct rat
granted(const struct commit *c, struct arena *a)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < c->nsegments; i++)
		sum = rat_add(a, sum, access_granted(a, &c->segments[i]));
	return sum;
}

static struct recharge
request_of(const struct edit *x, const struct contract *c, const struct commit *commit,
	size_t requests)
{
	struct rat price = schedule_total(&commit->invoice_schedule, x->arena);

	return (struct recharge){
		.workflow_id = recharge_gated_id(x->arena, c->id, requests),
		.commit = commit,
		.gate = GATE_EXTERNAL,
		.customer_id = c->customer_id,
		.contract_id = c->id,
		.fired_at_ns = x->now_ns,
		.covers_from_ns = INSTANT_NONE,
		.unit = commit->access_unit,
		.amount = granted(commit, x->arena),
		.paid_unit = commit->invoice_schedule.unit,
		.undiscounted = price,
		.price = price,
		.outcome = RECHARGE_OPEN,
		.answered_at_ns = INSTANT_NONE,
	};
}

bool
edit_ask(const struct edit *x, const struct contract *c, struct recharge **out, size_t *n)
{
	struct recharge *asked = ARENA_ARRAY(x->arena, x->ngated, struct recharge), *earlier;
	struct customer customer;
	size_t nearlier;

	if (x->ngated == 0)
		return true;
	if (!recharge_store_load(x->store, c->id, false, x->arena, &earlier, &nearlier, x->e) ||
		!customer_store_get(x->store, c->customer_id, x->arena, &customer, x->e))
		return false;
	for (size_t i = 0; i < x->ngated; i++) {
		asked[i] = request_of(x, c, &x->gated[i], nearlier + i);
		asked[i].customer_name = customer.name;
		if (!recharge_store_put(x->store, &asked[i], x->arena, x->e))
			return false;
	}
	*out = asked;
	*n = x->ngated;
	return true;
}
