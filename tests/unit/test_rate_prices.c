/* What a rate costs: the members of each model, read, refused and written. */
#include "domain/ratecard.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define HEAD "{'product_id':'p','starting_at':'2024-01-01','entitled':true,"
#define FLAT(rest) HEAD "'rate_type':'FLAT','price':1," rest "}"
#define TYPE(type, rest) HEAD "'rate_type':'" type "'," rest "}"
#define SEATS(rest) FLAT("'billing_frequency':'MONTHLY'," rest)

static struct rate got;

static bool
read_rate(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	const struct rate_card card = { .name = STR("List"), .fiat = unit_usd() };

	return rate_from_json(j, csv, NULL, &card, a, &got, e);
}

static void
terms(struct jsonw *w, const void *r)
{
	rate_terms_json(w, r);
}

/* The members from rate_type on, before the unit. */
static const char *
printed(struct arena *a)
{
	struct buf b = BUF_INIT;
	struct jsonw w;
	const char *from, *to;
	struct str out;

	got.id = STR("r");
	jsonw_init(&w, &b);
	rate_to_json(&w, &got, a);
	jsonw_release(&w);
	from = strstr(buf_cstr(&b), "\"entitled\":true,");
	to = strstr(buf_cstr(&b), ",\"credit_type\"");
	out = STR("");
	if (from != NULL && to != NULL)
		out = str_dup(a,
			(struct str){ from + strlen("\"entitled\":true,"),
				(size_t)(to - from) - strlen("\"entitled\":true,") });
	buf_release(&b);
	return out.p;
}

static void
test_models(struct arena *a)
{
	ok(body_taken(TYPE("volume", "'tiers':[{'size':1000,'price':'0.10 USD'},{'price':9}]"),
		   read_rate, a),
		"VOLUME");
	is_str(printed(a),
		"\"rate_type\":\"VOLUME\",\"tiers\":[{\"size\":\"1000\",\"price\":\"10\","
		"\"price_major\":\"0.1\"},{\"price\":\"9\",\"price_major\":\"0.09\"}]",
		"  printed");
	ok(body_taken(TYPE("STAIRSTEP", "'tiers':[{'price':100}]"), read_rate, a) &&
			got.type == RATE_STAIRSTEP && got.tiers[0].open,
		"STAIRSTEP");
	ok(body_taken(TYPE("PACKAGE", "'price':'25 USD','package_size':'1000'"), read_rate, a),
		"PACKAGE");
	is_str(printed(a),
		"\"rate_type\":\"PACKAGE\",\"price\":\"2500\",\"price_major\":\"25\","
		"\"package_size\":\"1000\"",
		"  printed");
	ok(body_taken(TYPE("TIERED_PERCENTAGE",
			      "'tiers':[{'size':'10 USD','price':'10 %'},{'price':0.05}]"),
		   read_rate, a),
		"TIERED_PERCENTAGE");
	is_str(printed(a),
		"\"rate_type\":\"TIERED_PERCENTAGE\",\"tiers\":[{\"size\":\"1000\","
		"\"price\":\"0.1\"},{\"price\":\"0.05\"}]",
		"  sizes are money, prices are not");
	ok(body_taken(TYPE("TIERED",
			      "'tiers':[{'size':5,'price':1,'flat_fee':'1 USD'},"
			      "{'price':2,'flat_fee':0}]"),
		   read_rate, a),
		"TIERED with flat fees");
	is_str(printed(a),
		"\"rate_type\":\"TIERED\",\"tiers\":[{\"size\":\"5\",\"price\":\"1\","
		"\"price_major\":\"0.01\",\"flat_fee\":\"100\",\"flat_fee_major\":\"1\"},"
		"{\"price\":\"2\",\"price_major\":\"0.02\"}]",
		"  a fee of nothing is none");
}

static void
test_limits(struct arena *a)
{
	ok(body_taken(FLAT("'free_units':'1/3','minimum':'5 USD','maximum':500"), read_rate, a),
		"free units, a minimum and a maximum that are equal");
	is_str(printed(a),
		"\"rate_type\":\"FLAT\",\"price\":\"1\",\"price_major\":\"0.01\","
		"\"free_units\":\"0.33333333333333333333\",\"free_units_exact\":\"1/3\","
		"\"minimum\":\"500\",\"minimum_major\":\"5\",\"maximum\":\"500\","
		"\"maximum_major\":\"5\"",
		"  printed");
	ok(body_taken(FLAT("'free_units':0,'minimum':0,'maximum':0"), read_rate, a) &&
			got.has_maximum && rat_sign(got.maximum) == 0,
		"a maximum of nothing is one");
	is_str(printed(a),
		"\"rate_type\":\"FLAT\",\"price\":\"1\",\"price_major\":\"0.01\","
		"\"maximum\":\"0\",\"maximum_major\":\"0\"",
		"  the others are not");
	ok(body_taken(TYPE("PERCENTAGE", "'price':0.1,'minimum':'100 USD'"), read_rate, a) &&
			!got.has_maximum,
		"the minimum of a composite");
	ok(body_taken(FLAT("'free_units':3,'commit_rate':{'rate_type':'FLAT','price':2}"),
		   read_rate, a) &&
			rat_eq(got.commit_rate->free_units, got.free_units),
		"what is free is free at the commit rate too");
}

