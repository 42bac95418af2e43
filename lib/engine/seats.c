#include "engine/seats.h"

#include "base/id.h"

#include "base/banned.h"

/* For so many, a part of a period: only a part is rounded. */
static struct rat
amount_for(struct arena *a, const struct seat_grant *g, struct rat quantity, struct rat part)
{
	const struct recurring_amount *x = &g->item->access;
	struct rat amount = rat_mul(a, x->unit_price, quantity);

	return rat_eq(part, RAT_ONE) ? amount :
				       proration_round(a, &x->rounding, rat_mul(a, amount, part));
}

/* What of a period's amount more seats get from then on. */
static struct rat
part_from(struct arena *a, const struct seat_grant *g, int64_t at_ns)
{
	const struct proration_rounding exact = { .on = false };

	return g->item->link.prorates_increase ?
		prorated_price(a, RAT_ONE, &g->cell, at_ns, &exact) :
		RAT_ONE;
}

static void
add_increase(struct arena *a, const struct seat_grant *g, struct access_segment *s, int64_t at_ns,
	struct rat quantity)
{
	size_t cap = s->nincreases;

	s->increases = arena_grow(a, s->increases, &cap, s->nincreases + 1,
		sizeof(s->increases[0]));
	s->increases[s->nincreases++] = (struct access_increase){
		.at_ns = at_ns,
		.amount = amount_for(a, g, quantity, part_from(a, g, at_ns)),
	};
}

/* ---- pooled ---- */

static void
grant_pooled(struct arena *a, const struct seat_grant *g, const struct quantity_steps *steps,
	struct access_segment *s)
{
	const struct quantity_step *at_start = quantity_at(steps, g->cell.from_ns);
	struct rat most = at_start != NULL ? at_start->quantity : RAT_ZERO;

	s->amount = amount_for(a, g, most, g->part);
	for (size_t i = 0; i < steps->n; i++) {
		const struct quantity_step *step = &steps->p[i];

		if (step->at_ns <= g->cell.from_ns || step->at_ns >= g->cell.to_ns ||
			step->at_ns > g->until_ns || rat_cmp(step->quantity, most) <= 0)
			continue;
		add_increase(a, g, s, step->at_ns, rat_sub(a, step->quantity, most));
		most = step->quantity;
	}
}

/* ---- individual ---- */

static struct str
seat_segment_id(struct arena *a, const struct commit *child, struct str seat_id)
{
	const struct str parts[] = { STR("seat_segment"), child->id, seat_id };
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

static bool
has_segment(const struct commit *child, struct str seat_id)
{
	for (size_t i = 0; i < child->nsegments; i++)
		if (str_eq(child->segments[i].seat_id, seat_id))
			return true;
	return false;
}

/* Those of the seats that have none yet; later: assigned after the child's start. */
static void
put_seats(struct arena *a, const struct seat_grant *g, const struct quantity_step *step,
	struct str seat_key, bool later, struct commit *child, size_t *cap)
{
	for (size_t i = 0; i < step->seat_ids.n; i++) {
		struct str seat_id = step->seat_ids.p[i];
		struct access_segment *s;

		if (has_segment(child, seat_id))
			continue;
		child->segments = arena_grow(a, child->segments, cap, child->nsegments + 1,
			sizeof(child->segments[0]));
		s = &child->segments[child->nsegments++];
		*s = (struct access_segment){
			.id = seat_segment_id(a, child, seat_id),
			.starting_at_ns = g->cell.from_ns,
			.ending_before_ns = g->end_ns,
			.seat_id = seat_id,
			.seat_key = seat_key,
		};
		if (later)
			add_increase(a, g, s, step->at_ns, RAT_ONE);
		else
			s->amount = amount_for(a, g, RAT_ONE, g->part);
	}
}

static void
grant_individual(struct arena *a, const struct seat_grant *g, const struct subscription *sub,
	const struct quantity_steps *steps, struct commit *child)
{
	const struct quantity_step *at_start = quantity_at(steps, g->cell.from_ns);
	size_t cap = 0;

	child->segments = NULL;
	child->nsegments = 0;
	if (at_start != NULL)
		put_seats(a, g, at_start, sub->seat_group_key, false, child, &cap);
	for (size_t i = 0; i < steps->n; i++) {
		const struct quantity_step *step = &steps->p[i];

		if (step->at_ns > g->cell.from_ns && step->at_ns < g->cell.to_ns &&
			step->at_ns <= g->until_ns)
			put_seats(a, g, step, sub->seat_group_key, true, child, &cap);
	}
}

/* ---- a child ---- */

/* The quantity as long as the subscription is active, then none. */
static void
end_steps(struct arena *a, const struct subscription *s, struct quantity_steps *steps)
{
	struct quantity_step *p;
	size_t n = 0;

	if (s->ending_before_ns == INSTANT_NONE)
		return;
	p = ARENA_ARRAY(a, steps->n + 1, struct quantity_step);
	for (; n < steps->n && steps->p[n].at_ns < s->ending_before_ns; n++)
		p[n] = steps->p[n];
	p[n++] = (struct quantity_step){ .at_ns = s->ending_before_ns };
	*steps = (struct quantity_steps){ p, n };
}

void
seats_grant(struct arena *a, const struct seat_grant *g, struct str pooled_id, struct commit *child)
{
	const struct contract *c = g->contract;
	const struct subscription_link *l = &g->item->link;
	size_t i = subscription_find(c->subscriptions, c->nsubscriptions, l->subscription_id);
	struct quantity_steps steps = { NULL, 0 };
	struct str ignored;

	if (i != SIZE_MAX && subscription_steps(&c->subscriptions[i], a, &steps, &ignored))
		end_steps(a, &c->subscriptions[i], &steps);
	if (i != SIZE_MAX && l->allocation == ALLOCATE_INDIVIDUAL) {
		grant_individual(a, g, &c->subscriptions[i], &steps, child);
		return;
	}
	child->segments = ARENA_NEW(a, struct access_segment);
	child->nsegments = 1;
	child->segments[0] = (struct access_segment){
		.id = pooled_id,
		.starting_at_ns = g->cell.from_ns,
		.ending_before_ns = g->end_ns,
	};
	grant_pooled(a, g, &steps, &child->segments[0]);
}
