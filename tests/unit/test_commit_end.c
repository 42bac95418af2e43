/* What is left of a commit that ends earlier than was agreed. */
#include "domain/commit_end.h"

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct commit *got;
static size_t got_n;

static bool
read_commits(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct obj o;

	return obj_open(&o, j, "contract", csv, a, e) &&
		commits_from_obj(&o, INSTANT_NONE, &got, &got_n) && obj_close(&o);
}

static int64_t
at(const char *text)
{
	struct instant_why why = { "" };
	int64_t t_ns = 0;

	if (!instant_parse(str_c(text), INSTANT_DATE, &t_ns, &why))
		note("the test itself is wrong: %s: %s", text, why.text);
	return t_ns;
}

#define YEARS \
	"{'commits':[{'type':'PREPAID','product_id':'p','access_schedule':{'schedule_items':[" \
	"{'amount':1,'starting_at':'2024-01-01','ending_before':'2025-01-01'}," \
	"{'amount':2,'starting_at':'2025-01-01','ending_before':'2026-01-01'}," \
	"{'amount':3,'starting_at':'2026-01-01','ending_before':'2027-01-01'}]}%s}]}"

static struct commit
years(struct arena *a, const char *rest)
{
	if (!body_taken(str_printf(a, YEARS, rest).p, read_commits, a))
		note("the test itself is wrong");
	return got[0];
}

/* "1 2024-01-01 2025-01-01, ..." */
static const char *
segments(struct arena *a, const struct commit *c)
{
	char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
	struct str out = STR("");

	for (size_t i = 0; i < c->nsegments; i++)
		out = str_printf(a, "%.*s%s%.*s %.10s %.13s", STR_FMT(out), i > 0 ? ", " : "",
			STR_FMT(rat_text_exact(a, c->segments[i].amount)),
			instant_text(c->segments[i].starting_at_ns, from),
			instant_text(c->segments[i].ending_before_ns, to));
	return out.p;
}

