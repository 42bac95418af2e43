#include "domain/product.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct product got;
static struct product_version got_version;
static struct product_terms got_terms;
static struct str got_ref;

static bool
read_product(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return product_from_json(j, csv, a, &got, e);
}

static bool
read_update(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return product_update_from_json(j, csv, INSTANT_NONE, a, &got_ref, &got_version, e);
}

static bool
read_fixed_terms(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	(void)csv;
	return product_terms_from_json(j, PRODUCT_FIXED, a, &got_terms, e);
}

static void
terms(struct jsonw *w, const void *t)
{
	product_terms_json(w, t);
}

static int64_t
at(const char *text)
{
	struct instant_why why = { "" };
	int64_t t_ns = 0;

	if (!instant_parse(str_c(text), INSTANT_DATE, &t_ns, &why))
		note("the test itself is wrong: %s: %s", text, why.text);
	return t_ns;
}

static bool
same(const struct product_terms *x, const struct product_terms *y)
{
	return x->has == y->has && str_eq(x->name, y->name) &&
		str_eq(x->billable_metric_id, y->billable_metric_id) &&
		texts_eq(&x->pricing_group_key, &y->pricing_group_key) &&
		texts_eq(&x->presentation_group_key, &y->presentation_group_key) &&
		x->conversion.operation == y->conversion.operation &&
		rat_eq(x->conversion.factor, y->conversion.factor) &&
		str_eq(x->conversion.name, y->conversion.name) &&
		x->rounding.on == y->rounding.on && x->rounding.places == y->rounding.places &&
		x->rounding.method == y->rounding.method && texts_eq(&x->tags, &y->tags) &&
		texts_eq(&x->composite_product_ids, &y->composite_product_ids) &&
		texts_eq(&x->composite_tags, &y->composite_tags) &&
		pairs_eq(&x->custom_fields, &y->custom_fields) &&
		pairs_eq(&x->kept.fields, &y->kept.fields);
}

#define GB \
	"{'name':'Storage','type':'usage','billable_metric_id':'m','pricing_group_key':['region'," \
	"'tier'],'presentation_group_key':['model','region'],'quantity_conversion':" \
	"{'conversion_factor':1024,'operation':'divide','name':'MB to GB'},'quantity_rounding':" \
	"{'decimal_places':2,'rounding_method':'round_half_up'},'tags':['a','a'],'is_refundable':false," \
	"'netsuite_internal_item_id':'7','custom_fields':{'k':'v'}}"

static void
test_taken(void)
{
	struct arena a = ARENA_INIT;
	const struct product_terms *t;

	ok(body_taken("{'name':'Setup','type':'FIXED'}", read_product, &a), "a fixed product");
	is_int(got.type, PRODUCT_FIXED, "  type");
	is_int((int64_t)got.nversions, 1, "  one version");
	ok(got.versions[0].starting_at_ns == INSTANT_NONE && got.archived_at_ns == INSTANT_NONE,
		"  the initial one");
	is_int((int64_t)got.versions[0].terms.has, PF_NAME, "  that holds a name");
	ok(body_taken(GB, read_product, &a), "a usage product");
	t = &got.versions[0].terms;
	is_int((int64_t)t->has,
		PF_NAME | PF_METRIC | PF_PRICING_KEY | PF_PRESENTATION_KEY | PF_CONVERSION |
			PF_ROUNDING | PF_TAGS | PF_CUSTOM_FIELDS,
		"  holds everything");
	is_int(t->conversion.operation, CONVERT_DIVIDE, "  operation");
	is_int(t->rounding.method, RAT_HALF_UP, "  rounding method");
	is_str(body_written(&a, terms, t),
		"{\"name\":\"Storage\",\"billable_metric_id\":\"m\","
		"\"pricing_group_key\":[\"region\",\"tier\"],"
		"\"presentation_group_key\":[\"model\",\"region\"],\"quantity_conversion\":"
		"{\"conversion_factor\":\"1024\",\"operation\":\"DIVIDE\",\"name\":\"MB to GB\"},"
		"\"quantity_rounding\":{\"decimal_places\":2,\"rounding_method\":\"ROUND_HALF_UP\"},"
		"\"tags\":[\"a\",\"a\"],\"custom_fields\":{\"k\":\"v\"},\"is_refundable\":false,"
		"\"netsuite_internal_item_id\":\"7\"}",
		"  its terms");
	is_str(product_type_name(PRODUCT_USAGE), "USAGE", "name of a type");
	is_str(product_type_line_name(PRODUCT_USAGE), "UsageProductListItem", "on lines of usage");
	is_str(product_type_line_name(PRODUCT_FIXED), "FixedProductListItem", "on fixed lines");
	arena_release(&a);
}

