#include "domain/contract.h"

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
terms(struct jsonw *w, const void *c)
{
	contract_terms_json(w, c);
}

static void
printed(struct jsonw *w, const void *c)
{
	contract_to_json(w, c);
}

#define C(rest) "{'customer_id':'c','starting_at':'2024-01-15T21:00:00Z'" rest "}"
#define S(rest) C(",'usage_statement_schedule':{" rest "}")
#define CHARGE(rest) C(",'scheduled_charges':[{" rest "}]")

static void
test_defaults(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken(C(""), read_contract, &a), "a customer and a start are enough");
	ok(got.ending_before_ns == INSTANT_NONE, "  perpetual");
	is_int(got.statement.frequency, FREQ_MONTHLY, "  monthly");
	is_int(got.statement.day, DAY_FIRST_OF_MONTH, "  from the first of the month");
	is_int(got.statement.grace_hours, 24, "  24 hours of grace");
	ok(got.statement.billing_anchor_ns == INSTANT_NONE &&
			got.statement.generation_start_ns == INSTANT_NONE,
		"  no anchor, no start of its own");
	is_int(got.net_payment_terms_days, 0, "  due at once");
	is_str(got.invoice_series.p, "INV", "  in the series INV");
	ok(!got.rate_card_id.p && !got.rate_card_alias.p && got.ncharges == 0, "  without a card");
	is_str(body_written(&a, terms, &got),
		"{\"customer_id\":\"c\","
		"\"starting_at\":\"2024-01-15T21:00:00Z\",\"usage_statement_schedule\":"
		"{\"frequency\":\"MONTHLY\",\"day\":\"FIRST_OF_MONTH\",\"grace_hours\":24},"
		"\"net_payment_terms_days\":0,\"invoice_series\":\"INV\"}",
		"  its terms");
	ok(body_taken(S("'frequency':'annual'"), read_contract, &a), "a frequency alone");
	is_int(got.statement.day, DAY_FIRST_OF_MONTH, "  the day's default");
	ok(body_taken(S("'frequency':'WEEKLY','day':'contract_start','billing_anchor_date':null,"
			"'grace_hours':0,'invoice_generation_starting_at':'2024-02-01'"),
		   read_contract, &a),
		"no grace");
	is_int(got.statement.grace_hours, 0, "  none");
	is_int(got.statement.day, DAY_CONTRACT_START, "  from the contract's start");
	arena_release(&a);
}

#define FULL \
	"{'id':'AAAAAAAA-0000-4000-8000-000000000001','customer':'Northwind','name':'2024'," \
	"'rate_card_alias':'list','starting_at':'2024-09-15','ending_before':'2025-09-15T07:00:00Z'," \
	"'usage_statement_schedule':{'frequency':'quarterly','day':'CUSTOM_DATE'," \
	"'billing_anchor_date':'2024-09-10'},'net_payment_terms_days':30,'invoice_series':'NW-1'," \
	"'uniqueness_key':'k1','priority':10,'total_contract_value':1.50," \
	"'salesforce_opportunity_id':'s','netsuite_sales_order_id':null," \
	"'billing_provider_configuration':{'billing_provider':'stripe','delivery_method':'x'}," \
	"'custom_fields':{'b':'2','a':'1'},'scheduled_charges':[{'product':'Setup'," \
	"'name':'Set-up fee','schedule':{'schedule_items':[{'timestamp':'2024-10-01T12:34:56Z'," \
	"'amount':'100 USD'}]},'custom_fields':{'x':'y'}}]}"

