#include "domain/metric.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct metric got;
static struct str got_ref;

static bool
read_metric(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return metric_from_json(j, csv, a, &got, e);
}

static bool
read_update(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return metric_update_from_json(j, csv, a, &got_ref, &got, e);
}

static void
terms(struct jsonw *w, const void *m)
{
	metric_terms_json(w, m);
}

static void
printed(struct jsonw *w, const void *m)
{
	metric_to_json(w, m);
}

static bool
same_values(const struct value_filter *x, const struct value_filter *y)
{
	return texts_eq(&x->in, &y->in) && texts_eq(&x->not_in, &y->not_in);
}

static bool
same(const struct metric *x, const struct metric *y)
{
	bool same = str_eq(x->name, y->name) && x->aggregation == y->aggregation &&
		str_eq(x->aggregation_key, y->aggregation_key) &&
		x->has_event_type_filter == y->has_event_type_filter &&
		same_values(&x->event_type, &y->event_type) && x->nfilters == y->nfilters &&
		x->ngroup_keys == y->ngroup_keys && pairs_eq(&x->custom_fields, &y->custom_fields);

	for (size_t i = 0; same && i < x->nfilters; i++)
		same = str_eq(x->filters[i].name, y->filters[i].name) &&
			x->filters[i].exists == y->filters[i].exists &&
			same_values(&x->filters[i].values, &y->filters[i].values);
	for (size_t i = 0; same && i < x->ngroup_keys; i++)
		same = texts_eq(&x->group_keys[i], &y->group_keys[i]);
	return same;
}

#define IMAGES \
	"{'name':'Images','aggregation_type':'SUM','aggregation_key':'num_images'," \
	"'event_type_filter':{'in_values':['image_generation']},'property_filters':[" \
	"{'name':'num_images','exists':true},{'name':'model','exists':true}," \
	"{'name':'region','exists':null,'not_in_values':['moon']}," \
	"{'name':'size','in_values':[1024,'2048',true]}]," \
	"'group_keys':[['model'],['region','model']],'custom_fields':{'k':'v'}}"

static void
test_taken(void)
{
	static const char *const words[] = { "COUNT", "SUM", "MAX", "LATEST", "UNIQUE" };
	struct arena a = ARENA_INIT;

	ok(body_taken("{'name':'Events','aggregation_type':'count'}", read_metric, &a), "a count");
	is_int(got.aggregation, AGG_COUNT, "  in small letters");
	ok(!got.aggregation_key.p && !got.has_event_type_filter && got.nfilters == 0, "  of all");
	is_str(body_written(&a, terms, &got),
		"{\"name\":\"Events\",\"aggregation_type\":\"COUNT\"}", "  its terms");
	for (int i = 0; i < AGG_KINDS; i++) {
		is_str(aggregation_name((enum aggregation)i), words[i], "name of %s", words[i]);
		body_taken(str_printf(&a,
				   "{'name':'n','aggregation_type':'%s'%s,"
				   "'property_filters':[{'name':'p'}]}",
				   words[i], i == AGG_COUNT ? "" : ",'aggregation_key':'p'")
				   .p,
			read_metric, &a);
		is_int(got.aggregation, i, "  read");
	}
	ok(body_taken("{'name':'Query','sql':'SELECT 1 FROM events','group_keys':null}",
		   read_metric, &a),
		"a query");
	is_str(body_written(&a, terms, &got),
		"{\"name\":\"Query\",\"sql\":\"SELECT 1 FROM events\"}", "  its terms");
	ok(body_taken(IMAGES, read_metric, &a), "filters and group keys");
	is_int(got.filters[0].exists, PRESENCE_YES, "  exists");
	is_int(got.filters[2].exists, PRESENCE_ANY, "  null is either way");
	ok(str_is(got.filters[3].values.in.p[0], "1024") &&
			str_is(got.filters[3].values.in.p[2], "true"),
		"  numbers and words by their text");
	got.id = STR("m1");
	got.created_at_ns = 0;
	is_str(body_written(&a, printed, &got),
		"{\"id\":\"m1\",\"name\":\"Images\","
		"\"aggregation_type\":\"SUM\",\"aggregation_key\":\"num_images\","
		"\"event_type_filter\":{\"in_values\":[\"image_generation\"]},\"property_filters\":["
		"{\"name\":\"num_images\",\"exists\":true},{\"name\":\"model\",\"exists\":true},"
		"{\"name\":\"region\",\"not_in_values\":[\"moon\"]},"
		"{\"name\":\"size\",\"in_values\":[\"1024\",\"2048\",\"true\"]}],"
		"\"group_keys\":[[\"model\"],[\"region\",\"model\"]],\"custom_fields\":{\"k\":\"v\"},"
		"\"created_at\":\"1970-01-01T00:00:00Z\"}",
		"  printed");
	ok(body_taken(
		   "{'name':'n','aggregation_type':'COUNT','event_type_filter':"
		   "{'in_values':['a'],'not_in_values':['b']},'property_filters':"
		   "[{'name':'p','exists':false},{'name':'p','in_values':['1'],'not_in_values':['2']}],"
		   "'group_keys':[]}",
		   read_metric, &a),
		"both lists, two filters of one property");
	is_int(got.filters[0].exists, PRESENCE_NO, "  must not exist");
	arena_release(&a);
}