static void
test_access(struct arena *a)
{
	static const struct {
		const char *at;
		const char *left; /* NULL: refused */
		const char *code;
	} cases[] = {
		{ "2026-12-31T23:00:00Z",
			"1 2024-01-01 2025-01-01T00, 2 2025-01-01 2026-01-01T00, "
			"3 2026-01-01 2026-12-31T23",
			NULL },
		{ "2026-01-01", "1 2024-01-01 2025-01-01T00, 2 2025-01-01 2026-01-01T00", NULL },
		{ "2025-03-01T05:00:00Z", "1 2024-01-01 2025-01-01T00, 2 2025-01-01 2025-03-01T05",
			NULL },
		{ "2024-01-01T01:00:00Z", "1 2024-01-01 2024-01-01T01", NULL },
		{ "2027-01-01", NULL, "balance.access_ending_before" },
		{ "2028-01-01", NULL, "balance.access_ending_before" },
		{ "2024-01-01", NULL, "balance.access_ending_before" },
		{ "2023-01-01", NULL, "balance.access_ending_before" },
		{ "2025-03-01T05:30:00Z", NULL, "balance.access_ending_before" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct commit c = years(a, ""), before = c;
		struct err e = ERR_INIT;
		bool done = commit_end_access(&c, at(cases[i].at), a, &e);

		ok(done == (cases[i].left != NULL), "%s", cases[i].at);
		is_str(segments(a, &c), done ? cases[i].left : segments(a, &before), "  is left");
		if (!done)
			is_str(e.code, cases[i].code, "  code");
	}
}

#define DATES(amounts) \
	",'invoice_schedule':{'recurring_schedule':{'starting_at':'2024-01-01'," \
	"'ending_before':'2027-01-01','frequency':'ANNUAL','amount_distribution':'" amounts \
	"','amount':10}}"

/* "2024-01-01 10, ..." */
static const char *
dates(struct arena *a, const struct commit *c)
{
	const struct schedule *s = &c->invoice_schedule;
	char on[INSTANT_TEXT_SIZE];
	struct str out = STR("");

	for (size_t i = 0; c->has_invoice_schedule && i < s->nitems; i++)
		out = str_printf(a, "%.*s%s%.10s %.*s", STR_FMT(out), i > 0 ? ", " : "",
			instant_text(s->items[i].timestamp_ns, on),
			STR_FMT(rat_text_exact(a,
				rat_mul(a, s->items[i].unit_price, s->items[i].quantity))));
	return out.p;
}

static void
test_invoices(struct arena *a)
{
	struct err e = ERR_INIT;
	struct commit c = years(a, DATES("EACH"));

	ok(commit_end_invoices(&c, at("2026-01-01"), a, &e), "what recurs goes on as a rule");
	is_str(dates(a, &c), "2024-01-01 10, 2025-01-01 10", "  with fewer dates");
	ok(c.invoice_schedule.recurring && c.invoice_schedule.ending_before_ns == at("2026-01-01"),
		"  up to then");
	c = years(a, DATES("DIVIDED"));
	ok(commit_end_invoices(&c, at("2025-12-31T12:34:56Z"), a, &e), "what is divided");
	is_str(dates(a, &c), "2024-01-01 10/3, 2025-01-01 10/3", "  keeps its parts");
	ok(!c.invoice_schedule.recurring, "  as dates of their own");
	c = years(a, DATES("DIVIDED_ROUNDED"));
	ok(commit_end_invoices(&c, at("2026-01-01T00:00:00Z"), a, &e), "likewise rounded");
	is_str(dates(a, &c), "2024-01-01 3, 2025-01-01 3", "  without the remainder of the last");
	c = years(a, DATES("EACH"));
	ok(commit_end_invoices(&c, at("2024-01-01"), a, &e) && !c.has_invoice_schedule &&
			commit_is_free(&c),
		"no date left: it is free");
	c = years(a,
		",'invoice_schedule':{'schedule_items':[{'timestamp':'2025-01-01','amount':1},"
		"{'timestamp':'2024-01-01','amount':2}]}");
	ok(commit_end_invoices(&c, at("2024-06-01"), a, &e), "dates in any order");
	is_str(dates(a, &c), "2024-01-01 2", "  those before are left");

	ok(!commit_end_invoices(&c, at("2024-01-01T00:00:01Z"), a, &e),
		"nothing on it or after it");
	is_str(e.code, "balance.invoices_ending_before", "  code");
	is_str(dates(a, &c), "2024-01-01 2", "  and left alone");
	c = years(a, "");
	e = (struct err)ERR_INIT;
	ok(!commit_end_invoices(&c, at("2020-01-01"), a, &e), "nor where there is no invoice");
	is_str(e.code, "balance.invoices_ending_before", "  code");
}

/* What is cut reads back, and cutting in two steps is cutting at once. */
static void
law_twice(struct arena *a)
{
	struct sweep s = sweep_start("ends", 57);
	int differ = 0, longer = 0;

	for (int i = 0; i < 300; i++) {
		int64_t first = at("2024-01-01") +
			(int64_t)(2 + sweep_below(&s, 26000)) * NS_PER_HOUR;
		int64_t second = at("2024-01-01") +
			(int64_t)(1 +
				sweep_below(&s,
					(uint64_t)((first - at("2024-01-01")) / NS_PER_HOUR - 1))) *
				NS_PER_HOUR;
		struct commit c = years(a, DATES("DIVIDED")), once = c;
		struct err e = ERR_INIT;

		differ += !commit_end_access(&c, first, a, &e) ||
			!commit_end_access(&c, second, a, &e) ||
			!commit_end_access(&once, second, a, &e);
		differ += !str_eq(str_c(segments(a, &c)), str_c(segments(a, &once)));
		for (size_t k = 0; k < c.nsegments; k++)
			longer += c.segments[k].ending_before_ns > second ||
				c.segments[k].starting_at_ns >= c.segments[k].ending_before_ns;
		arena_clear(a);
	}
	is_int(differ, 0, "in two steps or at once");
	is_int(longer, 0, "no segment is longer than asked for, none is empty");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_access(&a);
	test_invoices(&a);
	law_twice(&a);
	arena_release(&a);
	return done();
}
