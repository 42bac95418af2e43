#include "base/instant.h"

#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define FIRST (INT64_MIN + 1)
#define LAST INT64_MAX

static int64_t
at(const char *text)
{
	struct instant_why why = { "" };
	int64_t t_ns = 0;

	if (!instant_parse(str_c(text), INSTANT_DATE, &t_ns, &why))
		note("the test itself is wrong: %s: %s", text, why.text);
	return t_ns;
}

static const char *
text_of(int64_t t_ns)
{
	static char text[4][INSTANT_TEXT_SIZE];
	static unsigned turn;

	return instant_text(t_ns, text[turn++ % 4]);
}

static void
test_parse(void)
{
	static const struct {
		const char *text;
		unsigned forms;
		const char *want;
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z" },
		{ "2024-09-27T02:00:00.5+02:00", 0, "2024-09-27T00:00:00.5Z" },
		{ "2024-09-27t02:00:00z", 0, "2024-09-27T02:00:00Z" },
		{ "2024-09-27 02:00:00Z", 0, "2024-09-27T02:00:00Z" },
		{ "2024-02-29T23:59:59.999999999Z", 0, "2024-02-29T23:59:59.999999999Z" },
		{ "2024-02-29T23:59:59.100000000Z", 0, "2024-02-29T23:59:59.1Z" },
		{ "2024-02-29T23:59:59.000Z", 0, "2024-02-29T23:59:59Z" },
		{ "2024-12-31T23:00:00-01:00", 0, "2025-01-01T00:00:00Z" },
		{ "2024-01-01T00:00:00+23:59", 0, "2023-12-31T00:01:00Z" },
		{ "2024-01-01T00:00:00-00:00", 0, "2024-01-01T00:00:00Z" },
		{ "2024-01-01T05:30:00+05:30", 0, "2024-01-01T00:00:00Z" },
		{ "2000-02-29T00:00:00Z", 0, "2000-02-29T00:00:00Z" },
		{ "2024-09-27", INSTANT_DATE, "2024-09-27T00:00:00Z" },
		{ "2024-09-27T02:00:00", INSTANT_UTC, "2024-09-27T02:00:00Z" },
		{ "2024-09-27T02:00:00+01:00", INSTANT_UTC, "2024-09-27T01:00:00Z" },
		{ "2024-09-27", INSTANT_DATE | INSTANT_UTC, "2024-09-27T00:00:00Z" },
		{ "1677-09-21T00:12:43.145224193Z", 0, "1677-09-21T00:12:43.145224193Z" },
		{ "2262-04-11T23:47:16.854775807Z", 0, "2262-04-11T23:47:16.854775807Z" },
		{ "2262-04-12T23:46:16.854775807+23:59", 0, "2262-04-11T23:47:16.854775807Z" },
		{ "1677-09-20T00:13:43.145224193-23:59", 0, "1677-09-21T00:12:43.145224193Z" },
	};

	for (size_t i = 0; i < countof(good); i++) {
		struct instant_why why = { "" };
		int64_t t_ns = 42;

		ok(instant_parse(str_c(good[i].text), good[i].forms, &t_ns, &why), "%s",
			good[i].text);
		is_str(why.text, "", "has nothing against it");
		is_str(text_of(t_ns), good[i].want, "is that instant");
	}
	is_int(at("1970-01-01T00:00:00.000000001Z"), 1, "the unit is the nanosecond");
	is_int(at("1969-12-31T23:59:59.999999999Z"), -1, "before the epoch too");
	is_int(at("1677-09-21T00:12:43.145224193Z"), FIRST, "the first instant");
	is_int(at("2262-04-11T23:47:16.854775807Z"), LAST, "the last instant");
	is_int(at("2024-09-27"), INT64_C(1727395200) * NS_PER_SECOND, "midnight UTC");
}

