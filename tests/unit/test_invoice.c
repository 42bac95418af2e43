#include "domain/invoice.h"

#include <stdio.h>
#include <string.h>

#include "base/id.h"

#include "tests/unit/body.h"
#include "tests/unit/tap.h"

static int64_t
at(const char *text)
{
	struct instant_why why = { "" };
	int64_t t_ns = 0;

	if (!instant_parse(str_c(text), INSTANT_DATE, &t_ns, &why))
		note("the test itself is wrong: %s: %s", text, why.text);
	return t_ns;
}

static struct rat
number(struct arena *a, const char *text)
{
	struct rat r = RAT_ZERO;

	if (rat_parse_exact(a, str_c(text), &r) != RAT_OK)
		note("the test itself is wrong: %s", text);
	return r;
}

static const char *
written(struct arena *a, const struct invoice *inv)
{
	struct buf b = BUF_INIT;
	struct jsonw w;
	struct str text;

	jsonw_init(&w, &b);
	invoice_to_json(&w, inv, a);
	jsonw_release(&w);
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text.p;
}

static const char *
traced(struct arena *a, const struct trace *t)
{
	struct buf b = BUF_INIT;
	struct jsonw w;
	struct str text;

	jsonw_init(&w, &b);
	trace_to_json(&w, t);
	jsonw_release(&w);
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text.p;
}

#define USD "{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"name\":\"USD (cents)\"}"

static struct pair pricing[] = { { { "model", 5 }, { "xl", 2 } }, { { "zone", 4 }, { NULL, 0 } } };
static struct pair fields[] = { { { "k", 1 }, { "v", 1 } } };
static struct str tags[] = { { "gpu", 3 }, { "ai", 2 } };

static struct invoice_line
usage_line(struct arena *a)
{
	return (struct invoice_line){
		.id = STR("l1"),
		.type = LINE_USAGE,
		.name = STR("Images"),
		.product_id = STR("p1"),
		.product_type = PRODUCT_USAGE,
		.product_tags = { tags, 2 },
		.unit = unit_usd(),
		.quantity = number(a, "100/3"),
		.unit_price = number(a, "385.25"),
		.total = number(a, "12841.666"),
		.starting_at_ns = at("2024-09-15"),
		.ending_before_ns = at("2024-10-01"),
		.tier = { .level = 2, .starting_at = number(a, "5"), .size = number(a, "10") },
		.pricing_group_values = { pricing, 2 },
		.presentation_group_values = { pricing, 1 },
		.product_custom_fields = { fields, 1 },
	};
}

static struct invoice_line
fee_line(struct arena *a)
{
	return (struct invoice_line){
		.id = STR("l2"),
		.type = LINE_SCHEDULED,
		.name = STR("Fee"),
		.product_id = STR("p2"),
		.product_type = PRODUCT_FIXED,
		.unit = unit_usd(),
		.quantity = RAT_ONE,
		.unit_price = number(a, "-0.1075"),
		.total = number(a, "-0.1075"),
		.starting_at_ns = INSTANT_NONE,
		.ending_before_ns = INSTANT_NONE,
		.scheduled_charge_id = STR("s1"),
		.scheduled_charge_custom_fields = { fields, 1 },
	};
}