#define P(rest) "{'name':'n','aggregation_type':'COUNT','property_filters':[{'name':'p'}]," rest "}"

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'aggregation_type':'COUNT'}", "missing_field", "name", "{", "missing" },
		{ "{'name':'n'}", "missing_field", "aggregation_type", "{", "missing" },
		{ "{'name':'n','aggregation_type':'MEDIAN'}", "metric.aggregation_type",
			"aggregation_type", "'MED", "COUNT, SUM, MAX, LATEST or UNIQUE" },
		{ "{'name':'n','aggregation_type':'percentile','percentile':95}",
			"unsupported_field", "percentile", "95", "not supported" },
		{ "{'name':'n','aggregation_type':'avg'}", "unsupported_field", "aggregation_type",
			"'avg'", "AVG is not supported" },
		{ "{'name':'n','sql':''}", "metric.sql", "sql", "''", "wanted at least 1" },
		{ "{'name':'n','sql':'SELECT 1','aggregation_type':'SUM'}",
			"metric.aggregation_type", "aggregation_type", "'SUM", "in SQL has none" },
		{ "{'name':'n','sql':'SELECT 1','group_keys':[]}", "metric.group_keys",
			"group_keys", "[]", "in SQL has none" },
		{ "{'name':'n','sql':'SELECT 1','percentile':5}", "unsupported_field", "percentile",
			"5", "not supported" },
		{ "{'name':'n','aggregation_type':'SUM'}", "missing_field", "aggregation_key", "{",
			"missing" },
		{ "{'name':'n','aggregation_type':'SUM','aggregation_key':'q','property_filters':"
		  "[{'name':'p'}]}",
			"metric.aggregation_key", "aggregation_key", "'q'",
			"The specified aggregation key must be one of the property filter names." },
		{ "{'name':'n','aggregation_type':'SUM','aggregation_key':'q','property_filters':"
		  "[{'name':'q','exists':false}]}",
			"metric.aggregation_key", "aggregation_key", "'q'",
			"a property filter asks for events without this property" },
		{ "{'name':'n','aggregation_type':'COUNT','property_filters':"
		  "[{'name':'q','exists':false}],'group_keys':[['q']]}",
			"metric.group_keys", "group_keys[0]", "'q']",
			"a property filter asks for events without this property" },
		{ P("'aggregation_key':'z'"), "metric.aggregation_key", "aggregation_key", "'z'",
			"COUNT takes no key" },
		{ P("'group_keys':[['p'],['p','q']]"), "metric.group_keys", "group_keys[1]", "'q'",
			"Group key 'q' does not match one of the property filter names." },
		{ P("'group_keys':[['p'],[]]"), "metric.group_keys", "group_keys[1]", "[]",
			"one or more" },
		{ P("'group_keys':['p']"), "metric.group_keys", "group_keys[0]", "'p']",
			"wanted an array" },
		{ P("'group_keys':[['p','p']]"), "metric.group_keys", "group_keys[0]", "'p']",
			"twice" },
		{ P("'group_keys':[[1]]"), "metric.group_keys", "group_keys[0]", "1]",
			"name of a property" },
		{ P("'group_keys':{}"), "metric.group_keys", "group_keys", "{}",
			"wanted an array" },
		{ P("'event_type_filter':{'in_values':[]}"), "metric.event_type_filter.in_values",
			"event_type_filter.in_values", "[]", "at least 1 item" },
		{ P("'event_type_filter':{'in_values':[null]}"),
			"metric.event_type_filter.in_values", "event_type_filter.in_values[0]",
			"null", "wanted a string, a number" },
		{ P("'event_type_filter':{'in':['a']}"), "unknown_field", "event_type_filter.in",
			"['a']", "unknown field" },
		{ "{'name':'n','aggregation_type':'COUNT','property_filters':[{'exists':true}]}",
			"missing_field", "property_filters[0].name", "{'exists", "missing" },
		{ "{'name':'n','aggregation_type':'COUNT','property_filters':[{'name':''}]}",
			"metric.property_filters.name", "property_filters[0].name", "''",
			"at least 1" },
		{ "{'name':'n','aggregation_type':'COUNT','property_filters':[{'name':'p'},"
		  "{'name':'q','exists':'yes'}]}",
			"metric.property_filters.exists", "property_filters[1].exists", "'yes'",
			"true or false" },
		{ "{'name':'n','aggregation_type':'COUNT','property_filters':[{'name':'p',"
		  "'not_in_values':[[1]]}]}",
			"metric.property_filters.not_in_values",
			"property_filters[0].not_in_values[0]", "[1]",
			"wanted a string, a number" },
		{ "{'name':'n','aggregation_type':'COUNT','aggregaton_key':'x'}", "unknown_field",
			"aggregaton_key", "'x'", "did you mean \"aggregation_key\"" },
	};
	static const struct refusal updates[] = {
		{ "{'name':'n'}", "missing_field", "billable_metric_id", "{", "missing" },
		{ "{'id':'m','aggregation_type':'SUM'}", "immutable_field", "aggregation_type",
			"'SUM'", "cannot be changed" },
		{ "{'id':'m','group_keys':[]}", "immutable_field", "group_keys", "[]",
			"cannot be changed" },
		{ "{'id':'m','property_filters':[]}", "immutable_field", "property_filters", "[]",
			"cannot be changed" },
		{ "{'id':'m','sql':'x'}", "immutable_field", "sql", "'x'", "cannot be changed" },
		{ "{'id':'m','archived_at':'x'}", "unknown_field", "archived_at", "'x'",
			"unknown" },
	};

	body_refused(cases, countof(cases), read_metric);
	body_refused(updates, countof(updates), read_update);
}

