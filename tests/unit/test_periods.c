/* The billing periods of contracts. */
#include "engine/periods.h"

#include "base/instant.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

static int64_t
at(const char *text)
{
	struct instant_why why;
	int64_t t_ns = 0;

	if (!instant_parse(str_c(text), INSTANT_DATE, &t_ns, &why))
		ok(false, "%s is an instant: %s", text, why.text);
	return t_ns;
}

static struct contract
contract(const char *start, const char *end, enum frequency f, enum statement_day day,
	const char *anchor)
{
	return (struct contract){
		.starting_at_ns = at(start),
		.ending_before_ns = end != NULL ? at(end) : INSTANT_NONE,
		.statement = {
			.frequency = f,
			.day = day,
			.billing_anchor_ns = anchor != NULL ? at(anchor) : INSTANT_NONE,
			.generation_start_ns = INSTANT_NONE,
			.grace_hours = 24,
		},
	};
}

/* The first n boundaries as dates, "2024-09-15 2024-10-10 ..."; fewer where it ends before. */
static const char *
boundaries(struct arena *a, const struct contract *c, int n)
{
	char text[INSTANT_TEXT_SIZE];
	struct period p;
	struct str out;
	bool more = period_first(c, INSTANT_NONE, &p);

	if (!more)
		return "none";
	out = str_printf(a, "%.10s", instant_text(p.start_ns, text));
	for (int i = 0; more && i < n; i++) {
		out = str_printf(a, "%.*s %.10s", STR_FMT(out), instant_text(p.end_ns, text));
		more = period_next(c, &p, &p);
	}
	return out.p;
}

static void
test_worked(struct arena *a)
{
	struct contract c;

	c = contract("2024-09-15", NULL, FREQ_MONTHLY, DAY_CUSTOM_DATE, "2024-09-10");
	is_str(boundaries(a, &c, 2), "2024-09-15 2024-10-10 2024-11-10", "anchor-custom");
	c = contract("2026-01-31", NULL, FREQ_MONTHLY, DAY_CUSTOM_DATE, "2026-01-31");
	is_str(boundaries(a, &c, 3), "2026-01-31 2026-02-28 2026-03-31 2026-04-30", "anchor-31");
	c = contract("2024-01-01", NULL, FREQ_QUARTERLY, DAY_FIRST_OF_MONTH, NULL);
	is_str(boundaries(a, &c, 4), "2024-01-01 2024-04-01 2024-07-01 2024-10-01 2025-01-01",
		"anchor-quarterly");
	c = contract("2024-02-10", NULL, FREQ_QUARTERLY, DAY_FIRST_OF_MONTH, NULL);
	is_str(boundaries(a, &c, 2), "2024-02-10 2024-04-01 2024-07-01", "a stub to the quarter");
	c = contract("2024-02-10", NULL, FREQ_ANNUAL, DAY_FIRST_OF_MONTH, NULL);
	is_str(boundaries(a, &c, 2), "2024-02-10 2025-01-01 2026-01-01", "years from January");
	c = contract("1960-12-31", "1962-01-01", FREQ_QUARTERLY, DAY_FIRST_OF_MONTH, NULL);
	is_str(boundaries(a, &c, 9),
		"1960-12-31 1961-01-01 1961-04-01 1961-07-01 1961-10-01 "
		"1962-01-01",
		"before 1970");
	c = contract("2024-09-04", "2024-09-20", FREQ_WEEKLY, DAY_FIRST_OF_MONTH, NULL);
	is_str(boundaries(a, &c, 9), "2024-09-04 2024-09-11 2024-09-18 2024-09-20",
		"weeks from the start, a short one last");
	c = contract("2024-08-30", NULL, FREQ_MONTHLY, DAY_CONTRACT_START, NULL);
	is_str(boundaries(a, &c, 7),
		"2024-08-30 2024-09-30 2024-10-30 2024-11-30 2024-12-30 "
		"2025-01-30 2025-02-28 2025-03-30",
		"the day of the start");
	c = contract("2024-09-15", NULL, FREQ_MONTHLY, DAY_CUSTOM_DATE, "2031-01-20");
	is_str(boundaries(a, &c, 2), "2024-09-15 2024-09-20 2024-10-20", "an anchor to come");
}

