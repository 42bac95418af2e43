#include "domain/ratecard.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

/* Two units of one's own beside the currencies. */
static const struct unit custom[] = {
	{ .id = { "00000000-0000-4000-8000-00000000000a" },
		.name = "tokens",
		.code = "tokens",
		.custom = true },
	{ .id = { "00000000-0000-4000-8000-00000000000b" },
		.name = "AI credits",
		.code = "AI credits",
		.custom = true },
};
static const struct units units = { custom, 2 };
static struct rate_card got_card;
static struct rate_card_changes got_changes;
static struct rate got;
static struct rate *got_list;
static size_t got_n;
static struct str got_ref;

static bool
read_card(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return rate_card_from_json(j, csv, &units, a, &got_card, e);
}

static bool
read_changes(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct unit usd = unit_usd();

	return rate_card_update_from_json(j, csv, &units, &usd, a, &got_ref, &got_changes, e);
}

static bool
read_rate(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	static struct conversion worth = { .unit = { .name = NULL } };
	struct rate_card card = { .name = STR("List"), .fiat = unit_usd() };

	worth = (struct conversion){ custom[0], rat_int(a, 10) };
	card.conversions = &worth;
	card.nconversions = 1;
	return rate_from_json(j, csv, &units, &card, a, &got, e);
}

static bool
read_any_unit(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return rate_from_json(j, csv, NULL, NULL, a, &got, e);
}

static bool
read_rates(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	const struct rate_card card = { .fiat = unit_usd() };

	return rates_from_json(j, csv, NULL, &card, a, &got_list, &got_n, e);
}

static void
card_terms(struct jsonw *w, const void *c)
{
	rate_card_terms_json(w, c);
}

static void
card_printed(struct jsonw *w, const void *c)
{
	rate_card_to_json(w, c);
}

static void
rate_terms(struct jsonw *w, const void *r)
{
	rate_terms_json(w, r);
}

/* ---- cards ---- */

static void
test_cards(void)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct rate_card c;

	ok(body_taken("{'name':'List'}", read_card, &a), "a card");
	is_str(got_card.fiat.code, "USD", "  in USD");
	ok(!got_card.description.p, "  without a description");
	ok(body_taken("{'name':'List','description':'','fiat_credit_type_id':'eur','aliases':"
		      "[{'name':'list','starting_at':'2024-01-01T05:00:00Z'},{'name':'old',"
		      "'ending_before':'2024-01-01'}],'custom_fields':{'k':'v'}}",
		   read_card, &a),
		"a card with everything");
	got_card.id = STR("c1");
	c = got_card;
	is_str(body_written(&a, card_printed, &c),
		str_printf(&a,
			"{\"id\":\"c1\",\"name\":\"List\","
			"\"description\":\"\",\"fiat_credit_type\":{\"id\":\"%s\",\"name\":\"EUR\"},"
			"\"aliases\":[{\"name\":\"list\",\"starting_at\":\"2024-01-01T05:00:00Z\"},"
			"{\"name\":\"old\",\"ending_before\":\"2024-01-01T00:00:00Z\"}],"
			"\"custom_fields\":{\"k\":\"v\"}}",
			c.fiat.id.s)
			.p,
		"  printed");
	ok(body_taken("{'rate_card_id':'List','description':'d','custom_fields':{'l':'w'}}",
		   read_changes, &a),
		"an update");
	ok(rate_card_apply(&a, &c, &got_changes, &e), "  applied");
	is_str(got_ref.p, "List", "  of which");
	is_str(c.description.p, "d", "  another description");
	is_int((int64_t)c.naliases, 2, "  aliases as they were");
	is_int((int64_t)c.custom_fields.n, 2, "  custom fields merged");
	ok(body_taken("{'rate_card':'List','aliases':[]}", read_changes, &a),
		"an update of aliases");
	ok(rate_card_apply(&a, &c, &got_changes, &e), "  applied");
	is_int((int64_t)c.naliases, 0, "  replaced, by none");
	is_str(c.name.p, "List", "  the name stays");
	arena_release(&a);
}

#define CONVERSION(unit, worth) \
	"{'name':'n','credit_type_conversions':[{'custom_credit_type_id':" unit \
	",'fiat_per_custom_credit':" worth "}]}"

