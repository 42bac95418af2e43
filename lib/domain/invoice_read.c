#include "domain/invoice_read.h"

#include "base/banned.h"

#define TEXT_MAX_POINTS 100000

static const char *const types[] = {
	[INVOICE_USAGE] = "USAGE",
	[INVOICE_SCHEDULED] = "SCHEDULED",
};
static const char *const statuses[] = {
	[INVOICE_DRAFT] = "DRAFT",
	[INVOICE_FINALIZED] = "FINALIZED",
	[INVOICE_VOID] = "VOID",
};
_Static_assert(countof(statuses) == INVOICE_VOID + 1, "a word for each status");

static const char *const line_types[] = {
	[LINE_USAGE] = "USAGE",
	[LINE_SCHEDULED] = "SCHEDULED",
	[LINE_COMMIT_PURCHASE] = "COMMIT_PURCHASE",
	[LINE_APPLIED] = "APPLIED_COMMIT_OR_CREDIT",
	[LINE_SUBSCRIPTION] = "SUBSCRIPTION",
	[LINE_CONVERSION] = "CPU_CONVERSION",
};
_Static_assert(countof(line_types) == LINE_CONVERSION + 1, "a word for each type of line");

static struct str
text(struct obj *o, const char *name, enum obj_need need)
{
	return obj_text(o, name, need, 0, TEXT_MAX_POINTS);
}

/* A decimal, which the member NAME_exact says exactly where it is there. */
static struct rat
exact(struct obj *o, const char *name, const char *name_exact, enum obj_need need)
{
	struct rat printed = obj_rat(o, name, need, NULL);
	bool has;
	struct rat r = obj_rat(o, name_exact, OBJ_OPTIONAL, &has);

	return has ? r : printed;
}

static struct unit
unit(struct obj *o, const char *name, enum obj_need need)
{
	struct unit u = unit_usd();
	struct obj child;
	struct str id_text, called;
	struct id id;

	if (!obj_object(o, name, need, &child))
		return u;
	id_text = obj_id(&child, "id", OBJ_REQUIRED);
	called = text(&child, "name", OBJ_REQUIRED);
	if (obj_close(&child) && id_parse(id_text, &id) && !unit_find(NULL, id_text, &u))
		u = unit_custom(&id, called.p);
	return u;
}

/* Texts by name, as they stand; null is a value. */
static struct pairs
pairs(struct obj *o, const char *name)
{
	const struct json *j = obj_value(o, name, OBJ_OPTIONAL);
	struct pairs p = { NULL, 0 };

	if (j == NULL)
		return p;
	if (json_type(j) != JSON_OBJECT) {
		obj_refuse(o, name, "not an object");
		return p;
	}
	p.p = ARENA_ARRAY(o->arena, json_count(j), struct pair);
	for (const struct json *m = json_first(j); m != NULL; m = json_next(m)) {
		struct str value = { NULL, 0 };

		if (json_type(m) == JSON_STRING)
			value = str_dup(o->arena, json_text(m));
		else if (json_type(m) != JSON_NULL)
			obj_refuse(o, name, "not all are texts");
		p.p[p.n++] = (struct pair){ str_dup(o->arena, json_key(m)), value };
	}
	return p;
}

static void
read_tier(struct obj *o, struct invoice_line *l)
{
	struct obj t;

	if (obj_bool(o, "flat_fee", OBJ_OPTIONAL, false))
		l->kind = SLICE_FEE;
	if (obj_bool(o, "minimum_adjustment", OBJ_OPTIONAL, false))
		l->kind = SLICE_MINIMUM;
	l->beyond_maximum = obj_bool(o, "beyond_maximum", OBJ_OPTIONAL, false);
	if (!obj_object(o, "tier", OBJ_OPTIONAL, &t))
		return;
	l->tier.level = (int)obj_int(&t, "level", OBJ_REQUIRED, 0, INT32_MAX, 0);
	l->tier.starting_at = exact(&t, "starting_at", "starting_at_exact", OBJ_REQUIRED);
	l->tier.open = !obj_has(&t, "size");
	l->tier.size = exact(&t, "size", "size_exact", OBJ_OPTIONAL);
	if (obj_close(&t) && l->tier.level == 0)
		l->kind = SLICE_FREE;
}

