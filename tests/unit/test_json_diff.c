/* What two JSON values differ in. */
#include "codec/json_diff.h"

#include "tests/unit/tap.h"

#include "base/banned.h"

static struct json *
parse(const char *text)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *j = NULL;

	json_scanner_init(&scanner);
	if (!json_parse(&scanner, str_c(text), &j, &fault))
		note("the test itself is wrong: %s", text);
	json_scanner_release(&scanner);
	return j;
}

static void
tell(void *ctx, struct str path, const struct json *before, const struct json *after)
{
	struct buf *out = ctx;

	buf_printf(out, "%s%.*s: ", out->n > 0 ? "; " : "", STR_FMT(path));
	if (before != NULL)
		json_canonical(before, out);
	buf_add_c(out, " -> ");
	if (after != NULL)
		json_canonical(after, out);
}

static void
test_differences(void)
{
	static const struct {
		const char *before, *after, *want, *what;
	} cases[] = {
		{ "{\"a\":1}", "{\"a\":1}", "", "equal" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "", "order of members" },
		{ "{\"a\":1}", "{\"a\":2}", "a: 1 -> 2", "a value" },
		{ "{\"a\":1}", "{}", "a: 1 -> ", "one goes" },
		{ "{}", "{\"a\":null}", "a:  -> null", "one comes" },
		{ "{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"b\":1,\"c\":3}}", "a.c: 2 -> 3",
			"inside" },
		{ "{\"a\":[1,2]}", "{\"a\":[1]}", "a: [1,2] -> [1]", "a list as a whole" },
		{ "{\"a\":{}}", "{\"a\":[]}", "a: {} -> []", "another type" },
		{ "{\"a\":[{\"id\":\"x\",\"v\":1},{\"id\":\"y\",\"v\":1}]}",
			"{\"a\":[{\"id\":\"y\",\"v\":2},{\"id\":\"z\"}]}",
			"a[x]: {\"id\":\"x\",\"v\":1} -> ; a[y].v: 1 -> 2; a[z]:  -> {\"id\":\"z\"}",
			"items by their ids" },
		{ "{\"a\":[{\"id\":\"x\"},{\"v\":1}]}", "{\"a\":[{\"id\":\"x\"}]}",
			"a: [{\"id\":\"x\"},{\"v\":1}] -> [{\"id\":\"x\"}]",
			"an item without one" },
		{ "{\"a\":[]}", "{\"a\":[{\"id\":\"x\"}]}", "a[x]:  -> {\"id\":\"x\"}",
			"into an empty list" },
		{ "1", "2", ": 1 -> 2", "the whole" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct json *x = parse(cases[i].before), *y = parse(cases[i].after);
		struct buf out = BUF_INIT;

		json_diff(x, y, tell, &out);
		is_str(buf_cstr(&out), cases[i].want, "%s", cases[i].what);
		buf_release(&out);
		json_free(x);
		json_free(y);
	}
}

int
main(void)
{
	test_differences();
	return done();
}
