#include "engine/agg_number.h"

#include "base/banned.h"

__extension__ typedef __int128 i128;

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

/* A mantissa at the scale of another: 18 places more than 64 bits hold fit into 128. */
static i128
widened(const struct sum *x, unsigned scale)
{
	i128 v = x->mantissa;

	for (unsigned at = x->scale; at < scale; at++)
		v *= 10;
	return v;
}

int
agg_number_cmp(const struct sum *x, const struct sum *y, struct arena *scratch)
{
	i128 v, w;

	if (rat_sign(x->spilled) != 0 || rat_sign(y->spilled) != 0)
		return rat_cmp(sum_value(x, scratch), sum_value(y, scratch));
	v = widened(x, y->scale);
	w = widened(y, x->scale);
	return (v > w) - (v < w);
}
