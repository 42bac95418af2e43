#include "domain/schedule.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct schedule got;

static bool
read_schedule(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct unit usd = unit_usd();
	struct obj o;

	return obj_open(&o, j, "contract", csv, a, e) && schedule_from_obj(&o, &usd, &got) &&
		obj_close(&o);
}

static void
stored(struct jsonw *w, const void *s)
{
	jsonw_object(w);
	schedule_members(w, s, TERMS_STORED);
	jsonw_end(w);
}

static void
printed(struct jsonw *w, const void *s)
{
	jsonw_object(w);
	schedule_members(w, s, TERMS_PRINTED);
	jsonw_end(w);
}

/* The items as "2024-01-31 unit_price x quantity", one a line. */
static const char *
items_text(struct arena *a)
{
	struct buf b = BUF_INIT;
	struct str text;

	for (size_t i = 0; i < got.nitems; i++) {
		char date[INSTANT_TEXT_SIZE];
		buf_printf(&b, "%s%.10s %s x %s", i ? "\n" : "",
			instant_text(got.items[i].timestamp_ns, date),
			rat_text_exact(a, got.items[i].unit_price).p,
			rat_text_exact(a, got.items[i].quantity).p);
	}
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text.p;
}

#define R(rest) \
	"{'recurring_schedule':{'starting_at':'2024-11-01','ending_before':'2025-11-01'," \
	"'frequency':'QUARTERLY'," rest "}}"

static void
test_items(void)
{
	struct arena a = ARENA_INIT;

	ok(body_taken("{'schedule_items':[{'timestamp':'2024-01-31T10:11:12.5Z','amount':'5 USD'},"
		      "{'id':'AAAAAAAA-0000-4000-8000-000000000001','timestamp':'2024-01-01',"
		      "'unit_price':'1/3','quantity':3},{'timestamp':'2024-02-01','amount':-7}]}",
		   read_schedule, &a),
		"items");
	is_str(items_text(&a), "2024-01-31 500 x 1\n2024-01-01 1/3 x 3\n2024-02-01 -7 x 1",
		"  as given");
	ok(!got.recurring, "  they do not recur");
	is_str(body_written(&a, stored, &got),
		"{\"credit_type_id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"schedule_items\":["
		"{\"timestamp\":\"2024-01-31T10:11:12.5Z\",\"amount\":\"500\"},"
		"{\"id\":\"aaaaaaaa-0000-4000-8000-000000000001\",\"timestamp\":\"2024-01-01T00:00:00Z\","
		"\"unit_price\":\"1/3\",\"quantity\":\"3\"},"
		"{\"timestamp\":\"2024-02-01T00:00:00Z\",\"amount\":\"-7\"}]}",
		"  stored");
	got.nitems = 2;
	is_str(body_written(&a, printed, &got),
		"{\"credit_type\":{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\","
		"\"name\":\"USD (cents)\"},\"schedule_items\":["
		"{\"timestamp\":\"2024-01-31T10:11:12.5Z\",\"amount\":\"500\",\"unit_price\":\"500\","
		"\"quantity\":\"1\"},"
		"{\"id\":\"aaaaaaaa-0000-4000-8000-000000000001\",\"timestamp\":\"2024-01-01T00:00:00Z\","
		"\"amount\":\"1\",\"unit_price\":\"0.33333333333333333333\",\"unit_price_exact\":\"1/3\","
		"\"quantity\":\"3\"}]}",
		"  printed");
	arena_release(&a);
}

