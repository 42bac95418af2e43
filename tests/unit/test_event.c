#include "domain/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "domain/common.h"

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define FULL \
	"{'transaction_id':'t1','customer_id':'acme','event_type':'image'," \
	"'timestamp':'2024-09-27T02:00:00.5+02:00','properties':{'n':3,'s':'x'}}"

static const struct event_rules no_rules = { .latest_ns = INSTANT_NONE,
	.earliest_ns = INSTANT_NONE };

static int64_t
at(const char *text)
{
	struct instant_why why = { "" };
	int64_t t_ns = 0;

	if (!instant_parse(str_c(text), INSTANT_DATE, &t_ns, &why))
		note("the test itself is wrong: %s: %s", text, why.text);
	return t_ns;
}

/* Texts are slices of the record, which lives in the arena. */
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
	taken = event_from_scan(&s, rules, 7, a, out, e);
	json_scanner_release(&s);
	return taken;
}

static struct event
event_of(const char *body, struct arena *a)
{
	struct event ev = { .timestamp_ns = 0 };
	struct err e = ERR_INIT;

	if (!read_event(body, &no_rules, a, &ev, &e))
		note("%s: %s [%s]: %s", e.field, e.text, e.code, body);
	return ev;
}

static const char *
json_of(struct arena *a, const struct event *ev)
{
	struct buf b = BUF_INIT;
	struct jsonw w;
	struct str text;

	jsonw_init(&w, &b);
	event_to_json(&w, ev);
	jsonw_release(&w);
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text.p;
}

/* ---- what is taken ---- */

static void
test_fields(void)
{
	struct arena a = ARENA_INIT;
	struct event ev = event_of(FULL, &a);

	is_str(str_dup(&a, ev.transaction_id).p, "t1", "transaction_id");
	is_str(str_dup(&a, ev.customer_id).p, "acme", "customer_id");
	is_str(str_dup(&a, ev.event_type).p, "image", "event_type");
	ok(ev.timestamp_ns == at("2024-09-27T00:00:00.5Z"), "timestamp in UTC");
	is_int((int64_t)ev.nproperties, 2, "properties");
	is_str(json_of(&a, &ev),
		"{\"transaction_id\":\"t1\",\"customer_id\":\"acme\","
		"\"event_type\":\"image\",\"timestamp\":\"2024-09-27T00:00:00.5Z\","
		"\"properties\":{\"n\":3,\"s\":\"x\"}}",
		"written again");
	ev = event_of(
		"{'properties':null,'timestamp':'2024-09-27 02:00:00z','event_type':'e',"
		"'customer_id':'c','transaction_id':'t'}",
		&a);
	is_int((int64_t)ev.nproperties, 0,
		"null is no properties, and any order of fields will do");
	arena_release(&a);
}

/* transaction_id of n code points, each of them é. */
static const char *
long_id(struct arena *a, size_t n)
{
	struct buf b = BUF_INIT;
	struct str text;

	buf_add_c(&b,
		"{'customer_id':'c','event_type':'e','timestamp':'2024-09-27T00:00:00Z',"
		"'transaction_id':'");
	for (size_t i = 0; i < n; i++)
		buf_add_c(&b, "\xc3\xa9");
	buf_add_c(&b, "'}");
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text.p;
}

static void
test_lengths(void)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const char *body = long_id(&a, 129);
	struct event ev;

	ok(read_event(long_id(&a, 128), &no_rules, &a, &ev, &e),
		"an id of 128 characters, 256 bytes");
	ok(!read_event(body, &no_rules, &a, &ev, &e), "not of 129");
	is_str(e.code, "event.transaction_id", "  code");
	is_str(e.text, "wanted 1 to 128 characters, found 129", "  text");
	is_int((int64_t)e.offset, strstr(body, "'\xc3") - body, "  offset");
	arena_release(&a);
}

/* A body whose one property p is a number of n digits, written as such or with an exponent. */
static const char *
with_number(struct arena *a, const char *open, size_t n, const char *tail, const char *close)
{
	struct buf b = BUF_INIT;
	struct str text;

	buf_printf(&b,
		"{'transaction_id':'t','customer_id':'c','event_type':'e',"
		"'timestamp':'2024-09-27T00:00:00Z','properties':{'p':%s",
		open);
	for (size_t i = 0; i < n; i++)
		buf_add_char(&b, '8');
	buf_printf(&b, "%s%s}}", tail, close);
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text.p;
}

