#include "tasks/product.h"

#include "store/metric_store.h"
#include "store/product_store.h"
#include "tasks/absent.h"
#include "tasks/composite.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *product)
{
	const struct product *p = product;

	jsonw_object(w);
	jsonw_member_c(w, "type", product_type_name(p->type));
	jsonw_key(w, "terms");
	product_terms_json(w, &p->versions[0].terms);
	jsonw_end(w);
}

/*
 * Resolve the metric these terms name. That it is archived is kept in *closed: it refuses
 * what is new alone.
 */
static bool
resolve_metric(struct store *st, struct product_terms *t, struct arena *a, struct err *closed,
	struct err *e)
{
	struct metric m;
	struct str id;

	if (!(t->has & PF_METRIC))
		return true;
	if (!reference_field(st, NOUN_METRIC, "billable_metric_id", t->billable_metric_id,
		    INSTANT_NONE, a, &id, e) ||
		!metric_store_get(st, id, a, &m, e))
		return false;
	if (m.archived_at_ns != INSTANT_NONE)
		err_field(closed, ERR_INPUT, "archived", STR("billable_metric_id"),
			t->billable_metric_id, "the metric is archived");
	t->billable_metric_id = id;
	return true;
}

bool
products_resolve(struct store *st, const char *path, const char *code, struct texts *refs,
	int64_t now_ns, struct arena *a, struct err *e)
{
	for (size_t i = 0; i < refs->n; i++) {
		struct str field = str_printf(a, "%s[%zu]", path, i), id;

		if (!reference_field(st, NOUN_PRODUCT, field.p, refs->p[i], now_ns, a, &id, e))
			return false;
		for (size_t k = 0; k < i; k++)
			if (str_eq(refs->p[k], id))
				return err_field(e, ERR_INPUT, code, field, refs->p[i],
					"names the same product as %s[%zu]", path, k);
		refs->p[i] = id;
	}
	return true;
}

/* The products whose spend a composite one is charged by. */
static bool
resolve_composite(struct store *st, struct product_terms *t, int64_t now_ns, struct arena *a,
	struct err *e)
{
	return products_resolve(st, "composite_product_ids", "product.composite_product_ids",
		&t->composite_product_ids, now_ns, a, e);
}

/* The terms in force from one version on must find a group key for their keys. */
static bool
check_group_key(struct store *st, const struct product_terms *t, struct arena *a, struct err *e)
{
	struct texts names = product_group_names(t, a);
	struct metric m;

	if (names.n == 0)
		return true;
	if (!metric_store_get(st, t->billable_metric_id, a, &m, e))
		return false;
	if (metric_can_group(&m, &names))
		return true;
	return err_field(e, ERR_INPUT, "group_key_missing",
		t->pricing_group_key.n > 0 ? STR("pricing_group_key") :
					     STR("presentation_group_key"),
		texts_join(&names, ", ", a),
		"metric %.*s has no group key that holds %s; it has: %.*s", STR_FMT(m.name),
		names.n > 1 ? "all these names" : "this name",
		STR_FMT(metric_group_keys_text(&m, a)));
}

/* A version that says how a query accrues has a query, then at least. */
static bool
check_granularity(struct store *st, const struct product_terms *own, const struct product_terms *t,
	struct arena *a, struct err *e)
{
	struct metric m;

	if ((own->has & PF_GRANULARITY) == 0)
		return true;
	if (!metric_store_get(st, t->billable_metric_id, a, &m, e))
		return false;
	if (m.sql.p != NULL)
		return true;
	return err_field(e, ERR_INPUT, "product.sql_breakdown_granularity",
		STR("sql_breakdown_granularity"), (struct str){ NULL, 0 },
		"metric %.*s is not in SQL", STR_FMT(m.name));
}

static bool
check_usage(struct store *st, const struct product *p, struct arena *a, struct err *e)
{
	for (size_t i = 0; i < p->nversions; i++) {
		struct product_terms t = product_at(p, p->versions[i].starting_at_ns, a);

		if (!check_group_key(st, &t, a, e) ||
			!check_granularity(st, &p->versions[i].terms, &t, a, e))
			return false;
	}
	return true;
}

