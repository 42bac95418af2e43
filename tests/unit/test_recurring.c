/* Recurring commits and credits: what is read, and the children that they give. */
#include "engine/recurring.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct contract got;

static bool
read_contract(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return contract_from_json(j, csv, NULL, a, &got, e);
}

static void
terms(struct jsonw *w, const void *contract)
{
	contract_terms_json(w, contract);
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

#define CONTRACT(rest) "{'customer_id':'c','starting_at':'2024-01-15'" rest "}"
#define ITEM(rest) \
	"{'id':'aaaaaaaa-0000-4000-8000-000000000001','product_id':'p','priority':1," \
	"'access_amount':{'unit_price':100,'quantity':1},'commit_duration':{'value':1}" rest "}"
#define START ",'starting_at':'2024-01-15'"
#define CREDIT(rest) CONTRACT(",'recurring_credits':[" ITEM(START rest) "]")
#define COMMIT(rest) CONTRACT(",'recurring_commits':[" ITEM(START rest) "]")

/* ---- what is read ---- */

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ CONTRACT(",'recurring_credits':[" ITEM("") "]"), "missing_field",
			"recurring_credits[0].starting_at", "{'id'", "missing" },
		{ CONTRACT(",'recurring_credits':[" ITEM(",'starting_at':'2024-01-14'") "]"),
			"contract.recurring_credits.starting_at",
			"recurring_credits[0].starting_at", "'2024-01-14'",
			"before the contract's start, 2024-01-15T00:00:00Z" },
		{ CONTRACT(",'ending_before':'2024-03-01','recurring_credits':[" ITEM(
			  ",'starting_at':'2024-03-01'") "]"),
			"contract.recurring_credits.starting_at",
			"recurring_credits[0].starting_at", "'2024-03-01'}]",
			"not before the contract's end, 2024-03-01T00:00:00Z" },
		{ CREDIT(",'ending_before':'2024-01-15'"),
			"contract.recurring_credits.ending_before",
			"recurring_credits[0].ending_before", "'2024-01-15'}]",
			"not after starting_at" },
		{ CREDIT(",'ending_before':'2024-01-16T00:30:00Z'"),
			"contract.recurring_credits.ending_before",
			"recurring_credits[0].ending_before", "'2024-01-16T", "hour" },
		{ CREDIT(",'type':'PREPAID'"), "contract.recurring_credits.type",
			"recurring_credits[0].type", "'PREPAID'", "wanted CREDIT" },
		{ COMMIT(",'type':'POSTPAID'"), "contract.recurring_commits.type",
			"recurring_commits[0].type", "'POSTPAID'", "wanted PREPAID" },
		{ CREDIT(",'invoice_amount':{'unit_price':1,'quantity':1}"),
			"contract.recurring_credits.invoice_amount",
			"recurring_credits[0].invoice_amount", "{'unit_price':1,", "not billed" },
		{ CREDIT(",'proration_rounding':{'invoice':{'decimal_places':0,"
			 "'rounding_method':'FLOOR'}}"),
			"contract.recurring_credits.proration_rounding.invoice",
			"recurring_credits[0].proration_rounding.invoice", "{'decimal_places'",
			"a credit has no invoice" },
		{ COMMIT(",'proration_rounding':{'access':{'decimal_places':6,"
			 "'rounding_method':'FLOOR'}}"),
			"contract.recurring_commits.proration_rounding.access.decimal_places",
			"recurring_commits[0].proration_rounding.access.decimal_places", "6,",
			"-5 to 5" },
		{ COMMIT(",'proration_rounding':{'access':{'decimal_places':0,"
			 "'rounding_method':'ROUND_UP'}}"),
			"contract.recurring_commits.proration_rounding.access.rounding_method",
			"recurring_commits[0].proration_rounding.access.rounding_method",
			"'ROUND_UP'", "HALF_UP, FLOOR or CEILING" },
		{ COMMIT(",'proration':'SOME'"), "contract.recurring_commits.proration",
			"recurring_commits[0].proration", "'SOME'", "FIRST_AND_LAST" },
		{ COMMIT(",'recurrence_frequency':'SEMI_ANNUAL'"),
			"contract.recurring_commits.recurrence_frequency",
			"recurring_commits[0].recurrence_frequency", "'SEMI_ANNUAL'", "DAILY" },
		{ COMMIT(",'subscription_config':{}"), "missing_field",
			"recurring_commits[0].subscription_config.subscription_id", "{}}",
			"missing" },
		{ COMMIT(",'access_schedule':{}"), "unknown_field",
			"recurring_commits[0].access_schedule", "{}}", "unknown" },
		{ "{'customer_id':'c','starting_at':'2024-01-15','recurring_commits':[{"
		  "'product_id':'p','access_amount':{'unit_price':1,'quantity':1},"
		  "'commit_duration':{'value':1},'starting_at':'2024-02-01'}]}",
			"missing_field", "recurring_commits[0].priority", "{'product_id'",
			"missing" },
		{ "{'customer_id':'c','starting_at':'2024-01-15','recurring_commits':[{"
		  "'product_id':'p','priority':1,'access_amount':{'unit_price':1},"
		  "'commit_duration':{'value':0},'starting_at':'2024-02-01'}]}",
			"missing_field", "recurring_commits[0].access_amount.quantity",
			"{'unit_price':1}", "missing" },
		{ "{'customer_id':'c','starting_at':'2024-01-15','recurring_commits':[{"
		  "'product_id':'p','priority':1,'access_amount':{'unit_price':1,'quantity':1},"
		  "'commit_duration':{'value':0},'starting_at':'2024-02-01'}]}",
			"contract.recurring_commits.commit_duration.value",
			"recurring_commits[0].commit_duration.value", "0}", "1 to 1000" },
		{ "{'customer_id':'c','starting_at':'2024-01-15','recurring_commits':[{"
		  "'product_id':'p','priority':1,'access_amount':{'unit_price':-1,'quantity':1},"
		  "'commit_duration':{'value':1},'starting_at':'2024-02-01'}]}",
			"contract.recurring_commits.access_amount.unit_price",
			"recurring_commits[0].access_amount.unit_price", "-1,", "below zero" },
		{ CONTRACT(",'recurring_commits':[" ITEM(START
			  ",'recurrence_frequency':'DAILY'") "],'recurring_credits':[" ITEM(START
			  ",'recurrence_frequency':'DAILY'") "]"),
			"contract.recurring_credits", "recurring_credits", "[{'id'",
			"2 items recur DAILY" },
	};

	/* the two lists of the last one begin alike */
	body_refused(cases, countof(cases) - 1, read_contract);
	{
		struct arena a = ARENA_INIT;
		struct json *j = body_tree(&a, cases[countof(cases) - 1].body);
		struct err e = ERR_INIT;

		ok(!read_contract(j, false, &a, &e) &&
				strcmp(e.code, "contract.recurring_credits") == 0,
			"one DAILY item a contract");
		json_free(j);
		arena_release(&a);
	}
}

