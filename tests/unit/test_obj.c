#include "codec/obj.h"

#include <string.h>

#include "base/instant.h"
#include "tests/unit/tap.h"

static struct json_scanner scanner;
static struct arena arena = ARENA_INIT;
static struct json *tree;
static struct err e;
static struct obj o;

/* Open text as the object of a rate, JSON or (csv) with all its scalars as text. */
static bool
start(const char *text, bool csv)
{
	struct json_fault fault;

	json_free(tree);
	tree = NULL;
	err_clear(&e);
	if (!json_parse(&scanner, str_c(text), &tree, &fault))
		note("%s: %s", text, fault.text);
	return obj_open(&o, tree, "rate", csv, &arena, &e);
}

/* The failure as "code field value text @offset". */
static const char *
failure(void)
{
	struct buf b = BUF_INIT;
	const char *text;

	buf_printf(&b, "%s|%s|%s|%s", e.kind == ERR_NONE ? "done" : e.code, e.field,
		e.has_value ? e.value : "-", e.text);
	if (e.has_offset)
		buf_printf(&b, "|%zu", e.offset);
	text = str_dup(&arena, buf_str(&b)).p;
	buf_release(&b);
	return text;
}

static const char *
cstr(struct str s)
{
	return s.p == NULL ? NULL : str_dup(&arena, s).p;
}

static const char *
number(struct rat r)
{
	return rat_text_exact(&arena, r).p;
}

/* ---- what fits ---- */

static void
test_values(void)
{
	static const char *const words[] = { "FLAT", "TIERED" };
	bool has = false;

	ok(start("{\"name\":\"a\xc3\xa9\\n\",\"empty\":\"\",\"id\":\"0A1B2C3D-0000-4000-8000-00000000000f\","
		 "\"yes\":true,\"no\":false,\"at\":\"2024-09-27T02:00:00+02:00\",\"day\":\"2024-09-27\","
		 "\"price\":0.10,\"share\":\"1/3\",\"n\":160,\"e\":1e2,\"type\":\"tiered\"}",
		   false),
		"an object opens");
	is_str(cstr(obj_text(&o, "name", OBJ_REQUIRED, 3, 3)), "a\xc3\xa9\n",
		"a text, by code points");
	is_str(cstr(obj_text(&o, "empty", OBJ_REQUIRED, 0, 1)), "", "an empty text");
	is_str(cstr(obj_id(&o, "id", OBJ_REQUIRED)), "0a1b2c3d-0000-4000-8000-00000000000f",
		"an id");
	ok(obj_bool(&o, "yes", OBJ_REQUIRED, false), "true");
	ok(!obj_bool(&o, "no", OBJ_REQUIRED, true), "false");
	is_int(obj_instant(&o, "at", OBJ_REQUIRED), INT64_C(1727395200) * NS_PER_SECOND,
		"an instant");
	is_int(obj_hour(&o, "day", OBJ_REQUIRED), INT64_C(1727395200) * NS_PER_SECOND,
		"a bare date");
	is_str(number(obj_rat(&o, "price", OBJ_REQUIRED, &has)), "0.1", "a number");
	ok(has, "which is there");
	is_str(number(obj_rat(&o, "share", OBJ_REQUIRED, NULL)), "1/3", "a fraction");
	is_int(obj_int(&o, "n", OBJ_REQUIRED, 1, 160, 0), 160, "an integer");
	is_int(obj_int(&o, "e", OBJ_REQUIRED, 1, 160, 0), 100, "an integer written otherwise");
	is_int(obj_enum(&o, "type", OBJ_REQUIRED, words, 2, -1), 1, "a word");
	ok(obj_close(&o), "nothing is left: %s", failure());
}