static void
test_full(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken(FULL, read_contract, &a), "everything");
	got.created_at_ns = 0;
	is_str(body_written(&a, printed, &got),
		"{\"id\":\"aaaaaaaa-0000-4000-8000-000000000001\",\"customer_id\":\"Northwind\","
		"\"name\":\"2024\",\"rate_card_alias\":\"list\",\"starting_at\":\"2024-09-15T00:00:00Z\","
		"\"ending_before\":\"2025-09-15T07:00:00Z\",\"usage_statement_schedule\":"
		"{\"frequency\":\"QUARTERLY\",\"day\":\"CUSTOM_DATE\","
		"\"billing_anchor_date\":\"2024-09-10T00:00:00Z\",\"grace_hours\":24},"
		"\"scheduled_charges\":[{\"product_id\":\"Setup\",\"name\":\"Set-up fee\",\"schedule\":"
		"{\"credit_type\":{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"name\":\"USD (cents)\"},"
		"\"schedule_items\":[{\"timestamp\":\"2024-10-01T12:34:56Z\",\"amount\":\"10000\","
		"\"unit_price\":\"10000\",\"quantity\":\"1\"}]},\"custom_fields\":{\"x\":\"y\"}}],"
		"\"net_payment_terms_days\":30,\"invoice_series\":\"NW-1\",\"uniqueness_key\":\"k1\","
		"\"custom_fields\":{\"a\":\"1\",\"b\":\"2\"},\"billing_provider_configuration\":"
		"{\"billing_provider\":\"stripe\",\"delivery_method\":\"x\"},\"priority\":10,"
		"\"salesforce_opportunity_id\":\"s\",\"total_contract_value\":1.50,"
		"\"created_at\":\"1970-01-01T00:00:00Z\"}",
		"  printed");
	got.rate_card_id = STR("card");
	ok(strstr(body_written(&a, terms, &got), "\"rate_card_id\":\"card\",\"starting_at\"") !=
			NULL,
		"an alias that is resolved has done its work");
	arena_release(&a);
}

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'starting_at':'2024-01-01'}", "missing_field", "customer_id", "{", "missing" },
		{ "{'customer_id':'c'}", "missing_field", "starting_at", "{", "missing" },
		{ "{'customer_id':'c','starting_at':'2024-01-01T01:30:00Z'}",
			"contract.starting_at", "starting_at", "'2024", "hour" },
		{ "{'customer_id':'c','starting_at':'2024-01-01T01:00:00'}", "contract.starting_at",
			"starting_at", "'2024", "offset" },
		{ C(",'ending_before':'2024-01-15T21:00:00Z'"), "contract.ending_before",
			"ending_before", "'2024-01-15T21:00:00Z'}", "not after starting_at" },
		{ C(",'ending_before':'2025-01-15T21:00:01Z'"), "contract.ending_before",
			"ending_before", "'2025", "hour" },
		{ C(",'rate_card_id':'x','rate_card_alias':'y'"), "contract.rate_card_alias",
			"rate_card_alias", "'y'", "one of the two" },
		{ C(",'rate_card_id':'x','rate_card':'y'"), "contract.rate_card", "rate_card",
			"'y'", "beside rate_card_id" },
		{ C(",'customer':'d'"), "contract.customer", "customer", "'d'",
			"beside customer_id" },
		{ C(",'name':''"), "contract.name", "name", "''", "1 to 160" },
		{ C(",'uniqueness_key':''"), "contract.uniqueness_key", "uniqueness_key", "''",
			"1 to 128" },
		{ C(",'net_payment_terms_days':-1"), "contract.net_payment_terms_days",
			"net_payment_terms_days", "-1}", "from 0" },
		{ C(",'net_payment_terms_days':'30'"), "contract.net_payment_terms_days",
			"net_payment_terms_days", "'30'", "an integer" },
		{ C(",'invoice_series':'a/b'"), "contract.invoice_series", "invoice_series",
			"'a/b'", "letters, digits" },
		{ C(",'invoice_series':'\xc3\xa4'"), "contract.invoice_series", "invoice_series",
			"'\xc3\xa4'", "letters, digits" },
		{ S("'day':'FIRST_OF_MONTH'"), "missing_field",
			"usage_statement_schedule.frequency", "{'day", "missing" },
		{ S("'frequency':'SEMI_ANNUAL'"), "contract.usage_statement_schedule.frequency",
			"usage_statement_schedule.frequency", "'SEMI", "charges recur so" },
		{ S("'frequency':'DAILY'"), "contract.usage_statement_schedule.frequency",
			"usage_statement_schedule.frequency", "'DAILY'", "wanted" },
		{ S("'frequency':'MONTHLY','day':'CUSTOM_DATE'"), "missing_field",
			"usage_statement_schedule.billing_anchor_date", "{'freq", "missing" },
		{ S("'frequency':'MONTHLY','billing_anchor_date':'2024-01-10'"),
			"contract.usage_statement_schedule.billing_anchor_date",
			"usage_statement_schedule.billing_anchor_date", "'2024-01-10'",
			"CUSTOM_DATE only" },
		{ S("'frequency':'MONTHLY','day':'CUSTOM_DATE','billing_anchor_date':"
		    "'2024-01-10T00:00:01Z'"),
			"contract.usage_statement_schedule.billing_anchor_date",
			"usage_statement_schedule.billing_anchor_date", "'2024-01-10T", "hour" },
		{ S("'frequency':'MONTHLY','invoice_generation_starting_at':'2024-01-10T00:30:00Z'"),
			"contract.usage_statement_schedule.invoice_generation_starting_at",
			"usage_statement_schedule.invoice_generation_starting_at", "'2024-01-10T",
			"hour" },
		{ S("'frequency':'MONTHLY','grace_hours':-1"),
			"contract.usage_statement_schedule.grace_hours",
			"usage_statement_schedule.grace_hours", "-1}", "from 0" },
		{ S("'frequency':'MONTHLY','grace_hours':0.5"),
			"contract.usage_statement_schedule.grace_hours",
			"usage_statement_schedule.grace_hours", "0.5", "an integer" },
		{ CHARGE("'schedule':{'schedule_items':[{'timestamp':'2024-01-01','amount':1}]}"),
			"missing_field", "scheduled_charges[0].product_id", "{'schedule'",
			"missing" },
		{ CHARGE("'product_id':'p'"), "missing_field", "scheduled_charges[0].schedule",
			"{'product_id'", "missing" },
		{ CHARGE("'product_id':'p','schedule':{}"), "missing_field",
			"scheduled_charges[0].schedule.schedule_items", "{}", "missing" },
		{ CHARGE("'product_id':'p','name':'','schedule':{}"),
			"contract.scheduled_charges.name", "scheduled_charges[0].name", "''",
			"1 to 160" },
		{ CHARGE("'product_id':'p','schedule':{'schedule_items':[{'timestamp':'2024-01-01',"
			 "'amount':'x'}]}"),
			"contract.scheduled_charges.schedule.schedule_items.amount",
			"scheduled_charges[0].schedule.schedule_items[0].amount", "'x'",
			"wanted a number" },
		{ CHARGE("'product_id':'p','schedule':{'do_not_invoice':true,'schedule_items':["
			 "{'timestamp':'2024-01-01','amount':1}]}"),
			"unknown_field", "scheduled_charges[0].schedule.do_not_invoice", "true",
			"unknown" },
		{ C(",'archived_at':'2024-01-01'"), "unknown_field", "archived_at", "'2024-01-01'",
			"unknown" },
		{ C(",'scheduled_charge':[]"), "unknown_field", "scheduled_charge", "[]",
			"did you mean \"scheduled_charges\"" },
	};

	body_refused(cases, countof(cases), read_contract);
}

