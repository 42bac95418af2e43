#include "engine/rating.h"

#include "base/banned.h"

/* The rate at which whoever pays the line draws. */
static const struct rate *
rate_of(const struct line_draft *d)
{
	const struct price_set *set = d->run->spans[0].set;

	return set->rates[d->by != NULL && set->of != NULL ? set->of[d->by->terms] : 0];
}

/* Of the quantity between the line's running values, so much was free. */
static void
trace_free(struct trace *t, struct arena *a, const struct line_draft *d, const struct rate *rate)
{
	struct trace_step *step;

	if (rat_sign(rate->free_units) == 0)
		return;
	step = trace_add(t, a, TRACE_FREE_UNITS);
	step->x = rat_sub(a, run_free(a, d->run, rate, d->to), run_free(a, d->run, rate, d->from));
	step->y = rate->free_units;
	step->z = rat_add(a, d->run->total, d->from);
}

/* What the model makes of the quantities at both ends. */
static void
trace_value(struct trace *t, struct arena *a, const struct rate *rate, struct rat q)
{
	struct price_point point = price_model(rate->type)->at(a, rate, q);
	struct trace_step *step = trace_add(t, a,
		rate_type_tiers(rate->type) ? TRACE_VALUE : TRACE_PACKAGES);

	step->x = q;
	step->z = point.value;
	if (rate_type_tiers(rate->type)) {
		step->count = (uint64_t)point.level;
		step->y = point.price;
	} else {
		step->y = rate->package_size;
	}
}

/* A window as a whole, beside what a maximum cuts off it. */
static void
trace_whole(struct trace *t, struct arena *a, const struct line_draft *d, const struct rate *rate)
{
	struct rat from = rat_sub(a, rat_add(a, d->run->counter, d->from),
		run_free(a, d->run, rate, d->from));
	struct rat to = rat_sub(a, rat_add(a, d->run->counter, d->to),
		run_free(a, d->run, rate, d->to));

	trace_value(t, a, rate, from);
	trace_value(t, a, rate, to);
}

/* The windows in which one rate brings its share. */
static void
trace_share(struct trace *t, struct arena *a, const struct run *run, size_t first, size_t last,
	bool is_minimum)
{
	const struct product_plan *pp = run->plan;
	const struct rate *rate = run->sets[first].rates[0];
	struct trace_step *step = trace_add(t, a, TRACE_SHARE);

	step->ref = rate->id;
	step->text = is_minimum ? STR("minimum") : STR("maximum");
	step->from_ns = pp->cuts[first];
	step->to_ns = pp->cuts[last + 1];
	step->x = is_minimum ? rate->minimum : rate->maximum;
	step->y = rat_frac(a, pp->period->cell_end_ns - pp->period->cell_start_ns, NS_PER_HOUR);
	for (size_t w = first; w <= last; w++)
		step->z = rat_add(a, step->z, limits_share(a, pp, w, step->x));
}

static bool
brings(const struct rate *rate, bool is_minimum)
{
	return rate != NULL && rate->entitled &&
		(is_minimum ? rat_sign(rate->minimum) > 0 : rate->has_maximum);
}

static void
trace_shares(struct trace *t, struct arena *a, const struct run *run, bool is_minimum)
{
	size_t n = run->plan->nwindows;

	for (size_t w = 0, next; w < n; w = next) {
		const struct rate *rate = run->sets[w].rates[0];

		for (next = w + 1; next < n && run->sets[next].rates[0] == rate;)
			next++;
		if (brings(rate, is_minimum))
			trace_share(t, a, run, w, next - 1, is_minimum);
	}
}

static void
trace_maximum(struct trace *t, struct arena *a, const struct line_draft *d)
{
	struct trace_step *step;

	if (d->run->maximum == NULL)
		return;
	trace_shares(t, a, d->run, false);
	step = trace_add(t, a, TRACE_MAXIMUM);
	step->x = *d->run->maximum;
	step->y = d->charged;
}

static void
trace_minimum(struct trace *t, struct arena *a, const struct line_draft *d)
{
	struct trace_step *step;

	trace_shares(t, a, d->run, true);
	step = trace_add(t, a, TRACE_MINIMUM);
	step->x = d->charge->bound;
	step->y = d->charge->measured;
	step->z = d->price->unit_price;
}

static void
trace_tier(struct trace *t, struct arena *a, const struct line_draft *d)
{
	bool fee = d->price->kind == SLICE_FEE;
	struct trace_step *step = trace_add(t, a, fee ? TRACE_FLAT_FEE : TRACE_TIER);

	step->count = (uint64_t)d->price->tier_level;
	step->x = d->slices;
	step->y = d->price->unit_price;
	step->z = d->price->position;
}

static void
trace_cover(struct trace *t, struct arena *a, const struct line_draft *d)
{
	struct trace_step *step = trace_add(t, a, TRACE_COVER);

	if (d->by != NULL)
		step->ref = d->by->segment->id;
	step->x = d->quantity;
	step->y = d->slices;
}

void
trace_cost(struct trace *t, struct arena *a, const struct line_draft *d)
{
	if (d->price->kind == SLICE_MINIMUM) {
		trace_minimum(t, a, d);
	} else {
		trace_free(t, a, d, rate_of(d));
		if (d->price->kind == SLICE_WHOLE)
			trace_whole(t, a, d, rate_of(d));
		if (d->price->tier_level > 0)
			trace_tier(t, a, d);
		if (d->price->kind != SLICE_FREE)
			trace_maximum(t, a, d);
	}
	if (d->split)
		trace_cover(t, a, d);
	for (size_t i = 0; i < d->ndraws; i++)
		trace_draw(t, a, d->draws[i]);
	trace_total(t, a, d->quantity, d->price->unit_price, d->total);
	t->last->priceless = d->price->kind == SLICE_WHOLE && !d->price->beyond_maximum;
}