static void
test_final(void)
{
	struct arena a = ARENA_INIT;
	struct invoice_line lines[] = { usage_line(&a), fee_line(&a) };
	struct invoice inv = {
		.id = STR("i1"),
		.number = STR("INV-000001"),
		.type = INVOICE_USAGE,
		.status = INVOICE_FINALIZED,
		.customer_id = STR("c1"),
		.customer_name = STR("Northwind"),
		.contract_id = STR("k1"),
		.contract_name = STR("2024"),
		.unit = unit_usd(),
		.start_ns = at("2024-09-15"),
		.end_ns = at("2024-10-01"),
		.issued_at_ns = at("2024-10-02"),
		.net_payment_terms_days = 30,
		.due_date_ns = at("2024-11-01"),
		.lines = lines,
		.nlines = 2,
		.subtotal = number(&a, "12841.5585"),
		.total = number(&a, "12841.5585"),
		.amount_due = number(&a, "12842"),
		.customer_custom_fields = { fields, 1 },
		.contract_custom_fields = { fields, 1 },
	};

	is_str(written(&a, &inv),
		"{\"id\":\"i1\",\"invoice_number\":\"INV-000001\",\"type\":\"USAGE\","
		"\"status\":\"FINALIZED\",\"customer_id\":\"c1\",\"customer_name\":\"Northwind\","
		"\"contract_id\":\"k1\",\"contract_name\":\"2024\",\"credit_type\":" USD
		","
		"\"currency\":\"USD\",\"start_timestamp\":\"2024-09-15T00:00:00Z\","
		"\"end_timestamp\":\"2024-10-01T00:00:00Z\",\"issued_at\":\"2024-10-02T00:00:00Z\","
		"\"net_payment_terms_days\":30,\"due_date\":\"2024-11-01T00:00:00Z\","
		"\"subtotal\":\"12841.5585\",\"total\":\"12841.5585\",\"amount_due\":\"12842\","
		"\"amount_due_major\":\"128.42\",\"line_items\":["
		"{\"id\":\"l1\",\"name\":\"Images\",\"type\":\"usage\",\"product_id\":\"p1\","
		"\"product_type\":\"UsageProductListItem\",\"product_tags\":[\"gpu\",\"ai\"],"
		"\"credit_type\":" USD
		",\"quantity\":\"33.33333333333333333333\","
		"\"quantity_exact\":\"100/3\",\"unit_price\":\"385.25\",\"total\":\"12841.666\","
		"\"starting_at\":\"2024-09-15T00:00:00Z\",\"ending_before\":\"2024-10-01T00:00:00Z\","
		"\"tier\":{\"level\":2,\"starting_at\":\"5\",\"size\":\"10\"},"
		"\"pricing_group_values\":{\"model\":\"xl\",\"zone\":null},"
		"\"presentation_group_values\":{\"model\":\"xl\"},\"product_custom_fields\":{\"k\":\"v\"}},"
		"{\"id\":\"l2\",\"name\":\"Fee\",\"type\":\"scheduled\",\"product_id\":\"p2\","
		"\"product_type\":\"FixedProductListItem\",\"credit_type\":" USD
		",\"quantity\":\"1\","
		"\"unit_price\":\"-0.1075\",\"total\":\"-0.1075\",\"scheduled_charge_id\":\"s1\","
		"\"scheduled_charge_custom_fields\":{\"k\":\"v\"}}],"
		"\"customer_custom_fields\":{\"k\":\"v\"},\"contract_custom_fields\":{\"k\":\"v\"}}",
		"a final invoice, key by key");
	lines[0].tier.open = true;
	ok(strstr(written(&a, &inv), "\"tier\":{\"level\":2,\"starting_at\":\"5\"}") != NULL,
		"an open tier has no size");
	arena_release(&a);
}

/* Covered, applied, and bought: what of the commit each line prints. */
static void
test_commit_lines(void)
{
	struct arena a = ARENA_INIT;
	struct invoice_deduction deduction = { .amount = RAT_ONE };
	struct invoice_line lines[] = { usage_line(&a), usage_line(&a), fee_line(&a) };
	struct invoice inv = {
		.id = STR("i1"),
		.unit = unit_usd(),
		.lines = lines,
		.nlines = countof(lines),
		.deductions = &deduction,
		.ndeductions = 1,
	};
	const char *text;

	lines[0].commit_id = lines[1].commit_id = lines[2].commit_id = STR("m1");
	lines[0].commit_segment_id = lines[1].commit_segment_id = STR("g1");
	lines[1].type = LINE_APPLIED;
	lines[1].name = STR("Year applied");
	lines[1].total = number(&a, "-12841.666");
	lines[1].tier.level = 0;
	lines[1].product_tags.n = lines[1].pricing_group_values.n = 0;
	lines[1].presentation_group_values.n = lines[1].product_custom_fields.n = 0;
	lines[2].type = LINE_COMMIT_PURCHASE;
	lines[2].scheduled_charge_id = (struct str){ NULL, 0 };
	lines[2].scheduled_charge_custom_fields.n = 0;
	text = written(&a, &inv);
	ok(strstr(text,
		   "\"presentation_group_values\":{\"model\":\"xl\"},\"commit_id\":\"m1\","
		   "\"commit_segment_id\":\"g1\",\"commit_type\":\"PrepaidCommit\","
		   "\"product_custom_fields\":{\"k\":\"v\"}},") != NULL,
		"what pays for usage: %s", text);
	ok(strstr(text,
		   "{\"id\":\"l1\",\"name\":\"Year applied\","
		   "\"type\":\"applied_commit_or_credit\",\"product_id\":\"p1\","
		   "\"product_type\":\"UsageProductListItem\",\"credit_type\":" USD
		   ",\"total\":\"-12841.666\",\"starting_at\":\"2024-09-15T00:00:00Z\","
		   "\"ending_before\":\"2024-10-01T00:00:00Z\",\"commit_id\":\"m1\","
		   "\"commit_segment_id\":\"g1\",\"commit_type\":\"PrepaidCommit\","
		   "\"applied_commit_or_credit\":{\"id\":\"m1\",\"type\":\"PREPAID\"}},") != NULL,
		"what is taken from the balance, without a quantity");
	ok(strstr(text,
		   "{\"id\":\"l2\",\"name\":\"Fee\",\"type\":\"commit_purchase\","
		   "\"product_id\":\"p2\",\"product_type\":\"FixedProductListItem\","
		   "\"credit_type\":" USD ",\"quantity\":\"1\",\"unit_price\":\"-0.1075\","
		   "\"total\":\"-0.1075\",\"commit_id\":\"m1\"}]}") != NULL,
		"what is paid for the commit");
	ok(strstr(text, "deduction") == NULL, "deductions are no part of what is printed");
	is_str(line_type_name(LINE_APPLIED), "applied_commit_or_credit", "name of a type of line");
	is_str(line_type_name(LINE_COMMIT_PURCHASE), "commit_purchase", "name of another");
	arena_release(&a);
}

