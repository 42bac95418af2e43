#include "domain/customer.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct customer got;
static struct str got_ref;
static struct texts got_aliases;

static bool
read_customer(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return customer_from_json(j, csv, a, &got, e);
}

static bool
read_update(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return customer_update_from_json(j, csv, a, &got_ref, &got, e);
}

static bool
read_aliases(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return customer_aliases_from_json(j, csv, a, &got_ref, &got_aliases, e);
}

static void
terms(struct jsonw *w, const void *c)
{
	customer_terms_json(w, c);
}

static void
printed(struct jsonw *w, const void *c)
{
	customer_to_json(w, c);
}

static bool
same(const struct customer *x, const struct customer *y)
{
	return str_eq(x->external_id, y->external_id) && str_eq(x->name, y->name) &&
		texts_eq(&x->ingest_aliases, &y->ingest_aliases) &&
		pairs_eq(&x->custom_fields, &y->custom_fields) &&
		pairs_eq(&x->kept.fields, &y->kept.fields);
}

static void
test_taken(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken("{'name':'Northwind'}", read_customer, &a), "a name is enough");
	ok(got.id.p == NULL && got.external_id.p == NULL, "  no ids");
	ok(got.created_at_ns == INSTANT_NONE && got.updated_at_ns == INSTANT_NONE &&
			got.archived_at_ns == INSTANT_NONE,
		"  no instants");
	is_str(body_written(&a, terms, &got), "{\"name\":\"Northwind\",\"ingest_aliases\":[]}",
		"  its terms");
	ok(body_taken(
		   "{'id':'AAAAAAAA-0000-4000-8000-000000000001','external_id':'x1','name':'Acme',"
		   "'ingest_aliases':['acme','acme-eu'],'custom_fields':{'b':'2','a':'1'},"
		   "'customer_config':{'salesforce_account_id':'00\\u0031'},"
		   "'customer_billing_provider_configurations':[{'billing_provider':'stripe'}],"
		   "'customer_revenue_system_configurations':null}",
		   read_customer, &a),
		"all fields");
	got.created_at_ns = 0;
	is_str(body_written(&a, printed, &got),
		"{\"id\":\"aaaaaaaa-0000-4000-8000-000000000001\",\"external_id\":\"x1\","
		"\"name\":\"Acme\",\"ingest_aliases\":[\"acme\",\"acme-eu\"],"
		"\"custom_fields\":{\"a\":\"1\",\"b\":\"2\"},"
		"\"customer_billing_provider_configurations\":[{\"billing_provider\":\"stripe\"}],"
		"\"customer_config\":{\"salesforce_account_id\":\"001\"},"
		"\"created_at\":\"1970-01-01T00:00:00Z\"}",
		"  printed");
	arena_release(&a);
}

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{}", "missing_field", "name", "{", "missing" },
		{ "{'name':null}", "missing_field", "name", "{", "missing" },
		{ "{'name':''}", "customer.name", "name", "''", "1 to 160" },
		{ "{'name':7}", "customer.name", "name", "7", "wanted a string" },
		{ "{'name':'x','id':'acme'}", "customer.id", "id", "'acme'", "UUID" },
		{ "{'name':'x','external_id':''}", "customer.external_id", "external_id", "''",
			"1 to 128" },
		{ "{'name':'x','ingest_aliases':'acme'}", "customer.ingest_aliases",
			"ingest_aliases", "'acme'", "wanted an array" },
		{ "{'name':'x','ingest_aliases':['a',7]}", "customer.ingest_aliases",
			"ingest_aliases[1]", "7", "wanted a string" },
		{ "{'name':'x','ingest_aliases':['a','b','a']}", "customer.ingest_aliases",
			"ingest_aliases[2]", "'a']", "twice" },
		{ "{'name':'x','ingest_aliases':['a','']}", "customer.ingest_aliases",
			"ingest_aliases[1]", "''", "wanted 1 to 128" },
		{ "{'name':'x','custom_fields':{'k':1}}", "customer.custom_fields",
			"custom_fields.k", "1", "wanted a string" },
		{ "{'name':'x','created_at':'2024-01-01'}", "unknown_field", "created_at", "'2024",
			"unknown field" },
		{ "{'name':'x','ingest_alias':['a']}", "unknown_field", "ingest_alias", "['a']",
			"did you mean \"ingest_aliases\"" },
		{ "[]", "not_an_object", "", "[]", "wanted an object" },
	};
	static const struct refusal updates[] = {
		{ "{'name':'x'}", "missing_field", "customer_id", "{", "missing" },
		{ "{'customer_id':'c','id':'c'}", "customer.id", "id", "'c'}",
			"beside customer_id" },
		{ "{'customer_id':'c','ingest_aliases':[]}", "immutable_field", "ingest_aliases",
			"[]", "cannot be changed here" },
		{ "{'customer_id':'c','external_id':'e'}", "immutable_field", "external_id", "'e'",
			"cannot be changed here" },
		{ "{'customer_id':'c','name':''}", "customer.name", "name", "''", "1 to 160" },
	};
	static const struct refusal aliases[] = {
		{ "{'customer_id':'c'}", "missing_field", "ingest_aliases", "{", "missing" },
		{ "{'ingest_aliases':[]}", "missing_field", "customer_id", "{", "missing" },
		{ "{'customer_id':'c','ingest_aliases':[],'name':'n'}", "unknown_field", "name",
			"'n'", "unknown field" },
	};

	body_refused(cases, countof(cases), read_customer);
	body_refused(updates, countof(updates), read_update);
	body_refused(aliases, countof(aliases), read_aliases);
}