static void
read_price(struct obj *o, struct invoice_line *l)
{
	enum obj_need need = l->type == LINE_APPLIED ? OBJ_OPTIONAL : OBJ_REQUIRED;

	l->quantity = exact(o, "quantity", "quantity_exact", need);
	if (l->type != LINE_APPLIED && !obj_has(o, "unit_price"))
		l->kind = SLICE_WHOLE;
	l->unit_price = exact(o, "unit_price", "unit_price_exact", OBJ_OPTIONAL);
	l->total = exact(o, "total", "total_exact", OBJ_REQUIRED);
}

/* Before the types of what pays: of an application the object says which of three it is. */
static void
read_commit(struct obj *o, struct invoice_line *l)
{
	static const char *const words[] = { "PREPAIDCOMMIT", "POSTPAIDCOMMIT" };
	struct obj child;

	l->commit_id = text(o, "commit_id", OBJ_OPTIONAL);
	l->commit_segment_id = text(o, "commit_segment_id", OBJ_OPTIONAL);
	if (obj_enum(o, "commit_type", OBJ_OPTIONAL, words, countof(words), 0) == 1)
		l->commit_type = COMMIT_POSTPAID;
	if (obj_object(o, "postpaid_commit", OBJ_OPTIONAL, &child)) {
		l->commit_type = COMMIT_POSTPAID;
		(void)text(&child, "id", OBJ_REQUIRED);
		(void)obj_close(&child);
	}
	if (obj_object(o, "applied_commit_or_credit",
		    l->type == LINE_APPLIED ? OBJ_REQUIRED : OBJ_OPTIONAL, &child)) {
		(void)text(&child, "id", OBJ_REQUIRED);
		l->commit_type = obj_commit_type(&child, COMMIT_PREPAID);
		(void)obj_close(&child);
	}
}

static void
read_product(struct obj *o, struct invoice_line *l)
{
	struct str type;

	l->product_id = text(o, "product_id", OBJ_OPTIONAL);
	type = text(o, "product_type", OBJ_OPTIONAL);
	for (int t = 0; t < PRODUCT_TYPES; t++)
		if (str_is(type, product_type_line_name((enum product_type)t)))
			l->product_type = (enum product_type)t;
	l->product_tags = obj_texts_field(o, "product_tags", OBJ_OPTIONAL, 0, false);
	l->product_custom_fields = pairs(o, "product_custom_fields");
}

static void
read_line(struct obj *o, struct invoice_line *l)
{
	l->type = (enum line_type)obj_enum(o, "type", OBJ_REQUIRED, line_types, countof(line_types),
		LINE_USAGE);
	l->id = text(o, "id", OBJ_REQUIRED);
	l->name = text(o, "name", OBJ_REQUIRED);
	read_product(o, l);
	l->unit = unit(o, "credit_type", OBJ_REQUIRED);
	if (l->type == LINE_CONVERSION)
		l->converted = unit(o, "converted_credit_type", OBJ_REQUIRED);
	read_price(o, l);
	l->starting_at_ns = obj_instant(o, "starting_at", OBJ_OPTIONAL);
	l->ending_before_ns = obj_instant(o, "ending_before", OBJ_OPTIONAL);
	read_tier(o, l);
	l->pricing_group_values = pairs(o, "pricing_group_values");
	l->presentation_group_values = pairs(o, "presentation_group_values");
	l->scheduled_charge_id = text(o, "scheduled_charge_id", OBJ_OPTIONAL);
	l->scheduled_charge_custom_fields = pairs(o, "scheduled_charge_custom_fields");
	l->discount_id = text(o, "discount_id", OBJ_OPTIONAL);
	l->discount_custom_fields = pairs(o, "discount_custom_fields");
	l->subscription_id = text(o, "subscription_id", OBJ_OPTIONAL);
	l->is_prorated = obj_bool(o, "is_prorated", OBJ_OPTIONAL, false);
	l->subscription_custom_fields = pairs(o, "subscription_custom_fields");
	read_commit(o, l);
}

