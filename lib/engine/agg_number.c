#include "engine/agg_number.h"

#include "base/banned.h"

bool
agg_number_read(struct sum *out, struct arena *scratch, struct str text)
{
	struct sum x = SUM_INIT;

	if (sum_add_text(&x, scratch, text) != RAT_OK)
		return false;
	*out = x;
	return true;
}

struct sum
agg_number_keep(struct arena *a, const struct sum *x)
{
	struct sum kept = *x;

	kept.spilled = rat_copy(a, x->spilled);
	return kept;
}

int
agg_number_cmp(const struct sum *x, const struct sum *y, struct arena *scratch)
{
	if (x->scale == y->scale && rat_sign(x->spilled) == 0 && rat_sign(y->spilled) == 0)
		return (x->mantissa > y->mantissa) - (x->mantissa < y->mantissa);
	return rat_cmp(sum_value(x, scratch), sum_value(y, scratch));
}
