#include "domain/apportion.h"

#include <assert.h>
#include <stdlib.h>

#include "base/banned.h"

struct remainder {
	struct rat value;
	size_t part;
};

static int
remainder_cmp(const void *x, const void *y)
{
	const struct remainder *a = x, *b = y;
	int by_value = rat_cmp(b->value, a->value);

	if (by_value != 0)
		return by_value;
	return a->part < b->part ? -1 : a->part > b->part;
}

/* How many steps lie between two values at places. */
static size_t
steps_between(struct arena *a, struct rat from, struct rat to, struct rat step)
{
	struct rat n = RAT_ZERO;
	int64_t steps = 0;
	bool whole = rat_div(a, rat_sub(a, to, from), step, &n) && rat_to_int64(n, &steps);

	assert(whole && steps >= 0);
	return (size_t)steps;
}

void
apportion(struct arena *a, const struct rat *parts, size_t n, struct rat whole, int places,
	struct rat *out)
{
	struct remainder *left = ARENA_ARRAY(a, n, struct remainder);
	struct rat step = rat_scaled(a, 1, (unsigned)places);
	struct rat sum = RAT_ZERO;
	size_t nleft = 0, up;

	for (size_t i = 0; i < n; i++) {
		out[i] = rat_round(a, parts[i], places, RAT_FLOOR);
		sum = rat_add(a, sum, out[i]);
		if (!rat_eq(out[i], parts[i]))
			left[nleft++] = (struct remainder){ rat_sub(a, parts[i], out[i]), i };
	}
	up = steps_between(a, sum, whole, step);
	assert(up <= nleft);
	if (up > 0)
		qsort(left, nleft, sizeof(left[0]), remainder_cmp);
	for (size_t i = 0; i < up; i++)
		out[left[i].part] = rat_add(a, out[left[i].part], step);
}

struct apportion_range
apportion_range(struct arena *a, const struct rat *parts, size_t n, int places)
{
	struct apportion_range r = { RAT_ZERO, RAT_ZERO };

	for (size_t i = 0; i < n; i++) {
		r.least = rat_add(a, r.least, rat_round(a, parts[i], places, RAT_FLOOR));
		r.greatest = rat_add(a, r.greatest, rat_round(a, parts[i], places, RAT_CEILING));
	}
	return r;
}