static void
test_absent(void)
{
	static const char *const words[] = { "FLAT" };
	struct obj child;
	bool has = true;
	size_t n = 9;

	start("{\"null\":null}", false);
	ok(!obj_has(&o, "null") && !obj_has(&o, "none"), "null is absent");
	ok(obj_text(&o, "null", OBJ_OPTIONAL, 1, 9).p == NULL, "no text");
	ok(obj_id(&o, "id", OBJ_OPTIONAL).p == NULL, "no id");
	ok(obj_bool(&o, "b", OBJ_OPTIONAL, true) && !obj_bool(&o, "b", OBJ_OPTIONAL, false),
		"no boolean");
	ok(obj_instant(&o, "t", OBJ_OPTIONAL) == INSTANT_NONE, "no instant");
	ok(obj_hour(&o, "t", OBJ_OPTIONAL) == INSTANT_NONE, "no hour");
	ok(rat_sign(obj_rat(&o, "q", OBJ_OPTIONAL, &has)) == 0 && !has, "no number");
	is_int(obj_int(&o, "i", OBJ_OPTIONAL, 1, 2, -7), -7, "no integer");
	is_int(obj_enum(&o, "w", OBJ_OPTIONAL, words, 1, -1), -1, "no word");
	ok(obj_texts(&o, "list", OBJ_OPTIONAL, 1, true, &n) == NULL && n == 0, "no texts");
	ok(obj_pairs(&o, "pairs", OBJ_OPTIONAL, 9, &n) == NULL && n == 0, "no pairs");
	is_int((int64_t)obj_array(&o, "array", OBJ_OPTIONAL, 1), 0, "no array");
	ok(!obj_object(&o, "object", OBJ_OPTIONAL, &child), "no object");
	ok(obj_value(&o, "value", OBJ_OPTIONAL) == NULL, "no value");
	ok(obj_keep(&o, "kept").p == NULL, "nothing to keep");
	ok(obj_close(&o), "all of it without a failure");
}

static void
test_nested(void)
{
	struct obj tier, range;
	struct str *texts;
	struct pair *pairs;
	size_t n;

	start("{\"tiers\":[{\"size\":1,\"range\":{\"to\":\"b\"}},{\"size\":2},{\"size\":3}],"
	      "\"tags\":[\"x\",\"\",\"x\"],\"fields\":{\"b\":\"2\",\"a\":\"1\",\"z\":null,\"B\":\"\"},"
	      "\"vendor\":{\"b\":[1.0],\"a\":\"\\u0041\"},\"none\":[],\"odd\":[1]}",
		false);
	is_int((int64_t)obj_array(&o, "tiers", OBJ_REQUIRED, 1), 3, "an array is counted");
	for (size_t i = 0; i < 3; i++) {
		ok(obj_item(&o, "tiers", i, &tier), "item %zu", i);
		is_int(obj_int(&tier, "size", OBJ_REQUIRED, 0, 9, 0), (int64_t)i + 1, "its size");
		if (obj_object(&tier, "range", OBJ_OPTIONAL, &range)) {
			is_str(cstr(obj_text(&range, "to", OBJ_REQUIRED, 1, 1)), "b", "its range");
			ok(obj_close(&range), "the range closes");
		}
		ok(obj_close(&tier), "item %zu closes", i);
	}
	ok(obj_item(&o, "tiers", 0, &tier) && obj_int(&tier, "size", OBJ_REQUIRED, 0, 9, 0) == 1,
		"back to the first item");
	texts = obj_texts(&o, "tags", OBJ_REQUIRED, 3, false, &n);
	ok(n == 3 && str_is(texts[0], "x") && str_is(texts[1], "") && str_is(texts[2], "x"),
		"texts");
	pairs = obj_pairs(&o, "fields", OBJ_REQUIRED, 1, &n);
	ok(n == 3 && str_is(pairs[0].key, "B") && str_is(pairs[1].key, "a") &&
			str_is(pairs[2].key, "b") && str_is(pairs[2].value, "2"),
		"pairs sorted by key, without nulls");
	is_str(cstr(obj_keep(&o, "vendor")), "{\"a\":\"A\",\"b\":[1.0]}", "kept as canonical JSON");
	ok(obj_texts(&o, "none", OBJ_REQUIRED, 0, true, &n) != NULL && n == 0,
		"an empty array is there");
	ok(json_type(obj_value(&o, "odd", OBJ_REQUIRED)) == JSON_ARRAY, "any value");
	ok(obj_close(&o), "nothing is left: %s", failure());
}

