#include "store/check_rules.h"

#include "base/id.h"
#include "base/instant.h"
#include "base/rat.h"
#include "base/str.h"
#include "codec/json.h"
#include "store/stmt.h"

#include "base/banned.h"

struct checker {
	struct store *st;
	store_found found;
	void *ctx;
	struct json_scanner scanner;
	struct arena row; /* of one version, or one invoice with its lines */
};

static void report(struct checker *c, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
report(struct checker *c, const char *code, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	c->found(c->ctx, code, buf_str(&text));
	buf_release(&text);
}

static bool
has_digest(struct str text, struct str digest)
{
	unsigned char now[DIGEST_BYTES];

	digest_sha256(text.p, text.n, now);
	return str_eq(digest, (struct str){ (const char *)now, sizeof(now) });
}

/* ---- versions ---- */

#define VERSIONS(table, id) \
	"SELECT t." id ", t.seq, t.terms, l.after_sha256 FROM audit_log l JOIN " table \
	" t ON t.seq = l.seq ORDER BY t.seq"

static const struct versions {
	const char *code;
	const char *kind;
	const char *sql;
} versions[] = {
	{ "check.customer", "customer", VERSIONS("customer", "id") },
	{ "check.metric", "billable metric", VERSIONS("metric", "id") },
	{ "check.product_version", "product", VERSIONS("product_version", "product_id") },
	{ "check.unit", "unit", VERSIONS("unit", "id") },
	{ "check.rate_card", "rate card", VERSIONS("rate_card", "id") },
	{ "check.rate", "rate", VERSIONS("rate", "id") },
	{ "check.package", "package", VERSIONS("package", "id") },
	{ "check.contract", "contract", VERSIONS("contract", "id") },
	{ "check.customer_balance", "balance", VERSIONS("customer_balance", "id") },
	{ "check.recharge", "recharge", VERSIONS("recharge", "workflow_id") },
};

static bool
check_versions(struct checker *c, const struct versions *v, struct err *e)
{
	struct stmt *s = stmt_get(c->st, v->sql);

	while (stmt_row(s)) {
		struct str id = stmt_col_text(s, 0);

		if (!has_digest(stmt_col_text(s, 2), stmt_col_blob(s, 3)))
			report(c, v->code, "%s %.*s: its terms are not those of change %lld",
				v->kind, STR_FMT(id), (long long)stmt_col_int(s, 1));
	}
	return stmt_done(s, e);
}

/* ---- invoices ---- */

/* A column and the member of the document that it repeats. */
struct repeat {
	int column;
	const char *key;
	const char *of;    /* the member of key: "id" of "credit_type"; NULL: key itself */
	const char *exact; /* decimals: the member that goes before it where it is there */
	bool instant;
	bool may_lack; /* documents of some lines have no such member */
};

#define INVOICE_COLUMNS \
	"invoice_number, id, type, customer_id, contract_id, currency, issued_at, total," \
	" amount_due, starting_at, ending_before, document, digest"

static const struct repeat invoice_repeats[] = {
	{ .column = 0, .key = "invoice_number" },
	{ .column = 1, .key = "id" },
	{ .column = 2, .key = "type" },
	{ .column = 3, .key = "customer_id" },
	{ .column = 4, .key = "contract_id" },
	{ .column = 5, .key = "currency" },
	{ .column = 6, .key = "issued_at", .instant = true },
	{ .column = 7, .key = "total", .exact = "total_exact" },
	{ .column = 8, .key = "amount_due", .exact = "amount_due_exact" },
	{ .column = 9, .key = "start_timestamp", .instant = true },
	{ .column = 10, .key = "end_timestamp", .instant = true },
};
#define INVOICE_DOCUMENT 11
#define INVOICE_DIGEST 12

#define LINE_COLUMNS \
	"id, type, product_id, quantity, unit_price, total, starting_at, ending_before," \
	" credit_type_id"

static const struct repeat line_repeats[] = {
	{ .column = 0, .key = "id" },
	{ .column = 1, .key = "type" },
	{ .column = 2, .key = "product_id" },
	{ .column = 3, .key = "quantity", .exact = "quantity_exact", .may_lack = true },
	{ .column = 4, .key = "unit_price", .exact = "unit_price_exact", .may_lack = true },
	{ .column = 5, .key = "total", .exact = "total_exact" },
	{ .column = 6, .key = "starting_at", .instant = true },
	{ .column = 7, .key = "ending_before", .instant = true },
	{ .column = 8, .key = "credit_type", .of = "id" },
};
#define LINE_TOTAL 5

static struct str
column_text(struct checker *c, struct stmt *s, const struct repeat *r)
{
	char text[INSTANT_TEXT_SIZE];

	if (!r->instant)
		return stmt_col_text(s, r->column);
	if (stmt_col_null(s, r->column))
		return (struct str){ NULL, 0 };
	return str_dup(&c->row, str_c(instant_text(stmt_col_instant(s, r->column), text)));
}

static struct str
member_text(const struct json *object, const struct repeat *r)
{
	const struct json *exact = r->exact != NULL ? json_member(object, r->exact) : NULL;
	const struct json *member = exact != NULL ? exact : json_member(object, r->key);

	if (member != NULL && r->of != NULL)
		member = json_type(member) == JSON_OBJECT ? json_member(member, r->of) : NULL;
	return member != NULL && json_type(member) != JSON_NULL ? json_text(member) :
								  (struct str){ NULL, 0 };
}

/* who: "invoice INV-000001", "invoice INV-000001, line 2". */
static void
compare(struct checker *c, const char *code, const char *who, struct stmt *s,
	const struct json *object, const struct repeat *repeats, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str column = column_text(c, s, &repeats[i]);
		struct str member = member_text(object, &repeats[i]);

		if (!str_eq(column, member) && !(repeats[i].may_lack && member.p == NULL))
			report(c, code, "%s: %s is \"%.*s\" in the table, \"%.*s\" in the document",
				who, repeats[i].key, STR_FMT(column), STR_FMT(member));
	}
}