static void
test_conversions(void)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct rate_card c;

	ok(body_taken(CONVERSION("'tokens'", "'0.10 USD'"), read_card, &a), "a conversion");
	c = got_card;
	c.id = STR("c1");
	is_str(body_written(&a, card_printed, &c),
		"{\"id\":\"c1\",\"name\":\"n\",\"fiat_credit_type\":"
		"{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"name\":\"USD (cents)\"},"
		"\"credit_type_conversions\":[{\"custom_credit_type\":"
		"{\"id\":\"00000000-0000-4000-8000-00000000000a\",\"name\":\"tokens\"},"
		"\"fiat_per_custom_credit\":\"10\"}],\"aliases\":[]}",
		"  printed, in stored units");
	ok(rate_card_conversion(&c, &custom[0]) != NULL &&
			rate_card_conversion(&c, &custom[1]) == NULL &&
			rate_card_conversion(&c, &c.fiat) == NULL,
		"  found by its unit");

	ok(body_taken("{'id':'c1','add_credit_type_conversions':[{'custom_credit_type_id':'tokens',"
		      "'fiat_per_custom_credit':10},{'custom_credit_type_id':'AI credits',"
		      "'fiat_per_custom_credit':'1/3'}]}",
		   read_changes, &a),
		"one that is there, and another");
	ok(rate_card_apply(&a, &c, &got_changes, &e) && c.nconversions == 2, "  which is added");
	ok(body_taken("{'id':'c1','name':'m','add_credit_type_conversions':"
		      "[{'custom_credit_type_id':'AI credits','fiat_per_custom_credit':1}]}",
		   read_changes, &a),
		"another value for it");
	ok(!rate_card_apply(&a, &c, &got_changes, &e), "  is refused");
	is_str(e.text, "AI credits is 1/3 on this card, and cannot change", "  naming both");
	is_str(e.field, "add_credit_type_conversions[0].fiat_per_custom_credit", "  where it is");
	is_str(e.code, "rate_card.add_credit_type_conversions", "  its code");
	is_str(c.name.p, "n", "  nothing else is changed");
	arena_release(&a);
}

static void
test_cards_refused(void)
{
	static const struct refusal cards[] = {
		{ "{}", "missing_field", "name", "{", "missing" },
		{ "{'name':'n','fiat_credit_type_id':'XAU'}", "rate_card.fiat_credit_type_id",
			"fiat_credit_type_id", "'XAU'", "no such unit" },
		{ "{'name':'n','fiat_credit_type_id':'tokens'}", "rate_card.fiat_credit_type_id",
			"fiat_credit_type_id", "'tokens'", "wanted a currency" },
		{ "{'name':'n','credit_type_conversions':[1]}", "rate_card.credit_type_conversions",
			"credit_type_conversions[0]", "1]", "wanted an object" },
		{ "{'name':'n','credit_type_conversions':[{'fiat_per_custom_credit':1}]}",
			"missing_field", "credit_type_conversions[0].custom_credit_type_id",
			"{'fiat", "missing" },
		{ "{'name':'n','credit_type_conversions':[{'custom_credit_type_id':'tokens'}]}",
			"missing_field", "credit_type_conversions[0].fiat_per_custom_credit",
			"{'custom", "missing" },
		{ CONVERSION("'EUR'", "1"),
			"rate_card.credit_type_conversions.custom_credit_type_id",
			"credit_type_conversions[0].custom_credit_type_id", "'EUR'",
			"wanted a custom unit" },
		{ CONVERSION("'gems'", "1"),
			"rate_card.credit_type_conversions.custom_credit_type_id",
			"credit_type_conversions[0].custom_credit_type_id", "'gems'",
			"no such unit" },
		{ CONVERSION("'tokens'", "0"),
			"rate_card.credit_type_conversions.fiat_per_custom_credit",
			"credit_type_conversions[0].fiat_per_custom_credit", "0}", "above 0" },
		{ CONVERSION("'tokens'", "'-1/3'"),
			"rate_card.credit_type_conversions.fiat_per_custom_credit",
			"credit_type_conversions[0].fiat_per_custom_credit", "'-1/3'", "above 0" },
		{ CONVERSION("'tokens'", "'0.10 EUR'"),
			"rate_card.credit_type_conversions.fiat_per_custom_credit",
			"credit_type_conversions[0].fiat_per_custom_credit", "'0.10 EUR'",
			"in EUR where USD is wanted" },
		{ "{'name':'n','credit_type_conversions':[{'custom_credit_type_id':'tokens',"
		  "'fiat_per_custom_credit':1},{'custom_credit_type_id':"
		  "'00000000-0000-4000-8000-00000000000A','fiat_per_custom_credit':1}]}",
			"rate_card.credit_type_conversions.custom_credit_type_id",
			"credit_type_conversions[1].custom_credit_type_id", "'00000000", "twice" },
		{ "{'name':'n','aliases':[{'starting_at':'2024-01-01'}]}", "missing_field",
			"aliases[0].name", "{'start", "missing" },
		{ "{'name':'n','aliases':[{'name':'a'},{'name':'b','starting_at':"
		  "'2024-01-01T00:00:01Z'}]}",
			"rate_card.aliases.starting_at", "aliases[1].starting_at", "'2024",
			"hour" },
		{ "{'name':'n','aliases':[{'name':'b','starting_at':'2024-01-02',"
		  "'ending_before':'2024-01-02'}]}",
			"rate_card.aliases.ending_before", "aliases[0].ending_before",
			"'2024-01-02'}", "not after starting_at" },
		{ "{'name':'n','aliases':['a']}", "rate_card.aliases", "aliases[0]", "'a'",
			"wanted an object" },
	};
	static const struct refusal updates[] = {
		{ "{'name':'n'}", "missing_field", "rate_card_id", "{", "missing" },
		{ "{'id':'c','fiat_credit_type_id':'EUR'}", "immutable_field",
			"fiat_credit_type_id", "'EUR'", "cannot be changed" },
		{ "{'id':'c','credit_type_conversions':[]}", "immutable_field",
			"credit_type_conversions", "[]", "cannot be changed" },
		{ "{'id':'c','add_credit_type_conversions':[{'custom_credit_type_id':'tokens',"
		  "'fiat_per_custom_credit':'5 %'}]}",
			"rate_card.add_credit_type_conversions.fiat_per_custom_credit",
			"add_credit_type_conversions[0].fiat_per_custom_credit", "'5 %'",
			"is no unit" },
	};

	body_refused(cards, countof(cards), read_card);
	body_refused(updates, countof(updates), read_changes);
}

