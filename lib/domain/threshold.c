#include "domain/threshold.h"

#include <string.h>

#include "domain/commit_part.h"

#include "base/banned.h"

#define PRIORITY 100
/* What a balance threshold is worth at least, and how far above it the recharge goes. */
#define LEAST_MAJOR 5
#define LEAST_MORE_MAJOR 10

static const char *const fields[THRESHOLDS] = {
	[THRESHOLD_BALANCE] = "prepaid_balance_threshold_configuration",
	[THRESHOLD_SPEND] = "spend_threshold_configuration",
};

/* Where the unit stands; of a spend threshold it can be the card's fiat unit alone. */
static const char *const unit_fields[THRESHOLDS] = {
	[THRESHOLD_BALANCE] = "custom_credit_type_id",
	[THRESHOLD_SPEND] = "credit_type_id",
};

const char *
threshold_field(enum threshold_kind kind)
{
	return fields[kind];
}

/* ---- reading ---- */

/* The unit that a literal names ("5 EUR"): it says which one is meant where no field does. */
static bool
literal_names(struct obj *o, const char *name, struct unit *out)
{
	const struct json *v = obj_ok(o) ? json_member(o->json, name) : NULL;
	struct str text;
	const char *blank;

	if (v == NULL || json_type(v) != JSON_STRING)
		return false;
	text = json_text(v);
	blank = text.n > 0 ? memchr(text.p, ' ', text.n) : NULL;
	if (blank == NULL)
		return false;
	text.n -= (size_t)(blank + 1 - text.p);
	text.p = blank + 1;
	return unit_find(o->units, text, out);
}

static void
unit_from(struct obj *o, enum threshold_kind kind, struct threshold *t)
{
	struct unit usd = unit_usd();

	if (obj_has(o, unit_fields[kind])) {
		t->has_unit = true;
		t->unit = obj_unit(o, unit_fields[kind], &usd);
		return;
	}
	obj_value(o, unit_fields[kind], OBJ_OPTIONAL);
	if (t->has_unit)
		return;
	t->has_unit = literal_names(o, "threshold_amount", &t->unit) ||
		literal_names(o, "recharge_to_amount", &t->unit);
	if (!t->has_unit)
		t->unit = usd;
}

/* A member that an update leaves out stays as it is. */
static bool
changes(struct obj *o, const char *name, bool update)
{
	if (!update || obj_has(o, name))
		return true;
	obj_value(o, name, OBJ_OPTIONAL);
	return false;
}

static void
amounts_from(struct obj *o, enum threshold_kind kind, bool update, struct threshold *t)
{
	if (changes(o, "threshold_amount", update)) {
		t->amount = obj_price(o, "threshold_amount", OBJ_REQUIRED, &t->unit, NULL);
		if (obj_ok(o) && rat_sign(t->amount) == 0)
			obj_refuse(o, "threshold_amount", "wanted more than 0");
	}
	if (kind == THRESHOLD_BALANCE && changes(o, "recharge_to_amount", update))
		t->recharge_to = obj_price(o, "recharge_to_amount", OBJ_REQUIRED, &t->unit, NULL);
}

/* Which lines the commit pays for: all lists at once, or none of them. */
static void
products_from(struct obj *o, bool update, struct commit *c)
{
	static const char *const lists[] = {
		"applicable_product_ids",
		"applicable_product_tags",
		"specifiers",
	};
	bool any = !update;

	for (size_t i = 0; i < countof(lists); i++)
		any |= json_member(o->json, lists[i]) != NULL;
	if (any)
		commit_products_from(o, c);
}