static void
test_dates(void)
{
	static const struct {
		const char *from, *to, *frequency, *dates;
	} cases[] = {
		{ "2024-11-01", "2025-11-01", "quarterly",
			"2024-11-01 7 x 1\n2025-02-01 7 x 1\n"
			"2025-05-01 7 x 1\n2025-08-01 7 x 1" },
		{ "2024-01-31", "2024-05-01", "MONTHLY",
			"2024-01-31 7 x 1\n2024-02-29 7 x 1\n"
			"2024-03-31 7 x 1\n2024-04-30 7 x 1" },
		{ "2024-08-31", "2025-08-31", "SEMI_ANNUAL", "2024-08-31 7 x 1\n2025-02-28 7 x 1" },
		{ "2024-02-29", "2026-03-01", "ANNUAL",
			"2024-02-29 7 x 1\n2025-02-28 7 x 1\n"
			"2026-02-28 7 x 1" },
		{ "2024-02-26", "2024-03-11", "WEEKLY", "2024-02-26 7 x 1\n2024-03-04 7 x 1" },
		{ "2024-02-26T10:00:00Z", "2024-03-04T10:00:00.000000001Z", "WEEKLY",
			"2024-02-26 7 x 1\n2024-03-04 7 x 1" },
		{ "2024-01-01", "2024-01-01T00:00:01Z", "ANNUAL", "2024-01-01 7 x 1" },
		{ "2262-03-20", "2262-04-11", "MONTHLY", "2262-03-20 7 x 1" },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		ok(body_taken(str_printf(&a,
				      "{'recurring_schedule':{'starting_at':'%s',"
				      "'ending_before':'%s','frequency':'%s','amount':7}}",
				      cases[i].from, cases[i].to, cases[i].frequency)
				      .p,
			   read_schedule, &a),
			"%s from %s", cases[i].frequency, cases[i].from);
		is_str(items_text(&a), cases[i].dates, "  its dates");
	}
	arena_release(&a);
}

static void
test_distribution(void)
{
	static const struct {
		const char *body, *items;
	} cases[] = {
		{ R("'amount':100"),
			"2024-11-01 100 x 1\n2025-02-01 100 x 1\n2025-05-01 100 x 1\n"
			"2025-08-01 100 x 1" },
		{ R("'amount_distribution':'each','unit_price':10,'quantity':3"),
			"2024-11-01 10 x 3\n"
			"2025-02-01 10 x 3\n2025-05-01 10 x 3\n2025-08-01 10 x 3" },
		{ R("'amount_distribution':'DIVIDED','unit_price':10,'quantity':3"),
			"2024-11-01 2.5 x 3\n2025-02-01 2.5 x 3\n2025-05-01 2.5 x 3\n2025-08-01 2.5 x 3" },
		{ R("'amount_distribution':'DIVIDED_ROUNDED','amount':101"),
			"2024-11-01 25 x 1\n"
			"2025-02-01 25 x 1\n2025-05-01 25 x 1\n2025-08-01 26 x 1" },
		{ R("'amount_distribution':'DIVIDED_ROUNDED','amount':102"),
			"2024-11-01 26 x 1\n"
			"2025-02-01 26 x 1\n2025-05-01 26 x 1\n2025-08-01 24 x 1" },
		{ R("'amount_distribution':'DIVIDED_ROUNDED','amount':-102"),
			"2024-11-01 -26 x 1\n"
			"2025-02-01 -26 x 1\n2025-05-01 -26 x 1\n2025-08-01 -24 x 1" },
		{ "{'credit_type_id':'EUR','recurring_schedule':{'starting_at':'2024-01-01',"
		  "'ending_before':'2024-04-01','frequency':'MONTHLY','amount_distribution':"
		  "'DIVIDED_ROUNDED','unit_price':'5 EUR','quantity':2}}",
			"2024-01-01 3.33 x 1\n2024-02-01 3.33 x 1\n2024-03-01 3.34 x 1" },
		{ "{'credit_type_id':'JPY','recurring_schedule':{'starting_at':'2024-01-01',"
		  "'ending_before':'2024-04-01','frequency':'MONTHLY','amount_distribution':"
		  "'DIVIDED_ROUNDED','amount':1000}}",
			"2024-01-01 333 x 1\n2024-02-01 333 x 1\n2024-03-01 334 x 1" },
		{ "{'credit_type_id':'EUR','recurring_schedule':{'starting_at':'2024-01-01',"
		  "'ending_before':'2024-04-01','frequency':'MONTHLY','amount_distribution':"
		  "'DIVIDED','amount':10}}",
			"2024-01-01 10/3 x 1\n2024-02-01 10/3 x 1\n2024-03-01 10/3 x 1" },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		ok(body_taken(cases[i].body, read_schedule, &a), "%s", cases[i].body);
		is_str(items_text(&a), cases[i].items, "  its items");
	}
	ok(body_taken(cases[8].body, read_schedule, &a), "a recurring schedule");
	is_str(body_written(&a, stored, &got),
		str_printf(&a,
			"{\"credit_type_id\":\"%s\","
			"\"recurring_schedule\":{\"starting_at\":\"2024-01-01T00:00:00Z\","
			"\"ending_before\":\"2024-04-01T00:00:00Z\",\"frequency\":\"MONTHLY\","
			"\"amount_distribution\":\"DIVIDED\",\"amount\":\"10\"}}",
			got.unit.id.s)
			.p,
		"  stored");
	ok(strstr(body_written(&a, printed, &got),
		   "\"amount\":\"10\",\"unit_price\":\"10\","
		   "\"quantity\":\"1\"},\"schedule_items\":[{\"timestamp\":\"2024-01-01T00:00:00Z\","
		   "\"amount\":\"3.33333333333333333333\",\"amount_exact\":\"10/3\"") != NULL,
		"  printed with its dates");
	is_str(frequency_name(FREQ_SEMI_ANNUAL), "SEMI_ANNUAL", "name of a frequency");
	arena_release(&a);
}

