#include "engine/rating.h"

#include <stdlib.h>

#include "base/banned.h"

struct cut {
	int64_t at_ns;
	unsigned why;
};

bool
rating_concerns(const struct priced_product *p, const struct period *period)
{
	for (size_t i = 0; i < p->nrates; i++) {
		const struct rate *r = p->rates[i];
		if (r->starting_at_ns < period->end_ns &&
			(r->ending_before_ns == INSTANT_NONE ||
				r->ending_before_ns > period->start_ns))
			return true;
	}
	return false;
}

static int
by_instant(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

/* An instant outside the period, or none at all, cuts nothing. */
static void
cut_at(struct cut *cuts, size_t *n, const struct period *period, int64_t at_ns, unsigned why)
{
	if (at_ns > period->start_ns && at_ns < period->end_ns)
		cuts[(*n)++] = (struct cut){ at_ns, why };
}

static size_t
collect_cuts(struct arena *a, const struct priced_product *p, const struct period *period,
	struct cut **out)
{
	const struct product *product = p->product;
	struct cut *cuts = ARENA_ARRAY(a, 2 + 2 * p->nrates + product->nversions, struct cut);
	size_t n = 0;

	cuts[n++] = (struct cut){ period->start_ns, CUT_PERIOD };
	cuts[n++] = (struct cut){ period->end_ns, CUT_PERIOD };
	for (size_t i = 0; i < p->nrates; i++) {
		cut_at(cuts, &n, period, p->rates[i]->starting_at_ns, CUT_RATE);
		cut_at(cuts, &n, period, p->rates[i]->ending_before_ns, CUT_RATE);
	}
	for (size_t i = 0; i < product->nversions; i++)
		cut_at(cuts, &n, period, product->versions[i].starting_at_ns, CUT_PRODUCT);
	qsort(cuts, n, sizeof(cuts[0]), by_instant);
	*out = cuts;
	return n;
}

static void
set_windows(struct arena *a, const struct cut *cuts, size_t ncuts, struct product_plan *pp)
{
	size_t n = 0;

	pp->cuts = ARENA_ARRAY(a, ncuts, int64_t);
	pp->why = ARENA_ARRAY(a, ncuts, unsigned);
	for (size_t i = 0; i < ncuts; i++) {
		if (n == 0 || cuts[i].at_ns != pp->cuts[n - 1])
			pp->cuts[n++] = cuts[i].at_ns;
		pp->why[n - 1] |= cuts[i].why;
	}
	pp->nwindows = n - 1;
}

/* ---- versions ---- */

static bool
same_texts(const struct texts *x, const struct texts *y)
{
	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (!texts_has(y, x->p[i]))
			return false;
	return true;
}

/* Equal in all that quantities and prices depend on; names and tags do not matter. */
static bool
is_alike(const struct product_terms *x, const struct product_terms *y)
{
	const struct quantity_conversion *cx = &x->conversion, *cy = &y->conversion;
	const struct quantity_rounding *rx = &x->rounding, *ry = &y->rounding;

	return str_eq(x->billable_metric_id, y->billable_metric_id) &&
		cx->operation == cy->operation && rat_eq(cx->factor, cy->factor) &&
		rx->on == ry->on && rx->places == ry->places && rx->method == ry->method &&
		same_texts(&x->pricing_group_key, &y->pricing_group_key) &&
		same_texts(&x->presentation_group_key, &y->presentation_group_key);
}

static bool
set_version(struct arena *a, const struct catalogue *c, const struct product *product,
	int64_t at_ns, struct version_use *v, struct err *e)
{
	v->terms = product_at(product, at_ns, a);
	v->metric = catalogue_metric(c, v->terms.billable_metric_id);
	if (v->metric == NULL)
		return err_field(e, ERR_INPUT, "metric_missing", STR("billable_metric_id"),
			v->terms.billable_metric_id, "product \"%.*s\" (%.*s): no such metric",
			STR_FMT(v->terms.name), STR_FMT(product->id));
	v->group_names = product_group_names(&v->terms, a);
	if (metric_has_group_key(v->metric, &v->group_names))
		return true;

	struct str names = STR("");
	for (size_t i = 0; i < v->group_names.n; i++)
		names = str_printf(a, "%.*s%s%.*s", STR_FMT(names), i > 0 ? ", " : "",
			STR_FMT(v->group_names.p[i]));
	return err_field(e, ERR_INPUT, "group_key_missing", STR("group_keys"), names,
		"product \"%.*s\" (%.*s): metric \"%.*s\" has no group key of exactly these names",
		STR_FMT(v->terms.name), STR_FMT(product->id), STR_FMT(v->metric->name));
}

static bool
set_versions(struct arena *a, const struct catalogue *c, struct product_plan *pp, struct err *e)
{
	pp->versions = ARENA_ARRAY(a, pp->nwindows, struct version_use);
	pp->version_of = ARENA_ARRAY(a, pp->nwindows, size_t);
	for (size_t w = 0; w < pp->nwindows; w++) {
		if (w == 0 || (pp->why[w] & CUT_PRODUCT) != 0) {
			struct version_use *v = &pp->versions[pp->nversions++];
			if (!set_version(a, c, pp->priced->product, pp->cuts[w], v, e))
				return false;
			while (!is_alike(&pp->versions[v->alike].terms, &v->terms))
				v->alike++;
		}
		pp->version_of[w] = pp->nversions - 1;
	}
	return true;
}

bool
rating_plan(struct arena *a, const struct catalogue *c, const struct priced_product *priced,
	const struct period *period, struct product_plan *out, struct err *e)
{
	struct product_plan pp = { .priced = priced };
	struct cut *cuts;
	size_t ncuts = collect_cuts(a, priced, period, &cuts);

	set_windows(a, cuts, ncuts, &pp);
	if (!set_versions(a, c, &pp, e))
		return false;
	*out = pp;
	return true;
}

/* The meter of an earlier version that wants the same; NULL: none. */
static struct meter *
shared_meter(const struct product_plan *pp, size_t v)
{
	for (size_t i = 0; i < v; i++)
		if (pp->versions[i].metric == pp->versions[v].metric &&
			same_texts(&pp->versions[i].group_names, &pp->versions[v].group_names))
			return pp->versions[i].meter;
	return NULL;
}

void
rating_meters(struct product_plan *pp, const struct texts *customer_keys, struct usage_plan *plan)
{
	for (size_t i = 0; i < pp->nversions; i++) {
		struct version_use *v = &pp->versions[i];
		v->meter = shared_meter(pp, i);
		if (v->meter == NULL)
			v->meter = usage_want(plan, customer_keys, v->metric, &v->group_names,
				pp->cuts, pp->nwindows + 1);
	}
}
