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
		rat_eq(x->percentile, y->percentile) &&
		rat_eq(x->session_hours, y->session_hours) && x->session_ns == y->session_ns &&
		x->level_mode == y->level_mode && x->unit == y->unit &&
		str_eq(x->part_key, y->part_key) &&
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
	static const char *const words[] = { "COUNT", "SUM", "MAX", "LATEST", "UNIQUE", "MIN",
		"AVG", "PERCENTILE", "SESSION", "TIME_WEIGHTED_SUM" };
	static const char *const more[AGG_KINDS] = { [AGG_PERCENTILE] = ",'percentile':50",
		[AGG_SESSION] = ",'session_hours':1" };
	struct arena a = ARENA_INIT;

	ok(body_taken("{'name':'Events','aggregation_type':'count'}", read_metric, &a), "a count");
	is_int(got.aggregation, AGG_COUNT, "  in small letters");
	ok(!got.aggregation_key.p && !got.has_event_type_filter && got.nfilters == 0, "  of all");
	is_str(body_written(&a, terms, &got),
		"{\"name\":\"Events\",\"aggregation_type\":\"COUNT\"}", "  its terms");
	for (int i = 0; i < AGG_KINDS; i++) {
		is_str(aggregation_name((enum aggregation)i), words[i], "name of %s", words[i]);
		body_taken(str_printf(&a,
				   "{'name':'n','aggregation_type':'%s'%s%s,"
				   "'property_filters':[{'name':'p'}]}",
				   words[i],
				   i == AGG_COUNT || i == AGG_SESSION ? "" :
									",'aggregation_key':'p'",
				   more[i] ? more[i] : "")
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
#define OF(kind, rest) \
	"{'name':'n','aggregation_type':'" kind \
	"','property_filters':[{'name':'p'}],'aggregation_key':'p'" rest "}"
#define SESSION(rest) \
	"{'name':'n','aggregation_type':'session','property_filters':[{'name':'p'}," \
	"{'name':'no','exists':false}]" rest "}"

/* Fields that only some aggregations have; the terms that come of each body. */
static void
test_own_fields(void)
{
	static const struct {
		const char *fields;
		const char *terms;
	} rows[] = {
		{ "'percentile','aggregation_key':'p','percentile':95",
			"\"PERCENTILE\",\"aggregation_key\":\"p\",\"percentile\":\"95\"" },
		{ "'percentile','aggregation_key':'p','percentile':'100/3'",
			"\"PERCENTILE\",\"aggregation_key\":\"p\",\"percentile\":\"100/3\"" },
		{ "'percentile','aggregation_key':'p','percentile':'99.90'",
			"\"PERCENTILE\",\"aggregation_key\":\"p\",\"percentile\":\"99.9\"" },
		{ "'session','session_hours':24", "\"SESSION\",\"session_hours\":\"24\"" },
		{ "'session','session_hours':'0.5','session_key':'p'",
			"\"SESSION\",\"session_hours\":\"0.5\",\"session_key\":\"p\"" },
		{ "'session','session_hours':'1/3600000000000','session_key':null",
			"\"SESSION\",\"session_hours\":\"1/3600000000000\"" },
		{ "'session','session_hours':'2562047.78'",
			"\"SESSION\",\"session_hours\":\"2562047.78\"" },
		{ "'time_weighted_sum','aggregation_key':'p'",
			"\"TIME_WEIGHTED_SUM\",\"aggregation_key\":\"p\","
			"\"level_mode\":\"DELTA\",\"aggregation_unit\":\"HOUR\"" },
		{ "'time_weighted_sum','aggregation_key':'p','level_mode':'absolute',"
		  "'aggregation_unit':'day','level_key':'p'",
			"\"TIME_WEIGHTED_SUM\",\"aggregation_key\":\"p\","
			"\"level_mode\":\"ABSOLUTE\",\"aggregation_unit\":\"DAY\","
			"\"level_key\":\"p\"" },
		{ "'time_weighted_sum','aggregation_key':'p','aggregation_unit':'SECOND'",
			"\"TIME_WEIGHTED_SUM\",\"aggregation_key\":\"p\","
			"\"level_mode\":\"DELTA\",\"aggregation_unit\":\"SECOND\"" },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(rows); i++) {
		ok(body_taken(str_printf(&a,
				      "{'name':'n','property_filters':[{'name':'p'}],"
				      "'aggregation_type':%s}",
				      rows[i].fields)
				      .p,
			   read_metric, &a),
			"%s", rows[i].fields);
		is_str(body_written(&a, terms, &got),
			str_printf(&a,
				"{\"name\":\"n\",\"aggregation_type\":%s,"
				"\"property_filters\":[{\"name\":\"p\"}]}",
				rows[i].terms)
				.p,
			"  its terms");
	}
	is_int(aggregation_unit_seconds(got.unit), 1, "a second");
	body_taken("{'name':'n','aggregation_type':'SESSION','session_hours':'1/3'}", read_metric,
		&a);
	is_int(got.session_ns, INT64_C(1200000000000), "a third of an hour");
	is_str(body_written(&a, printed, &got),
		"{\"id\":\"\",\"name\":\"n\",\"aggregation_type\":\"SESSION\","
		"\"session_hours\":\"0.33333333333333333333\",\"session_hours_exact\":\"1/3\"}",
		"  printed");
	arena_release(&a);
}

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'aggregation_type':'COUNT'}", "missing_field", "name", "{", "missing" },
		{ "{'name':'n'}", "missing_field", "aggregation_type", "{", "missing" },
		{ "{'name':'n','aggregation_type':'MEDIAN'}", "metric.aggregation_type",
			"aggregation_type", "'MED", "PERCENTILE, SESSION or TIME_WEIGHTED_SUM" },
		{ "{'name':'n','aggregation_type':'percentile','percentile':95}", "missing_field",
			"aggregation_key", "{", "missing" },
		{ P("'percentile':95"), "metric.percentile", "percentile", "95",
			"COUNT has none, it belongs to PERCENTILE" },
		{ P("'session_hours':24"), "metric.session_hours", "session_hours", "24",
			"COUNT has none, it belongs to SESSION" },
		{ P("'session_key':'z'"), "metric.session_key", "session_key", "'z'",
			"COUNT has none" },
		{ P("'level_mode':'DELTA'"), "metric.level_mode", "level_mode", "'DELTA'",
			"COUNT has none, it belongs to TIME_WEIGHTED_SUM" },
		{ P("'aggregation_unit':'DAY'"), "metric.aggregation_unit", "aggregation_unit",
			"'DAY'", "COUNT has none" },
		{ P("'level_key':'z'"), "metric.level_key", "level_key", "'z'", "COUNT has none" },
		{ OF("PERCENTILE", ""), "missing_field", "percentile", "{", "missing" },
		{ OF("PERCENTILE", ",'percentile':0"), "metric.percentile", "percentile", "0",
			"wanted a number above 0, up to 100" },
		{ OF("PERCENTILE", ",'percentile':'100.0001'"), "metric.percentile", "percentile",
			"'100.0001'", "up to 100" },
		{ OF("PERCENTILE", ",'percentile':-5"), "metric.percentile", "percentile", "-5",
			"above 0" },
		{ OF("PERCENTILE", ",'percentile':'95 %'"), "metric.percentile", "percentile",
			"'95 %'", "wanted a number" },
		{ OF("PERCENTILE", ",'percentile':5,'level_key':'z'"), "metric.level_key",
			"level_key", "'z'", "PERCENTILE has none" },
		{ OF("AVG", ",'percentile':5"), "metric.percentile", "percentile", "5",
			"AVG has none" },
		{ OF("SESSION", ",'session_hours':1"), "metric.aggregation_key", "aggregation_key",
			"'p','s", "SESSION takes no key" },
		{ SESSION(""), "missing_field", "session_hours", "{", "missing" },
		{ SESSION(",'session_hours':0"), "metric.session_hours", "session_hours", "0",
			"above 0" },
		{ SESSION(",'session_hours':'1/7'"), "metric.session_hours", "session_hours",
			"'1/7'", "no whole number of nanoseconds" },
		{ SESSION(",'session_hours':1e-20"), "metric.session_hours", "session_hours",
			"1e-20", "no whole number of nanoseconds" },
		{ SESSION(",'session_hours':2562048"), "metric.session_hours", "session_hours",
			"2562048", "at most 2562047" },
		{ SESSION(",'session_hours':'a day'"), "metric.session_hours", "session_hours",
			"'a day'", "wanted a number" },
		{ SESSION(",'session_hours':1,'session_key':'q'"), "metric.session_key",
			"session_key", "'q'",
			"The specified session key must be one of the property filter names." },
		{ SESSION(",'session_hours':1,'session_key':'no'"), "metric.session_key",
			"session_key", "'no'}",
			"a property filter asks for events without this property" },
		{ SESSION(",'session_hours':1,'level_mode':'DELTA'"), "metric.level_mode",
			"level_mode", "'DELTA'", "SESSION has none" },
		{ OF("TIME_WEIGHTED_SUM", ",'level_key':'q'"), "metric.level_key", "level_key",
			"'q'",
			"The specified level key must be one of the property filter names." },
		{ OF("TIME_WEIGHTED_SUM", ",'level_mode':'SET'"), "metric.level_mode", "level_mode",
			"'SET'", "wanted DELTA or ABSOLUTE" },
		{ OF("TIME_WEIGHTED_SUM", ",'aggregation_unit':'WEEK'"), "metric.aggregation_unit",
			"aggregation_unit", "'WEEK'", "wanted HOUR, DAY or SECOND" },
		{ OF("TIME_WEIGHTED_SUM", ",'session_hours':1"), "metric.session_hours",
			"session_hours", "1", "TIME_WEIGHTED_SUM has none" },
		{ "{'name':'n','sql':''}", "metric.sql", "sql", "''", "wanted at least 1" },
		{ "{'name':'n','sql':'SELECT 1','aggregation_type':'SUM'}",
			"metric.aggregation_type", "aggregation_type", "'SUM", "in SQL has none" },
		{ "{'name':'n','sql':'SELECT 1','group_keys':[]}", "metric.group_keys",
			"group_keys", "[]", "in SQL has none" },
		{ "{'name':'n','sql':'SELECT 1','percentile':5}", "metric.percentile", "percentile",
			"5", "in SQL has none" },
		{ "{'name':'n','sql':'SELECT 1','level_key':'p'}", "metric.level_key", "level_key",
			"'p'", "in SQL has none" },
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
		{ "{'id':'m','percentile':95}", "immutable_field", "percentile", "95",
			"cannot be changed" },
		{ "{'id':'m','session_key':'p'}", "immutable_field", "session_key", "'p'",
			"cannot be changed" },
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
	static struct str other[] = { { "model", 5 }, { "customer_id", 11 } };
	struct texts t[] = { { none, 0 }, { model, 1 }, { both, 2 }, { region, 1 } };
	static const bool fits[] = { true, true, true, false };
	struct arena a = ARENA_INIT;

	body_taken(IMAGES, read_metric, &a);
	for (size_t i = 0; i < countof(t); i++) {
		ok(metric_has_group_key(&got, &t[i]) == fits[i], "names of case %zu %s", i,
			fits[i] ? "fit" : "do not fit");
		ok(metric_can_group(&got, &t[i]), "  a key holds them");
	}
	ok(!metric_can_group(&got, &(struct texts){ other, 2 }), "no key holds others");
	is_str(metric_group_keys_text(&got, &a).p, "model; region,model", "the keys as text");
	ok(!metric_groups_by_customer(&got, STR("model")), "a property");
	ok(metric_groups_by_customer(&got, STR("customer_id")), "no filter names it: the key");
	ok(body_taken("{'name':'n','aggregation_type':'COUNT','group_keys':[['customer_id']]}",
		   read_metric, &a),
		"the key is a group");
	ok(body_taken("{'name':'n','aggregation_type':'COUNT','group_keys':[['customer_id']],"
		      "'property_filters':[{'name':'customer_id'}]}",
		   read_metric, &a),
		"and so is a property of that name");
	ok(!metric_groups_by_customer(&got, STR("customer_id")), "  which it is then");
	is_str(metric_group_keys_text(&got, &a).p, "customer_id", "  as text");
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
	static const char *const words[] = { "COUNT", "sum", "Max", "LATEST", "unique",
		"percentile','percentile':'100/7", "session','session_hours':'0.25",
		"time_weighted_sum','level_mode':'absolute','level_key':'q", "avg", "MIN" };
	size_t word = sweep_below(s, countof(words));
	bool exists = sweep_below(s, 2);
	struct buf b = BUF_INIT;
	struct str body;

	buf_printf(&b, "{'name':'n %d','aggregation_type':'%s'", (int)sweep_below(s, 9),
		words[word]);
	if (word != 0 && word != 6)
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
	test_own_fields();
	test_refused();
	test_update();
	test_group_keys();
	test_round_trip();
	return done();
}
