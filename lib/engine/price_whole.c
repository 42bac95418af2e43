#include "engine/price.h"

#include <assert.h>

#include "base/banned.h"

/*
 * Models whose charge does not lie in single units: a move is one slice, the
 * difference of the values at its ends. A part of the slice costs a part of it.
 */

static struct rat
per_unit(struct arena *a, struct rat total, struct rat quantity)
{
	struct rat each;
	bool divided = rat_div(a, total, quantity, &each);

	assert(divided); /* a quantity of zero costs nothing and does not come here */
	(void)divided;
	return each;
}

size_t
price_whole_slices(struct arena *a, const struct rate *r, struct rat q_start, struct rat q_end,
	struct price_slice **out)
{
	const struct price_model *model = price_model(r->type);
	struct price_slice *s = ARENA_NEW(a, struct price_slice);

	s->kind = SLICE_WHOLE;
	s->quantity = rat_sub(a, q_end, q_start);
	if (rat_sign(s->quantity) != 0) {
		s->total = rat_sub(a, model->at(a, r, q_end).value, model->at(a, r, q_start).value);
		s->unit_price = per_unit(a, s->total, s->quantity);
	}
	*out = s;
	return 1;
}

size_t
price_tier_at(struct arena *a, const struct rate *r, struct rat q)
{
	struct rat end = RAT_ZERO;
	size_t i = 0;

	for (; !r->tiers[i].open; i++) {
		end = rat_add(a, end, r->tiers[i].size);
		if (rat_cmp(q, end) <= 0)
			break;
	}
	return i;
}