static void
add_item(struct sweep *s, struct buf *b, bool credit)
{
	static const char *const frequencies[] = { "DAILY", "weekly", "MONTHLY", "QUARTERLY",
		"ANNUAL" };
	static const char *const prorations[] = { "none", "FIRST", "LAST", "FIRST_AND_LAST" };

	buf_printf(b,
		"{'product_id':'p','priority':'%d/3','access_amount':{'unit_price':'%d/7',"
		"'quantity':%d},'commit_duration':{'value':%d,'unit':'PERIODS'},"
		"'starting_at':'2024-02-0%d'",
		(int)sweep_below(s, 9), (int)sweep_below(s, 99), (int)sweep_below(s, 5),
		1 + (int)sweep_below(s, 9), 1 + (int)sweep_below(s, 9));
	if (!credit && sweep_below(s, 2))
		buf_add_c(b,
			",'invoice_amount':{'credit_type_id':'EUR','unit_price':5,'quantity':2}");
	if (sweep_below(s, 2))
		buf_printf(b, ",'recurrence_frequency':'%s'",
			frequencies[sweep_below(s, countof(frequencies))]);
	if (sweep_below(s, 2))
		buf_printf(b, ",'proration':'%s','ending_before':'2024-12-01T05:00:00Z'",
			prorations[sweep_below(s, countof(prorations))]);
	if (sweep_below(s, 2))
		buf_printf(b,
			",'proration_rounding':{'access':{'decimal_places':%d,"
			"'rounding_method':'ceiling'}%s}",
			(int)sweep_below(s, 11) - 5,
			credit ? "" :
				 ",'invoice':{'decimal_places':0,'rounding_method':'HALF_UP'}");
	if (sweep_below(s, 2))
		buf_add_c(b, ",'rate_type':'COMMIT_RATE','specifiers':[{'product_id':'q'}]");
	buf_add_c(b, "}");
}