#define ITEM(rest) "{'schedule_items':[{'timestamp':'2024-01-01'," rest "}]}"

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{}", "missing_field", "schedule_items", "{", "missing" },
		{ "{'schedule_items':[]}", "contract.schedule_items", "schedule_items", "[]",
			"at least 1" },
		{ "{'recurring_schedule':{},'schedule_items':[]}", "contract.recurring_schedule",
			"recurring_schedule", "{},", "one of the two" },
		{ "{'schedule_items':[{'amount':1}]}", "missing_field",
			"schedule_items[0].timestamp", "{'amount", "missing" },
		{ ITEM("'x':1"), "missing_field", "schedule_items[0].amount", "{'time", "missing" },
		{ ITEM("'unit_price':1"), "missing_field", "schedule_items[0].quantity", "{'time",
			"missing" },
		{ ITEM("'quantity':1"), "missing_field", "schedule_items[0].unit_price", "{'time",
			"missing" },
		{ ITEM("'amount':7,'unit_price':7,'quantity':1"), "contract.schedule_items.amount",
			"schedule_items[0].amount", "7,", "beside unit_price" },
		{ ITEM("'amount':7,'quantity':1"), "contract.schedule_items.amount",
			"schedule_items[0].amount", "7,", "beside quantity" },
		{ ITEM("'unit_price':7,'quantity':-3"), "contract.schedule_items.quantity",
			"schedule_items[0].quantity", "-3", "below zero" },
		{ ITEM("'amount':'1 EUR'"), "contract.schedule_items.amount",
			"schedule_items[0].amount", "'1 EUR'", "in EUR where USD" },
		{ ITEM("'amount':1,'id':'one'"), "contract.schedule_items.id",
			"schedule_items[0].id", "'one'", "UUID" },
		{ "{'schedule_items':[{'timestamp':'2024-02-30','amount':1}]}",
			"contract.schedule_items.timestamp", "schedule_items[0].timestamp", "'2024",
			"day 30" },
		{ "{'recurring_schedule':{'ending_before':'2025-11-01','frequency':'MONTHLY',"
		  "'amount':1}}",
			"missing_field", "recurring_schedule.starting_at", "{'ending", "missing" },
		{ "{'recurring_schedule':{'starting_at':'2025-11-01','ending_before':'2025-11-01',"
		  "'frequency':'MONTHLY','amount':1}}",
			"contract.recurring_schedule.ending_before",
			"recurring_schedule.ending_before", "'2025-11-01','freq", "not after" },
		{ "{'recurring_schedule':{'starting_at':'2024-11-01','ending_before':'2025-11-01',"
		  "'frequency':'DAILY','amount':1}}",
			"contract.recurring_schedule.frequency", "recurring_schedule.frequency",
			"'DAILY'",
			"WEEKLY, MONTHLY, QUARTERLY, "
			"SEMI_ANNUAL or ANNUAL" },
		{ R("'amount':1,'amount_distribution':'SPREAD'"),
			"contract.recurring_schedule.amount_distribution",
			"recurring_schedule.amount_distribution", "'SPREAD'", "EACH, DIVIDED or" },
		{ R("'amount_distribution':'EACH'"), "missing_field", "recurring_schedule.amount",
			"{'start", "missing" },
		{ "{'recurring_schedule':{'starting_at':'1700-01-01','ending_before':'2200-01-01',"
		  "'frequency':'WEEKLY','amount':1}}",
			"contract.recurring_schedule.ending_before",
			"recurring_schedule.ending_before", "'2200", "more than 10000 dates" },
		{ "{'credit_type_id':'XTS','schedule_items':[]}", "contract.credit_type_id",
			"credit_type_id", "'XTS'", "no such unit" },
		{ ITEM("'amount':1,'invoice_id':'x'"), "unknown_field",
			"schedule_items[0].invoice_id", "'x'", "unknown" },
	};

	body_refused(cases, countof(cases), read_schedule);
}

