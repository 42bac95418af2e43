#include "domain/recurring_change.h"

#include "domain/commit_part.h"

#include "base/banned.h"

/* ---- reading ---- */

static void
access_from(struct obj *parent, const struct recurring *r, struct recurring_change *x)
{
	struct obj o;
	bool has;

	if (!obj_object(parent, "access_amount", OBJ_OPTIONAL, &o))
		return;
	x->access_price = obj_price(&o, "unit_price", OBJ_OPTIONAL, &r->access.unit, &has);
	x->has |= has ? CHANGE_ACCESS_PRICE : 0;
	if (r->link.subscription_id.n > 0 && obj_has(&o, "quantity"))
		obj_refuse(&o, "quantity",
			"must not specify a quantity if a subscription is configured");
	x->access_quantity = obj_rat(&o, "quantity", OBJ_OPTIONAL, &has);
	x->has |= has ? CHANGE_ACCESS_QUANTITY : 0;
	if (obj_ok(&o) && rat_sign(x->access_quantity) < 0)
		obj_refuse(&o, "quantity", "below zero");
	obj_close(&o);
}

static void
invoice_from(struct obj *parent, const struct recurring *r, struct recurring_change *x)
{
	struct obj o;
	bool has;

	if (!obj_object(parent, "invoice_amount", OBJ_OPTIONAL, &o))
		return;
	if (!r->has_invoice) {
		obj_refuse(parent, "invoice_amount", "the item is not billed");
		return;
	}
	x->invoice_price = obj_price(&o, "unit_price", OBJ_OPTIONAL, &r->invoice.unit, &has);
	x->has |= has ? CHANGE_INVOICE_PRICE : 0;
	x->invoice_quantity = obj_rat(&o, "quantity", OBJ_OPTIONAL, &has);
	x->has |= has ? CHANGE_INVOICE_QUANTITY : 0;
	if (obj_ok(&o) && rat_sign(x->invoice_quantity) < 0)
		obj_refuse(&o, "quantity", "below zero");
	obj_close(&o);
}

static void
roundings_from(struct obj *parent, const struct recurring *r, struct recurring_change *x)
{
	struct obj o;

	if (!obj_object(parent, "proration_rounding", OBJ_OPTIONAL, &o))
		return;
	if (obj_given(&o, "access")) {
		x->has |= CHANGE_ACCESS_ROUNDING;
		proration_rounding_from(&o, "access", &x->access_rounding);
	}
	if (obj_has(&o, "invoice") && !r->has_invoice) {
		obj_refuse(&o, "invoice", "the item is not billed");
	} else if (obj_given(&o, "invoice")) {
		x->has |= CHANGE_INVOICE_ROUNDING;
		proration_rounding_from(&o, "invoice", &x->invoice_rounding);
	}
	obj_close(&o);
}

bool
recurring_change_from_obj(struct obj *o, const struct recurring *r, struct recurring_change *out)
{
	struct recurring_change x = { .ending_before_ns = INSTANT_NONE };

	access_from(o, r, &x);
	invoice_from(o, r, &x);
	if (obj_given(o, "ending_before")) {
		x.has |= CHANGE_END;
		x.ending_before_ns = obj_hour(o, "ending_before", OBJ_OPTIONAL);
		obj_interval(o, r->starting_at_ns, x.ending_before_ns);
	}
	if (obj_has(o, "rate_type"))
		x.has |= CHANGE_RATE_TYPE;
	x.rate_type = obj_rate_type(o);
	roundings_from(o, r, &x);
	if (!obj_ok(o))
		return false;
	*out = x;
	return true;
}

void
recurring_changes_from_obj(struct obj *o, struct recurring *r)
{
	struct obj child;

	if (!o->stored)
		return;
	r->nchanges = obj_array(o, "changes", OBJ_OPTIONAL, 0);
	r->changes = ARENA_ARRAY(o->arena, r->nchanges, struct recurring_change);
	for (size_t i = 0; i < r->nchanges && obj_item(o, "changes", i, &child); i++) {
		int64_t after_ns = obj_instant(&child, "after", OBJ_REQUIRED);

		recurring_change_from_obj(&child, r, &r->changes[i]);
		r->changes[i].after_ns = after_ns;
		obj_close(&child);
	}
}

/* ---- writing ---- */

