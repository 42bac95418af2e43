#include "codec/json_scan.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct json_scanner scanner;
static struct json_fault fault;
static struct buf copy;

/* The text at the very end of a block of its own, so that a byte read past it is seen. */
static struct str
exact(struct str s)
{
	static char *block;

	block = mem_realloc(block, s.n + 1, 1);
	if (s.n > 0)
		memcpy(block + 1, s.p, s.n);
	return (struct str){ block + 1, s.n };
}

static bool
scan(struct str s)
{
	return json_scan(&scanner, exact(s), &fault);
}

static const char *
canonical(void)
{
	buf_clear(&copy);
	json_node_canonical(&scanner, &scanner.nodes[0], &copy);
	return buf_cstr(&copy);
}

/* A text on one line, for the name of a check. */
static const char *
shown(struct str s)
{
	static char line[80];
	size_t n = s.n < sizeof(line) ? s.n : sizeof(line) - 1;

	for (size_t i = 0; i < n; i++)
		line[i] = (unsigned char)s.p[i] < 0x20 ? '.' : s.p[i];
	line[n] = '\0';
	return line;
}

/* ---- what is accepted ---- */

static const struct {
	const char *text;
	const char *canonical;
} accepted[] = {
	{ "null", "null" },
	{ "true", "true" },
	{ "false", "false" },
	{ " \t\r\n1 \t\r\n", "1" },
	{ "0", "0" },
	{ "-0", "-0" },
	{ "10", "10" },
	{ "-1234567890123456789012345678901234567890",
		"-1234567890123456789012345678901234567890" },
	{ "0.10", "0.10" },
	{ "1e400", "1e400" },
	{ "1E+2", "1E+2" },
	{ "1.50e-02", "1.50e-02" },
	{ "\"\"", "\"\"" },
	{ "\"a\x7f\"", "\"a\x7f\"" },
	{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
	{ "\"\\u0041\\u00e9\\u20ac\\uD83d\\uDe00\\u001F\"",
		"\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\\u001f\"" },
	{ "\"\\uffff\\ud7ff\\ue000\"", "\"\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80\"" },
	{ "[]", "[]" },
	{ "[ ]", "[]" },
	{ "{}", "{}" },
	{ "{ }", "{}" },
	{ "[1,\"a\",null,true,false,[],{}]", "[1,\"a\",null,true,false,[],{}]" },
	{ " [ 1 , 2 ] ", "[1,2]" },
	{ "{\"b\":1,\"a\":{\"d\":[2],\"c\":3}}", "{\"a\":{\"c\":3,\"d\":[2]},\"b\":1}" },
	{ " { \"a\" : 1 , \"b\" : 2 } ", "{\"a\":1,\"b\":2}" },
	{ "{\"\":0,\"a\":1,\"A\":2,\"\\u0062\":3}", "{\"\":0,\"A\":2,\"a\":1,\"b\":3}" },
	{ "[[[[1]]],[[]],{\"a\":[{}]}]", "[[[[1]]],[[]],{\"a\":[{}]}]" },
	{ "[{\"a\":1},{\"a\":1}]", "[{\"a\":1},{\"a\":1}]" },
	{ "{\"a\":{\"a\":{\"a\":1}}}", "{\"a\":{\"a\":{\"a\":1}}}" },
};

static void
test_accepted(void)
{
	for (size_t i = 0; i < countof(accepted); i++) {
		if (scan(str_c(accepted[i].text)))
			is_str(canonical(), accepted[i].canonical, "%s",
				shown(str_c(accepted[i].text)));
		else
			ok(false, "%s: %s", shown(str_c(accepted[i].text)), fault.text);
	}
}

/* A text cut anywhere is refused, at the cut or where its last token or object begins. */
static void
test_prefixes(void)
{
	for (size_t i = 0; i < countof(accepted); i++) {
		struct str s = str_c(accepted[i].text);
		bool held = true;
		if (strchr("[{\"", s.p[0]) == NULL)
			continue;
		for (size_t n = 0; n < s.n && s.p[n] != ' '; n++)
			held = held && !scan((struct str){ s.p, n }) && fault.offset <= n;
		ok(held, "no beginning of %s is JSON", shown(s));
	}
}

static void
test_nodes(void)
{
	static const struct json_node want[] = {
		{ 1, 34, 10, JSON_OBJECT, false },
		{ 3, 1, 2, JSON_STRING, false },
		{ 6, 9, 5, JSON_ARRAY, false },
		{ 7, 2, 4, JSON_NUMBER, false },
		{ 12, 1, 5, JSON_STRING, false },
		{ 18, 4, 6, JSON_STRING, true },
		{ 25, 2, 7, JSON_OBJECT, false },
		{ 29, 0, 8, JSON_STRING, false },
		{ 31, 3, 10, JSON_ARRAY, false },
		{ 32, 1, 10, JSON_NUMBER, false },
	};
	struct str text = STR(" {\"a\":[10, \"b\"], \"x\\ny\": {},\"\":[7]}");

	ok(json_scan(&scanner, text, &fault), "nodes of %s", text.p);
	is_int((int64_t)scanner.n, (int64_t)countof(want), "as many nodes as values and keys");
	for (size_t i = 0; i < countof(want) && i < scanner.n; i++) {
		const struct json_node *got = &scanner.nodes[i];
		ok(got->off == want[i].off && got->len == want[i].len &&
				got->next == want[i].next && got->type == want[i].type &&
				got->escaped == want[i].escaped,
			"node %zu: off %u len %u next %u type %d escaped %d", i, got->off, got->len,
			got->next, got->type, got->escaped);
	}
}

static void
test_raw(void)
{
	struct arena a = ARENA_INIT;
	struct str s;

	scan(STR("{\"k\\u0065y\": \"v\\\\\", \"n\": -1.0e5}"));
	s = json_node_raw(&scanner, &scanner.nodes[1]);
	is_str(str_dup(&a, s).p, "\"k\\u0065y\"", "raw key with its quotes");
	s = json_node_string(&scanner, &scanner.nodes[1], &a);
	is_str(str_dup(&a, s).p, "key", "unescaped key");
	s = json_node_string(&scanner, &scanner.nodes[2], &a);
	is_str(str_dup(&a, s).p, "v\\", "unescaped value");
	s = json_node_string(&scanner, &scanner.nodes[3], &a);
	ok(s.p == scanner.text.p + scanner.nodes[3].off, "a string without escapes is no copy");
	s = json_node_raw(&scanner, &scanner.nodes[4]);
	is_str(str_dup(&a, s).p, "-1.0e5", "raw number");
	s = json_node_raw(&scanner, &scanner.nodes[0]);
	ok(str_eq(s, scanner.text), "raw object");
	arena_release(&a);
}

/* ---- what is refused ---- */

#define T(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static const struct {
	struct str text;
	size_t offset;
	const char *code;
} refused[] = {
	{ T(""), 0, "json_syntax" },
	{ T("  "), 2, "json_syntax" },
	{ T("\xef\xbb\xbf{}"), 0, "json_syntax" },
	{ T("nul"), 3, "json_syntax" },
	{ T("nulL"), 3, "json_syntax" },
	{ T("True"), 0, "json_syntax" },
	{ T("NaN"), 0, "json_syntax" },
	{ T("-Infinity"), 1, "json_syntax" },
	{ T("truefalse"), 4, "json_syntax" },
	{ T("'a'"), 0, "json_syntax" },
	{ T("01"), 1, "json_syntax" },
	{ T("-01"), 2, "json_syntax" },
	{ T("00"), 1, "json_syntax" },
	{ T("+1"), 0, "json_syntax" },
	{ T("-"), 1, "json_syntax" },
	{ T(".5"), 0, "json_syntax" },
	{ T("1."), 2, "json_syntax" },
	{ T("1.e1"), 2, "json_syntax" },
	{ T("1e"), 2, "json_syntax" },
	{ T("1e+"), 3, "json_syntax" },
	{ T("1e1.5"), 3, "json_syntax" },
	{ T("0x10"), 1, "json_syntax" },
	{ T("1_000"), 1, "json_syntax" },
	{ T("1 2"), 2, "json_syntax" },
	{ T("{} {}"), 3, "json_syntax" },
	{ T("[] x"), 3, "json_syntax" },
	{ T("[1,]"), 3, "json_syntax" },
	{ T("[,1]"), 1, "json_syntax" },
	{ T("[1 2]"), 3, "json_syntax" },
	{ T("[1}"), 2, "json_syntax" },
	{ T("[1"), 2, "json_syntax" },
	{ T("]"), 0, "json_syntax" },
	{ T("{1:2}"), 1, "json_syntax" },
	{ T("{a:2}"), 1, "json_syntax" },
	{ T("{\"a\"}"), 4, "json_syntax" },
	{ T("{\"a\":}"), 5, "json_syntax" },
	{ T("{\"a\":1,}"), 7, "json_syntax" },
	{ T("{\"a\":1]"), 6, "json_syntax" },
	{ T("{\"a\":1 \"b\":2}"), 7, "json_syntax" },
	{ T("{\"a\" 1}"), 5, "json_syntax" },
	{ T("{\"a\":1"), 6, "json_syntax" },
	{ T("{,}"), 1, "json_syntax" },
	{ T("// x\n1"), 0, "json_syntax" },
	{ T("[1]/**/"), 3, "json_syntax" },
	{ T("\"a"), 2, "json_syntax" },
	{ T("\"a\\"), 3, "json_syntax" },
	{ T("\"a\\\""), 4, "json_syntax" },
	{ T("\"\\x\""), 2, "json_syntax" },
	{ T("\"\\u12g4\""), 5, "json_syntax" },
	{ T("\"\\u12"), 5, "json_syntax" },
	{ T("\"a\nb\""), 2, "json_syntax" },
	{ T("\"a\tb\""), 2, "json_syntax" },
	{ T("\"\x1f\""), 1, "json_syntax" },
	{ T("\v1"), 0, "json_syntax" },
	{ T("\xc2\xa0"
	    "1"),
		0, "json_syntax" },
	{ T("\"a\0b\""), 2, "json_nul" },
	{ T("\0"), 0, "json_nul" },
	{ T("[1\0]"), 2, "json_nul" },
	{ T("\"a\\u0000\""), 2, "json_nul" },
	{ T("\"\\ud800\""), 1, "json_surrogate" },
	{ T("\"x\\udc00\""), 2, "json_surrogate" },
	{ T("\"\\ud800\\u0041\""), 1, "json_surrogate" },
	{ T("\"\\ud800\\ud800\""), 1, "json_surrogate" },
	{ T("\"\\ud800\\n\""), 1, "json_surrogate" },
	{ T("\"\\udc00\\ud800\""), 1, "json_surrogate" },
	{ T("\"a\x80\""), 2, "json_utf8" },
	{ T("\"\xc0\x80\""), 1, "json_utf8" },
	{ T("\"\xc1\xbf\""), 1, "json_utf8" },
	{ T("\"\xc3\""), 1, "json_utf8" },
	{ T("\"\xe0\x9f\xbf\""), 1, "json_utf8" },
	{ T("\"\xe2\x82\""), 1, "json_utf8" },
	{ T("\"\xed\xa0\x80\""), 1, "json_utf8" },
	{ T("\"\xf0\x8f\xbf\xbf\""), 1, "json_utf8" },
	{ T("\"\xf0\x9f\x98\""), 1, "json_utf8" },
	{ T("\"\xf4\x90\x80\x80\""), 1, "json_utf8" },
	{ T("\"\xf5\x80\x80\x80\""), 1, "json_utf8" },
	{ T("\"\xc3\xa9\xff\""), 3, "json_utf8" },
	{ T("\xff"), 0, "json_utf8" },
	{ T("{\"a\":1,\"a\":2}"), 7, "duplicate_key" },
	{ T("{\"a\":1,\"b\":{},\"\\u0061\":2}"), 14, "duplicate_key" },
	{ T("[{\"\":1,\"\":2}]"), 7, "duplicate_key" },
	{ T("{\"x\":{\"b\":1,\"c\":2,\"b\":3},\"x\":4}"), 18, "duplicate_key" },
};

