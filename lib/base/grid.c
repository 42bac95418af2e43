#include "base/grid.h"

#include <assert.h>

#include "base/instant.h"

#include "base/banned.h"

__extension__ typedef __int128 i128;

static i128
floor_div(i128 a, i128 b)
{
	return a / b - (a % b < 0);
}

/* Length of a cell, where the unit has one: hours and days. */
static i128
cell_ns(const struct grid *g)
{
	return (i128)g->step * (g->unit == GRID_HOURS ? NS_PER_HOUR : NS_PER_DAY);
}

bool
grid_start(const struct grid *g, int64_t k, int64_t *out_ns)
{
	assert(g->step > 0);
	if (g->unit == GRID_MONTHS) {
		int64_t months;
		return !__builtin_mul_overflow(k, (int64_t)g->step, &months) &&
			instant_add_months(g->anchor_ns, months, out_ns);
	}

	i128 most = ((i128)1 << 64) / cell_ns(g); /* more cells than that leave any range */

	if (k > most || k < -most)
		return false;

	i128 t = g->anchor_ns + k * cell_ns(g);

	if (t <= INSTANT_NONE || t > INT64_MAX)
		return false;
	*out_ns = (int64_t)t;
	return true;
}

/* True when, in the month of t, the day and time of the anchor come after t. */
static bool
is_before_anchor_day(struct civil t, struct civil anchor)
{
	int last = days_in_month(t.year, t.month);
	int day = anchor.day < last ? anchor.day : last;

	return t.day != day ? t.day < day : t.of_day_ns < anchor.of_day_ns;
}

/* The last k whose cell starts at or before t, in range or not. */
static int64_t
locate(const struct grid *g, int64_t t_ns)
{
	assert(g->step > 0);
	if (g->unit != GRID_MONTHS)
		return (int64_t)floor_div((i128)t_ns - g->anchor_ns, cell_ns(g));

	struct civil t = instant_civil(t_ns), anchor = instant_civil(g->anchor_ns);
	int months = (t.year - anchor.year) * 12 + t.month - anchor.month;

	return (int64_t)floor_div(months - is_before_anchor_day(t, anchor), g->step);
}

bool
grid_find(const struct grid *g, int64_t t_ns, int64_t *out_k)
{
	int64_t k = locate(g, t_ns), ignored;

	if (!grid_start(g, k, &ignored) || !grid_start(g, k + 1, &ignored))
		return false;
	*out_k = k;
	return true;
}

bool
grid_next(const struct grid *g, int64_t t_ns, int64_t *out_ns)
{
	int64_t k = locate(g, t_ns), start_ns;

	if (grid_start(g, k, &start_ns) && start_ns == t_ns) {
		*out_ns = t_ns;
		return true;
	}
	return grid_start(g, k + 1, out_ns);
}
