/* Thresholds and spend trackers as terms; what a recharge costs, as laws. */
#include "domain/threshold.h"

#include <string.h>

#include "engine/spend.h"
#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct thresholds got;

static bool
read_thresholds(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct obj o;

	got = (struct thresholds){ .ntrackers = 0 };
	if (!obj_open(&o, j, "contract", csv, a, e))
		return false;
	thresholds_from_obj(&o, &got);
	return obj_close(&o);
}

static void
stored(struct jsonw *w, const void *thresholds)
{
	jsonw_object(w);
	thresholds_json(w, thresholds, TERMS_STORED);
	jsonw_end(w);
}

static void
printed(struct jsonw *w, const void *thresholds)
{
	jsonw_object(w);
	thresholds_json(w, thresholds, TERMS_PRINTED);
	jsonw_end(w);
}

#define BALANCE "'prepaid_balance_threshold_configuration':"
#define SPEND "'spend_threshold_configuration':"
#define AMOUNTS "'is_enabled':true,'threshold_amount':500,'recharge_to_amount':2000"
#define COMMIT ",'commit':{'product_id':'p'}"
#define GATE ",'payment_gate_config':{'payment_gate_type':'NONE'}"
#define SPECIFIERS \
	"'applicable_spend_specifiers':[{'spend_type':'COMMIT_PURCHASE','sources':['MANUAL']}]"
#define TRACKER "{'alias':'promo'," SPECIFIERS "}"
#define USD "2714e483-4ff1-48e4-9e25-ac732e8f24f2"

static void
test_taken(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken("{" BALANCE "{" AMOUNTS COMMIT GATE "}}", read_thresholds, &a),
		"a balance threshold");
	ok(got.of[THRESHOLD_BALANCE].given && !got.of[THRESHOLD_SPEND].given &&
			!got.of[THRESHOLD_BALANCE].has_unit,
		"  whose unit is the card's");
	is_str(body_written(&a, printed, &got),
		"{\"prepaid_balance_threshold_configuration\":{\"is_enabled\":true,"
		"\"threshold_amount\":\"500\",\"recharge_to_amount\":\"2000\",\"credit_type\":{"
		"\"id\":\"" USD
		"\",\"name\":\"USD (cents)\"},\"commit\":{\"product_id\":\"p\",\"priority\":"
		"\"100\"},\"payment_gate_config\":{\"payment_gate_type\":\"NONE\"}}}",
		"  printed, with the default priority");
	ok(body_taken("{" SPEND "{'is_enabled':false,'threshold_amount':'7 EUR'" COMMIT GATE "}}",
		   read_thresholds, &a),
		"a spend threshold");
	ok(got.of[THRESHOLD_SPEND].has_unit &&
			strcmp(got.of[THRESHOLD_SPEND].unit.code, "EUR") == 0,
		"  a literal says its unit");
	arena_release(&a);
}

static void
test_back(void)
{
	static const char *const bodies[] = {
		"{" BALANCE "{" AMOUNTS COMMIT GATE "}}",
		"{" BALANCE "{" AMOUNTS GATE
		",'commit':{'product_id':'p','name':'Top-up','description':'d','priority':'1/3',"
		"'applicable_product_ids':['x'],'applicable_product_tags':['t']},"
		"'discount_configuration':{'payment_fraction':'90 %'},"
		"'threshold_balance_specifiers':[{'exclude':[{'custom_field_filters':[{'key':'k',"
		"'value':'v'},{'key':'l','value':'w','entity':'Commit'}]}]},{'exclude':[{"
		"'custom_field_filters':[{'entity':'ContractCredit','key':'k','value':'u'}]}]}]}}",
		"{'spend_trackers':[" TRACKER
		",{'alias':'all','credit_type_id':'EUR','reset_frequency':'billing_period',"
		"'applicable_spend_specifiers':[{'spend_type':'COMMIT_PURCHASE','sources':["
		"'threshold_recharge','MANUAL'],'discounted':'DISCOUNTED_ONLY'}]}]," SPEND
		"{'is_enabled':true,'threshold_amount':1" COMMIT
		",'payment_gate_config':{'payment_gate_type':'external','tax_type':'NONE',"
		"'stripe_config':{'payment_type':'INVOICE'}},'discount_configuration':{"
		"'payment_fraction':0,'cap':{'amount':20000,'spend_tracker_alias':'promo'}}}}",
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(bodies); i++) {
		const char *first;

		ok(body_taken(bodies[i], read_thresholds, &a), "body %zu", i);
		first = body_written(&a, stored, &got);
		ok(body_taken(first, read_thresholds, &a), "  what is stored is read");
		is_str(body_written(&a, stored, &got), first, "  and is the same");
	}
	arena_release(&a);
}

