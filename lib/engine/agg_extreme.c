#include "engine/agg_extreme.h"

#include "engine/agg_number.h"

#include "base/banned.h"

bool
extreme_feed(struct extreme *x, struct arena *a, const struct aggregate_input *in, int side)
{
	struct sum v;

	if (!agg_number_read(&v, in->scratch, in->text))
		return false;
	if (!x->any || agg_number_cmp(&v, &x->value, in->scratch) * side > 0)
		*x = (struct extreme){ .any = true, .value = agg_number_keep(a, &v) };
	return true;
}

void
extreme_merge(struct extreme *x, struct arena *a, const struct extreme *later, int side)
{
	if (later->any && (!x->any || agg_number_cmp(&later->value, &x->value, a) * side > 0))
		*x = *later;
}