static void
test_refusals(void)
{
	static const struct {
		const char *text;
		unsigned forms;
		const char *why;
	} bad[] = {
		{ "", 3, "not a time (YYYY-MM-DDThh:mm:ssZ)" },
		{ "yesterday", 3, "not a time (YYYY-MM-DDThh:mm:ssZ)" },
		{ " 2024-01-01T00:00:00Z", 3, "not a time (YYYY-MM-DDThh:mm:ssZ)" },
		{ "-2024-01-01T00:00:00Z", 3, "not a time (YYYY-MM-DDThh:mm:ssZ)" },
		{ "24-01-01T00:00:00Z", 3, "the year must have 4 digits" },
		{ "12024-01-01T00:00:00Z", 3, "the year must have 4 digits" },
		{ "1727395200", 3, "the year must have 4 digits" },
		{ "2024", 3, "'-' missing after the year" },
		{ "2024/01/01T00:00:00Z", 3, "'-' missing after the year" },
		{ "2024-1-01T00:00:00Z", 3, "the month must have 2 digits" },
		{ "2024-13-01T00:00:00Z", 3, "no month 13" },
		{ "2024-00-01T00:00:00Z", 3, "no month 0" },
		{ "2024-01", 3, "'-' missing after the month" },
		{ "2024-01-1T00:00:00Z", 3, "the day must have 2 digits" },
		{ "2024-01-001T00:00:00Z", 3, "the day must have 2 digits" },
		{ "2023-02-30T00:00:00Z", 3, "no day 30 in February 2023" },
		{ "2023-02-29T00:00:00Z", 3, "no day 29 in February 2023" },
		{ "1900-02-29T00:00:00Z", 3, "no day 29 in February 1900" },
		{ "2024-04-31T00:00:00Z", 3, "no day 31 in April 2024" },
		{ "2024-04-00T00:00:00Z", 3, "no day 0 in April 2024" },
		{ "2024-01-01", 0, "time missing (a date alone is not accepted here)" },
		{ "2024-01-01", INSTANT_UTC, "time missing (a date alone is not accepted here)" },
		{ "2024-01-01Z", 3, "'T' missing after the date" },
		{ "2024-01-01  00:00:00Z", 3, "the hour must have 2 digits" },
		{ "2024-01-01_00:00:00Z", 3, "'T' missing after the date" },
		{ "2024-01-01T", 3, "the hour must have 2 digits" },
		{ "2024-01-01T24:00:00Z", 3, "no hour 24" },
		{ "2024-01-01T00", 3, "minutes missing" },
		{ "2024-01-01T00:60:00Z", 3, "no minute 60" },
		{ "2024-01-01T00:5:00Z", 3, "the minute must have 2 digits" },
		{ "2024-01-01T00:00Z", 3, "seconds missing" },
		{ "2024-01-01T00:00", 3, "seconds missing" },
		{ "2016-12-31T23:59:60Z", 3, "second 60: leap seconds are not accepted" },
		{ "2024-01-01T00:00:61Z", 3, "no second 61" },
		{ "2024-01-01T00:00:00.Z", 3, "digits missing after '.'" },
		{ "2024-01-01T00:00:00,5Z", 3,
			"unexpected text where the offset belongs (Z or +hh:mm)" },
		{ "2024-01-01T00:00:00.1234567890Z", 3, "more than 9 fractional digits" },
		{ "2024-01-01T00:00:00", INSTANT_DATE, "offset missing (Z or +hh:mm)" },
		{ "2024-01-01T00:00:00.5", 0, "offset missing (Z or +hh:mm)" },
		{ "2024-01-01T00:00:00 Z", 3,
			"unexpected text where the offset belongs (Z or +hh:mm)" },
		{ "2024-01-01T00:00:00+1:00", 3, "the hour of the offset must have 2 digits" },
		{ "2024-01-01T00:00:00+0100", 3, "the hour of the offset must have 2 digits" },
		{ "2024-01-01T00:00:00+01", 3, "':' missing in the offset (Z or +hh:mm)" },
		{ "2024-01-01T00:00:00+24:00", 3, "no offset +24:00" },
		{ "2024-01-01T00:00:00-01:60", 3, "no offset -01:60" },
		{ "2024-01-01T00:00:00ZZ", 3, "unexpected text after the offset" },
		{ "2024-01-01T00:00:00Z ", 3, "unexpected text after the offset" },
		{ "2024-01-01T00:00:00+01:00Z", 3, "unexpected text after the offset" },
		{ "0000-01-01T00:00:00Z", 3,
			"before 1677-09-21T00:12:43.145224193Z, the first instant kept" },
		{ "1677-09-21T00:12:43.145224192Z", 3,
			"before 1677-09-21T00:12:43.145224193Z, the first instant kept" },
		{ "1677-09-21T00:13:43.145224192+00:01", 3,
			"before 1677-09-21T00:12:43.145224193Z, the first instant kept" },
		{ "2262-04-11T23:47:16.854775808Z", 3,
			"after 2262-04-11T23:47:16.854775807Z, the last instant kept" },
		{ "9999-12-31T23:59:59-23:59", 3,
			"after 2262-04-11T23:47:16.854775807Z, the last instant kept" },
	};

	for (size_t i = 0; i < countof(bad); i++) {
		struct instant_why why = { "" };
		int64_t t_ns = 42;

		ok(!instant_parse(str_c(bad[i].text), bad[i].forms, &t_ns, &why), "refused: \"%s\"",
			bad[i].text);
		is_str(why.text, bad[i].why, "because of that");
		is_int(t_ns, 42, "and the result stays");
	}

	struct instant_why why = { "" };
	int64_t t_ns = 42;
	ok(!instant_parse((struct str){ NULL, 0 }, 3, &t_ns, &why) && t_ns == 42,
		"nothing is no instant");
	ok(!instant_parse(STR("2024-01-01T00:00:00Z\0"), 3, &t_ns, &why),
		"a NUL behind it is seen");
	ok(instant_parse((struct str){ "2024-01-01T00:00:00Z!", 20 }, 3, &t_ns, &why),
		"a slice ends where it ends");
}

