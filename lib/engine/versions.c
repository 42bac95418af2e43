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
is_alike(const struct product_terms *x, const struct product_terms *y)
{
	const struct quantity_conversion *cx = &x->conversion, *cy = &y->conversion;
	const struct quantity_rounding *rx = &x->rounding, *ry = &y->rounding;

	return str_eq(x->billable_metric_id, y->billable_metric_id) &&
		cx->operation == cy->operation && rat_eq(cx->factor, cy->factor) &&
		x->granularity == y->granularity && rx->on == ry->on && rx->places == ry->places &&
		rx->method == ry->method &&
		same_keys(&x->pricing_group_key, &y->pricing_group_key) &&
		same_keys(&x->presentation_group_key, &y->presentation_group_key);
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
	if (metric_has_group_key(v->metric, &v->group_names))
		return true;

	struct str names = STR("");
	for (size_t i = 0; i < v->group_names.n; i++)
		names = str_printf(p->arena, "%.*s%s%.*s", STR_FMT(names), i > 0 ? ", " : "",
			STR_FMT(v->group_names.p[i]));
	return err_field(e, ERR_INPUT, "group_key_missing", STR("group_keys"), names,
		"product \"%.*s\" (%.*s): metric \"%.*s\" has no group key of exactly these names",
		STR_FMT(v->terms.name), STR_FMT(product->id), STR_FMT(v->metric->name));
}

static bool
set_version(const struct planner *p, const struct product *product, int64_t at_ns,
	struct version_use *v, struct err *e)
{
	v->terms = product_at(product, at_ns, p->arena);
	if (!product_is_composite(product))
		return find_metric(p, product, v, e);
	v->base = composite_base(p->arena, p->card, &v->terms, at_ns);
	return true;
}

static bool
set_versions(const struct planner *p, struct product_plan *pp, struct err *e)
{
	pp->versions = ARENA_ARRAY(p->arena, pp->nwindows, struct version_use);
	pp->version_of = ARENA_ARRAY(p->arena, pp->nwindows, size_t);
	for (size_t w = 0; w < pp->nwindows; w++) {
		if (w == 0 || (pp->why[w] & CUT_PRODUCT) != 0) {
			struct version_use *v = &pp->versions[pp->nversions++];
			if (!set_version(p, pp->priced->product, pp->cuts[w], v, e))
				return false;
			while (!is_alike(&pp->versions[v->alike].terms, &v->terms))
				v->alike++;
		}
		pp->version_of[w] = pp->nversions - 1;
	}
	return true;
}

bool
rating_plan(struct planner *p, const struct priced_product *priced, struct product_plan *out,
	struct err *e)
{
	struct product_plan pp = { .priced = priced };

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

		if (fresh)
			v->meter = usage_want(plan, customer_keys, v->metric, &v->group_names,
				pp->cuts, pp->nwindows + 1);
		if (is_whole(v))
			extend_whole(pp, i, fresh);
	}
}

const struct product_terms *
window_terms(const struct product_plan *pp, size_t w)
{
	return &pp->versions[pp->version_of[w]].terms;
}