static bool
same_card(const struct rate_card *x, const struct rate_card *y)
{
	bool same = str_eq(x->name, y->name) && str_eq(x->description, y->description) &&
		unit_same(&x->fiat, &y->fiat) && x->naliases == y->naliases &&
		x->nconversions == y->nconversions &&
		pairs_eq(&x->custom_fields, &y->custom_fields);

	for (size_t i = 0; same && i < x->nconversions; i++)
		same = unit_same(&x->conversions[i].unit, &y->conversions[i].unit) &&
			rat_eq(x->conversions[i].fiat_each, y->conversions[i].fiat_each);

	for (size_t i = 0; same && i < x->naliases; i++)
		same = str_eq(x->aliases[i].name, y->aliases[i].name) &&
			x->aliases[i].starting_at_ns == y->aliases[i].starting_at_ns &&
			x->aliases[i].ending_before_ns == y->aliases[i].ending_before_ns;
	return same;
}

static void
test_cards_round_trip(void)
{
	struct sweep s = sweep_start("rate cards", 17);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 300; i++) {
		struct rate_card first;
		struct unit u;
		struct json *j;

		unit_at(sweep_below(&s, 160), &u);
		broken += !body_taken(
			str_printf(&a, "{'name':'n%d','fiat_credit_type_id':'%s'%s%s%s}", i,
				sweep_below(&s, 2) ? u.code : u.id.s,
				sweep_below(&s, 2) ? ",'credit_type_conversions':[{"
						     "'custom_credit_type_id':'AI credits',"
						     "'fiat_per_custom_credit':'1/3'}]" :
						     "",
				sweep_below(&s, 2) ? ",'description':'\\u20ac'" : "",
				sweep_below(&s, 2) ?
					",'aliases':[{'name':'a','starting_at':'2024-01-01'}]" :
					"")
				.p,
			read_card, &a);
		first = got_card;
		j = body_tree(&a, body_written(&a, card_terms, &first));
		broken += !rate_card_from_json(j, false, &units, &a, &got_card, &e) ||
			!same_card(&first, &got_card);
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same card");
	arena_release(&a);
}

/* ---- rates ---- */

#define HEAD "{'product_id':'p','starting_at':'2024-01-01','entitled':true,"
#define FLAT(rest) HEAD "'rate_type':'FLAT'," rest "}"
#define TIERED(rest) HEAD "'rate_type':'TIERED'," rest "}"
#define PERCENT(price) HEAD "'rate_type':'PERCENTAGE','price':" price "}"

