#include "tasks/contract_filter.h"

#include "engine/usage.h"
#include "store/contract_store.h"
#include "store/metric_store.h"
#include "store/product_store.h"
#include "store/ratecard_store.h"
#include "tasks/edit_part.h"

#include "base/banned.h"

/* ---- can the card be filtered ---- */

/* The terms that hold from the filter's start on, or from a later version on. */
static bool
check_terms(struct store *st, const struct product_terms *terms, const struct usage_filter *f,
	struct arena *a, struct err *e)
{
	struct texts names = product_group_names(terms, a);
	struct metric m;
	struct err why = ERR_INIT;

	if (!metric_store_get(st, terms->billable_metric_id, a, &m, e))
		return false;
	if (usage_filter_fits(&m, &names, f, a, &why))
		return true;
	return err_field(e, ERR_INPUT, why.code, STR("usage_filter.group_key"), f->group_key,
		"product \"%.*s\": %s", STR_FMT(terms->name), why.text);
}

static bool
check_product(struct store *st, struct str id, const struct contract *c, struct arena *a,
	struct err *e)
{
	struct product p;

	if (!product_store_get(st, id, a, &p, e))
		return false;
	if (p.type != PRODUCT_USAGE)
		return true;
	for (size_t i = 0; i < c->filters.n; i++) {
		const struct usage_filter *f = &c->filters.p[i];
		struct product_terms terms = product_at(&p, f->starting_at_ns, a);

		if (!check_terms(st, &terms, f, a, e))
			return false;
		for (size_t v = 1; v < p.nversions; v++) {
			int64_t t_ns = p.versions[v].starting_at_ns;

			terms = product_at(&p, t_ns, a);
			if (t_ns > f->starting_at_ns && !check_terms(st, &terms, f, a, e))
				return false;
		}
	}
	return true;
}

bool
contract_filters_check(struct store *st, const struct contract *c, struct arena *a, struct err *e)
{
	struct rate *rates;
	struct map met;
	size_t n;

	if (c->filters.n == 0 || c->rate_card_id.n == 0)
		return true;
	if (!rate_store_load(st, c->rate_card_id, (struct str){ NULL, 0 }, a, &rates, &n, e))
		return false;
	map_init(&met, a);
	for (size_t i = 0; i < n; i++) {
		bool fresh;

		*map_slot(&met, rates[i].product_id, &fresh) = &met;
		if (fresh && !check_product(st, rates[i].product_id, c, a, e))
			return false;
	}
	return true;
}

/* ---- the change ---- */

/* Inside the term, where it can divide something. */
static bool
check_start(struct obj *o, const struct contract *c, const struct usage_filter *f)
{
	if (obj_ok(o) && f->starting_at_ns == INSTANT_NONE)
		obj_hour(o, "starting_at", OBJ_REQUIRED);
	if (obj_ok(o) && f->starting_at_ns < c->starting_at_ns)
		obj_refuse(o, "starting_at", "before the contract starts");
	if (obj_ok(o) && c->ending_before_ns != INSTANT_NONE &&
		f->starting_at_ns >= c->ending_before_ns)
		obj_refuse(o, "starting_at", "the contract has ended by then");
	return obj_ok(o);
}

bool
contract_set_usage_filter(struct store *st, const struct json *j, bool csv, int64_t now_ns,
	struct arena *a, struct contract *out, struct err *e)
{
	struct edit x = { .store = st, .arena = a, .now_ns = now_ns, .e = e };
	struct usage_filter f;
	struct contract c;
	struct obj o;

	if (!obj_open(&o, j, "usage_filter", csv, a, e) || !edit_find(&x, &o, &c))
		return false;
	usage_filter_from_obj(&o, &f);
	if (!check_start(&o, &c, &f) || !obj_close(&o))
		return false;
	c.filters = usage_filters_with(a, &c.filters, &f);
	if (!contract_filters_check(st, &c, a, e) || !contract_store_put(st, &c, a, e))
		return false;
	*out = c;
	return true;
}
