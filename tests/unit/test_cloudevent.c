#include "domain/cloudevent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define FULL \
	"{'specversion':'1.0','id':'7','source':'/gateway','type':'llm.call'," \
	"'subject':'acme','time':'2024-10-01T02:00:00.5+02:00'," \
	"'datacontenttype':'application/json','dataschema':7,'traceparent':'00-1'," \
	"'data':{'tokens':3,'model':'m\\u0031'}}"

static const struct event_rules no_rules = { .latest_ns = INSTANT_NONE,
	.earliest_ns = INSTANT_NONE };

static bool
read_event(const char *body, const struct event_rules *rules, struct arena *a, struct event *out,
	struct err *e)
{
	struct json_scanner s;
	struct json_fault fault;
	bool taken;

	json_scanner_init(&s);
	if (!json_scan(&s, body_text(a, body), &fault)) {
		note("the test itself is wrong: %s: %s", body, fault.text);
		exit(1);
	}
	taken = event_from_cloudevent(&s, rules, 7, a, out, e);
	json_scanner_release(&s);
	return taken;
}

static void
write_event(struct jsonw *w, const void *ev)
{
	event_to_json(w, ev);
}

/* ---- what is taken ---- */

static void
takes(const char *body, const char *want, const char *what)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct event ev = { .timestamp_ns = 0 };

	ok(read_event(body, &no_rules, &a, &ev, &e), "%s", what);
	if (e.kind != ERR_NONE)
		note("%s: %s [%s]", e.field, e.text, e.code);
	is_str(body_written(&a, write_event, &ev), want, "  the event");
	arena_release(&a);
}

static void
test_taken(void)
{
	takes(FULL,
		"{\"transaction_id\":\"/gateway|7\",\"customer_id\":\"acme\","
		"\"event_type\":\"llm.call\",\"timestamp\":\"2024-10-01T00:00:00.5Z\","
		"\"properties\":{\"tokens\":3,\"model\":\"m1\"}}",
		"all attributes");
	takes("{'data':null,'time':'2024-10-01T00:00:00Z','subject':'a b','type':'t',"
	      "'source':'s','id':'|','data_base64':null,'datacontenttype':null,"
	      "'specversion':'1.0'}",
		"{\"transaction_id\":\"s||\",\"customer_id\":\"a b\",\"event_type\":\"t\","
		"\"timestamp\":\"2024-10-01T00:00:00Z\",\"properties\":{}}",
		"in any order, null being absent");
}

static void
test_media(void)
{
	static const struct {
		const char *type;
		bool json;
	} cases[] = {
		{ "application/json", true },
		{ "Application/JSON", true },
		{ "application/json; charset=utf-8", true },
		{ "application/json ;charset=utf-8", true },
		{ "text/json", true },
		{ "application/vnd.acme.usage+json", true },
		{ "application/xml", false },
		{ "json", false },
		{ "+json", false },
		{ "application/jsonl", false },
		{ "text/plain; x=/json", false },
		{ "", false },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		struct str body = str_printf(&a,
			"{'datacontenttype':'%s','specversion':'1.0','id':'7','source':'s',"
			"'type':'t','subject':'c','time':'2024-10-01T00:00:00Z'}",
			cases[i].type);
		struct err e = ERR_INIT;
		struct event ev;

		ok(read_event(body.p, &no_rules, &a, &ev, &e) == cases[i].json, "\"%s\" is%s JSON",
			cases[i].type, cases[i].json ? "" : " not");
		is_str(e.code, cases[i].json ? NULL : "cloudevent.datacontenttype", "  code");
	}
	arena_release(&a);
}

/* ---- ids ---- */

static struct str
id_of(struct str source, struct str id, struct arena *a)
{
	struct str body = str_printf(a,
		"{'specversion':'1.0','id':'%.*s','source':'%.*s','type':'t','subject':'c',"
		"'time':'2024-10-01T00:00:00Z'}",
		STR_FMT(id), STR_FMT(source));
	struct event ev = { .timestamp_ns = 0 };
	struct err e = ERR_INIT;

	if (!read_event(body.p, &no_rules, a, &ev, &e))
		note("%s: %s [%s]", e.field, e.text, e.code);
	return ev.transaction_id;
}