static void
test_unsupported(void)
{
	static const char *const names[] = { "professional_services", "reseller_royalties",
		"scheduled_charges_on_usage_invoices", "hierarchy_configuration" };
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(names); i++) {
		struct refusal r = { str_printf(&a, C(",'%s':[1]"), names[i]).p,
			"unsupported_field", names[i], "[1]", "not supported" };
		body_refused(&r, 1, read_contract);
		ok(body_taken(str_printf(&a, C(",'%s':null"), names[i]).p, read_contract, &a),
			"null is absent");
		ok(body_taken(str_printf(&a, C(",'%s':[]"), names[i]).p, read_contract, &a),
			"an empty array says nothing");
	}
	arena_release(&a);
}

/* ---- commits ---- */

/* A year of everything at once: a card, a commit, charges, monthly statements. */
#define YEAR \
	"{'customer_id':'13117714-3f05-48e5-a6e9-a66093f13b4d','rate_card_alias':'list'," \
	"'starting_at':'2024-11-01T00:00:00.000Z'," \
	"'commits':[{'product_id':'f14d6729-6a44-4b13-9908-9387f1918790','type':'prepaid'," \
	"'priority':100,'name':'Prepaid commit','access_schedule':{'schedule_items':[" \
	"{'amount':1000000,'starting_at':'2024-11-01T00:00:00.000Z'," \
	"'ending_before':'2025-11-01T00:00:00.000Z'}]},'invoice_schedule':{'schedule_items':[" \
	"{'timestamp':'2024-11-01T00:00:00.000Z','unit_price':1000000,'quantity':1}]}," \
	"'applicable_product_tags':['cloud']}],'scheduled_charges':[" \
	"{'product_id':'2e30f074-d04c-412e-a134-851ebfa5ceb2','schedule':{" \
	"'recurring_schedule':{'starting_at':'2024-11-01T00:00:00.000Z'," \
	"'ending_before':'2025-11-01T00:00:00.000Z','frequency':'quarterly'," \
	"'amount_distribution':'each','unit_price':100000,'quantity':1}}}]," \
	"'usage_statement_schedule':{'frequency':'monthly','day':'contract_start'}}"