static void
test_outlives(void)
{
	struct str name, *texts;
	struct pair *pairs;
	size_t n, m;

	start("{\"name\":\"Acme\",\"tags\":[\"a\"],\"fields\":{\"k\":\"v\"}}", false);
	name = obj_text(&o, "name", OBJ_REQUIRED, 1, 160);
	texts = obj_texts(&o, "tags", OBJ_REQUIRED, 1, true, &n);
	pairs = obj_pairs(&o, "fields", OBJ_REQUIRED, 9, &m);
	json_free(tree);
	tree = NULL;
	ok(str_is(name, "Acme") && str_is(texts[0], "a") && str_is(pairs[0].key, "k") &&
			str_is(pairs[0].value, "v"),
		"texts outlive the tree");
}

static void
test_csv(void)
{
	static const char *const words[] = { "FLAT", "TIERED" };
	struct obj child;
	size_t n;

	start("{\"name\":\"12\",\"yes\":\"true\",\"price\":\"0.10\",\"n\":\"7\",\"type\":\"flat\","
	      "\"properties\":{\"m\":\"large\"},\"tiers\":\"[{\\\"size\\\":1}]\",\"tags\":\"[\\\"a\\\",\\\"b\\\"]\","
	      "\"fields\":\"{\\\"k\\\":\\\"v\\\"}\",\"any\":\"[1\",\"json\":\" {}\",\"kept\":\"{\\\"b\\\": 1}\"}",
		true);
	is_str(cstr(obj_text(&o, "name", OBJ_REQUIRED, 1, 9)), "12", "CSV: a text");
	ok(obj_bool(&o, "yes", OBJ_REQUIRED, false), "CSV: a boolean");
	is_str(number(obj_rat(&o, "price", OBJ_REQUIRED, NULL)), "0.1", "CSV: a number");
	is_int(obj_int(&o, "n", OBJ_REQUIRED, 0, 9, 0), 7, "CSV: an integer");
	is_int(obj_enum(&o, "type", OBJ_REQUIRED, words, 2, -1), 0, "CSV: a word");
	ok(obj_object(&o, "properties", OBJ_REQUIRED, &child), "CSV: columns with a dot");
	is_str(cstr(obj_text(&child, "m", OBJ_REQUIRED, 1, 9)), "large", "CSV: a member of theirs");
	is_int((int64_t)obj_array(&o, "tiers", OBJ_REQUIRED, 1), 1, "CSV: an array in a cell");
	ok(obj_item(&o, "tiers", 0, &child), "CSV: its item");
	is_int(obj_int(&child, "size", OBJ_REQUIRED, 0, 9, 0), 1, "CSV: a number in it");
	ok(obj_texts(&o, "tags", OBJ_REQUIRED, 2, true, &n) != NULL && n == 2,
		"CSV: texts in a cell");
	ok(obj_pairs(&o, "fields", OBJ_REQUIRED, 9, &n) != NULL && n == 1, "CSV: pairs in a cell");
	ok(json_type(obj_value(&o, "any", OBJ_REQUIRED)) == JSON_STRING,
		"CSV: what is no JSON is text");
	ok(json_type(obj_value(&o, "json", OBJ_REQUIRED)) == JSON_STRING,
		"CSV: a blank first is text");
	is_str(cstr(obj_keep(&o, "kept")), "{\"b\":1}", "CSV: kept as the value it is");
	ok(obj_close(&o), "CSV: nothing is left: %s", failure());
}

/* ---- what does not ---- */

