#include "domain/invoice.h"

#include <inttypes.h>

#include "base/id.h"

#include "base/banned.h"

static const char *const type_names[] = {
	[INVOICE_USAGE] = "USAGE",
	[INVOICE_SCHEDULED] = "SCHEDULED",
};
_Static_assert(countof(type_names) == INVOICE_SCHEDULED + 1, "a name for each type");

static const char *const status_names[] = {
	[INVOICE_DRAFT] = "DRAFT",
	[INVOICE_FINALIZED] = "FINALIZED",
	[INVOICE_VOID] = "VOID",
};
_Static_assert(countof(status_names) == INVOICE_VOID + 1, "a name for each status");

static const char *const line_names[] = {
	[LINE_USAGE] = "usage",
	[LINE_SCHEDULED] = "scheduled",
	[LINE_COMMIT_PURCHASE] = "commit_purchase",
	[LINE_APPLIED] = "applied_commit_or_credit",
	[LINE_SUBSCRIPTION] = "subscription",
	[LINE_CONVERSION] = "cpu_conversion",
};
_Static_assert(countof(line_names) == LINE_CONVERSION + 1, "a name for each type of line");

const char *
invoice_type_name(enum invoice_type t)
{
	return type_names[t];
}

const char *
invoice_status_name(enum invoice_status s)
{
	return status_names[s];
}

const char *
line_type_name(enum line_type t)
{
	return line_names[t];
}

bool
invoice_line_has_price(const struct invoice_line *line)
{
	return line->kind != SLICE_WHOLE || line->beyond_maximum;
}

static void
write_price(struct jsonw *w, const struct invoice_line *l)
{
	jsonw_member_rat(w, "quantity", l->quantity);
	if (invoice_line_has_price(l)) {
		jsonw_member_rat(w, "unit_price", l->unit_price);
	} else {
		jsonw_key(w, "unit_price");
		jsonw_null(w);
	}
}

static void
write_tier(struct jsonw *w, const struct invoice_line *l)
{
	const struct line_tier *t = &l->tier;

	if (l->kind == SLICE_FEE)
		jsonw_member_bool(w, "flat_fee", true);
	if (l->kind == SLICE_MINIMUM)
		jsonw_member_bool(w, "minimum_adjustment", true);
	if (l->beyond_maximum)
		jsonw_member_bool(w, "beyond_maximum", true);
	if (t->level == 0 && l->kind != SLICE_FREE)
		return;
	jsonw_key(w, "tier");
	jsonw_object(w);
	jsonw_member_int(w, "level", t->level);
	jsonw_member_rat(w, "starting_at", t->starting_at);
	if (!t->open)
		jsonw_member_rat(w, "size", t->size);
	jsonw_end(w);
}

static void
write_commit(struct jsonw *w, const struct invoice_line *l)
{
	bool postpaid = l->commit_type == COMMIT_POSTPAID;

	jsonw_member_str_opt(w, "commit_id", l->commit_id);
	if (l->type == LINE_COMMIT_PURCHASE && postpaid) {
		jsonw_key(w, "postpaid_commit");
		jsonw_object(w);
		jsonw_member_str(w, "id", l->commit_id);
		jsonw_end(w);
	}
	if (!l->commit_segment_id.p)
		return;
	jsonw_member_str(w, "commit_segment_id", l->commit_segment_id);
	jsonw_member_c(w, "commit_type", postpaid ? "PostpaidCommit" : "PrepaidCommit");
	if (l->type != LINE_APPLIED)
		return;
	jsonw_key(w, "applied_commit_or_credit");
	jsonw_object(w);
	jsonw_member_str(w, "id", l->commit_id);
	jsonw_member_c(w, "type", commit_type_name(l->commit_type));
	jsonw_end(w);
}