static void
law_round_trip(void)
{
	struct sweep s = sweep_start("recurring items", 51);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 400; i++) {
		struct buf b = BUF_INIT;
		const char *once, *again;
		struct json *j;

		buf_add_c(&b,
			"{'customer_id':'c','starting_at':'2024-01-15','recurring_commits':[");
		add_item(&s, &b, false);
		buf_add_c(&b, "],'recurring_credits':[");
		add_item(&s, &b, true);
		buf_add_c(&b, "]}");
		if (strstr(buf_cstr(&b), "DAILY") == NULL ||
			strstr(strstr(buf_cstr(&b), "DAILY") + 1, "DAILY") == NULL) {
			broken += !body_taken(buf_cstr(&b), read_contract, &a);
			once = body_written(&a, terms, &got);
			j = body_tree(&a, once);
			broken += !read_contract(j, false, &a, &e);
			again = body_written(&a, terms, &got);
			broken += strcmp(once, again) != 0 || got.nrecurring != 2;
			json_free(j);
		}
		buf_release(&b);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same items");
	arena_release(&a);
}

/* ---- children ---- */

/* "2024-01-15 2024-02-01 1700/31, ..." */
static const char *
children(struct arena *a, const char *body, const char *until)
{
	char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
	struct str out = STR("");
	struct contract all;

	if (!body_taken(body, read_contract, a))
		return "";
	all = recurring_expand(&got, at(until), a);
	for (size_t i = 0; i < all.ncommits; i++) {
		const struct access_segment *s = &all.commits[i].segments[0];

		out = str_printf(a, "%.*s%s%.10s %.10s %.*s", STR_FMT(out), i > 0 ? ", " : "",
			instant_text(s->starting_at_ns, from),
			instant_text(s->ending_before_ns, to),
			STR_FMT(rat_text_exact(a, s->amount)));
	}
	return out.p;
}

static void
test_grids(struct arena *a)
{
	is_str(children(a, CREDIT(""), "2024-02-20"),
		"2024-01-15 2024-02-01 1700/31, 2024-02-01 2024-03-01 100, "
		"2024-03-01 2024-04-01 100",
		"on the grid of the statements the first one is a stub; one is there ahead");
	is_str(children(a, CREDIT(",'recurrence_frequency':'MONTHLY'"), "2024-02-20"),
		"2024-01-15 2024-02-15 100, 2024-02-15 2024-03-15 100, 2024-03-15 2024-04-15 100",
		"on one of its own none is");
	is_str(children(a, CREDIT(",'recurrence_frequency':'WEEKLY'"), "2024-01-16"),
		"2024-01-15 2024-01-22 100, 2024-01-22 2024-01-29 100", "weeks");
	is_str(children(a, CREDIT(",'recurrence_frequency':'DAILY','ending_before':'2024-01-17'"),
		       "2024-05-01"),
		"2024-01-15 2024-01-16 100, 2024-01-16 2024-01-17 100", "days");
	is_str(children(a, CREDIT(",'recurrence_frequency':'QUARTERLY'"), "2024-01-15"),
		"2024-01-15 2024-04-15 100, 2024-04-15 2024-07-15 100", "quarters");
	is_str(children(a, CREDIT(""), "2023-12-31"), "2024-01-15 2024-02-01 1700/31",
		"before the first one begins it is there");
}

#define TWO(rest) \
	CONTRACT( \
		",'recurring_credits':[{'id':'aaaaaaaa-0000-4000-8000-000000000001'," \
		"'product_id':'p','priority':1,'access_amount':{'unit_price':100,'quantity':1}," \
		"'commit_duration':{'value':2},'starting_at':'2024-01-15'" rest "}]")