static void
test_group_names(void)
{
	struct arena a = ARENA_INIT;
	struct texts names;

	body_taken(GB, read_product, &a);
	names = product_group_names(&got.versions[0].terms, &a);
	is_int((int64_t)names.n, 3, "three group names");
	ok(names.n == 3 && str_is(names.p[0], "model") && str_is(names.p[1], "region") &&
			str_is(names.p[2], "tier"),
		"  sorted, each once");
	body_taken("{'name':'Setup','type':'FIXED'}", read_product, &a);
	names = product_group_names(&got.versions[0].terms, &a);
	is_int((int64_t)names.n, 0, "none");
	arena_release(&a);
}

#define U(rest) "{'name':'n','type':'USAGE','billable_metric_id':'m'," rest "}"
#define F(rest) "{'name':'n','type':'FIXED'," rest "}"

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'name':'n'}", "missing_field", "type", "{", "missing" },
		{ "{'type':'FIXED'}", "missing_field", "name", "{", "missing" },
		{ "{'name':'n','type':'USAGE'}", "missing_field", "billable_metric_id", "{",
			"missing" },
		{ "{'name':'n','type':'GIFT'}", "product.type", "type", "'GIFT'",
			"wanted USAGE, FIXED, COMPOSITE, SUBSCRIPTION, PRO_SERVICE" },
		{ "{'name':'n','type':'SUBSCRIPTION','billable_metric_id':'m'}",
			"product.billable_metric_id", "billable_metric_id", "'m'",
			"a SUBSCRIPTION product has none; USAGE products do" },
		{ "{'name':'n','type':'pro_service','composite_tags':['t']}",
			"product.composite_tags", "composite_tags", "['t']",
			"a PRO_SERVICE product has none; COMPOSITE products do" },
		{ U("'sql_breakdown_granularity':'DAY'"), "product.sql_breakdown_granularity",
			"sql_breakdown_granularity", "'DAY'", "wanted HOUR or SERVICE_PERIOD" },
		{ U("'composite_tags':[]"), "product.composite_tags", "composite_tags", "[]",
			"a USAGE product has none; COMPOSITE products do" },
		{ U("'exclude_free_usage':true"), "product.exclude_free_usage",
			"exclude_free_usage", "true", "a USAGE product has none" },
		{ F("'composite_product_ids':['p']"), "product.composite_product_ids",
			"composite_product_ids", "['p']", "a FIXED product has none" },
		{ U("'billable_metric':'m'"), "product.billable_metric", "billable_metric", "'m'}",
			"beside billable_metric_id" },
		{ F("'billable_metric_id':'m'"), "product.billable_metric_id", "billable_metric_id",
			"'m'", "a FIXED product has none" },
		{ F("'pricing_group_key':['a']"), "product.pricing_group_key", "pricing_group_key",
			"['a']", "a FIXED product has none" },
		{ F("'quantity_rounding':{'decimal_places':1,'rounding_method':'ROUND_UP'}"),
			"product.quantity_rounding", "quantity_rounding", "{'dec",
			"a FIXED product" },
		{ U("'pricing_group_key':['a','a']"), "product.pricing_group_key",
			"pricing_group_key[1]", "'a']", "twice" },
		{ U("'quantity_conversion':{'conversion_factor':0,'operation':'MULTIPLY'}"),
			"product.quantity_conversion.conversion_factor",
			"quantity_conversion.conversion_factor", "0", "above 0" },
		{ U("'quantity_conversion':{'operation':'MULTIPLY'}"), "missing_field",
			"quantity_conversion.conversion_factor", "{'op", "missing" },
		{ U("'quantity_conversion':{'conversion_factor':2,'operation':'ADD'}"),
			"product.quantity_conversion.operation", "quantity_conversion.operation",
			"'ADD'", "MULTIPLY or DIVIDE" },
		{ U("'quantity_rounding':{'decimal_places':-2,'rounding_method':'ROUND_UP'}"),
			"product.quantity_rounding.decimal_places",
			"quantity_rounding.decimal_places", "-2", "from 0 to 100" },
		{ U("'quantity_rounding':{'decimal_places':1.5,'rounding_method':'ROUND_UP'}"),
			"product.quantity_rounding.decimal_places",
			"quantity_rounding.decimal_places", "1.5", "an integer" },
		{ U("'quantity_rounding':{'decimal_places':1,'rounding_method':'HALF_EVEN'}"),
			"product.quantity_rounding.rounding_method",
			"quantity_rounding.rounding_method", "'HALF", "ROUND_UP, ROUND_DOWN or" },
		{ U("'price':1"), "unknown_field", "price", "1", "unknown field" },
	};
	static const struct refusal updates[] = {
		{ "{'starting_at':'2024-01-01','name':'n'}", "missing_field", "product_id", "{",
			"missing" },
		{ "{'product_id':'p','name':'n'}", "missing_field", "starting_at", "{", "missing" },
		{ "{'product_id':'p','starting_at':'2024-01-01T00:30:00Z'}", "product.starting_at",
			"starting_at", "'2024", "hour" },
		{ "{'product_id':'p','starting_at':'2024-01-01','type':'FIXED'}", "immutable_field",
			"type", "'FIX", "cannot be changed" },
	};
	static const struct refusal fixed[] = {
		{ "{'presentation_group_key':[]}", "product.presentation_group_key",
			"presentation_group_key", "[]", "a FIXED product has none" },
	};

	body_refused(cases, countof(cases), read_product);
	body_refused(updates, countof(updates), read_update);
	body_refused(fixed, countof(fixed), read_fixed_terms);
}

