/* A document that is read is written again as it was. */
#include "domain/invoice_read.h"

#include "tests/unit/tap.h"

#include "base/banned.h"

#define USD "{\"id\":\"2714e483-4ff1-48e4-9e25-ac732e8f24f2\",\"name\":\"USD (cents)\"}"
#define TOKENS "{\"id\":\"00000000-0000-4000-8000-0000000000e1\",\"name\":\"tokens\"}"
#define HEAD(status) \
	"{\"id\":\"i\",\"invoice_number\":\"INV-000001\",\"type\":\"USAGE\",\"status\":\"" status \
	"\",\"customer_id\":\"c\",\"customer_name\":\"Acme\",\"contract_id\":\"d\"," \
	"\"contract_name\":\"2024\",\"credit_type\":" USD \
	",\"currency\":\"USD\"," \
	"\"start_timestamp\":\"2024-09-01T00:00:00Z\",\"end_timestamp\":\"2024-10-01T00:00:00Z\"," \
	"\"issued_at\":\"2024-10-02T00:00:00Z\",\"net_payment_terms_days\":14," \
	"\"due_date\":\"2024-10-16T00:00:00Z\","
#define AMOUNTS(subtotal, total, due, major) \
	"\"subtotal\":\"" subtotal "\",\"total\":\"" total "\",\"amount_due\":\"" due \
	"\",\"amount_due_major\":\"" major "\",\"line_items\":["
#define TAIL \
	"],\"customer_custom_fields\":{\"tax_id\":\"7\"}," \
	"\"contract_custom_fields\":{\"a\":\"b\"}}"
#define LINE(id, name, type) "{\"id\":\"" id "\",\"name\":\"" name "\",\"type\":\"" type "\","
#define PRODUCT "\"product_id\":\"p\",\"product_type\":\"UsageProductListItem\","
#define TIMES "\"starting_at\":\"2024-09-01T00:00:00Z\",\"ending_before\":\"2024-10-01T00:00:00Z\""

static const char usage[] = HEAD("FINALIZED") AMOUNTS("600", "500", "500", "5.00")
	LINE("1", "Calls", "usage") PRODUCT "\"product_tags\":[\"x\",\"y\"],\"credit_type\":" USD
	",\"quantity\":\"3\",\"unit_price\":\"100\",\"total\":\"300\"," TIMES
	",\"tier\":{\"level\":1,\"starting_at\":\"0\",\"size\":\"3\"},\"pricing_group_values\":"
	"{\"region\":\"eu\"},\"presentation_group_values\":{\"model\":null},\"commit_id\":\"k\","
	"\"commit_segment_id\":\"s\",\"commit_type\":\"PrepaidCommit\"},"
	LINE("2", "Calls", "usage") PRODUCT "\"credit_type\":" USD
	",\"quantity\":\"1\",\"unit_price\":\"300\",\"total\":\"300\"," TIMES
	",\"flat_fee\":true,\"tier\":{\"level\":2,\"starting_at\":\"3\"}},"
	LINE("3", "Calls", "usage") PRODUCT "\"credit_type\":" USD
	",\"quantity\":\"7\",\"unit_price\":\"0\",\"total\":\"0\"," TIMES
	",\"tier\":{\"level\":0,\"starting_at\":\"0\",\"size\":\"7\"}},"
	LINE("4", "Pack applied", "applied_commit_or_credit") "\"product_id\":\"p\","
	"\"product_type\":\"UsageProductListItem\",\"credit_type\":" USD
	",\"total\":\"-100\",\"commit_id\":\"k\",\"commit_segment_id\":\"s\","
	"\"commit_type\":\"PrepaidCommit\",\"applied_commit_or_credit\":{\"id\":\"k\","
	"\"type\":\"CREDIT\"}},"
	LINE("5", "Promise applied", "applied_commit_or_credit") "\"product_id\":\"p\","
	"\"product_type\":\"UsageProductListItem\",\"credit_type\":" USD
	",\"total\":\"-100\",\"commit_id\":\"m\",\"commit_segment_id\":\"n\","
	"\"commit_type\":\"PostpaidCommit\",\"applied_commit_or_credit\":{\"id\":\"m\","
	"\"type\":\"POSTPAID\"}}" TAIL;

static const char others[] = HEAD("VOID") AMOUNTS("250", "250", "250", "2.50")
	LINE("1", "Seats", "subscription") "\"product_id\":\"p\","
	"\"product_type\":\"SubscriptionProductListItem\",\"credit_type\":" USD
	",\"quantity\":\"1\",\"unit_price\":\"100\",\"total\":\"100\"," TIMES
	",\"subscription_id\":\"u\",\"is_prorated\":true,\"subscription_custom_fields\":"
	"{\"a\":\"b\"}},"
	LINE("2", "Fee", "scheduled") "\"product_id\":\"p\","
	"\"product_type\":\"FixedProductListItem\",\"credit_type\":" USD
	",\"quantity\":\"1\",\"unit_price\":\"100\",\"total\":\"100\","
	"\"scheduled_charge_id\":\"h\",\"product_custom_fields\":{\"a\":\"b\"},"
	"\"scheduled_charge_custom_fields\":{\"a\":\"b\"}},"
	LINE("3", "Promise", "commit_purchase") "\"product_id\":\"p\","
	"\"product_type\":\"FixedProductListItem\",\"credit_type\":" USD
	",\"quantity\":\"1\",\"unit_price\":\"0\",\"total\":\"0\",\"commit_id\":\"m\","
	"\"postpaid_commit\":{\"id\":\"m\"}},"
	LINE("4", "Tokens", "usage") PRODUCT "\"credit_type\":" TOKENS
	",\"quantity\":\"33.33333333333333333333\",\"quantity_exact\":\"100/3\","
	"\"unit_price\":null,\"total\":\"50\"," TIMES "},"
	LINE("5", "Tokens", "usage") PRODUCT "\"credit_type\":" USD
	",\"quantity\":\"2\",\"unit_price\":\"0\",\"total\":\"0\"," TIMES
	",\"beyond_maximum\":true},"
	LINE("6", "Tokens", "usage") PRODUCT "\"credit_type\":" USD
	",\"quantity\":\"1\",\"unit_price\":\"0\",\"total\":\"0\"," TIMES
	",\"minimum_adjustment\":true},"
	LINE("7", "tokens", "cpu_conversion") "\"credit_type\":" USD
	",\"converted_credit_type\":" TOKENS
	",\"quantity\":\"50\",\"unit_price\":\"1\",\"total\":\"50\"}" TAIL;

static struct arena a;

static void
comes_back(const char *document, const char *what)
{
	struct json_scanner scanner;
	struct json_fault fault = { .text = "" };
	struct json *j = NULL;
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT;
	struct invoice inv;
	struct jsonw w;

	json_scanner_init(&scanner);
	if (!json_parse(&scanner, str_c(document), &j, &fault)) {
		ok(false, "%s: %s", what, fault.text);
	} else if (!invoice_from_json(j, &a, &inv, &e)) {
		ok(false, "%s: %s: %s", what, e.field, e.text);
	} else {
		jsonw_init(&w, &out);
		invoice_to_json(&w, &inv, &a);
		jsonw_release(&w);
		is_str(buf_cstr(&out), document, "%s", what);
	}
	buf_release(&out);
	json_free(j);
	json_scanner_release(&scanner);
}

int
main(void)
{
	comes_back(usage, "usage, tiers and what pays");
	comes_back(others, "subscriptions, charges, purchases, custom units");
	arena_release(&a);
	return done();
}
