#include "engine/price.h"

#include <assert.h>

#include "base/banned.h"

/* Each package that is begun; below zero there are none. */
static struct price_point
package_at(struct arena *a, const struct rate *r, struct rat q)
{
	struct rat packages = RAT_ZERO;

	if (rat_sign(q) > 0) {
		bool divided = rat_div(a, q, r->package_size, &packages);
		assert(divided); /* sizes are above zero */
		(void)divided;
		packages = rat_round(a, packages, 0, RAT_CEILING);
	}
	return (struct price_point){
		.value = rat_mul(a, packages, r->price),
		.price = r->price,
	};
}

const struct price_model price_package = {
	.name = "PACKAGE",
	.slices = price_whole_slices,
	.at = package_at,
};