#define COMPOSITE(rest) "{'name':'n','type':'COMPOSITE'" rest "}"

static void
test_composite(void)
{
	struct arena a = ARENA_INIT;
	const struct product_terms *t;

	ok(body_taken("{'name':'Support','type':'composite','composite_tags':['cloud','ai'],"
		      "'composite_product_ids':['Images','AAAAAAAA-0000-4000-8000-000000000001'],"
		      "'include_composite_spend':false,'exclude_free_usage':true,'tags':['t']}",
		   read_product, &a),
		"a composite product");
	is_int(got.type, PRODUCT_COMPOSITE, "  type");
	t = &got.versions[0].terms;
	is_int((int64_t)t->has,
		PF_NAME | PF_COMPOSITE_PRODUCTS | PF_COMPOSITE_TAGS | PF_COMPOSITE_SPEND | PF_TAGS,
		"  holds both lists");
	is_str(body_written(&a, terms, t),
		"{\"name\":\"Support\",\"composite_product_ids\":[\"Images\","
		"\"aaaaaaaa-0000-4000-8000-000000000001\"],\"composite_tags\":[\"cloud\",\"ai\"],"
		"\"include_composite_spend\":false,\"tags\":[\"t\"],\"exclude_free_usage\":true}",
		"  its terms");
	ok(body_taken(COMPOSITE(",'composite_tags':['cloud'],'composite_product_ids':[]"),
		   read_product, &a),
		"tags alone");
	ok(body_taken(COMPOSITE(",'composite_product_ids':['p']"), read_product, &a),
		"products alone");
	ok(body_taken(COMPOSITE(",'composite_tags':['t'],'include_composite_spend':true,"
				"'composite_scope':'customer'"),
		   read_product, &a),
		"other composites, of all contracts");
	is_str(body_written(&a, terms, &got.versions[0].terms),
		"{\"name\":\"n\",\"composite_tags\":[\"t\"],"
		"\"include_composite_spend\":true,\"composite_scope\":\"CUSTOMER\"}",
		"  its terms");
	is_str(product_type_name(PRODUCT_COMPOSITE), "COMPOSITE", "name of the type");
	is_str(product_type_line_name(PRODUCT_COMPOSITE), "CompositeProductListItem", "on lines");
	arena_release(&a);
}

