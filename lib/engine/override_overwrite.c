#include "engine/override.h"

#include "base/banned.h"

/* It stands by itself: without a rate on the card too. */
static bool
overwrite_applies(const struct rate *base)
{
	(void)base;
	return true;
}

static struct rate *
overwrite_apply(struct arena *a, const struct override *v, const struct rate *base)
{
	struct rate *r = ARENA_NEW(a, struct rate);

	(void)base;
	*r = *v->overwrite;
	r->id = v->id;
	return r;
}

const struct override_rule override_overwrite = {
	.name = "OVERWRITE",
	.applies = overwrite_applies,
	.apply = overwrite_apply,
};