static bool
same(const struct schedule *x, const struct schedule *y)
{
	bool same = unit_same(&x->unit, &y->unit) && x->nitems == y->nitems &&
		x->recurring == y->recurring && x->starting_at_ns == y->starting_at_ns &&
		x->ending_before_ns == y->ending_before_ns && x->frequency == y->frequency &&
		x->distribution == y->distribution && rat_eq(x->unit_price, y->unit_price) &&
		rat_eq(x->quantity, y->quantity);

	for (size_t i = 0; same && i < x->nitems; i++)
		same = x->items[i].timestamp_ns == y->items[i].timestamp_ns &&
			str_eq(x->items[i].id, y->items[i].id) &&
			rat_eq(x->items[i].unit_price, y->items[i].unit_price) &&
			rat_eq(x->items[i].quantity, y->items[i].quantity);
	return same;
}

static const char *
random_amount(struct sweep *s, struct arena *a)
{
	int n = (int)sweep_below(s, 100000), d = 1 + (int)sweep_below(s, 12);

	if (sweep_below(s, 2))
		return str_printf(a, "'amount':'%d/%d'", n, d).p;
	return str_printf(a, "'unit_price':'-%d/%d','quantity':'%d/7'", n, d,
		(int)sweep_below(s, 30))
		.p;
}

static const char *
random_schedule(struct sweep *s, struct arena *a)
{
	static const char *const frequencies[] = { "weekly", "MONTHLY", "QUARTERLY", "semi_annual",
		"ANNUAL" };
	static const char *const distributions[] = { "EACH", "DIVIDED", "divided_rounded" };
	static const char *const units[] = { "USD", "EUR", "JPY", "BHD" };
	const char *unit = units[sweep_below(s, countof(units))];

	if (sweep_below(s, 3) == 0)
		return str_printf(a,
			"{'credit_type_id':'%s','recurring_schedule':null,"
			"'schedule_items':[{'timestamp':'2024-05-0%dT01:02:03.%dZ',%s},"
			"{'timestamp':'2024-01-01',%s}]}",
			unit, 1 + (int)sweep_below(s, 9), (int)sweep_below(s, 999999),
			random_amount(s, a), random_amount(s, a))
			.p;
	return str_printf(a,
		"{'credit_type_id':'%s','recurring_schedule':{'starting_at':"
		"'20%d-0%d-%d','ending_before':'20%d-12-%d','frequency':'%s',"
		"'amount_distribution':'%s',%s}}",
		unit, 10 + (int)sweep_below(s, 10), 1 + (int)sweep_below(s, 9),
		10 + (int)sweep_below(s, 19), 20 + (int)sweep_below(s, 10),
		10 + (int)sweep_below(s, 20), frequencies[sweep_below(s, countof(frequencies))],
		distributions[sweep_below(s, countof(distributions))], random_amount(s, a))
		.p;
}

/* What the items come to. */
static struct rat
whole(const struct schedule *s, struct arena *a)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < s->nitems; i++)
		sum = rat_add(a, sum, rat_mul(a, s->items[i].unit_price, s->items[i].quantity));
	return sum;
}

static void
test_laws(void)
{
	struct sweep s = sweep_start("schedules", 23);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0, torn = 0;

	for (int i = 0; i < 500; i++) {
		const char *body = random_schedule(&s, &a), *once;
		struct schedule first;
		struct rat amount;
		struct json *j;

		broken += !body_taken(body, read_schedule, &a);
		first = got;
		once = body_written(&a, stored, &first);
		j = body_tree(&a, once);
		broken += !read_schedule(j, false, &a, &e) || !same(&first, &got) ||
			strcmp(once, body_written(&a, stored, &got)) != 0;
		json_free(j);
		amount = rat_mul(&a, first.unit_price, first.quantity);
		if (first.recurring && first.distribution == DISTRIBUTE_EACH)
			amount = rat_mul(&a, amount, rat_int(&a, (int64_t)first.nitems));
		torn += first.recurring && !rat_eq(whole(&first, &a), amount);
		arena_clear(&a);
	}
	is_int(broken, 0, "terms read back as the same schedule");
	is_int(torn, 0, "the dates add up to the whole amount");
	arena_release(&a);
}

int
main(void)
{
	test_items();
	test_dates();
	test_distribution();
	test_refused();
	test_laws();
	return done();
}