#define CODE "contract.prepaid_balance_threshold_configuration"
#define PATH "prepaid_balance_threshold_configuration"
#define WITH(members) "{" BALANCE "{" AMOUNTS COMMIT GATE members "}}"
#define FILTERS(filters) \
	WITH(",'threshold_balance_specifiers':[{'exclude':[{'custom_field_filters':" filters "}]}]")

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{" BALANCE "{'is_enabled':true,'recharge_to_amount':2000" COMMIT GATE "}}",
			"missing_field", PATH ".threshold_amount", "{'is_enabled'", "missing" },
		{ "{" BALANCE
		  "{'is_enabled':true,'threshold_amount':0,'recharge_to_amount':2000" COMMIT GATE
		  "}}",
			CODE ".threshold_amount", PATH ".threshold_amount", "0,",
			"wanted more than 0" },
		{ "{" BALANCE "{'is_enabled':true,'threshold_amount':'5 EUR',"
		  "'recharge_to_amount':'20 USD'" COMMIT GATE "}}",
			CODE ".recharge_to_amount", PATH ".recharge_to_amount", "'20 USD'",
			"in USD where EUR is wanted" },
		{ "{" BALANCE "{" AMOUNTS GATE "}}", "missing_field", PATH ".commit",
			"{'is_enabled'", "missing" },
		{ "{" BALANCE "{" AMOUNTS COMMIT "}}", "missing_field", PATH ".payment_gate_config",
			"{'is_enabled'", "missing" },
		{ "{" BALANCE "{" AMOUNTS COMMIT
		  ",'payment_gate_config':{'payment_gate_type':'stripe'}}}",
			"unsupported_field", PATH ".payment_gate_config.payment_gate_type",
			"'stripe'", "payments are not taken here; wanted NONE or EXTERNAL" },
		{ "{" BALANCE "{" AMOUNTS COMMIT
		  ",'payment_gate_config':{'payment_gate_type':'EXTERNAL','tax_type':'ANROK'}}}",
			"unsupported_field", PATH ".payment_gate_config.tax_type", "'ANROK'",
			"taxes are not determined here; wanted NONE" },
		{ "{" BALANCE "{" AMOUNTS COMMIT ",'payment_gate_config':{'payment_gate_type':"
		  "'EXTERNAL','precalculated_tax_config':{'tax_amount':1}}}}",
			"unsupported_field", PATH ".payment_gate_config.precalculated_tax_config",
			"{'tax_amount'", "" },
		{ WITH(",'discount_configuration':{'payment_fraction':5}"),
			CODE ".discount_configuration.payment_fraction",
			PATH ".discount_configuration.payment_fraction", "5}", "above 1" },
		{ WITH(",'discount_configuration':{'payment_fraction':0.5,'cap':{'amount':1,"
		       "'spend_tracker_alias':'promo'}}"),
			CODE ".discount_configuration.cap.spend_tracker_alias",
			PATH ".discount_configuration.cap.spend_tracker_alias", "'promo'",
			"no spend tracker of the contract bears it" },
		{ WITH(",'discount_config':{'fraction':0.9}"), "unknown_field",
			PATH ".discount_config", "{'fraction'", "discount_configuration" },
		{ FILTERS("[]"), CODE ".threshold_balance_specifiers.exclude.custom_field_filters",
			PATH ".threshold_balance_specifiers[0].exclude[0].custom_field_filters",
			"[]", "at least 1" },
		{ FILTERS("[{'key':'k','value':'v'},{'key':'k','value':'w'}]"),
			CODE ".threshold_balance_specifiers.exclude.custom_field_filters.key",
			PATH ".threshold_balance_specifiers[0].exclude[0]"
			     ".custom_field_filters[1].key",
			"'k','value':'w'", "given before" },
		{ FILTERS("[{'entity':'Contract','key':'k','value':'v'}]"),
			CODE ".threshold_balance_specifiers.exclude.custom_field_filters.entity",
			PATH ".threshold_balance_specifiers[0].exclude[0]"
			     ".custom_field_filters[0].entity",
			"'Contract'", "wanted ContractCreditOrCommit, Commit or ContractCredit" },
		{ "{" SPEND
		  "{'is_enabled':true,'threshold_amount':1,'recharge_to_amount':2" COMMIT GATE "}}",
			"unknown_field", "spend_threshold_configuration.recharge_to_amount", "2,",
			"" },
		{ "{" SPEND "{'is_enabled':true,'threshold_amount':1,'commit':{'product_id':'p',"
		  "'applicable_product_ids':['x']}" GATE "}}",
			"unknown_field",
			"spend_threshold_configuration.commit.applicable_product_ids", "['x']",
			"" },
		{ "{'spend_trackers':[" TRACKER
		  ",{'alias':'promo','reset_frequency':'BILLING_PERIOD'," SPECIFIERS "}]}",
			"contract.spend_trackers.alias", "spend_trackers[1].alias",
			"'promo','reset", "another tracker of the contract bears it" },
		{ "{'spend_trackers':[{" SPECIFIERS "}]}", "missing_field",
			"spend_trackers[0].alias", "{'applicable", "missing" },
		{ "{'spend_trackers':[{'alias':'x','reset_frequency':'DAILY'," SPECIFIERS "}]}",
			"contract.spend_trackers.reset_frequency",
			"spend_trackers[0].reset_frequency", "'DAILY'", "wanted BILLING_PERIOD" },
		{ "{'spend_trackers':[{'alias':'x','applicable_spend_specifiers':[{'spend_type':"
		  "'USAGE','sources':['MANUAL']}]}]}",
			"contract.spend_trackers.applicable_spend_specifiers.spend_type",
			"spend_trackers[0].applicable_spend_specifiers[0].spend_type", "'USAGE'",
			"wanted COMMIT_PURCHASE" },
		{ "{'spend_trackers':[{'alias':'x','applicable_spend_specifiers':[{'spend_type':"
		  "'COMMIT_PURCHASE','sources':['MANUAL','manual']}]}]}",
			"contract.spend_trackers.applicable_spend_specifiers.sources",
			"spend_trackers[0].applicable_spend_specifiers[0].sources[1]", "'manual'",
			"given before" },
		{ "{'spend_trackers':[{'alias':'x','applicable_spend_specifiers':[{'spend_type':"
		  "'COMMIT_PURCHASE','sources':['GIFT']}]}]}",
			"contract.spend_trackers.applicable_spend_specifiers.sources",
			"spend_trackers[0].applicable_spend_specifiers[0].sources[0]", "'GIFT'",
			"wanted THRESHOLD_RECHARGE or MANUAL" },
	};

	body_refused(cases, countof(cases), read_thresholds);
}