/* Every stretch between versions is checked: a change may break a later one. */
static bool
check_versions(struct store *st, const struct product *p, struct arena *a, struct err *e)
{
	switch (p->type) {
	case PRODUCT_USAGE:
		return check_usage(st, p, a, e);
	case PRODUCT_COMPOSITE:
		return composite_check(st, p, a, e);
	case PRODUCT_FIXED:
	case PRODUCT_SUBSCRIPTION:
	case PRODUCT_PRO_SERVICE:
		return true;
	}
	return true;
}

/* *there: *out is the product of that id, or of that name now or at first. */
static bool
find_there(struct store *st, const struct product *p, int64_t now_ns, struct arena *a,
	struct product *out, bool *there, struct err *e)
{
	const int64_t instants[] = { now_ns, INSTANT_NONE };
	struct str id;

	*there = false;
	for (size_t i = 0; !*there && i < countof(instants); i++) {
		if (!absent_find(st, NOUN_PRODUCT, p->id, p->versions[0].terms.name, instants[i], a,
			    &id, there, e))
			return false;
		if (*there &&
			(!product_store_get(st, id, a, out, e) ||
				!absent_live(out->archived_at_ns, p->id, there, e)))
			return false;
	}
	return true;
}

bool
product_create(struct store *st, struct product *p, bool if_absent, int64_t now_ns, struct arena *a,
	struct product *out, struct err *e)
{
	struct err closed = ERR_INIT;
	struct id id;
	bool there = false;

	if (!resolve_metric(st, &p->versions[0].terms, a, &closed, e) ||
		!resolve_composite(st, &p->versions[0].terms, now_ns, a, e) ||
		(if_absent && !find_there(st, p, now_ns, a, out, &there, e)))
		return false;
	if (there)
		return absent_equal(NOUN_PRODUCT, out->id, terms, out, p, e);
	if (closed.kind != ERR_NONE) {
		*e = closed;
		return false;
	}
	if (!check_versions(st, p, a, e) || !store_new_id(st, "product", p->id, &id, NULL, e))
		return false;
	p->id = str_dup(a, id_str(&id));
	if (!product_store_put(st, p, a, e))
		return false;
	*out = *p;
	return true;
}

/* The product as it will be with one more version. */
static struct product
with_version(const struct product *p, const struct product_version *v, struct arena *a)
{
	struct product out = *p;
	size_t n = p->nversions;

	out.versions = ARENA_ARRAY(a, n + 1, struct product_version);
	for (; n > 1 && p->versions[n - 1].starting_at_ns > v->starting_at_ns; n--)
		out.versions[n] = p->versions[n - 1];
	out.versions[n] = *v;
	while (n-- > 0)
		out.versions[n] = p->versions[n];
	out.nversions++;
	return out;
}

bool
product_update(struct store *st, struct str ref, struct product_version *v, int64_t now_ns,
	struct arena *a, struct product *out, struct err *e)
{
	struct product updated;
	struct str id;

	if (!reference_field(st, NOUN_PRODUCT, "product_id", ref, now_ns, a, &id, e) ||
		!product_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns != INSTANT_NONE)
		return err_field(e, ERR_INPUT, "archived", STR("product_id"), ref,
			"the product is archived");
	if (!product_terms_check(out->type, &v->terms, e) ||
		!resolve_metric(st, &v->terms, a, e, e) || e->kind != ERR_NONE ||
		!resolve_composite(st, &v->terms, now_ns, a, e))
		return false;
	updated = with_version(out, v, a);
	return check_versions(st, &updated, a, e) && product_store_add_version(st, id, v, a, e) &&
		product_store_get(st, id, a, out, e);
}

bool
product_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct product *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_PRODUCT, "", ref, now_ns, a, &id, e) ||
		!product_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns != INSTANT_NONE)
		return true;
	out->archived_at_ns = now_ns;
	return product_store_put(st, out, a, e);
}
