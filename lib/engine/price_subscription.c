#include "engine/price.h"

#include "base/banned.h"

/* So much for each, as FLAT. */
static size_t
subscription_slices(struct arena *a, const struct rate *r, struct rat q_start, struct rat q_end,
	struct price_slice **out)
{
	return price_flat.slices(a, r, q_start, q_end, out);
}

const struct price_model price_subscription = {
	.name = "SUBSCRIPTION",
	.slices = subscription_slices,
};