/* Take everything there is a call for, each by the name of the call. */
static void
take_all(void)
{
	static const char *const words[] = { "FLAT", "TIERED", "CUSTOM" };
	static const char *const unsupported[] = { "later", "never" };
	struct obj child, inner;
	size_t n;

	obj_text(&o, "text", OBJ_OPTIONAL, 1, 5);
	obj_text(&o, "long", OBJ_OPTIONAL, 2, SIZE_MAX);
	obj_text(&o, "short", OBJ_OPTIONAL, 0, 2);
	obj_id(&o, "id", OBJ_OPTIONAL);
	obj_bool(&o, "bool", OBJ_OPTIONAL, false);
	obj_instant(&o, "instant", OBJ_OPTIONAL);
	obj_hour(&o, "hour", OBJ_OPTIONAL);
	obj_rat(&o, "rat", OBJ_OPTIONAL, NULL);
	obj_int(&o, "int", OBJ_OPTIONAL, 1, 160, 0);
	obj_int(&o, "count", OBJ_OPTIONAL, 0, INT64_MAX, 0);
	obj_enum(&o, "enum", OBJ_OPTIONAL, words, 3, -1);
	obj_texts(&o, "texts", OBJ_OPTIONAL, 1, true, &n);
	obj_pairs(&o, "pairs", OBJ_OPTIONAL, 3, &n);
	obj_unsupported(&o, unsupported, 2);
	for (size_t i = 0, items = obj_array(&o, "tiers", OBJ_OPTIONAL, 2); i < items; i++) {
		if (!obj_item(&o, "tiers", i, &child))
			break;
		obj_rat(&child, "price", OBJ_REQUIRED, NULL);
		if (obj_object(&child, "range", OBJ_OPTIONAL, &inner)) {
			obj_instant(&inner, "from", OBJ_OPTIONAL);
			obj_close(&inner);
		}
		obj_close(&child);
	}
	if (obj_object(&o, "object", OBJ_OPTIONAL, &child)) {
		obj_text(&child, "name", OBJ_REQUIRED, 1, 9);
		obj_close(&child);
	}
}