static void
commit_from(struct obj *parent, enum threshold_kind kind, bool update, struct commit *c)
{
	struct rat priority;
	struct obj o;
	bool given;

	if (!obj_object(parent, "commit", update ? OBJ_OPTIONAL : OBJ_REQUIRED, &o))
		return;
	c->type = COMMIT_PREPAID;
	if (changes(&o, "product_id", update && !obj_has(&o, "product")))
		c->product_id = obj_reference(&o, "product_id", "product", OBJ_REQUIRED);
	else
		obj_value(&o, "product", OBJ_OPTIONAL);
	if (changes(&o, "name", update))
		c->name = obj_name(&o, OBJ_OPTIONAL);
	if (changes(&o, "description", update))
		c->description = obj_text(&o, "description", OBJ_OPTIONAL, 0, SIZE_MAX);
	priority = obj_rat(&o, "priority", OBJ_OPTIONAL, &given);
	if (given || !update)
		c->priority = given ? priority : rat_int(o.arena, PRIORITY);
	c->has_priority = true;
	if (kind == THRESHOLD_BALANCE)
		products_from(&o, update, c);
	obj_close(&o);
}

static void
cap_from(struct obj *parent, const struct thresholds *all, struct threshold_discount *d)
{
	const struct spend_tracker *tracker;
	struct obj o;

	if (!obj_object(parent, "cap", OBJ_OPTIONAL, &o))
		return;
	d->tracker = obj_text(&o, "spend_tracker_alias", OBJ_REQUIRED, 1, NAME_MAX_POINTS);
	tracker = spend_tracker_find(all->trackers, all->ntrackers, d->tracker);
	if (obj_ok(&o) && tracker == NULL)
		obj_refuse(&o, "spend_tracker_alias", "no spend tracker of the contract bears it");
	if (tracker != NULL)
		d->cap = obj_price(&o, "amount", OBJ_REQUIRED, &tracker->unit, NULL);
	obj_close(&o);
}

/* null takes it away. */
static void
discount_from(struct obj *parent, const struct thresholds *all, bool update, struct threshold *t)
{
	static const char field[] = "discount_configuration";
	struct obj o;

	if (update && json_member(parent->json, field) == NULL)
		return;
	t->discount = (struct threshold_discount){ .fraction = RAT_ZERO };
	t->has_discount = obj_object(parent, field, OBJ_OPTIONAL, &o);
	if (!t->has_discount)
		return;
	t->discount.fraction = obj_fraction(&o, "payment_fraction", OBJ_REQUIRED);
	cap_from(&o, all, &t->discount);
	obj_close(&o);
}

/* Into *t, which an update changes. */
static void
threshold_from(struct obj *o, enum threshold_kind kind, const struct thresholds *all, bool update,
	struct threshold *t)
{
	t->given = true;
	unit_from(o, kind, t);
	amounts_from(o, kind, update, t);
	if (changes(o, "is_enabled", update))
		t->enabled = obj_bool(o, "is_enabled", OBJ_REQUIRED, false);
	t->commit.path = fields[kind];
	commit_from(o, kind, update, &t->commit);
	payment_gate_from_obj(o, update ? OBJ_OPTIONAL : OBJ_REQUIRED, &t->gate);
	discount_from(o, all, update, t);
	if (kind == THRESHOLD_BALANCE &&
		(!update || json_member(o->json, "threshold_balance_specifiers") != NULL))
		exclusions_from_obj(o, &t->exclusions);
	obj_close(o);
}

void
thresholds_from_obj(struct obj *o, struct thresholds *out)
{
	struct thresholds all = { .ntrackers = 0 };
	struct obj child;

	spend_trackers_from_obj(o, "spend_trackers", NULL, 0, &all.trackers, &all.ntrackers);
	for (int k = 0; k < THRESHOLDS; k++)
		if (obj_object(o, fields[k], OBJ_OPTIONAL, &child))
			threshold_from(&child, (enum threshold_kind)k, &all, false, &all.of[k]);
	*out = all;
}

void
threshold_add_from_obj(struct obj *o, const char *key, enum threshold_kind kind,
	struct thresholds *t)
{
	struct obj child;

	if (!obj_object(o, key, OBJ_OPTIONAL, &child))
		return;
	if (t->of[kind].given)
		obj_refuse(o, key, "the contract has one; wanted update_%s", fields[kind]);
	t->of[kind] = (struct threshold){ .given = false };
	threshold_from(&child, kind, t, false, &t->of[kind]);
}

void
threshold_update_from_obj(struct obj *o, const char *key, enum threshold_kind kind,
	struct thresholds *t)
{
	struct obj child;