static void
write_line(struct jsonw *w, const struct invoice_line *l)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", l->id);
	jsonw_member_str(w, "name", l->name);
	jsonw_member_c(w, "type", line_type_name(l->type));
	if (l->product_id.n > 0) {
		jsonw_member_str(w, "product_id", l->product_id);
		jsonw_member_c(w, "product_type", product_type_line_name(l->product_type));
	}
	jsonw_texts_opt(w, "product_tags", &l->product_tags);
	jsonw_unit(w, "credit_type", &l->unit);
	if (l->type == LINE_CONVERSION)
		jsonw_unit(w, "converted_credit_type", &l->converted);
	if (l->type != LINE_APPLIED)
		write_price(w, l);
	jsonw_member_rat(w, "total", l->total);
	jsonw_member_instant_opt(w, "starting_at", l->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", l->ending_before_ns);
	write_tier(w, l);
	jsonw_pairs_opt(w, "pricing_group_values", &l->pricing_group_values);
	jsonw_pairs_opt(w, "presentation_group_values", &l->presentation_group_values);
	jsonw_member_str_opt(w, "scheduled_charge_id", l->scheduled_charge_id);
	jsonw_member_str_opt(w, "discount_id", l->discount_id);
	if (l->type == LINE_SUBSCRIPTION) {
		jsonw_member_str(w, "subscription_id", l->subscription_id);
		jsonw_member_bool(w, "is_prorated", l->is_prorated);
	}
	write_commit(w, l);
	jsonw_pairs_opt(w, "product_custom_fields", &l->product_custom_fields);
	jsonw_pairs_opt(w, "scheduled_charge_custom_fields", &l->scheduled_charge_custom_fields);
	jsonw_pairs_opt(w, "discount_custom_fields", &l->discount_custom_fields);
	jsonw_pairs_opt(w, "subscription_custom_fields", &l->subscription_custom_fields);
	jsonw_end(w);
}

static void
write_amounts(struct jsonw *w, const struct invoice *inv, struct arena *a)
{
	jsonw_member_rat(w, "subtotal", inv->subtotal);
	jsonw_member_rat(w, "total", inv->total);
	jsonw_member_rat(w, "amount_due", inv->amount_due);
	jsonw_member_str(w, "amount_due_major", unit_major_text(a, &inv->unit, inv->amount_due));
}

void
invoice_to_json(struct jsonw *w, const struct invoice *inv, struct arena *a)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", inv->id);
	jsonw_member_str_opt(w, "invoice_number", inv->number);
	jsonw_member_c(w, "type", invoice_type_name(inv->type));
	jsonw_member_c(w, "status", invoice_status_name(inv->status));
	jsonw_member_str_opt(w, "regenerated_from_invoice_id", inv->regenerated_from);
	jsonw_member_str(w, "customer_id", inv->customer_id);
	jsonw_member_str_opt(w, "customer_name", inv->customer_name);
	jsonw_member_str(w, "contract_id", inv->contract_id);
	jsonw_member_str_opt(w, "contract_name", inv->contract_name);
	jsonw_unit(w, "credit_type", &inv->unit);
	jsonw_member_c(w, "currency", inv->unit.code);
	jsonw_member_instant_opt(w, "start_timestamp", inv->start_ns);
	jsonw_member_instant_opt(w, "end_timestamp", inv->end_ns);
	jsonw_member_instant_opt(w, "issued_at", inv->issued_at_ns);
	jsonw_member_int(w, "net_payment_terms_days", inv->net_payment_terms_days);
	jsonw_member_instant_opt(w, "due_date", inv->due_date_ns);
	write_amounts(w, inv, a);
	jsonw_key(w, "line_items");
	jsonw_array(w);
	for (size_t i = 0; i < inv->nlines; i++)
		write_line(w, &inv->lines[i]);
	jsonw_end(w);
	jsonw_pairs_opt(w, "customer_custom_fields", &inv->customer_custom_fields);
	jsonw_pairs_opt(w, "contract_custom_fields", &inv->contract_custom_fields);
	jsonw_end(w);
}

struct str
invoice_line_object(const struct invoice_line *line)
{
	switch (line->type) {
	case LINE_SCHEDULED:
		return line->discount_id.n > 0 ? line->discount_id : line->scheduled_charge_id;
	case LINE_COMMIT_PURCHASE:
		return line->commit_id;
	case LINE_SUBSCRIPTION:
		return line->subscription_charge_id;
	case LINE_USAGE:
	case LINE_APPLIED:
	case LINE_CONVERSION:
		break;
	}
	return (struct str){ NULL, 0 };
}

struct str
invoice_id(struct arena *a, struct str contract_id, enum invoice_type type, int64_t at_ns,
	const struct unit *u, int generation)
{
	char at[INSTANT_TEXT_SIZE];
	struct str parts[] = {
		STR("invoice"),
		contract_id,
		str_c(invoice_type_name(type)),
		str_c(instant_text(at_ns, at)),
		id_str(&u->id),
		str_printf(a, "%d", generation),
	};
	struct id id = id_derive(parts, countof(parts));
	return str_dup(a, id_str(&id));
}

struct str
trueup_id(struct arena *a, struct str contract_id, struct str commit_id)
{
	const struct str parts[] = { STR("invoice"), contract_id, STR("TRUEUP"), commit_id };
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

struct str
invoice_number(struct arena *a, struct str series, int64_t n)
{
	return str_printf(a, "%.*s-%06" PRId64, STR_FMT(series), n);
}
