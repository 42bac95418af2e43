#include "engine/rating.h"

#include <assert.h>

#include "base/banned.h"

struct rat
group_share(struct arena *a, const struct usage_group *g, size_t first, size_t last)
{
	struct rat share = RAT_ZERO;

	for (size_t w = first; g->windows != NULL && w <= last; w++)
		if (g->windows[w] != NULL)
			share = rat_add(a, share, g->windows[w]->share);
	return share;
}

static const struct product_terms *
run_terms(const struct run *run)
{
	return window_terms(run->plan, run->spans[0].first);
}

struct rat
run_convert(struct arena *a, const struct run *run, struct rat aggregated)
{
	const struct quantity_conversion *c = &run_terms(run)->conversion;
	struct rat out = aggregated;

	switch (c->operation) {
	case CONVERT_NONE:
		break;
	case CONVERT_MULTIPLY:
		out = rat_mul(a, aggregated, c->factor);
		break;
	case CONVERT_DIVIDE: {
		bool divided = rat_div(a, aggregated, c->factor, &out);
		assert(divided); /* factors are greater than zero */
		(void)divided;
		break;
	}
	}
	return out;
}

struct rat
run_round(struct arena *a, const struct run *run, struct rat converted)
{
	const struct quantity_rounding *r = &run_terms(run)->rounding;

	return r->on ? rat_round(a, converted, r->places, r->method) : converted;
}

struct run *
run_of(struct arena *a, const struct product_plan *pp, const struct usage_group *g,
	const struct price_row *row, const struct span *spans, size_t n, struct rat counter)
{
	struct run *run = ARENA_NEW(a, struct run);

	run->plan = pp;
	run->group = g;
	run->sets = row->sets;
	run->spans = spans;
	run->nspans = n;
	run->counter = counter;
	for (size_t i = 0; i < n; i++)
		run->aggregated = rat_add(a, run->aggregated, spans[i].quantity);
	run->converted = run_convert(a, run, run->aggregated);
	run->quantity = run_round(a, run, run->converted);
	return run;
}

struct rat
run_end(struct arena *a, const struct run *run)
{
	return rat_add(a, run->counter, run->quantity);
}

/* ---- charges ---- */

/* A walk over the windows of a run, which counts what was used. */
struct walk {
	struct arena *arena;
	const struct run *run;
	size_t span;
	size_t w;
	struct rat used; /* before the window */
};

static struct walk
walk_start(struct arena *a, const struct run *run)
{
	return (struct walk){ a, run, 0, run->spans[0].first, RAT_ZERO };
}

/* Past the window; false: it was the last one. */
static bool
walk_on(struct walk *k)
{
	const struct run *run = k->run;

	k->used = rat_add(k->arena, k->used, group_share(k->arena, run->group, k->w, k->w));
	if (k->w < run->spans[k->span].last)
		k->w++;
	else if (++k->span < run->nspans)
		k->w = run->spans[k->span].first;
	else
		return false;
	return true;
}

static struct rat
running_value(const struct walk *k)
{
	return run_round(k->arena, k->run, run_convert(k->arena, k->run, k->used));
}

/* What is free up to a running value, under each rate of the set. */
static struct rat *
free_at(struct arena *a, const struct run *run, const struct price_set *set, struct rat running)
{
	struct rat *gratis = ARENA_ARRAY(a, set->n, struct rat);

	for (size_t k = 0; k < set->n; k++)
		gratis[k] = run_free(a, run, set->rates[k], running);
	return gratis;
}

size_t
run_slices(struct arena *a, const struct run *run, struct rat from, struct rat to,
	struct rat *charged, struct price_slice **out)
{
	const struct price_set *set = run->spans[0].set;
	struct price_move move = { .q_start = rat_add(a, run->counter, from),
		.q_end = rat_add(a, run->counter, to) };
	size_t n;

	if (run->nallowances > 0) {
		move.free_start = free_at(a, run, set, from);
		move.free_end = free_at(a, run, set, to);
	}
	n = price_slices(a, set, &move, out);
	if (run->maximum == NULL || charged == NULL)
		return n;
	return limits_cap(a, run, *out, n, set->n, charged, out);
}

