#include "domain/event_columns.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)? of at most 18 digits, and not a negative zero: letter by letter. */
static bool
is_canonical(const char *s)
{
	size_t digits = 0;
	bool zero = true, negative = *s == '-';

	s += negative;
	if (!is_digit(*s) || (s[0] == '0' && is_digit(s[1])))
		return false;
	for (; is_digit(*s); s++, digits++)
		zero = zero && *s == '0';
	if (*s == '.') {
		if (!is_digit(*++s))
			return false;
		for (; is_digit(*s); s++, digits++)
			zero = zero && *s == '0';
	}
	return *s == '\0' && digits <= 18 && !(negative && zero);
}

/* The slice has nothing behind it, so that valgrind sees who reads on. */
static bool
take(const char *text, int64_t *mantissa, unsigned *scale)
{
	struct arena a = ARENA_INIT;
	struct str s = str_c(text);
	char *p = arena_alloc(&a, s.n);
	bool taken;

	memcpy(p, s.p, s.n);
	taken = cell_decimal((struct str){ p, s.n }, mantissa, scale);
	arena_release(&a);
	return taken;
}

/* Taken just when it is canonical, and then the same text again. */
static bool
holds(const char *text)
{
	char room[CELL_TEXT_SIZE];
	int64_t mantissa = 0;
	unsigned scale = 0;

	if (take(text, &mantissa, &scale) != is_canonical(text)) {
		note("\"%s\": %s", text, is_canonical(text) ? "refused" : "taken");
		return false;
	}
	if (!is_canonical(text) || str_is(cell_decimal_text(mantissa, scale, room), text))
		return true;
	note("\"%s\" became %" PRId64 " at %u", text, mantissa, scale);
	return false;
}

static void
test_taken(void)
{
	static const struct {
		const char *text;
		int64_t mantissa;
		unsigned scale;
	} cases[] = {
		{ "0", 0, 0 },
		{ "7", 7, 0 },
		{ "-7", -7, 0 },
		{ "1523", 1523, 0 },
		{ "412.5", 4125, 1 },
		{ "1.50", 150, 2 },
		{ "0.0", 0, 1 },
		{ "0.05", 5, 2 },
		{ "-0.05", -5, 2 },
		{ "100", 100, 0 },
		{ "12345678", 12345678, 0 },
		{ "1234567.8", 12345678, 1 },
		{ "123456789", 123456789, 0 },
		{ "999999999999999999", INT64_C(999999999999999999), 0 },
		{ "-999999999999999999", -INT64_C(999999999999999999), 0 },
		{ "0.00000000000000001", 1, 17 },
		{ "-9.99999999999999999", -INT64_C(999999999999999999), 17 },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		int64_t mantissa = 99;
		unsigned scale = 99;

		ok(take(cases[i].text, &mantissa, &scale), "%s is taken", cases[i].text);
		is_int(mantissa, cases[i].mantissa, "  its mantissa");
		is_int(scale, cases[i].scale, "  its scale");
		ok(holds(cases[i].text), "  its text");
	}
}

static void
test_refused(void)
{
	static const char *const cases[] = { "", "-", ".", "-.", "+1", "1.", ".5", "-.5", "00",
		"01", "00.5", "-01", "-0", "-0.0", "-0.00000000000000", "1e3", "1E3", "1.5e1",
		"1..5", "1.5.", "1.2.3", "1,5", " 1", "1 ", "0x1", "--1", "1-", "1.-5", "NaN",
		"12345678a", "12a", "large-v2", "\xd9\xa1", "1\t", "1234567890123456789",
		"0.123456789012345678", "99999999999999999999", "-1234567890123456789",
		"18446744073709551617", "1.000000000000000000" };

	for (size_t i = 0; i < countof(cases); i++) {
		int64_t mantissa = 99;
		unsigned scale = 99;

		ok(!take(cases[i], &mantissa, &scale) && mantissa == 99 && scale == 99,
			"\"%s\" is refused, nothing is set", cases[i]);
	}
	ok(!cell_decimal((struct str){ NULL, 0 }, NULL, NULL), "no text is refused");
	ok(!cell_decimal((struct str){ "1\0", 2 }, NULL, NULL), "a NUL is no digit");
}

