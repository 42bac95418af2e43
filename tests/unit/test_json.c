#include "codec/json.h"

#include <string.h>

#include "tests/unit/tap.h"

static struct json_scanner scanner;
static struct json_fault fault;
static struct arena arena = ARENA_INIT;

static struct json *
parse(const char *text)
{
	struct json *j = NULL;

	if (!json_parse(&scanner, str_c(text), &j, &fault))
		note("%s: %s", text, fault.text);
	return j;
}

static const char *
text_of(const struct json *j)
{
	struct str s = json_text(j);

	return s.p == NULL ? NULL : str_dup(&arena, s).p;
}

static const char *
canonical(const struct json *j)
{
	struct buf b = BUF_INIT;
	const char *text;

	json_canonical(j, &b);
	text = str_dup(&arena, buf_str(&b)).p;
	buf_release(&b);
	return text;
}

static void
test_scalars(void)
{
	static const struct {
		const char *json;
		enum json_type type;
		const char *text;
	} cases[] = {
		{ "null", JSON_NULL, NULL },
		{ "true", JSON_TRUE, "true" },
		{ "false", JSON_FALSE, "false" },
		{ "0", JSON_NUMBER, "0" },
		{ "-0", JSON_NUMBER, "-0" },
		{ "1.50", JSON_NUMBER, "1.50" },
		{ "9007199254740993", JSON_NUMBER, "9007199254740993" },
		{ "1e400", JSON_NUMBER, "1e400" },
		{ "123456789012345678901234567890.123456789", JSON_NUMBER,
			"123456789012345678901234567890.123456789" },
		{ "\"\"", JSON_STRING, "" },
		{ "\"12\"", JSON_STRING, "12" },
		{ "\"caf\xc3\xa9 \\u20ac\\ud83d\\ude00\"", JSON_STRING,
			"caf\xc3\xa9 \xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", JSON_STRING, "\"\\/\b\f\n\r\t" },
		{ "[]", JSON_ARRAY, NULL },
		{ "{}", JSON_OBJECT, NULL },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct json *j = parse(cases[i].json);
		ok(json_type(j) == cases[i].type, "type of %s", cases[i].json);
		is_str(text_of(j), cases[i].text, "text of %s", cases[i].json);
		json_free(j);
	}
}

static void
test_walk(void)
{
	struct json *j = parse("{\"b\":1,\"B\":[true,null,{\"x\":\"y\"}],\"a\\u0062\":\"2\"}");
	const struct json *list = json_member(j, "B"), *item;

	is_int((int64_t)json_count(j), 3, "members are counted");
	is_str(text_of(json_member(j, "b")), "1", "keys are told apart by case");
	ok(json_type(list) == JSON_ARRAY, "the other case is another member");
	ok(json_member(j, "c") == NULL, "a member that is not there");
	ok(json_member(list, "x") == NULL, "an array has no members");
	is_str(text_of(json_member(j, "ab")), "2", "keys are unescaped");
	is_str(str_dup(&arena, json_key(json_first(j))).p, "b", "members in document order");

	item = json_first(list);
	ok(json_type(item) == JSON_TRUE, "first item");
	item = json_next(item);
	ok(json_type(item) == JSON_NULL, "second item");
	item = json_next(item);
	is_str(text_of(json_member(item, "x")), "y", "third item");
	ok(json_next(item) == NULL, "no fourth item");
	is_int((int64_t)json_count(list), 3, "items are counted");
	ok(json_first(json_first(list)) == NULL, "nothing in a scalar");
	json_free(j);
	json_free(NULL);
}

/* Every value begins where its text does: distinct values, found again in the text. */
static void
test_offsets(void)
{
	static const char text[] =
		" {\"k1\": 11, \"k2\": [12, \"s13\", {\"k3\":14.5}, [], {}],"
		"\n\"k4\":\t\"\\u0073\", \"k5\":{\"k6\":null,\"k7\":false}, \"k8\":15}";
	static const struct {
		const char *path[3];
		const char *begins;
	} cases[] = {
		{ { "k1" }, "11" },
		{ { "k2" }, "[12" },
		{ { "k4" }, "\"\\u0073\"" },
		{ { "k5" }, "{\"k6\"" },
		{ { "k5", "k6" }, "null" },
		{ { "k5", "k7" }, "false" },
		{ { "k8" }, "15}" },
	};
	static const char *const items[] = { "12,", "\"s13\"", "{\"k3\"", "[]", "{}" };
	struct json *j = parse(text);
	const struct json *item;

	is_int((int64_t)json_offset(j), 1, "the root");
	for (size_t i = 0; i < countof(cases); i++) {
		const struct json *v = j;
		for (size_t k = 0; k < 3 && cases[i].path[k] != NULL; k++)
			v = json_member(v, cases[i].path[k]);
		is_int((int64_t)json_offset(v), strstr(text, cases[i].begins) - text,
			"where %s begins", cases[i].begins);
	}
	item = json_first(json_member(j, "k2"));
	for (size_t i = 0; i < countof(items); i++, item = json_next(item))
		is_int((int64_t)json_offset(item), strstr(text, items[i]) - text,
			"where item %s begins", items[i]);
	item = json_first(json_next(json_next(json_first(json_member(j, "k2")))));
	is_int((int64_t)json_offset(item), strstr(text, "14.5") - text,
		"where a member of an item begins");
	json_free(j);
}