static void
test_numbers(void)
{
	static const struct {
		const char *open;
		size_t digits;
		const char *tail, *close;
		bool fits;
	} cases[] = {
		{ "", 1000, "", "", true },
		{ "-", 1000, "", "", true },
		{ "", 1001, "", "", false },
		{ "", 1, "e999", "", true },
		{ "", 1, "e1000", "", false },
		{ "", 1, "E-999", "", true },
		{ "", 1, "e-2000", "", false },
		{ "", 1, "e999999999999999999999", "", false },
		{ "'", 1001, "", "'", true },
		{ "'", 1, "e2000", "'", true },
		{ "{'deep':[1,", 1, "e2000", "]}", false },
		{ "{'deep':[1,", 1, "e20", "]}", true },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		const char *body = with_number(&a, cases[i].open, cases[i].digits, cases[i].tail,
			cases[i].close);
		struct err e = ERR_INIT;
		struct event ev;

		ok(read_event(body, &no_rules, &a, &ev, &e) == cases[i].fits, "%s%zu digits%s%s %s",
			cases[i].open, cases[i].digits, cases[i].tail, cases[i].close,
			cases[i].fits ? "fit" : "do not fit");
		if (cases[i].fits)
			continue;
		is_str(e.code, "number_too_long", "  code");
		is_str(e.field, "properties.p", "  field");
		is_int((int64_t)e.offset, strstr(body, "8") - body - (cases[i].open[0] == '-'),
			"  offset");
	}
	arena_release(&a);
}

/* ---- what is refused ---- */

static bool
read_plain(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct json_scanner s;
	struct json_fault fault;
	struct buf b = BUF_INIT;
	struct event ev;
	bool taken;

	(void)csv;
	json_canonical(j, &b);
	json_scanner_init(&s);
	taken = json_scan(&s, buf_str(&b), &fault) && event_from_scan(&s, &no_rules, 7, a, &ev, e);
	json_scanner_release(&s);
	buf_release(&b);
	return taken;
}

/* Bodies are canonical here (keys sorted), so that their offsets survive the tree. */
#define BODY(type, time) \
	"{'customer_id':'c','event_type':" type ",'timestamp':" time ",'transaction_id':'t'}"

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'event_type':'e','timestamp':'2024-09-27T00:00:00Z','transaction_id':'t'}",
			"missing_field", "customer_id", "{", "missing" },
		{ "{'customer_id':'c','event_type':'e','timestamp':'2024-09-27T00:00:00Z'}",
			"missing_field", "transaction_id", "{", "missing" },
		{ "{'customer_id':'c','event_type':'e','transaction_id':'t'}", "missing_field",
			"timestamp", "{", "missing" },
		{ "{'customer_id':null,'event_type':'e','timestamp':'2024-09-27T00:00:00Z',"
		  "'transaction_id':'t'}",
			"missing_field", "customer_id", "null", "missing" },
		{ BODY("null", "'2024-09-27T00:00:00Z'"), "missing_field", "event_type", "null",
			"missing" },
		{ BODY("''", "'2024-09-27T00:00:00Z'"), "event.event_type", "event_type", "''",
			"at least 1 character" },
		{ BODY("7", "'2024-09-27T00:00:00Z'"), "event.event_type", "event_type", "7",
			"wanted a string, found a number" },
		{ BODY("true", "'2024-09-27T00:00:00Z'"), "event.event_type", "event_type", "true",
			"wanted a string, found a boolean" },
		{ BODY("{}", "'2024-09-27T00:00:00Z'"), "event.event_type", "event_type", "{},",
			"wanted a string, found an object" },
		{ BODY("'e'", "1727395200"), "event.timestamp", "timestamp", "1727",
			"wanted a string, found a number" },
		{ BODY("'e'", "'2024-13-01T00:00:00Z'"), "event.timestamp", "timestamp", "'2024",
			"no month 13" },
		{ BODY("'e'", "'2024-09-27'"), "event.timestamp", "timestamp", "'2024",
			"a date alone" },
		{ BODY("'e'", "'2024-09-27T00:00:00'"), "event.timestamp", "timestamp", "'2024",
			"offset" },
		{ BODY("'e'", "''"), "event.timestamp", "timestamp", "''", "at least 1" },
		{ BODY("'e'", "'2024-12-31T23:59:60Z'"), "event.timestamp", "timestamp", "'2024",
			"" },
		{ "{'customer_id':'c','event_type':'e','properties':[1],'timestamp':"
		  "'2024-09-27T00:00:00Z','transaction_id':'t'}",
			"event.properties", "properties", "[1]",
			"wanted an object, found an array" },
		{ "{'customer_id':'c','event_type':'e','properties':'x','timestamp':"
		  "'2024-09-27T00:00:00Z','transaction_id':'t'}",
			"event.properties", "properties", "'x'",
			"wanted an object, found a string" },
		{ "{'customer_id':'c','eventtype':'e'}", "unknown_field", "eventtype", "'e'",
			"did you mean \"event_type\"?" },
		{ "{'customer_id':'c','model':'e'}", "unknown_field", "model", "'e'",
			"belong into properties" },
		{ "[1]", "not_an_object", "", "[1]", "wanted an object, found an array" },
		{ "'t1'", "not_an_object", "", "'t1'", "wanted an object, found a string" },
	};

	body_refused(cases, countof(cases), read_plain);
}

