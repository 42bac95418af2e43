#include "domain/ledger.h"

#include <string.h>

#include "tests/unit/body.h"
#include "tests/unit/tap.h"

static const struct {
	enum commit_type type;
	enum entry_kind kind;
	const char *name;
} names[] = {
	{ COMMIT_PREPAID, ENTRY_GRANT, "PREPAID_COMMIT_SEGMENT_START" },
	{ COMMIT_PREPAID, ENTRY_SEAT_ADJUSTMENT, "PREPAID_COMMIT_SEAT_BASED_ADJUSTMENT" },
	{ COMMIT_PREPAID, ENTRY_MANUAL, "PREPAID_COMMIT_MANUAL" },
	{ COMMIT_PREPAID, ENTRY_DEDUCTION, "PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION" },
	{ COMMIT_PREPAID, ENTRY_CREDITED, "PREPAID_COMMIT_CREDITED" },
	{ COMMIT_PREPAID, ENTRY_EXPIRATION, "PREPAID_COMMIT_EXPIRATION" },
	{ COMMIT_POSTPAID, ENTRY_GRANT, "POSTPAID_COMMIT_INITIAL_BALANCE" },
	{ COMMIT_POSTPAID, ENTRY_MANUAL, "POSTPAID_COMMIT_MANUAL" },
	{ COMMIT_POSTPAID, ENTRY_DEDUCTION, "POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION" },
	{ COMMIT_POSTPAID, ENTRY_CREDITED, "POSTPAID_COMMIT_CREDITED" },
	{ COMMIT_POSTPAID, ENTRY_TRUEUP, "POSTPAID_COMMIT_TRUEUP" },
	{ COMMIT_POSTPAID, ENTRY_EXPIRATION, "POSTPAID_COMMIT_EXPIRATION" },
	{ COMMIT_CREDIT, ENTRY_GRANT, "CREDIT_SEGMENT_START" },
	{ COMMIT_CREDIT, ENTRY_SEAT_ADJUSTMENT, "CREDIT_SEAT_BASED_ADJUSTMENT" },
	{ COMMIT_CREDIT, ENTRY_MANUAL, "CREDIT_MANUAL" },
	{ COMMIT_CREDIT, ENTRY_DEDUCTION, "CREDIT_AUTOMATED_INVOICE_DEDUCTION" },
	{ COMMIT_CREDIT, ENTRY_EXPIRATION, "CREDIT_EXPIRATION" },
};

struct row {
	struct ledger_entry entry;
	struct rat running;
};

static void
printed(struct jsonw *w, const void *row)
{
	const struct row *r = row;

	ledger_entry_to_json(w, &r->entry, r->running);
}

static void
recorded(struct jsonw *w, const void *row)
{
	const struct row *r = row;

	ledger_entry_terms_json(w, &r->entry, STR("c1"));
}

