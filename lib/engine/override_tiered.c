#include "engine/override.h"

#include "base/banned.h"

/* A model without a price for one unit has nothing to scale by the quantity, a seat no tiers. */
static bool
tiered_applies(const struct rate *base)
{
	return base != NULL && !rate_type_whole(base->type) && !base->has_frequency;
}

/* What is left of the tiers at hand on one of the two sides. */
struct side {
	bool open;
	struct rat left;
};

/* The tiers of the rate; of one without tiers the whole of it. */
static struct tier *
tiers_of(struct arena *a, const struct rate *base)
{
	struct tier *one;

	if (rate_type_tiers(base->type))
		return base->tiers;
	one = ARENA_NEW(a, struct tier);
	one->open = true;
	one->price = base->price;
	return one;
}

static struct side
base_side(const struct tier *t)
{
	return (struct side){ t->open, t->size };
}

/* Beyond the last sized tier the list price holds. */
static struct side
override_side(const struct override *v, size_t i)
{
	if (i == v->ntiers)
		return (struct side){ .open = true };
	return (struct side){ v->tiers[i].open, v->tiers[i].size };
}

/* Up to where the nearer of the two ends. */
static void
put_tier(struct arena *a, const struct tier *base, const struct side *x, const struct side *y,
	struct rat multiplier, bool entered, struct tier *out)
{
	out->open = x->open && y->open;
	if (x->open)
		out->size = y->left;
	else
		out->size = y->open ? x->left : rat_min(x->left, y->left);
	out->price = rat_mul(a, base->price, multiplier);
	if (entered)
		out->flat_fee = rat_mul(a, base->flat_fee, multiplier);
}

/* The tier goes on behind size; false: it has ended there. */
static bool
goes_on(struct arena *a, struct side *s, struct rat size)
{
	if (s->open)
		return true;
	s->left = rat_sub(a, s->left, size);
	return rat_sign(s->left) > 0;
}

static struct rate *
tiered_apply(struct arena *a, const struct override *v, const struct rate *base)
{
	struct rate *r = ARENA_NEW(a, struct rate);
	const struct tier *tiers = tiers_of(a, base);
	struct side x = base_side(&tiers[0]), y = override_side(v, 0);
	size_t i = 0, k = 0;
	bool entered = true;

	*r = *base;
	r->type = rate_type_on_spend(base->type) ? RATE_TIERED_PERCENTAGE : RATE_TIERED;
	r->price = RAT_ZERO;
	r->tiers = ARENA_ARRAY(a, base->ntiers + v->ntiers + 2, struct tier);
	r->ntiers = 0;
	for (;;) {
		struct tier *out = &r->tiers[r->ntiers++];

		put_tier(a, &tiers[i], &x, &y, k < v->ntiers ? v->tiers[k].multiplier : RAT_ONE,
			entered, out);
		if (out->open)
			return r;
		entered = !goes_on(a, &x, out->size);
		if (entered)
			x = base_side(&tiers[++i]);
		if (!goes_on(a, &y, out->size))
			y = override_side(v, ++k);
	}
}

const struct override_rule override_tiered = {
	.name = "TIERED",
	.applies = tiered_applies,
	.apply = tiered_apply,
};