	if (!obj_object(o, key, OBJ_OPTIONAL, &child))
		return;
	if (!t->of[kind].given)
		obj_refuse(o, key, "the contract has none; wanted add_%s", fields[kind]);
	threshold_from(&child, kind, t, true, &t->of[kind]);
}

/* ---- writing ---- */

static void
write_commit(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	jsonw_key(w, "commit");
	jsonw_object(w);
	jsonw_member_str(w, "product_id", c->product_id);
	jsonw_member_str_opt(w, "name", c->name);
	jsonw_member_str_opt(w, "description", c->description);
	jsonw_member_decimal(w, "priority", c->priority, form);
	commit_drawing_json(w, c, form);
	jsonw_end(w);
}

static void
write_discount(struct jsonw *w, const struct threshold_discount *d, enum terms_form form)
{
	jsonw_key(w, "discount_configuration");
	jsonw_object(w);
	jsonw_member_decimal(w, "payment_fraction", d->fraction, form);
	if (d->tracker.n > 0) {
		jsonw_key(w, "cap");
		jsonw_object(w);
		jsonw_member_decimal(w, "amount", d->cap, form);
		jsonw_member_str(w, "spend_tracker_alias", d->tracker);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_threshold(struct jsonw *w, const struct threshold *t, enum threshold_kind kind,
	enum terms_form form)
{
	jsonw_key(w, fields[kind]);
	jsonw_object(w);
	jsonw_member_bool(w, "is_enabled", t->enabled);
	jsonw_member_decimal(w, "threshold_amount", t->amount, form);
	if (kind == THRESHOLD_BALANCE)
		jsonw_member_decimal(w, "recharge_to_amount", t->recharge_to, form);
	if (form == TERMS_PRINTED)
		jsonw_unit(w, "credit_type", &t->unit);
	else
		jsonw_member_str(w, unit_fields[kind], id_str(&t->unit.id));
	write_commit(w, &t->commit, form);
	payment_gate_json(w, &t->gate);
	if (t->has_discount)
		write_discount(w, &t->discount, form);
	exclusions_json(w, &t->exclusions);
	jsonw_end(w);
}

void
thresholds_json(struct jsonw *w, const struct thresholds *t, enum terms_form form)
{
	spend_trackers_json(w, t->trackers, t->ntrackers, form);
	for (int k = 0; k < THRESHOLDS; k++)
		if (t->of[k].given)
			write_threshold(w, &t->of[k], (enum threshold_kind)k, form);
}

/* ---- what it is ---- */

static bool
refuse(enum threshold_kind kind, const char *field, struct rat amount, const struct unit *u,
	const char *wanted, struct arena *a, struct err *e)
{
	struct str path = str_printf(a, "%s.%s", fields[kind], field);
	struct str code = str_printf(a, "contract.%.*s", STR_FMT(path));

	return err_field(e, ERR_INPUT, code.p, path, rat_text_exact(a, amount), "in %s; %s",
		u->name, wanted);
}

bool
threshold_check(const struct threshold *t, enum threshold_kind kind, const struct unit *fiat,
	struct rat fiat_each, struct arena *a, struct err *e)
{
	struct rat least = unit_stored(a, fiat, rat_int(a, LEAST_MAJOR));
	struct rat more = unit_stored(a, fiat, rat_int(a, LEAST_MORE_MAJOR));
	struct rat step = rat_sub(a, t->recharge_to, t->amount);

	if (kind == THRESHOLD_SPEND)
		return true;
	if (rat_cmp(rat_mul(a, t->amount, fiat_each), least) < 0)
		return refuse(kind, "threshold_amount", t->amount, &t->unit,
			str_printf(a, "wanted what is worth %d %s or more", LEAST_MAJOR, fiat->code)
				.p,
			a, e);
	return rat_cmp(rat_mul(a, step, fiat_each), more) >= 0 ||
		refuse(kind, "recharge_to_amount", t->recharge_to, &t->unit,
			str_printf(a, "wanted what is worth %d %s more than threshold_amount",
				LEAST_MORE_MAJOR, fiat->code)
				.p,
			a, e);
}
