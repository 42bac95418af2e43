#include "domain/commit.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct commit *got;
static size_t got_n;
static int64_t contract_end_ns = INSTANT_NONE;

static bool
read_commits(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct obj o;

	return obj_open(&o, j, "contract", csv, a, e) &&
		commits_from_obj(&o, contract_end_ns, &got, &got_n) && obj_close(&o);
}

static void
write_those(struct jsonw *w, enum terms_form form, const char *key, size_t from, size_t to)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = from; i < to; i++) {
		jsonw_object(w);
		commit_members(w, &got[i], form);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_list(struct jsonw *w, enum terms_form form)
{
	size_t ncommits = 0;

	while (ncommits < got_n && got[ncommits].type != COMMIT_CREDIT)
		ncommits++;
	jsonw_object(w);
	write_those(w, form, "commits", 0, ncommits);
	if (ncommits < got_n)
		write_those(w, form, "credits", ncommits, got_n);
	jsonw_end(w);
}

static void
terms(struct jsonw *w, const void *unused)
{
	(void)unused;
	write_list(w, TERMS_STORED);
}

static void
printed(struct jsonw *w, const void *unused)
{
	(void)unused;
	write_list(w, TERMS_PRINTED);
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

#define LIST(commits) "{'commits':[" commits "]}"
#define CREDITS(credits) "{'credits':[" credits "]}"
#define ONE(rest) "{'type':'PREPAID','product_id':'p'" rest "}"
#define YEAR "{'amount':10000,'starting_at':'2024-01-01','ending_before':'2025-01-01'}"
#define ACCESS(rest) LIST(ONE(",'access_schedule':{" rest "}"))
#define SEGMENT(rest) ACCESS("'schedule_items':[{" rest "}]")
#define HEAD ",'access_schedule':{'schedule_items':[" YEAR "]}"
#define COMMIT(rest) LIST(ONE(HEAD rest))
#define INVOICE(rest) COMMIT(",'invoice_schedule':{" rest "}")

static void
test_defaults(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken("{}", read_commits, &a), "no commits");
	is_int((int64_t)got_n, 0, "  none");
	ok(body_taken(LIST(""), read_commits, &a), "an empty list");
	is_int((int64_t)got_n, 0, "  none");
	ok(body_taken(COMMIT(""), read_commits, &a), "a product and a segment are enough");
	is_int((int64_t)got_n, 1, "  one commit");
	is_int((int64_t)got->nsegments, 1, "  one segment");
	is_str(got->access_unit.code, "USD", "  in USD");
	ok(!got->has_invoice_schedule && !got->has_priority && !got->id.p && !got->name.p &&
			got->applicable_product_ids.n == 0 && got->applicable_product_tags.n == 0,
		"  for nothing, of no priority, for everything");
	ok(got->segments[0].starting_at_ns == at("2024-01-01") &&
			got->segments[0].ending_before_ns == at("2025-01-01"),
		"  from and to");
	is_str(body_written(&a, terms, NULL),
		"{\"commits\":[{\"type\":\"PREPAID\",\"product_id\":\"p\",\"access_schedule\":"
		"{\"credit_type_id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"schedule_items\":"
		"[{\"amount\":\"10000\",\"starting_at\":\"2024-01-01T00:00:00Z\","
		"\"ending_before\":\"2025-01-01T00:00:00Z\"}]}}]}",
		"  its terms");
	arena_release(&a);
}

#define FULL \
	LIST("{'id':'AAAAAAAA-0000-4000-8000-000000000001','type':'prepaid','product':'Prepaid'," \
	     "'name':'Year','description':'','temporary_id':'t1','rate_type':'list_rate'," \
	     "'access_schedule':{'credit_type_id':'usd','schedule_items':[" \
	     "{'id':'AAAAAAAA-0000-4000-8000-000000000002','amount':'100 USD'," \
	     "'starting_at':'2024-01-01T05:00:00Z','ending_before':'2024-07-01'}," \
	     "{'amount':'100/3','starting_at':'2024-07-01','ending_before':'2025-01-01'}]}," \
	     "'invoice_schedule':{'credit_type_id':'EUR','do_not_invoice':false," \
	     "'schedule_items':[{'timestamp':'2024-01-01T12:34:56Z','unit_price':50," \
	     "'quantity':'2'}]},'priority':-1.50," \
	     "'applicable_product_ids':['Images','BBBBBBBB-0000-4000-8000-000000000003']," \
	     "'applicable_product_tags':['cloud','gpu'],'netsuite_sales_order_id':'so-7'," \
	     "'custom_fields':{'b':'2','a':'1'},'specifiers':null,'rollover_fraction':null}")

static void
test_full(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken(FULL, read_commits, &a), "everything");
	is_str(body_written(&a, printed, NULL),
		"{\"commits\":[{\"id\":\"aaaaaaaa-0000-4000-8000-000000000001\","
		"\"type\":\"PREPAID\",\"product_id\":\"Prepaid\",\"name\":\"Year\","
		"\"description\":\"\",\"temporary_id\":\"t1\",\"access_schedule\":{\"credit_type\":"
		"{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"name\":\"USD (cents)\"},"
		"\"schedule_items\":[{\"id\":\"aaaaaaaa-0000-4000-8000-000000000002\","
		"\"amount\":\"10000\",\"starting_at\":\"2024-01-01T05:00:00Z\","
		"\"ending_before\":\"2024-07-01T00:00:00Z\"},"
		"{\"amount\":\"33.33333333333333333333\",\"amount_exact\":\"100/3\","
		"\"starting_at\":\"2024-07-01T00:00:00Z\","
		"\"ending_before\":\"2025-01-01T00:00:00Z\"}]},\"invoice_schedule\":{\"credit_type\":"
		"{\"id\":\"51366324-7035-8693-a1cb-3ed4a45b6383\",\"name\":\"EUR\"},"
		"\"schedule_items\":[{\"timestamp\":\"2024-01-01T12:34:56Z\",\"amount\":\"100\","
		"\"unit_price\":\"50\",\"quantity\":\"2\"}]},\"priority\":\"-1.5\","
		"\"applicable_product_ids\":[\"Images\",\"bbbbbbbb-0000-4000-8000-000000000003\"],"
		"\"applicable_product_tags\":[\"cloud\",\"gpu\"],"
		"\"custom_fields\":{\"a\":\"1\",\"b\":\"2\"},"
		"\"netsuite_sales_order_id\":\"so-7\"}]}",
		"  printed");
	ok(body_taken(LIST(ONE(HEAD ",'temporary_id':'t1'") "," ONE(
			      HEAD ",'temporary_id':'t2','applicable_product_ids':[]")),
		   read_commits, &a),
		"two of temporary ids of their own");
	is_int((int64_t)got_n, 2, "  two");
	ok(strstr(body_written(&a, terms, NULL), "\"temporary_id\":\"t2\"") != NULL,
		"  which are kept");
	ok(body_taken(SEGMENT("'amount':0,'starting_at':'1999-01-01','ending_before':'1999-01-02'"),
		   read_commits, &a),
		"an amount of nothing, before the contract");
	arena_release(&a);
}

