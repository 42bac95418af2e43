#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct arena arena = ARENA_INIT;

static void
test_compare(void)
{
	static const char *const rising[] = { "", "A", "B", "a", "ab", "abc", "ac", "b", "\x7f",
		"\xc3\xa9" };
	int wrong = 0;

	for (size_t i = 0; i < countof(rising); i++)
		for (size_t j = 0; j < countof(rising); j++) {
			struct str x = str_c(rising[i]), y = str_c(rising[j]);
			int c = str_cmp(x, y), want = (i > j) - (i < j);
			wrong += (c > 0) - (c < 0) != want;
			wrong += str_eq(x, y) != (i == j);
			wrong += str_is(x, rising[j]) != (i == j);
			wrong += i == j && str_hash(x) != str_hash(str_dup(&arena, y));
		}
	is_int(wrong, 0, "byte order, equality and hash agree over all pairs");

	struct str mixed[] = { STR("b"), STR(""), STR("\xff"), STR("ab"), STR("a") };
	qsort(mixed, countof(mixed), sizeof(mixed[0]), str_cmp_qsort);
	ok(str_is(mixed[0], "") && str_is(mixed[1], "a") && str_is(mixed[2], "ab") &&
			str_is(mixed[3], "b") && str_is(mixed[4], "\xff"),
		"qsort puts bytes in order, the high ones last");

	ok(str_eq((struct str){ NULL, 0 }, STR("")),
		"an empty slice without bytes equals one with");
	ok(!str_eq(STR("a\0b"), STR("a\0c")), "bytes behind a NUL count");
	ok(!str_is(STR("a\0b"), "a"), "a text with a NUL is no shorter word");
	ok(str_is_nocase(STR("PrePaid"), "PREPAID"), "ASCII letters match in either case");
	ok(!str_is_nocase(STR("prepaid "), "PREPAID"), "a blank does not");
	ok(!str_is_nocase(STR("\xc3\xa9"), "\xc3\x89"), "letters beyond ASCII do not");
	ok(!str_is_nocase(STR("@["), "`{"), "nor what stands beside the letters");
	ok(str_starts(STR("tiers[2]"), "tiers"), "a prefix");
	ok(str_starts(STR(""), ""), "the empty prefix of nothing");
	ok(!str_starts(STR("tier"), "tiers"), "a longer one is none");
	ok(str_c(NULL).n == 0 && str_c(NULL).p == NULL, "NULL is the empty slice");
}

static void
test_hash(void)
{
	struct sweep s = sweep_start("hashes", 21);
	static uint64_t seen[1 << 16];
	char text[24];
	int same = 0, low = 0;

	for (size_t i = 0; i < countof(seen); i++) {
		size_t n = (size_t)snprintf(text, sizeof(text), "%zu", i);
		seen[i] = str_hash((struct str){ text, n });
		low += (seen[i] & 0xff) == 0;
	}
	for (int i = 0; i < 20000; i++) {
		size_t x = sweep_below(&s, countof(seen)), y = sweep_below(&s, countof(seen));
		same += x != y && seen[x] == seen[y];
	}
	is_int(same, 0, "numbers as text have hashes of their own");
	ok(low > 150 && low < 370, "and spread in the low bits: %d of 256 expected", low);
	for (size_t n = 1; n < sizeof(text); n++) {
		memset(text, 'x', sizeof(text));
		uint64_t h = str_hash((struct str){ text, n });
		for (size_t i = 0; i < n; i++) {
			text[i] = 'y';
			same += str_hash((struct str){ text, n }) == h;
			text[i] = 'x';
		}
		same += str_hash((struct str){ text, n - 1 }) == h;
	}
	is_int(same, 0, "each byte and the length count, at every length");
}

static void
test_copies(void)
{
	struct str s = str_dup(&arena, STR("a\0b"));

	ok(s.n == 3 && memcmp(s.p, "a\0b", 4) == 0, "a copy has all bytes and a NUL behind them");
	s = str_dup(&arena, (struct str){ NULL, 0 });
	ok(s.n == 0 && s.p != NULL && s.p[0] == '\0', "a copy of nothing is an empty text");
	s = str_printf(&arena, "%s[%d].%.*s", "tiers", 2, STR_FMT(STR("sizes")));
	is_str(s.p, "tiers[2].sizes", "a formatted text");
	is_int((int64_t)s.n, 14, "and its length");
}

static void
test_int64(void)
{
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "007", 7 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
	};
	static const char *const bad[] = { "", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "--1",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "1_0",
		"\xd9\xa1" };
	int64_t v;

	for (size_t i = 0; i < countof(good); i++) {
		v = 42;
		ok(str_to_int64(str_c(good[i].text), &v), "\"%s\" is an integer", good[i].text);
		is_int(v, good[i].value, "and its value");
	}
	for (size_t i = 0; i < countof(bad); i++) {
		v = 42;
		ok(!str_to_int64(str_c(bad[i]), &v) && v == 42, "\"%s\" is none", bad[i]);
	}
	v = 42;
	ok(!str_to_int64(STR("1\0"), &v) && v == 42, "a NUL behind it is seen");
}