static void
test_composite_refused(void)
{
	static const struct refusal cases[] = {
		{ COMPOSITE(""), "missing_field", "composite_product_ids", "{", "missing" },
		{ COMPOSITE(",'composite_tags':[]"), "missing_field", "composite_product_ids", "{",
			"missing" },
		{ COMPOSITE(",'composite_product_ids':[],'composite_tags':[]"),
			"product.composite_product_ids", "composite_product_ids", "[]",
			"at least 1" },
		{ COMPOSITE(",'composite_product_ids':['p','q','p']"),
			"product.composite_product_ids", "composite_product_ids[2]", "'p']",
			"twice" },
		{ COMPOSITE(",'composite_tags':'cloud'"), "product.composite_tags",
			"composite_tags", "'cloud'", "wanted an array" },
		{ COMPOSITE(",'composite_tags':['c'],'composite_scope':'ALL'"),
			"product.composite_scope", "composite_scope", "'ALL'",
			"wanted CONTRACT or CUSTOMER" },
		{ "{'name':'n','type':'SUBSCRIPTION','composite_scope':'CUSTOMER'}",
			"product.composite_scope", "composite_scope", "'CUSTOMER'",
			"a SUBSCRIPTION product has none" },
		{ COMPOSITE(",'composite_tags':['c'],'include_composite_spend':1"),
			"product.include_composite_spend", "include_composite_spend", "1",
			"true or false" },
		{ COMPOSITE(",'composite_tags':['c'],'billable_metric_id':'m'"),
			"product.billable_metric_id", "billable_metric_id", "'m'",
			"a COMPOSITE product has none; USAGE products do" },
		{ COMPOSITE(",'composite_tags':['c'],'presentation_group_key':['k']"),
			"product.presentation_group_key", "presentation_group_key", "['k']",
			"a COMPOSITE product has none" },
		{ COMPOSITE(",'composite_tags':['c'],'pricing_group_key':[]"),
			"product.pricing_group_key", "pricing_group_key", "[]",
			"a COMPOSITE product has none" },
		{ COMPOSITE(",'composite_tags':['c'],'quantity_conversion':"
			    "{'conversion_factor':2,'operation':'DIVIDE'}"),
			"product.quantity_conversion", "quantity_conversion", "{'conv",
			"a COMPOSITE product has none" },
		{ COMPOSITE(",'composite_tags':['c'],'quantity_rounding':"
			    "{'decimal_places':2,'rounding_method':'ROUND_UP'}"),
			"product.quantity_rounding", "quantity_rounding", "{'dec",
			"a COMPOSITE product has none" },
	};

	body_refused(cases, countof(cases), read_product);
}

static void
test_terms_check(void)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;

	body_taken("{'product_id':'p','starting_at':'2024-01-01','billable_metric_id':'m'}",
		read_update, &a);
	ok(product_terms_check(PRODUCT_USAGE, &got_version.terms, &e), "a metric for usage");
	ok(!product_terms_check(PRODUCT_FIXED, &got_version.terms, &e), "none for a fixed product");
	is_str(e.field, "billable_metric_id", "  field");
	is_int(e.kind, ERR_INPUT, "  kind");
	e = (struct err)ERR_INIT;
	ok(!product_terms_check(PRODUCT_COMPOSITE, &got_version.terms, &e), "nor for a composite");
	is_str(e.text, "a COMPOSITE product has none; USAGE products do", "  says why");
	body_taken("{'product_id':'p','starting_at':'2024-01-01','composite_tags':['c']}",
		read_update, &a);
	e = (struct err)ERR_INIT;
	ok(product_terms_check(PRODUCT_COMPOSITE, &got_version.terms, &e), "tags for a composite");
	ok(!product_terms_check(PRODUCT_USAGE, &got_version.terms, &e), "none for usage");
	is_str(e.code, "product.composite_tags", "  code");
	body_taken("{'product_id':'p','starting_at':'2024-01-01','exclude_free_usage':false}",
		read_update, &a);
	e = (struct err)ERR_INIT;
	ok(product_terms_check(PRODUCT_COMPOSITE, &got_version.terms, &e), "a kept field of its");
	ok(!product_terms_check(PRODUCT_FIXED, &got_version.terms, &e), "that no other has");
	is_str(e.code, "product.exclude_free_usage", "  code");
	is_str(e.field, "exclude_free_usage", "  field");
	arena_release(&a);
}

/* The product of GB with these updates, in the order given: already that of start and number. */
static struct product
with_updates(const char *const *updates, size_t n, struct arena *a)
{
	struct product p;

	body_taken(GB, read_product, a);
	p = got;
	p.versions = ARENA_ARRAY(a, n + 1, struct product_version);
	p.versions[0] = got.versions[0];
	for (size_t i = 0; i < n; i++) {
		body_taken(updates[i], read_update, a);
		p.versions[i + 1] = got_version;
		p.versions[i + 1].seq = (int64_t)i + 1;
	}
	p.nversions = n + 1;
	return p;
}