/* ---- refusals ---- */

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'commits':{}}", "contract.commits", "commits", "{}", "wanted an array" },
		{ LIST("'x'"), "contract.commits", "commits[0]", "'x'", "wanted an object" },
		{ LIST("{'product_id':'p'" HEAD "}"), "missing_field", "commits[0].type",
			"{'product_id'", "missing" },
		{ LIST("{'type':'GIFT','product_id':'p'" HEAD "}"), "contract.commits.type",
			"commits[0].type", "'GIFT'", "wanted PREPAID or POSTPAID" },
		{ LIST("{'type':'CREDIT','product_id':'p'" HEAD "}"), "contract.commits.type",
			"commits[0].type", "'CREDIT'", "wanted PREPAID or POSTPAID" },
		{ CREDITS("{'type':'PREPAID','product_id':'p'" HEAD "}"), "contract.credits.type",
			"credits[0].type", "'PREPAID'", "wanted CREDIT" },
		{ CREDITS("{'product_id':'p'" HEAD ",'invoice_schedule':{}}"), "unknown_field",
			"credits[0].invoice_schedule", "{}}", "unknown" },
		{ CREDITS("{'product_id':'p'" HEAD ",'trueup_disabled':true}"), "unknown_field",
			"credits[0].trueup_disabled", "true}", "unknown" },
		{ COMMIT(",'trueup_disabled':true"), "contract.commits.trueup_disabled",
			"commits[0].trueup_disabled", "true}", "only a POSTPAID commit" },
		{ COMMIT(",'rollover_fraction':'1.01'"), "contract.commits.rollover_fraction",
			"commits[0].rollover_fraction", "'1.01'", "above 1" },
		{ COMMIT(",'rollover_fraction':50"), "contract.commits.rollover_fraction",
			"commits[0].rollover_fraction", "50", "\"5 %\"" },
		{ LIST("{'type':'PREPAID'" HEAD "}"), "missing_field", "commits[0].product_id",
			"{'type'", "missing" },
		{ COMMIT(",'product':'q'"), "contract.commits.product", "commits[0].product", "'q'",
			"beside product_id" },
		{ COMMIT(",'name':''"), "contract.commits.name", "commits[0].name", "''",
			"1 to 160" },
		{ COMMIT(",'id':'one'"), "contract.commits.id", "commits[0].id", "'one'", "UUID" },
		{ COMMIT(",'priority':'high'"), "contract.commits.priority", "commits[0].priority",
			"'high'", "wanted a number" },
		{ COMMIT(",'rate_type':'LIST'"), "contract.commits.rate_type",
			"commits[0].rate_type", "'LIST'", "LIST_RATE or COMMIT_RATE" },
		{ COMMIT(",'applicable_product_ids':'p'"),
			"contract.commits.applicable_product_ids",
			"commits[0].applicable_product_ids", "'p'}]", "wanted an array" },
		{ COMMIT(",'applicable_product_ids':['a','b','a']"),
			"contract.commits.applicable_product_ids",
			"commits[0].applicable_product_ids[2]", "'a']", "twice" },
		{ COMMIT(",'applicable_product_tags':[7]"),
			"contract.commits.applicable_product_tags",
			"commits[0].applicable_product_tags[0]", "7", "wanted" },
		{ COMMIT(",'custom_fields':{'k':7}"), "contract.commits.custom_fields",
			"commits[0].custom_fields.k", "7", "wanted" },
		{ LIST(ONE(HEAD ",'temporary_id':'t'") "," ONE(HEAD ",'temporary_id':'t'")),
			"contract.commits.temporary_id", "commits[1].temporary_id", "'t'}]",
			"given before" },
		{ "{'commits':[" ONE(
			  HEAD ",'temporary_id':'t'") "],'credits':[{'product_id':'p'" HEAD
						      ",'temporary_id':'t'}]}",
			"contract.credits.temporary_id", "credits[0].temporary_id", "'t'}]}",
			"given before" },
		{ COMMIT(",'temporary_id':''"), "contract.commits.temporary_id",
			"commits[0].temporary_id", "''", "1 to 160" },
		{ COMMIT(",'uniqueness_key':'k'"), "unknown_field", "commits[0].uniqueness_key",
			"'k'", "unknown" },
		{ COMMIT(",'invoice_schedul':{}"), "unknown_field", "commits[0].invoice_schedul",
			"{}", "did you mean \"invoice_schedule\"" },
		{ LIST(ONE(HEAD) "," ONE("")), "missing_field", "commits[1].access_schedule",
			"{'type':'PREPAID','product_id':'p'}", "missing" },
	};

	body_refused(cases, countof(cases), read_commits);
}