static void
read_lines(struct obj *o, struct invoice *inv)
{
	size_t n = obj_array(o, "line_items", OBJ_REQUIRED, 0);

	inv->lines = ARENA_ARRAY(o->arena, n, struct invoice_line);
	for (; inv->nlines < n && obj_ok(o); inv->nlines++) {
		struct obj item;

		if (obj_item(o, "line_items", inv->nlines, &item))
			read_line(&item, &inv->lines[inv->nlines]);
	}
}

static void
read_dates(struct obj *o, struct invoice *inv)
{
	inv->start_ns = obj_instant(o, "start_timestamp", OBJ_OPTIONAL);
	inv->end_ns = obj_instant(o, "end_timestamp", OBJ_OPTIONAL);
	if (obj_ok(o) && (inv->start_ns == INSTANT_NONE) != (inv->end_ns == INSTANT_NONE))
		obj_refuse(o, "end_timestamp", "start_timestamp and end_timestamp go together");
	inv->issued_at_ns = obj_instant(o, "issued_at", OBJ_OPTIONAL);
	inv->net_payment_terms_days = obj_int(o, "net_payment_terms_days", OBJ_OPTIONAL, 0,
		INT32_MAX, 0);
	inv->due_date_ns = obj_instant(o, "due_date", OBJ_OPTIONAL);
}

static void
read_amounts(struct obj *o, struct invoice *inv)
{
	inv->unit = unit(o, "credit_type", OBJ_REQUIRED);
	inv->subtotal = exact(o, "subtotal", "subtotal_exact", OBJ_REQUIRED);
	inv->total = exact(o, "total", "total_exact", OBJ_REQUIRED);
	inv->amount_due = exact(o, "amount_due", "amount_due_exact", OBJ_REQUIRED);
}

/* Whoever prints amounts relies on it that they add up. */
static void
check_amounts(struct obj *o, const struct invoice *inv)
{
	struct arena *a = o->arena;
	struct rat subtotal = RAT_ZERO, total = RAT_ZERO;

	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];

		if (!unit_same(&l->unit, &inv->unit))
			continue;
		if (l->type != LINE_APPLIED)
			subtotal = rat_add(a, subtotal, l->total);
		if (l->type != LINE_APPLIED || l->commit_type != COMMIT_POSTPAID)
			total = rat_add(a, total, l->total);
	}
	if (!obj_ok(o))
		return;
	if (!rat_eq(subtotal, inv->subtotal))
		obj_refuse(o, "subtotal", "not the sum of the lines");
	else if (!rat_eq(total, inv->total))
		obj_refuse(o, "total", "not the sum of the lines and what pays for them");
	else if (!rat_eq(unit_due(a, &inv->unit, total), inv->amount_due))
		obj_refuse(o, "amount_due", "not the total, rounded");
}

bool
invoice_from_json(const struct json *j, struct arena *a, struct invoice *out, struct err *e)
{
	struct invoice inv = { .number = { NULL, 0 } };
	struct obj o;

	if (!obj_open(&o, j, "invoice", false, a, e))
		return false;
	inv.id = text(&o, "id", OBJ_REQUIRED);
	inv.number = text(&o, "invoice_number", OBJ_OPTIONAL);
	inv.type = (enum invoice_type)obj_enum(&o, "type", OBJ_REQUIRED, types, countof(types), 0);
	inv.status = (enum invoice_status)obj_enum(&o, "status", OBJ_REQUIRED, statuses,
		countof(statuses), INVOICE_DRAFT);
	inv.regenerated_from = text(&o, "regenerated_from_invoice_id", OBJ_OPTIONAL);
	inv.customer_id = text(&o, "customer_id", OBJ_REQUIRED);
	inv.customer_name = text(&o, "customer_name", OBJ_OPTIONAL);
	inv.contract_id = text(&o, "contract_id", OBJ_REQUIRED);
	inv.contract_name = text(&o, "contract_name", OBJ_OPTIONAL);
	read_dates(&o, &inv);
	read_amounts(&o, &inv);
	inv.customer_custom_fields = pairs(&o, "customer_custom_fields");
	inv.contract_custom_fields = pairs(&o, "contract_custom_fields");
	read_lines(&o, &inv);
	check_amounts(&o, &inv);
	if (!obj_ok(&o))
		return false;
	*out = inv;
	return true;
}
