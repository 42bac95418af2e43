#include "domain/product.h"

#include <stdlib.h>

#include "domain/product_part.h"

#include "base/banned.h"

/* As they are read; behind the types the other name of the last one. */
static const char *const type_names[] = {
	[PRODUCT_USAGE] = "USAGE",
	[PRODUCT_FIXED] = "FIXED",
	[PRODUCT_COMPOSITE] = "COMPOSITE",
	[PRODUCT_SUBSCRIPTION] = "SUBSCRIPTION",
	[PRODUCT_PRO_SERVICE] = "PRO_SERVICE",
	[PRODUCT_TYPES] = "PROFESSIONAL_SERVICE",
};
_Static_assert(PRODUCT_PRO_SERVICE + 1 == PRODUCT_TYPES, "the last type has the other name");

static const char *const line_names[] = {
	[PRODUCT_USAGE] = "UsageProductListItem",
	[PRODUCT_FIXED] = "FixedProductListItem",
	[PRODUCT_COMPOSITE] = "CompositeProductListItem",
	[PRODUCT_SUBSCRIPTION] = "SubscriptionProductListItem",
	[PRODUCT_PRO_SERVICE] = "ProServiceProductListItem",
};
_Static_assert(countof(line_names) == PRODUCT_TYPES, "a name for each type");

static const char *const granularity_names[] = {
	[SQL_HOUR] = "HOUR",
	[SQL_SERVICE_PERIOD] = "SERVICE_PERIOD",
};

static const char *const kept_names[] = {
	"exclude_free_usage",
	"is_refundable",
	"netsuite_internal_item_id",
	"netsuite_overage_item_id",
};

static const char *const operation_names[] = { "MULTIPLY", "DIVIDE" };
_Static_assert(CONVERT_MULTIPLY == 1 && CONVERT_DIVIDE == 2, "names in the order of the enum");

static const struct rounding_word {
	const char *word;
	enum rat_round method;
} roundings[] = {
	{ "ROUND_UP", RAT_UP },
	{ "ROUND_DOWN", RAT_DOWN },
	{ "ROUND_HALF_UP", RAT_HALF_UP },
};

const char *
product_type_name(enum product_type t)
{
	return type_names[t];
}

const char *
product_type_line_name(enum product_type t)
{
	return line_names[t];
}

/* ---- reading ---- */

static void
conversion_from(struct obj *o, struct product_terms *t)
{
	struct quantity_conversion *c = &t->conversion;
	struct obj child;
	int operation;

	if (!obj_object(o, "quantity_conversion", OBJ_OPTIONAL, &child))
		return;
	t->has |= PF_CONVERSION;
	c->factor = obj_rat(&child, "conversion_factor", OBJ_REQUIRED, NULL);
	if (obj_ok(&child) && rat_sign(c->factor) <= 0)
		obj_refuse(&child, "conversion_factor", "wanted a number above 0");
	operation = obj_enum(&child, "operation", OBJ_REQUIRED, operation_names,
		countof(operation_names), 0);
	c->operation = (enum conversion_operation)(CONVERT_MULTIPLY + operation);
	c->name = obj_text(&child, "name", OBJ_OPTIONAL, 1, NAME_MAX_POINTS);
	obj_close(&child);
}

static void
rounding_from(struct obj *o, struct product_terms *t)
{
	const char *words[countof(roundings)];
	struct obj child;
	int method;

	if (!obj_object(o, "quantity_rounding", OBJ_OPTIONAL, &child))
		return;
	for (size_t i = 0; i < countof(roundings); i++)
		words[i] = roundings[i].word;
	t->has |= PF_ROUNDING;
	t->rounding.on = true;
	t->rounding.places = (int)obj_int(&child, "decimal_places", OBJ_REQUIRED, 0,
		PRODUCT_MAX_PLACES, 0);
	method = obj_enum(&child, "rounding_method", OBJ_REQUIRED, words, countof(words), 0);
	if (obj_close(&child))
		t->rounding.method = roundings[method].method;
}

struct texts
product_list_from(struct obj *o, const char *name, enum product_field field,
	struct product_terms *t)
{
	if (obj_has(o, name))
		t->has |= field;
	return obj_texts_field(o, name, OBJ_OPTIONAL, 0,
		field != PF_TAGS && field != PF_COMPOSITE_TAGS);
}