static void
test_durations(struct arena *a)
{
	is_str(children(a, TWO(",'recurrence_frequency':'MONTHLY'"), "2024-02-01"),
		"2024-01-15 2024-03-15 100, 2024-02-15 2024-04-15 100",
		"two periods: each child lives on into the next one's");
	is_str(children(a, TWO(",'recurrence_frequency':'MONTHLY','ending_before':'2024-03-01'"),
		       "2024-05-01"),
		"2024-01-15 2024-03-01 100, 2024-02-15 2024-03-01 1500/29",
		"the end of the item cuts both, but prorates that whose own period it cuts");
	is_str(children(a, TWO(""), "2024-01-20"),
		"2024-01-15 2024-03-01 1700/31, 2024-02-01 2024-04-01 100",
		"a stub is a period too");
}

static void
test_prorations(struct arena *a)
{
#define ENDS ",'ending_before':'2024-02-08'"
	is_str(children(a, CREDIT(ENDS ",'proration':'NONE'"), "2024-05-01"),
		"2024-01-15 2024-02-01 100, 2024-02-01 2024-02-08 100", "NONE");
	is_str(children(a, CREDIT(ENDS ",'proration':'FIRST'"), "2024-05-01"),
		"2024-01-15 2024-02-01 1700/31, 2024-02-01 2024-02-08 100", "FIRST");
	is_str(children(a, CREDIT(ENDS ",'proration':'LAST'"), "2024-05-01"),
		"2024-01-15 2024-02-01 100, 2024-02-01 2024-02-08 700/29", "LAST");
	is_str(children(a, CREDIT(ENDS), "2024-05-01"),
		"2024-01-15 2024-02-01 1700/31, 2024-02-01 2024-02-08 700/29",
		"FIRST_AND_LAST is the default");
	is_str(children(a, CREDIT(",'ending_before':'2024-01-20'"), "2024-05-01"),
		"2024-01-15 2024-01-20 500/31", "both cuts in one period");
	is_str(children(a, CREDIT(",'ending_before':'2024-01-20','proration':'FIRST'"),
		       "2024-05-01"),
		"2024-01-15 2024-01-20 1700/31", "of which FIRST sees one");
	is_str(children(a,
		       CONTRACT(",'ending_before':'2024-01-20','recurring_credits':[" ITEM(
			       START) "]"),
		       "2024-05-01"),
		"2024-01-15 2024-01-20 500/31", "the end of the contract cuts as well");
	is_str(children(a,
		       "{'customer_id':'c','starting_at':'2024-01-01','recurring_credits':[{"
		       "'id':'aaaaaaaa-0000-4000-8000-000000000001','product_id':'p','priority':1,"
		       "'access_amount':{'unit_price':300,'quantity':1},'commit_duration':{'value':1},"
		       "'starting_at':'2025-01-01','ending_before':'2025-01-02',"
		       "'recurrence_frequency':'ANNUAL'}]}",
		       "2025-05-01"),
		"2025-01-01 2025-01-02 60/73", "a day of a year: 300/365");
#undef ENDS
}

#define ROUNDED(places, method) \
	CREDIT(",'proration_rounding':{'access':{'decimal_places':" places \
	       ",'rounding_method':'" method "'}}")

static void
test_rounding(struct arena *a)
{
	/* 1700/31 is 54.83... */
	is_str(children(a, ROUNDED("0", "HALF_UP"), "2024-01-15"),
		"2024-01-15 2024-02-01 55, 2024-02-01 2024-03-01 100", "to the nearest");
	is_str(children(a, ROUNDED("1", "FLOOR"), "2024-01-15"),
		"2024-01-15 2024-02-01 54.8, 2024-02-01 2024-03-01 100", "down to a tenth");
	is_str(children(a, ROUNDED("-1", "CEILING"), "2024-01-15"),
		"2024-01-15 2024-02-01 60, 2024-02-01 2024-03-01 100", "up to tens");
	is_str(children(a, ROUNDED("-2", "HALF_UP"), "2024-01-15"),
		"2024-01-15 2024-02-01 100, 2024-02-01 2024-03-01 100", "to hundreds");
	is_str(children(a, ROUNDED("-3", "CEILING"), "2024-02-15"),
		"2024-01-15 2024-02-01 1000, 2024-02-01 2024-03-01 100, 2024-03-01 2024-04-01 100",
		"what is not prorated is not rounded");
}

