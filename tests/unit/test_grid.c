#include "base/grid.h"

#include "base/instant.h"

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

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
date_of(int64_t t_ns)
{
	static char text[INSTANT_TEXT_SIZE];

	return instant_text(t_ns, text);
}

static void
test_table(void)
{
	static const struct {
		const char *anchor;
		enum grid_unit unit;
		int step;
		const char *starts[5]; /* of cells -1 .. 3 */
	} cases[] = {
		{ "2026-01-31", GRID_MONTHS, 1,
			{ "2025-12-31T00:00:00Z", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z",
				"2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z" } },
		{ "2024-02-29", GRID_MONTHS, 12,
			{ "2023-02-28T00:00:00Z", "2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z",
				"2026-02-28T00:00:00Z", "2027-02-28T00:00:00Z" } },
		{ "2024-01-01", GRID_MONTHS, 3,
			{ "2023-10-01T00:00:00Z", "2024-01-01T00:00:00Z", "2024-04-01T00:00:00Z",
				"2024-07-01T00:00:00Z", "2024-10-01T00:00:00Z" } },
		{ "2024-09-10T21:00:00Z", GRID_MONTHS, 1,
			{ "2024-08-10T21:00:00Z", "2024-09-10T21:00:00Z", "2024-10-10T21:00:00Z",
				"2024-11-10T21:00:00Z", "2024-12-10T21:00:00Z" } },
		{ "2024-02-26", GRID_DAYS, 7,
			{ "2024-02-19T00:00:00Z", "2024-02-26T00:00:00Z", "2024-03-04T00:00:00Z",
				"2024-03-11T00:00:00Z", "2024-03-18T00:00:00Z" } },
		{ "1969-12-31T22:00:00Z", GRID_HOURS, 1,
			{ "1969-12-31T21:00:00Z", "1969-12-31T22:00:00Z", "1969-12-31T23:00:00Z",
				"1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z" } },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct grid g = { at(cases[i].anchor), cases[i].unit, cases[i].step };
		for (int k = -1; k <= 3; k++) {
			int64_t t_ns = 0;
			ok(grid_start(&g, k, &t_ns), "cell %d from %s", k, cases[i].anchor);
			is_str(date_of(t_ns), cases[i].starts[k + 1], "starts there");
		}
	}
}

static int64_t
any(struct sweep *s)
{
	int64_t t_ns = sweep_int64(s);

	if (sweep_below(s, 2) == 0)
		t_ns = instant_floor(t_ns == INSTANT_NONE ? 0 : t_ns, NS_PER_HOUR);
	return t_ns == INSTANT_NONE ? INSTANT_NONE + 1 : t_ns;
}

static struct grid
any_grid(struct sweep *s)
{
	static const int steps[] = { 1, 1, 1, 2, 3, 6, 7, 12, 24, 1000, INT32_MAX };

	return (struct grid){ any(s), (enum grid_unit)sweep_below(s, 3),
		steps[sweep_below(s, countof(steps))] };
}

/* Cells follow one another without gaps, and find, start and next agree on them. */
static void
test_laws(void)
{
	struct sweep s = sweep_start("grids", 71);
	int find = 0, next = 0, starts = 0, found = 0;

	for (int i = 0; i < 50000; i++) {
		struct grid g = any_grid(&s);
		int64_t t_ns = any(&s), k, start_ns = 0, end_ns = 0, got_ns = 42;

		if (i % 2 == 0 &&
			!instant_add_days(g.anchor_ns, (int64_t)sweep_below(&s, 4000) - 2000,
				&t_ns))
			t_ns = g.anchor_ns;
		if (i % 6 == 0 && !grid_start(&g, (int64_t)sweep_below(&s, 100) - 50, &t_ns))
			t_ns = g.anchor_ns;

		if (grid_find(&g, t_ns, &k)) {
			found++;
			find += !grid_start(&g, k, &start_ns) || !grid_start(&g, k + 1, &end_ns);
			find += start_ns > t_ns || t_ns >= end_ns;
			next += !grid_next(&g, t_ns, &got_ns) ||
				got_ns != (start_ns == t_ns ? t_ns : end_ns);
			next += !grid_next(&g, start_ns, &got_ns) || got_ns != start_ns;
			next += !grid_next(&g, end_ns - 1, &got_ns) ||
				(got_ns != end_ns && end_ns - 1 != start_ns);
		} else if (grid_next(&g, t_ns, &got_ns)) {
			next += got_ns <
				t_ns; /* the cell before it leaves the range, or its own end does */
		} else {
			next += got_ns != 42;
		}
		k = (int64_t)sweep_below(&s, 200) - 100;
		if (grid_start(&g, k, &start_ns) && grid_start(&g, k + 1, &end_ns)) {
			int64_t back = 0;
			starts += start_ns >= end_ns;
			starts += !grid_find(&g, start_ns, &back) || back != k;
			starts += !grid_find(&g, end_ns - 1, &back) || back != k;
		}
	}
	is_int(find, 0, "a cell holds what it was found for");
	is_int(next, 0, "the next start is the nearest");
	is_int(starts, 0, "a cell is found from both its ends");
	ok(found > 20000 && found < 49000, "with and without a cell: %d of 50000", found);
}

static void
test_edges(void)
{
	struct grid monthly = { at("2024-01-31"), GRID_MONTHS, 1 };
	struct grid hourly = { at("2024-01-01"), GRID_HOURS, 1 };
	struct grid huge = { at("2024-01-01"), GRID_DAYS, INT32_MAX };
	struct grid endless = { at("2024-01-01"), GRID_MONTHS, INT32_MAX };
	static const int64_t far[] = { INT64_MAX, INT64_MIN, INT64_C(1) << 40, -(INT64_C(1) << 40),
		10000000, -10000000 };
	int64_t got = 42;

	for (size_t i = 0; i < countof(far); i++) {
		ok(!grid_start(&monthly, far[i], &got) && got == 42, "no month %" PRId64, far[i]);
		ok(!grid_start(&hourly, far[i], &got) && got == 42, "no hour %" PRId64, far[i]);
		ok(!grid_start(&huge, far[i], &got) && got == 42, "no age %" PRId64, far[i]);
	}
	ok(!grid_find(&monthly, INT64_MAX, &got) && got == 42, "the last month has no end");
	ok(!grid_find(&hourly, INT64_MAX, &got) && got == 42, "the last hour has no end");
	ok(!grid_find(&hourly, INSTANT_NONE + 1, &got) && got == 42, "the first hour has no start");
	ok(!grid_next(&monthly, INT64_MAX, &got) && got == 42,
		"nothing starts after the last instant");
	ok(!grid_find(&huge, at("2024-06-01"), &got) && got == 42, "a cell longer than the range");
	ok(!grid_find(&endless, at("2024-06-01"), &got) && got == 42, "in months too");
	ok(grid_next(&huge, at("2023-06-01"), &got) && got == huge.anchor_ns, "though it starts");
	ok(grid_next(&hourly, INSTANT_NONE + 1, &got), "the first start of all");
	is_str(date_of(got), "1677-09-21T01:00:00Z", "is a whole hour");
	ok(grid_next(&monthly, INSTANT_NONE + 1, &got), "and the first month");
	is_str(date_of(got), "1677-09-30T00:00:00Z", "clamped like any other");
	ok(grid_find(&monthly, at("2262-03-30"), &got), "the last whole month");
	is_int(got, 2857, "is that one");
}

int
main(void)
{
	test_table();
	test_laws();
	test_edges();
	return done();
}