static struct str
hashed(struct str source, struct str id, struct arena *a)
{
	unsigned char digest[DIGEST_BYTES];
	char hex[DIGEST_TEXT_SIZE];
	char *both = arena_alloc(a, source.n + 1 + id.n);

	memcpy(both, source.p, source.n);
	memcpy(both + source.n + 1, id.p, id.n);
	digest_sha256(both, source.n + 1 + id.n, digest);
	return str_printf(a, "cloudevent:%s", digest_text(digest, hex));
}

/* n times é */
static struct str
many(size_t n, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct str text;

	for (size_t i = 0; i < n; i++)
		buf_add_c(&b, "\xc3\xa9");
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static void
test_ids(void)
{
	struct arena a = ARENA_INIT;
	struct str source = STR("https://acme.example/eu"), bar = STR("a|b"), one = STR("1");

	is_str(str_dup(&a, id_of(source, one, &a)).p, "https://acme.example/eu|1", "both");
	ok(str_eq(id_of(bar, one, &a), hashed(bar, one, &a)), "a bar in the source: hashed");
	for (size_t n = 63; n <= 66; n++) {
		struct str part = many(n, &a);
		struct str got = id_of(part, many(64, &a), &a);

		ok(str_eq(got, hashed(part, many(64, &a), &a)) == (n > 63),
			"%zu and 64 characters: %s", n, n > 63 ? "hashed" : "as they are");
		ok(str_codepoints(got) <= 128, "  within 128");
	}
	arena_release(&a);
}

/* Pairs of few letters, bars among them, and now and then long ones. */
static struct str
any(struct sweep *s, struct arena *a)
{
	static const char letters[] = "a|b";
	size_t n = 1 + (sweep_below(s, 50) == 0 ? 126 : sweep_below(s, 3));
	char *p = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = letters[sweep_below(s, 3)];
	return (struct str){ p, n };
}

static void
test_distinct(void)
{
	struct sweep s = sweep_start("pairs", 20241001);
	struct arena a = ARENA_INIT;
	int wrong = 0, equal = 0;

	for (int i = 0; i < 5000; i++) {
		struct str source = any(&s, &a), id = any(&s, &a);
		struct str other_source = any(&s, &a), other_id = any(&s, &a);
		bool same = str_eq(source, other_source) && str_eq(id, other_id);

		wrong += str_eq(id_of(source, id, &a), id_of(other_source, other_id, &a)) != same;
		equal += same;
		arena_clear(&a);
	}
	is_int(wrong, 0, "one transaction_id for one pair of source and id");
	ok(equal > 10, "%d pairs came twice", equal);
	arena_release(&a);
}

/* ---- what is refused ---- */

#define REST "'type':'t','subject':'c','time':'2024-10-01T00:00:00Z'}"
#define HEAD "{'specversion':'1.0','id':'1','source':'s',"

static const struct refusal refusals[] = {
	{ "{'id':'1','source':'s'," REST, "missing_field", "specversion", "{", "missing" },
	{ "{'specversion':null,'id':'1','source':'s'," REST, "missing_field", "specversion", "null",
		"missing" },
	{ "{'specversion':'0.3','id':'1','source':'s'," REST, "cloudevent.specversion",
		"specversion", "'0.3'", "wanted 1.0" },
	{ "{'specversion':1.0,'id':'1','source':'s'," REST, "cloudevent.specversion", "specversion",
		"1.0", "wanted a string, found a number" },
	{ "{'specversion':'1.0','source':'s'," REST, "missing_field", "id", "{", "missing" },
	{ "{'specversion':'1.0','id':'','source':'s'," REST, "event.transaction_id", "id", "'',",
		"at least 1 character" },
	{ "{'specversion':'1.0','id':7,'source':'s'," REST, "event.transaction_id", "id", "7",
		"wanted a string, found a number" },
	{ "{'specversion':'1.0','id':'1'," REST, "missing_field", "source", "{", "missing" },
	{ "{'specversion':'1.0','id':'1','source':''," REST, "event.transaction_id", "source",
		"'',", "at least 1 character" },
	{ HEAD "'subject':'c','time':'2024-10-01T00:00:00Z'}", "missing_field", "type", "{",
		"missing" },
	{ HEAD "'type':'','subject':'c','time':'2024-10-01T00:00:00Z'}", "event.event_type", "type",
		"'',", "at least 1 character" },
	{ HEAD "'type':'t','time':'2024-10-01T00:00:00Z'}", "missing_field", "subject", "{",
		"missing" },
	{ HEAD "'type':'t','subject':true,'time':'2024-10-01T00:00:00Z'}", "event.customer_id",
		"subject", "true", "wanted a string, found a boolean" },
	{ HEAD "'type':'t','subject':'c'}", "missing_field", "time", "{", "missing" },
	{ HEAD "'type':'t','subject':'c','time':'2024-10-01'}", "event.timestamp", "time", "'2024",
		"a date alone" },
	{ HEAD "'type':'t','subject':'c','time':'2024-10-01T00:00:00'}", "event.timestamp", "time",
		"'2024", "offset missing" },
	{ HEAD "'data':[1]," REST, "event.properties", "data", "[1]",
		"wanted an object, found an array" },
	{ HEAD "'data':'x'," REST, "event.properties", "data", "'x'",
		"wanted an object, found a string" },
	{ HEAD "'data':{'n':1e2000}," REST, "number_too_long", "data.n", "1e2000",
		"more than 1000 digits" },
	{ HEAD "'data_base64':'AA=='," REST, "cloudevent.data_base64", "data_base64", "'AA",
		"binary data" },
	{ HEAD "'Subject':'c'," REST, "unknown_field", "Subject", "'c'",
		"did you mean \"subject\"?" },
	{ HEAD "'customer_id':'c'," REST, "unknown_field", "customer_id", "'c'",
		"no name of a CloudEvents attribute" },
	{ HEAD "'':'c'," REST, "unknown_field", "", "'c'", "no name" },
	{ "['a']", "not_an_object", "", "[", "wanted an object, found an array" },
};

static void
test_refused(void)
{
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(refusals); i++) {
		const struct refusal *r = &refusals[i];
		struct err e = ERR_INIT;
		struct event ev;

		ok(!read_event(r->body, &no_rules, &a, &ev, &e), "refused: %s", r->body);
		is_str(e.code, r->code, "  code");
		is_str(e.field, r->field, "  field");
		is_int(e.has_offset ? (int64_t)e.offset : -1, strstr(r->body, r->at) - r->body,
			"  place");
		ok(strstr(e.text, r->text) != NULL, "  text: %s", e.text);
		arena_clear(&a);
	}
	arena_release(&a);
}