static void
test_refused(void)
{
	struct json_node *before;

	for (size_t i = 0; i < countof(refused); i++) {
		bool accepted_it = scan(refused[i].text);
		ok(!accepted_it && fault.offset == refused[i].offset &&
				strcmp(fault.code, refused[i].code) == 0 && fault.text[0] != '\0',
			"refused at %zu [%s]: %s (got %zu [%s]: %s)", refused[i].offset,
			refused[i].code, shown(refused[i].text), fault.offset, fault.code,
			fault.text);
	}
	ok(scan(STR("[1]")), "a scanner that refused goes on to scan");
	before = scanner.nodes;
	ok(scan(STR("[2]")) && scanner.nodes == before, "and keeps its nodes");
}

static void
test_fault_texts(void)
{
	static const struct {
		const char *text;
		const char *fault;
	} cases[] = {
		{ "{\"a\":1 x", "wanted ',' or '}', found 'x'" },
		{ "[1", "wanted ',' or ']', found the end" },
		{ "[1,\x01", "wanted a value, found the byte 0x01" },
		{ "{\"a\":1,}", "wanted a key, found '}'" },
		{ "1 \xc3\xa9", "wanted the end, found '\xc3\xa9'" },
		{ "012", "a number must not begin with 0 and a digit" },
		{ "\"\x1b\"", "control character 0x1b in a string" },
		{ "\"\\udead\"", "\\udead is half of a surrogate pair" },
		{ "\"\xfe\"", "not UTF-8: byte 0xfe" },
		{ "{\"k\":1,\"k\":1}", "the key \"k\" is given twice" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		scan(str_c(cases[i].text));
		is_str(fault.text, cases[i].fault, "text of the fault in %s",
			shown(str_c(cases[i].text)));
	}
}

static void
test_depth(void)
{
	for (int open = 0; open < 2; open++) {
		for (size_t depth = JSON_MAX_DEPTH - 1; depth <= JSON_MAX_DEPTH + 1; depth++) {
			struct buf b = BUF_INIT;
			for (size_t i = 0; i < depth; i++)
				buf_add_c(&b, open ? "[" : "{\"a\":");
			buf_add_char(&b, '1');
			for (size_t i = 0; i < depth; i++)
				buf_add_char(&b, open ? ']' : '}');
			bool got = scan(buf_str(&b));
			if (depth <= JSON_MAX_DEPTH)
				ok(got && str_eq(buf_str(&b), str_c(canonical())), "depth %zu",
					depth);
			else
				ok(!got && strcmp(fault.code, "json_depth") == 0 &&
						fault.offset ==
							(size_t)JSON_MAX_DEPTH * (open ? 1 : 5),
					"depth %zu refused at %zu", depth, fault.offset);
			buf_release(&b);
		}
	}
	ok(scan(STR("[[[]],[[]],[[]]]")), "width is not depth");
}

/* ---- sweeps ---- */

/* Strings of every length around the width of a vector, a special byte at every place. */
static void
test_string_widths(void)
{
	static const struct {
		struct str special;
		bool fine;
	} cases[] = {
		{ T("x"), true },
		{ T("\xc3\xa9"), true },
		{ T("\xf0\x9f\x98\x80"), true },
		{ T("\\n"), true },
		{ T("\\u00e9"), true },
		{ T("\x1f"), false },
		{ T("\n"), false },
		{ T("\xc3"), false },
		{ T("\\q"), false },
		{ T("\0"), false },
	};

	for (size_t c = 0; c < countof(cases); c++) {
		bool held = true;
		for (size_t n = 0; n <= 50 && held; n++) {
			for (size_t at = 0; at <= n && held; at++) {
				struct buf b = BUF_INIT;
				buf_add_char(&b, '"');
				for (size_t i = 0; i < n; i++) {
					if (i == at)
						buf_add_str(&b, cases[c].special);
					buf_add_char(&b, (char)('a' + i % 26));
				}
				if (at == n)
					buf_add_str(&b, cases[c].special);
				buf_add_char(&b, '"');
				bool got = scan(buf_str(&b));
				size_t bad = at + 1 + (cases[c].special.p[0] == '\\');
				held = got == cases[c].fine &&
					(got ? scanner.nodes[0].len == b.n - 2 :
					       fault.offset == bad);
				if (!held)
					note("length %zu, place %zu: offset %zu", n, at,
						fault.offset);
				buf_release(&b);
			}
		}
		ok(held, "strings to 50 characters with special %zu at each place", c);
	}
}

/* A string is UTF-8 here exactly when base says so. */
static void
test_utf8_agrees(void)
{
	static const unsigned char bytes[] = { 'a', 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2,
		0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff };
	struct sweep sweep = sweep_start("UTF-8 in strings", 20240927);
	size_t both = 0;
	bool held = true;

	for (int round = 0; round < 20000 && held; round++) {
		char text[10] = "\"";
		size_t n = 1 + sweep_below(&sweep, 8), at = 0;
		for (size_t i = 1; i <= n; i++)
			text[i] = (char)bytes[sweep_below(&sweep, sizeof(bytes))];
		text[n + 1 < sizeof(text) ? n + 1 : n] = '"';
		struct str inside = { text + 1, n + 1 < sizeof(text) ? n : n - 1 };
		bool valid = str_utf8_valid(inside, &at);
		bool got = scan((struct str){ text, inside.n + 2 });
		held = valid == got && (got || fault.offset == at + 1);
		both += valid;
	}
	ok(held && both > 200, "UTF-8 as str_utf8_valid, %zu valid", both);
}

/* What is accepted after a random change has a canonical text that stays as it is. */
static void
test_mutations(void)
{
	static const char bytes[] = "{}[]\",:\\ \n0123eE+-.tfnu\xc3\xa9\xff\x01";
	struct sweep sweep = sweep_start("mutations", 7);
	size_t good = 0;
	bool held = true;

	for (int round = 0; round < 20000 && held; round++) {
		struct str s = str_c(accepted[sweep_below(&sweep, countof(accepted))].text);
		struct buf b = BUF_INIT, once = BUF_INIT;
		buf_add_str(&b, s);
		for (uint64_t k = sweep_below(&sweep, 3) + 1; k > 0; k--)
			b.p[sweep_below(&sweep, b.n)] =
				bytes[sweep_below(&sweep, sizeof(bytes) - 1)];
		if (scan(buf_str(&b))) {
			good++;
			buf_add_c(&once, canonical());
			held = scan(buf_str(&once)) && str_eq(buf_str(&once), str_c(canonical()));
		} else {
			held = fault.offset <= b.n;
		}
		if (!held)
			note("broken by: %s", buf_cstr(&b));
		buf_release(&b);
		buf_release(&once);
	}
	ok(held && good > 100, "canonical text is stable, %zu accepted", good);
}

static void
test_many_keys(void)
{
	for (size_t n = 1; n <= 4096; n = n < 20 ? n + 1 : n * 2) {
		struct buf b = BUF_INIT;
		size_t second = 0;
		buf_add_char(&b, '{');
		for (size_t i = 0; i < n; i++)
			buf_printf(&b, "\"key%zu\":[%zu],", i, i);
		b.p[b.n - 1] = '}';
		bool plain = scan(buf_str(&b));
		ok(plain && scanner.n == 1 + 3 * n, "%zu keys that differ", n);
		b.n--;
		second = b.n + 1;
		buf_printf(&b, ",\"k\\u0065y%zu\":0,\"key%zu\":0}", n / 2, n / 2);
		bool twice = scan(buf_str(&b));
		ok(!twice && fault.offset == second && strcmp(fault.code, "duplicate_key") == 0,
			"%zu keys and one twice, at %zu", n, fault.offset);
		buf_release(&b);
	}
}

static void
test_numbers(void)
{
	static const char *const good[] = { "0", "-0", "7", "-12", "0.0", "1.50", "1e3", "1E-3",
		"0e0", "-0.1e+10", "123456789012345678901234567890.5" };
	static const char *const bad[] = { "", "-", "+5", " 5", "5 ", ".5", "5.", "05", "-05", "1e",
		"1e+", "1_000", "0x1", "NaN", "1.2.3", "--1", "1/3", "\xd9\xa1" };

	for (size_t i = 0; i < countof(good); i++)
		ok(json_is_number(exact(str_c(good[i]))), "%s is a number", good[i]);
	for (size_t i = 0; i < countof(bad); i++)
		ok(!json_is_number(exact(str_c(bad[i]))), "'%s' is none", bad[i]);
}

int
main(void)
{
	json_scanner_init(&scanner);
	test_accepted();
	test_prefixes();
	test_nodes();
	test_raw();
	test_refused();
	test_fault_texts();
	test_depth();
	test_string_widths();
	test_utf8_agrees();
	test_mutations();
	test_many_keys();
	test_numbers();
	ok(!json_scan(&scanner, (struct str){ "1", JSON_MAX_TEXT + 1 }, &fault) &&
			strcmp(fault.code, "json_too_long") == 0,
		"too long a text is refused unread");
	json_scanner_release(&scanner);
	buf_release(&copy);
	return done();
}