/* A body with n aliases; the last one of points characters. */
static const char *
with_aliases(struct arena *a, size_t n, size_t points)
{
	struct buf b = BUF_INIT;
	struct str body;

	buf_add_c(&b, "{'name':'x','ingest_aliases':[");
	for (size_t i = 0; i + 1 < n; i++)
		buf_printf(&b, "'alias %zu',", i);
	buf_add_char(&b, '\'');
	for (size_t i = 0; i < points; i++)
		buf_add_c(&b, "\xe2\x82\xac");
	buf_add_c(&b, "']}");
	body = str_dup(a, buf_str(&b));
	buf_release(&b);
	return body.p;
}

static void
test_limits(void)
{
	struct arena a = ARENA_INIT;
	const struct refusal many = { with_aliases(&a, 2001, 1), "customer.ingest_aliases",
		"ingest_aliases", "['alias 0'", "2001 aliases; at most 2000" };
	const struct refusal wide = { with_aliases(&a, 2, 129), "customer.ingest_aliases",
		"ingest_aliases[1]", "'\xe2", "129 characters" };

	ok(body_taken(with_aliases(&a, 2000, 128), read_customer, &a),
		"2000 aliases, one of 128 characters");
	is_int((int64_t)got.ingest_aliases.n, 2000, "  all are there");
	body_refused(&many, 1, read_customer);
	body_refused(&wide, 1, read_customer);
	arena_release(&a);
}

static void
test_changes(void)
{
	struct arena a = ARENA_INIT;
	struct customer c;

	body_taken("{'name':'Acme','custom_fields':{'a':'1','b':'2'},'customer_config':{'x':1}}",
		read_customer, &a);
	c = got;
	ok(body_taken("{'customer':'Acme','custom_fields':{'b':'3','c':'4'},"
		      "'billing_config':{'y':2}}",
		   read_update, &a),
		"an update, by name");
	is_str(got_ref.p, "Acme", "  of whom");
	customer_apply(&a, &c, &got);
	is_str(body_written(&a, terms, &c),
		"{\"name\":\"Acme\",\"ingest_aliases\":[],"
		"\"custom_fields\":{\"a\":\"1\",\"b\":\"3\",\"c\":\"4\"},\"billing_config\":{\"y\":2},"
		"\"customer_config\":{\"x\":1}}",
		"  merged");
	ok(body_taken("{'id':'AAAAAAAA-0000-4000-8000-000000000001','name':'Acme Ltd'}",
		   read_update, &a),
		"an update, by id");
	is_str(got_ref.p, "aaaaaaaa-0000-4000-8000-000000000001", "  lower-cased");
	customer_apply(&a, &c, &got);
	is_str(c.name.p, "Acme Ltd", "  renamed");
	is_int((int64_t)c.custom_fields.n, 3, "  and nothing else touched");
	ok(body_taken("{'customer_id':'c','ingest_aliases':['n']}", read_aliases, &a), "aliases");
	ok(got_aliases.n == 1 && str_is(got_aliases.p[0], "n"), "  they");
	ok(body_taken("{'customer_id':'c','ingest_aliases':[]}", read_aliases, &a), "no aliases");
	is_int((int64_t)got_aliases.n, 0, "  none");
	arena_release(&a);
}