#define REPRICED \
	"{'product':'Storage','starting_at':'2024-03-01T07:00:00Z','pricing_group_key':[]," \
	"'is_refundable':true,'quantity_conversion':{'conversion_factor':'1/3','operation':'MULTIPLY'}}"

static const char *const updates[] = {
	"{'product_id':'Storage','starting_at':'2024-02-01','name':'Disk','custom_fields':{'l':'w'}}",
	REPRICED,
	"{'id':'Storage','starting_at':'2024-03-01T07:00:00Z','name':'Drive'}",
};

static void
test_versions(void)
{
	struct arena a = ARENA_INIT;
	struct product p = with_updates(updates, countof(updates), &a);
	struct product_terms t;

	t = product_at(&p, INSTANT_NONE, &a);
	is_str(t.name.p, "Storage", "the initial terms");
	t = product_at(&p, at("2024-01-31T23:00:00Z"), &a);
	is_str(t.name.p, "Storage", "before the first update");
	t = product_at(&p, at("2024-02-01"), &a);
	is_str(t.name.p, "Disk", "at its start");
	is_int((int64_t)t.custom_fields.n, 2, "  custom fields merged");
	is_int((int64_t)t.pricing_group_key.n, 2, "  other fields as they were");
	t = product_at(&p, at("2024-03-01T07:00:00Z"), &a);
	is_str(t.name.p, "Drive", "of one start the last added");
	is_int((int64_t)t.pricing_group_key.n, 0, "  an empty list takes a key away");
	is_str(rat_text_exact(&a, t.conversion.factor).p, "1/3", "  another conversion");
	is_str(t.billable_metric_id.p, "m", "  the metric stays");
	is_str(pairs_get(&t.kept.fields, STR("is_refundable")).p, "true", "  kept fields too");
	arena_release(&a);
}

static void
test_composite_versions(void)
{
	struct product_version versions[3];
	struct arena a = ARENA_INIT;
	struct product p;
	struct product_terms t;

	body_taken(COMPOSITE(",'composite_tags':['c'],'composite_product_ids':['p']"), read_product,
		&a);
	p = got;
	p.versions = versions;
	p.nversions = countof(versions);
	versions[0] = got.versions[0];
	body_taken("{'id':'n','starting_at':'2024-02-01','composite_product_ids':['q','r']}",
		read_update, &a);
	versions[1] = got_version;
	body_taken("{'id':'n','starting_at':'2024-03-01','composite_tags':[]}", read_update, &a);
	versions[2] = got_version;
	t = product_at(&p, at("2024-01-31"), &a);
	ok(texts_has(&t.composite_product_ids, STR("p")) && texts_has(&t.composite_tags, STR("c")),
		"a composite before its updates");
	t = product_at(&p, at("2024-02-01"), &a);
	ok(t.composite_product_ids.n == 2 && !texts_has(&t.composite_product_ids, STR("p")),
		"  a list replaces");
	ok(texts_has(&t.composite_tags, STR("c")), "  the other stays");
	t = product_at(&p, at("2024-03-01"), &a);
	ok(t.composite_product_ids.n == 2 && t.composite_tags.n == 0, "  until it is replaced too");
	arena_release(&a);
}

static void
test_printed(void)
{
	static const char *const one[] = {
		"{'product':'Setup','starting_at':'2024-03-01','tags':[]}",
		"{'product':'Setup','starting_at':'2025-03-01','name':'Start'}",
	};
	struct arena a = ARENA_INIT;
	struct product p = with_updates(one, countof(one), &a);
	struct buf b = BUF_INIT;
	struct jsonw w;

	body_taken("{'name':'Setup','type':'FIXED','tags':['t']}", read_product, &a);
	p.type = got.type;
	p.versions[0] = got.versions[0];
	p.versions[1].created_at_ns = 0;
	p.id = STR("p1");
	jsonw_init(&w, &b);
	product_to_json(&w, &p, at("2024-06-01"), &a);
	jsonw_release(&w);
	is_str(buf_cstr(&b),
		"{\"id\":\"p1\",\"type\":\"FIXED\",\"initial\":{\"name\":\"Setup\","
		"\"tags\":[\"t\"]},\"updates\":[{\"starting_at\":\"2024-03-01T00:00:00Z\","
		"\"created_at\":\"1970-01-01T00:00:00Z\",\"tags\":[]},"
		"{\"starting_at\":\"2025-03-01T00:00:00Z\",\"name\":\"Start\"}],"
		"\"current\":{\"name\":\"Setup\",\"tags\":[]}}",
		"printed");
	buf_clear(&b);
	p = with_updates(updates, countof(updates), &a);
	jsonw_init(&w, &b);
	product_to_json(&w, &p, at("2025-01-01"), &a);
	jsonw_release(&w);
	ok(strstr(buf_cstr(&b),
		   "\"conversion_factor\":\"0.33333333333333333333\","
		   "\"conversion_factor_exact\":\"1/3\"") != NULL,
		"a factor that does not end");
	buf_release(&b);
	arena_release(&a);
}