static void
write_amount(struct jsonw *w, const char *key, bool has_price, struct rat price, bool has_quantity,
	struct rat quantity, enum terms_form form)
{
	if (!has_price && !has_quantity)
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	if (has_price)
		jsonw_member_decimal(w, "unit_price", price, form);
	if (has_quantity)
		jsonw_member_decimal(w, "quantity", quantity, form);
	jsonw_end(w);
}

static void
write_rounding(struct jsonw *w, const char *key, const struct proration_rounding *r)
{
	if (r->on) {
		proration_rounding_member(w, key, r);
		return;
	}
	jsonw_key(w, key);
	jsonw_null(w);
}

static void
write_roundings(struct jsonw *w, const struct recurring_change *x)
{
	if (!(x->has & (CHANGE_ACCESS_ROUNDING | CHANGE_INVOICE_ROUNDING)))
		return;
	jsonw_key(w, "proration_rounding");
	jsonw_object(w);
	if (x->has & CHANGE_ACCESS_ROUNDING)
		write_rounding(w, "access", &x->access_rounding);
	if (x->has & CHANGE_INVOICE_ROUNDING)
		write_rounding(w, "invoice", &x->invoice_rounding);
	jsonw_end(w);
}

static void
write_change(struct jsonw *w, const struct recurring_change *x, enum terms_form form)
{
	jsonw_object(w);
	jsonw_member_instant(w, "after", x->after_ns);
	write_amount(w, "access_amount", x->has & CHANGE_ACCESS_PRICE, x->access_price,
		x->has & CHANGE_ACCESS_QUANTITY, x->access_quantity, form);
	write_amount(w, "invoice_amount", x->has & CHANGE_INVOICE_PRICE, x->invoice_price,
		x->has & CHANGE_INVOICE_QUANTITY, x->invoice_quantity, form);
	if (x->has & CHANGE_END && x->ending_before_ns == INSTANT_NONE) {
		jsonw_key(w, "ending_before");
		jsonw_null(w);
	} else if (x->has & CHANGE_END) {
		jsonw_member_instant(w, "ending_before", x->ending_before_ns);
	}
	if (x->has & CHANGE_RATE_TYPE)
		jsonw_member_c(w, "rate_type", draw_rate_name(x->rate_type));
	write_roundings(w, x);
	jsonw_end(w);
}

void
recurring_changes_member(struct jsonw *w, const struct recurring *r, enum terms_form form)
{
	if (r->nchanges == 0)
		return;
	jsonw_key(w, "changes");
	jsonw_array(w);
	for (size_t i = 0; i < r->nchanges; i++)
		write_change(w, &r->changes[i], form);
	jsonw_end(w);
}

/* ---- what holds ---- */

static void
change(struct recurring *r, const struct recurring_change *x)
{
	if (x->has & CHANGE_ACCESS_PRICE)
		r->access.unit_price = x->access_price;
	if (x->has & CHANGE_ACCESS_QUANTITY)
		r->access.quantity = x->access_quantity;
	if (x->has & CHANGE_INVOICE_PRICE)
		r->invoice.unit_price = x->invoice_price;
	if (x->has & CHANGE_INVOICE_QUANTITY)
		r->invoice.quantity = x->invoice_quantity;
	if (x->has & CHANGE_END)
		r->ending_before_ns = x->ending_before_ns;
	if (x->has & CHANGE_RATE_TYPE)
		r->child.rate_type = x->rate_type;
	if (x->has & CHANGE_ACCESS_ROUNDING)
		r->access.rounding = x->access_rounding;
	if (x->has & CHANGE_INVOICE_ROUNDING)
		r->invoice.rounding = x->invoice_rounding;
}

struct recurring
recurring_at(const struct recurring *r, int64_t start_ns)
{
	struct recurring out = *r;

	for (size_t i = 0; i < r->nchanges; i++)
		if (r->changes[i].after_ns < start_ns)
			change(&out, &r->changes[i]);
	return out;
}

int64_t
recurring_last_end(const struct recurring *r)
{
	int64_t end_ns = r->ending_before_ns;

	for (size_t i = 0; end_ns != INSTANT_NONE && i < r->nchanges; i++) {
		const struct recurring_change *x = &r->changes[i];

		if (!(x->has & CHANGE_END))
			continue;
		if (x->ending_before_ns == INSTANT_NONE || x->ending_before_ns > end_ns)
			end_ns = x->ending_before_ns;
	}
	return end_ns;
}