static const struct {
	const char *text;
	bool csv;
	const char *failure;
} refusals[] = {
	{ "{\"text\":1}", false, "rate.text|text|1|wanted a string, found a number|8" },
	{ "{\"text\":[2]}", false, "rate.text|text|[2]|wanted a string, found an array|8" },
	{ "{\"text\":\"\"}", false, "rate.text|text||wanted 1 to 5 characters, found 0|8" },
	{ "{\"text\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"}", false,
		"rate.text|text|\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9|wanted 1 to 5 characters, found 6|8" },
	{ "{\"long\":\"x\"}", false, "rate.long|long|x|wanted at least 2 characters, found 1|8" },
	{ "{\"short\":\"xyz\"}", false,
		"rate.short|short|xyz|wanted at most 2 characters, found 3|9" },
	{ "{\"id\":\"x\"}", false, "rate.id|id|x|wanted a UUID|6" },
	{ "{\"id\":7}", false, "rate.id|id|7|wanted a string, found a number|6" },
	{ "{\"bool\":\"true\"}", false, "rate.bool|bool|true|wanted true or false|8" },
	{ "{\"bool\":\"yes\"}", true, "rate.bool|bool|yes|wanted true or false|8" },
	{ "{\"bool\":1}", false, "rate.bool|bool|1|wanted true or false|8" },
	{ "{\"instant\":\"2024-13-01T00:00:00Z\"}", false,
		"rate.instant|instant|2024-13-01T00:00:00Z|no month 13|11" },
	{ "{\"instant\":1727395200}", false,
		"rate.instant|instant|1727395200|wanted a string, found a number|11" },
	{ "{\"hour\":\"2024-09-27T00:30:00Z\"}", false,
		"rate.hour|hour|2024-09-27T00:30:00Z|not on the hour|8" },
	{ "{\"rat\":\"+5\"}", false, "rate.rat|rat|+5|wanted a number|7" },
	{ "{\"rat\":true}", false, "rate.rat|rat|true|wanted a number|7" },
	{ "{\"rat\":{\"b\":1,\"a\":2}}", false,
		"rate.rat|rat|{\"a\":2,\"b\":1}|wanted a number|7" },
	{ "{\"rat\":\"1/0\"}", false, "rate.rat|rat|1/0|wanted a number|7" },
	{ "{\"rat\":1e1000}", false,
		"number_too_long|rat|1e1000|more than 1000 digits when written out|7" },
	{ "{\"int\":0}", false, "rate.int|int|0|wanted an integer from 1 to 160|7" },
	{ "{\"int\":161}", false, "rate.int|int|161|wanted an integer from 1 to 160|7" },
	{ "{\"int\":1.5}", false, "rate.int|int|1.5|wanted an integer from 1 to 160|7" },
	{ "{\"int\":\"5\"}", false, "rate.int|int|5|wanted an integer from 1 to 160|7" },
	{ "{\"int\":\"x\"}", true, "rate.int|int|x|wanted an integer from 1 to 160|7" },
	{ "{\"int\":1e99999999}", false,
		"rate.int|int|1e99999999|wanted an integer from 1 to 160|7" },
	{ "{\"count\":-1}", false, "rate.count|count|-1|wanted an integer of at least 0|9" },
	{ "{\"count\":9223372036854775808}", false,
		"rate.count|count|9223372036854775808|wanted an integer of at least 0|9" },
	{ "{\"enum\":\"FLAT \"}", false, "rate.enum|enum|FLAT |wanted FLAT, TIERED or CUSTOM|8" },
	{ "{\"enum\":1}", false, "rate.enum|enum|1|wanted a string, found a number|8" },
	{ "{\"texts\":\"a\"}", false, "rate.texts|texts|a|wanted an array, found a string|9" },
	{ "{\"texts\":[]}", false, "rate.texts|texts|[]|wanted at least 1 item, found 0|9" },
	{ "{\"texts\":[\"a\",1]}", false,
		"rate.texts|texts[1]|1|wanted a string, found a number|14" },
	{ "{\"texts\":[\"a\",null]}", false,
		"rate.texts|texts[1]|null|wanted a string, found null|14" },
	{ "{\"texts\":[\"a\",\"b\",\"a\"]}", false, "rate.texts|texts[2]|a|given twice|18" },
	{ "{\"texts\":\"a\"}", true, "rate.texts|texts|a|wanted an array as JSON|9" },
	{ "{\"texts\":\"[1,\"}", true,
		"rate.texts|texts|[1,|wanted an array as JSON: byte 4: wanted a value, found the end|9" },
	{ "{\"texts\":\"{}\"}", true, "rate.texts|texts|{}|wanted an array, found an object|9" },
	{ "{\"texts\":\"[1]\"}", true, "rate.texts|texts[0]|1|wanted a string, found a number|9" },
	{ "{\"pairs\":[]}", false, "rate.pairs|pairs|[]|wanted an object, found an array|9" },
	{ "{\"pairs\":{\"k\":1}}", false,
		"rate.pairs|pairs.k|1|wanted a string, found a number|14" },
	{ "{\"pairs\":{\"k\":\"abcd\"}}", false,
		"rate.pairs|pairs.k|abcd|wanted at most 3 characters, found 4|14" },
	{ "{\"tiers\":{}}", false, "rate.tiers|tiers|{}|wanted an array, found an object|9" },
	{ "{\"tiers\":[{}]}", false, "rate.tiers|tiers|[{}]|wanted at least 2 items, found 1|9" },
	{ "{\"tiers\":[{\"price\":1},7]}", false,
		"rate.tiers|tiers[1]|7|wanted an object, found a number|22" },
	{ "{\"tiers\":[{\"price\":1},{}]}", false, "missing_field|tiers[1].price|-|missing|22" },
	{ "{\"tiers\":[{\"price\":1},{\"price\":\"x\"}]}", false,
		"rate.tiers.price|tiers[1].price|x|wanted a number|31" },
	{ "{\"tiers\":[{\"price\":1,\"range\":{\"from\":\"x\"}},{}]}", false,
		"rate.tiers.range.from|tiers[0].range.from|x|" },
	{ "{\"tiers\":[{\"price\":1,\"prise\":2},{}]}", false,
		"unknown_field|tiers[0].prise|2|unknown field; did you mean \"price\"?|29" },
	{ "{\"object\":1}", false, "rate.object|object|1|wanted an object, found a number|10" },
	{ "{\"object\":{}}", false, "missing_field|object.name|-|missing|10" },
	{ "{\"object\":{\"name\":null}}", false, "missing_field|object.name|-|missing|10" },
	{ "{\"object\":{}}", true, "missing_field|object.name|-|missing" },
	{ "{\"later\":1}", false, "unsupported_field|later|1|not supported|9" },
	{ "{\"zzz\":{\"a\":1}}", false, "unknown_field|zzz|{\"a\":1}|unknown field|7" },
	{ "{\"text\":\"x\",\"zzz\":null}", false, "unknown_field|zzz|null|unknown field|18" },
	{ "{\"Text\":\"x\"}", false,
		"unknown_field|Text|x|unknown field; did you mean \"text\"?|8" },
	{ "{\"intt\":0,\"int\":0}", false, "rate.int|int|0|wanted an integer from 1 to 160|16" },
};