static void
test_segments_refused(void)
{
	static const struct refusal cases[] = {
		{ ACCESS(""), "missing_field", "commits[0].access_schedule.schedule_items", "{}",
			"missing" },
		{ ACCESS("'schedule_items':[]"), "contract.commits.access_schedule.schedule_items",
			"commits[0].access_schedule.schedule_items", "[]", "at least 1" },
		{ ACCESS("'credit_type_id':'credits','schedule_items':[" YEAR "]"),
			"contract.commits.access_schedule.credit_type_id",
			"commits[0].access_schedule.credit_type_id", "'credits'", "no such unit" },
		{ ACCESS("'schedule_items':[" YEAR "],'recurring_schedule':{}"), "unknown_field",
			"commits[0].access_schedule.recurring_schedule", "{}", "unknown" },
		{ SEGMENT("'starting_at':'2024-01-01','ending_before':'2025-01-01'"),
			"missing_field", "commits[0].access_schedule.schedule_items[0].amount",
			"{'starting_at'", "missing" },
		{ SEGMENT("'amount':1,'ending_before':'2025-01-01'"), "missing_field",
			"commits[0].access_schedule.schedule_items[0].starting_at", "{'amount'",
			"missing" },
		{ SEGMENT("'amount':1,'starting_at':'2024-01-01'"), "missing_field",
			"commits[0].access_schedule.schedule_items[0].ending_before", "{'amount'",
			"missing" },
		{ SEGMENT("'amount':-1,'starting_at':'2024-01-01','ending_before':'2025-01-01'"),
			"contract.commits.access_schedule.schedule_items.amount",
			"commits[0].access_schedule.schedule_items[0].amount", "-1", "below zero" },
		{ SEGMENT("'amount':'1 EUR','starting_at':'2024-01-01','ending_before':'2025-01-01'"),
			"contract.commits.access_schedule.schedule_items.amount",
			"commits[0].access_schedule.schedule_items[0].amount", "'1 EUR'",
			"in EUR where USD" },
		{ SEGMENT("'amount':1,'starting_at':'2024-01-01T00:30:00Z',"
			  "'ending_before':'2025-01-01'"),
			"contract.commits.access_schedule.schedule_items.starting_at",
			"commits[0].access_schedule.schedule_items[0].starting_at", "'2024",
			"hour" },
		{ SEGMENT("'amount':1,'starting_at':'2024-01-01',"
			  "'ending_before':'2024-12-31T23:59:59Z'"),
			"contract.commits.access_schedule.schedule_items.ending_before",
			"commits[0].access_schedule.schedule_items[0].ending_before", "'2024-12",
			"hour" },
		{ SEGMENT("'amount':1,'starting_at':'2024-01-01','ending_before':'2024-01-01'"),
			"contract.commits.access_schedule.schedule_items.ending_before",
			"commits[0].access_schedule.schedule_items[0].ending_before",
			"'2024-01-01'}", "not after starting_at" },
		{ ACCESS("'schedule_items':[" YEAR ",{'amount':1,'starting_at':'2024-01-01',"
			 "'ending_before':'2023-01-01'}]"),
			"contract.commits.access_schedule.schedule_items.ending_before",
			"commits[0].access_schedule.schedule_items[1].ending_before", "'2023",
			"not after starting_at" },
		{ SEGMENT("'amount':1,'quantity':2,'starting_at':'2024-01-01',"
			  "'ending_before':'2025-01-01'"),
			"unknown_field", "commits[0].access_schedule.schedule_items[0].quantity",
			"2,", "unknown" },
	};

	body_refused(cases, countof(cases), read_commits);
}

