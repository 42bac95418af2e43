#include "engine/rating.h"

#include <string.h>

#include "base/banned.h"

static const char *
reason_name(unsigned why)
{
	if ((why & CUT_PERIOD) != 0)
		return "period";
	if ((why & CUT_RATE) != 0)
		return "rate";
	if ((why & CUT_OVERRIDE) != 0)
		return "override";
	if ((why & CUT_FILTER) != 0)
		return "usage filter";
	return (why & CUT_PRODUCT) != 0 ? "product version" : "balance";
}

static const char *
rounding_name(enum rat_round method)
{
	switch (method) {
	case RAT_UP:
		return "ROUND_UP";
	case RAT_DOWN:
		return "ROUND_DOWN";
	case RAT_HALF_UP:
		return "ROUND_HALF_UP";
	case RAT_HALF_EVEN:
		return "ROUND_HALF_EVEN";
	case RAT_FLOOR:
		return "FLOOR";
	case RAT_CEILING:
		return "CEILING";
	}
	return "";
}

/* ---- what was used ---- */

static void
trace_window(struct trace *t, struct arena *a, const struct product_plan *pp, size_t first,
	size_t last)
{
	struct trace_step *step = trace_add(t, a, TRACE_WINDOW);
	const char *begun = reason_name(pp->why[first]);
	const char *ended = reason_name(pp->why[last + 1]);

	step->from_ns = pp->cuts[first];
	step->to_ns = pp->cuts[last + 1];
	step->text = str_c(begun);
	if (strcmp(begun, ended) != 0)
		step->text = str_printf(a, "%s and %s", begun, ended);
}

static void
trace_filter(struct trace *t, struct arena *a, const struct product_plan *pp, size_t w)
{
	const struct usage_filter *f = pp->versions[pp->version_of[w]].filter;
	struct trace_step *step;

	if (f == NULL)
		return;
	step = trace_add(t, a, TRACE_FILTER);
	step->ref = f->group_key;
	step->values = &f->group_values;
}

static void
trace_usage(struct trace *t, struct arena *a, const struct run *run, size_t first, size_t last)
{
	struct trace_step *step = trace_add(t, a, TRACE_USAGE);
	const struct product_plan *pp = run->plan;

	step->ref = pp->versions[pp->version_of[first]].metric->id;
	step->x = group_share(a, run->group, first, last);
	for (size_t w = first; run->group->windows != NULL && w <= last; w++) {
		const struct meter_window *win = run->group->windows[w];
		if (win == NULL)
			continue;
		if (w == first)
			step->y = win->before;
		step->z = win->after;
		step->count += win->events;
		if (win->events == 0)
			continue;
		if (step->from_ns == INSTANT_NONE)
			step->from_ns = win->first_ns;
		step->to_ns = win->last_ns;
	}
}

static bool
same_base(const struct product_plan *pp, size_t x, size_t y)
{
	const struct product_list *a = &pp->versions[pp->version_of[x]].base;
	const struct product_list *b = &pp->versions[pp->version_of[y]].base;
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = a->p[i] == b->p[i];
	return same;
}

/* What made a spend in a custom unit money. */
static void
trace_worth(struct trace *t, struct arena *a, const struct conversion *c)
{
	struct trace_step *step;

	if (c == NULL)
		return;
	step = trace_add(t, a, TRACE_WORTH);
	step->ref = id_str(&c->unit.id);
	step->text = str_c(c->unit.name);
	step->x = c->fiat_each;
}

/* What was spent on each product of a composite's base. */
static void
trace_base(struct trace *t, struct arena *a, const struct rated *rated, size_t first, size_t last)
{
	const struct product_plan *pp = rated->plan;
	const struct product_list *base = &pp->versions[pp->version_of[first]].base;
	size_t n = composite_spendings(rated, first) * base->n;

	for (size_t i = 0; i < n; i++) {
		const struct spending *s = &rated->spent[i / base->n];
		const struct product *product = base->p[i % base->n];
		const struct priced_product *priced = priced_on(s->card, product);
		struct trace_step *step;

		if (priced == NULL || s->period->end_ns <= pp->cuts[first] ||
			s->period->start_ns >= pp->cuts[last + 1])
			continue;
		step = trace_add(t, a, TRACE_BASE);
		step->ref = product->id;
		step->text = product_at(product, pp->cuts[first], a).name;
		step->x = composite_spend(a, s, product, pp->cuts[first], pp->cuts[last + 1]);
		trace_worth(t, a, priced->conversion);
	}
}