/* The fields of a version. Those without a value are not in t->has. */
static void
terms_from(struct obj *o, struct product_terms *t)
{
	t->name = obj_name(o, OBJ_OPTIONAL);
	t->billable_metric_id = obj_reference(o, "billable_metric_id", "billable_metric",
		OBJ_OPTIONAL);
	t->pricing_group_key = product_list_from(o, "pricing_group_key", PF_PRICING_KEY, t);
	t->presentation_group_key = product_list_from(o, "presentation_group_key",
		PF_PRESENTATION_KEY, t);
	conversion_from(o, t);
	rounding_from(o, t);
	if (obj_has(o, "sql_breakdown_granularity"))
		t->has |= PF_GRANULARITY;
	t->granularity = (enum sql_granularity)obj_enum(o, "sql_breakdown_granularity",
		OBJ_OPTIONAL, granularity_names, countof(granularity_names), SQL_HOUR);
	composite_from_obj(o, t);
	t->tags = product_list_from(o, "tags", PF_TAGS, t);
	t->custom_fields = obj_custom_fields(o);
	t->kept = obj_kept(o, kept_names, countof(kept_names));
	t->has |= t->name.p ? PF_NAME : 0U;
	t->has |= t->billable_metric_id.p ? PF_METRIC : 0U;
	t->has |= t->custom_fields.n > 0 ? PF_CUSTOM_FIELDS : 0U;
}

/* Fields that products of one type alone have; field 0: among the kept. */
static const struct typed_field {
	enum product_type type;
	unsigned field;
	const char *name;
	const char *code;
} typed_fields[] = {
	{ PRODUCT_USAGE, PF_METRIC, "billable_metric_id", "product.billable_metric_id" },
	{ PRODUCT_USAGE, PF_PRICING_KEY, "pricing_group_key", "product.pricing_group_key" },
	{ PRODUCT_USAGE, PF_PRESENTATION_KEY, "presentation_group_key",
		"product.presentation_group_key" },
	{ PRODUCT_USAGE, PF_CONVERSION, "quantity_conversion", "product.quantity_conversion" },
	{ PRODUCT_USAGE, PF_ROUNDING, "quantity_rounding", "product.quantity_rounding" },
	{ PRODUCT_USAGE, PF_GRANULARITY, "sql_breakdown_granularity",
		"product.sql_breakdown_granularity" },
	{ PRODUCT_COMPOSITE, PF_COMPOSITE_PRODUCTS, "composite_product_ids",
		"product.composite_product_ids" },
	{ PRODUCT_COMPOSITE, PF_COMPOSITE_TAGS, "composite_tags", "product.composite_tags" },
	{ PRODUCT_COMPOSITE, PF_COMPOSITE_SPEND, "include_composite_spend",
		"product.include_composite_spend" },
	{ PRODUCT_COMPOSITE, PF_COMPOSITE_SCOPE, "composite_scope", "product.composite_scope" },
	{ PRODUCT_COMPOSITE, 0, "exclude_free_usage", "product.exclude_free_usage" },
};

static const char misplaced_text[] = "a %s product has none; %s products do";

/* The first field among t that products of this type do not have; NULL: none. */
static const struct typed_field *
misplaced(enum product_type type, const struct product_terms *t)
{
	for (size_t i = 0; i < countof(typed_fields); i++) {
		const struct typed_field *f = &typed_fields[i];
		bool there = f->field != 0 ? (t->has & f->field) != 0 :
					     pairs_get(&t->kept.fields, str_c(f->name)).p != NULL;

		if (f->type != type && there)
			return f;
	}
	return NULL;
}

bool
product_terms_check(enum product_type type, const struct product_terms *t, struct err *e)
{
	const struct typed_field *f = misplaced(type, t);

	if (f)
		return err_field(e, ERR_INPUT, f->code, str_c(f->name), (struct str){ NULL, 0 },
			misplaced_text, product_type_name(type), product_type_name(f->type));
	return true;
}

static void
check_for_type(struct obj *o, enum product_type type, const struct product_terms *t)
{
	const struct typed_field *f = misplaced(type, t);

	if (f)
		obj_refuse(o, f->name, misplaced_text, product_type_name(type),
			product_type_name(f->type));
}

