#include "engine/price.h"

#include "base/banned.h"

/* The price of the tier in which the quantity lies, once; nothing where nothing is used. */
static struct price_point
stairstep_at(struct arena *a, const struct rate *r, struct rat q)
{
	size_t i = price_tier_at(a, r, q);

	if (rat_sign(q) <= 0)
		return (struct price_point){ .level = 0 };
	return (struct price_point){
		.value = r->tiers[i].price,
		.level = (int)i + 1,
		.price = r->tiers[i].price,
	};
}

const struct price_model price_stairstep = {
	.name = "STAIRSTEP",
	.slices = price_whole_slices,
	.at = stairstep_at,
};
