#include "domain/subscription.h"

#include <stdlib.h>

#include "base/banned.h"

/* The quantity while changes are applied to it. */
struct tally {
	struct arena *arena;
	struct rat unassigned; /* QUANTITY_ONLY: all */
	struct texts seats;
	size_t cap;
};

struct placed_change {
	const struct quantity_change *change;
	size_t place;
};

static int
by_start_then_place(const void *a, const void *b)
{
	const struct placed_change *x = a, *y = b;
	int64_t xt = x->change->starting_at_ns, yt = y->change->starting_at_ns;

	if (xt != yt)
		return xt > yt ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

static struct rat
total(const struct tally *t)
{
	return rat_add(t->arena, t->unassigned, rat_int(t->arena, (int64_t)t->seats.n));
}

static bool
refuse(struct tally *t, const struct quantity_change *c, struct str *why, struct str what)
{
	char text[INSTANT_TEXT_SIZE];

	*why = str_printf(t->arena, "%.*s at %s", STR_FMT(what),
		instant_text(c->starting_at_ns, text));
	return false;
}

static bool
set_unassigned(struct tally *t, const struct quantity_change *c, struct rat x, struct str *why)
{
	if (rat_sign(x) < 0)
		return refuse(t, c, why,
			c->kind == CHANGE_REMOVE_UNASSIGNED ?
				STR("fewer seats are unassigned than are removed") :
				STR("a quantity below zero"));
	t->unassigned = x;
	return true;
}

static bool
assign(struct tally *t, const struct quantity_change *c, struct str *why)
{
	for (size_t i = 0; i < c->seat_ids.n; i++) {
		struct str id = c->seat_ids.p[i];

		if (texts_has(&t->seats, id))
			return refuse(t, c, why,
				str_printf(t->arena, "seat \"%.*s\" is assigned already",
					STR_FMT(id)));
		t->seats.p = arena_grow(t->arena, t->seats.p, &t->cap, t->seats.n + 1,
			sizeof(t->seats.p[0]));
		t->seats.p[t->seats.n++] = id;
		if (rat_cmp(t->unassigned, RAT_ONE) >= 0)
			t->unassigned = rat_sub(t->arena, t->unassigned, RAT_ONE);
	}
	return true;
}

static bool
withdraw(struct tally *t, const struct quantity_change *c, struct str *why)
{
	for (size_t i = 0; i < c->seat_ids.n; i++) {
		size_t kept = 0;

		for (size_t k = 0; k < t->seats.n; k++)
			if (!str_eq(t->seats.p[k], c->seat_ids.p[i]))
				t->seats.p[kept++] = t->seats.p[k];
		if (kept == t->seats.n)
			return refuse(t, c, why,
				str_printf(t->arena, "no seat \"%.*s\" is assigned",
					STR_FMT(c->seat_ids.p[i])));
		t->seats.n = kept;
	}
	return true;
}

static bool
apply(struct tally *t, const struct quantity_change *c, struct str *why)
{
	struct arena *a = t->arena;

	switch (c->kind) {
	case CHANGE_QUANTITY:
		return set_unassigned(t, c,
			rat_sub(a, c->quantity, rat_int(a, (int64_t)t->seats.n)), why);
	case CHANGE_DELTA:
	case CHANGE_ADD_UNASSIGNED:
		return set_unassigned(t, c, rat_add(a, t->unassigned, c->quantity), why);
	case CHANGE_REMOVE_UNASSIGNED:
		return set_unassigned(t, c, rat_sub(a, t->unassigned, c->quantity), why);
	case CHANGE_ADD_SEATS:
		return assign(t, c, why);
	case CHANGE_REMOVE_SEATS:
		return withdraw(t, c, why);
	}
	return false;
}

/* What holds now, behind the steps before; at the instant of the last one in its place. */
static void
put_step(struct quantity_steps *steps, const struct tally *t, int64_t at_ns)
{
	struct quantity_step *step;

	if (steps->n == 0 || steps->p[steps->n - 1].at_ns != at_ns)
		steps->n++;
	step = &steps->p[steps->n - 1];
	*step = (struct quantity_step){ .at_ns = at_ns, .quantity = total(t) };
	step->seat_ids.p = ARENA_ARRAY(t->arena, t->seats.n, struct str);
	for (; step->seat_ids.n < t->seats.n; step->seat_ids.n++)
		step->seat_ids.p[step->seat_ids.n] = t->seats.p[step->seat_ids.n];
}

bool
subscription_steps(const struct subscription *s, struct arena *a, struct quantity_steps *out,
	struct str *why)
{
	const struct quantity_change first = { .starting_at_ns = s->starting_at_ns,
		.kind = CHANGE_ADD_SEATS,
		.seat_ids = s->initial_seat_ids };
	struct quantity_steps steps = { ARENA_ARRAY(a, s->nchanges + 1, struct quantity_step), 0 };
	struct placed_change *sorted = ARENA_ARRAY(a, s->nchanges, struct placed_change);
	struct tally t = { .arena = a };

	for (size_t i = 0; i < s->nchanges; i++)
		sorted[i] = (struct placed_change){ &s->changes[i], i };
	if (s->nchanges > 1)
		qsort(sorted, s->nchanges, sizeof(sorted[0]), by_start_then_place);
	if (!assign(&t, &first, why))
		return false;
	t.unassigned = s->initial_quantity;
	put_step(&steps, &t, s->starting_at_ns);
	for (size_t i = 0; i < s->nchanges; i++) {
		if (!apply(&t, sorted[i].change, why))
			return false;
		put_step(&steps, &t, sorted[i].change->starting_at_ns);
	}
	*out = steps;
	return true;
}

const struct quantity_step *
quantity_at(const struct quantity_steps *steps, int64_t t_ns)
{
	const struct quantity_step *found = NULL;

	for (size_t i = 0; i < steps->n && steps->p[i].at_ns <= t_ns; i++)
		found = &steps->p[i];
	return found;
}