static void
test_year(void)
{
	struct arena a = ARENA_INIT;
	const struct commit *m;

	ok(body_taken(YEAR, read_contract, &a), "a contract of all kinds of terms");
	is_int((int64_t)got.ncommits, 1, "  one commit");
	m = got.commits;
	is_str(rat_text(&a, m->segments[0].amount).p, "1000000", "  of 10,000 USD");
	ok(m->segments[0].starting_at_ns == got.starting_at_ns, "  from the contract's start");
	ok(texts_has(&m->applicable_product_tags, STR("cloud")), "  for what has a tag");
	is_int((int64_t)m->invoice_schedule.nitems, 1, "  paid once");
	ok(!commit_is_free(m), "  and not free");
	is_str(rat_text(&a, m->priority).p, "100", "  of a priority");
	is_int((int64_t)got.ncharges, 1, "  one charge");
	is_int((int64_t)got.charges[0].schedule.nitems, 4, "  four times a year");
	is_str(rat_text(&a, got.charges[0].schedule.items[3].unit_price).p, "100000",
		"  all of it each time");
	is_int(got.statement.day, DAY_CONTRACT_START, "  billed from its start");
	ok(strstr(body_written(&a, printed, &got),
		   "\"commits\":[{\"type\":\"PREPAID\","
		   "\"product_id\":\"f14d6729-6a44-4b13-9908-9387f1918790\","
		   "\"name\":\"Prepaid commit\",\"access_schedule\":{\"credit_type\":"
		   "{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"name\":\"USD (cents)\"},"
		   "\"schedule_items\":[{\"amount\":\"1000000\","
		   "\"starting_at\":\"2024-11-01T00:00:00Z\","
		   "\"ending_before\":\"2025-11-01T00:00:00Z\"}]},\"invoice_schedule\":"
		   "{\"credit_type\":{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\","
		   "\"name\":\"USD (cents)\"},\"schedule_items\":["
		   "{\"timestamp\":\"2024-11-01T00:00:00Z\",\"amount\":\"1000000\","
		   "\"unit_price\":\"1000000\",\"quantity\":\"1\"}]},\"priority\":\"100\","
		   "\"applicable_product_tags\":[\"cloud\"]}],\"scheduled_charges\":[{") != NULL,
		"  printed: %s", body_written(&a, printed, &got));
	arena_release(&a);
}

#define COMMIT(segment) \
	",'commits':[{'type':'PREPAID','product_id':'p','access_schedule':{'schedule_items':[{" \
	"'amount':1," segment "}]}}]"

static void
test_commits_refused(void)
{
	static const struct refusal cases[] = {
		{ C(",'commits':[{}]"), "missing_field", "commits[0].type", "{}", "missing" },
		{ C(",'ending_before':'2025-02-01T00:00:00Z'" COMMIT(
			  "'starting_at':'2025-02-01','ending_before':'2025-03-01'")),
			"contract.commits.access_schedule.schedule_items.starting_at",
			"commits[0].access_schedule.schedule_items[0].starting_at", "'2025-02-01'",
			"not before the contract's end, 2025-02-01T00:00:00Z" },
		{ C(",'recurring_commits':[1]" COMMIT("'starting_at':'2024-02-01',"
						      "'ending_before':'2024-02-02'")),
			"contract.recurring_commits", "recurring_commits[0]", "1]",
			"wanted an object" },
		{ C(",'credits':{}"), "contract.credits", "credits", "{}", "wanted an array" },
		{ C(",'recurring_credits':[{}]"), "missing_field",
			"recurring_credits[0].product_id", "{}", "missing" },
	};
	struct arena a = ARENA_INIT;

	body_refused(cases, countof(cases), read_contract);
	ok(body_taken(C(",'ending_before':'2025-02-01T00:00:00Z'" COMMIT(
			      "'starting_at':'2025-01-31T23:00:00Z','ending_before':'2025-03-01'")),
		   read_contract, &a),
		"a segment that begins within the contract may end after it");
	ok(body_taken(C(COMMIT("'starting_at':'2099-01-01','ending_before':'2100-01-01'")),
		   read_contract, &a),
		"a perpetual contract ends before none");
	arena_release(&a);
}