static void
test_utf8(void)
{
	static const struct {
		const char *text;
		size_t points;
	} good[] = {
		{ "", 0 },
		{ "plain text over eight bytes", 27 },
		{ "\xc2\x80\xdf\xbf", 2 },
		{ "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 4 },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 2 },
		{ "Z\xc3\xbcrich \xe2\x82\xac 5 \xf0\x9f\x92\xb6", 12 },
	};
	static const struct {
		const char *text;
		size_t at;
		const char *why;
	} bad[] = {
		{ "12345678\x80", 8, "a continuation alone" },
		{ "a\xc0\xaf", 1, "an overlong slash" },
		{ "\xc1\xbf", 0, "an overlong letter" },
		{ "\xe0\x9f\xbf", 0, "three bytes where two do" },
		{ "\xed\xa0\x80", 0, "a surrogate" },
		{ "\xf0\x8f\xbf\xbf", 0, "four bytes where three do" },
		{ "\xf4\x90\x80\x80", 0, "a code point past U+10FFFF" },
		{ "\xf5\x80\x80\x80", 0, "a byte that never occurs" },
		{ "ok\xff", 2, "0xff" },
		{ "ab\xe2\x82", 2, "a sequence cut by the end" },
		{ "\xe2\x82x", 0, "a sequence cut by a letter" },
		{ "\xf0\x9f\x92x", 0, "a longer one cut by a letter" },
	};

	for (size_t i = 0; i < countof(good); i++) {
		size_t at = 99;
		ok(str_utf8_valid(str_c(good[i].text), &at) && at == 99, "valid UTF-8 %zu", i);
		is_int((int64_t)str_codepoints(str_c(good[i].text)), (int64_t)good[i].points,
			"and its code points");
	}
	for (size_t i = 0; i < countof(bad); i++) {
		size_t at = 99;
		ok(!str_utf8_valid(str_c(bad[i].text), &at), "refused: %s", bad[i].why);
		is_int((int64_t)at, (int64_t)bad[i].at, "and its place");
	}
}

/* Every code point, encoded here, is valid; with any one byte dropped it is not. */
static void
test_utf8_sweep(void)
{
	int refused = 0, passed = 0;

	for (uint32_t c = 0x80; c <= 0x10ffff; c += c < 0x3000 ? 1 : 37) {
		char p[4], cut[4];
		size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, at;

		for (size_t i = n; i-- > 1;)
			p[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
		p[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c >> 6 * (n - 1));
		refused += !str_utf8_valid((struct str){ p, n }, &at) !=
			(c >= 0xd800 && c <= 0xdfff);
		for (size_t drop = 0; drop < n; drop++) {
			memcpy(cut, p, drop);
			memcpy(cut + drop, p + drop + 1, n - drop - 1);
			passed += str_utf8_valid((struct str){ cut, n - 1 }, &at);
		}
	}
	is_int(refused, 0, "code points over the whole range are valid, surrogates not");
	is_int(passed, 0, "no sequence survives the loss of a byte");
}

static void
test_nearest(void)
{
	static const char *const words[] = { "create", "get", "list", "update", "set-aliases",
		"archive", "timestamp" };
	static const struct {
		const char *word;
		const char *want;
	} cases[] = {
		{ "craete", "create" },
		{ "lst", "list" },
		{ "lists", "list" },
		{ "Timestamp", "timestamp" },
		{ "set-alias", "set-aliases" },
		{ "achrive", "archive" },
		{ "list", "list" },
		{ "", NULL },
		{ "x", NULL },
		{ "gt", "get" },
		{ "gte", "get" },
		{ "lixx", NULL },
		{ "delete", NULL },
		{ "quantity", NULL },
		{ "listlistlistlistlistlistlistlistlistlistlistlistlistlistlistlistlistlist",
			NULL },
	};

	for (size_t i = 0; i < countof(cases); i++)
		is_str(str_nearest(str_c(cases[i].word), words, countof(words)), cases[i].want,
			"nearest to \"%s\"", cases[i].word);
	is_str(str_nearest(STR("get"), words, 0), NULL, "nothing is near to nothing");
}

static void
test_buf(void)
{
	struct buf b = BUF_INIT;
	bool same = true;

	ok(buf_str(&b).n == 0, "an empty buffer");
	is_str(buf_cstr(&b), "", "ends in a NUL all the same");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	is_int((int64_t)b.n, 3890, "a thousand numbers");
	const char *p = buf_cstr(&b);
	for (int i = 0; i < 1000; i++) {
		struct str want = str_printf(&arena, "%d,", i);
		same = same && str_starts(str_c(p), want.p);
		p += want.n;
	}
	ok(same && *p == '\0', "in order");

	buf_clear(&b);
	buf_add_c(&b, "a");
	buf_add_char(&b, '\0');
	buf_add_str(&b, STR("bc"));
	buf_add_str(&b, (struct str){ NULL, 0 });
	buf_add(&b, "de", 1);
	ok(str_eq(buf_str(&b), STR("a\0bcd")), "bytes of every kind, a NUL too");
	buf_cstr(&b);
	is_int((int64_t)b.n, 5, "the closing NUL does not count");
	buf_reserve(&b, 10000);
	ok(b.cap - b.n >= 10000 && str_eq(buf_str(&b), STR("a\0bcd")), "room made, contents kept");
	buf_release(&b);
	ok(b.p == NULL && b.n == 0 && b.cap == 0, "released");
}

static void
test_ascii(void)
{
	int wrong = 0;

	for (int i = -128; i < 128; i++) {
		char c = (char)i;
		bool upper = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", i) != NULL && i != 0;
		bool lower = strchr("abcdefghijklmnopqrstuvwxyz", i) != NULL && i != 0;
		bool digit = strchr("0123456789", i) != NULL && i != 0;

		wrong += ascii_is_alpha(c) != (upper || lower) || ascii_is_digit(c) != digit;
		wrong += ascii_lower(c) != (upper ? c + 32 : c);
		wrong += ascii_upper(c) != (lower ? c - 32 : c);
	}
	is_int(wrong, 0, "letters and digits are those of ASCII, for every byte");
}

int
main(void)
{
	test_compare();
	test_hash();
	test_copies();
	test_int64();
	test_utf8();
	test_utf8_sweep();
	test_nearest();
	test_buf();
	test_ascii();
	arena_release(&arena);
	return done();
}
