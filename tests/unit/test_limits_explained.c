/* An outsider computes the lines of every price model from their traces. */
#include "tests/unit/shop_models.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define ROUNDS 300

/* What the steps of a line say. */
struct told {
	struct rat used; /* after conversion and rounding */
	struct rat price;
	struct rat value_before;
	struct rat value_after;
	struct rat shares;
	bool shares_hold;
	const struct trace_step *free_units;
	const struct trace_step *tier;
	const struct trace_step *maximum;
	const struct trace_step *minimum;
	const struct trace_step *total;
};

static void
share_told(struct arena *a, struct told *t, const struct trace_step *s)
{
	struct rat hours = rat_frac(a, s->to_ns - s->from_ns, NS_PER_HOUR), part = RAT_ZERO;

	t->shares_hold = t->shares_hold && rat_div(a, hours, s->y, &part) &&
		rat_eq(s->z, rat_mul(a, s->x, part));
	t->shares = rat_add(a, t->shares, s->z);
}

static struct told
read_trace(struct arena *a, const struct invoice_line *l)
{
	struct told t = { .used = RAT_ZERO, .shares_hold = true };

	for (const struct trace_step *s = l->trace.first; s != NULL; s = s->next) {
		if (s->kind == TRACE_USAGE || s->kind == TRACE_BASE)
			t.used = rat_add(a, t.used, s->x);
		else if (s->kind == TRACE_CONVERSION || s->kind == TRACE_ROUNDING)
			t.used = s->x;
		else if (s->kind == TRACE_RATE)
			t.price = s->x;
		else if (s->kind == TRACE_FREE_UNITS)
			t.free_units = s;
		else if (s->kind == TRACE_TIER || s->kind == TRACE_FLAT_FEE)
			t.tier = s;
		else if (s->kind == TRACE_MAXIMUM)
			t.maximum = s;
		else if (s->kind == TRACE_MINIMUM)
			t.minimum = s;
		else if (s->kind == TRACE_TOTAL)
			t.total = s;
		else if (s->kind == TRACE_SHARE)
			share_told(a, &t, s);
		if (s->kind != TRACE_VALUE && s->kind != TRACE_PACKAGES)
			continue;
		t.value_before = t.value_after;
		t.value_after = s->z;
	}
	return t;
}

static struct rat
free_of(struct rat q, struct rat size)
{
	return rat_sign(q) <= 0 ? RAT_ZERO : rat_min(q, size);
}

/* How many of the quantity are free, and that this follows from the position. */
static bool
free_holds(struct arena *a, const struct told *t, struct rat *gratis)
{
	const struct trace_step *s = t->free_units;

	*gratis = RAT_ZERO;
	if (s == NULL)
		return true;
	*gratis = s->x;
	return rat_eq(s->x,
		rat_sub(a, free_of(rat_add(a, s->z, t->used), s->y), free_of(s->z, s->y)));
}

/* Of a whole that costs so much: what the maximum lets be charged. */
static struct rat
charged(struct arena *a, const struct told *t, struct rat whole)
{
	const struct trace_step *m = t->maximum;

	if (m == NULL)
		return whole;
	return rat_sub(a, rat_min(rat_add(a, m->y, whole), m->x), rat_min(m->y, m->x));
}

/* Usage in tiers: the steps say how much lies in the tier, up to the maximum or beyond it. */
static bool
tier_holds(struct arena *a, const struct invoice_line *l, const struct told *t)
{
	return t->tier->count == (uint64_t)l->tier.level && rat_eq(t->tier->x, l->quantity) &&
		rat_eq(t->tier->y, l->unit_price) &&
		(t->maximum == NULL || l->beyond_maximum || rat_sign(l->total) <= 0 ||
			rat_cmp(rat_add(a, t->maximum->y, l->total), t->maximum->x) <= 0);
}

static bool
is_explained(struct arena *a, const struct invoice_line *l)
{
	struct told t = read_trace(a, l);
	struct rat gratis, whole;

	if (t.total == NULL || !rat_eq(t.total->z, l->total) || !t.shares_hold)
		return false;
	if (l->kind == SLICE_MINIMUM)
		return t.minimum != NULL && rat_eq(t.minimum->x, t.shares) &&
			rat_eq(t.minimum->z, l->total) &&
			rat_eq(l->total, rat_sub(a, t.minimum->x, t.minimum->y));
	if (!free_holds(a, &t, &gratis) || (t.maximum && !rat_eq(t.maximum->x, t.shares)))
		return false;
	if (l->kind == SLICE_FREE)
		return rat_eq(l->quantity, gratis) && rat_sign(l->total) == 0;
	if (t.tier != NULL)
		return tier_holds(a, l, &t);
	whole = l->kind == SLICE_WHOLE ? rat_sub(a, t.value_after, t.value_before) :
					 rat_mul(a, rat_sub(a, t.used, gratis), t.price);
	return l->beyond_maximum ?
		rat_sign(l->total) == 0 && !rat_eq(whole, charged(a, &t, whole)) :
		rat_eq(l->total, charged(a, &t, whole));
}

int
main(void)
{
	struct sweep sw = sweep_start("traces of limits", 41);
	struct arena a = ARENA_INIT;
	struct shop s;
	int bad = 0, lines = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random_models(&sw, &s, &a);
		struct invoice inv = shop_invoice(&s);
		for (size_t i = 0; i < inv.nlines; i++, lines++)
			bad += !is_explained(&a, &inv.lines[i]);
		arena_clear(&a);
	}
	is_int(bad, 0, "each line follows from its trace");
	ok(lines > ROUNDS, "%d lines", lines);
	arena_release(&a);
	return done();
}
