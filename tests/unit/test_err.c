#include "base/err.h"

#include <string.h>

#include "tests/unit/tap.h"

static void
test_first_wins(void)
{
	struct err e = ERR_INIT;

	ok(e.kind == ERR_NONE, "a fresh one holds nothing");
	ok(!err_set(&e, ERR_BUSY, "lock_busy", "the lock of %s is held", "a.db"), "setting fails");
	is_int(e.kind, ERR_BUSY, "kind");
	is_str(e.code, "lock_busy", "code");
	is_str(e.text, "the lock of a.db is held", "text");
	is_str(e.field, "", "no field");
	ok(!e.has_value && !e.has_offset && e.file == NULL && e.line == 0, "no value, no place");

	ok(!err_set(&e, ERR_FATAL, "io", "other"), "a second failure fails too");
	ok(!err_field(&e, ERR_INPUT, "event.timestamp", STR("timestamp"), STR("x"), "third"),
		"a third as well");
	is_int(e.kind, ERR_BUSY, "the first kind stays");
	is_str(e.text, "the lock of a.db is held", "the first text stays");
	is_str(e.field, "", "no field came with the third");
	ok(!e.has_value, "nor a value");

	err_clear(&e);
	ok(e.kind == ERR_NONE && e.code == NULL && e.text[0] == '\0', "cleared");
}

static void
test_field(void)
{
	struct err e = ERR_INIT;
	char word[] = "no month 13";

	ok(!err_field(&e, ERR_INPUT, "event.timestamp", STR("events[3].timestamp"),
		   STR("2024-13-01T00:00:00Z"), "%s", word),
		"a field's failure");
	word[0] = 'X';
	is_str(e.code, "event.timestamp", "its code");
	is_str(e.field, "events[3].timestamp", "its path");
	is_str(e.value, "2024-13-01T00:00:00Z", "its value");
	is_str(e.text, "no month 13", "its text, copied");
	ok(e.has_value, "it has a value");

	err_clear(&e);
	err_field(&e, ERR_INPUT, "missing_field", STR("name"), (struct str){ NULL, 0 }, "required");
	ok(!e.has_value, "a missing value is none");
	err_clear(&e);
	err_field(&e, ERR_INPUT, "rate.name", STR("name"), STR(""), "empty");
	ok(e.has_value, "an empty one is one");
	is_str(e.value, "", "and empty");
}

static void
test_place(void)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_INPUT, "json_syntax", "unexpected ']'");
	ok(!err_at(&e, 17), "naming an offset fails along");
	err_at(&e, 4);
	ok(e.has_offset && e.offset == 17, "the first offset stays");
	ok(!err_place(&e, "usage.ndjson", 1042, 61), "naming a place fails along");
	err_place(&e, "other", 1, 1);
	is_str(e.file, "usage.ndjson", "the first file stays");
	is_int((int64_t)e.line, 1042, "its line");
	is_int((int64_t)e.column, 61, "its column");

	err_clear(&e);
	err_set(&e, ERR_INPUT, "json_syntax", "x");
	err_place(&e, NULL, 3, 0);
	err_place(&e, "late", 9, 9);
	ok(e.file == NULL && e.line == 3, "a line alone is a place");
}

/* Values of every length around the limit: whole, or cut with dots at a character's end. */
static void
test_cut(void)
{
	static const char *const units[] = { "x", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x92\xb6" };
	char text[1000];
	int wrong = 0, cut = 0;

	for (size_t u = 0; u < countof(units); u++)
		for (size_t n = 0; n <= 250; n++) {
			struct err e = ERR_INIT;
			size_t len = strlen(units[u]), at;

			for (size_t i = 0; i < n; i++)
				memcpy(text + i * len, units[u], len);
			struct str value = { text, n * len };
			err_field(&e, ERR_INPUT, "x.y", value, value, "long");

			struct str got = str_c(e.value), field = str_c(e.field);
			wrong += !str_utf8_valid(got, &at) || !str_utf8_valid(field, &at);
			if (str_eq(got, value))
				continue;
			cut++;
			wrong += value.n <= 200 || got.n > 203 || got.n < 200;
			wrong += memcmp(got.p, text, got.n - 3) != 0 ||
				!str_is((struct str){ got.p + got.n - 3, 3 }, "...");
			wrong += field.n > 159 || field.n < 156 ||
				memcmp(field.p, text, field.n) != 0;
		}
	is_int(wrong, 0, "long values are cut between characters, short ones are whole");
	ok(cut > 500, "%d of them were cut", cut);

	struct err e = ERR_INIT;
	memset(text, '\x80', sizeof(text));
	err_field(&e, ERR_INPUT, "x.y", STR("f"), (struct str){ text, sizeof(text) }, "bytes");
	is_int((int64_t)strlen(e.value), 203, "bytes that are no text are cut too");
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	err_clear(&e);
	err_set(&e, ERR_FATAL, "io", "%s", text);
	is_int((int64_t)strlen(e.text), (int64_t)sizeof(e.text) - 1, "a long text is cut");
}

static void
test_value(void)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_INPUT, "not_found", "no such thing");
	err_value(&e, STR("Acme"));
	err_value(&e, STR("Northwind"));
	ok(e.has_value, "a value may be named afterwards");
	is_str(e.value, "Acme", "the first one stays");
	err_clear(&e);
	err_field(&e, ERR_INPUT, "rate.price", STR("price"), (struct str){ NULL, 0 }, "missing");
	err_value(&e, STR("Acme"));
	ok(!e.has_value, "a failure of a field keeps what it said of it");
}

int
main(void)
{
	test_first_wins();
	test_field();
	test_place();
	test_value();
	test_cut();
	return done();
}