static void
test_invoices_refused(void)
{
	static const struct refusal cases[] = {
		{ INVOICE(""), "missing_field", "commits[0].invoice_schedule.schedule_items", "{}",
			"missing" },
		{ INVOICE("'schedule_items':[{'timestamp':'2024-01-01'}]"), "missing_field",
			"commits[0].invoice_schedule.schedule_items[0].amount", "{'timestamp'",
			"missing" },
		{ INVOICE("'schedule_items':[{'timestamp':'2024-01-01','amount':1}],"
			  "'do_not_invoice':'no'"),
			"contract.commits.invoice_schedule.do_not_invoice",
			"commits[0].invoice_schedule.do_not_invoice", "'no'", "true or false" },
		{ INVOICE("'schedule_items':[],'recurring_schedule':{'frequency':'MONTHLY'}"),
			"contract.commits.invoice_schedule.recurring_schedule",
			"commits[0].invoice_schedule.recurring_schedule", "{'frequency'",
			"one of the two" },
	};

	body_refused(cases, countof(cases), read_commits);
}

#define SPECIFIERS(rest) COMMIT(",'specifiers':" rest)

static void
test_specifiers_refused(void)
{
	static const struct refusal cases[] = {
		{ SPECIFIERS("'p'"), "contract.commits.specifiers", "commits[0].specifiers",
			"'p'}]", "wanted an array" },
		{ SPECIFIERS("[{}]"), "contract.commits.specifiers", "commits[0].specifiers[0]",
			"{}", "wanted product_id" },
		{ SPECIFIERS("[{'product_id':'p','product_tags':[]},{'product_tags':[]}]"),
			"contract.commits.specifiers", "commits[0].specifiers[1]",
			"{'product_tags':[]}]}", "wanted product_id" },
		{ SPECIFIERS("[{'product_tags':['a','a']}]"),
			"contract.commits.specifiers.product_tags",
			"commits[0].specifiers[0].product_tags[1]", "'a']", "twice" },
		{ SPECIFIERS("[{'pricing_group_values':{'zone':null}}]"),
			"contract.commits.specifiers.pricing_group_values",
			"commits[0].specifiers[0].pricing_group_values.zone", "null", "wanted" },
		{ SPECIFIERS("[{'presentation_group_values':['zone']}]"),
			"contract.commits.specifiers.presentation_group_values",
			"commits[0].specifiers[0].presentation_group_values", "['zone']",
			"wanted an object" },
		{ SPECIFIERS("[{'product_id':'p','billing_frequency':'MONTHLY'}]"), "unknown_field",
			"commits[0].specifiers[0].billing_frequency", "'MONTHLY'", "unknown" },
		{ SPECIFIERS("[{'product_id':'p'}],'applicable_product_ids':['p']"),
			"contract.commits.specifiers", "commits[0].specifiers",
			"[{'product_id':'p'}]", "one of the two" },
		{ SPECIFIERS("[{'product_id':'p'}],'applicable_product_tags':['t']"),
			"contract.commits.specifiers", "commits[0].specifiers",
			"[{'product_id':'p'}]", "one of the two" },
	};
	struct arena a = ARENA_INIT;

	body_refused(cases, countof(cases), read_commits);
	ok(body_taken(SPECIFIERS("[],'applicable_product_tags':['t']"), read_commits, &a),
		"no specifiers beside a list");
	ok(body_taken(SPECIFIERS("[{'presentation_group_values':{'zone':7}}]"), read_commits, &a),
		"a value that is a number");
	is_str(str_dup(&a, pairs_get(&got->specifiers[0].presentation, STR("zone"))).p, "7",
		"  is its text");
	arena_release(&a);
}