static void
test_rates(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct jsonw w;

	ok(body_taken(FLAT("'price':'0.10 USD'"), read_rate, &a), "a flat rate");
	is_str(rat_text(&a, got.price).p, "10", "  in cents");
	ok(got.ending_before_ns == INSTANT_NONE && got.entitled && !got.rate_card_id.p, "  open");
	is_str(got.unit.code, "USD", "  in the card's unit");
	ok(body_taken(
		   FLAT("'price':2,'rate_card':'List','ending_before':'2024-02-01T03:00:00Z',"
			"'credit_type_id':'usd','pricing_group_values':{'zone':7,'cloud':'aws','spot':false}"),
		   read_rate, &a),
		"with everything");
	got.id = STR("r1");
	jsonw_init(&w, &b);
	rate_to_json(&w, &got, &a);
	jsonw_release(&w);
	is_str(buf_cstr(&b),
		"{\"id\":\"r1\",\"rate_card_id\":\"List\",\"product_id\":\"p\","
		"\"starting_at\":\"2024-01-01T00:00:00Z\",\"ending_before\":\"2024-02-01T03:00:00Z\","
		"\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":\"2\",\"price_major\":\"0.02\","
		"\"pricing_group_values\":{\"cloud\":\"aws\",\"spot\":\"false\",\"zone\":\"7\"},"
		"\"credit_type\":{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\","
		"\"name\":\"USD (cents)\"},\"currency\":\"USD\"}",
		"  printed");
	ok(body_taken(TIERED("'tiers':[{'size':'1/3','price':50},{'size':5,'price':0},"
			     "{'price':'0.01 USD'}]"),
		   read_rate, &a),
		"a tiered rate");
	is_int((int64_t)got.ntiers, 3, "  three tiers");
	ok(!got.tiers[1].open && got.tiers[2].open, "  the last one open");
	got.id = STR("r2");
	buf_clear(&b);
	jsonw_init(&w, &b);
	rate_to_json(&w, &got, &a);
	jsonw_release(&w);
	ok(strstr(buf_cstr(&b),
		   "\"tiers\":[{\"size\":\"0.33333333333333333333\","
		   "\"size_exact\":\"1/3\",\"price\":\"50\",\"price_major\":\"0.5\"},{\"size\":\"5\","
		   "\"price\":\"0\",\"price_major\":\"0\"},{\"price\":\"1\",\"price_major\":\"0.01\"}]") !=
			NULL,
		"  printed: %s", buf_cstr(&b));
	ok(body_taken(FLAT("'price':1,'credit_type_id':'EUR'"), read_any_unit, &a),
		"another unit, where no card is known");
	is_str(got.unit.code, "EUR", "  that unit");
	is_str(rate_type_name(RATE_TIERED), "TIERED", "name of a type");
	buf_release(&b);
	arena_release(&a);
}

static void
test_rates_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'starting_at':'2024-01-01','entitled':true,'rate_type':'FLAT','price':1}",
			"missing_field", "product_id", "{", "missing" },
		{ "{'product_id':'p','entitled':true,'rate_type':'FLAT','price':1}",
			"missing_field", "starting_at", "{", "missing" },
		{ "{'product_id':'p','starting_at':'2024-01-01','rate_type':'FLAT','price':1}",
			"missing_field", "entitled", "{", "missing" },
		{ HEAD "'price':1}", "missing_field", "rate_type", "{", "missing" },
		{ FLAT("'product':'q','price':1"), "rate.product", "product", "'q'",
			"beside product_id" },
		{ "{'product':'p','starting_at':'2024-01-01T00:00:00.5Z','entitled':true,"
		  "'rate_type':'FLAT','price':1}",
			"rate.starting_at", "starting_at", "'2024", "hour" },
		{ FLAT("'price':1,'ending_before':'2023-12-31T23:00:00Z'"), "rate.ending_before",
			"ending_before", "'2023", "not after starting_at, 2024-01-01T00:00:00Z" },
		{ FLAT("'price':1,'ending_before':'2024-01-01'"), "rate.ending_before",
			"ending_before", "'2024-01-01'}", "not after" },
		{ FLAT("'price':-1"), "rate.price", "price", "-1", "below zero" },
		{ FLAT("'price':'1 EUR'"), "rate.price", "price", "'1 EUR'", "in EUR where USD" },
		{ FLAT("'tiers':[{'price':1}]"), "missing_field", "price", "{", "missing" },
		{ FLAT("'price':1,'tiers':[{'price':1}]"), "rate.tiers", "tiers", "[{", "FLAT" },
		{ TIERED("'price':1"), "rate.price", "price", "1}", "in tiers" },
		{ TIERED("'tiers':null"), "missing_field", "tiers", "{", "missing" },
		{ TIERED("'tiers':[]"), "rate.tiers", "tiers", "[]", "at least 1" },
		{ TIERED("'tiers':[{'price':1},{'price':2}]"), "missing_field", "tiers[0].size",
			"{'price':1}", "missing" },
		{ TIERED("'tiers':[{'size':0,'price':1},{'price':2}]"), "rate.tiers.size",
			"tiers[0].size", "0,'price'", "above 0" },
		{ TIERED("'tiers':[{'size':1,'price':1},{'size':9,'price':2}]"), "rate.tiers.size",
			"tiers[1].size", "9", "last tier is open" },
		{ TIERED("'tiers':[{'size':1,'price':1},{'price':-2}]"), "rate.tiers.price",
			"tiers[1].price", "-2", "below zero" },
		{ TIERED("'tiers':[{'size':1,'price':1},{'price':2,'flat_fee':-3}]"),
			"rate.tiers.flat_fee", "tiers[1].flat_fee", "-3", "below zero" },
		{ TIERED("'tiers':[{'size':'9'}]"), "missing_field", "tiers[0].price", "{'size",
			"missing" },
		{ TIERED("'tiers':[{'size':'ten','price':1},{'price':2}]"), "rate.tiers.size",
			"tiers[0].size", "'ten'", "wanted a number" },
		{ FLAT("'price':1,'credit_type_id':'EUR'"), "rate.credit_type_id", "credit_type_id",
			"'EUR'", "is EUR, but the rate card is in USD (cents)" },
		{ FLAT("'price':1,'pricing_group_values':{'a':null}"), "rate.pricing_group_values",
			"pricing_group_values.a", "null", "wanted a string, a number" },
		{ FLAT("'price':1,'pricing_group_values':{'a':'x','b':{}}"),
			"rate.pricing_group_values", "pricing_group_values.b", "{}}", "wanted a" },
		{ FLAT("'price':1,'pricing_group_values':['a']"), "rate.pricing_group_values",
			"pricing_group_values", "['a']", "wanted an object" },
		{ HEAD "'rate_type':'custom','custom_rate':{}}", "unsupported_field", "custom_rate",
			"{}", "not supported" },
		{ HEAD "'rate_type':'custom'}", "unsupported_field", "rate_type", "'cus",
			"CUSTOM is not supported" },
		{ HEAD "'rate_type':'FREE'}", "rate.rate_type", "rate_type", "'FREE'",
			"FLAT, TIERED, VOLUME, STAIRSTEP, PACKAGE, PERCENTAGE, "
			"TIERED_PERCENTAGE or SUBSCRIPTION" },
		{ FLAT("'price':1,'use_list_prices':true"), "unsupported_field", "use_list_prices",
			"true}", "not supported" },
		{ FLAT("'prize':1"), "missing_field", "price", "{", "missing" },
		{ FLAT("'price':1,'discount':1"), "unknown_field", "discount", "1}",
			"unknown field" },
	};

	body_refused(cases, countof(cases), read_rate);
}