static void
test_seats(struct arena *a)
{
	ok(body_taken(SEATS("'credit_type_id':'USD'"), read_rate, a) && got.has_frequency &&
			got.frequency == FREQ_MONTHLY,
		"the rate of a subscription");
	is_str(printed(a),
		"\"billing_frequency\":\"MONTHLY\",\"rate_type\":\"FLAT\",\"price\":\"1\","
		"\"price_major\":\"0.01\"",
		"  printed");
	ok(body_taken(TYPE("SUBSCRIPTION",
			      "'price':5,'billing_frequency':'annual','quantity':2,"
			      "'is_prorated':true"),
		   read_rate, a),
		"the legacy form");
	is_str(printed(a),
		"\"billing_frequency\":\"ANNUAL\",\"rate_type\":\"SUBSCRIPTION\","
		"\"price\":\"5\",\"price_major\":\"0.05\",\"quantity\":\"2\","
		"\"is_prorated\":true",
		"  printed");
	ok(body_taken(FLAT("'quantity':null,'is_prorated':null,'package_size':null,"
			   "'billing_frequency':null"),
		   read_rate, a) &&
			!got.has_frequency,
		"null is none");
}

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ TYPE("VOLUME", "'price':1,'tiers':[{'price':1}]"), "rate.price", "price", "1,",
			"in tiers" },
		{ TYPE("VOLUME", "'free_units':1"), "missing_field", "tiers", "{", "missing" },
		{ TYPE("STAIRSTEP", "'tiers':[{'size':1,'price':1}]"), "rate.tiers.size",
			"tiers[0].size", "1,", "last tier is open" },
		{ TYPE("STAIRSTEP", "'tiers':[{'price':1,'flat_fee':1}]"), "rate.tiers.flat_fee",
			"tiers[0].flat_fee", "1}", "TIERED rates do" },
		{ TYPE("PACKAGE", "'price':1"), "missing_field", "package_size", "{", "missing" },
		{ TYPE("PACKAGE", "'price':1,'package_size':0"), "rate.package_size",
			"package_size", "0}", "above 0" },
		{ TYPE("PACKAGE", "'price':1,'package_size':'-1/3'"), "rate.package_size",
			"package_size", "'-1", "above 0" },
		{ TYPE("PACKAGE", "'package_size':1,'price':1,'tiers':[{'price':1}]"), "rate.tiers",
			"tiers", "[{", "a PACKAGE rate has none" },
		{ TYPE("PACKAGE", "'package_size':1,'price':1,'commit_rate':{}"),
			"rate.commit_rate", "commit_rate", "{}", "a PACKAGE rate has none" },
		{ FLAT("'package_size':5"), "rate.package_size", "package_size", "5}",
			"PACKAGE rates do" },
		{ FLAT("'free_units':-1"), "rate.free_units", "free_units", "-1", "below zero" },
		{ FLAT("'free_units':'1 USD'"), "rate.free_units", "free_units", "'1 USD'",
			"wanted a number" },
		{ FLAT("'minimum':-1"), "rate.minimum", "minimum", "-1", "below zero" },
		{ FLAT("'minimum':'1 EUR'"), "rate.minimum", "minimum", "'1 EUR'", "in EUR" },
		{ FLAT("'minimum':2,'maximum':'1.99'"), "rate.maximum", "maximum", "'1.99'",
			"below the minimum" },
		{ FLAT("'maximum':-1"), "rate.maximum", "maximum", "-1", "below zero" },
		{ TYPE("PERCENTAGE", "'price':0.1,'maximum':1"), "rate.maximum", "maximum", "1}",
			"rates of usage do" },
		{ TYPE("PERCENTAGE", "'price':0.1,'free_units':1"), "rate.free_units", "free_units",
			"1}", "rates of usage do" },
		{ TYPE("TIERED_PERCENTAGE", "'tiers':[{'size':1,'price':2},{'price':0}]"),
			"rate.tiers.price", "tiers[0].price", "2}", "above 1" },
		{ TYPE("TIERED_PERCENTAGE", "'tiers':[{'size':'1 EUR','price':0},{'price':0}]"),
			"rate.tiers.size", "tiers[0].size", "'1 EUR'", "in EUR" },
		{ TYPE("TIERED_PERCENTAGE",
			  "'tiers':[{'price':0}],'pricing_group_values':"
			  "{'a':'x'}"),
			"rate.pricing_group_values", "pricing_group_values", "{'a'",
			"COMPOSITE products" },
		{ TYPE("TIERED", "'tiers':[{'price':0}],'billing_frequency':'MONTHLY'"),
			"rate.billing_frequency", "billing_frequency", "'MON",
			"FLAT and SUBSCRIPTION do" },
		{ FLAT("'billing_frequency':'DAILY'"), "rate.billing_frequency",
			"billing_frequency", "'DAILY'", "WEEKLY, MONTHLY, QUARTERLY or ANNUAL" },
		{ SEATS("'free_units':1"), "rate.free_units", "free_units", "1}",
			"rate of a subscription" },
		{ SEATS("'minimum':1"), "rate.minimum", "minimum", "1}", "rate of a subscription" },
		{ SEATS("'maximum':1"), "rate.maximum", "maximum", "1}", "rate of a subscription" },
		{ SEATS("'commit_rate':{'rate_type':'FLAT','price':1}"), "rate.commit_rate",
			"commit_rate", "{'rate", "has none" },
		{ TYPE("SUBSCRIPTION", "'price':1"), "missing_field", "billing_frequency", "{",
			"missing" },
		{ TYPE("SUBSCRIPTION",
			  "'price':1,'billing_frequency':'MONTHLY','is_prorated':false"),
			"rate.is_prorated", "is_prorated", "false", "wanted true" },
		{ TYPE("SUBSCRIPTION", "'price':1,'billing_frequency':'MONTHLY','quantity':-1"),
			"rate.quantity", "quantity", "-1", "below zero" },
		{ FLAT("'is_prorated':true"), "rate.is_prorated", "is_prorated", "true}",
			"SUBSCRIPTION rates do" },
		{ FLAT("'quantity':1"), "rate.quantity", "quantity", "1}",
			"SUBSCRIPTION rates do" },
	};

	body_refused(cases, countof(cases), read_rate);
}