bool
product_from_json(const struct json *j, bool csv, struct arena *a, struct product *out,
	struct err *e)
{
	struct product p = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE };
	struct product_terms t = { .has = 0 };
	struct obj o;
	int type;

	if (!obj_open(&o, j, "product", csv, a, e))
		return false;
	p.id = obj_id(&o, "id", OBJ_OPTIONAL);
	type = obj_enum(&o, "type", OBJ_REQUIRED, type_names, countof(type_names), 0);
	if (!obj_ok(&o))
		return false;
	p.type = type == PRODUCT_TYPES ? PRODUCT_PRO_SERVICE : (enum product_type)type;
	terms_from(&o, &t);
	check_for_type(&o, p.type, &t);
	if (!t.name.p)
		obj_name(&o, OBJ_REQUIRED);
	if (p.type == PRODUCT_USAGE && !t.billable_metric_id.p)
		obj_text(&o, "billable_metric_id", OBJ_REQUIRED, 1, NAME_MAX_POINTS);
	if (p.type == PRODUCT_COMPOSITE && t.composite_product_ids.n + t.composite_tags.n == 0)
		obj_references(&o, "composite_product_ids", OBJ_REQUIRED, 1);
	if (!obj_close(&o))
		return false;
	p.versions = ARENA_NEW(a, struct product_version);
	p.versions[0] = (struct product_version){ .starting_at_ns = INSTANT_NONE,
		.created_at_ns = INSTANT_NONE,
		.terms = t };
	p.nversions = 1;
	*out = p;
	return true;
}

bool
product_update_from_json(const struct json *j, bool csv, int64_t usual_ns, struct arena *a,
	struct str *ref, struct product_version *out, struct err *e)
{
	static const char *const immutable[] = { "type" };
	struct product_version v = { .created_at_ns = INSTANT_NONE };
	struct str id;
	struct obj o;

	if (!obj_open(&o, j, "product", csv, a, e))
		return false;
	obj_immutable(&o, immutable, countof(immutable));
	id = obj_subject(&o, "product_id", "product");
	v.starting_at_ns = obj_hour(&o, "starting_at",
		usual_ns == INSTANT_NONE ? OBJ_REQUIRED : OBJ_OPTIONAL);
	if (v.starting_at_ns == INSTANT_NONE)
		v.starting_at_ns = usual_ns;
	terms_from(&o, &v.terms);
	if (!obj_close(&o))
		return false;
	if (v.terms.has == 0 && v.terms.kept.fields.n == 0)
		return err_set(e, ERR_INPUT, "missing_field", "no field to change");
	*ref = id;
	*out = v;
	return true;
}

bool
product_terms_from_json(const struct json *j, enum product_type type, struct arena *a,
	struct product_terms *out, struct err *e)
{
	struct product_terms t = { .has = 0 };
	struct obj o;

	if (!obj_open(&o, j, "product", false, a, e))
		return false;
	terms_from(&o, &t);
	check_for_type(&o, type, &t);
	if (!obj_close(&o))
		return false;
	*out = t;
	return true;
}

/* ---- versions ---- */

static void
fold(struct product_terms *t, const struct product_terms *v, struct arena *a)
{
	if (v->has & PF_NAME)
		t->name = v->name;
	if (v->has & PF_METRIC)
		t->billable_metric_id = v->billable_metric_id;
	if (v->has & PF_PRICING_KEY)
		t->pricing_group_key = v->pricing_group_key;
	if (v->has & PF_PRESENTATION_KEY)
		t->presentation_group_key = v->presentation_group_key;
	if (v->has & PF_CONVERSION)
		t->conversion = v->conversion;
	if (v->has & PF_ROUNDING)
		t->rounding = v->rounding;
	if (v->has & PF_GRANULARITY)
		t->granularity = v->granularity;
	if (v->has & PF_COMPOSITE_PRODUCTS)
		t->composite_product_ids = v->composite_product_ids;
	if (v->has & PF_COMPOSITE_TAGS)
		t->composite_tags = v->composite_tags;
	if (v->has & PF_COMPOSITE_SPEND)
		t->include_composite_spend = v->include_composite_spend;
	if (v->has & PF_COMPOSITE_SCOPE)
		t->composite_scope = v->composite_scope;
	if (v->has & PF_TAGS)
		t->tags = v->tags;
	t->custom_fields = pairs_merge(a, &t->custom_fields, &v->custom_fields);
	t->kept.fields = pairs_merge(a, &t->kept.fields, &v->kept.fields);
	t->has |= v->has;
}

struct product_terms
product_at(const struct product *p, int64_t t_ns, struct arena *a)
{
	struct product_terms t = p->versions[0].terms;

	for (size_t i = 1; i < p->nversions && p->versions[i].starting_at_ns <= t_ns; i++)
		fold(&t, &p->versions[i].terms, a);
	return t;
}