/* ---- rules ---- */

static void
test_limits(void)
{
	struct event_rules rules = { .latest_ns = at("2024-09-27T00:00:00.5Z"),
		.earliest_ns = at("2024-09-27T00:00:00.5Z") };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct event ev;

	ok(read_event(FULL, &rules, &a, &ev, &e), "exactly at both limits");
	rules.latest_ns--;
	ok(!read_event(FULL, &rules, &a, &ev, &e), "1 ns past the latest");
	is_str(e.code, "event.timestamp", "  code");
	is_str(e.text, "too far ahead of the clock; accepted up to 2024-09-27T00:00:00.499999999Z",
		"  text");
	err_clear(&e);
	rules.latest_ns = INSTANT_NONE;
	rules.earliest_ns++;
	ok(!read_event(FULL, &rules, &a, &ev, &e), "1 ns before the earliest");
	is_str(e.text, "too old; accepted from 2024-09-27T00:00:00.500000001Z on", "  text");
	err_clear(&e);
	rules = no_rules;
	rules.utc = true;
	ok(read_event(BODY("'e'", "'2024-09-27 01:00:00'"), &rules, &a, &ev, &e),
		"without an offset, as UTC");
	ok(ev.timestamp_ns == at("2024-09-27T01:00:00Z"), "  it is UTC");
	ok(!read_event(BODY("'e'", "'2024-09-27'"), &rules, &a, &ev, &e), "still no bare date");
	arena_release(&a);
}

#define NO_ID "{'customer_id':'c','event_type':'e','timestamp':'2024-09-27T00:00:00Z'}"

static void
test_made_ids(void)
{
	struct event_rules prefix = no_rules, content = no_rules;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	unsigned char digest[DIGEST_BYTES];
	char hex[DIGEST_TEXT_SIZE], want[80];
	struct event ev;
	struct str text = body_text(&a, NO_ID);

	prefix.id_prefix = STR("day.csv");
	ok(read_event(NO_ID, &prefix, &a, &ev, &e), "an id from prefix and line");
	is_str(ev.transaction_id.p, "day.csv:7", "  it");
	ok(!read_event(FULL, &prefix, &a, &ev, &e), "not beside one in the record");
	is_str(e.code, "event.transaction_id", "  code");
	is_int((int64_t)e.offset, strstr(FULL, "'t1'") - FULL, "  offset");
	is_str(e.value, "t1", "  value");
	err_clear(&e);
	content.id_content = true;
	ok(read_event(NO_ID, &content, &a, &ev, &e), "an id from the content");
	digest_sha256(text.p, text.n, digest);
	snprintf(want, sizeof(want), "content:%s", digest_text(digest, hex));
	is_str(ev.transaction_id.p, want, "  it");
	ok(!read_event(FULL, &content, &a, &ev, &e), "not beside one in the record");
	arena_release(&a);
}