static void
test_csv(void)
{
	struct json *row = json_new_object();
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;

	json_add_string(row, STR("name"), STR("Acme"), 0);
	json_add_string(row, STR("ingest_aliases"), STR("[\"a\",\"\"]"), 1);
	ok(!customer_from_json(row, true, &a, &got, &e), "a row with a wrong list in a cell");
	is_str(e.field, "ingest_aliases[1]", "  field");
	is_int(e.has_offset ? (int64_t)e.offset : -1, 1, "  cell");
	json_free(row);
	err_clear(&e);
	row = json_new_object();
	json_add_string(row, STR("name"), STR("Acme"), 0);
	json_add_string(row, STR("ingest_aliases"), STR("[\"a\",\"b\"]"), 1);
	json_add_string(json_add_object(row, STR("custom_fields"), 2), STR("k"), STR("v"), 2);
	ok(customer_from_json(row, true, &a, &got, &e), "a row");
	json_free(row);
	is_str(body_written(&a, terms, &got),
		"{\"name\":\"Acme\",\"ingest_aliases\":[\"a\",\"b\"],"
		"\"custom_fields\":{\"k\":\"v\"}}",
		"  its terms");
	arena_release(&a);
}

static const char *
random_body(struct sweep *s, struct arena *a)
{
	static const char *const words[] = { "\\u20ac", "a b", "x\\n", "\\\\", "N", "0", "true" };
	struct buf b = BUF_INIT;
	struct str body;

	buf_printf(&b, "{'name':'%s %d'", words[sweep_below(s, countof(words))],
		(int)sweep_below(s, 99));
	if (sweep_below(s, 2))
		buf_printf(&b, ",'external_id':'%s'", words[sweep_below(s, countof(words))]);
	if (sweep_below(s, 2)) {
		buf_add_c(&b, ",'ingest_aliases':[");
		for (uint64_t i = 0, n = sweep_below(s, 4); i < n; i++)
			buf_printf(&b, "%s'%d%s'", i ? "," : "", (int)i,
				words[sweep_below(s, countof(words))]);
		buf_add_c(&b, "]");
	}
	if (sweep_below(s, 2))
		buf_printf(&b, ",'custom_fields':{'z':'%s','%s':''}",
			words[sweep_below(s, countof(words))],
			words[sweep_below(s, countof(words))]);
	if (sweep_below(s, 2))
		buf_printf(&b, ",'customer_config':{'b':[1.50,null],'a':'%s'}",
			words[sweep_below(s, countof(words))]);
	buf_add_c(&b, "}");
	body = str_dup(a, buf_str(&b));
	buf_release(&b);
	return body.p;
}

static void
test_round_trip(void)
{
	struct sweep s = sweep_start("customers", 7);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 500; i++) {
		const char *body = random_body(&s, &a), *once;
		struct customer first;
		struct json *j;

		broken += !body_taken(body, read_customer, &a);
		first = got;
		once = body_written(&a, terms, &first);
		j = body_tree(&a, once);
		broken += !customer_from_json(j, false, &a, &got, &e) || !same(&first, &got) ||
			strcmp(once, body_written(&a, terms, &got)) != 0;
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same customer");
	arena_release(&a);
}

int
main(void)
{
	test_taken();
	test_refused();
	test_limits();
	test_changes();
	test_csv();
	test_round_trip();
	return done();
}
