#include "codec/json_path.h"

#include <string.h>

#include "tap.h"

static const char text[] =
	"{\"name\":\"x\",\"tiers\":[{\"size\":1},{\"size\":2,\"price\":{\"deep\":3}}],\"odd.name\":4}";

static size_t
offset(const struct json *root, const char *path)
{
	return json_offset(json_path(root, str_c(path)));
}

static size_t
where(const char *needle)
{
	return (size_t)(strstr(text, needle) - text);
}

int
main(void)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *root;

	json_scanner_init(&scanner);
	ok(json_parse(&scanner, STR(text), &root, &fault), "the text parses");
	ok(offset(root, "") == 0, "the empty path is the root");
	ok(offset(root, "name") == where("\"x\""), "a member");
	ok(offset(root, "tiers[1].size") == where("2,"), "a member of an item");
	ok(offset(root, "tiers[1].price.deep") == where("3}"), "deeper");
	ok(offset(root, "tiers[1].flat_fee") == where("{\"size\":2"),
		"a missing field: its object");
	ok(offset(root, "tiers[9].size") == where("[{"), "a missing item: its array");
	ok(offset(root, "nothing") == 0, "a missing member: the root");
	ok(offset(root, "name[0]") == where("\"x\""), "an index into a scalar: the scalar");
	ok(offset(root, "tiers[x]") == where("[{"), "no number in the brackets: the array");
	ok(offset(root, "tiers[") == where("[{"), "an open bracket: the array");
	ok(offset(root, "odd.name") == 0, "a name with a dot is not found");
	json_free(root);
	json_scanner_release(&scanner);
	return done();
}