static bool
same_commit(const struct commit *x, const struct commit *y)
{
	return str_eq(x->id, y->id) && str_eq(x->product_id, y->product_id) && x->nsegments == 1 &&
		y->nsegments == 1 && str_eq(x->segments[0].id, y->segments[0].id) &&
		rat_eq(x->segments[0].amount, y->segments[0].amount) &&
		x->segments[0].starting_at_ns == y->segments[0].starting_at_ns &&
		x->segments[0].ending_before_ns == y->segments[0].ending_before_ns &&
		x->has_invoice_schedule == y->has_invoice_schedule &&
		x->has_priority == y->has_priority && rat_eq(x->priority, y->priority) &&
		texts_eq(&x->applicable_product_tags, &y->applicable_product_tags);
}

static bool
same_charge(const struct scheduled_charge *x, const struct scheduled_charge *y)
{
	bool same = str_eq(x->id, y->id) && str_eq(x->product_id, y->product_id) &&
		str_eq(x->name, y->name) && pairs_eq(&x->custom_fields, &y->custom_fields) &&
		x->schedule.nitems == y->schedule.nitems &&
		unit_same(&x->schedule.unit, &y->schedule.unit);

	for (size_t i = 0; same && i < x->schedule.nitems; i++)
		same = x->schedule.items[i].timestamp_ns == y->schedule.items[i].timestamp_ns &&
			str_eq(x->schedule.items[i].id, y->schedule.items[i].id) &&
			rat_eq(x->schedule.items[i].unit_price, y->schedule.items[i].unit_price) &&
			rat_eq(x->schedule.items[i].quantity, y->schedule.items[i].quantity);
	return same;
}

static bool
same(const struct contract *x, const struct contract *y)
{
	bool same = str_eq(x->customer_id, y->customer_id) && str_eq(x->name, y->name) &&
		str_eq(x->rate_card_id, y->rate_card_id) &&
		str_eq(x->rate_card_alias, y->rate_card_alias) &&
		x->starting_at_ns == y->starting_at_ns &&
		x->ending_before_ns == y->ending_before_ns &&
		x->statement.frequency == y->statement.frequency &&
		x->statement.day == y->statement.day &&
		x->statement.billing_anchor_ns == y->statement.billing_anchor_ns &&
		x->statement.generation_start_ns == y->statement.generation_start_ns &&
		x->statement.grace_hours == y->statement.grace_hours &&
		x->net_payment_terms_days == y->net_payment_terms_days &&
		str_eq(x->invoice_series, y->invoice_series) &&
		str_eq(x->uniqueness_key, y->uniqueness_key) && x->ncharges == y->ncharges &&
		x->ncommits == y->ncommits && pairs_eq(&x->custom_fields, &y->custom_fields) &&
		pairs_eq(&x->kept.fields, &y->kept.fields);

	for (size_t i = 0; same && i < x->ncommits; i++)
		same = same_commit(&x->commits[i], &y->commits[i]);
	for (size_t i = 0; same && i < x->ncharges; i++)
		same = same_charge(&x->charges[i], &y->charges[i]);
	return same;
}

static void
add_charges(struct sweep *s, struct buf *b)
{
	buf_add_c(b, ",'scheduled_charges':[");
	for (uint64_t i = sweep_below(s, 3); i > 0; i--)
		buf_printf(b,
			"{'id':'aaaaaaaa-0000-4000-8000-00000000000%d','product_id':'p',"
			"'schedule':{'schedule_items':[{'id':'bbbbbbbb-0000-4000-8000-00000000000%d',"
			"'timestamp':'2024-01-01','unit_price':'%d/7','quantity':2}]}},",
			(int)i, (int)i, (int)sweep_below(s, 100));
	buf_printf(b,
		"{'product':'q','name':'n','schedule':{'credit_type_id':'GBP',"
		"'recurring_schedule':{'starting_at':'2024-01-01','ending_before':'2025-01-01',"
		"'frequency':'MONTHLY','amount_distribution':'DIVIDED','amount':%d}}}]",
		(int)sweep_below(s, 100));
}

