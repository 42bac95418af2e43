#include "domain/ratecard.h"

#include "base/banned.h"

/* What a rate costs: its type and the members that go with it. */

static const char *const type_names[RATE_TYPES] = {
	[RATE_FLAT] = "FLAT",
	[RATE_TIERED] = "TIERED",
	[RATE_VOLUME] = "VOLUME",
	[RATE_STAIRSTEP] = "STAIRSTEP",
	[RATE_PACKAGE] = "PACKAGE",
	[RATE_PERCENTAGE] = "PERCENTAGE",
	[RATE_TIERED_PERCENTAGE] = "TIERED_PERCENTAGE",
	[RATE_SUBSCRIPTION] = "SUBSCRIPTION",
};
_Static_assert(RATE_SUBSCRIPTION == RATE_TYPES - 1, "a name for each type");

static const char *const unsupported_types[] = { "CUSTOM" };

/* What a rate is charged on. */
enum basis { ON_USAGE, ON_SPEND, ON_SEATS };

static const struct form {
	enum basis basis;
	bool tiers; /* its prices stand in tiers */
	bool whole;
} forms[RATE_TYPES] = {
	[RATE_FLAT] = { ON_USAGE, false, false },
	[RATE_TIERED] = { ON_USAGE, true, false },
	[RATE_VOLUME] = { ON_USAGE, true, true },
	[RATE_STAIRSTEP] = { ON_USAGE, true, true },
	[RATE_PACKAGE] = { ON_USAGE, false, true },
	[RATE_PERCENTAGE] = { ON_SPEND, false, false },
	[RATE_TIERED_PERCENTAGE] = { ON_SPEND, true, false },
	[RATE_SUBSCRIPTION] = { ON_SEATS, false, false },
};

const char *
rate_type_name(enum rate_type t)
{
	return type_names[t];
}

bool
rate_type_on_spend(enum rate_type t)
{
	return forms[t].basis == ON_SPEND;
}

bool
rate_type_whole(enum rate_type t)
{
	return forms[t].whole;
}

bool
rate_type_tiers(enum rate_type t)
{
	return forms[t].tiers;
}

/* ---- reading ---- */

static void
refuse_member(struct obj *o, const char *name, const struct rate *r, const char *why)
{
	obj_value(o, name, OBJ_OPTIONAL);
	if (obj_ok(o) && obj_has(o, name))
		obj_refuse(o, name, "a %s rate has none; %s", rate_type_name(r->type), why);
}

static void
refuse_of_seats(struct obj *o, const char *name)
{
	obj_value(o, name, OBJ_OPTIONAL);
	if (obj_ok(o) && obj_has(o, name))
		obj_refuse(o, name, "the rate of a subscription has none");
}

static struct rat
price_of(struct obj *o, const struct rate *r)
{
	if (rate_type_on_spend(r->type))
		return obj_fraction(o, "price", OBJ_REQUIRED);
	return obj_price(o, "price", OBJ_REQUIRED, &r->unit, NULL);
}

/* Tiers of spend are as wide as an amount of money, the others as a quantity. */
static struct rat
size_of(struct obj *o, const struct rate *r, enum obj_need need)
{
	if (rate_type_on_spend(r->type))
		return obj_money(o, "size", need, &r->unit, NULL);
	return obj_rat(o, "size", need, NULL);
}

static void
tier_from(struct obj *o, const struct rate *r, bool last, struct tier *t)
{
	t->size = size_of(o, r, last ? OBJ_OPTIONAL : OBJ_REQUIRED);
	t->price = price_of(o, r);
	if (r->type == RATE_TIERED)
		t->flat_fee = obj_price(o, "flat_fee", OBJ_OPTIONAL, &r->unit, NULL);
	else
		refuse_member(o, "flat_fee", r, "TIERED rates do");
	t->open = last;
	if (last && obj_has(o, "size"))
		obj_refuse(o, "size", "the last tier is open; it has no size");
	else if (obj_ok(o) && !last && rat_sign(t->size) <= 0)
		obj_refuse(o, "size", "wanted a number above 0");
	obj_close(o);
}