static struct run_charge *
charge_of(struct arena *a, const struct run *run, size_t first, size_t last, struct rat from,
	struct rat to, struct rat *charged)
{
	struct run_charge *rc = ARENA_NEW(a, struct run_charge);
	const struct product *product = run->plan->priced->product;
	const struct price_set *set = run->spans[0].set;
	struct charge *c = &rc->charge;
	struct price_slice *prices;

	*rc = (struct run_charge){ .run = run,
		.first = first,
		.last = last,
		.from = from,
		.to = to };
	c->name = window_terms(run->plan, first)->name;
	c->product_id = product->id;
	c->product_type = product->type;
	c->unit = set->rates[0]->unit;
	c->starting_at_ns = run->plan->cuts[first];
	c->ending_before_ns = run->plan->cuts[last + 1];
	c->at_end = rate_type_whole(set->rates[0]->type);
	c->pricing = run->group->pricing;
	c->presentation = run->group->presentation;
	c->price_of = set->of;
	c->n = run_slices(a, run, from, to, charged, &prices);
	c->slices = ARENA_ARRAY(a, c->n, struct charge_slice);
	for (size_t i = 0; i < c->n; i++)
		c->slices[i] = (struct charge_slice){
			.prices = &prices[i * set->n],
			.open = prices[i * set->n].quantity,
		};
	return rc;
}

static void
put_charge(struct arena *a, struct rated *out, struct run_charge *c)
{
	out->charges = arena_grow(a, out->charges, &out->cap, out->n + 1,
		sizeof(struct run_charge *));
	out->charges[out->n++] = c;
}

/* A segment begins or ends behind the start of window x, up to that of window y. */
static bool
cut_by_balance(const struct product_plan *pp, size_t x, size_t y)
{
	for (size_t w = x + 1; w <= y; w++)
		if ((pp->why[w] & CUT_BALANCE) != 0)
			return true;
	return false;
}

static void
charges_between_balances(struct arena *a, const struct run *run, struct rated *out)
{
	bool whole = rate_type_whole(run->spans[0].rate->type);
	struct walk k = walk_start(a, run);
	struct rat from = RAT_ZERO, charged = run->charged;
	bool more = true;

	while (more) {
		size_t first = k.w, last;
		do {
			last = k.w;
			more = walk_on(&k);
		} while (more && (whole || !cut_by_balance(run->plan, last, k.w)));

		struct rat to = running_value(&k);
		if (!rat_eq(from, to))
			put_charge(a, out, charge_of(a, run, first, last, from, to, &charged));
		from = to;
	}
}

/* What each window adds to the charge of the run, for composites. */
static void
spend_by_window(struct arena *a, const struct run *run, struct rat *spend)
{
	size_t nprices = run->spans[0].set->n;
	struct walk k = walk_start(a, run);
	struct rat from = RAT_ZERO, charged = run->charged;
	bool more = true;

	while (more) {
		size_t w = k.w;
		more = walk_on(&k);

		struct rat to = running_value(&k);
		struct price_slice *slices;
		size_t n = rat_eq(from, to) ? 0 : run_slices(a, run, from, to, &charged, &slices);
		for (size_t i = 0; i < n; i++)
			spend[w] = rat_add(a, spend[w], slices[i * nprices].total);
		from = to;
	}
}

void
run_charges(struct arena *a, const struct run *run, struct rated *out)
{
	charges_between_balances(a, run, out);
	if (out->spend != NULL)
		spend_by_window(a, run, out->spend);
}

void
run_adjust(struct arena *a, struct run_charge *rc, struct rated *out)
{
	put_charge(a, out, rc);
	if (out->spend != NULL)
		out->spend[rc->last] = rat_add(a, out->spend[rc->last],
			rc->charge.slices[0].prices[0].total);
}

struct run_charge *
run_zero(struct arena *a, const struct run *run)
{
	struct rat charged = run->charged;

	return charge_of(a, run, run->spans[0].first, run->spans[run->nspans - 1].last, RAT_ZERO,
		RAT_ZERO, &charged);
}