/* ---- what it is worth ---- */

static bool
check(int64_t amount, int64_t recharge_to, struct rat each, struct arena *a, struct err *e)
{
	struct unit usd = unit_usd();
	struct threshold t = { .amount = rat_int(a, amount),
		.recharge_to = rat_int(a, recharge_to),
		.unit = usd };

	*e = (struct err)ERR_INIT;
	return threshold_check(&t, THRESHOLD_BALANCE, &usd, each, a, e);
}

static void
test_worth(void)
{
	struct arena a = ARENA_INIT;
	struct err e;

	ok(check(1000, 2000, RAT_ONE, &a, &e), "recharge-minimums: 10 USD to 20 USD");
	ok(!check(1000, 1999, RAT_ONE, &a, &e), "  no less");
	is_str(e.text, "in USD (cents); wanted what is worth 10 USD more than threshold_amount",
		"  why");
	ok(check(500, 1500, RAT_ONE, &a, &e), "5 USD to 15 USD");
	ok(!check(499, 1500, RAT_ONE, &a, &e), "  no less");
	is_str(e.text, "in USD (cents); wanted what is worth 5 USD or more", "  why");
	ok(check(50, 150, rat_int(&a, 10), &a, &e), "50 tokens at 10 cents");
	ok(!check(49, 150, rat_int(&a, 10), &a, &e) && !check(50, 149, rat_int(&a, 10), &a, &e),
		"  no less");
	arena_release(&a);
}

