#include "codec/jsonw.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec/json_scan.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct arena arena = ARENA_INIT;
static struct buf out = BUF_INIT;
static struct jsonw w;

static void
begin(void)
{
	buf_clear(&out);
	jsonw_init(&w, &out);
}

static const char *
end(void)
{
	jsonw_release(&w);
	return buf_cstr(&out);
}

static struct rat
rat(const char *text)
{
	struct rat r = RAT_ZERO;

	ok(rat_parse_exact(&arena, str_c(text), &r) == RAT_OK, "%s is a number", text);
	return r;
}

static void
test_values(void)
{
	begin();
	jsonw_str(&w, STR("a"));
	is_str(end(), "\"a\"", "a string alone");
	begin();
	jsonw_null(&w);
	is_str(end(), "null", "null alone");
	begin();
	jsonw_object(&w);
	jsonw_end(&w);
	is_str(end(), "{}", "an empty object");
	begin();
	jsonw_array(&w);
	jsonw_end(&w);
	is_str(end(), "[]", "an empty array");
	begin();
	jsonw_array(&w);
	jsonw_int(&w, INT64_MIN);
	jsonw_int(&w, INT64_MAX);
	jsonw_bool(&w, true);
	jsonw_bool(&w, false);
	jsonw_c(&w, "");
	jsonw_instant(&w, 1500000000);
	jsonw_raw(&w, STR("{\"x\":1}"));
	jsonw_end(&w);
	is_str(end(),
		"[-9223372036854775808,9223372036854775807,true,false,\"\","
		"\"1970-01-01T00:00:01.5Z\",{\"x\":1}]",
		"every kind of item");
}

static void
test_nesting(void)
{
	begin();
	jsonw_object(&w);
	jsonw_key(&w, "a");
	jsonw_array(&w);
	jsonw_object(&w);
	jsonw_end(&w);
	jsonw_array(&w);
	jsonw_int(&w, 1);
	jsonw_end(&w);
	jsonw_object(&w);
	jsonw_member_int(&w, "b", 2);
	jsonw_end(&w);
	jsonw_end(&w);
	jsonw_key_str(&w, (struct str){ "cut here", 3 });
	jsonw_null(&w);
	jsonw_end(&w);
	is_str(end(), "{\"a\":[{},[1],{\"b\":2}],\"cut\":null}", "commas in nested containers");

	begin();
	for (int i = 0; i < JSONW_MAX_DEPTH; i++)
		jsonw_array(&w);
	for (int i = 0; i < JSONW_MAX_DEPTH; i++)
		jsonw_end(&w);
	end();
	is_int((int64_t)out.n, 2L * JSONW_MAX_DEPTH, "as deep as can be");
}

static void
test_members(void)
{
	begin();
	jsonw_object(&w);
	jsonw_member_str(&w, "s", STR("x"));
	jsonw_member_c(&w, "c", "y");
	jsonw_member_bool(&w, "t", true);
	jsonw_member_int(&w, "i", -3);
	jsonw_member_instant(&w, "at", 0);
	jsonw_member_raw(&w, "raw", STR("[1,2]"));
	jsonw_end(&w);
	is_str(end(),
		"{\"s\":\"x\",\"c\":\"y\",\"t\":true,\"i\":-3,\"at\":\"1970-01-01T00:00:00Z\","
		"\"raw\":[1,2]}",
		"members");

	begin();
	jsonw_object(&w);
	jsonw_member_str_opt(&w, "none", (struct str){ NULL, 0 });
	jsonw_member_instant_opt(&w, "never", INSTANT_NONE);
	jsonw_end(&w);
	is_str(end(), "{}", "what is absent is not written");

	begin();
	jsonw_object(&w);
	jsonw_member_str_opt(&w, "s", STR(""));
	jsonw_member_instant_opt(&w, "t", NS_PER_DAY);
	jsonw_end(&w);
	is_str(end(), "{\"s\":\"\",\"t\":\"1970-01-02T00:00:00Z\"}", "what is empty is not absent");
}

