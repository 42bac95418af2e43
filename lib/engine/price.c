#include "engine/price.h"

#include "base/banned.h"

static const struct price_model *const models[] = {
	[RATE_FLAT] = &price_flat,
	[RATE_TIERED] = &price_tiered,
	[RATE_PERCENTAGE] = &price_percentage,
};
_Static_assert(countof(models) == RATE_TYPES, "one row for each rate type");

const struct price_model *
price_model(enum rate_type t)
{
	return models[t];
}