static void
test_draft(void)
{
	struct arena a = ARENA_INIT;
	struct invoice inv = {
		.id = STR("i1"),
		.type = INVOICE_SCHEDULED,
		.status = INVOICE_DRAFT,
		.customer_id = STR("c1"),
		.contract_id = STR("k1"),
		.start_ns = INSTANT_NONE,
		.end_ns = INSTANT_NONE,
		.issued_at_ns = at("2024-10-02"),
		.due_date_ns = at("2024-10-02"),
	};
	char want[512];

	unit_find(NULL, STR("JPY"), &inv.unit);
	snprintf(want, sizeof(want),
		"{\"id\":\"i1\",\"type\":\"SCHEDULED\",\"status\":\"DRAFT\","
		"\"customer_id\":\"c1\",\"contract_id\":\"k1\",\"credit_type\":{\"id\":\"%s\","
		"\"name\":\"JPY\"},\"currency\":\"JPY\",\"issued_at\":\"2024-10-02T00:00:00Z\","
		"\"net_payment_terms_days\":0,\"due_date\":\"2024-10-02T00:00:00Z\",\"subtotal\":\"0\","
		"\"total\":\"0\",\"amount_due\":\"0\",\"amount_due_major\":\"0\",\"line_items\":[]}",
		inv.unit.id.s);
	is_str(written(&a, &inv), want, "a draft without lines, number, names or period");
	arena_release(&a);
}

static void
test_ids(void)
{
	struct unit usd = unit_usd(), eur;
	struct arena a = ARENA_INIT;
	struct str base, others[6];
	struct id id;

	unit_find(NULL, STR("EUR"), &eur);
	base = invoice_id(&a, STR("k1"), INVOICE_USAGE, at("2024-09-01"), &usd, 0);
	ok(id_parse(base, &id) && base.p[14] == '8', "an id is a UUID of version 8");
	is_str(invoice_id(&a, STR("k1"), INVOICE_USAGE, at("2024-09-01"), &usd, 0).p, base.p,
		"the same for the same invoice");
	others[0] = invoice_id(&a, STR("k2"), INVOICE_USAGE, at("2024-09-01"), &usd, 0);
	others[1] = invoice_id(&a, STR("k1"), INVOICE_SCHEDULED, at("2024-09-01"), &usd, 0);
	others[2] = invoice_id(&a, STR("k1"), INVOICE_USAGE, at("2024-09-01") + 1, &usd, 0);
	others[3] = invoice_id(&a, STR("k1"), INVOICE_USAGE, at("2024-09-01"), &eur, 0);
	others[4] = invoice_id(&a, STR("k1"), INVOICE_USAGE, at("2024-09-01"), &usd, 1);
	others[5] = base;
	for (size_t i = 0; i < countof(others); i++)
		for (size_t k = 0; k < i; k++)
			ok(!str_eq(others[i], others[k]), "ids %zu and %zu differ", i, k);
	is_str(invoice_number(&a, STR("INV"), 12).p, "INV-000012", "a number");
	is_str(invoice_number(&a, STR("NW"), 1234567).p, "NW-1234567", "a long number");
	is_str(invoice_type_name(INVOICE_SCHEDULED), "SCHEDULED", "name of a type");
	is_str(invoice_status_name(INVOICE_DRAFT), "DRAFT", "name of a status");
	arena_release(&a);
}

