#include "engine/rating.h"

#include <assert.h>
#include <stdlib.h>

#include "base/banned.h"

/* One product under work; spans and rates are those of the pricing values at hand. */
struct pricer {
	const struct rating *rating;
	struct arena *arena;
	const struct product_plan *plan;
	struct line_list *out;
	const struct rate **rates; /* of each window */
	struct span *spans;
	size_t nspans;
	struct span *used; /* those with usage, of the group at hand */
	size_t nused;
	bool warned;
};

/* ---- rates ---- */

/* The first of the product's rates, by values, that is not before these values. */
static size_t
first_rate(const struct priced_product *p, const struct pairs *values)
{
	size_t low = 0, high = p->nrates;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (pairs_cmp(&p->by_values[mid]->pricing_group_values, values) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct rate *
rate_at(const struct priced_product *p, const struct pairs *values, size_t first, int64_t at_ns)
{
	const struct rate *best = NULL;

	for (size_t i = first; i < p->nrates; i++) {
		const struct rate *r = p->by_values[i];
		if (!pairs_eq(&r->pricing_group_values, values))
			break;
		if (rate_covers(r, at_ns) && (best == NULL || rate_order(r, best) > 0))
			best = r;
	}
	return best;
}

static bool
has_keys(const struct texts *keys, const struct pairs *values)
{
	if (keys->n != values->n)
		return false;
	for (size_t i = 0; i < values->n; i++)
		if (!texts_has(keys, values->p[i].key))
			return false;
	return true;
}

static bool
same_rate(const struct rate *x, const struct rate *y)
{
	if (x == NULL || y == NULL)
		return x == y;
	return x->entitled == y->entitled && rate_same_price(x, y);
}

static bool
joins(const struct product_plan *pp, const struct span *x, const struct span *y)
{
	return same_rate(x->rate, y->rate) &&
		pp->versions[pp->version_of[x->first]].alike ==
		pp->versions[pp->version_of[y->first]].alike;
}

/* Spans of these pricing values, quantities left at zero. A version with other keys has no rate. */
static void
make_spans(struct pricer *p, const struct pairs *pricing)
{
	const struct product_plan *pp = p->plan;
	size_t first = first_rate(pp->priced, pricing);

	p->nspans = 0;
	for (size_t w = 0; w < pp->nwindows; w++) {
		const struct product_terms *terms = &pp->versions[pp->version_of[w]].terms;
		p->rates[w] = has_keys(&terms->pricing_group_key, pricing) ?
			rate_at(pp->priced, pricing, first, pp->cuts[w]) :
			NULL;
		struct span s = { .first = w, .last = w, .rate = p->rates[w] };
		if (p->nspans > 0 && joins(pp, &p->spans[p->nspans - 1], &s))
			p->spans[p->nspans - 1].last = w;
		else
			p->spans[p->nspans++] = s;
	}
}

/* ---- runs ---- */

static void
set_quantities(struct pricer *p, const struct usage_group *g)
{
	p->nused = 0;
	for (size_t i = 0; i < p->nspans; i++) {
		struct span *s = &p->spans[i];
		s->quantity = RAT_ZERO;
		for (size_t w = s->first; g->windows != NULL && w <= s->last; w++)
			if (g->windows[w] != NULL)
				s->quantity = rat_add(p->arena, s->quantity, g->windows[w]->share);
		if (rat_sign(s->quantity) != 0)
			p->used[p->nused++] = *s;
	}
}

static struct rat
convert(struct arena *a, const struct quantity_conversion *c, struct rat x)
{
	struct rat out = x;

	switch (c->operation) {
	case CONVERT_NONE:
		break;
	case CONVERT_MULTIPLY:
		out = rat_mul(a, x, c->factor);
		break;
	case CONVERT_DIVIDE: {
		bool divided = rat_div(a, x, c->factor, &out);
		assert(divided); /* factors are greater than zero */
		(void)divided;
		break;
	}
	}
	return out;
}

/* The run of n spans, which are all equal in rate and terms. */
static struct run
make_run(const struct pricer *p, const struct usage_group *g, const struct span *spans, size_t n,
	struct rat counter)
{
	struct run run = {
		.plan = p->plan,
		.group = g,
		.rates = p->rates,
		.spans = spans,
		.nspans = n,
		.counter = counter,
	};
	const struct product_terms *terms = &run_version(&run)->terms;

	for (size_t i = 0; i < n; i++)
		run.aggregated = rat_add(p->arena, run.aggregated, spans[i].quantity);
	run.converted = convert(p->arena, &terms->conversion, run.aggregated);
	run.quantity = run.converted;
	if (terms->rounding.on)
		run.quantity = rat_round(p->arena, run.converted, terms->rounding.places,
			terms->rounding.method);
	return run;
}

/* The number of spans from used[i] on that are one run. */
static size_t
run_length(const struct pricer *p, size_t i)
{
	size_t n = 1;

	while (i + n < p->nused && joins(p->plan, &p->used[i], &p->used[i + n]))
		n++;
	return n;
}

static void
warn_rate_missing(struct pricer *p, const struct run *run)
{
	struct rating_warnings *list = p->rating->warnings;
	struct rating_warning *w = ARENA_NEW(p->arena, struct rating_warning);
	const struct span *s = &run->spans[0];
	char text[INSTANT_TEXT_SIZE];

	p->warned = true;
	w->code = "rate_missing";
	w->contract_id = p->rating->invoice->contract_id;
	w->product_id = p->plan->priced->product->id;
	w->values = run->group->pricing;
	w->text = str_printf(p->arena, "product \"%.*s\" has usage that no rate prices, from %s on",
		STR_FMT(run_version(run)->terms.name), instant_text(p->plan->cuts[s->first], text));
	if (list->first == NULL)
		list->first = w;
	else
		list->last->next = w;
	list->last = w;
}

/* Price the run, and give the period's quantity at its end. */
static struct rat
price_run(struct pricer *p, const struct run *run)
{
	const struct rate *rate = run->spans[0].rate;
	struct rat end = rat_add(p->arena, run->counter, run->quantity);
	struct price_slice *slices;

	if (rate == NULL && rat_sign(run->aggregated) != 0 && !p->warned)
		warn_rate_missing(p, run);
	if (rate != NULL && rate->entitled && rat_sign(run->quantity) != 0) {
		size_t n = price_model(rate->type)
				   ->slices(p->arena, rate, run->counter, end, &slices);
		run_lines(p->arena, run, slices, n, p->out);
	}
	return end;
}

static void
price_group(struct pricer *p, const struct usage_group *g)
{
	struct rat counter = RAT_ZERO;

	set_quantities(p, g);
	for (size_t i = 0; i < p->nused;) {
		size_t n = run_length(p, i);
		struct run run = make_run(p, g, &p->used[i], n, counter);
		counter = price_run(p, &run);
		i += n;
	}
}

/* ---- the product ---- */

/* The span at hand as the run it belongs to: its own when it has no usage. */
static struct run
run_of_span(const struct pricer *p, const struct usage_group *g, const struct span *s)
{
	for (size_t i = 0; i < p->nused; i++)
		if (p->used[i].first == s->first)
			return make_run(p, g, &p->used[i], run_length(p, i), RAT_ZERO);
	return make_run(p, g, s, 1, RAT_ZERO);
}

/*
 * A product without pricing keys that is entitled shows that nothing was used:
 * one line of quantity 0 at the price of its first entitled window.
 */
static void
zero_line(struct pricer *p, const struct usage_group *groups, size_t n)
{
	struct usage_group none = { .windows = NULL };
	const struct usage_group *g = &none;
	struct price_slice *slices;

	/* no values sort first */
	if (n > 0 && groups[0].pricing.n == 0 && groups[0].presentation.n == 0)
		g = &groups[0];
	make_spans(p, &none.pricing);
	set_quantities(p, g);
	for (size_t i = 0; i < p->nspans; i++) {
		const struct rate *rate = p->spans[i].rate;
		if (rate == NULL || !rate->entitled)
			continue;
		struct run run = run_of_span(p, g, &p->spans[i]);
		price_model(rate->type)->slices(p->arena, rate, RAT_ZERO, RAT_ZERO, &slices);
		run_lines(p->arena, &run, slices, 1, p->out);
		return;
	}
}

struct placed_line {
	struct invoice_line *line;
	size_t place; /* keeps lines of one start in the order of their groups */
};

static int
by_start_then_place(const void *a, const void *b)
{
	const struct placed_line *x = a, *y = b;
	int64_t xs = x->line->starting_at_ns, ys = y->line->starting_at_ns;

	return xs != ys ? (xs > ys) - (xs < ys) : (x->place > y->place) - (x->place < y->place);
}

static void
sort_lines(struct arena *a, struct invoice_line **lines, size_t n)
{
	struct placed_line *placed = ARENA_ARRAY(a, n, struct placed_line);

	if (n < 2)
		return;
	for (size_t i = 0; i < n; i++)
		placed[i] = (struct placed_line){ lines[i], i };
	qsort(placed, n, sizeof(placed[0]), by_start_then_place);
	for (size_t i = 0; i < n; i++)
		lines[i] = placed[i].line;
}

void
rating_lines(const struct rating *r, const struct product_plan *pp, struct line_list *out)
{
	struct pricer p = {
		.rating = r,
		.arena = r->arena,
		.plan = pp,
		.out = out,
		.rates = ARENA_ARRAY(r->arena, pp->nwindows, const struct rate *),
		.spans = ARENA_ARRAY(r->arena, pp->nwindows, struct span),
		.used = ARENA_ARRAY(r->arena, pp->nwindows, struct span),
	};
	size_t n, before = out->n;
	struct usage_group *groups = rating_groups(r->arena, pp, &n);

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !pairs_eq(&groups[i - 1].pricing, &groups[i].pricing)) {
			make_spans(&p, &groups[i].pricing);
			p.warned = false;
		}
		price_group(&p, &groups[i]);
	}
	if (out->n == before)
		zero_line(&p, groups, n);
	sort_lines(r->arena, out->p + before, out->n - before);
}
