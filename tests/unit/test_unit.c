#include "domain/unit.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct rat
number(struct arena *a, const char *text)
{
	struct rat r = RAT_ZERO;

	if (rat_parse_exact(a, str_c(text), &r) != RAT_OK)
		note("the test itself is wrong: %s", text);
	return r;
}

static struct unit
currency(const char *code)
{
	struct unit u = { .places = -1 };

	if (!unit_find(NULL, str_c(code), &u))
		note("the test itself is wrong: %s", code);
	return u;
}

static void
test_table(void)
{
	static const char *const whole[] = { "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
		"PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF" };
	static const char *const thousandths[] = { "BHD", "IQD", "JOD", "KWD", "LYD", "OMR",
		"TND" };
	static const char *const smaller[] = { "CLF", "UYW" };
	size_t n = 0, by_places[5] = { 0 };
	bool rising = true, found = true, distinct = true, only_usd = true;
	struct unit u, last = { .code = "" };

	for (; unit_at(n, &u); n++) {
		struct unit by_code, by_id, by_name;

		rising = rising && strcmp(last.code, u.code) < 0;
		found = found && unit_find(NULL, str_c(u.code), &by_code) &&
			unit_same(&by_code, &u) && unit_find(NULL, id_str(&u.id), &by_id) &&
			strcmp(by_id.code, u.code) == 0 &&
			unit_find(NULL, str_c(u.name), &by_name) && unit_same(&by_name, &u);
		distinct = distinct && !unit_same(&u, &last);
		only_usd = only_usd && u.cents == (strcmp(u.code, "USD") == 0);
		by_places[u.places]++;
		last = u;
	}
	ok(n > 150, "%zu currencies", n);
	ok(rising, "in the order of their codes");
	ok(found, "each found by code, id and name");
	ok(distinct, "no two have one id");
	ok(only_usd, "USD alone counts cents");
	is_int((int64_t)by_places[0], (int64_t)countof(whole), "so many without a minor unit");
	is_int((int64_t)by_places[1], 0, "none with tenths");
	is_int((int64_t)by_places[3], (int64_t)countof(thousandths), "so many with thousandths");
	is_int((int64_t)by_places[4], (int64_t)countof(smaller), "so many with four places");
	for (size_t i = 0; i < countof(whole); i++)
		is_int(currency(whole[i]).places, 0, "%s has no minor unit", whole[i]);
	for (size_t i = 0; i < countof(thousandths); i++)
		is_int(currency(thousandths[i]).places, 3, "%s has thousandths", thousandths[i]);
	for (size_t i = 0; i < countof(smaller); i++)
		is_int(currency(smaller[i]).places, 4, "%s has four places", smaller[i]);
}

static void
test_find(void)
{
	static const char *const none[] = { "", "XAU", "XXX", "US", "USDX", "ZZZ", "EUR ",
		"2714e483-4ff1-48e4-9e25-ac732e8f24f3", "EUR (cents)", "cents" };
	struct unit usd = unit_usd(), u;

	is_str(usd.id.s, "2714e483-4ff1-48e4-9e25-ac732e8f24f2", "the id of USD");
	is_str(usd.name, "USD (cents)", "its name");
	is_str(usd.code, "USD", "its code");
	ok(unit_find(NULL, STR("2714E483-4FF1-48E4-9E25-AC732E8F24F2"), &u) && unit_same(&u, &usd),
		"USD by id in capitals");
	ok(unit_find(NULL, STR("usd"), &u) && unit_same(&u, &usd), "USD by code in small letters");
	is_str(currency("eur").name, "EUR", "other currencies bear their code as name");
	for (size_t i = 0; i < countof(none); i++) {
		struct unit kept = { .code = "kept" };
		ok(!unit_find(NULL, str_c(none[i]), &kept) && strcmp(kept.code, "kept") == 0,
			"\"%s\" names none", none[i]);
	}
}

/* Two units of one's own; the second bears a name with a blank. */
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
static const struct units units = { custom, countof(custom) };