/* Each day of the whole range, counted here by month lengths alone. */
static void
test_every_day(void)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = 1677, month = 9, day = 22, wrong = 0;
	int64_t n = 0;

	for (int64_t t_ns = at("1677-09-22"); t_ns <= at("2262-04-10"); t_ns += NS_PER_DAY, n++) {
		struct civil c = instant_civil(t_ns + (n * 7919 % NS_PER_DAY));
		int64_t back_ns = 0;

		wrong += c.year != year || c.month != month || c.day != day;
		wrong += !instant_from_civil((struct civil){ year, month, day, 0 }, &back_ns) ||
			back_ns != t_ns;

		bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
		int length = lengths[month - 1] + (leap && month == 2);
		wrong += days_in_month(year, month) != length;
		wrong += day == length &&
			instant_from_civil((struct civil){ year, month, day + 1, 0 }, &back_ns);
		day = day == length ? 1 : day + 1;
		month += day == 1;
		if (month > 12) {
			month = 1;
			year++;
		}
	}
	is_int(wrong, 0, "the calendar agrees day by day");
	is_int(n, 213502, "over 584 years");
}

static int64_t
any(struct sweep *s)
{
	static const int64_t edges[] = { FIRST, FIRST + 1, LAST, LAST - 1, 0, -1, 1 };
	uint64_t pick = sweep_below(s, 20);
	int64_t t_ns = pick < countof(edges) ? edges[pick] : sweep_int64(s);

	return t_ns == INSTANT_NONE ? FIRST : t_ns;
}

