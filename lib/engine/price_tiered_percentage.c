#include "engine/price.h"

#include "base/banned.h"

/* The quantity of a composite product is what was spent, and so are the sizes of its tiers. */
static size_t
tiered_percentage_slices(struct arena *a, const struct rate *r, struct rat q_start,
	struct rat q_end, struct price_slice **out)
{
	return price_tiered.slices(a, r, q_start, q_end, out);
}

const struct price_model price_tiered_percentage = {
	.name = "TIERED_PERCENTAGE",
	.slices = tiered_percentage_slices,
};