static void
test_find_custom(void)
{
	static const char *const none[] = { "Tokens", "token", "AI", "AI  credits", "",
		"00000000-0000-4000-8000-00000000000c" };
	struct arena a = ARENA_INIT;
	struct unit u;
	struct rat x;

	ok(unit_find(&units, STR("tokens"), &u) && unit_same(&u, &custom[0]) && u.custom,
		"a custom unit by name");
	ok(unit_find(&units, STR("00000000-0000-4000-8000-00000000000B"), &u) &&
			unit_same(&u, &custom[1]),
		"by id, in capitals too");
	ok(unit_find(&units, STR("eur"), &u) && !u.custom, "currencies are there beside them");
	ok(!unit_find(NULL, STR("tokens"), &u), "without a table there are none");
	for (size_t i = 0; i < countof(none); i++)
		ok(!unit_find(&units, str_c(none[i]), &u), "\"%s\" names none", none[i]);

	u = unit_custom(&custom[1].id, "AI credits");
	ok(unit_same(&u, &custom[1]) && strcmp(u.code, u.name) == 0, "its code is its name");
	x = number(&a, "100/3");
	ok(rat_eq(unit_major(&a, &u, x), x) && rat_eq(unit_stored(&a, &u, x), x),
		"it is counted whole");
	ok(rat_eq(unit_due(&a, &u, x), x), "nothing is rounded");
	is_str(unit_major_text(&a, &u, number(&a, "12.50")).p, "12.5",
		"for people, with the places it has");
	is_str(unit_major_text(&a, &u, number(&a, "-3")).p, "-3", "  none here");
	arena_release(&a);
}

static void
test_amounts(void)
{
	static const struct {
		const char *code, *stored, *major, *due, *text;
	} cases[] = {
		{ "USD", "12841.5585", "128.415585", "12842", "128.42" },
		{ "USD", "12842", "128.42", "12842", "128.42" },
		{ "USD", "0.5", "0.005", "1", "0.01" },
		{ "USD", "-0.5", "-0.005", "-1", "-0.01" },
		{ "USD", "0.49", "0.0049", "0", "0.00" },
		{ "EUR", "128.415", "128.415", "128.42", "128.42" },
		{ "EUR", "100/3", "100/3", "33.33", "33.33" },
		{ "JPY", "1999.5", "1999.5", "2000", "2000" },
		{ "BHD", "1.2345", "1.2345", "1.235", "1.235" },
		{ "CLF", "1.23455", "1.23455", "1.2346", "1.2346" },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		struct unit u = currency(cases[i].code);
		struct rat stored = number(&a, cases[i].stored), due = unit_due(&a, &u, stored);

		is_str(rat_text_exact(&a, unit_major(&a, &u, stored)).p, cases[i].major,
			"%s %s in major units", cases[i].stored, cases[i].code);
		is_str(rat_text_exact(&a, due).p, cases[i].due, "  due");
		is_str(unit_major_text(&a, &u, due).p, cases[i].text, "  due, for people");
	}
	arena_release(&a);
}

static void
test_there_and_back(void)
{
	struct sweep s = sweep_start("stored to major and back", 41);
	struct arena a = ARENA_INIT;
	bool same = true;

	for (int i = 0; i < 2000; i++) {
		struct rat x = rat_frac(&a, sweep_int64(&s), 1 + (int64_t)sweep_below(&s, 999));
		struct unit u;

		unit_at(sweep_below(&s, 160), &u);
		same = same && rat_eq(unit_stored(&a, &u, unit_major(&a, &u, x)), x);
		arena_clear(&a);
	}
	ok(same, "unit_stored undoes unit_major");
	arena_release(&a);
}

/* ---- from bodies ---- */

static struct rat got;
static struct unit got_unit;

static bool
read_money(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	struct unit usd = unit_usd();
	struct obj o;
	bool has;

	if (!obj_open(&o, j, "thing", csv, a, e))
		return false;
	o.units = &units;
	got_unit = obj_unit(&o, "credit_type_id", &usd);
	got = obj_price(&o, "price", OBJ_REQUIRED, &got_unit, &has);
	obj_money(&o, "amount", OBJ_OPTIONAL, &got_unit, &has);
	return obj_close(&o);
}