static void
test_exclusions(void)
{
	struct pair fields[] = { { STR("kind"), STR("trial") }, { STR("live"), STR("true") } };
	struct commit commit = { .type = COMMIT_PREPAID, .custom_fields = { fields, 2 } };
	struct commit credit = { .type = COMMIT_CREDIT, .custom_fields = { fields, 1 } };
	struct field_filter trial = { FILTER_BOTH, STR("kind"), STR("trial") };
	struct field_filter both[] = { trial, { FILTER_BOTH, STR("live"), STR("true") } };
	struct field_filter of_credits = { FILTER_CREDIT, STR("kind"), STR("trial") };
	struct field_filter other = { FILTER_BOTH, STR("kind"), STR("gift") };
	struct exclusion one[] = { { &trial, 1 } }, all[] = { { both, 2 } };
	struct exclusion credits[] = { { &of_credits, 1 } },
			 any[] = { { &other, 1 }, { &trial, 1 } };
	struct exclusions t = { one, 1 };

	ok(exclusions_match(&t, &commit) && exclusions_match(&t, &credit), "one filter");
	t.p = all;
	ok(exclusions_match(&t, &commit) && !exclusions_match(&t, &credit),
		"two filters hold together");
	t.p = credits;
	ok(!exclusions_match(&t, &commit) && exclusions_match(&t, &credit), "of credits");
	t.p = any;
	ok(!exclusions_match(&t, &(struct commit){ .type = COMMIT_PREPAID }), "no field");
	t.n = 1;
	ok(!exclusions_match(&t, &commit), "another value");
	t.n = 2;
	ok(exclusions_match(&t, &commit), "any of two exclusions");
}

/* ---- what it costs ---- */

static struct spend_specifier counted[] = {
	{ .sources = { [SPEND_RECHARGE] = true }, .discounted = SPEND_DISCOUNTED },
};

static void
test_price(void)
{
	struct arena a = ARENA_INIT;
	struct spend_tracker tracker = { .specifiers = counted,
		.nspecifiers = 1,
		.has_spent = true,
		.spent = rat_int(&a, 110) };
	struct threshold t = { .has_discount = false };
	struct recharge_price p = recharge_price(&a, &t, rat_int(&a, 1500), NULL);

	ok(rat_eq(p.price, rat_int(&a, 1500)) && rat_sign(p.discounted) == 0, "recharge-basic");
	t.has_discount = true;
	t.discount.fraction = rat_frac(&a, 9, 10);
	p = recharge_price(&a, &t, rat_int(&a, 2000), NULL);
	ok(rat_eq(p.price, rat_int(&a, 1800)) && rat_eq(p.undiscounted, rat_int(&a, 2000)),
		"recharge-discount-20");
	p = recharge_price(&a, &t, rat_mul(&a, rat_int(&a, 100), rat_int(&a, 50)), NULL);
	ok(rat_eq(p.price, rat_int(&a, 4500)) && rat_eq(p.undiscounted, rat_int(&a, 5000)),
		"recharge-discount: 100 units at 50 cents");
	t.discount.cap = rat_int(&a, 200);
	p = recharge_price(&a, &t, rat_int(&a, 300), &tracker);
	ok(rat_eq(p.price, rat_int(&a, 290)) && rat_eq(p.discounted, rat_int(&a, 90)),
		"90 left to the cap: 90 for 100, 200 for the rest");
	t.discount.cap = rat_int(&a, 110);
	p = recharge_price(&a, &t, rat_int(&a, 300), &tracker);
	ok(rat_eq(p.price, rat_int(&a, 300)) && rat_sign(p.discounted) == 0, "at the cap");
	arena_release(&a);
}