static void
test_written(void)
{
	struct arena a = ARENA_INIT;
	struct row grant = { { .id = STR("e1"),
				     .kind = ENTRY_GRANT,
				     .segment_id = STR("s1"),
				     .at_ns = 0,
				     .amount = rat_int(&a, 10000) },
		rat_int(&a, 10000) };
	struct row drawn = { { .id = STR("e2"),
				     .kind = ENTRY_DEDUCTION,
				     .segment_id = STR("s1"),
				     .invoice_id = STR("i1"),
				     .contract_id = STR("k1"),
				     .at_ns = INT64_C(3600000000000),
				     .amount = rat_frac(&a, -10000, 3),
				     .pending = true },
		rat_frac(&a, 20000, 3) };

	is_str(body_written(&a, printed, &grant),
		"{\"id\":\"e1\",\"type\":\"PREPAID_COMMIT_SEGMENT_START\","
		"\"timestamp\":\"1970-01-01T00:00:00Z\",\"amount\":\"10000\","
		"\"segment_id\":\"s1\",\"running_balance\":\"10000\"}",
		"a grant");
	is_str(body_written(&a, printed, &drawn),
		"{\"id\":\"e2\",\"type\":\"PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION\","
		"\"timestamp\":\"1970-01-01T01:00:00Z\",\"amount\":\"-3333.33333333333333333333\","
		"\"amount_exact\":\"-10000/3\",\"segment_id\":\"s1\",\"invoice_id\":\"i1\","
		"\"contract_id\":\"k1\",\"pending\":true,"
		"\"running_balance\":\"6666.66666666666666666667\","
		"\"running_balance_exact\":\"20000/3\"}",
		"a deduction that may still move");
	struct row manual = { { .id = STR("e3"),
				      .kind = ENTRY_MANUAL,
				      .commit_type = COMMIT_CREDIT,
				      .segment_id = STR("s1"),
				      .at_ns = 0,
				      .amount = rat_frac(&a, -1, 3),
				      .reason = STR("\"sorry\"") },
		rat_frac(&a, -1, 3) };
	is_str(body_written(&a, printed, &manual),
		"{\"id\":\"e3\",\"type\":\"CREDIT_MANUAL\",\"timestamp\":\"1970-01-01T00:00:00Z\","
		"\"amount\":\"-0.33333333333333333333\",\"amount_exact\":\"-1/3\","
		"\"segment_id\":\"s1\",\"reason\":\"\\\"sorry\\\"\","
		"\"running_balance\":\"-0.33333333333333333333\","
		"\"running_balance_exact\":\"-1/3\"}",
		"one by hand, below zero");
	is_str(body_written(&a, recorded, &manual),
		"{\"commit_id\":\"c1\",\"segment_id\":\"s1\",\"type\":\"CREDIT_MANUAL\","
		"\"timestamp\":\"1970-01-01T00:00:00Z\",\"amount\":\"-1/3\","
		"\"reason\":\"\\\"sorry\\\"\"}",
		"  and what is recorded of it");
	drawn.entry.pending = false;
	ok(strstr(body_written(&a, printed, &drawn), "pending") == NULL, "one that may not");
	arena_release(&a);
}

/*
 * Equal keys, equal ids; else different ones, wherever the border between segment and
 * invoice is.
 */
static void
test_ids(void)
{
	static const char *const texts[] = { "", "s", "i", "si" };
	struct arena a = ARENA_INIT;
	struct str ids[countof(names) * countof(texts) * countof(texts)];
	struct id id;
	size_t n = 0;
	int equal = 0;

	for (size_t t = 0; t < countof(names); t++)
		for (size_t s = 0; s < countof(texts); s++)
			for (size_t i = 0; i < countof(texts); i++)
				ids[n++] = ledger_entry_id(&a, names[t].type, names[t].kind,
					str_c(texts[s]), str_c(texts[i]));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			equal += str_eq(ids[i], ids[k]);
	is_int(equal, 0, "different entries have different ids");
	ok(id_parse(ids[0], &id) && ids[0].p[14] == '8', "  UUIDs of version 8");
	is_str(ledger_entry_id(&a, COMMIT_PREPAID, ENTRY_GRANT, STR(""), STR("")).p, ids[0].p,
		"the same for the same entry");
	is_str(ledger_entry_id(&a, COMMIT_PREPAID, ENTRY_GRANT, STR(""), (struct str){ NULL, 0 }).p,
		ids[0].p, "  also where there is no invoice");
	arena_release(&a);
}

int
main(void)
{
	for (size_t i = 0; i < countof(names); i++) {
		enum commit_type type = COMMIT_PREPAID;
		enum entry_kind kind = ENTRY_GRANT;
		is_str(entry_type_name(names[i].type, names[i].kind), names[i].name,
			"name of a type");
		ok(entry_type_find(str_c(names[i].name), &type, &kind) && type == names[i].type &&
				kind == names[i].kind,
			"  and back");
	}
	test_written();
	test_ids();
	return done();
}