/* Every text of up to six of these characters. */
static void
test_all_short(void)
{
	static const char letters[] = "0159.-e ";
	char text[7];
	int wrong = 0, n = 0;

	for (size_t length = 1; length < sizeof(text); length++) {
		uint32_t count = 1;

		for (size_t i = 0; i < length; i++)
			count *= 8;
		for (uint32_t number = 0; number < count; number++) {
			for (size_t i = 0; i < length; i++)
				text[i] = letters[number >> 3 * i & 7];
			text[length] = '\0';
			wrong += !holds(text);
			n++;
		}
	}
	is_int(wrong, 0, "of %d short texts just the canonical are taken, and come back", n);
}

/* Long ones, where most characters are digits; and any byte in the midst of digits. */
static void
test_long(void)
{
	struct sweep s = sweep_start("decimals", 7);
	int wrong = 0, canonical = 0;

	for (int i = 0; i < 400000; i++) {
		char text[26];
		size_t n = 1 + (size_t)sweep_below(&s, 24);

		for (size_t k = 0; k < n; k++)
			text[k] = (char)('0' + sweep_below(&s, 10));
		text[n] = '\0';
		if (sweep_below(&s, 2) == 0)
			text[sweep_below(&s, n)] = '.';
		if (sweep_below(&s, 4) == 0)
			text[0] = '-';
		if (sweep_below(&s, 16) == 0)
			text[sweep_below(&s, n)] = (char)(1 + sweep_below(&s, 255));
		canonical += is_canonical(text);
		wrong += !holds(text);
	}
	is_int(wrong, 0, "so it is with long ones, %d of them canonical", canonical);
	ok(canonical > 50000 && canonical < 350000, "both sorts were there");
}

/* Mantissas and scales there and back, where the text has few enough digits. */
static void
test_back(void)
{
	struct sweep s = sweep_start("mantissas", 8);
	int wrong = 0, long_ones = 0;

	for (int i = 0; i < 100000; i++) {
		int64_t m = sweep_int64(&s), mantissa = 0;
		unsigned scale = (unsigned)sweep_below(&s, CELL_SCALE_MAX + 1), got = 99;
		char room[CELL_TEXT_SIZE];
		struct str text = cell_decimal_text(m, scale, room);
		bool fits = text.n - (m < 0) - (scale > 0) <= 18;

		wrong += text.p < room || text.p + text.n > room + sizeof(room);
		wrong += cell_decimal(text, &mantissa, &got) != fits;
		wrong += fits && (mantissa != m || got != scale);
		long_ones += !fits;
	}
	is_int(wrong, 0, "mantissa and scale come back, %d of them too long to be taken",
		long_ones);
	char room[CELL_TEXT_SIZE];
	struct str least = cell_decimal_text(INT64_MIN, CELL_SCALE_MAX, room);
	ok(str_is(least, "-9.223372036854775808"), "the least number at the greatest scale");
}

/* ---- rows ---- */

static const struct cell_text texts[] = {
	{ { "large-v2", 8 }, JSON_STRING },
	{ { NULL, 0 }, JSON_NULL },
	{ { "", 0 }, JSON_STRING },
	{ { "1e3", 3 }, JSON_NUMBER },
	{ { "true", 4 }, JSON_TRUE },
	{ { "{\"a\":[1]}", 9 }, JSON_OBJECT },
};

static const struct event_column columns[] = {
	{ .name = { "model", 5 },
		.read = true,
		.kind = CELL_TEXT,
		.values = (const int64_t[]){ 0, 0, 0, 0, 0, 0 },
		.texts = texts,
		.ntexts = countof(texts) },
	{ .name = { "unread", 6 } },
	{ .name = { "n", 1 },
		.read = true,
		.kind = CELL_MIXED,
		.kinds = (const uint8_t[]){ CELL_NUMBER, CELL_DIGITS + 2, CELL_TEXT, CELL_TEXT,
			CELL_TEXT, CELL_TEXT },
		.values = (const int64_t[]){ -5, 150, 1, 3, 4, 5 },
		.texts = texts,
		.ntexts = countof(texts) },
	{ .name = { "cost", 4 },
		.read = true,
		.kind = CELL_NUMBER + 1,
		.values = (const int64_t[]){ 5, 0, -5, 10, 11, 12 } },
};