static void
test_rats(void)
{
	static const struct {
		const char *value;
		const char *json;
	} cases[] = {
		{ "0", "{\"q\":\"0\",\"z\":0}" },
		{ "12842.50", "{\"q\":\"12842.5\",\"z\":0}" },
		{ "-1e3", "{\"q\":\"-1000\",\"z\":0}" },
		{ "0.00000000000000000001", "{\"q\":\"0.00000000000000000001\",\"z\":0}" },
		{ "100/3", "{\"q\":\"33.33333333333333333333\",\"q_exact\":\"100/3\",\"z\":0}" },
		{ "-1/7", "{\"q\":\"-0.14285714285714285714\",\"q_exact\":\"-1/7\",\"z\":0}" },
		{ "1e-21", "{\"q\":\"0\",\"q_exact\":\"1/1000000000000000000000\",\"z\":0}" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		begin();
		jsonw_object(&w);
		jsonw_member_rat(&w, "q", rat(cases[i].value));
		jsonw_member_int(&w, "z", 0);
		jsonw_end(&w);
		is_str(end(), cases[i].json, "the number %s", cases[i].value);
	}
}

static void
test_quote(void)
{
	static const struct {
		const char *text;
		const char *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "plain /", "\"plain /\"" },
		{ "\"", "\"\\\"\"" },
		{ "\\", "\"\\\\\"" },
		{ "\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\"" },
		{ "\x01\x0b\x0e\x1f\x7f", "\"\\u0001\\u000b\\u000e\\u001f\x7f\"" },
		{ "caf\xc3\xa9 \xf0\x9f\x98\x80", "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		buf_clear(&out);
		json_quote(&out, str_c(cases[i].text));
		is_str(buf_cstr(&out), cases[i].json, "quoted: case %zu", i);
	}
	buf_clear(&out);
	json_quote(&out, (struct str){ NULL, 0 });
	is_str(buf_cstr(&out), "\"\"", "quoted: the empty slice");
}

/* What was quoted is read back as it was. */
static void
test_round_trip(void)
{
	static const char *const parts[] = { "a", "\"", "\\", "\n", "\x01", "\x1f", "\x7f", "/",
		"u", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "0041" };
	struct sweep sweep = sweep_start("quoting", 11);
	struct json_scanner scanner;
	struct json_fault fault;
	int wrong = 0;

	json_scanner_init(&scanner);
	for (int round = 0; round < 3000; round++) {
		struct buf text = BUF_INIT;
		for (uint64_t n = sweep_below(&sweep, 20); n > 0; n--)
			buf_add_c(&text, parts[sweep_below(&sweep, countof(parts))]);
		buf_clear(&out);
		json_quote(&out, buf_str(&text));
		bool read = json_scan(&scanner, buf_str(&out), &fault) &&
			str_eq(json_node_string(&scanner, &scanner.nodes[0], &arena),
				buf_str(&text));
		wrong += !read;
		buf_release(&text);
	}
	is_int(wrong, 0, "a quoted text reads back");
	json_scanner_release(&scanner);
}

/* ---- misuse ---- */

static void
key_in_array(void)
{
	jsonw_array(&w);
	jsonw_key(&w, "k");
}

static void
value_without_key(void)
{
	jsonw_object(&w);
	jsonw_int(&w, 1);
}

static void
key_without_value(void)
{
	jsonw_object(&w);
	jsonw_key(&w, "k");
	jsonw_end(&w);
}

static void
two_keys(void)
{
	jsonw_object(&w);
	jsonw_key(&w, "k");
	jsonw_key(&w, "l");
}

static void
two_values(void)
{
	jsonw_null(&w);
	jsonw_null(&w);
}

static void
one_end_too_many(void)
{
	jsonw_array(&w);
	jsonw_end(&w);
	jsonw_end(&w);
}

static void
left_open(void)
{
	jsonw_array(&w);
	jsonw_release(&w);
}

static void
too_deep(void)
{
	for (int i = 0; i <= JSONW_MAX_DEPTH; i++)
		jsonw_array(&w);
}

static void
no_instant(void)
{
	jsonw_instant(&w, INSTANT_NONE);
}

/* It ends in SIGABRT, in a process of its own. */
static void
aborts(void (*misuse)(void), const char *name)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		static const struct rlimit no_core = { 0, 0 };
		int null = open("/dev/null", O_WRONLY);
		setrlimit(RLIMIT_CORE, &no_core);
		dup2(null, STDERR_FILENO);
		begin();
		misuse();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "misuse asserts: %s", name);
}

int
main(void)
{
	test_values();
	test_nesting();
	test_members();
	test_rats();
	test_quote();
	test_round_trip();
	aborts(key_in_array, "a key in an array");
	aborts(value_without_key, "a value without its key");
	aborts(key_without_value, "a key without its value");
	aborts(two_keys, "two keys in a row");
	aborts(two_values, "two values at the top");
	aborts(one_end_too_many, "one end too many");
	aborts(left_open, "a container left open");
	aborts(too_deep, "nested too deep");
	aborts(no_instant, "no instant");
	buf_release(&out);
	arena_release(&arena);
	return done();
}