#define PROMISE(access, invoice) \
	LIST("{'type':'POSTPAID','product_id':'p','access_schedule':{'schedule_items':[" access \
	     "]},'invoice_schedule':{" invoice "}}")
#define DUE(rest) "'schedule_items':[{'timestamp':'2025-01-01'," rest "}]"

static void
test_postpaid(void)
{
	static const struct refusal cases[] = {
		{ LIST("{'type':'POSTPAID','product_id':'p'" HEAD "}"), "missing_field",
			"commits[0].invoice_schedule", "{'type'", "missing" },
		{ PROMISE(YEAR "," YEAR, DUE("'amount':20000")), "contract.commits.access_schedule",
			"commits[0].access_schedule", "{'schedule_items'", "1 segment, found 2" },
		{ PROMISE(YEAR,
			  "'schedule_items':[{'timestamp':'2025-01-01','amount':5000},"
			  "{'timestamp':'2025-01-01','amount':5000}]"),
			"contract.commits.invoice_schedule", "commits[0].invoice_schedule",
			"{'schedule_items':[{'timestamp'", "1 schedule item" },
		{ PROMISE(YEAR,
			  "'recurring_schedule':{'starting_at':'2025-01-01','ending_before':"
			  "'2025-02-01','frequency':'MONTHLY','amount':10000}"),
			"contract.commits.invoice_schedule", "commits[0].invoice_schedule",
			"{'recurring_schedule'", "1 schedule item" },
		{ PROMISE(YEAR, "'credit_type_id':'EUR'," DUE("'amount':10000")),
			"contract.commits.invoice_schedule", "commits[0].invoice_schedule",
			"{'credit_type_id':'EUR'", "the unit of its access schedule" },
		{ PROMISE(YEAR, DUE("'amount':9999")), "contract.commits.invoice_schedule",
			"commits[0].invoice_schedule", "{'schedule_items':[{'timestamp'",
			"not the amount of the access schedule, 10000" },
		{ PROMISE(YEAR,
			  "'schedule_items':[{'timestamp':'2024-12-31T23:59:59Z',"
			  "'amount':10000}]"),
			"contract.commits.invoice_schedule", "commits[0].invoice_schedule",
			"{'schedule_items':[{'timestamp'",
			"before the end of the access schedule, 2025-01-01T00:00:00Z" },
		{ PROMISE(YEAR, DUE("'amount':10000") ",'do_not_invoice':true"),
			"contract.commits.invoice_schedule.do_not_invoice",
			"commits[0].invoice_schedule.do_not_invoice", "true", "trueup_disabled" },
	};
	struct arena a = ARENA_INIT;

	body_refused(cases, countof(cases), read_commits);
	ok(body_taken(PROMISE(YEAR, DUE("'unit_price':'100/3','quantity':300")), read_commits, &a),
		"a promise");
	ok(commit_is_trued_up(got), "  that is trued up");
	got->trueup_off = true;
	ok(!commit_is_trued_up(got), "  or is not");
	contract_end_ns = at("2024-07-01");
	ok(body_taken(PROMISE(YEAR, "'schedule_items':[{'timestamp':'2024-07-01','amount':10000}]"),
		   read_commits, &a),
		"due when its contract ends");
	contract_end_ns = INSTANT_NONE;
	ok(body_taken(INVOICE("'schedule_items':[{'timestamp':'2024-01-01','amount':1}],"
			      "'do_not_invoice':true"),
		   read_commits, &a) &&
			got->do_not_invoice && !commit_is_free(got),
		"what is paid elsewhere was paid");
	arena_release(&a);
}