static void
test_constants(void)
{
	static const struct pair set[] = {
		{ { "transaction_id", 14 }, { "k1", 2 } },
		{ { "properties.region", 17 }, { "eu", 2 } },
		{ { "properties.a.b", 14 }, { "", 0 } },
	};
	static const struct pair wrong[] = { { { "customer", 8 }, { "x", 1 } } };
	struct event_rules rules = no_rules;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct event ev;

	rules.set = set;
	rules.nset = countof(set);
	ok(read_event("{'customer_id':'c','event_type':'e','timestamp':'2024-09-27T00:00:00Z',"
		      "'transaction_id':null,'properties':{'region':null,'n':1}}",
		   &rules, &a, &ev, &e),
		"constants fill what is absent or null");
	is_str(json_of(&a, &ev),
		"{\"transaction_id\":\"k1\",\"customer_id\":\"c\","
		"\"event_type\":\"e\",\"timestamp\":\"2024-09-27T00:00:00Z\","
		"\"properties\":{\"region\":\"eu\",\"n\":1,\"a.b\":\"\"}}",
		"  the event");
	ok(!read_event(FULL, &rules, &a, &ev, &e), "not what the record has");
	is_str(e.code, "event.transaction_id", "  code");
	err_clear(&e);
	ok(!read_event("{'customer_id':'c','event_type':'e','timestamp':'2024-09-27T00:00:00Z',"
		       "'properties':{'region':'us'}}",
		   &rules, &a, &ev, &e),
		"nor a property it has");
	is_str(e.code, "event.properties", "  code");
	is_str(e.field, "properties.region", "  field");
	err_clear(&e);
	rules.set = wrong;
	rules.nset = countof(wrong);
	ok(!read_event(FULL, &rules, &a, &ev, &e), "nor a field that is none");
	is_str(e.code, "unknown_field", "  code");
	arena_release(&a);
}

/* ---- CSV ---- */

static struct str columns[] = { { "timestamp", 9 }, { "properties.n", 12 }, { "customer_id", 11 },
	{ "event_type", 10 }, { "transaction_id", 14 } };

static bool
read_row(const char *const *cells, const struct event_rules *rules, struct arena *a,
	struct event *out, struct err *e)
{
	struct str row[countof(columns)];
	struct csv_row r = { row, countof(columns), 12, STR("the row as read") };

	for (size_t i = 0; i < countof(columns); i++)
		row[i] = str_c(cells[i]);
	return event_from_row(columns, countof(columns), &r, rules, a, out, e);
}

static void
test_rows(void)
{
	static const char *const full[] = { "2024-09-27T00:00:00Z", "3", "c", "e", "t" };
	static const char *const bare[] = { "2024-09-27T00:00:00Z", "", "c", "e", "" };
	static const char *const late[] = { "2024-09-31T00:00:00Z", "3", "c", "e", "t" };
	static struct str twice[] = { { "customer_id", 11 }, { "model", 5 } };
	struct event_rules rules = no_rules;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct event ev;

	ok(read_row(full, &no_rules, &a, &ev, &e), "a row");
	is_str(json_of(&a, &ev),
		"{\"transaction_id\":\"t\",\"customer_id\":\"c\",\"event_type\":\"e\","
		"\"timestamp\":\"2024-09-27T00:00:00Z\",\"properties\":{\"n\":\"3\"}}",
		"  the event");
	ok(!read_row(bare, &no_rules, &a, &ev, &e), "an empty cell is absent");
	is_str(e.code, "missing_field", "  code");
	is_str(e.field, "transaction_id", "  field");
	is_int((int64_t)e.offset, 4, "  its cell");
	err_clear(&e);
	rules.id_prefix = STR("x");
	ok(read_row(bare, &rules, &a, &ev, &e), "a row whose id is made");
	is_str(ev.transaction_id.p, "x:12", "  of its line");
	is_int((int64_t)ev.nproperties, 0, "  and an empty property is absent");
	ok(!read_row(late, &no_rules, &a, &ev, &e), "a wrong timestamp");
	is_str(e.code, "event.timestamp", "  code");
	is_int((int64_t)e.offset, 0, "  its cell");
	err_clear(&e);
	ok(event_fields_check(columns, countof(columns), &e), "a header");
	ok(!event_fields_check(twice, 2, &e), "a header with an unknown column");
	is_str(e.code, "unknown_field", "  code");
	is_str(e.field, "model", "  field");
	is_int((int64_t)e.offset, 1, "  its cell");
	arena_release(&a);
}