/* ---- traces ---- */

static struct trace_step *
step(struct trace *t, struct arena *a, enum trace_kind kind, const char *x, const char *y,
	const char *z)
{
	struct trace_step *s = trace_add(t, a, kind);

	s->x = number(a, x);
	s->y = number(a, y);
	s->z = number(a, z);
	return s;
}

static void
add_steps(struct trace *t, struct arena *a)
{
	struct trace_step *s = step(t, a, TRACE_WINDOW, "0", "0", "0");

	s->from_ns = at("2024-09-01");
	s->to_ns = at("2024-09-02");
	s->text = STR("rate");
	s = step(t, a, TRACE_USAGE, "7", "1", "8");
	s->ref = STR("m1");
	s->count = 3;
	s->from_ns = at("2024-09-01T01:00:00Z");
	s->to_ns = at("2024-09-01T02:00:00Z");
	step(t, a, TRACE_CONVERSION, "7/1024", "1024", "0")->text = STR("DIVIDE");
	s = step(t, a, TRACE_ROUNDING, "0.01", "7/1024", "0");
	s->text = STR("ROUND_UP");
	s->count = 2;
	s = step(t, a, TRACE_RATE, "5", "0", "0");
	s->ref = STR("r1");
	s->text = STR("FLAT");
	s->from_ns = at("2024-09-01");
	s = step(t, a, TRACE_RATE, "0", "0", "0");
	s->ref = STR("r2");
	s->text = STR("TIERED");
	s->priceless = true;
	s = step(t, a, TRACE_ENTITLED, "0", "0", "0");
	s->ref = STR("o1");
	s = step(t, a, TRACE_OVERRIDE, "0.8", "0", "0");
	s->ref = STR("o2");
	s->text = STR("MULTIPLIER");
	s->from_ns = at("2024-09-01");
	s->to_ns = at("2024-09-02");
	s = step(t, a, TRACE_OVERWRITE, "4", "0", "0");
	s->ref = STR("o3");
	s->text = STR("FLAT");
	s = step(t, a, TRACE_BEATEN, "0", "0", "0");
	s->ref = STR("o4");
	s->text = STR("TIERED");
	step(t, a, TRACE_TIER, "2", "3", "10")->count = 1;
	s = step(t, a, TRACE_RATE, "0.05", "0", "0");
	s->ref = STR("r3");
	s->text = STR("PERCENTAGE");
	s = step(t, a, TRACE_BASE, "1/3", "0", "0");
	s->ref = STR("p1");
	s->text = STR("Images");
	step(t, a, TRACE_COVER, "50", "80", "0")->ref = STR("g1");
	step(t, a, TRACE_COVER, "30", "80", "0");
	s = step(t, a, TRACE_DRAW, "5000", "5000", "0");
	s->ref = STR("g1");
	s->text = STR("Year");
	s = step(t, a, TRACE_SCHEDULE, "1/3", "2", "0");
	s->ref = STR("s1");
	s->text = STR("DIVIDED");
	s->count = 4;
	step(t, a, TRACE_TOTAL, "2", "3", "6");
	step(t, a, TRACE_DUE, "6.5", "7", "0")->text = STR("HALF_UP");
}

