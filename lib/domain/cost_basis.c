#include "domain/cost_basis.h"

#include "base/banned.h"

static struct rat
granted(struct arena *a, const struct commit *c)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < c->nsegments; i++)
		sum = rat_add(a, sum, c->segments[i].amount);
	return sum;
}

bool
cost_basis_of(struct arena *a, const struct commit *c, struct cost_basis *out)
{
	if (c->rolled_from.origin != NULL)
		c = c->rolled_from.origin;
	*out = (struct cost_basis){ .unit = c->access_unit, .each = RAT_ZERO };
	if (commit_is_free(c))
		return true;
	out->unit = c->invoice_schedule.unit;
	return rat_div(a, schedule_total(&c->invoice_schedule, a), granted(a, c), &out->each);
}