static void
test_laws(void)
{
	struct sweep s = sweep_start("instants", 61);
	int texts = 0, order = 0, days = 0, floors = 0;

	for (int i = 0; i < 50000; i++) {
		int64_t x = any(&s), y = any(&s), got = 0;
		char a[INSTANT_TEXT_SIZE], b[INSTANT_TEXT_SIZE];
		struct instant_why why;

		texts += !instant_parse(str_c(instant_text(x, a)), 0, &got, &why) || got != x;
		texts += !instant_parse(str_c(instant_text_nine(x, a)), 0, &got, &why) || got != x;
		texts += strlen(a) != 30 || strncmp(a, instant_text(x, b), 19) != 0;
		int c = strcmp(instant_text_nine(x, a), instant_text_nine(y, b));
		order += (c > 0) - (c < 0) != (x > y) - (x < y);

		int64_t n = (int64_t)sweep_below(&s, 200000) - 100000;
		if (instant_add_days(x, n, &got))
			days += (got - x) / NS_PER_DAY != n || !instant_add_days(got, -n, &got) ||
				got != x;
		else
			days += n > 0 ? x <= LAST - n * NS_PER_DAY : x >= FIRST - n * NS_PER_DAY;

		int64_t step = (int64_t)(sweep_next(&s) >> (1 + sweep_below(&s, 62))) + 1;
		int64_t f = instant_floor(x, step);
		floors += f > x || (f % step != 0 && f != FIRST) ||
			(f % step == 0 && x - f >= step);
		floors += instant_on_hour(x) != (instant_floor(x, NS_PER_HOUR) == x && x != FIRST);
	}
	is_int(texts, 0, "texts read back");
	is_int(order, 0, "text order is time order");
	is_int(days, 0, "days there and back");
	is_int(floors, 0, "floors are multiples just below");
	is_int(instant_floor(-1, NS_PER_HOUR), -NS_PER_HOUR, "a floor goes down, also below zero");
	is_int(instant_floor(FIRST, NS_PER_DAY), FIRST, "and stops at the first instant");
}

/* The usual form is read on a way of its own: t for T takes the other, to the same end. */
static void
test_usual_form(void)
{
	static const char bytes[] = "0123456789-:.TZtz+ ";
	struct sweep s = sweep_start("usual forms", 62);
	int apart = 0, taken = 0;

	for (int i = 0; i < 100000; i++) {
		char text[INSTANT_TEXT_SIZE], other[INSTANT_TEXT_SIZE];
		int64_t x = any(&s), one = 0, two = 0;
		struct instant_why why, other_why;

		if (sweep_below(&s, 2) == 0)
			x = instant_floor(x, NS_PER_SECOND);
		instant_text(x, text);
		size_t n = strlen(text), k = sweep_below(&s, n);

		if (k != 10)
			text[k] = bytes[sweep_below(&s, sizeof(bytes) - 1)];
		n -= sweep_below(&s, 20) == 0;
		memcpy(other, text, sizeof(other));
		other[10] = 't';
		bool ok_one = instant_parse((struct str){ text, n }, 0, &one, &why);
		bool ok_two = instant_parse((struct str){ other, n }, 0, &two, &other_why);

		apart += ok_one != ok_two || one != two ||
			(!ok_one && strcmp(why.text, other_why.text) != 0);
		taken += ok_one;
	}
	is_int(apart, 0, "T or t, read or refused alike");
	ok(taken > 1000 && taken < 99000, "%d of them were read", taken);
}