static void
test_refusals(void)
{
	for (size_t i = 0; i < countof(refusals); i++) {
		start(refusals[i].text, refusals[i].csv);
		take_all();
		bool closed = obj_close(&o);
		const char *got = failure();
		size_t n = strlen(refusals[i].failure);
		/* the reason why an instant is none is for base to word */
		bool open_end = refusals[i].failure[n - 1] == '|';
		ok(!closed && !obj_ok(&o) && e.kind == ERR_INPUT &&
				(open_end ? strncmp(got, refusals[i].failure, n) :
					    strcmp(got, refusals[i].failure)) == 0,
			"%s: %s", refusals[i].text, got);
	}
}

static void
test_missing(void)
{
	static const char *const words[] = { "FLAT" };
	struct obj child;
	size_t n;

	for (int call = 0; call < 13; call++) {
		start(" {\"x\":null}", false);
		switch (call) {
		case 0:
			obj_text(&o, "x", OBJ_REQUIRED, 0, 9);
			break;
		case 1:
			obj_id(&o, "x", OBJ_REQUIRED);
			break;
		case 2:
			obj_bool(&o, "x", OBJ_REQUIRED, true);
			break;
		case 3:
			obj_instant(&o, "x", OBJ_REQUIRED);
			break;
		case 4:
			obj_hour(&o, "x", OBJ_REQUIRED);
			break;
		case 5:
			obj_rat(&o, "x", OBJ_REQUIRED, NULL);
			break;
		case 6:
			obj_int(&o, "x", OBJ_REQUIRED, 0, 1, 0);
			break;
		case 7:
			obj_enum(&o, "x", OBJ_REQUIRED, words, 1, 0);
			break;
		case 8:
			obj_texts(&o, "x", OBJ_REQUIRED, 0, false, &n);
			break;
		case 9:
			obj_pairs(&o, "x", OBJ_REQUIRED, 9, &n);
			break;
		case 10:
			obj_array(&o, "x", OBJ_REQUIRED, 0);
			break;
		case 11:
			obj_object(&o, "x", OBJ_REQUIRED, &child);
			break;
		case 12:
			obj_value(&o, "x", OBJ_REQUIRED);
			break;
		}
		is_str(failure(), "missing_field|x|-|missing|1", "missing, call %d", call);
		ok(!obj_close(&o), "and it does not close");
	}
}

