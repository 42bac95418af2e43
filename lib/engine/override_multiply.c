#include "engine/override.h"

#include "base/banned.h"

static bool
multiply_applies(const struct rate *base)
{
	return base != NULL;
}

/* Prices and fees; how much is free, and the least and the most, stay. */
static struct rate *
multiply_apply(struct arena *a, const struct override *v, const struct rate *base)
{
	struct rate *r = ARENA_NEW(a, struct rate);

	*r = *base;
	r->price = rat_mul(a, base->price, v->multiplier);
	r->tiers = ARENA_ARRAY(a, base->ntiers, struct tier);
	for (size_t i = 0; i < base->ntiers; i++) {
		r->tiers[i] = base->tiers[i];
		r->tiers[i].price = rat_mul(a, base->tiers[i].price, v->multiplier);
		r->tiers[i].flat_fee = rat_mul(a, base->tiers[i].flat_fee, v->multiplier);
	}
	return r;
}

const struct override_rule override_multiply = {
	.name = "MULTIPLIER",
	.applies = multiply_applies,
	.apply = multiply_apply,
};
