#include "engine/rating.h"

#include "base/banned.h"

/* One product under work; row is that of the combination of pricing values at hand. */
struct pricer {
	const struct rating *rating;
	struct arena *arena;
	struct rated *out;
	struct price_row row;
	struct run **runs; /* of the combination, group by group in their order */
	size_t nruns;
	size_t runs_cap;
	/* of the group at hand */
	struct span *used; /* spans with usage */
	size_t nused;
	struct span *cancelled; /* spans whose usage adds up to zero, but not in each window */
	size_t ncancelled;
	bool warned;
};

static const unsigned within_runs = CUT_BALANCE | CUT_BASE;

/* Something was used and given back on the two sides of a cut that the rate does not see. */
static bool
is_cancelled(const struct product_plan *pp, const struct usage_group *g, const struct span *s)
{
	bool cut = false, used = false;

	for (size_t w = s->first; g->windows != NULL && w <= s->last; w++) {
		cut = cut || (w > s->first && (pp->why[w] & within_runs) != 0);
		used = used || (g->windows[w] != NULL && rat_sign(g->windows[w]->share) != 0);
	}
	return cut && used;
}

static void
find_usage(struct pricer *p, const struct usage_group *g)
{
	p->used = ARENA_ARRAY(p->arena, p->row.nspans, struct span);
	p->cancelled = NULL;
	p->nused = p->ncancelled = 0;
	for (size_t i = 0; i < p->row.nspans; i++) {
		struct span s = p->row.spans[i];
		s.quantity = group_share(p->arena, g, s.first, s.last);
		if (rat_sign(s.quantity) != 0) {
			p->used[p->nused++] = s;
		} else if (is_cancelled(p->out->plan, g, &s)) {
			if (p->cancelled == NULL)
				p->cancelled = ARENA_ARRAY(p->arena, p->row.nspans, struct span);
			p->cancelled[p->ncancelled++] = s;
		}
	}
}

static struct run *
make_run(const struct pricer *p, const struct usage_group *g, const struct span *spans, size_t n,
	struct rat counter)
{
	return run_of(p->arena, p->out->plan, g, &p->row, spans, n, counter);
}

/* The number of spans from used[i] on that are one run. */
static size_t
run_length(const struct pricer *p, size_t i)
{
	size_t n = 1;

	while (i + n < p->nused && spans_join(p->out->plan, &p->used[i], &p->used[i + n]))
		n++;
	return n;
}

void
rating_warn(const struct rating *r, struct str product_id, struct pairs values, struct str text)
{
	struct rating_warnings *list = r->warnings;
	struct rating_warning *w = ARENA_NEW(r->arena, struct rating_warning);

	w->code = "rate_missing";
	w->contract_id = r->invoice->contract_id;
	w->product_id = product_id;
	w->values = values;
	w->text = text;
	if (list->first == NULL)
		list->first = w;
	else
		list->last->next = w;
	list->last = w;
}

static void
warn_rate_missing(struct pricer *p, const struct run *run)
{
	const struct product_plan *pp = run->plan;
	const struct span *s = &run->spans[0];
	char text[INSTANT_TEXT_SIZE];

	p->warned = true;
	rating_warn(p->rating, pp->priced->product->id, run->group->pricing,
		str_printf(p->arena, "product \"%.*s\" has usage that no rate prices, from %s on",
			STR_FMT(window_terms(pp, s->first)->name),
			instant_text(pp->cuts[s->first], text)));
}

/* A composite needs no rate for what its base spends. */
static void
price_run(struct pricer *p, const struct run *run)
{
	const struct rate *rate = run->spans[0].rate;

	if (rate == NULL && rat_sign(run->aggregated) != 0 && !p->warned &&
		!product_is_composite(run->plan->priced->product))
		warn_rate_missing(p, run);
	if (rate != NULL && rate->entitled)
		run_charges(p->arena, run, p->out);
}

static void
put_run(struct pricer *p, struct run *run)
{
	p->runs = arena_grow(p->arena, p->runs, &p->runs_cap, p->nruns + 1, sizeof(struct run *));
	p->runs[p->nruns++] = run;
}

