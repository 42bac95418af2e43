#include "engine/price.h"

#include "base/banned.h"

/* All units at the price of the tier in which the quantity lies. */
static struct price_point
volume_at(struct arena *a, const struct rate *r, struct rat q)
{
	size_t i = price_tier_at(a, r, q);
	const struct tier *t = &r->tiers[i];

	return (struct price_point){
		.value = rat_mul(a, q, t->price),
		.level = (int)i + 1,
		.price = t->price,
	};
}

const struct price_model price_volume = {
	.name = "VOLUME",
	.slices = price_whole_slices,
	.at = volume_at,
};