static void
test_invoices(struct arena *a)
{
	const struct schedule_item *item;
	struct contract all;

	ok(body_taken(COMMIT(",'invoice_amount':{'credit_type_id':'EUR','unit_price':31,"
			     "'quantity':2},'proration_rounding':{'invoice':{'decimal_places':0,"
			     "'rounding_method':'FLOOR'}}"),
		   read_contract, a),
		"a commit that is billed");
	all = recurring_expand(&got, at("2024-02-01"), a);
	item = &all.commits[0].invoice_schedule.items[0];
	ok(item->timestamp_ns == at("2024-01-15") && rat_eq(item->unit_price, rat_int(a, 34)) &&
			rat_eq(item->quantity, RAT_ONE),
		"  at its start, in proportion: 62 * 17/31 is 34");
	item = &all.commits[1].invoice_schedule.items[0];
	ok(item->timestamp_ns == at("2024-02-01") && rat_eq(item->unit_price, rat_int(a, 31)) &&
			rat_eq(item->quantity, rat_int(a, 2)),
		"  a whole one as it stands");
	is_str(all.commits[1].invoice_schedule.unit.code, "EUR", "  in its own unit");
	is_str(str_dup(a, all.commits[0].recurring_id).p, "aaaaaaaa-0000-4000-8000-000000000001",
		"  a child of its item");
	ok(!all.commits[0].recurs && all.commits[0].type == COMMIT_PREPAID,
		"  and itself a commit");
	ok(body_taken(COMMIT(""), read_contract, a), "one that is not");
	all = recurring_expand(&got, at("2024-02-01"), a);
	ok(commit_is_free(&all.commits[0]), "  is free");
}

static bool
same_child(const struct commit *x, const struct commit *y)
{
	return str_eq(x->id, y->id) && str_eq(x->segments[0].id, y->segments[0].id) &&
		rat_eq(x->segments[0].amount, y->segments[0].amount) &&
		x->segments[0].ending_before_ns == y->segments[0].ending_before_ns;
}

/* Later there are more, and those that were there are the same. */
static void
law_growth(void)
{
	struct sweep s = sweep_start("children", 53);
	struct arena a = ARENA_INIT;
	int fewer = 0, moved = 0, outside = 0, equal = 0, children = 0;

	for (int round = 0; round < 300; round++) {
		struct buf b = BUF_INIT;
		int64_t early = at("2024-01-20") + (int64_t)sweep_below(&s, 4000) * NS_PER_HOUR;
		int64_t late = early + (int64_t)sweep_below(&s, 2000) * NS_PER_HOUR;
		struct contract x, y;

		buf_add_c(&b,
			"{'customer_id':'c','starting_at':'2024-01-15','recurring_credits':[");
		add_item(&s, &b, true);
		buf_add_c(&b, "]}");
		if (!body_taken(buf_cstr(&b), read_contract, &a))
			fewer++;
		got.recurring[0].child.id = STR("item");
		x = recurring_expand(&got, early, &a);
		y = recurring_expand(&got, late, &a);
		fewer += y.ncommits < x.ncommits;
		for (size_t i = 0; i < x.ncommits && i < y.ncommits; i++)
			moved += !same_child(&x.commits[i], &y.commits[i]);
		for (size_t i = 0; i < y.ncommits; i++) {
			const struct access_segment *one = &y.commits[i].segments[0];
			outside += one->starting_at_ns < got.recurring[0].starting_at_ns ||
				one->starting_at_ns >= one->ending_before_ns ||
				(got.recurring[0].ending_before_ns != INSTANT_NONE &&
					one->ending_before_ns > got.recurring[0].ending_before_ns);
			for (size_t k = 0; k < i; k++)
				equal += str_eq(y.commits[i].id, y.commits[k].id) ||
					str_eq(one->id, y.commits[k].segments[0].id);
		}
		children += (int)y.ncommits;
		buf_release(&b);
		arena_clear(&a);
	}
	is_int(fewer, 0, "there are never fewer");
	is_int(moved, 0, "and those that were there stay as they are");
	is_int(outside, 0, "each lies inside its item");
	is_int(equal, 0, "and has ids of its own");
	ok(children > 1000, "  of %d", children);
	arena_release(&a);
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_refused();
	law_round_trip();
	test_grids(&a);
	test_durations(&a);
	test_prorations(&a);
	test_rounding(&a);
	test_invoices(&a);
	law_growth();
	arena_release(&a);
	return done();
}