/* ---- percentages ---- */

#define SECOND(rest) FLAT("'price':1,'commit_rate':{" rest "}")

static void
test_commit_rates(void)
{
	static const struct refusal cases[] = {
		{ SECOND(""), "missing_field", "commit_rate.rate_type", "{}", "missing" },
		{ FLAT("'price':1,'commit_rate':8"), "rate.commit_rate", "commit_rate", "8}",
			"wanted an object" },
		{ SECOND("'rate_type':'PERCENTAGE','price':0.5"), "rate.commit_rate.rate_type",
			"commit_rate.rate_type", "'PERC", "FLAT or TIERED" },
		{ SECOND("'rate_type':'VOLUME','tiers':[{'price':1}]"),
			"rate.commit_rate.rate_type", "commit_rate.rate_type", "'VOL",
			"FLAT or TIERED" },
		{ SECOND("'rate_type':'FLAT'"), "missing_field", "commit_rate.price",
			"{'rate_type':'FLAT'}", "missing" },
		{ SECOND("'rate_type':'FLAT','price':-1"), "rate.commit_rate.price",
			"commit_rate.price", "-1", "below zero" },
		{ SECOND("'rate_type':'FLAT','price':'1 EUR'"), "rate.commit_rate.price",
			"commit_rate.price", "'1 EUR'", "in EUR where USD" },
		{ SECOND("'rate_type':'FLAT','price':1,'tiers':[{'price':1}]"),
			"rate.commit_rate.tiers", "commit_rate.tiers", "[{",
			"a FLAT rate has none" },
		{ SECOND("'rate_type':'TIERED','tiers':[]"), "rate.commit_rate.tiers",
			"commit_rate.tiers", "[]", "at least 1" },
		{ SECOND("'rate_type':'TIERED','tiers':[{'size':0,'price':1},{'price':1}]"),
			"rate.commit_rate.tiers.size", "commit_rate.tiers[0].size", "0,",
			"above 0" },
		{ SECOND("'rate_type':'FLAT','price':1,'credit_type_id':'USD'"), "unknown_field",
			"commit_rate.credit_type_id", "'USD'", "unknown" },
		{ SECOND("'rate_type':'FLAT','price':1,'commit_rate':{}"), "unknown_field",
			"commit_rate.commit_rate", "{}}", "unknown" },
		{ HEAD "'rate_type':'PERCENTAGE','price':0,'commit_rate':{'rate_type':'FLAT',"
		       "'price':1}}",
			"rate.commit_rate", "commit_rate", "{'rate_type':'FLAT'",
			"PERCENTAGE rate has none" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct jsonw w;

	body_refused(cases, countof(cases), read_rate);
	ok(body_taken(FLAT("'price':1,'commit_rate':null"), read_rate, &a) &&
			got.commit_rate == NULL,
		"null is none");
	ok(body_taken(SECOND("'rate_type':'tiered','tiers':[{'size':2,'price':'0.10 USD'},"
			     "{'price':5}]"),
		   read_rate, &a),
		"tiers beside a flat price");
	got.id = STR("r3");
	jsonw_init(&w, &b);
	rate_to_json(&w, &got, &a);
	jsonw_release(&w);
	ok(strstr(buf_cstr(&b),
		   "\"price\":\"1\",\"price_major\":\"0.01\",\"commit_rate\":{"
		   "\"rate_type\":\"TIERED\",\"tiers\":[{\"size\":\"2\",\"price\":\"10\","
		   "\"price_major\":\"0.1\"},{\"price\":\"5\",\"price_major\":\"0.05\"}]},"
		   "\"credit_type\"") != NULL,
		"  printed: %s", buf_cstr(&b));
	buf_release(&b);
	arena_release(&a);
}

static void
test_percentages(void)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct jsonw w;

	ok(body_taken(PERCENT("'0.1'"), read_rate, &a), "a percentage rate");
	is_str(rat_text(&a, got.price).p, "0.1", "  a fraction");
	is_str(got.unit.code, "USD", "  in the card's unit");
	ok(body_taken(HEAD "'rate_type':'percentage','price':1,'credit_type_id':'usd','tiers':[],"
			   "'pricing_group_values':{}}",
		   read_rate, &a),
		"the whole, of the card's unit");
	ok(rat_eq(got.price, RAT_ONE), "  one");
	ok(body_taken(PERCENT("'2.5%'"), read_rate, &a), "a percentage with its sign");
	got.id = STR("r1");
	jsonw_init(&w, &b);
	rate_to_json(&w, &got, &a);
	jsonw_release(&w);
	is_str(buf_cstr(&b),
		"{\"id\":\"r1\",\"product_id\":\"p\",\"starting_at\":\"2024-01-01T00:00:00Z\","
		"\"entitled\":true,\"rate_type\":\"PERCENTAGE\",\"price\":\"0.025\","
		"\"credit_type\":{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\","
		"\"name\":\"USD (cents)\"},\"currency\":\"USD\"}",
		"  printed, no amount of money");
	buf_release(&b);
	arena_release(&a);
}

static void
test_percentages_refused(void)
{
	static const struct refusal cases[] = {
		{ PERCENT("5"), "rate.price", "price", "5}",
			"wanted a fraction, as 0.05 or \"5 %\"" },
		{ PERCENT("'1.01'"), "rate.price", "price", "'1.01'", "above 1" },
		{ PERCENT("'100.5 %'"), "rate.price", "price", "'100.5", "above 100 %" },
		{ PERCENT("-0.1"), "rate.price", "price", "-0.1", "below zero" },
		{ PERCENT("'-1 %'"), "rate.price", "price", "'-1 %'", "below zero" },
		{ PERCENT("'%'"), "rate.price", "price", "'%'", "not a percentage" },
		{ PERCENT("'five %'"), "rate.price", "price", "'five", "not a percentage" },
		{ PERCENT("'5  %'"), "rate.price", "price", "'5 ", "not a percentage" },
		{ PERCENT("'1e2000 %'"), "number_too_long", "price", "'1e2", "digits" },
		{ PERCENT("'0.10 USD'"), "rate.price", "price", "'0.10", "wanted a number" },
		{ PERCENT("null"), "missing_field", "price", "{", "missing" },
		{ HEAD "'rate_type':'PERCENTAGE','price':0,'tiers':[{'price':0}]}", "rate.tiers",
			"tiers", "[{", "a PERCENTAGE rate has none" },
		{ HEAD "'rate_type':'PERCENTAGE','price':0,'pricing_group_values':{'a':'x'}}",
			"rate.pricing_group_values", "pricing_group_values", "{'a'",
			"COMPOSITE products" },
		{ HEAD "'rate_type':'PERCENTAGE','price':0,'credit_type_id':'EUR'}",
			"rate.credit_type_id", "credit_type_id", "'EUR'",
			"the rate card is in USD" },
		{ FLAT("'price':'5 %'"), "rate.price", "price", "'5 %'", "\"%\" is no unit" },
	};

	body_refused(cases, countof(cases), read_rate);
}

/* "n %" is n/100 wherever that is a fraction, and refused where it is not. */
static void
test_percent_sign(void)
{
	struct sweep s = sweep_start("percentages", 23);
	struct arena a = ARENA_INIT;
	int broken = 0;

	for (int i = 0; i < 300; i++) {
		int n = (int)sweep_below(&s, 2100) - 50; /* tenths of a per cent */
		struct json *j = body_tree(&a,
			str_printf(&a, PERCENT("'%d/10%s%%'"), n, sweep_below(&s, 2) ? " " : "").p);
		struct err e = ERR_INIT;
		bool taken = read_rate(j, false, &a, &e);

		broken += taken != (n >= 0 && n <= 1000) ||
			(taken && !rat_eq(got.price, rat_frac(&a, n, 1000)));
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "a per cent is a hundredth");
	arena_release(&a);
}

static void
test_lists(void)
{
	static const struct refusal cases[] = {
		{ "{'rate_card_id':'c','rates':[]}", "rate.rates", "rates", "[]", "at least 1" },
		{ "{'rate_card_id':'c','rates':{}}", "rate.rates", "rates", "{}",
			"wanted an array" },
		{ "{'rate_card_id':'c','rates':[" FLAT("'price':1") "," FLAT("'price':-7") "]}",
			"rate.price", "rates[1].price", "-7", "below zero" },
		{ "{'rate_card_id':'c','rates':[" FLAT("'price':1,'rate_card_id':'d'") "]}",
			"rate.rates", "rates", "[{", "another rate card" },
		{ "{'rate_card_id':'c','product_id':'q','rates':[" FLAT("'price':1") "]}",
			"unknown_field", "product_id", "'q'", "unknown" },
	};
	struct arena a = ARENA_INIT;
	struct json *j;

	ok(body_taken("{'rate_card_id':'c','rates':[" FLAT("'price':1") "," FLAT(
			      "'price':2,'rate_card_id':'c'") "]}",
		   read_rates, &a),
		"a list of rates");
	is_int((int64_t)got_n, 2, "  two");
	ok(got_n == 2 && str_is(got_list[0].rate_card_id, "c") &&
			str_is(got_list[1].rate_card_id, "c"),
		"  of the card beside them");
	is_str(rat_text(&a, got_list[1].price).p, "2", "  in order");
	ok(body_taken(FLAT("'price':3,'rate_card_id':'d'"), read_rates, &a), "one rate alone");
	is_int((int64_t)got_n, 1, "  one");
	is_str(got_list[0].rate_card_id.p, "d", "  its own card");
	body_refused(cases, countof(cases), read_rates);
	j = body_tree(&a, "{'rate_card_id':'AAAAAAAA-0000-4000-8000-000000000001','rates':[]}");
	is_str(rate_card_ref(j, &a).p, "aaaaaaaa-0000-4000-8000-000000000001",
		"the card of a list");
	json_free(j);
	j = body_tree(&a, "{'rate_card_id':null,'rate_card':'List'}");
	is_str(rate_card_ref(j, &a).p, "List", "by name");
	json_free(j);
	j = body_tree(&a, "{'price':1}");
	ok(rate_card_ref(j, &a).p == NULL, "none");
	json_free(j);
	j = body_tree(&a, "[]");
	ok(rate_card_ref(j, &a).p == NULL, "none of what is no object");
	json_free(j);
	arena_release(&a);
}

static bool
same_rate(const struct rate *x, const struct rate *y)
{
	return str_eq(x->rate_card_id, y->rate_card_id) && str_eq(x->product_id, y->product_id) &&
		x->starting_at_ns == y->starting_at_ns &&
		x->ending_before_ns == y->ending_before_ns && x->entitled == y->entitled &&
		rate_same_price(x, y) &&
		pairs_eq(&x->pricing_group_values, &y->pricing_group_values);
}

/* FLAT or TIERED, without the comma before it. */
static void
add_model(struct sweep *s, struct buf *b)
{
	static const char *const prices[] = { "0", "'1/3'", "0.000000000000000000000001", "1e20",
		"'0.07 EUR'", "'22/7 EUR'", "12.50" };

	if (sweep_below(s, 2)) {
		buf_printf(b, "'rate_type':'flat','price':%s",
			prices[sweep_below(s, countof(prices))]);
		return;
	}
	buf_add_c(b, "'rate_type':'TIERED','tiers':[");
	for (uint64_t i = sweep_below(s, 4); i > 0; i--)
		buf_printf(b, "{'size':'%d/7','price':%s},", 1 + (int)sweep_below(s, 99),
			prices[sweep_below(s, countof(prices))]);
	buf_printf(b, "{'price':%s}]", prices[sweep_below(s, countof(prices))]);
}

static void
add_price(struct sweep *s, struct buf *b)
{
	if (sweep_below(s, 3) == 0) {
		buf_printf(b, ",'rate_type':'Percentage','price':'%d/7%s'", (int)sweep_below(s, 8),
			sweep_below(s, 2) ? " %" : "");
		return;
	}
	buf_add_c(b, ",");
	add_model(s, b);
	if (sweep_below(s, 2)) {
		buf_add_c(b, ",'commit_rate':{");
		add_model(s, b);
		buf_add_c(b, "}");
	}
	if (sweep_below(s, 2))
		buf_printf(b, ",'pricing_group_values':{'b':%d,'a':'\\n'}", (int)sweep_below(s, 9));
}

static const char *
random_rate(struct sweep *s, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct str body;

	buf_printf(&b,
		"{'product_id':'p%d','starting_at':'2024-0%d-01T0%d:00:00Z','entitled':%s,"
		"'credit_type_id':'EUR'",
		(int)sweep_below(s, 9), 1 + (int)sweep_below(s, 9), (int)sweep_below(s, 9),
		sweep_below(s, 2) ? "true" : "false");
	if (sweep_below(s, 2))
		buf_add_c(&b, ",'ending_before':'2024-12-01','rate_card_id':'c'");
	add_price(s, &b);
	buf_add_c(&b, "}");
	body = str_dup(a, buf_str(&b));
	buf_release(&b);
	return body.p;
}

static void
test_rates_round_trip(void)
{
	struct sweep s = sweep_start("rates", 19);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 500; i++) {
		struct rate_card card = { .id = { NULL, 0 } };
		const char *once;
		struct rate first;
		struct json *j;

		broken += !body_taken(random_rate(&s, &a), read_any_unit, &a);
		first = got;
		card.fiat = first.unit;
		once = body_written(&a, rate_terms, &first);
		j = body_tree(&a, once);
		broken += !rate_from_json(j, false, NULL, &card, &a, &got, &e) ||
			!same_rate(&first, &got) ||
			strcmp(once, body_written(&a, rate_terms, &got)) != 0;
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same rate");
	arena_release(&a);
}

/* ---- which one holds ---- */

static void
test_order(void)
{
	static const struct rate rates[] = {
		/* each beats all before it */
		{ .starting_at_ns = 0, .ending_before_ns = INSTANT_NONE, .seq = 9 },
		{ .starting_at_ns = 5, .ending_before_ns = INSTANT_NONE, .seq = 1 },
		{ .starting_at_ns = 5, .ending_before_ns = INSTANT_NONE, .seq = 2 },
		{ .starting_at_ns = 0, .ending_before_ns = 10, .seq = 1 },
		{ .starting_at_ns = 3, .ending_before_ns = 20, .seq = 0 },
		{ .starting_at_ns = 3, .ending_before_ns = 7, .seq = 4 },
	};

	for (size_t i = 0; i < countof(rates); i++) {
		for (size_t k = 0; k < countof(rates); k++) {
			int order = rate_order(&rates[i], &rates[k]);
			is_int((order > 0) - (order < 0), (i > k) - (i < k), "rate %zu against %zu",
				i, k);
		}
	}
	ok(rate_covers(&rates[3], 0), "a rate covers its start");
	ok(rate_covers(&rates[3], 9), "and the last instant before its end");
	ok(!rate_covers(&rates[3], 10), "not its end");
	ok(!rate_covers(&rates[1], 4), "nor what is before its start");
	ok(rate_covers(&rates[1], INT64_MAX), "an open one covers the rest");
}

static void
test_same_price(void)
{
	static const struct {
		const char *one, *other;
		bool same;
	} cases[] = {
		{ FLAT("'price':1"), FLAT("'price':'1.0'"), true },
		{ FLAT("'price':1"), FLAT("'price':2"), false },
		{ FLAT("'price':1"), FLAT("'price':1,'credit_type_id':'EUR'"), false },
		{ FLAT("'price':1"), TIERED("'tiers':[{'price':1}]"), false },
		{ FLAT("'price':1"), PERCENT("1"), false },
		{ PERCENT("'5 %'"), PERCENT("0.05"), true },
		{ PERCENT("'5 %'"), PERCENT("0.5"), false },
		{ TIERED("'tiers':[{'size':1,'price':1},{'price':2}]"),
			TIERED("'tiers':[{'size':1.0,'price':1},{'price':2}]"), true },
		{ TIERED("'tiers':[{'size':1,'price':1},{'price':2}]"),
			TIERED("'tiers':[{'size':3,'price':1},{'price':2}]"), false },
		{ TIERED("'tiers':[{'size':1,'price':1},{'price':2}]"),
			TIERED("'tiers':[{'size':1,'price':1},{'price':3}]"), false },
		{ TIERED("'tiers':[{'size':1,'price':1},{'price':2}]"),
			TIERED("'tiers':[{'price':1}]"), false },
		{ SECOND("'rate_type':'FLAT','price':8"), SECOND("'rate_type':'FLAT','price':8.0"),
			true },
		{ SECOND("'rate_type':'FLAT','price':8"), SECOND("'rate_type':'FLAT','price':9"),
			false },
		{ SECOND("'rate_type':'FLAT','price':1"), FLAT("'price':1"), false },
		{ SECOND("'rate_type':'FLAT','price':1"),
			SECOND("'rate_type':'TIERED','tiers':[{'price':1}]"), false },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		struct rate one;

		body_taken(cases[i].one, read_any_unit, &a);
		one = got;
		body_taken(cases[i].other, read_any_unit, &a);
		ok(rate_same_price(&one, &got) == cases[i].same, "%s and %s", cases[i].one,
			cases[i].other);
		ok(rate_same_price(&got, &one) == cases[i].same, "  and the other way round");
	}
	arena_release(&a);
}

int
main(void)
{
	test_cards();
	test_conversions();
	test_cards_refused();
	test_cards_round_trip();
	test_rates();
	test_rates_refused();
	test_commit_rates();
	test_percentages();
	test_percentages_refused();
	test_percent_sign();
	test_lists();
	test_rates_round_trip();
	test_order();
	test_same_price();
	return done();
}