static struct texts
sorted_distinct(struct texts t)
{
	size_t n = 0;

	if (t.n > 1)
		qsort(t.p, t.n, sizeof(t.p[0]), str_cmp_qsort);
	for (size_t i = 0; i < t.n; i++)
		if (n == 0 || !str_eq(t.p[i], t.p[n - 1]))
			t.p[n++] = t.p[i];
	return (struct texts){ t.p, n };
}

struct texts
product_group_names(const struct product_terms *t, struct arena *a)
{
	const struct texts *keys[] = { &t->pricing_group_key, &t->presentation_group_key };
	struct texts out = { ARENA_ARRAY(a, keys[0]->n + keys[1]->n, struct str), 0 };

	for (size_t k = 0; k < countof(keys); k++)
		for (size_t i = 0; i < keys[k]->n; i++)
			out.p[out.n++] = keys[k]->p[i];
	return sorted_distinct(out);
}

/* ---- writing ---- */

static void
write_conversion(struct jsonw *w, const struct quantity_conversion *c, enum terms_form form)
{
	jsonw_key(w, "quantity_conversion");
	jsonw_object(w);
	jsonw_member_decimal(w, "conversion_factor", c->factor, form);
	jsonw_member_c(w, "operation", operation_names[c->operation - CONVERT_MULTIPLY]);
	jsonw_member_str_opt(w, "name", c->name);
	jsonw_end(w);
}

static void
write_rounding(struct jsonw *w, const struct quantity_rounding *r)
{
	jsonw_key(w, "quantity_rounding");
	jsonw_object(w);
	jsonw_member_int(w, "decimal_places", r->places);
	for (size_t i = 0; i < countof(roundings); i++)
		if (roundings[i].method == r->method)
			jsonw_member_c(w, "rounding_method", roundings[i].word);
	jsonw_end(w);
}

static void
write_terms(struct jsonw *w, const struct product_terms *t, enum terms_form form)
{
	if (t->has & PF_NAME)
		jsonw_member_str(w, "name", t->name);
	if (t->has & PF_METRIC)
		jsonw_member_str(w, "billable_metric_id", t->billable_metric_id);
	if (t->has & PF_PRICING_KEY)
		jsonw_texts(w, "pricing_group_key", &t->pricing_group_key);
	if (t->has & PF_PRESENTATION_KEY)
		jsonw_texts(w, "presentation_group_key", &t->presentation_group_key);
	if (t->has & PF_CONVERSION)
		write_conversion(w, &t->conversion, form);
	if (t->has & PF_ROUNDING)
		write_rounding(w, &t->rounding);
	if (t->has & PF_GRANULARITY)
		jsonw_member_c(w, "sql_breakdown_granularity", granularity_names[t->granularity]);
	composite_members(w, t);
	if (t->has & PF_TAGS)
		jsonw_texts(w, "tags", &t->tags);
	jsonw_pairs_opt(w, "custom_fields", &t->custom_fields);
	jsonw_kept(w, &t->kept);
}

void
product_terms_json(struct jsonw *w, const struct product_terms *t)
{
	jsonw_object(w);
	write_terms(w, t, TERMS_STORED);
	jsonw_end(w);
}

static void
write_version(struct jsonw *w, const struct product_version *v)
{
	jsonw_object(w);
	jsonw_member_instant_opt(w, "starting_at", v->starting_at_ns);
	jsonw_member_instant_opt(w, "created_at", v->created_at_ns);
	write_terms(w, &v->terms, TERMS_PRINTED);
	jsonw_end(w);
}

void
product_to_json(struct jsonw *w, const struct product *p, int64_t now_ns, struct arena *a)
{
	struct product_terms current = product_at(p, now_ns, a);

	jsonw_object(w);
	jsonw_member_str(w, "id", p->id);
	jsonw_member_c(w, "type", product_type_name(p->type));
	jsonw_key(w, "initial");
	write_version(w, &p->versions[0]);
	jsonw_key(w, "updates");
	jsonw_array(w);
	for (size_t i = 1; i < p->nversions; i++)
		write_version(w, &p->versions[i]);
	jsonw_end(w);
	jsonw_key(w, "current");
	jsonw_object(w);
	write_terms(w, &current, TERMS_PRINTED);
	jsonw_end(w);
	jsonw_member_instant_opt(w, "created_at", p->created_at_ns);
	jsonw_member_instant_opt(w, "archived_at", p->archived_at_ns);
	jsonw_end(w);
}
