#include "engine/rating.h"

#include <assert.h>
#include <stdlib.h>

#include "base/banned.h"

/* ---- free units ---- */

/* What is free of the first q units. */
static struct rat
free_of(struct rat q, struct rat size)
{
	return rat_sign(q) <= 0 ? RAT_ZERO : rat_min(q, size);
}

static const struct allowance *
allowance_of(const struct run *run, struct rat size)
{
	for (size_t i = 0; i < run->nallowances; i++)
		if (rat_eq(run->allowances[i].size, size))
			return &run->allowances[i];
	return NULL;
}

struct rat
run_free(struct arena *a, const struct run *run, const struct rate *rate, struct rat running)
{
	const struct allowance *allow = allowance_of(run, rate->free_units);
	struct rat before, after;

	if (allow == NULL)
		return RAT_ZERO;
	before = free_of(run->total, allow->size);
	after = free_of(rat_add(a, run->total, running), allow->size);
	return rat_add(a, allow->given, rat_sub(a, after, before));
}

/* The distinct numbers of free units that the rates of the period give. */
struct sizes {
	struct rat *p;
	size_t n;
	size_t cap;
};

static void
put_size(struct arena *a, struct sizes *s, struct rat size)
{
	for (size_t i = 0; i < s->n; i++)
		if (rat_eq(s->p[i], size))
			return;
	s->p = arena_grow(a, s->p, &s->cap, s->n + 1, sizeof(s->p[0]));
	s->p[s->n++] = size;
}

static struct sizes
sizes_of(struct arena *a, const struct price_row *row)
{
	struct sizes sizes = { NULL, 0, 0 };

	for (size_t i = 0; i < row->nspans; i++) {
		const struct price_set *set = row->spans[i].set;
		for (size_t k = 0; k < set->n; k++)
			if (set->rates[k] != NULL && rat_sign(set->rates[k]->free_units) > 0)
				put_size(a, &sizes, set->rates[k]->free_units);
	}
	return sizes;
}

/* A run and its place among those of its combination. */
struct placed {
	struct run *run;
	size_t group;
	size_t place;
};

static int
by_start_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	size_t xw = x->run->spans[0].first, yw = y->run->spans[0].first;

	if (xw != yw)
		return xw > yw ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

static struct placed *
in_order(struct arena *a, struct run **runs, size_t n)
{
	struct placed *p = ARENA_ARRAY(a, n, struct placed);

	for (size_t i = 0; i < n; i++)
		p[i] = (struct placed){ runs[i], 0, i };
	for (size_t i = 1; i < n; i++)
		p[i].group = p[i - 1].group + (runs[i]->group != runs[i - 1]->group);
	qsort(p, n, sizeof(p[0]), by_start_place);
	return p;
}

static void
set_allowances(struct arena *a, const struct sizes *sizes, const struct placed *p, size_t n)
{
	struct rat *given = ARENA_ARRAY(a, n * sizes->n, struct rat); /* by group and size */
	struct rat total = RAT_ZERO;

	for (size_t i = 0; i < n; i++) {
		struct run *run = p[i].run;
		struct allowance *allow = ARENA_ARRAY(a, sizes->n, struct allowance);
		struct rat next = rat_add(a, total, run->quantity);

		for (size_t k = 0; k < sizes->n; k++) {
			struct rat *sofar = &given[p[i].group * sizes->n + k];
			struct rat size = sizes->p[k];

			allow[k] = (struct allowance){ size, *sofar };
			*sofar = rat_add(a, *sofar,
				rat_sub(a, free_of(next, size), free_of(total, size)));
		}
		run->total = total;
		run->allowances = allow;
		run->nallowances = sizes->n;
		total = next;
	}
}

/* ---- maximum ---- */

struct rat
limits_share(struct arena *a, const struct product_plan *pp, size_t w, struct rat amount)
{
	const struct period *p = pp->period;

	return rat_mul(a, amount,
		rat_frac(a, pp->cuts[w + 1] - pp->cuts[w], p->cell_end_ns - p->cell_start_ns));
}

static const struct rate *
entitled_rate(const struct price_row *row, size_t w)
{
	const struct rate *rate = row->sets[w].rates[0];

	return rate != NULL && rate->entitled ? rate : NULL;
}

static const struct rat *
maximum_of(struct arena *a, const struct product_plan *pp, const struct price_row *row)
{
	struct rat *sum = NULL;

	for (size_t w = 0; w < pp->nwindows; w++) {
		const struct rate *rate = entitled_rate(row, w);
		if (rate == NULL || !rate->has_maximum)
			continue;
		if (sum == NULL)
			sum = ARENA_NEW(a, struct rat);
		*sum = rat_add(a, *sum, limits_share(a, pp, w, rate->maximum));
	}
	return sum;
}

/* What the runs cost without a maximum goes before it. */
static void
set_maximum(struct arena *a, const struct rat *maximum, const struct placed *p, size_t n)
{
	struct rat charged = RAT_ZERO;

	for (size_t i = 0; i < n; i++) {
		struct run *run = p[i].run;
		const struct rate *rate = run->spans[0].rate;
		struct price_slice *slices;

		if (rate == NULL || !rate->entitled || !rate->has_maximum)
			continue;
		run->charged = charged;
		size_t nslices = run_slices(a, run, RAT_ZERO, run->quantity, NULL, &slices);
		size_t nprices = run->spans[0].set->n;
		for (size_t k = 0; k < nslices; k++)
			charged = rat_add(a, charged, slices[k * nprices].total);
		run->maximum = maximum;
	}
}

