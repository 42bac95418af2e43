#include "engine/rating.h"

#include <assert.h>
#include <stdlib.h>

#include "base/banned.h"

/* The lines of one product while they are put together. */
struct drafter {
	struct arena *arena;
	const struct rated *rated;
	struct line_draft **drafts; /* in the order in which they were begun */
	size_t n;
	size_t cap;
	struct line_draft **here; /* those with a part of the charge at hand */
	size_t nhere;
	size_t here_cap;
	struct line_draft **before; /* of the charges before it, of the same run */
	size_t nbefore;
	size_t before_cap;
};

/* A part of a slice: what one segment pays of it, or what none does. */
struct part {
	const struct run_charge *charge;
	const struct charge_slice *slice;
	const struct draw *draw;         /* NULL: paid by none */
	const struct price_slice *price; /* outside of balances, or while drawing */
};

/* ---- drafts ---- */

static bool
alike(const struct price_slice *x, const struct price_slice *y)
{
	return x->kind == y->kind && x->beyond_maximum == y->beyond_maximum &&
		x->tier_level == y->tier_level && rat_eq(x->unit_price, y->unit_price);
}

/* The same line: equal in price, tier and coverage. */
static bool
is_line_of(const struct line_draft *d, const struct part *part)
{
	const struct purse_segment *by = part->draw != NULL ? part->draw->by : NULL;

	return d->by == by && alike(d->price, part->price);
}

static struct line_draft *
find_line(struct line_draft *const *p, size_t n, const struct part *part)
{
	for (size_t i = 0; i < n; i++)
		if (is_line_of(p[i], part))
			return p[i];
	return NULL;
}

static struct line_draft *
begin(struct drafter *dr, const struct part *part)
{
	struct line_draft *d = ARENA_NEW(dr->arena, struct line_draft);

	d->rated = dr->rated;
	d->charge = part->charge;
	d->run = part->charge->run;
	d->first = part->charge->first;
	d->from = part->charge->from;
	d->price = part->price;
	d->charged = part->slice->prices[0].charged;
	if (part->draw != NULL)
		d->by = part->draw->by;
	dr->drafts = arena_grow(dr->arena, dr->drafts, &dr->cap, dr->n + 1,
		sizeof(struct line_draft *));
	dr->drafts[dr->n++] = d;
	return d;
}

static void
put_here(struct drafter *dr, struct line_draft *d)
{
	dr->here = arena_grow(dr->arena, dr->here, &dr->here_cap, dr->nhere + 1,
		sizeof(struct line_draft *));
	dr->here[dr->nhere++] = d;
}

/* The line of a part: of this charge, or one of the charges before it that goes on. */
static struct line_draft *
line_for(struct drafter *dr, const struct part *part)
{
	struct line_draft *d = find_line(dr->here, dr->nhere, part);

	if (d != NULL)
		return d;
	d = find_line(dr->before, dr->nbefore, part);
	if (d == NULL)
		d = begin(dr, part);
	put_here(dr, d);
	return d;
}

static void
put_part(struct drafter *dr, const struct part *part)
{
	struct arena *a = dr->arena;
	struct line_draft *d = line_for(dr, part);

	d->last = part->charge->last;
	d->to = part->charge->to;
	d->split = d->split || part->slice->draws != NULL;
	d->slices = rat_add(a, d->slices, part->price->quantity);
	if (part->draw != NULL) {
		d->quantity = rat_add(a, d->quantity, part->draw->quantity);
		d->total = rat_add(a, d->total, part->draw->amount);
		d->draws = arena_grow(a, d->draws, &d->draws_cap, d->ndraws + 1,
			sizeof(const struct draw *));
		d->draws[d->ndraws++] = part->draw;
	} else {
		struct rat total = part->slice->draws == NULL ?
			part->price->total :
			rat_mul(a, part->slice->open, part->price->unit_price);
		d->quantity = rat_add(a, d->quantity, part->slice->open);
		d->total = rat_add(a, d->total, total);
	}
}

/* Where one price of a set has a fee and another has none, that is no line. */
static bool
is_no_fee(const struct price_slice *p)
{
	return p->kind == SLICE_FEE && !p->beyond_maximum && rat_sign(p->unit_price) == 0;
}