static void
test_credits(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken("{'commits':[" ONE(HEAD) "],'credits':[{'product_id':'q'" HEAD
					       "},{'type':'credit','product_id':'r'" HEAD "}]}",
		   read_commits, &a),
		"credits");
	is_int((int64_t)got_n, 3, "  stand with the commits");
	ok(got[0].type == COMMIT_PREPAID && got[1].type == COMMIT_CREDIT &&
			got[2].type == COMMIT_CREDIT,
		"  behind them");
	is_str(commit_path(&got[2], &a).p, "credits[1]", "  each in a list of its own");
	is_str(commit_path(&got[0], &a).p, "commits[0]", "  and in that one");
	is_str(commit_type_name(COMMIT_CREDIT), "CREDIT", "  its type");
	ok(commit_is_free(&got[1]) && !commit_is_trued_up(&got[1]), "  given for nothing");
	arena_release(&a);
}

static void
test_unsupported(void)
{
	static const char *const names[] = { "hierarchy_configuration" };
	static const char *const unknown[] = { "applicable_contract_ids", "invoice_contract_id" };
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(names); i++) {
		struct refusal r = { str_printf(&a, COMMIT(",'%s':[1]"), names[i]).p,
			"unsupported_field", str_printf(&a, "commits[0].%s", names[i]).p, "[1]",
			"not supported" };
		body_refused(&r, 1, read_commits);
	}
	body_refused(&(struct refusal){ COMMIT(",'payment_gate_config':{}"),
			     "contract.commits.payment_gate_config",
			     "commits[0].payment_gate_config", "{}",
			     "only a commit that add_commits of an edit adds can wait for its "
			     "payment" },
		1, read_commits);
	for (size_t i = 0; i < countof(unknown); i++) {
		struct refusal r = { str_printf(&a, COMMIT(",'%s':[1]"), unknown[i]).p,
			"unknown_field", str_printf(&a, "commits[0].%s", unknown[i]).p, "[1]",
			"unknown" };
		body_refused(&r, 1, read_commits);
	}
	arena_release(&a);
}

/* A segment must begin while the contract runs. */
static void
test_contract_end(void)
{
	static const struct refusal after[] = {
		{ COMMIT(""), "contract.commits.access_schedule.schedule_items.starting_at",
			"commits[0].access_schedule.schedule_items[0].starting_at", "'2024-01-01'",
			"not before the contract's end, 2024-01-01T00:00:00Z" },
	};
	struct sweep s = sweep_start("segments and the contract's end", 41);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	contract_end_ns = at("2024-01-01");
	body_refused(after, countof(after), read_commits);
	for (int i = 0; i < 200; i++) {
		int hour = (int)sweep_below(&s, 24), end = (int)sweep_below(&s, 24);
		struct json *j = body_tree(&a,
			str_printf(&a,
				SEGMENT("'amount':1,'starting_at':'2024-05-01T%02d:00:00Z',"
					"'ending_before':'2025-01-01'"),
				hour)
				.p);

		contract_end_ns = at("2024-05-01") + end * INT64_C(3600000000000);
		broken += read_commits(j, false, &a, &e) != (hour < end);
		e = (struct err)ERR_INIT;
		json_free(j);
		arena_clear(&a);
	}
	contract_end_ns = INSTANT_NONE;
	is_int(broken, 0, "taken where it begins before the end, and only there");
	arena_release(&a);
}

/* ---- laws ---- */

static bool
same_schedule(const struct schedule *x, const struct schedule *y)
{
	bool same = x->nitems == y->nitems && unit_same(&x->unit, &y->unit) &&
		x->recurring == y->recurring;

	for (size_t i = 0; same && i < x->nitems; i++)
		same = x->items[i].timestamp_ns == y->items[i].timestamp_ns &&
			str_eq(x->items[i].id, y->items[i].id) &&
			rat_eq(x->items[i].unit_price, y->items[i].unit_price) &&
			rat_eq(x->items[i].quantity, y->items[i].quantity);
	return same;
}

static bool
same_segments(const struct commit *x, const struct commit *y)
{
	bool same = x->nsegments == y->nsegments && unit_same(&x->access_unit, &y->access_unit);

	for (size_t i = 0; same && i < x->nsegments; i++)
		same = str_eq(x->segments[i].id, y->segments[i].id) &&
			rat_eq(x->segments[i].amount, y->segments[i].amount) &&
			x->segments[i].starting_at_ns == y->segments[i].starting_at_ns &&
			x->segments[i].ending_before_ns == y->segments[i].ending_before_ns;
	return same;
}