/* How much of the slice is charged, from 0 to 1. */
static struct rat
part_within(struct arena *a, const struct run *run, struct rat total, struct rat charged)
{
	struct rat before = rat_min(charged, *run->maximum);
	struct rat after = rat_min(rat_add(a, charged, total), *run->maximum);
	struct rat part = RAT_ONE;

	if (rat_sign(total) != 0) {
		bool divided = rat_div(a, rat_sub(a, after, before), total, &part);
		assert(divided);
		(void)divided;
	}
	return part;
}

/* before: the part that goes before it, NULL: none. */
static void
put_part(struct arena *a, const struct price_slice *slices, size_t nprices, struct rat part,
	bool beyond, const struct price_slice *before, struct price_slice *out)
{
	for (size_t k = 0; k < nprices; k++) {
		struct price_slice whole = slices[k];

		if (before != NULL)
			whole.position = price_end(a, &before[k]);
		whole.beyond_maximum = beyond;
		if (beyond)
			whole.unit_price = whole.total = RAT_ZERO;
		out[k] = price_part(a, &whole, rat_mul(a, whole.quantity, part));
	}
}

size_t
limits_cap(struct arena *a, const struct run *run, const struct price_slice *slices, size_t n,
	size_t nprices, struct rat *charged, struct price_slice **out)
{
	struct price_slice *p = ARENA_ARRAY(a, 2 * n * nprices, struct price_slice);
	size_t parts = 0;

	for (size_t i = 0; i < n; i++) {
		const struct price_slice *s = &slices[i * nprices];
		struct rat within = part_within(a, run, s->total, *charged);
		struct rat rest = rat_sub(a, RAT_ONE, within);
		bool beyond_first = rat_sign(s->total) < 0; /* it is given back first */
		const struct price_slice *before = NULL;

		for (int k = 0; k < 2; k++) {
			bool beyond = (k == 0) == beyond_first;
			struct rat part = beyond ? rest : within;
			struct price_slice *to = &p[parts * nprices];
			if (rat_sign(part) == 0)
				continue;
			put_part(a, s, nprices, part, beyond, before, to);
			to->charged = *charged;
			before = to;
			parts++;
		}
		*charged = rat_add(a, *charged, s->total);
	}
	*out = p;
	return parts;
}

void
limits_set(struct arena *a, const struct product_plan *pp, const struct price_row *row,
	struct run **runs, size_t n)
{
	struct sizes sizes = sizes_of(a, row);
	const struct rat *maximum = maximum_of(a, pp, row);
	struct placed *p;

	if (n == 0 || (sizes.n == 0 && maximum == NULL))
		return;
	p = in_order(a, runs, n);
	if (sizes.n > 0)
		set_allowances(a, &sizes, p, n);
	if (maximum != NULL)
		set_maximum(a, maximum, p, n);
}

/* ---- minimum ---- */

static bool
has_minimum(const struct rate *rate)
{
	return rate != NULL && rat_sign(rate->minimum) > 0;
}

/* The windows from the first to the last with a minimum; its rate is that of the last. */
static struct span *
minimum_span(struct arena *a, const struct product_plan *pp, const struct price_row *row,
	struct rat *sum)
{
	struct span *span = NULL;

	for (size_t w = 0; w < pp->nwindows; w++) {
		const struct rate *rate = entitled_rate(row, w);
		if (!has_minimum(rate))
			continue;
		if (span == NULL) {
			span = ARENA_NEW(a, struct span);
			span->first = w;
		}
		span->last = w;
		span->set = &row->sets[w];
		span->rate = rate;
		*sum = rat_add(a, *sum, limits_share(a, pp, w, rate->minimum));
	}
	return span;
}

static struct rat
charged_from(struct arena *a, const struct rated *rated, size_t first)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = first; i < rated->n; i++) {
		const struct charge *c = &rated->charges[i]->charge;
		if (!has_minimum(rated->charges[i]->run->spans[0].rate))
			continue;
		for (size_t k = 0; k < c->n; k++)
			sum = rat_add(a, sum, c->slices[k].prices[0].total);
	}
	return sum;
}

/* The same at every price: it is not usage. */
static struct charge_slice *
missing_slice(struct arena *a, const struct price_set *set, struct rat missing)
{
	struct price_slice *prices = ARENA_ARRAY(a, set->n, struct price_slice);
	struct charge_slice *slice = ARENA_NEW(a, struct charge_slice);

	for (size_t k = 0; k < set->n; k++)
		prices[k] = (struct price_slice){ .kind = SLICE_MINIMUM,
			.quantity = RAT_ONE,
			.unit_price = missing,
			.total = missing };
	slice->prices = prices;
	slice->open = RAT_ONE;
	return slice;
}

struct run_charge *
limits_minimum(struct arena *a, const struct price_row *row, const struct pairs *pricing,
	const struct rated *rated, size_t first)
{
	const struct product_plan *pp = rated->plan;
	struct rat minimum = RAT_ZERO, charged, missing;
	struct span *span = minimum_span(a, pp, row, &minimum);

	if (span == NULL)
		return NULL;
	charged = charged_from(a, rated, first);
	missing = rat_sub(a, minimum, charged);
	if (rat_sign(missing) <= 0)
		return NULL;

	struct usage_group *group = ARENA_NEW(a, struct usage_group);
	struct run_charge *rc;
	group->pricing = *pricing;
	rc = run_zero(a, run_of(a, pp, group, row, span, 1, RAT_ZERO));
	rc->bound = minimum;
	rc->measured = charged;
	rc->charge.at_end = true;
	rc->charge.slices = missing_slice(a, span->set, missing);
	rc->charge.n = 1;
	return rc;
}