static void
put_charge(struct drafter *dr, const struct run_charge *rc)
{
	struct part part = { .charge = rc };

	dr->nhere = 0;
	for (size_t i = 0; i < rc->charge.n; i++) {
		part.slice = &rc->charge.slices[i];
		for (part.draw = part.slice->draws; part.draw != NULL;
			part.draw = part.draw->next) {
			part.price = draw_price(&rc->charge, part.slice, part.draw->by);
			if (!is_no_fee(part.price))
				put_part(dr, &part);
		}
		part.price = &part.slice->prices[0];
		if ((rat_sign(part.slice->open) != 0 || part.slice->draws == NULL) &&
			!is_no_fee(part.price))
			put_part(dr, &part);
	}
}

/* The charge has usage of the line's tier, at the price that whoever pays the line draws at. */
static bool
has_slice(const struct charge *c, const struct line_draft *d)
{
	for (size_t i = 0; i < c->n; i++) {
		if (alike(draw_price(c, &c->slices[i], d->by), d->price))
			return true;
	}
	return false;
}

/*
 * What this charge put goes before the next one. A tier that it passed by stays as
 * it was: a charge without usage of a tier does not separate the lines of that tier.
 */
static void
swap_charges(struct drafter *dr, const struct charge *c)
{
	struct line_draft **p = dr->before;
	size_t cap = dr->before_cap;

	for (size_t i = 0; i < dr->nbefore; i++)
		if (!has_slice(c, p[i]))
			put_here(dr, p[i]);
	dr->before = dr->here;
	dr->nbefore = dr->nhere;
	dr->before_cap = dr->here_cap;
	dr->here = p;
	dr->here_cap = cap;
}

/* Usage and what gave it back may have become a line of nothing. */
static void
drop_empty(struct drafter *dr)
{
	size_t kept = 0;

	for (size_t i = 0; i < dr->n; i++)
		if (rat_sign(dr->drafts[i]->quantity) != 0)
			dr->drafts[kept++] = dr->drafts[i];
	dr->n = kept;
}

static void
draft_lines(struct drafter *dr, const struct rating *r)
{
	const struct rated *rated = dr->rated;

	for (size_t i = 0; i < rated->n; i++) {
		dr->nbefore = i > 0 && rated->charges[i - 1]->run == rated->charges[i]->run ?
			dr->nbefore :
			0;
		put_charge(dr, rated->charges[i]);
		swap_charges(dr, &rated->charges[i]->charge);
	}
	drop_empty(dr);
	if (dr->n > 0)
		return;

	struct run_charge *zero = rate_zero(r, rated);
	dr->nbefore = 0;
	if (zero != NULL)
		put_charge(dr, zero);
}

/* ---- order ---- */

struct placed {
	struct line_draft *draft;
	size_t place; /* groups, tiers and draws of one start in the order they came */
};

/* It stands after what it adjusts. */
static bool
is_adjustment(const struct line_draft *d)
{
	return d->price->kind == SLICE_MINIMUM;
}

static int
by_coverage_start_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	bool xu = x->draft->by == NULL, yu = y->draft->by == NULL;

	if (xu != yu)
		return xu ? 1 : -1;
	if (is_adjustment(x->draft) != is_adjustment(y->draft))
		return is_adjustment(x->draft) ? 1 : -1;
	if (x->draft->first != y->draft->first)
		return x->draft->first > y->draft->first ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

static void
sort_drafts(struct drafter *dr)
{
	struct placed *placed = ARENA_ARRAY(dr->arena, dr->n, struct placed);

	if (dr->n < 2)
		return;
	for (size_t i = 0; i < dr->n; i++)
		placed[i] = (struct placed){ dr->drafts[i], i };
	qsort(placed, dr->n, sizeof(placed[0]), by_coverage_start_place);
	for (size_t i = 0; i < dr->n; i++)
		dr->drafts[i] = placed[i].draft;
}

/* ---- lines ---- */

struct invoice_line *
line_put(struct arena *a, struct line_list *out)
{
	struct invoice_line *line = ARENA_NEW(a, struct invoice_line);

	out->p = arena_grow(a, out->p, &out->cap, out->n + 1, sizeof(struct invoice_line *));
	out->p[out->n++] = line;
	return line;
}