static bool
same_specifiers(const struct commit *x, const struct commit *y)
{
	bool same = x->nspecifiers == y->nspecifiers;

	for (size_t i = 0; same && i < x->nspecifiers; i++)
		same = str_eq(x->specifiers[i].product_id, y->specifiers[i].product_id) &&
			texts_eq(&x->specifiers[i].product_tags, &y->specifiers[i].product_tags) &&
			pairs_eq(&x->specifiers[i].pricing, &y->specifiers[i].pricing) &&
			pairs_eq(&x->specifiers[i].presentation, &y->specifiers[i].presentation);
	return same;
}

static bool
same(const struct commit *x, const struct commit *y)
{
	return x->type == y->type && x->rate_type == y->rate_type &&
		x->has_rollover == y->has_rollover &&
		rat_eq(x->rollover_fraction, y->rollover_fraction) && same_specifiers(x, y) &&
		x->do_not_invoice == y->do_not_invoice && x->trueup_off == y->trueup_off &&
		str_eq(x->id, y->id) && str_eq(x->product_id, y->product_id) &&
		str_eq(x->name, y->name) && str_eq(x->description, y->description) &&
		same_segments(x, y) && x->has_invoice_schedule == y->has_invoice_schedule &&
		(!x->has_invoice_schedule ||
			same_schedule(&x->invoice_schedule, &y->invoice_schedule)) &&
		x->has_priority == y->has_priority && rat_eq(x->priority, y->priority) &&
		texts_eq(&x->applicable_product_ids, &y->applicable_product_ids) &&
		texts_eq(&x->applicable_product_tags, &y->applicable_product_tags) &&
		pairs_eq(&x->custom_fields, &y->custom_fields) &&
		pairs_eq(&x->kept.fields, &y->kept.fields);
}

static void
add_segments(struct sweep *s, struct buf *b)
{
	static const char *const units[] = { "USD", "eur", "JPY" };
	static const char *const amounts[] = { "0", "'1/3'", "1e20", "0.000000000000000000000001",
		"'22/7'" };

	buf_printf(b, ",'access_schedule':{'credit_type_id':'%s','schedule_items':[",
		units[sweep_below(s, countof(units))]);
	for (int i = (int)sweep_below(s, 3); i >= 0; i--)
		buf_printf(b,
			"{%s'amount':%s,'starting_at':'202%d-01-01T0%d:00:00Z',"
			"'ending_before':'202%d-02-01'}%s",
			sweep_below(s, 2) ? "'id':'cccccccc-0000-4000-8000-000000000001'," : "",
			amounts[sweep_below(s, countof(amounts))], i, i, i, i > 0 ? "," : "");
	buf_add_c(b, "]}");
}

static void
add_promise(struct sweep *s, struct buf *b)
{
	int amount = (int)sweep_below(s, 99);

	buf_printf(b,
		"{'type':'POSTPAID','product_id':'p','access_schedule':{'schedule_items':[{'amount':"
		"'%d/7','starting_at':'2024-01-01','ending_before':'2025-01-01'}]},"
		"'invoice_schedule':{'schedule_items':[{'timestamp':'2025-01-01T00:00:01Z',"
		"'unit_price':'1/7','quantity':%d}]}",
		amount, amount);
	if (sweep_below(s, 2))
		buf_add_c(b, ",'trueup_disabled':true");
}

static void
add_invoices(struct sweep *s, struct buf *b)
{
	if (sweep_below(s, 2))
		buf_printf(b,
			",'invoice_schedule':{'credit_type_id':'GBP','schedule_items':["
			"{'timestamp':'2024-01-01T00:00:01Z','unit_price':'%d/7','quantity':2}]"
			"%s}",
			(int)sweep_below(s, 99), sweep_below(s, 2) ? ",'do_not_invoice':true" : "");
	else if (sweep_below(s, 2))
		buf_printf(b,
			",'invoice_schedule':{'recurring_schedule':{'starting_at':'2024-01-31',"
			"'ending_before':'2025-01-01','frequency':'MONTHLY',"
			"'amount_distribution':'DIVIDED_ROUNDED','amount':%d}}",
			(int)sweep_below(s, 99));
}

static void
add_products(struct sweep *s, struct buf *b)
{
	switch (sweep_below(s, 4)) {
	case 0:
		buf_add_c(b, ",'applicable_product_ids':['b','a']");
		break;
	case 1:
		buf_add_c(b, ",'applicable_product_tags':['y','x','y']");
		break;
	case 2:
		buf_printf(b,
			",'specifiers':[{'product_id':'b','product_tags':['t']},"
			"{'pricing_group_values':{'zone':%d},"
			"'presentation_group_values':{'b':true,'a':''}}]",
			(int)sweep_below(s, 9));
		break;
	}
}