/* The windows [first, last] of a span; of a composite those of one base after the other. */
static void
trace_part(struct trace *t, struct arena *a, const struct line_draft *d, size_t first, size_t last)
{
	const struct product_plan *pp = d->run->plan;

	if (!product_is_composite(pp->priced->product)) {
		trace_window(t, a, pp, first, last);
		trace_filter(t, a, pp, first);
		trace_usage(t, a, d->run, first, last);
		return;
	}
	for (size_t w = first, next; w <= last; w = next) {
		for (next = w + 1; next <= last && same_base(pp, w, next);)
			next++;
		trace_window(t, a, pp, w, next - 1);
		trace_base(t, a, d->rated, w, next - 1);
	}
}

static void
trace_rounding(struct trace *t, struct arena *a, const struct quantity_rounding *r,
	struct rat before, struct rat after)
{
	struct trace_step *step = trace_add(t, a, TRACE_ROUNDING);

	step->text = str_c(rounding_name(r->method));
	step->count = (uint64_t)r->places;
	step->y = before;
	step->x = after;
}

/* What the run has used up to a window of it, that one left out. */
static struct rat
used_before(struct arena *a, const struct run *run, size_t w)
{
	struct rat used = RAT_ZERO;

	for (size_t i = 0; i < run->nspans && run->spans[i].first < w; i++) {
		size_t last = run->spans[i].last < w ? run->spans[i].last : w - 1;
		used = rat_add(a, used, group_share(a, run->group, run->spans[i].first, last));
	}
	return used;
}

/*
 * A part of a run is the difference of two running values, each rounded: of
 * what the run has used up to the part's start, where it is not the first, and
 * up to its end.
 */
static void
trace_quantity(struct trace *t, struct arena *a, const struct line_draft *d, struct rat used)
{
	const struct product_terms *terms = window_terms(d->run->plan, d->run->spans[0].first);
	struct rat before = run_convert(a, d->run, used_before(a, d->run, d->first));
	struct rat converted = run_convert(a, d->run, used);

	if (terms->conversion.operation != CONVERT_NONE) {
		struct trace_step *step = trace_add(t, a, TRACE_CONVERSION);
		bool multiply = terms->conversion.operation == CONVERT_MULTIPLY;
		step->text = multiply ? STR("MULTIPLY") : STR("DIVIDE");
		step->y = terms->conversion.factor;
		step->x = converted;
	}
	if (!terms->rounding.on)
		return;
	if (d->first != d->run->spans[0].first)
		trace_rounding(t, a, &terms->rounding, before, d->from);
	trace_rounding(t, a, &terms->rounding, rat_add(a, before, converted), d->to);
}

/* ---- what it costs ---- */

void
trace_total(struct trace *t, struct arena *a, struct rat quantity, struct rat unit_price,
	struct rat total)
{
	struct trace_step *step = trace_add(t, a, TRACE_TOTAL);

	step->x = quantity;
	step->y = unit_price;
	step->z = total;
}

void
trace_draw(struct trace *t, struct arena *a, const struct draw *draw)
{
	struct trace_step *step = trace_add(t, a, TRACE_DRAW);

	step->ref = draw->by->segment->id;
	step->text = draw->by->name;
	step->x = draw->amount;
	step->y = draw->before;
	step->z = draw->after;
}

/* What was used, over the windows of the line. */
static void
trace_used(struct trace *t, struct arena *a, const struct line_draft *d)
{
	const struct run *run = d->run;
	struct rat used = RAT_ZERO;

	for (size_t i = 0; i < run->nspans; i++) {
		const struct span *s = &run->spans[i];
		size_t first = s->first > d->first ? s->first : d->first;
		size_t last = s->last < d->last ? s->last : d->last;
		if (first > last)
			continue;
		trace_part(t, a, d, first, last);
		used = rat_add(a, used, group_share(a, run->group, first, last));
	}
	trace_quantity(t, a, d, used);
}

struct trace
draft_trace(struct arena *a, const struct line_draft *d)
{
	struct trace t = { NULL, NULL };

	if (d->price->kind == SLICE_MINIMUM) {
		trace_cost(&t, a, d);
		return t;
	}
	trace_used(&t, a, d);
	trace_rates(&t, a, d);
	trace_cost(&t, a, d);
	return t;
}

struct trace
draws_trace(struct arena *a, const struct draw **draws, size_t n, struct rat total)
{
	struct trace t = { NULL, NULL };

	for (size_t i = 0; i < n; i++)
		trace_draw(&t, a, draws[i]);
	trace_total(&t, a, RAT_ONE, total, total);
	return t;
}