/* What the lines of a product have in common, as of a window. */
static struct invoice_line
line_of_product(const struct line_draft *d)
{
	const struct product_plan *pp = d->run->plan;
	const struct product_terms *terms = window_terms(pp, d->first);

	return (struct invoice_line){
		.type = LINE_USAGE,
		.name = terms->name,
		.product_id = pp->priced->product->id,
		.product_type = pp->priced->product->type,
		.product_tags = terms->tags,
		.unit = d->run->spans[0].rate->unit,
		.starting_at_ns = pp->cuts[d->first],
		.ending_before_ns = pp->cuts[d->last + 1],
		.product_custom_fields = terms->custom_fields,
	};
}

void
name_payer(struct invoice_line *line, const struct purse_segment *by)
{
	line->commit_id = by->commit->id;
	line->commit_segment_id = by->segment->id;
	line->commit_type = by->commit->type;
}

static void
put_draft(struct arena *a, const struct line_draft *d, struct line_list *out)
{
	struct invoice_line *line = line_put(a, out);

	*line = line_of_product(d);
	line->quantity = d->quantity;
	line->unit_price = d->price->unit_price;
	line->kind = d->price->kind;
	line->beyond_maximum = d->price->beyond_maximum;
	line->total = d->total;
	line->tier = (struct line_tier){
		.level = d->price->tier_level,
		.starting_at = d->price->tier_start,
		.open = d->price->tier_open,
		.size = d->price->tier_size,
	};
	line->pricing_group_values = d->run->group->pricing;
	line->presentation_group_values = d->run->group->presentation;
	if (d->by != NULL)
		name_payer(line, d->by);
	line->trace = draft_trace(a, d);
}

/* A balance only falls, so that its draws in order have falling balances. */
static int
by_balance(const void *a, const void *b)
{
	const struct draw *const *x = a, *const *y = b;

	return rat_cmp((*y)->before, (*x)->before);
}

/* What one segment pays of the product, over all its lines. */
static void
put_application(struct drafter *dr, const struct purse_segment *by, struct line_list *out)
{
	struct arena *a = dr->arena;
	struct invoice_line *line = line_put(a, out);
	const struct line_draft *first = NULL, *last = NULL;
	const struct draw **draws = NULL;
	struct rat total = RAT_ZERO;
	size_t n = 0, cap = 0;

	assert(by != NULL);
	for (size_t i = 0; i < dr->n; i++) {
		const struct line_draft *d = dr->drafts[i];
		if (d->by != by)
			continue;
		if (first == NULL ||
			d->run->plan->cuts[d->first] < first->run->plan->cuts[first->first])
			first = d;
		if (last == NULL ||
			d->run->plan->cuts[d->last + 1] > last->run->plan->cuts[last->last + 1])
			last = d;
		total = rat_sub(a, total, d->total);
		draws = arena_grow(a, draws, &cap, n + d->ndraws, sizeof(const struct draw *));
		for (size_t k = 0; k < d->ndraws; k++)
			draws[n++] = d->draws[k];
	}
	if (n > 1)
		qsort(draws, n, sizeof(const struct draw *), by_balance);
	assert(first != NULL && last != NULL);
	*line = line_of_product(first);
	line->ending_before_ns = last->run->plan->cuts[last->last + 1];
	line->total = total;
	line->type = LINE_APPLIED;
	line->name = str_printf(a, "%.*s applied", STR_FMT(by->name));
	line->quantity = RAT_ONE;
	line->unit_price = line->total;
	name_payer(line, by);
	line->trace = draws_trace(a, draws, n, line->total);
}

/* What is covered at a price of zero takes nothing. */
static bool
pays(const struct drafter *dr, const struct purse_segment *by)
{
	for (size_t i = 0; i < dr->n; i++)
		if (dr->drafts[i]->by == by && rat_sign(dr->drafts[i]->total) != 0)
			return true;
	return false;
}

void
product_lines(const struct rating *r, const struct rated *rated, struct line_list *out)
{
	struct drafter dr = { .arena = r->arena, .rated = rated };
	size_t i = 0;

	draft_lines(&dr, r);
	sort_drafts(&dr);
	for (; i < dr.n && dr.drafts[i]->by != NULL; i++)
		put_draft(r->arena, dr.drafts[i], out);
	for (size_t k = 0; i > 0 && k < r->purse->n; k++)
		if (pays(&dr, &r->purse->segments[k]))
			put_application(&dr, &r->purse->segments[k], out);
	for (; i < dr.n; i++)
		put_draft(r->arena, dr.drafts[i], out);
}