/* ---- laws ---- */

static const char *
random_price(struct sweep *s, struct arena *a)
{
	return str_printf(a, "'%d/%d'", (int)sweep_below(s, 9), (int)(9 + sweep_below(s, 5))).p;
}

static const char *
random_prices(struct sweep *s, struct arena *a, enum rate_type t)
{
	struct str out = STR("'tiers':[");
	size_t n = (size_t)(1 + sweep_below(s, 4));

	if (!rate_type_tiers(t))
		return str_printf(a, "'price':%s", random_price(s, a)).p;
	for (size_t i = 1; i < n; i++)
		out = str_printf(a, "%.*s{'size':%d,'price':%s%s},", STR_FMT(out),
			(int)(1 + sweep_below(s, 9)), random_price(s, a),
			t == RATE_TIERED && sweep_below(s, 2) == 0 ? ",'flat_fee':'7/3'" : "");
	return str_printf(a, "%.*s{'price':%s}]", STR_FMT(out), random_price(s, a)).p;
}

static const char *
random_body(struct sweep *s, struct arena *a)
{
	enum rate_type t = (enum rate_type)sweep_below(s, RATE_TYPES);
	bool usage = !rate_type_on_spend(t) && t != RATE_SUBSCRIPTION;

	return str_printf(a, TYPE("%s", "%s%s%s%s%s%s%s"), rate_type_name(t),
		random_prices(s, a, t), t == RATE_PACKAGE ? ",'package_size':'5/3'" : "",
		usage && sweep_below(s, 2) ? ",'free_units':'1/7'" : "",
		t != RATE_SUBSCRIPTION && sweep_below(s, 2) ? ",'minimum':'10/3'" : "",
		usage && sweep_below(s, 2) ? ",'maximum':4" : "",
		t == RATE_SUBSCRIPTION ? ",'billing_frequency':'WEEKLY','quantity':3" : "",
		(t == RATE_FLAT || t == RATE_TIERED) && sweep_below(s, 2) ?
			",'commit_rate':{'rate_type':'FLAT','price':'1/3'}" :
			"")
		.p;
}

static void
test_round_trip(void)
{
	struct sweep s = sweep_start("prices of rates", 71);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0, alike = 0;

	for (int i = 0; i < 1000; i++) {
		struct rate first;
		struct json *j;

		broken += !body_taken(random_body(&s, &a), read_rate, &a);
		first = got;
		j = body_tree(&a, body_written(&a, terms, &first));
		broken += !read_rate(j, false, &a, &e) || !rate_same_price(&first, &got) ||
			first.has_frequency != got.has_frequency ||
			!rat_eq(first.quantity, got.quantity);
		got.minimum = rat_add(&a, got.minimum, RAT_ONE);
		alike += rate_same_price(&first, &got);
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same rate");
	is_int(alike, 0, "another minimum is another price");
	arena_release(&a);
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_models(&a);
	test_limits(&a);
	test_seats(&a);
	test_refused();
	test_round_trip();
	arena_release(&a);
	return done();
}