static void
add_usage_fields(struct sweep *s, struct buf *b)
{
	static const char *const factors[] = { "1024", "'1/3'", "0.001", "'22/7'", "1e30" };
	static const char *const methods[] = { "ROUND_UP", "round_down", "Round_Half_Up" };

	if (sweep_below(s, 2))
		buf_printf(b, ",'billable_metric%s':'m'", sweep_below(s, 2) ? "_id" : "");
	if (sweep_below(s, 2))
		buf_printf(b, ",'pricing_group_key':[%s]", sweep_below(s, 2) ? "'b','a'" : "");
	if (sweep_below(s, 2))
		buf_add_c(b, ",'presentation_group_key':['\\u20ac']");
	if (sweep_below(s, 2))
		buf_printf(b, ",'quantity_conversion':{'conversion_factor':%s,'operation':'%s'}",
			factors[sweep_below(s, countof(factors))],
			sweep_below(s, 2) ? "MULTIPLY" : "divide");
	if (sweep_below(s, 2))
		buf_printf(b, ",'quantity_rounding':{'decimal_places':%d,'rounding_method':'%s'}",
			(int)sweep_below(s, 9), methods[sweep_below(s, countof(methods))]);
}

static void
add_composite_fields(struct sweep *s, struct buf *b)
{
	if (sweep_below(s, 2))
		buf_printf(b, ",'composite_product_ids':[%s]", sweep_below(s, 2) ? "'b','a'" : "");
	if (sweep_below(s, 2))
		buf_printf(b, ",'composite_tags':[%s]", sweep_below(s, 2) ? "'x','y','x'" : "");
	if (sweep_below(s, 2))
		buf_add_c(b, ",'exclude_free_usage':false,'include_composite_spend':false");
}

static const char *
random_terms(struct sweep *s, enum product_type type, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct str body;

	buf_printf(&b, "{'name':'n%d'", (int)sweep_below(s, 5));
	if (type == PRODUCT_USAGE)
		add_usage_fields(s, &b);
	else
		add_composite_fields(s, &b);
	if (sweep_below(s, 2))
		buf_printf(&b, ",'tags':[%s]", sweep_below(s, 2) ? "'x','y'" : "");
	if (sweep_below(s, 2))
		buf_add_c(&b, ",'custom_fields':{'b':'1','a':''},'is_refundable':true");
	buf_add_c(&b, "}");
	body = str_dup(a, buf_str(&b));
	buf_release(&b);
	return body.p;
}

static void
test_round_trip(void)
{
	static const enum product_type types[] = { PRODUCT_USAGE, PRODUCT_COMPOSITE };
	struct sweep s = sweep_start("products", 13);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 500; i++) {
		enum product_type type = types[sweep_below(&s, countof(types))];
		struct json *j = body_tree(&a, random_terms(&s, type, &a));
		struct product_terms first, second;
		const char *once;

		broken += !product_terms_from_json(j, type, &a, &first, &e);
		json_free(j);
		once = body_written(&a, terms, &first);
		j = body_tree(&a, once);
		broken += !product_terms_from_json(j, type, &a, &second, &e) ||
			!same(&first, &second) ||
			strcmp(once, body_written(&a, terms, &second)) != 0;
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same terms");
	arena_release(&a);
}

int
main(void)
{
	test_taken();
	test_group_names();
	test_refused();
	test_composite();
	test_composite_refused();
	test_terms_check();
	test_versions();
	test_composite_versions();
	test_printed();
	test_round_trip();
	return done();
}