static void
test_read(void)
{
	static const struct {
		const char *body, *stored;
	} cases[] = {
		{ "{'price':10}", "10" },
		{ "{'price':'10'}", "10" },
		{ "{'price':0}", "0" },
		{ "{'price':1e-3}", "0.001" },
		{ "{'price':'1/3'}", "1/3" },
		{ "{'price':'0.10 USD'}", "10" },
		{ "{'price':'0.10 usd'}", "10" },
		{ "{'price':'1/3 USD'}", "100/3" },
		{ "{'price':'0.10 EUR','credit_type_id':'EUR'}", "0.1" },
		{ "{'price':'5 JPY','credit_type_id':'jpy'}", "5" },
		{ "{'price':3,'credit_type_id':'2714e483-4ff1-48e4-9e25-ac732e8f24f2'}", "3" },
		{ "{'price':3,'credit_type_id':'USD (cents)'}", "3" },
		{ "{'price':3,'credit_type_id':null,'amount':'-2 USD'}", "3" },
		{ "{'price':'5 tokens','credit_type_id':'tokens'}", "5" },
		{ "{'price':'1/3 AI credits','credit_type_id':'AI credits'}", "1/3" },
		{ "{'price':'0.5','credit_type_id':'00000000-0000-4000-8000-00000000000A'}",
			"0.5" },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		ok(body_taken(cases[i].body, read_money, &a), "taken: %s", cases[i].body);
		is_str(rat_text_exact(&a, got).p, cases[i].stored, "  as %s", cases[i].stored);
	}
	arena_release(&a);
}

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ "{'amount':1}", "missing_field", "price", "{", "missing" },
		{ "{'price':'ten'}", "thing.price", "price", "'ten'", "wanted a number" },
		{ "{'price':-1}", "thing.price", "price", "-1", "below zero" },
		{ "{'price':'-0.01 USD'}", "thing.price", "price", "'-0", "below zero" },
		{ "{'price':'0.10 EUR'}", "thing.price", "price", "'0.1",
			"in EUR where USD is wanted" },
		{ "{'price':'0.10 USD','credit_type_id':'EUR'}", "thing.price", "price", "'0.1",
			"in USD where EUR is wanted" },
		{ "{'price':'0.10 ABC'}", "thing.price", "price", "'0.1", "\"ABC\" is no unit" },
		{ "{'price':'0.10  USD'}", "thing.price", "price", "'0.1", "is no unit" },
		{ "{'price':'0.10 '}", "thing.price", "price", "'0.1", "is no unit" },
		{ "{'price':'5 tokens'}", "thing.price", "price", "'5 t",
			"in tokens where USD is wanted" },
		{ "{'price':'5 USD','credit_type_id':'tokens'}", "thing.price", "price", "'5 U",
			"in USD where tokens is wanted" },
		{ "{'price':'5 AI credits','credit_type_id':'tokens'}", "thing.price", "price",
			"'5 A", "in AI credits where tokens is wanted" },
		{ "{'price':'5 Tokens','credit_type_id':'tokens'}", "thing.price", "price", "'5 T",
			"\"Tokens\" is no unit; wanted tokens" },
		{ "{'price':'five tokens','credit_type_id':'tokens'}", "thing.price", "price",
			"'five", "one with its unit such as \"0.10 tokens\"" },
		{ "{'price':'5 USD (cents)'}", "thing.price", "price", "'5 U", "is no unit" },
		{ "{'price':'ten USD'}", "thing.price", "price", "'ten", "not an amount" },
		{ "{'price':'+5 USD'}", "thing.price", "price", "'+5", "not an amount" },
		{ "{'price':' 5'}", "thing.price", "price", "' 5", "wanted a number" },
		{ "{'price':'1e2000 USD'}", "number_too_long", "price", "'1e2",
			"more than 1000 digits" },
		{ "{'price':1e2000}", "number_too_long", "price", "1e2", "more than 1000 digits" },
		{ "{'price':true}", "thing.price", "price", "true", "wanted a number" },
		{ "{'price':1,'credit_type_id':'XAU'}", "thing.credit_type_id", "credit_type_id",
			"'XAU'", "no such unit" },
		{ "{'price':1,'credit_type_id':7}", "thing.credit_type_id", "credit_type_id", "7",
			"wanted a string" },
	};

	body_refused(cases, countof(cases), read_money);
}

static void
test_written(void)
{
	struct arena a = ARENA_INIT;
	struct unit usd = unit_usd();
	struct buf b = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_unit(&w, "credit_type", &usd);
	jsonw_end(&w);
	jsonw_release(&w);
	is_str(buf_cstr(&b),
		"{\"credit_type\":{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\","
		"\"name\":\"USD (cents)\"}}",
		"a unit as JSON");
	buf_release(&b);
	arena_release(&a);
}

int
main(void)
{
	test_table();
	test_find();
	test_find_custom();
	test_amounts();
	test_there_and_back();
	test_read();
	test_refused();
	test_written();
	return done();
}