struct invoice_row {
	const char *who;
	struct str id;
	struct str total;
	const struct json *document; /* NULL: not the one that was stored */
};

static const struct json *
next_item(const struct json *item, const struct json *document)
{
	const struct json *list = document != NULL ? json_member(document, "line_items") : NULL;

	if (item != NULL)
		return json_next(item);
	return list != NULL && json_type(list) == JSON_ARRAY ? json_first(list) : NULL;
}

static size_t
count_items(const struct json *document)
{
	const struct json *list = json_member(document, "line_items");

	return list != NULL && json_type(list) == JSON_ARRAY ? json_count(list) : 0;
}

/* What counts towards a postpaid promise is shown, and charged all the same. */
static bool
is_charged(const struct json *item)
{
	const struct json *type = item != NULL ? json_member(item, "type") : NULL;
	const struct json *commit = item != NULL ? json_member(item, "commit_type") : NULL;

	return type == NULL || commit == NULL ||
		!str_is(json_text(type), "applied_commit_or_credit") ||
		!str_is(json_text(commit), "PostpaidCommit");
}

/* Lines in a custom unit count by their conversion, which is in that of the invoice. */
static bool
is_in_unit(const struct json *item, const struct json *document)
{
	static const struct repeat unit = { .key = "credit_type", .of = "id" };

	return item == NULL || document == NULL ||
		str_eq(member_text(item, &unit), member_text(document, &unit));
}

/* Lines beside the document, and their exact sum. */
static bool
check_lines(struct checker *c, const struct invoice_row *inv, struct err *e)
{
	static const char sql[] = "SELECT " LINE_COLUMNS
				  " FROM invoice_line WHERE invoice_id = ?1 ORDER BY ordinal";
	struct stmt *s = stmt_get(c->st, sql);
	const struct json *item = NULL;
	struct rat sum = RAT_ZERO, total = RAT_ZERO;
	bool numbers = rat_parse_exact(&c->row, inv->total, &total) == RAT_OK;
	size_t n = 0;

	stmt_text(s, 1, inv->id);
	while (stmt_row(s)) {
		const char *who = str_printf(&c->row, "%s, line %zu", inv->who, ++n).p;
		struct rat part = RAT_ZERO;

		if (n == 1 || item != NULL)
			item = next_item(item, inv->document);
		if (item != NULL)
			compare(c, "check.invoice_line", who, s, item, line_repeats,
				countof(line_repeats));
		numbers = rat_parse_exact(&c->row, stmt_col_text(s, LINE_TOTAL), &part) == RAT_OK &&
			numbers;
		if (is_charged(item) && is_in_unit(item, inv->document))
			sum = rat_add(&c->row, sum, part);
	}
	if (!stmt_done(s, e))
		return false;
	if (inv->document != NULL && count_items(inv->document) != n)
		report(c, "check.invoice_line", "%s: lines in the table: %zu, in the document: %zu",
			inv->who, n, count_items(inv->document));
	if (inv->document != NULL && (!numbers || !rat_eq(sum, total)))
		report(c, "check.invoice_line", "%s: the lines add up to %.*s, the total is %.*s",
			inv->who, STR_FMT(rat_text_exact(&c->row, sum)), STR_FMT(inv->total));
	return true;
}

static bool
check_invoice(struct checker *c, struct stmt *s, struct err *e)
{
	struct str number = stmt_col_text(s, 0), text = stmt_col_text(s, INVOICE_DOCUMENT);
	struct invoice_row inv = {
		.who = str_printf(&c->row, "invoice %.*s", STR_FMT(number)).p,
		.id = stmt_col_text(s, 1),
		.total = stmt_col_text(s, 7),
	};
	struct json *document = NULL;
	struct json_fault fault;
	bool ok;

	if (!has_digest(text, stmt_col_blob(s, INVOICE_DIGEST)))
		report(c, "check.invoice", "%s: the document does not match its digest", inv.who);
	else if (!json_parse(&c->scanner, text, &document, &fault))
		report(c, "check.invoice", "%s: the document is no JSON: %s", inv.who, fault.text);
	else
		compare(c, "check.invoice", inv.who, s, document, invoice_repeats,
			countof(invoice_repeats));
	inv.document = document;
	ok = check_lines(c, &inv, e);
	json_free(document);
	arena_clear(&c->row);
	return ok;
}

static bool
check_invoices(struct checker *c, struct err *e)
{
	static const char sql[] = "SELECT " INVOICE_COLUMNS " FROM invoice ORDER BY number";
	struct stmt *s = stmt_get(c->st, sql);
	bool ok = true;

	while (ok && stmt_row(s))
		ok = check_invoice(c, s, e);
	return stmt_done(s, e) && ok;
}

bool
check_digests(struct store *st, store_found found, void *ctx, struct err *e)
{
	struct checker c = { .st = st, .found = found, .ctx = ctx };
	bool ok = true;

	json_scanner_init(&c.scanner);
	for (size_t i = 0; ok && i < countof(versions); i++)
		ok = check_versions(&c, &versions[i], e);
	ok = ok && check_invoices(&c, e);
	json_scanner_release(&c.scanner);
	arena_release(&c.row);
	return ok;
}