static void
tiers_from(struct obj *o, struct rate *r)
{
	struct obj child;

	if (obj_has(o, "price"))
		obj_refuse(o, "price", "a %s rate has its prices in tiers",
			rate_type_name(r->type));
	obj_price(o, "price", OBJ_OPTIONAL, &r->unit, NULL);
	r->ntiers = obj_array(o, "tiers", OBJ_REQUIRED, 1);
	r->tiers = ARENA_ARRAY(o->arena, r->ntiers, struct tier);
	for (size_t i = 0; i < r->ntiers && obj_item(o, "tiers", i, &child); i++)
		tier_from(&child, r, i + 1 == r->ntiers, &r->tiers[i]);
}

static void
price_from(struct obj *o, struct rate *r)
{
	if (rate_type_tiers(r->type)) {
		tiers_from(o, r);
		return;
	}
	r->price = price_of(o, r);
	if (obj_array(o, "tiers", OBJ_OPTIONAL, 0) > 0)
		obj_refuse(o, "tiers", "a %s rate has none; TIERED rates do",
			rate_type_name(r->type));
}

static void
package_from(struct obj *o, struct rate *r)
{
	if (r->type != RATE_PACKAGE) {
		refuse_member(o, "package_size", r, "PACKAGE rates do");
		return;
	}
	r->package_size = obj_rat(o, "package_size", OBJ_REQUIRED, NULL);
	if (obj_ok(o) && rat_sign(r->package_size) <= 0)
		obj_refuse(o, "package_size", "wanted a number above 0");
}

/* What was spent has no units and no cap, a seat none of the three. */
static void
limits_from(struct obj *o, struct rate *r, bool of_seats)
{
	if (of_seats) {
		refuse_of_seats(o, "free_units");
		refuse_of_seats(o, "minimum");
		refuse_of_seats(o, "maximum");
		return;
	}
	r->minimum = obj_price(o, "minimum", OBJ_OPTIONAL, &r->unit, NULL);
	if (rate_type_on_spend(r->type)) {
		refuse_member(o, "free_units", r, "rates of usage do");
		refuse_member(o, "maximum", r, "rates of usage do");
		return;
	}
	r->free_units = obj_rat(o, "free_units", OBJ_OPTIONAL, NULL);
	if (obj_ok(o) && rat_sign(r->free_units) < 0)
		obj_refuse(o, "free_units", "below zero");
	r->maximum = obj_price(o, "maximum", OBJ_OPTIONAL, &r->unit, &r->has_maximum);
	if (obj_ok(o) && r->has_maximum && rat_cmp(r->maximum, r->minimum) < 0)
		obj_refuse(o, "maximum", "below the minimum");
}

/* The legacy form of a subscription's rate. */
static void
seats_from(struct obj *o, struct rate *r)
{
	if (r->type != RATE_SUBSCRIPTION) {
		refuse_member(o, "quantity", r, "SUBSCRIPTION rates do");
		refuse_member(o, "is_prorated", r, "SUBSCRIPTION rates do");
		return;
	}
	r->quantity = obj_rat(o, "quantity", OBJ_OPTIONAL, &r->has_quantity);
	if (obj_ok(o) && rat_sign(r->quantity) < 0)
		obj_refuse(o, "quantity", "below zero");
	if (!obj_bool(o, "is_prorated", OBJ_OPTIONAL, true) && obj_ok(o))
		obj_refuse(o, "is_prorated",
			"wanted true; a contract's subscription says whether "
			"it is prorated");
}

bool
rate_prices_from_obj(struct obj *o, bool of_seats, struct rate *r)
{
	static const char *const unsupported[] = { "custom_rate", "use_list_prices" };
	int type;

	obj_unsupported(o, unsupported, countof(unsupported));
	type = obj_word(o, "rate_type", OBJ_REQUIRED, type_names, RATE_TYPES, unsupported_types,
		countof(unsupported_types));
	if (!obj_ok(o))
		return false;
	r->type = (enum rate_type)type;
	price_from(o, r);
	package_from(o, r);
	limits_from(o, r, of_seats || r->type == RATE_SUBSCRIPTION);
	seats_from(o, r);
	return obj_ok(o);
}