/* Tree and scan agree on the canonical text. */
static void
test_canonical(void)
{
	static const char *const texts[] = {
		"1.0",
		"\"\\u0041\\n\\/\"",
		"[]",
		"{}",
		"[1,[2,[3,{}]],\"\"]",
		"{\"b\":{\"d\":1,\"c\":[{\"z\":null,\"y\":true}]},\"a\":-0.0,\"\\u0061a\":\"\\ud83d\\ude00\"}",
		"{\"b\":1,\"\xc3\xa9\":2,\"a\":3,\"aa\":4,\"\":5,\"B\":6}",
	};

	for (size_t i = 0; i < countof(texts); i++) {
		struct buf b = BUF_INIT;
		struct json *j = parse(texts[i]);
		json_node_canonical(&scanner, &scanner.nodes[0], &b);
		is_str(canonical(j), buf_cstr(&b), "tree and scan of %s", texts[i]);
		buf_release(&b);
		json_free(j);
	}

	struct json *j = parse(texts[6]);
	is_str(canonical(j), "{\"\":5,\"B\":6,\"a\":3,\"aa\":4,\"b\":1,\"\xc3\xa9\":2}",
		"keys sorted as bytes");
	json_free(j);
}

static void
test_deep(void)
{
	struct buf b = BUF_INIT;
	struct json *j;

	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		buf_add_c(&b, i % 2 == 0 ? "[" : "{\"a\":");
	buf_add_c(&b, "7");
	for (int i = JSON_MAX_DEPTH - 1; i >= 0; i--)
		buf_add_c(&b, i % 2 == 0 ? "]" : "}");
	j = parse(buf_cstr(&b));
	is_str(canonical(j), buf_cstr(&b), "as deep as can be");
	json_free(j);
	buf_release(&b);
}

static void
test_refused(void)
{
	static const struct {
		const char *text;
		size_t offset;
		const char *code;
	} cases[] = {
		{ "", 0, "json_syntax" },
		{ "01", 1, "json_syntax" },
		{ "[1.]", 3, "json_syntax" },
		{ "{\"a\":1} x", 8, "json_syntax" },
		{ "{\"a\":1,\"a\":1}", 7, "duplicate_key" },
		{ "\"\\u0000\"", 1, "json_nul" },
		{ "\"\xff\"", 1, "json_utf8" },
		{ "\"\\ud800\"", 1, "json_surrogate" },
	};
	struct json *untouched = parse("1"), *j = untouched;

	for (size_t i = 0; i < countof(cases); i++) {
		bool parsed = json_parse(&scanner, str_c(cases[i].text), &j, &fault);
		ok(!parsed && j == untouched && fault.offset == cases[i].offset &&
				strcmp(fault.code, cases[i].code) == 0,
			"%s: refused at %zu [%s]", cases[i].text, fault.offset, fault.code);
	}
	json_free(untouched);
}

/* ---- cells ---- */

static void
test_by_hand(void)
{
	struct json *j = json_new_object(), *p;

	is_str(canonical(j), "{}", "a new object is empty");
	json_add_string(j, STR("b"), STR("1"), 3);
	p = json_add_object(j, STR("properties"), 4);
	json_add_string(p, (struct str){ "modelX", 5 }, (struct str){ "large!", 5 }, 5);
	json_add_string(j, STR("a"), (struct str){ NULL, 0 }, 6);
	is_str(canonical(j), "{\"a\":\"\",\"b\":\"1\",\"properties\":{\"model\":\"large\"}}",
		"strings and objects are added");
	is_int((int64_t)json_offset(json_member(j, "b")), 3, "offset of a string");
	is_int((int64_t)json_offset(p), 4, "offset of an object");
	is_int((int64_t)json_offset(json_member(p, "model")), 5, "offset of a string in an object");
	is_str(str_dup(&arena, json_key(json_first(j))).p, "b", "in the order they were added");
	json_free(j);
}

static void
test_nested(void)
{
	struct json *j = json_new_object();
	const struct json *cell, *v;

	json_add_string(j, STR("tiers"),
		STR(" [{\"size\": 100, \"price\": 0.50}, {\"price\": 0.4}]"), 7);
	json_add_string(j, STR("object"), STR("{\"a\":[1]}"), 8);
	json_add_string(j, STR("broken"), STR("[1,"), 9);
	json_add_string(j, STR("scalar"), STR("12"), 10);

	cell = json_member(j, "tiers");
	v = json_nested(cell, &fault);
	is_str(canonical(v), "[{\"price\":0.50,\"size\":100},{\"price\":0.4}]",
		"an array in a cell");
	ok(json_nested(cell, &fault) == v, "it is parsed once");
	is_int((int64_t)json_offset(json_member(json_first(v), "price")), 7,
		"all of it stands in the cell");
	ok(json_type(cell) == JSON_STRING && json_first(cell) == NULL && json_count(cell) == 0,
		"the cell is a string still");
	is_str(canonical(json_nested(json_member(j, "object"), &fault)), "{\"a\":[1]}",
		"an object in a cell");

	ok(json_nested(json_member(j, "broken"), &fault) == NULL && fault.offset == 3 &&
			strcmp(fault.code, "json_syntax") == 0,
		"a broken array in a cell: %s", fault.text);
	ok(json_nested(json_member(j, "scalar"), &fault) == NULL && fault.offset == 0 &&
			strcmp(fault.code, "json_syntax") == 0,
		"a scalar is no array or object: %s", fault.text);
	json_free(j);
}

int
main(void)
{
	json_scanner_init(&scanner);
	test_scalars();
	test_walk();
	test_offsets();
	test_canonical();
	test_deep();
	test_refused();
	test_by_hand();
	test_nested();
	json_scanner_release(&scanner);
	arena_release(&arena);
	return done();
}
