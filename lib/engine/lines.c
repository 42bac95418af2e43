#include "engine/rating.h"

#include <string.h>

#include "base/banned.h"

const struct version_use *
run_version(const struct run *run)
{
	return &run->plan->versions[run->plan->version_of[run->spans[0].first]];
}

/* ---- trace ---- */

static const char *
reason_name(unsigned why)
{
	if ((why & CUT_PERIOD) != 0)
		return "period";
	return (why & CUT_RATE) != 0 ? "rate" : "product version";
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

static void
trace_window(struct trace *t, struct arena *a, const struct product_plan *pp, const struct span *s)
{
	struct trace_step *step = trace_add(t, a, TRACE_WINDOW);
	const char *first = reason_name(pp->why[s->first]);
	const char *last = reason_name(pp->why[s->last + 1]);

	step->from_ns = pp->cuts[s->first];
	step->to_ns = pp->cuts[s->last + 1];
	step->text = str_c(first);
	if (strcmp(first, last) != 0)
		step->text = str_printf(a, "%s and %s", first, last);
}

static void
trace_usage(struct trace *t, struct arena *a, const struct run *run, const struct span *s)
{
	struct trace_step *step = trace_add(t, a, TRACE_USAGE);
	const struct product_plan *pp = run->plan;

	step->ref = pp->versions[pp->version_of[s->first]].metric->id;
	step->from_ns = step->to_ns = INSTANT_NONE;
	step->x = s->quantity;
	for (size_t w = s->first; run->group->windows != NULL && w <= s->last; w++) {
		const struct meter_window *win = run->group->windows[w];
		if (win == NULL)
			continue;
		if (w == s->first)
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

static void
trace_quantity(struct trace *t, struct arena *a, const struct run *run)
{
	const struct product_terms *terms = &run_version(run)->terms;

	if (terms->conversion.operation != CONVERT_NONE) {
		struct trace_step *step = trace_add(t, a, TRACE_CONVERSION);
		bool multiply = terms->conversion.operation == CONVERT_MULTIPLY;
		step->text = multiply ? STR("MULTIPLY") : STR("DIVIDE");
		step->y = terms->conversion.factor;
		step->x = run->converted;
	}
	if (terms->rounding.on) {
		struct trace_step *step = trace_add(t, a, TRACE_ROUNDING);
		step->text = str_c(rounding_name(terms->rounding.method));
		step->count = (uint64_t)terms->rounding.places;
		step->y = run->converted;
		step->x = run->quantity;
	}
}

static void
trace_rate(struct trace *t, struct arena *a, const struct rate *rate)
{
	struct trace_step *step = trace_add(t, a, TRACE_RATE);

	step->ref = rate->id;
	step->from_ns = rate->starting_at_ns;
	step->to_ns = rate->ending_before_ns;
	step->text = str_c(rate_type_name(rate->type));
	if (rate->type == RATE_FLAT)
		step->x = rate->price;
}

/* From the events to the rates; what follows differs by slice. */
static struct trace
trace_of_run(struct arena *a, const struct run *run)
{
	struct trace t = { NULL, NULL };
	const struct rate *last = NULL;

	for (size_t i = 0; i < run->nspans; i++) {
		trace_window(&t, a, run->plan, &run->spans[i]);
		trace_usage(&t, a, run, &run->spans[i]);
	}
	trace_quantity(&t, a, run);
	for (size_t i = 0; i < run->nspans; i++) {
		for (size_t w = run->spans[i].first; w <= run->spans[i].last; w++) {
			if (run->rates[w] != last)
				trace_rate(&t, a, run->rates[w]);
			last = run->rates[w];
		}
	}
	return t;
}

/* position: the period's quantity at which the slice begins. */
static void
trace_slice(struct trace *t, struct arena *a, const struct price_slice *s, struct rat position)
{
	struct trace_step *step;

	if (s->tier_level > 0) {
		step = trace_add(t, a, TRACE_TIER);
		step->count = (uint64_t)s->tier_level;
		step->x = s->quantity;
		step->y = s->unit_price;
		step->z = position;
	}
	step = trace_add(t, a, TRACE_TOTAL);
	step->x = s->quantity;
	step->y = s->unit_price;
	step->z = s->total;
}

/* ---- lines ---- */

static struct invoice_line *
line_of_slice(struct arena *a, const struct run *run, const struct price_slice *s)
{
	const struct product_terms *terms = &run_version(run)->terms;
	const struct product_plan *pp = run->plan;
	struct invoice_line *line = ARENA_NEW(a, struct invoice_line);

	*line = (struct invoice_line){
		.type = LINE_USAGE,
		.name = terms->name,
		.product_id = pp->priced->product->id,
		.product_type = pp->priced->product->type,
		.product_tags = terms->tags,
		.unit = run->spans[0].rate->unit,
		.quantity = s->quantity,
		.unit_price = s->unit_price,
		.total = s->total,
		.starting_at_ns = pp->cuts[run->spans[0].first],
		.ending_before_ns = pp->cuts[run->spans[run->nspans - 1].last + 1],
		.tier = {
			.level = s->tier_level,
			.starting_at = s->tier_start,
			.open = s->tier_open,
			.size = s->tier_size,
		},
		.pricing_group_values = run->group->pricing,
		.presentation_group_values = run->group->presentation,
		.product_custom_fields = terms->custom_fields,
	};
	return line;
}

void
run_lines(struct arena *a, const struct run *run, const struct price_slice *slices, size_t n,
	struct line_list *out)
{
	struct trace shared = trace_of_run(a, run);
	struct rat position = run->counter;

	out->p = arena_grow(a, out->p, &out->cap, out->n + n, sizeof(struct invoice_line *));
	for (size_t i = 0; i < n; i++) {
		struct invoice_line *line = line_of_slice(a, run, &slices[i]);
		line->trace = n > 1 ? trace_fork(&shared, a) : shared;
		trace_slice(&line->trace, a, &slices[i], position);
		position = rat_add(a, position, slices[i].quantity);
		out->p[out->n++] = line;
	}
}