bool
commit_rate_from_obj(struct obj *parent, struct rate *r)
{
	struct rate *c;
	struct obj o;

	if (!obj_object(parent, "commit_rate", OBJ_OPTIONAL, &o))
		return obj_ok(parent);
	if (r->has_frequency || forms[r->type].basis != ON_USAGE || rate_type_whole(r->type))
		return obj_refuse(parent, "commit_rate", "a %s rate has none",
			rate_type_name(r->type));
	c = ARENA_NEW(o.arena, struct rate);
	c->unit = r->unit;
	c->free_units = r->free_units;
	c->type = (enum rate_type)obj_enum(&o, "rate_type", OBJ_REQUIRED, type_names,
		RATE_TIERED + 1, RATE_FLAT);
	price_from(&o, c);
	obj_close(&o);
	r->commit_rate = c;
	return obj_ok(parent);
}

/* ---- writing ---- */

static void
write_amount(struct jsonw *w, const struct rate *r, const char *key, struct rat amount,
	enum terms_form form, struct arena *a)
{
	jsonw_member_decimal(w, key, amount, form);
	if (form == TERMS_PRINTED)
		jsonw_member_rat(w, str_printf(a, "%s_major", key).p,
			unit_major(a, &r->unit, amount));
}

static void
write_price(struct jsonw *w, const struct rate *r, struct rat price, enum terms_form form,
	struct arena *a)
{
	if (rate_type_on_spend(r->type))
		jsonw_member_decimal(w, "price", price, form);
	else
		write_amount(w, r, "price", price, form, a);
}

static void
write_tiers(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a)
{
	jsonw_key(w, "tiers");
	jsonw_array(w);
	for (size_t i = 0; i < r->ntiers; i++) {
		const struct tier *t = &r->tiers[i];

		jsonw_object(w);
		if (!t->open)
			jsonw_member_decimal(w, "size", t->size, form);
		write_price(w, r, t->price, form, a);
		if (rat_sign(t->flat_fee) != 0)
			write_amount(w, r, "flat_fee", t->flat_fee, form, a);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_type(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a)
{
	jsonw_member_c(w, "rate_type", rate_type_name(r->type));
	if (rate_type_tiers(r->type))
		write_tiers(w, r, form, a);
	else
		write_price(w, r, r->price, form, a);
}

void
rate_prices_json(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a)
{
	write_type(w, r, form, a);
	if (r->type == RATE_PACKAGE)
		jsonw_member_decimal(w, "package_size", r->package_size, form);
	if (rat_sign(r->free_units) != 0)
		jsonw_member_decimal(w, "free_units", r->free_units, form);
	if (rat_sign(r->minimum) != 0)
		write_amount(w, r, "minimum", r->minimum, form, a);
	if (r->has_maximum)
		write_amount(w, r, "maximum", r->maximum, form, a);
	if (r->has_quantity)
		jsonw_member_decimal(w, "quantity", r->quantity, form);
	if (r->type == RATE_SUBSCRIPTION)
		jsonw_member_bool(w, "is_prorated", true);
}

void
commit_rate_json(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a)
{
	if (r->commit_rate == NULL)
		return;
	jsonw_key(w, "commit_rate");
	jsonw_object(w);
	write_type(w, r->commit_rate, form, a);
	jsonw_end(w);
}

/* ---- the same or not ---- */

static bool
same_tiers(const struct rate *a, const struct rate *b)
{
	if (a->ntiers != b->ntiers)
		return false;
	for (size_t i = 0; i < a->ntiers; i++) {
		const struct tier *x = &a->tiers[i], *y = &b->tiers[i];

		if (x->open != y->open || !rat_eq(x->price, y->price) ||
			!rat_eq(x->flat_fee, y->flat_fee) ||
			(!x->open && !rat_eq(x->size, y->size)))
			return false;
	}
	return true;
}

static bool
same_limits(const struct rate *a, const struct rate *b)
{
	return rat_eq(a->free_units, b->free_units) && rat_eq(a->minimum, b->minimum) &&
		a->has_maximum == b->has_maximum && rat_eq(a->maximum, b->maximum);
}

static bool
same_prices(const struct rate *a, const struct rate *b)
{
	if (a->type != b->type || !unit_same(&a->unit, &b->unit) || !same_limits(a, b) ||
		!rat_eq(a->package_size, b->package_size))
		return false;
	return rate_type_tiers(a->type) ? same_tiers(a, b) : rat_eq(a->price, b->price);
}

bool
rate_same_price(const struct rate *a, const struct rate *b)
{
	const struct rate *x = a->commit_rate, *y = b->commit_rate;

	return same_prices(a, b) && (x == NULL || y == NULL ? x == y : same_prices(x, y));
}
