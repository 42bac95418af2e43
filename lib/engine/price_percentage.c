#include "engine/price.h"

#include "base/banned.h"

/* The quantity of a composite product is what was spent. */
static size_t
percentage_slices(struct arena *a, const struct rate *r, struct rat q_start, struct rat q_end,
	struct price_slice **out)
{
	struct price_slice *s = ARENA_NEW(a, struct price_slice);

	s->quantity = rat_sub(a, q_end, q_start);
	s->unit_price = r->price;
	s->total = rat_mul(a, s->quantity, s->unit_price);
	*out = s;
	return 1;
}

const struct price_model price_percentage = {
	.name = "PERCENTAGE",
	.slices = percentage_slices,
};