/*
 * Bought at once or in two parts one after the other, it costs the same; the tracker never
 * passes the cap; no price is above the full one or below the discounted one.
 */
static void
test_laws(void)
{
	struct arena a = ARENA_INIT;
	struct sweep s = sweep_start("a recharge and its parts", 22);
	int split = 0, capped = 0, bounded = 0;
	const int rounds = 2000;

	for (int i = 0; i < rounds; i++) {
		struct threshold t = { .has_discount = true };
		struct spend_tracker one = { .specifiers = counted, .nspecifiers = 1 }, two;
		struct rat worth = rat_int(&a, 1 + (int64_t)sweep_below(&s, 5000));
		struct rat part = rat_mul(&a, worth, rat_frac(&a, (int64_t)sweep_below(&s, 8), 7));
		struct recharge_price whole, first, second;

		one.has_spent = true;
		one.unit = unit_usd();
		one.spent = rat_int(&a, (int64_t)sweep_below(&s, 3000));
		two = one;
		t.discount.fraction = rat_frac(&a, (int64_t)sweep_below(&s, 11), 10);
		t.discount.cap = rat_int(&a, (int64_t)sweep_below(&s, 6000));
		whole = recharge_price(&a, &t, worth, &one);
		first = recharge_price(&a, &t, part, &two);
		spend_add_recharge(&a, &two, 1, &two.unit, first.price, first.discounted);
		second = recharge_price(&a, &t, rat_sub(&a, worth, part), &two);
		spend_add_recharge(&a, &one, 1, &one.unit, whole.price, whole.discounted);
		spend_add_recharge(&a, &two, 1, &two.unit, second.price, second.discounted);
		split += rat_eq(whole.price, rat_add(&a, first.price, second.price)) &&
			rat_eq(one.spent, two.spent);
		capped += rat_sign(whole.discounted) == 0 ||
			rat_cmp(one.spent, t.discount.cap) <= 0;
		bounded += rat_cmp(whole.price, worth) <= 0 &&
			rat_cmp(whole.price, rat_mul(&a, worth, t.discount.fraction)) >= 0;
		arena_clear(&a);
	}
	is_int(split, rounds, "the parts cost what the whole does");
	is_int(capped, rounds, "what is at a discount stays below the cap");
	is_int(bounded, rounds, "between the discounted price and the full one");
	arena_release(&a);
}

static void
test_counts(void)
{
	static const struct {
		enum spend_discounted of;
		bool discounted, full;
	} cases[] = {
		{ SPEND_ANY, true, true },
		{ SPEND_DISCOUNTED, true, false },
		{ SPEND_UNDISCOUNTED, false, true },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct spend_specifier s = { .sources = { [SPEND_MANUAL] = true },
			.discounted = cases[i].of };
		struct spend_tracker t = { .specifiers = &s, .nspecifiers = 1 };

		ok(spend_tracker_counts(&t, SPEND_MANUAL, true) == cases[i].discounted &&
				spend_tracker_counts(&t, SPEND_MANUAL, false) == cases[i].full &&
				!spend_tracker_counts(&t, SPEND_RECHARGE, true) &&
				!spend_tracker_counts(&t, SPEND_RECHARGE, false),
			"case %zu", i);
	}
}

int
main(void)
{
	test_taken();
	test_back();
	test_refused();
	test_worth();
	test_exclusions();
	test_price();
	test_laws();
	test_counts();
	return done();
}