static void
test_update(void)
{
	struct arena a = ARENA_INIT;
	struct metric m;

	body_taken(IMAGES, read_metric, &a);
	m = got;
	ok(body_taken("{'billable_metric_id':'Images','name':'Pictures','custom_fields':{'l':'w'}}",
		   read_update, &a),
		"an update");
	is_str(got_ref.p, "Images", "  of which");
	metric_apply(&a, &m, &got);
	is_str(m.name.p, "Pictures", "  renamed");
	is_int((int64_t)m.custom_fields.n, 2, "  custom fields merged");
	is_int((int64_t)m.nfilters, 4, "  all else as it was");
	arena_release(&a);
}

static void
test_group_keys(void)
{
	static struct str none[1], model[] = { { "model", 5 } };
	static struct str both[] = { { "model", 5 }, { "region", 6 } };
	static struct str region[] = { { "region", 6 } };
	struct texts t[] = { { none, 0 }, { model, 1 }, { both, 2 }, { region, 1 } };
	static const bool fits[] = { true, true, true, false };
	struct arena a = ARENA_INIT;

	body_taken(IMAGES, read_metric, &a);
	for (size_t i = 0; i < countof(t); i++)
		ok(metric_has_group_key(&got, &t[i]) == fits[i], "names of case %zu %s", i,
			fits[i] ? "fit" : "do not fit");
	arena_release(&a);
}

static void
random_values(struct sweep *s, struct buf *b, const char *before)
{
	static const char *const values[] = { "'a'", "1.50", "true", "'\\u00e9'", "-0", "''" };

	for (int k = 0; k < 2; k++) {
		if (sweep_below(s, 2))
			continue;
		buf_printf(b, "%s'%s':[%s,%s]", before, k ? "in_values" : "not_in_values",
			values[sweep_below(s, countof(values))],
			values[sweep_below(s, countof(values))]);
		before = ",";
	}
}

static const char *
random_body(struct sweep *s, struct arena *a)
{
	static const char *const words[] = { "COUNT", "sum", "Max", "LATEST", "unique" };
	size_t word = sweep_below(s, countof(words));
	bool exists = sweep_below(s, 2);
	struct buf b = BUF_INIT;
	struct str body;

	buf_printf(&b, "{'name':'n %d','aggregation_type':'%s'", (int)sweep_below(s, 9),
		words[word]);
	if (word > 0)
		buf_add_c(&b, ",'aggregation_key':'q'");
	if (sweep_below(s, 2)) {
		buf_add_c(&b, ",'event_type_filter':{");
		random_values(s, &b, "");
		buf_add_c(&b, "}");
	}
	buf_add_c(&b, ",'property_filters':[{'name':'q'");
	random_values(s, &b, ",");
	buf_printf(&b, "},{'name':'r','exists':%s}]", exists ? "true" : "false");
	/* what a filter keeps out cannot be a key */
	if (exists && sweep_below(s, 2))
		buf_add_c(&b, ",'group_keys':[['r','q'],['q']],'custom_fields':{'a':'b'}");
	buf_add_c(&b, "}");
	body = str_dup(a, buf_str(&b));
	buf_release(&b);
	return body.p;
}

static void
test_round_trip(void)
{
	struct sweep s = sweep_start("metrics", 11);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 500; i++) {
		const char *body = random_body(&s, &a), *once;
		struct metric first;
		struct json *j;

		broken += !body_taken(body, read_metric, &a);
		first = got;
		once = body_written(&a, terms, &first);
		j = body_tree(&a, once);
		broken += !metric_from_json(j, false, &a, &got, &e) || !same(&first, &got) ||
			strcmp(once, body_written(&a, terms, &got)) != 0;
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same metric");
	arena_release(&a);
}

int
main(void)
{
	test_taken();
	test_refused();
	test_update();
	test_group_keys();
	test_round_trip();
	return done();
}