static void
add_commit(struct sweep *s, struct buf *b, bool credit)
{
	if (!credit && sweep_below(s, 4) == 0) {
		add_promise(s, b);
	} else {
		buf_printf(b, "{%s'product_id':'p%d'", credit ? "" : "'type':'PREPAID',",
			(int)sweep_below(s, 5));
		add_segments(s, b);
		if (!credit)
			add_invoices(s, b);
	}
	add_products(s, b);
	if (sweep_below(s, 2))
		buf_add_c(b, ",'id':'aaaaaaaa-0000-4000-8000-000000000001','name':'\\u20ac'");
	if (sweep_below(s, 2))
		buf_printf(b, ",'priority':'%d/%d','description':''", (int)sweep_below(s, 9) - 4,
			1 + (int)sweep_below(s, 9));
	if (sweep_below(s, 2))
		buf_printf(b, ",'rate_type':'commit_rate','rollover_fraction':'%d/7'",
			(int)sweep_below(s, 8));
	if (sweep_below(s, 2))
		buf_add_c(b, ",'custom_fields':{'k':'v'},'netsuite_sales_order_id':{'n':1.0}");
	buf_add_c(b, "}");
}

static bool
reads_back(const char *body, struct arena *a)
{
	struct commit *first;
	struct err e = ERR_INIT;
	struct json *j;
	const char *once;
	size_t n;
	bool good;

	if (!body_taken(body, read_commits, a))
		return false;
	first = got;
	n = got_n;
	once = body_written(a, terms, NULL);
	j = body_tree(a, once);
	good = read_commits(j, false, a, &e) && got_n == n;
	json_free(j);
	for (size_t i = 0; good && i < n; i++)
		good = same(&first[i], &got[i]);
	return good && strcmp(once, body_written(a, terms, NULL)) == 0;
}

static void
test_round_trip(void)
{
	struct sweep s = sweep_start("commits", 43);
	struct arena a = ARENA_INIT;
	int broken = 0;

	for (int i = 0; i < 500; i++) {
		struct buf b = BUF_INIT;

		buf_add_c(&b, "{'commits':[");
		add_commit(&s, &b, false);
		if (sweep_below(&s, 2)) {
			buf_add_c(&b, ",");
			add_commit(&s, &b, false);
		}
		buf_add_c(&b, "]");
		if (sweep_below(&s, 2)) {
			buf_add_c(&b, ",'credits':[");
			add_commit(&s, &b, true);
			buf_add_c(&b, "]");
		}
		buf_add_c(&b, "}");
		broken += !reads_back(buf_cstr(&b), &a);
		buf_release(&b);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same commits");
	arena_release(&a);
}

/* Free exactly where what is paid adds up to nothing. */
static void
test_free(void)
{
	struct sweep s = sweep_start("free commits", 47);
	struct arena a = ARENA_INIT;
	int broken = 0, gifts = 0;

	ok(body_taken(COMMIT(""), read_commits, &a) && commit_is_free(got),
		"free without an invoice schedule");
	ok(body_taken(INVOICE("'recurring_schedule':{'starting_at':'2024-01-01','ending_before':"
			      "'2025-01-01','frequency':'ANNUAL','amount':'0.01'}"),
		   read_commits, &a) &&
			!commit_is_free(got),
		"not free for a hundredth of a cent");
	for (int i = 0; i < 300; i++) {
		int price[2] = { (int)sweep_below(&s, 5) - 2, (int)sweep_below(&s, 5) - 2 };
		int quantity[2] = { (int)sweep_below(&s, 3), (int)sweep_below(&s, 3) };
		bool gift = price[0] * quantity[0] + price[1] * quantity[1] == 0;

		broken += !body_taken(
			str_printf(&a,
				INVOICE("'schedule_items':[{'timestamp':'2024-01-01',"
					"'unit_price':%d,'quantity':%d},{'timestamp':'2024-02-01',"
					"'unit_price':%d,'quantity':%d}]"),
				price[0], quantity[0], price[1], quantity[1])
				.p,
			read_commits, &a);
		broken += commit_is_free(got) != gift;
		gifts += gift;
		arena_clear(&a);
	}
	is_int(broken, 0, "free exactly where the items add up to zero");
	ok(gifts > 0 && gifts < 300, "  of which there were some: %d", gifts);
	arena_release(&a);
}

int
main(void)
{
	test_defaults();
	test_full();
	test_refused();
	test_segments_refused();
	test_invoices_refused();
	test_specifiers_refused();
	test_postpaid();
	test_credits();
	test_unsupported();
	test_contract_end();
	test_round_trip();
	test_free();
	return done();
}