/* Cancelled usage does not separate its neighbours: it stands at the counter before them. */
static void
group_runs(struct pricer *p, const struct usage_group *g)
{
	struct rat counter = RAT_ZERO;
	size_t c = 0;

	find_usage(p, g);
	for (size_t i = 0, n; i < p->nused; i += n) {
		n = run_length(p, i);
		for (; c < p->ncancelled && p->cancelled[c].first < p->used[i + n - 1].first; c++)
			put_run(p, make_run(p, g, &p->cancelled[c], 1, counter));

		struct run *run = make_run(p, g, &p->used[i], n, counter);
		put_run(p, run);
		counter = run_end(p->arena, run);
	}
	for (; c < p->ncancelled; c++)
		put_run(p, make_run(p, g, &p->cancelled[c], 1, counter));
}

/* All groups of one combination of pricing values: a product without keys has one, used or not. */
static void
price_combination(struct pricer *p, const struct usage_group *groups, size_t n,
	const struct pairs *pricing)
{
	static const struct pairs no_values = { NULL, 0 };
	const struct product_plan *pp = p->out->plan;
	size_t first = p->out->n;
	struct run_charge *minimum = NULL;

	/* free units, minimum and maximum are the same for all presentation values */
	const struct price_row row = price_row_of(p->arena, pp, pricing, &no_values);
	p->row = row;
	p->warned = false;
	p->nruns = 0;
	for (size_t i = 0; i < n; i++) {
		if (pp->by_presentation)
			p->row = price_row_of(p->arena, pp, pricing, &groups[i].presentation);
		group_runs(p, &groups[i]);
	}
	limits_set(p->arena, pp, &row, p->runs, p->nruns);
	for (size_t i = 0; i < p->nruns; i++)
		price_run(p, p->runs[i]);
	if (p->nruns > 0 || pricing->n == 0)
		minimum = limits_minimum(p->arena, &row, pricing, p->out, first);
	if (minimum != NULL)
		run_adjust(p->arena, minimum, p->out);
}

void
rate_groups(const struct rating *r, struct rated *out)
{
	static const struct pairs no_values = { NULL, 0 };
	struct pricer p = { .rating = r, .arena = r->arena, .out = out };

	if (out->ngroups == 0 || out->groups[0].pricing.n > 0)
		price_combination(&p, NULL, 0, &no_values);
	for (size_t i = 0, n; i < out->ngroups; i += n) {
		n = 1;
		while (i + n < out->ngroups &&
			pairs_eq(&out->groups[i].pricing, &out->groups[i + n].pricing))
			n++;
		price_combination(&p, &out->groups[i], n, &out->groups[i].pricing);
	}
}

void
rate_usage(const struct rating *r, const struct product_plan *pp, struct rated *out)
{
	out->plan = pp;
	out->groups = rating_groups(r->arena, pp, &out->ngroups);
	rate_groups(r, out);
}

/* ---- nothing used ---- */

/* The span at hand as the run it belongs to: its own when it has no usage. */
static struct run *
run_of_span(const struct pricer *p, const struct usage_group *g, const struct span *s)
{
	for (size_t i = 0; i < p->nused; i++)
		if (p->used[i].first == s->first)
			return make_run(p, g, &p->used[i], run_length(p, i), RAT_ZERO);
	return make_run(p, g, s, 1, RAT_ZERO);
}

/*
 * A product without pricing keys that is entitled shows that nothing was used:
 * quantity 0 at the price of its first entitled window.
 */
struct run_charge *
rate_zero(const struct rating *r, const struct rated *rated)
{
	static const struct usage_group none = { .windows = NULL };
	const struct usage_group *g = &none;
	struct rated scratch = *rated;
	struct pricer p = { .rating = r, .arena = r->arena, .out = &scratch };

	/* no values sort first */
	if (rated->ngroups > 0 && rated->groups[0].pricing.n == 0 &&
		rated->groups[0].presentation.n == 0)
		g = &rated->groups[0];
	p.row = price_row_of(p.arena, rated->plan, &none.pricing, &none.presentation);
	find_usage(&p, g);
	for (size_t i = 0; i < p.row.nspans; i++) {
		const struct rate *rate = p.row.spans[i].rate;
		if (rate != NULL && rate->entitled)
			return run_zero(p.arena, run_of_span(&p, g, &p.row.spans[i]));
	}
	return NULL;
}