static void
test_root(void)
{
	ok(!start("[1]", false), "an array is no object");
	is_str(failure(), "not_an_object||-|wanted an object, found an array|0", "which is said");
	ok(!obj_close(&o), "it does not close");
	ok(obj_text(&o, "a", OBJ_REQUIRED, 0, 1).p == NULL && !obj_has(&o, "a"),
		"nor give anything");
	ok(!start(" 12", false), "a number is no object");
	is_str(failure(), "not_an_object||-|wanted an object, found a number|1",
		"which is said too");

	json_free(tree);
	tree = json_new_object();
	ok(!obj_open(&o, tree, "rate", false, &arena, &e), "after a failure nothing opens");
}

static void
test_sticky(void)
{
	struct obj child;

	start("{\"a\":1,\"b\":\"x\",\"c\":{\"d\":1}}", false);
	ok(obj_object(&o, "c", OBJ_REQUIRED, &child), "a child opens");
	obj_text(&o, "a", OBJ_REQUIRED, 0, 9);
	ok(obj_text(&o, "b", OBJ_REQUIRED, 0, 9).p == NULL, "after a failure nothing is given");
	is_int(obj_int(&child, "d", OBJ_REQUIRED, 0, 9, -1), -1, "nor in a child");
	ok(!obj_has(&o, "b") && !obj_refuse(&o, "b", "else"), "nor asked, nor refused");
	is_str(failure(), "rate.a|a|1|wanted a string, found a number|5",
		"the first failure stays");
}

static void
test_refuse(void)
{
	struct obj item, inner;

	start("{\"a\":[{\"b\":{\"c\":\"v\"}}]}", false);
	obj_array(&o, "a", OBJ_REQUIRED, 1);
	obj_item(&o, "a", 0, &item);
	obj_object(&item, "b", OBJ_REQUIRED, &inner);
	ok(!obj_refuse(&inner, "c", "wanted %d", 7), "a refusal is false");
	is_str(failure(), "rate.a.b.c|a[0].b.c|v|wanted 7|16", "a field refused");
	err_clear(&e);
	obj_refuse(&inner, "d", "wanted");
	is_str(failure(), "rate.a.b.d|a[0].b.d|-|wanted|11", "a field that is not there");
	err_clear(&e);
	obj_refuse(&inner, NULL, "wanted");
	is_str(failure(), "rate.a.b|a[0].b|-|wanted|11", "an object itself");
	err_clear(&e);
	obj_refuse(&o, NULL, "wanted");
	is_str(failure(), "rate||-|wanted|0", "the root itself");
	err_clear(&e);
	obj_refuse_as(&inner, "c", "not_found", "no such thing");
	is_str(failure(), "not_found|a[0].b.c|v|no such thing|16", "a code of its own");
}

/* Paths, values and lists longer than the err holds are cut, not overrun. */
static void
test_cut(void)
{
	struct buf b = BUF_INIT;

	buf_add_c(&b, "{\"");
	for (int i = 0; i < 500; i++)
		buf_add_char(&b, 'k');
	buf_add_c(&b, "\":\"");
	for (int i = 0; i < 500; i++)
		buf_add_char(&b, 'v');
	buf_add_c(&b, "\"}");
	start(buf_cstr(&b), false);
	ok(!obj_close(&o), "a long unknown field");
	is_int((int64_t)strlen(e.field), (int64_t)sizeof(e.field) - 1, "its name is cut");
	ok(strlen(e.value) < sizeof(e.value) && strcmp(e.value + strlen(e.value) - 4, "v...") == 0,
		"its value is cut");
	buf_release(&b);
}

int
main(void)
{
	json_scanner_init(&scanner);
	test_values();
	test_absent();
	test_nested();
	test_outlives();
	test_csv();
	test_refusals();
	test_missing();
	test_root();
	test_sticky();
	test_refuse();
	test_cut();
	json_free(tree);
	json_scanner_release(&scanner);
	arena_release(&arena);
	return done();
}