/* ---- contents ---- */

#define WITH(properties) \
	"{'transaction_id':'t','customer_id':'c','event_type':'e'," \
	"'timestamp':'2024-09-27T00:00:00Z','properties':" properties "}"

static struct str
content(const struct event *ev, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct str text;

	event_content(ev, a, &b);
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static void
test_contents(void)
{
	static const struct {
		const char *one, *other, *difference; /* "": none */
	} cases[] = {
		{ WITH("{'a':3}"), WITH("{'a':'3'}"), "" },
		{ WITH("{'a':3}"), WITH("{'a':3.0}"), "properties.a" },
		{ WITH("{'a':true}"), WITH("{'a':'true'}"), "" },
		{ WITH("{'a':null}"), WITH("{}"), "" },
		{ WITH("null"), WITH("{'b':null}"), "" },
		{ WITH("{'a':''}"), WITH("{}"), "properties.a" },
		{ WITH("{'a':1,'b':2}"), WITH("{'b':2,'a':1}"), "" },
		{ WITH("{'a':1,'b':2}"), WITH("{'a':1,'c':2}"), "properties.b" },
		{ WITH("{'a':{'x':1,'y':[2]}}"), WITH("{'a':{ 'y' : [2], 'x':1}}"), "" },
		{ WITH("{'a':{'x':1}}"), WITH("{'a':{'x':'1'}}"), "properties.a" },
		{ WITH("{'a':[1]}"), WITH("{'a':'[1]'}"), "properties.a" },
		{ WITH("{'a':1}"), WITH("{'a':1,'b':1}"), "properties.b" },
		{ WITH("{'aa':1}"), WITH("{'a':'a1'}"), "properties.a" },
		{ WITH("{}"),
			"{'transaction_id':'t','customer_id':'d','event_type':'e',"
			"'timestamp':'2024-09-27T00:00:00Z'}",
			"customer_id" },
		{ WITH("{}"),
			"{'transaction_id':'t','customer_id':'c','event_type':'f',"
			"'timestamp':'2024-09-27T00:00:00Z'}",
			"event_type" },
		{ WITH("{}"),
			"{'transaction_id':'t','customer_id':'c','event_type':'e',"
			"'timestamp':'2024-09-27T00:00:00.000000001Z'}",
			"timestamp" },
		{ WITH("{}"),
			"{'transaction_id':'t','customer_id':'c','event_type':'e',"
			"'timestamp':'2024-09-27T02:00:00+02:00'}",
			"" },
		{ WITH("{}"),
			"{'transaction_id':'other','customer_id':'c','event_type':'e',"
			"'timestamp':'2024-09-27T00:00:00Z'}",
			"" },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		struct event x = event_of(cases[i].one, &a), y = event_of(cases[i].other, &a);
		struct str forth = event_difference(&x, &y, &a),
			   back = event_difference(&y, &x, &a);
		bool same = str_eq(content(&x, &a), content(&y, &a));

		is_str(forth.p ? str_dup(&a, forth).p : "", cases[i].difference, "%s and %s",
			cases[i].one, cases[i].other);
		ok(str_eq(forth, back), "  the same the other way round");
		ok(same == (cases[i].difference[0] == '\0'), "  and so are their contents");
	}
	arena_release(&a);
}

/* A random event: few names and values, so that equal ones come up. */
static struct event
random_event(struct sweep *s, struct arena *a)
{
	static const char *const values[] = { "null", "true", "'true'", "3", "'3'", "3.0",
		"'\\u00e9\\n'", "[1,{'a':2}]", "{'b':1,'a':null}", "''" };
	struct buf b = BUF_INIT;
	struct str body;
	bool first = true;

	buf_printf(&b,
		"{'transaction_id':'t','customer_id':'c%" PRIu64
		"','event_type':'e',"
		"'timestamp':'2024-09-27T00:00:0%" PRIu64 "Z','properties':{",
		sweep_below(s, 2), sweep_below(s, 2));
	for (int name = 'a'; name < 'd'; name++) {
		if (sweep_below(s, 2) == 0)
			continue;
		buf_printf(&b, "%s'%c':%s", first ? "" : ",", name,
			values[sweep_below(s, countof(values))]);
		first = false;
	}
	buf_add_c(&b, "}}");
	body = str_dup(a, buf_str(&b));
	buf_release(&b);
	return event_of(body.p, a);
}

static void
shuffle(struct sweep *s, struct event *ev)
{
	for (size_t i = ev->nproperties; i > 1; i--) {
		size_t k = sweep_below(s, i);
		struct property p = ev->properties[i - 1];

		ev->properties[i - 1] = ev->properties[k];
		ev->properties[k] = p;
	}
}

static void
test_laws(void)
{
	struct sweep s = sweep_start("contents", 20240927);
	struct arena a = ARENA_INIT;
	struct json_scanner scanner;
	bool agree = true, order = true, back = true, reads = true;
	int equal = 0;

	json_scanner_init(&scanner);
	for (int i = 0; i < 3000; i++) {
		struct event x = random_event(&s, &a), y = random_event(&s, &a), z = x;
		struct buf properties = BUF_INIT;
		struct str was = content(&x, &a);
		bool same = str_eq(was, content(&y, &a));

		equal += same;
		agree = agree && same == (event_difference(&x, &y, &a).p == NULL);
		event_properties_json(&x, &properties);
		z.properties = NULL;
		reads = reads && event_properties_parse(&scanner, buf_str(&properties), &a, &z) &&
			z.nproperties == x.nproperties;
		back = back && strcmp(json_of(&a, &z), json_of(&a, &x)) == 0;
		buf_release(&properties);
		shuffle(&s, &x);
		order = order && str_eq(was, content(&x, &a));
		arena_clear(&a);
	}
	json_scanner_release(&scanner);
	ok(equal > 10, "%d pairs had equal contents", equal);
	ok(agree, "contents are equal exactly when nothing differs");
	ok(reads && back, "properties written and read give the same event, types and order");
	ok(order, "the order of the properties does not matter");
	arena_release(&a);
}

/* The contents of an event with n properties, in an order that depends on step. */
static struct str
many(size_t n, size_t step, struct arena *a)
{
	struct event ev = event_of(WITH("{}"), a);

	ev.properties = ARENA_ARRAY(a, n, struct property);
	ev.nproperties = n;
	for (size_t i = 0; i < n; i++)
		ev.properties[i] = (struct property){ str_printf(a, "p%zu", i * step % n), STR("x"),
			JSON_STRING };
	return content(&ev, a);
}

static void
test_many(void)
{
	static const size_t counts[] = { 1, 2, 3, 15, 16, 17, 18, 100 };
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(counts); i++) {
		size_t n = counts[i];

		/* n - 1 and n have no common factor: the names stand the other way round */
		ok(str_eq(many(n, 1, &a), many(n, n - 1 + (n == 1), &a)),
			"the order of %zu properties does not matter", n);
	}
	arena_release(&a);
}

static void
test_property(void)
{
	struct arena a = ARENA_INIT;
	struct event ev = event_of(WITH("{'a':null,'b':{'z':1,'y':2},'c':false}"), &a);
	const struct property *p;
	struct json_scanner s;

	ok(event_property(&ev, STR("a")) == NULL, "null counts as absent");
	ok(event_property(&ev, STR("d")) == NULL, "absent");
	p = event_property(&ev, STR("b"));
	ok(p && p->type == JSON_OBJECT && str_is(p->text, "{\"y\":2,\"z\":1}"),
		"nested: canonical");
	p = event_property(&ev, STR("c"));
	ok(p && p->type == JSON_FALSE && str_is(p->text, "false"), "a word");
	json_scanner_init(&s);
	ok(!event_properties_parse(&s, STR("[1]"), &a, &ev), "properties are an object");
	ok(!event_properties_parse(&s, STR("{\"a\":1"), &a, &ev), "and whole");
	json_scanner_release(&s);
	arena_release(&a);
}

int
main(void)
{
	test_fields();
	test_lengths();
	test_numbers();
	test_refused();
	test_limits();
	test_made_ids();
	test_constants();
	test_rows();
	test_contents();
	test_laws();
	test_many();
	test_property();
	return done();
}