static void
test_trace(void)
{
	static const char want[] =
		"[{\"step\":\"window\",\"starting_at\":\"2024-09-01T00:00:00Z\","
		"\"ending_before\":\"2024-09-02T00:00:00Z\",\"cut_by\":\"rate\"},"
		"{\"step\":\"usage\",\"billable_metric_id\":\"m1\",\"first_event_at\":"
		"\"2024-09-01T01:00:00Z\",\"last_event_at\":\"2024-09-01T02:00:00Z\",\"events\":3,"
		"\"quantity\":\"7\",\"value_at_start\":\"1\",\"value_at_end\":\"8\"},"
		"{\"step\":\"conversion\",\"operation\":\"DIVIDE\",\"factor\":\"1024\","
		"\"quantity\":\"0.0068359375\"},"
		"{\"step\":\"rounding\",\"rounding_method\":\"ROUND_UP\",\"decimal_places\":2,"
		"\"before\":\"0.0068359375\",\"after\":\"0.01\"},"
		"{\"step\":\"rate\",\"rate_id\":\"r1\",\"starting_at\":\"2024-09-01T00:00:00Z\","
		"\"rate_type\":\"FLAT\",\"price\":\"5\"},"
		"{\"step\":\"rate\",\"rate_id\":\"r2\",\"rate_type\":\"TIERED\"},"
		"{\"step\":\"entitled\",\"override_id\":\"o1\"},"
		"{\"step\":\"override\",\"override_id\":\"o2\",\"starting_at\":"
		"\"2024-09-01T00:00:00Z\",\"ending_before\":\"2024-09-02T00:00:00Z\",\"type\":"
		"\"MULTIPLIER\",\"multiplier\":\"0.8\"},"
		"{\"step\":\"overwrite\",\"override_id\":\"o3\",\"rate_type\":\"FLAT\","
		"\"price\":\"4\"},"
		"{\"step\":\"beaten\",\"override_id\":\"o4\",\"type\":\"TIERED\"},"
		"{\"step\":\"tier\",\"level\":1,\"quantity\":\"2\",\"price\":\"3\",\"position\":\"10\"},"
		"{\"step\":\"rate\",\"rate_id\":\"r3\",\"rate_type\":\"PERCENTAGE\",\"price\":\"0.05\"},"
		"{\"step\":\"base\",\"product_id\":\"p1\",\"product_name\":\"Images\","
		"\"spend\":\"0.33333333333333333333\",\"spend_exact\":\"1/3\"},"
		"{\"step\":\"cover\",\"commit_segment_id\":\"g1\",\"quantity\":\"50\","
		"\"slice_quantity\":\"80\"},"
		"{\"step\":\"cover\",\"quantity\":\"30\",\"slice_quantity\":\"80\"},"
		"{\"step\":\"draw\",\"commit_segment_id\":\"g1\",\"commit_name\":\"Year\","
		"\"amount\":\"5000\",\"balance_before\":\"5000\",\"balance_after\":\"0\"},"
		"{\"step\":\"schedule\",\"scheduled_charge_id\":\"s1\",\"amount_distribution\":"
		"\"DIVIDED\",\"number\":4,\"unit_price\":\"0.33333333333333333333\","
		"\"unit_price_exact\":\"1/3\",\"quantity\":\"2\"},"
		"{\"step\":\"total\",\"quantity\":\"2\",\"unit_price\":\"3\",\"total\":\"6\"},"
		"{\"step\":\"due\",\"rounding_method\":\"HALF_UP\",\"total\":\"6.5\","
		"\"amount_due\":\"7\"}]";
	struct trace t = { NULL, NULL }, none = { NULL, NULL };
	struct arena a = ARENA_INIT;

	is_str(traced(&a, &none), "[]", "no steps");
	add_steps(&t, &a);
	is_str(traced(&a, &t), want, "each kind of step");
	arena_release(&a);
}

/* ---- pairs ---- */

static void
test_pairs(void)
{
	static struct pair lists[][2] = {
		/* rising */
		{ { { "a", 1 }, { NULL, 0 } }, { { "b", 1 }, { "z", 1 } } },
		{ { { "a", 1 }, { "", 0 } }, { { "b", 1 }, { "", 0 } } },
		{ { { "a", 1 }, { "", 0 } }, { { "b", 1 }, { "1", 1 } } },
		{ { { "a", 1 }, { "1", 1 } }, { { "b", 1 }, { NULL, 0 } } },
		{ { { "a", 1 }, { "10", 2 } }, { { "b", 1 }, { "1", 1 } } },
		{ { { "a", 1 }, { "9", 1 } }, { { "b", 1 }, { "1", 1 } } },
		{ { { "aa", 2 }, { "1", 1 } }, { { "b", 1 }, { "1", 1 } } },
	};

	for (size_t i = 0; i < countof(lists); i++) {
		for (size_t k = 0; k < countof(lists); k++) {
			struct pairs x = { lists[i], 2 }, y = { lists[k], 2 };
			int order = pairs_cmp(&x, &y);
			is_int((order > 0) - (order < 0), (i > k) - (i < k), "pairs %zu and %zu", i,
				k);
			ok(pairs_eq(&x, &y) == (i == k), "  equal or not");
		}
	}
	ok(pairs_cmp(&(struct pairs){ lists[0], 1 }, &(struct pairs){ lists[0], 2 }) < 0,
		"a prefix comes first");
	ok(pairs_get(&(struct pairs){ lists[0], 2 }, STR("a")).p == NULL, "null has no text");
	ok(str_is(pairs_get(&(struct pairs){ lists[0], 2 }, STR("b")), "z"), "a value by its key");
}

int
main(void)
{
	test_final();
	test_commit_lines();
	test_draft();
	test_ids();
	test_trace();
	test_pairs();
	return done();
}