static void
test_rules(void)
{
	static const struct pair set[] = {
		{ { "customer_id", 11 }, { "acme", 4 } },
		{ { "properties.region", 17 }, { "eu", 2 } },
	};
	struct event_rules rules = no_rules;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct event ev = { .timestamp_ns = 0 };

	rules.set = set;
	rules.nset = countof(set);
	ok(read_event(HEAD "'type':'t','time':'2024-10-01T00:00:00Z'}", &rules, &a, &ev, &e),
		"constants fill what is not there");
	is_str(body_written(&a, write_event, &ev),
		"{\"transaction_id\":\"s|1\",\"customer_id\":\"acme\",\"event_type\":\"t\","
		"\"timestamp\":\"2024-10-01T00:00:00Z\",\"properties\":{\"region\":\"eu\"}}",
		"  the event");
	ok(!read_event(HEAD REST, &rules, &a, &ev, &e), "and not what is");
	is_str(e.field, "subject", "  named as in the record");
	err_clear(&e);
	ok(!read_event(HEAD "'data':{'region':'us'},'type':'t','time':'2024-10-01T00:00:00Z'}",
		   &rules, &a, &ev, &e),
		"a property neither");
	is_str(e.field, "data.region", "  named as in the record");
	err_clear(&e);
	rules = no_rules;
	rules.latest_ns = 0;
	ok(!read_event(HEAD REST, &rules, &a, &ev, &e), "a time beyond the limit");
	is_str(e.field, "time", "  named as in the record");
	arena_release(&a);
}

int
main(void)
{
	test_taken();
	test_media();
	test_ids();
	test_distinct();
	test_refused();
	test_rules();
	return done();
}
