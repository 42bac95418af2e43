/* Balances of customers, and what is changed of balances by hand. */
#include "domain/customer_balance.h"

#include <string.h>

#include "domain/adjustment.h"
#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct customer_balance got;
static struct adjustment adjusted;

static bool
read_balance(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return customer_balance_from_json(j, csv, NULL, a, &got, e);
}

static bool
read_adjustment(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct unit usd = unit_usd();

	return adjustment_from_json(j, csv, NULL, &usd, a, &adjusted, e);
}

static void
terms(struct jsonw *w, const void *balance)
{
	customer_balance_terms_json(w, balance);
}

static void
printed(struct jsonw *w, const void *balance)
{
	customer_balance_to_json(w, balance);
}

#define ACCESS(amount) \
	",'access_schedule':{'schedule_items':[{'amount':" amount \
	",'starting_at':'2024-01-01'," \
	"'ending_before':'2025-01-01'}]}"
#define HEAD "{'customer_id':'c','product_id':'p','priority':1" ACCESS("10000")
#define PAID ",'invoice_schedule':{'schedule_items':[{'timestamp':'2025-01-01','amount':10000}]}"

static void
test_taken(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken(HEAD "}", read_balance, &a), "without a type");
	ok(got.commit.type == COMMIT_CREDIT && got.contract_ids.n == 0 &&
			customer_balance_serves(&got, STR("any")),
		"  it is a credit, for every contract");
	got.commit.id = STR("b1");
	is_str(body_written(&a, printed, &got),
		"{\"id\":\"b1\",\"type\":\"CREDIT\",\"product_id\":\"p\",\"customer_id\":\"c\","
		"\"access_schedule\":{\"credit_type\":{\"id\":"
		"\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"name\":\"USD (cents)\"},"
		"\"schedule_items\":[{\"amount\":\"10000\",\"starting_at\":\"2024-01-01T00:00:00Z\","
		"\"ending_before\":\"2025-01-01T00:00:00Z\"}]},\"priority\":\"1\"}",
		"  printed");
	ok(body_taken(HEAD PAID
		   ",'type':'prepaid','invoice_contract_id':'k1',"
		   "'applicable_contract_ids':['k1','AAAAAAAA-0000-4000-8000-000000000001'],"
		   "'uniqueness_key':'u'}",
		   read_balance, &a),
		"a commit that is billed");
	got.commit.of_customer = &got;
	ok(customer_balance_serves(&got, STR("k1")) &&
			customer_balance_serves(&got,
				STR("aaaaaaaa-0000-4000-8000-000000000001")) &&
			!customer_balance_serves(&got, STR("k2")),
		"  for two contracts");
	ok(commit_billed_by(&got.commit, STR("k1")) && !commit_billed_by(&got.commit, STR("k2")),
		"  by one of them");
	ok(body_taken(HEAD ",'type':'PREPAID','invoice_schedule':{'do_not_invoice':true,"
			   "'schedule_items':[{'timestamp':'2024-01-01','amount':1}]}}",
		   read_balance, &a),
		"one that is paid elsewhere needs no contract to bill it");
	ok(body_taken(HEAD PAID ",'type':'POSTPAID','trueup_disabled':true}", read_balance, &a),
		"nor one that is never trued up");
	arena_release(&a);
}

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'product_id':'p','priority':1" ACCESS("1") "}", "missing_field", "customer_id",
			"{", "missing" },
		{ "{'customer_id':'c','product_id':'p'" ACCESS("1") "}", "missing_field",
			"priority", "{", "missing" },
		{ "{'customer_id':'c','product_id':'p','priority':1}", "missing_field",
			"access_schedule", "{", "missing" },
		{ HEAD ",'type':'GIFT'}", "balance.type", "type", "'GIFT'",
			"PREPAID, POSTPAID or CREDIT" },
		{ HEAD PAID "}", "unknown_field", "invoice_schedule", "{'schedule_items':[{'time",
			"unknown" },
		{ HEAD PAID ",'type':'PREPAID'}", "missing_field", "invoice_contract_id", "{",
			"missing" },
		{ HEAD PAID ",'type':'POSTPAID'}", "missing_field", "invoice_contract_id", "{",
			"missing" },
		{ HEAD ",'invoice_contract_id':'k'}", "balance.invoice_contract_id",
			"invoice_contract_id", "'k'}", "nothing to bill" },
		{ HEAD ",'type':'POSTPAID'}", "missing_field", "invoice_schedule", "{", "missing" },
		{ HEAD ",'applicable_contract_ids':[]}", "balance.applicable_contract_ids",
			"applicable_contract_ids", "[]", "at least 1" },
		{ HEAD ",'applicable_contract_ids':['k','k']}", "balance.applicable_contract_ids",
			"applicable_contract_ids[1]", "'k']", "twice" },
		{ HEAD ",'uniqueness_key':''}", "balance.uniqueness_key", "uniqueness_key", "''",
			"1 to 128" },
		{ HEAD ",'hierarchy_configuration':{}}", "unsupported_field",
			"hierarchy_configuration", "{}", "not supported" },
		{ HEAD ",'contract_id':'k'}", "unknown_field", "contract_id", "'k'", "unknown" },
	};

	body_refused(cases, countof(cases), read_balance);
}

