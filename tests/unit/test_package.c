#include "domain/package.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct package got;
static int64_t at_ns;
static struct contract made;

static bool
read_package(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return package_from_json(j, csv, a, &got, e);
}

static void
terms(struct jsonw *w, const void *p)
{
	package_terms_json(w, p);
}

static bool
read_contract(struct str body, struct arena *a, struct err *e)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *tree;
	bool ok;

	json_scanner_init(&scanner);
	ok = json_parse(&scanner, body, &tree, &fault);
	json_scanner_release(&scanner);
	if (!ok)
		return err_set(e, ERR_FATAL, "bug", "%s", fault.text);
	ok = contract_from_json(tree, false, NULL, a, &made, e);
	json_free(tree);
	return ok;
}

/* Read a package, and the contract of it that begins at at_ns. */
static bool
read_made(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct pair nobody = { STR("customer_id"), STR("\"c\"") };
	const struct kept own = { { &nobody, 1 } };
	struct str body;

	return package_from_json(j, csv, a, &got, e) &&
		package_expand(&got, &own, at_ns, a, &body, e) && read_contract(body, a, e);
}

#define P(rest) "{'name':'p'" rest "}"
#define OFF(n, u) "'starting_at_offset':{'value':" n ",'unit':'" u "'}"
#define LASTS(n, u) "'duration':{'value':" n ",'unit':'" u "'}"

static int64_t
some_start(struct sweep *s)
{
	static const int64_t first_ns = INT64_C(1700000000) / 3600 * NS_PER_HOUR;

	return first_ns + (int64_t)sweep_below(s, UINT64_C(24) * 366 * 8) * NS_PER_HOUR;
}

/* ---- laws ---- */

/* Accesses of a month each, one behind the other, leave no gap, whatever the day. */
static void
test_follows(void)
{
	struct sweep s = sweep_start("months that follow", 20251001);
	bool joined = true, ends = true;

	for (int i = 0; i < 300; i++) {
		struct arena a = ARENA_INIT;
		struct str items = STR("");

		at_ns = some_start(&s);
		for (int k = 0; k < 12; k++)
			items = str_printf(&a,
				"%.*s%s{'amount':1," OFF("%d", "MONTHS") "," LASTS("1",
					"MONTHS") "}",
				STR_FMT(items), k > 0 ? "," : "", k);
		ok(body_taken(
			   str_printf(&a,
				   P("," LASTS("1",
					   "YEARS") ",'credits':[{'product_id':'x',"
						    "'access_schedule':{'schedule_items':[%.*s]}}]"),
				   STR_FMT(items))
				   .p,
			   read_made, &a) &&
				made.commits[0].nsegments == 12,
			"a year of months");
		for (int k = 0; k < 11; k++)
			joined = joined &&
				made.commits[0].segments[k].ending_before_ns ==
					made.commits[0].segments[k + 1].starting_at_ns;
		ends = ends && made.commits[0].segments[0].starting_at_ns == at_ns &&
			made.commits[0].segments[11].ending_before_ns == made.ending_before_ns;
		arena_release(&a);
	}
	ok(joined, "each begins where the one before ends");
	ok(ends, "together they are the contract");
}

/* A recurring schedule of n months has n dates, whatever the day it begins. */
static void
test_series(void)
{
	struct sweep s = sweep_start("dates of a series", 20251002);
	bool same = true;

	for (int i = 0; i < 300; i++) {
		struct arena a = ARENA_INIT;
		int n = 1 + (int)sweep_below(&s, 24), off = (int)sweep_below(&s, 24);

		at_ns = some_start(&s);
		same = body_taken(
			       str_printf(&a,
				       P(",'scheduled_charges':[{'product_id':'x','schedule':"
					 "{'recurring_schedule':{" OFF("%d",
						 "MONTHS") "," LASTS("%d",
						 "MONTHS") ",'frequency':'MONTHLY','amount':1}}}]"),
				       off, n)
				       .p,
			       read_made, &a) &&
			(int)made.charges[0].schedule.nitems == n && same;
		arena_release(&a);
	}
	ok(same, "as many dates as months");
}

/* Days are days, weeks seven of them, years twelve months. */
static void
test_units(void)
{
	struct sweep s = sweep_start("units", 20251003);
	bool days = true, years = true;

	for (int i = 0; i < 300; i++) {
		struct arena a = ARENA_INIT;
		int off = (int)sweep_below(&s, 400), n = 1 + (int)sweep_below(&s, 60);
		int64_t year_ns;

		at_ns = some_start(&s);
		days = body_taken(str_printf(&a,
					  P(",'overrides':[{" OFF("%d", "DAYS") "," LASTS("%d",
						  "WEEKS") ",'entitled':true}]"),
					  off, n)
					  .p,
			       read_made, &a) &&
			made.overrides.p[0].starting_at_ns == at_ns + off * NS_PER_DAY &&
			made.overrides.p[0].ending_before_ns ==
				at_ns + (off + 7 * n) * NS_PER_DAY &&
			days;
		years = body_taken(str_printf(&a, P("," LASTS("%d", "YEARS")), n % 9 + 1).p,
				read_made, &a) &&
			instant_add_months(at_ns, INT64_C(12) * (n % 9 + 1), &year_ns) &&
			made.ending_before_ns == year_ns && years;
		arena_release(&a);
	}
	ok(days, "days and weeks");
	ok(years, "years");
}

static void
test_round_trip(void)
{
	static const char *const bodies[] = {
		P(""),
		P(",'aliases':[{'name':'a','starting_at':'2024-01-01'}],'uniqueness_key':'k',"
		  "'custom_fields':{'x':'y'}"),
		P("," LASTS("3", "WEEKS") ",'net_payment_terms_days':3,'contract_name':'n',"
					  "'billing_provider':'stripe','rate_card_id':'r'"),
	};

	for (size_t i = 0; i < countof(bodies); i++) {
		struct arena a = ARENA_INIT;
		const char *once;

		ok(body_taken(bodies[i], read_package, &a), "taken");
		once = body_written(&a, terms, &got);
		ok(body_taken(once, read_package, &a), "  and again");
		is_str(body_written(&a, terms, &got), once, "  to the same");
		arena_release(&a);
	}
}

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{}", "missing_field", "name", "{}", "missing" },
		{ "{'name':''}", "package.name", "name", "''", "wanted 1 to 160" },
		{ P(",'id':'x'"), "package.id", "id", "'x'", "wanted a UUID" },
		{ P(",'aliases':[{'starting_at':'2024-01-01'}]"), "missing_field",
			"aliases[0].name", "{'starting_at'", "missing" },
		{ P(",'aliases':[{'name':'a','starting_at':'2024-01-01T00:30:00Z'}]"),
			"package.aliases.starting_at", "aliases[0].starting_at",
			"'2024-01-01T00:30:00Z'", "not on the hour" },
		{ P(",'uniqueness_key':''"), "package.uniqueness_key", "uniqueness_key", "''",
			"wanted 1 to 128" },
		{ P(",'net_payment_terms_days':1.5"), "package.net_payment_terms_days",
			"net_payment_terms_days", "1.5", "wanted an integer" },
		{ P(",'hierarchy_configuration':{}"), "unsupported_field",
			"hierarchy_configuration", "{}", "not supported" },
		{ P(",'ending_before':'2025-01-01'"), "unknown_field", "ending_before",
			"'2025-01-01'", "unknown field" },
	};

	body_refused(cases, countof(cases), read_package);
}

int
main(void)
{
	test_refused();
	test_follows();
	test_series();
	test_units();
	test_round_trip();
	return done();
}