static void
add_commits(struct sweep *s, struct buf *b)
{
	buf_add_c(b, ",'commits':[");
	for (int i = (int)sweep_below(s, 3); i >= 0; i--)
		buf_printf(b,
			"{'id':'aaaaaaaa-0000-4000-8000-0000000000c%d','type':'PREPAID',"
			"'product_id':'p','access_schedule':{'schedule_items':[{'amount':'%d/7',"
			"'id':'bbbbbbbb-0000-4000-8000-0000000000c%d','starting_at':'2025-0%d-01',"
			"'ending_before':'2027-01-01'}]}%s%s}%s",
			i, (int)sweep_below(s, 100), i, 1 + (int)sweep_below(s, 9),
			sweep_below(s, 2) ? ",'priority':0.50,'applicable_product_tags':['b','a']" :
					    "",
			sweep_below(s, 2) ? ",'invoice_schedule':{'schedule_items':[{'timestamp':"
					    "'2025-01-01','amount':5}]}" :
					    "",
			i > 0 ? "," : "");
	buf_add_c(b, "]");
}

static const char *
random_body(struct sweep *s, struct arena *a)
{
	static const char *const days[] = { "first_of_month", "CONTRACT_START",
		"CUSTOM_DATE','billing_anchor_date':'2023-05-31T05:00:00Z" };
	static const char *const frequencies[] = { "weekly", "MONTHLY", "QUARTERLY", "ANNUAL" };
	struct buf b = BUF_INIT;
	struct str body;

	buf_printf(&b, "{'customer_id':'c','starting_at':'2024-0%d-0%dT1%d:00:00Z'",
		1 + (int)sweep_below(s, 9), 1 + (int)sweep_below(s, 9), (int)sweep_below(s, 9));
	if (sweep_below(s, 2))
		buf_printf(&b, ",'rate_card_%s':'x','ending_before':'2026-01-01'",
			sweep_below(s, 2) ? "id" : "alias");
	if (sweep_below(s, 2))
		buf_printf(&b,
			",'usage_statement_schedule':{'frequency':'%s','day':'%s',"
			"'grace_hours':%d,'invoice_generation_starting_at':'2024-06-01'}",
			frequencies[sweep_below(s, countof(frequencies))],
			days[sweep_below(s, countof(days))], (int)sweep_below(s, 99));
	if (sweep_below(s, 2))
		add_commits(s, &b);
	if (sweep_below(s, 2))
		add_charges(s, &b);
	if (sweep_below(s, 2))
		buf_printf(&b,
			",'net_payment_terms_days':%d,'invoice_series':'A.%d',"
			"'uniqueness_key':'k','name':'\\u20ac'",
			(int)sweep_below(s, 99), (int)sweep_below(s, 99));
	if (sweep_below(s, 2))
		buf_add_c(&b,
			",'custom_fields':{'k':'v'},'priority':1.0,'total_contract_value':{}");
	buf_add_c(&b, "}");
	body = str_dup(a, buf_str(&b));
	buf_release(&b);
	return body.p;
}

static void
test_round_trip(void)
{
	struct sweep s = sweep_start("contracts", 29);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 500; i++) {
		const char *body = random_body(&s, &a), *once;
		struct contract first;
		struct json *j;

		broken += !body_taken(body, read_contract, &a);
		first = got;
		once = body_written(&a, terms, &first);
		j = body_tree(&a, once);
		broken += !contract_from_json(j, false, NULL, &a, &got, &e) ||
			!same(&first, &got) || strcmp(once, body_written(&a, terms, &got)) != 0;
		json_free(j);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same contract");
	arena_release(&a);
}

int
main(void)
{
	test_defaults();
	test_full();
	test_refused();
	test_unsupported();
	test_year();
	test_commits_refused();
	test_round_trip();
	return done();
}