static const struct event_columns rows = {
	.event_type = { "tokens", 6 },
	.n = 6,
	.timestamps_ns = (const int64_t[]){ 1000000000, 2, 3, 4, 5, 6 },
	.customers = (const uint32_t[]){ 1, 1, 1, 0, 0, 0 },
	.customer_keys = (const struct str[]){ { "acme", 4 }, { "northwind", 9 } },
	.properties = columns,
	.nproperties = countof(columns),
	.ids = (const struct str[]){ { "t0", 2 }, { "t1", 2 }, { "t2", 2 }, { "t3", 2 },
		{ "t4", 2 }, { "t5", 2 } },
};

static const char *
json_of(struct arena *a, const struct event_columns *c, size_t row)
{
	struct property properties[countof(columns)];
	char room[countof(columns) * CELL_TEXT_SIZE];
	struct buf b = BUF_INIT;
	struct event ev;
	struct jsonw w;
	struct str text;

	event_row(c, row, properties, room, &ev);
	jsonw_init(&w, &b);
	event_to_json(&w, &ev);
	jsonw_release(&w);
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text.p;
}

#define ROW(id, customer, timestamp, n, cost) \
	"{\"transaction_id\":\"" id "\",\"customer_id\":\"" customer \
	"\",\"event_type\":\"tokens\",\"timestamp\":\"1970-01-01T00:00:0" timestamp \
	"Z\",\"properties\":{\"model\":\"large-v2\",\"n\":" n ",\"cost\":" cost "}}"

static void
test_rows(void)
{
	static const char *const wanted[] = {
		ROW("t0", "northwind", "1", "-5", "0.5"),
		ROW("t1", "northwind", "0.000000002", "\"1.50\"", "0.0"),
		ROW("t2", "northwind", "0.000000003", "null", "-0.5"),
		ROW("t3", "acme", "0.000000004", "1e3", "1.0"),
		ROW("t4", "acme", "0.000000005", "true", "1.1"),
		ROW("t5", "acme", "0.000000006", "{\"a\":[1]}", "1.2"),
	};
	struct event_columns bare = rows;
	struct arena a = ARENA_INIT;
	struct property properties[countof(columns)];
	char room[countof(columns) * CELL_TEXT_SIZE];
	struct event ev;

	for (size_t i = 0; i < countof(wanted); i++)
		is_str(json_of(&a, &rows, i), wanted[i], "row %zu, without what was not read", i);
	bare.ids = NULL;
	bare.nproperties = 0;
	event_row(&bare, 3, properties, room, &ev);
	ok(ev.transaction_id.p == NULL && ev.transaction_id.n == 0, "no ids, no id");
	is_int((int64_t)ev.nproperties, 0, "no properties");
	is_int(ev.timestamp_ns, 4, "the timestamp");
	arena_release(&a);
}

static void
test_cells(void)
{
	char room[CELL_TEXT_SIZE];
	struct property p = event_cell(&columns[2], 1, room);

	ok(str_is(p.name, "n") && p.type == JSON_STRING && str_is(p.text, "1.50"),
		"digits are a string");
	p = event_cell(&columns[3], 2, room);
	ok(p.type == JSON_NUMBER && str_is(p.text, "-0.5"), "a decimal is a number");
	p = event_cell(&columns[2], 2, room);
	ok(p.type == JSON_NULL && p.text.p == NULL, "null has no text");
	p = event_cell(&columns[2], 3, room);
	ok(p.type == JSON_NUMBER && p.text.p == texts[3].text.p,
		"a literal of another form is in its column");
	is_int(cell_kind_at(&columns[2], 0), CELL_NUMBER, "kind of a row");
	is_int(cell_kind_at(&columns[3], 5), CELL_NUMBER + 1, "kind of all rows");
	is_int(cell_scale(CELL_DIGITS + 18), 18, "a scale");
	ok(cell_is_decimal(CELL_DIGITS + 18) && !cell_is_decimal(CELL_TEXT), "decimal or not");
}

int
main(void)
{
	test_taken();
	test_refused();
	test_all_short();
	test_long();
	test_back();
	test_rows();
	test_cells();
	return done();
}
