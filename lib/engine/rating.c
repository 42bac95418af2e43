#include "engine/rating.h"

#include "base/banned.h"

/* One product under work; row and spans are those of the group at hand. */
struct pricer {
	const struct rating *rating;
	struct arena *arena;
	struct rated *out;
	struct price_row row;
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

static void
warn_rate_missing(struct pricer *p, const struct run *run)
{
	struct rating_warnings *list = p->rating->warnings;
	struct rating_warning *w = ARENA_NEW(p->arena, struct rating_warning);
	const struct product_plan *pp = run->plan;
	const struct span *s = &run->spans[0];
	char text[INSTANT_TEXT_SIZE];

	p->warned = true;
	w->code = "rate_missing";
	w->contract_id = p->rating->invoice->contract_id;
	w->product_id = pp->priced->product->id;
	w->values = run->group->pricing;
	w->text = str_printf(p->arena, "product \"%.*s\" has usage that no rate prices, from %s on",
		STR_FMT(window_terms(pp, s->first)->name), instant_text(pp->cuts[s->first], text));
	if (list->first == NULL)
		list->first = w;
	else
		list->last->next = w;
	list->last = w;
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

/* Cancelled usage does not separate its neighbours: it stands at the counter before them. */
static void
price_group(struct pricer *p, const struct usage_group *g)
{
	struct rat counter = RAT_ZERO;
	size_t c = 0;

	find_usage(p, g);
	for (size_t i = 0, n; i < p->nused; i += n) {
		n = run_length(p, i);
		for (; c < p->ncancelled && p->cancelled[c].first < p->used[i + n - 1].first; c++)
			price_run(p, make_run(p, g, &p->cancelled[c], 1, counter));

		struct run *run = make_run(p, g, &p->used[i], n, counter);
		price_run(p, run);
		counter = run_end(p->arena, run);
	}
	for (; c < p->ncancelled; c++)
		price_run(p, make_run(p, g, &p->cancelled[c], 1, counter));
}

void
rate_groups(const struct rating *r, struct rated *out)
{
	struct pricer p = { .rating = r, .arena = r->arena, .out = out };

	for (size_t i = 0; i < out->ngroups; i++) {
		const struct usage_group *g = &out->groups[i];
		if (i == 0 || !pairs_eq(&out->groups[i - 1].pricing, &g->pricing)) {
			p.row = price_row_of(p.arena, out->plan, &g->pricing);
			p.warned = false;
		}
		price_group(&p, g);
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
	p.row = price_row_of(p.arena, rated->plan, &none.pricing);
	find_usage(&p, g);
	for (size_t i = 0; i < p.row.nspans; i++) {
		const struct rate *rate = p.row.spans[i].rate;
		if (rate != NULL && rate->entitled)
			return run_zero(p.arena, run_of_span(&p, g, &p.row.spans[i]));
	}
	return NULL;
}