static void
test_months(void)
{
	static const struct {
		const char *from;
		int64_t months;
		const char *want;
	} cases[] = {
		{ "2026-01-31", 1, "2026-02-28T00:00:00Z" },
		{ "2024-01-31", 1, "2024-02-29T00:00:00Z" },
		{ "2026-01-31", 2, "2026-03-31T00:00:00Z" },
		{ "2026-01-31", 3, "2026-04-30T00:00:00Z" },
		{ "2024-02-29", 12, "2025-02-28T00:00:00Z" },
		{ "2024-02-29", 48, "2028-02-29T00:00:00Z" },
		{ "2024-02-29", -1, "2024-01-29T00:00:00Z" },
		{ "2024-03-31", -1, "2024-02-29T00:00:00Z" },
		{ "2024-01-15T21:00:00.5Z", -13, "2022-12-15T21:00:00.5Z" },
		{ "2024-12-31", 0, "2024-12-31T00:00:00Z" },
		{ "1677-09-21T00:12:43.145224193Z", 7010, "2261-11-21T00:12:43.145224193Z" },
	};
	static const int64_t outside[] = { 12000, -12000, INT64_MAX, INT64_MIN, INT64_MAX / 12,
		3000, -5000 };
	struct sweep s = sweep_start("months", 62);
	int wrong = 0;

	for (size_t i = 0; i < countof(cases); i++) {
		int64_t got = 0;
		ok(instant_add_months(at(cases[i].from), cases[i].months, &got), "%s and %d months",
			cases[i].from, (int)cases[i].months);
		is_str(text_of(got), cases[i].want, "that is");
	}
	for (size_t i = 0; i < countof(outside); i++) {
		int64_t got = 42;
		ok(!instant_add_months(at("2024-01-31"), outside[i], &got) && got == 42,
			"%" PRId64 " months leave the range", outside[i]);
	}

	int64_t got_ns = 42;
	ok(!instant_add_days(at("2024-01-31"), 100000, &got_ns) && got_ns == 42, "too many days");
	ok(!instant_add_days(at("2024-01-31"), INT64_MIN, &got_ns) && got_ns == 42,
		"as many as there are");

	/* A day every month has comes back; any day is clamped to its month's last. */
	for (int i = 0; i < 50000; i++) {
		int64_t x = any(&s), n = (int64_t)sweep_below(&s, 4000) - 2000, got = 0, back = 0;
		struct civil c = instant_civil(x), d;

		if (!instant_add_months(x, n, &got))
			continue;
		d = instant_civil(got);
		int last = days_in_month(d.year, d.month);
		wrong += d.year * 12 + d.month != c.year * 12 + c.month + n;
		wrong += d.day != (c.day < last ? c.day : last) || d.of_day_ns != c.of_day_ns;
		if (c.day <= 28)
			wrong += !instant_add_months(got, -n, &back) || back != x;
	}
	is_int(wrong, 0, "months move the month alone and there and back again");
}

static void
test_from_civil(void)
{
	static const struct civil bad[] = {
		{ 2024, 0, 1, 0 },
		{ 2024, 13, 1, 0 },
		{ 2024, -1, 1, 0 },
		{ 2024, 1, 0, 0 },
		{ 2024, 1, 32, 0 },
		{ 2023, 2, 29, 0 },
		{ 2024, 1, 1, -1 },
		{ 2024, 1, 1, NS_PER_DAY },
		{ 1677, 9, 20, NS_PER_DAY - 1 },
		{ 1677, 9, 21, 0 },
		{ 2262, 4, 12, 0 },
		{ 2262, 4, 11, NS_PER_DAY - 1 },
		{ INT32_MAX, 12, 31, 0 },
		{ INT32_MIN, 1, 1, 0 },
	};

	for (size_t i = 0; i < countof(bad); i++) {
		int64_t got = 42;
		ok(!instant_from_civil(bad[i], &got) && got == 42, "no instant: %d-%d-%d",
			bad[i].year, bad[i].month, bad[i].day);
	}
	struct civil first = instant_civil(FIRST), last = instant_civil(LAST);
	int64_t got = 0;
	ok(instant_from_civil(first, &got) && got == FIRST, "the first instant, taken apart");
	ok(instant_from_civil(last, &got) && got == LAST, "the last one");
	ok(instant_on_hour(at("2024-01-01T05:00:00Z")), "an hour");
	ok(instant_on_hour(at("1950-01-01T05:00:00Z")), "an hour before the epoch");
	ok(!instant_on_hour(at("2024-01-01T05:30:00Z")), "half past is none");
	ok(!instant_on_hour(at("2024-01-01T05:00:00Z") + 1), "nor a nanosecond past");
}

int
main(void)
{
	test_parse();
	test_refusals();
	test_every_day();
	test_laws();
	test_usual_form();
	test_months();
	test_from_civil();
	return done();
}