static const char *
random_body(struct sweep *s, struct arena *a)
{
	static const char *const kinds[] = { "", ",'type':'CREDIT'",
		",'type':'PREPAID'" PAID ",'invoice_contract_id':'k'",
		",'type':'POSTPAID'" PAID ",'invoice_contract_id':'k'",
		",'type':'POSTPAID'" PAID ",'trueup_disabled':true" };

	return str_printf(a, HEAD "%s%s%s}", kinds[sweep_below(s, countof(kinds))],
		sweep_below(s, 2) ? ",'applicable_contract_ids':['b','a'],'name':'n'" : "",
		sweep_below(s, 2) ? ",'specifiers':[{'product_tags':['t']}],'uniqueness_key':'u',"
				    "'rate_type':'COMMIT_RATE','rollover_fraction':'1/2'" :
				    "")
		.p;
}

static void
law_round_trip(void)
{
	struct sweep s = sweep_start("balances", 59);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 200; i++) {
		const char *once;
		struct json *j;

		broken += !body_taken(random_body(&s, &a), read_balance, &a);
		once = body_written(&a, terms, &got);
		j = body_tree(&a, once);
		broken += !read_balance(j, false, &a, &e) ||
			strcmp(once, body_written(&a, terms, &got)) != 0;
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same balance");
	arena_release(&a);
}

#define ADJUST(rest) "{'id':'b','reason':'r'" rest "}"

static void
test_adjustments(void)
{
	static const struct refusal cases[] = {
		{ "{'amount':1,'reason':'r'}", "missing_field", "id", "{", "missing" },
		{ "{'id':'b','amount':1}", "missing_field", "reason", "{", "missing" },
		{ "{'id':'b','amount':1,'reason':''}", "adjustment.reason", "reason", "''",
			"at least 1" },
		{ ADJUST(""), "missing_field", "amount", "{", "missing" },
		{ ADJUST(",'amount':0"), "adjustment.amount", "amount", "0}", "below zero" },
		{ ADJUST(",'amount':'-0.0'"), "adjustment.amount", "amount", "'-0.0'",
			"below zero" },
		{ ADJUST(",'amount':'1 EUR'"), "adjustment.amount", "amount", "'1 EUR'",
			"in EUR where USD" },
		{ ADJUST(",'amount':1,'segment_id':'one'"), "adjustment.segment_id", "segment_id",
			"'one'", "UUID" },
		{ ADJUST(",'amount':1,'timestamp':'soon'"), "adjustment.timestamp", "timestamp",
			"'soon'", "not a time" },
		{ ADJUST(",'amount':1,'per_group_amounts':{}"), "adjustment.per_group_amounts",
			"per_group_amounts", "{}", "some seats" },
		{ ADJUST(",'amount':1,'per_group_amounts':[]"), "adjustment.per_group_amounts",
			"per_group_amounts", "[]", "wanted an object" },
		{ ADJUST(",'amount':3,'per_group_amounts':{'ann':1,'bob':1}"),
			"adjustment.per_group_amounts", "per_group_amounts", "{'ann'",
			"they add up to 2; wanted the amount, 3" },
		{ ADJUST(",'amount':1,'per_group_amounts':{'ann':1,'bob':0}"),
			"adjustment.per_group_amounts", "per_group_amounts.bob", "0}",
			"below zero" },
		{ ADJUST(",'amount':1,'per_group_amounts':{'ann':'1 EUR'}"),
			"adjustment.per_group_amounts", "per_group_amounts.ann", "'1 EUR'",
			"in EUR where USD" },
		{ ADJUST(",'amount':1,'per_group_amounts':{'ann':null}"),
			"adjustment.per_group_amounts", "per_group_amounts.ann", "null",
			"missing" },
		{ ADJUST(",'amount':1,'segment_id':'00000000-0000-4000-8000-000000000001'"
			 ",'per_group_amounts':{'ann':1}"),
			"adjustment.per_group_amounts", "per_group_amounts", "{'ann'",
			"beside segment_id" },
		{ ADJUST(",'amount':1,'contract':'k','contract_id':'k'"), "adjustment.contract",
			"contract", "'k','contract_id'", "beside contract_id" },
	};
	struct arena a = ARENA_INIT;
	struct json *j = body_tree(&a, ADJUST(",'amount':'-5 USD'"));

	body_refused(cases, countof(cases), read_adjustment);
	ok(body_taken(ADJUST(",'amount':'-5 USD'"), read_adjustment, &a), "five dollars less");
	ok(rat_eq(adjusted.amount, rat_int(&a, -500)) && adjusted.timestamp_ns == INSTANT_NONE &&
			adjusted.segment_id.n == 0,
		"  in cents, when the segment begins");
	is_str(str_dup(&a, adjustment_balance(j, &a)).p, "b", "  of that balance");
	json_free(j);
	ok(body_taken(ADJUST(",'amount':0,'per_group_amounts':{'bob':'1.5 USD','ann':-150}"),
		   read_adjustment, &a),
		"from one seat to another");
	ok(adjusted.nseats == 2 && rat_eq(adjusted.seats[0].amount, rat_int(&a, 150)) &&
			rat_eq(adjusted.seats[1].amount, rat_int(&a, -150)),
		"  each its amount");
	is_str(adjusted.seats[0].seat_id.p, "bob", "  in their order");
	j = body_tree(&a, "[7]");
	is_int((int64_t)adjustment_balance(j, &a).n, 0, "no object names none");
	json_free(j);
	arena_release(&a);
}

int
main(void)
{
	test_taken();
	test_refused();
	law_round_trip();
	test_adjustments();
	return done();
}