static void
test_generation(struct arena *a)
{
	struct contract c = contract("2024-06-10", "2024-12-05", FREQ_MONTHLY, DAY_FIRST_OF_MONTH,
		NULL);
	const struct {
		const char *from;
		bool good;
		const char *boundaries;
	} rows[] = {
		{ "2024-06-10", true, "2024-06-10 2024-07-01" },
		{ "2024-07-01", true, "2024-07-01 2024-08-01" },
		{ "2024-12-01", true, "2024-12-01 2024-12-05" },
		{ "2024-12-05", true, "none" },
		{ "2024-06-01", false, NULL },
		{ "2024-06-09", false, NULL },
		{ "2024-07-02", false, NULL },
		{ "2024-07-01T01:00:00Z", false, NULL },
		{ "2025-01-01", false, NULL },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct err e = ERR_INIT;
		c.statement.generation_start_ns = at(rows[i].from);
		ok(periods_check(&c, &e) == rows[i].good, "generation from %s is %s", rows[i].from,
			rows[i].good ? "accepted" : "refused");
		if (rows[i].good)
			is_str(boundaries(a, &c, 1), rows[i].boundaries, "periods from %s",
				rows[i].from);
		else
			is_str(e.code,
				"contract.usage_statement_schedule."
				"invoice_generation_starting_at",
				"the code for %s", rows[i].from);
	}
	c.statement.generation_start_ns = at("2024-08-01");

	struct period p = { 0 };
	ok(!period_at(&c, at("2024-07-15"), &p) && p.end_ns == 0, "no period before generation");
	ok(period_at(&c, at("2024-08-15"), &p) && p.start_ns == at("2024-08-01"), "one after it");
}

static void
test_edges(void)
{
	struct contract c = contract("2024-09-15", "2024-10-10", FREQ_MONTHLY, DAY_FIRST_OF_MONTH,
		NULL);
	struct period p;
	int64_t issued;

	ok(!period_at(&c, at("2024-09-15") - 1, &p), "nothing before the contract");
	ok(!period_at(&c, at("2024-10-10"), &p), "nothing from its end on");
	ok(period_at(&c, at("2024-10-10") - 1, &p) && p.end_ns == at("2024-10-10"),
		"the last instant");
	is_int(p.cell_start_ns, at("2024-10-01"), "a short period knows where its cell starts");
	is_int(p.cell_end_ns, at("2024-11-01"), "and where it ends");
	ok(!period_first(&c, at("2024-10-02"), &p), "no period starts after the last one");
	ok(period_first(&c, at("2024-09-16"), &p) && p.start_ns == at("2024-10-01"),
		"the first from within a period is the next");
	ok(period_issued_at(&c, &p, &issued) && issued == at("2024-10-11"), "end and grace");

	c = contract("2262-03-01", NULL, FREQ_MONTHLY, DAY_FIRST_OF_MONTH, NULL);
	ok(period_first(&c, INSTANT_NONE, &p) && p.end_ns == at("2262-04-01"),
		"the last whole month");
	ok(!period_next(&c, &p, &p), "a cell beyond the range does not exist");
	c.statement.grace_hours = 264;
	ok(!period_issued_at(&c, &p, &issued), "nor an issue date");
	c.statement.grace_hours = INT64_MAX;
	ok(!period_issued_at(&c, &p, &issued), "not by overflow either");
}

#define FOUR_YEARS 35064 /* hours */

static struct contract
random_contract(struct sweep *s)
{
	struct contract c = contract("2000-01-01", NULL,
		(enum frequency)sweep_below(s, FREQUENCIES),
		(enum statement_day)sweep_below(s, DAY_CUSTOM_DATE + 1), "2000-01-01");

	c.starting_at_ns += (int64_t)sweep_below(s, FOUR_YEARS) * NS_PER_HOUR;
	c.statement.billing_anchor_ns += ((int64_t)sweep_below(s, UINT64_C(2) * FOUR_YEARS) -
						 FOUR_YEARS) *
		NS_PER_HOUR;
	if (sweep_below(s, 2) == 0)
		c.ending_before_ns = c.starting_at_ns +
			(int64_t)(1 + sweep_below(s, 21600)) * NS_PER_HOUR;
	return c;
}

/* Periods follow each other without a gap, fill the term, and period_at finds them. */
static bool
is_contiguous(const struct contract *c, struct sweep *s)
{
	struct period p, next, found;
	int64_t edge = c->starting_at_ns;
	bool more = period_first(c, INSTANT_NONE, &p);

	for (int i = 0; more && i < 30; i++) {
		int64_t inside = p.start_ns +
			(int64_t)(sweep_next(s) % (uint64_t)(p.end_ns - p.start_ns));
		if (p.start_ns != edge || p.end_ns <= p.start_ns || p.cell_start_ns > p.start_ns ||
			p.cell_end_ns < p.end_ns)
			return false;
		if (!period_at(c, inside, &found) || found.start_ns != p.start_ns ||
			found.end_ns != p.end_ns)
			return false;
		if (p.start_ns != c->starting_at_ns && p.start_ns != p.cell_start_ns)
			return false;
		edge = p.end_ns;
		more = period_next(c, &p, &next);
		p = next;
	}
	return more || edge == c->ending_before_ns;
}

static void
test_laws(void)
{
	struct sweep s = sweep_start("periods", 20240901);
	int bad = 0;

	for (int i = 0; i < 2000; i++) {
		struct contract c = random_contract(&s);
		bad += !is_contiguous(&c, &s);
	}
	is_int(bad, 0, "periods are contiguous, fill the term and are found");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_worked(&a);
	test_generation(&a);
	test_edges();
	test_laws();
	arena_release(&a);
	return done();
}
