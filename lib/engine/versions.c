#include "engine/rating.h"

#include "base/banned.h"

/* The same keys, in whatever order. */
static bool
same_keys(const struct texts *x, const struct texts *y)
{
	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (!texts_has(y, x->p[i]))
			return false;
	return true;
}

/* Equal in all that quantities and prices depend on; names, tags and what is in a base do not. */
static bool
is_alike(const struct version_use *a, const struct version_use *b)
{
	const struct product_terms *x = &a->terms, *y = &b->terms;
	const struct quantity_conversion *cx = &x->conversion, *cy = &y->conversion;
	const struct quantity_rounding *rx = &x->rounding, *ry = &y->rounding;

	return usage_filter_eq(a->filter, b->filter) &&
		str_eq(x->billable_metric_id, y->billable_metric_id) &&
		cx->operation == cy->operation && rat_eq(cx->factor, cy->factor) &&
		x->granularity == y->granularity && rx->on == ry->on && rx->places == ry->places &&
		rx->method == ry->method &&
		same_keys(&x->pricing_group_key, &y->pricing_group_key) &&
		same_keys(&x->presentation_group_key, &y->presentation_group_key);
}

static bool
can_filter(const struct planner *p, const struct product *product, const struct version_use *v,
	struct err *e)
{
	struct err why = ERR_INIT;

	if (v->filter == NULL ||
		usage_filter_fits(v->metric, &v->group_names, v->filter, p->arena, &why))
		return true;
	return err_field(e, ERR_INPUT, why.code, STR("usage_filter.group_key"),
		v->filter->group_key, "product \"%.*s\" (%.*s): %s", STR_FMT(v->terms.name),
		STR_FMT(product->id), why.text);
}

static bool
find_metric(const struct planner *p, const struct product *product, struct version_use *v,
	struct err *e)
{
	v->metric = catalogue_metric(p->catalogue, v->terms.billable_metric_id);
	if (v->metric == NULL)
		return err_field(e, ERR_INPUT, "metric_missing", STR("billable_metric_id"),
			v->terms.billable_metric_id, "product \"%.*s\" (%.*s): no such metric",
			STR_FMT(v->terms.name), STR_FMT(product->id));
	v->group_names = product_group_names(&v->terms, p->arena);
	if (metric_can_group(v->metric, &v->group_names))
		return can_filter(p, product, v, e);
	return err_field(e, ERR_INPUT, "group_key_missing", STR("group_keys"),
		texts_join(&v->group_names, ", ", p->arena),
		"product \"%.*s\" (%.*s): metric \"%.*s\" has no group key that holds these names",
		STR_FMT(v->terms.name), STR_FMT(product->id), STR_FMT(v->metric->name));
}

static bool
set_version(const struct planner *p, const struct product *product, int64_t at_ns,
	struct version_use *v, struct err *e)
{
	v->terms = product_at(product, at_ns, p->arena);
	if (product_is_composite(product)) {
		v->base = composite_base(p, product, &v->terms, at_ns);
		return true;
	}
	v->filter = usage_filter_at(p->filters, at_ns);
	return find_metric(p, product, v, e);
}

static bool
set_versions(const struct planner *p, struct product_plan *pp, struct err *e)
{
	pp->versions = ARENA_ARRAY(p->arena, pp->nwindows, struct version_use);
	pp->version_of = ARENA_ARRAY(p->arena, pp->nwindows, size_t);
	for (size_t w = 0; w < pp->nwindows; w++) {
		if (w == 0 || (pp->why[w] & (CUT_PRODUCT | CUT_FILTER)) != 0) {
			struct version_use *v = &pp->versions[pp->nversions++];
			if (!set_version(p, pp->priced->product, pp->cuts[w], v, e))
				return false;
			while (!is_alike(&pp->versions[v->alike], v))
				v->alike++;
		}
		pp->version_of[w] = pp->nversions - 1;
	}
	return true;
}

/* What decides which price holds. */
static void
set_prices(const struct planner *p, struct product_plan *pp)
{
	size_t *at_commit_rate;
	struct draw_terms *own;

	pp->terms = p->purse != NULL ? p->purse->terms : draw_terms_usual;
	pp->nterms = p->purse != NULL ? p->purse->nterms : countof(draw_terms_usual);
	if (pp->terms != draw_terms_usual) {
		own = ARENA_ARRAY(p->arena, pp->nterms, struct draw_terms);
		purse_terms(p->purse, pp->priced->product->id, &pp->priced->rates[0]->unit, own);
		pp->terms = own;
	}
	pp->at_commit_rate = at_commit_rate = ARENA_ARRAY(p->arena, pp->nterms, size_t);
	for (size_t i = 0; i < pp->nterms; i++)
		at_commit_rate[i] = pp->terms[i].rate == DRAW_COMMIT_RATE ? 1 : 0;
	pp->overrides = override_uses_of(p->arena, p->contract, pp->priced->product, p->period);
	pp->by_presentation = pp->overrides != NULL && override_uses_presentation(pp->overrides);
}

bool
rating_plan(struct planner *p, const struct priced_product *priced, struct product_plan *out,
	struct err *e)
{
	struct product_plan pp = { .priced = priced, .period = p->period };

	set_prices(p, &pp);
	rating_cuts(p, priced, &pp);
	if (!set_versions(p, &pp, e))
		return false;
	*out = pp;
	return true;
}

/* A query whose quantity lands on the last instant. */
static bool
is_whole(const struct version_use *v)
{
	return v->metric->sql.p != NULL && v->terms.granularity == SQL_SERVICE_PERIOD;
}

/*
 * The meter of an earlier version that wants the same; NULL: none. Where the
 * quantity lands at an end, what goes on is the stretch of the version before.
 */
static struct meter *
shared_meter(const struct product_plan *pp, size_t v)
{
	bool whole = is_whole(&pp->versions[v]);

	for (size_t i = whole && v > 0 ? v - 1 : 0; i < v; i++)
		if (pp->versions[i].metric == pp->versions[v].metric &&
			usage_filter_eq(pp->versions[i].filter, pp->versions[v].filter) &&
			is_whole(&pp->versions[i]) == whole &&
			texts_eq(&pp->versions[i].group_names, &pp->versions[v].group_names))
			return pp->versions[i].meter;
	return NULL;
}

/* Up to which window the quantity of the version's stretch is gathered. */
static void
extend_whole(const struct product_plan *pp, size_t v, bool fresh)
{
	struct meter *m = pp->versions[v].meter;

	for (size_t w = 0; w < pp->nwindows; w++) {
		if (pp->version_of[w] != v)
			continue;
		if (fresh)
			m->whole_from = w;
		fresh = false;
		m->whole_to = w + 1;
	}
}

void
rating_meters(struct product_plan *pp, const struct texts *customer_keys, struct usage_plan *plan)
{
	if (product_is_composite(pp->priced->product))
		return;
	for (size_t i = 0; i < pp->nversions; i++) {
		struct version_use *v = &pp->versions[i];
		v->meter = shared_meter(pp, i);
		bool fresh = v->meter == NULL;

		if (fresh) {
			struct texts keys = usage_filtered_keys(customer_keys, v->metric, v->filter,
				plan->arena);
			v->meter = usage_want(plan, &keys,
				usage_filtered(plan, v->metric, v->filter), &v->group_names,
				pp->cuts, pp->nwindows + 1);
		}
		if (is_whole(v))
			extend_whole(pp, i, fresh);
	}
}

const struct product_terms *
window_terms(const struct product_plan *pp, size_t w)
{
	return &pp->versions[pp->version_of[w]].terms;
}
