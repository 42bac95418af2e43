/*
 * sum - a running exact sum of decimals, for hot loops.
 *
 * Shape      a 64-bit mantissa at one decimal scale; what does not fit spills
 *            into a rat without a difference in the result.
 * Rounding   none.
 * Ownership  a spill allocates in the arena given; the total before it stays
 *            there until the arena is cleared. Give one sum one arena.
 * Order      the total does not depend on the order of additions.
 * Example    0.1 then 0.02 then 1e30: 1000000000000000000000000000000.12
 */
#ifndef BASE_SUM_H
#define BASE_SUM_H

#include "base/rat.h"

struct sum {
	int64_t mantissa;
	unsigned scale;     /* 0..18 */
	struct rat spilled; /* the rest */
};

/* clang-format off */
#define SUM_INIT { 0, 0, { 0, 0, 0, 0 } }
/* clang-format on */

/* Add a text of the JSON number grammar; RAT_OK, or the sum is unchanged. */
enum rat_parsed sum_add_text(struct sum *s, struct arena *a, struct str text);
void sum_add(struct sum *s, struct arena *a, struct rat x);
/* mantissa / 10^scale, scale 0..18 */
void sum_add_other(struct sum *s, struct arena *a, int64_t mantissa, unsigned scale);
static inline void
sum_add_scaled(struct sum *s, struct arena *a, int64_t mantissa, unsigned scale)
{
	int64_t total;

	if (s->scale == scale && !__builtin_add_overflow(s->mantissa, mantissa, &total))
		s->mantissa = total;
	else
		sum_add_other(s, a, mantissa, scale);
}

void sum_merge(struct sum *s, struct arena *a, const struct sum *other);
struct rat sum_value(const struct sum *s, struct arena *a);

#endif
