#include "domain/ratecard.h"

#include <string.h>

#include "base/banned.h"

static const char *const type_names[RATE_TYPES] = {
	[RATE_FLAT] = "FLAT",
	[RATE_TIERED] = "TIERED",
	[RATE_PERCENTAGE] = "PERCENTAGE",
};
_Static_assert(RATE_PERCENTAGE == RATE_TYPES - 1, "a name for each type");

static const char *const unsupported_types[] = {
	"SUBSCRIPTION",
	"TIERED_PERCENTAGE",
	"CUSTOM",
	"VOLUME",
	"STAIRSTEP",
	"PACKAGE",
};

static const char *const unsupported_fields[] = {
	"billing_frequency",
	"quantity",
	"is_prorated",
	"custom_rate",
	"package_size",
	"free_units",
	"minimum",
	"maximum",
	"use_list_prices",
};

static const char *const unsupported_in_tiers[] = { "flat_fee" };

const char *
rate_type_name(enum rate_type t)
{
	return type_names[t];
}

/* ---- reading ---- */

static void
tier_from(struct obj *o, struct rate *r, bool last, struct tier *t)
{
	bool sized;

	obj_unsupported(o, unsupported_in_tiers, countof(unsupported_in_tiers));
	t->size = obj_rat(o, "size", last ? OBJ_OPTIONAL : OBJ_REQUIRED, &sized);
	t->price = obj_price(o, "price", OBJ_REQUIRED, &r->unit, NULL);
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

	r->ntiers = obj_array(o, "tiers", OBJ_REQUIRED, 1);
	r->tiers = ARENA_ARRAY(o->arena, r->ntiers, struct tier);
	for (size_t i = 0; i < r->ntiers && obj_item(o, "tiers", i, &child); i++)
		tier_from(&child, r, i + 1 == r->ntiers, &r->tiers[i]);
}

static void
no_tiers(struct obj *o, const struct rate *r)
{
	if (obj_array(o, "tiers", OBJ_OPTIONAL, 0) > 0)
		obj_refuse(o, "tiers", "a %s rate has none; TIERED rates do",
			rate_type_name(r->type));
}

/* What was spent has no pricing values. */
static void
no_values(struct obj *o, const struct rate *r)
{
	if (r->pricing_group_values.n > 0)
		obj_refuse(o, "pricing_group_values",
			"a PERCENTAGE rate has none: it is for COMPOSITE products");
}

static void
price_from(struct obj *o, struct rate *r)
{
	switch (r->type) {
	case RATE_FLAT:
		r->price = obj_price(o, "price", OBJ_REQUIRED, &r->unit, NULL);
		no_tiers(o, r);
		return;
	case RATE_TIERED:
		if (obj_has(o, "price"))
			obj_refuse(o, "price", "a TIERED rate has its prices in tiers");
		obj_price(o, "price", OBJ_OPTIONAL, &r->unit, NULL);
		tiers_from(o, r);
		return;
	case RATE_PERCENTAGE:
		r->price = obj_fraction(o, "price", OBJ_REQUIRED);
		no_tiers(o, r);
		no_values(o, r);
		return;
	}
}

/* The second price of a usage rate, in the same unit. */
static void
commit_rate_from(struct obj *parent, struct rate *r)
{
	struct rate *c;
	struct obj o;

	if (!obj_object(parent, "commit_rate", OBJ_OPTIONAL, &o))
		return;
	if (r->type == RATE_PERCENTAGE) {
		obj_refuse(parent, "commit_rate", "a PERCENTAGE rate has none");
		return;
	}
	c = ARENA_NEW(o.arena, struct rate);
	c->unit = r->unit;
	c->type = (enum rate_type)obj_enum(&o, "rate_type", OBJ_REQUIRED, type_names,
		RATE_PERCENTAGE, RATE_FLAT);
	price_from(&o, c);
	obj_close(&o);
	r->commit_rate = c;
}

static void
unit_from(struct obj *o, const struct unit *fiat, struct rate *r)
{
	struct unit usd = unit_usd();

	r->unit = obj_unit(o, "credit_type_id", fiat ? fiat : &usd);
	if (fiat && obj_ok(o) && !unit_same(&r->unit, fiat))
		obj_refuse(o, "credit_type_id", "is %s, but the rate card is in %s", r->unit.name,
			fiat->name);
}

static bool
read_rate(struct obj *o, const struct unit *fiat, struct rate *out)
{
	struct rate r = { .created_at_ns = INSTANT_NONE };
	int type;

	obj_unsupported(o, unsupported_fields, countof(unsupported_fields));
	r.id = obj_id(o, "id", OBJ_OPTIONAL);
	r.rate_card_id = obj_reference(o, "rate_card_id", "rate_card", OBJ_OPTIONAL);
	r.product_id = obj_reference(o, "product_id", "product", OBJ_REQUIRED);
	r.starting_at_ns = obj_hour(o, "starting_at", OBJ_REQUIRED);
	r.ending_before_ns = obj_hour(o, "ending_before", OBJ_OPTIONAL);
	obj_interval(o, r.starting_at_ns, r.ending_before_ns);
	r.entitled = obj_bool(o, "entitled", OBJ_REQUIRED, false);
	r.pricing_group_values = obj_scalar_pairs(o, "pricing_group_values");
	unit_from(o, fiat, &r);
	type = obj_word(o, "rate_type", OBJ_REQUIRED, type_names, RATE_TYPES, unsupported_types,
		countof(unsupported_types));
	if (!obj_ok(o))
		return false;
	r.type = (enum rate_type)type;
	price_from(o, &r);
	commit_rate_from(o, &r);
	if (!obj_close(o))
		return false;
	*out = r;
	return true;
}

bool
rate_from_json(const struct json *j, bool csv, const struct unit *fiat, struct arena *a,
	struct rate *out, struct err *e)
{
	struct obj o;

	return obj_open(&o, j, "rate", csv, a, e) && read_rate(&o, fiat, out);
}

/* The code of a rate's field is the same wherever the rate stands. */
static bool
refused_in_list(struct arena *a, struct err *e)
{
	static const char list[] = "rate.rates.";

	if (strncmp(e->code, list, sizeof(list) - 1) == 0)
		e->code = str_printf(a, "rate.%s", e->code + sizeof(list) - 1).p;
	return false;
}

bool
rates_from_json(const struct json *j, bool csv, const struct unit *fiat, struct arena *a,
	struct rate **out, size_t *n, struct err *e)
{
	struct obj o, child;
	struct rate *list;
	struct str card;
	size_t count;

	if (!obj_open(&o, j, "rate", csv, a, e))
		return false;
	if (!obj_has(&o, "rates")) {
		list = ARENA_NEW(a, struct rate);
		if (!read_rate(&o, fiat, list))
			return false;
		*out = list;
		*n = 1;
		return true;
	}
	card = obj_reference(&o, "rate_card_id", "rate_card", OBJ_OPTIONAL);
	count = obj_array(&o, "rates", OBJ_REQUIRED, 1);
	list = ARENA_ARRAY(a, count, struct rate);
	for (size_t i = 0; i < count && obj_item(&o, "rates", i, &child); i++) {
		if (!read_rate(&child, fiat, &list[i]))
			return refused_in_list(a, e);
		if (!list[i].rate_card_id.p)
			list[i].rate_card_id = card;
		else if (!str_eq(list[i].rate_card_id, card))
			obj_refuse(&o, "rates", "the rate of index %zu names another rate card", i);
	}
	if (!obj_close(&o))
		return false;
	*out = list;
	*n = count;
	return true;
}

struct str
rate_card_ref(const struct json *j, struct arena *a)
{
	static const char *const names[] = { "rate_card_id", "rate_card" };
	struct id id;

	for (size_t i = 0; json_type(j) == JSON_OBJECT && i < countof(names); i++) {
		const struct json *v = json_member(j, names[i]);

		if (!v || json_type(v) != JSON_STRING)
			continue;
		if (id_parse(json_text(v), &id))
			return str_dup(a, id_str(&id));
		return str_dup(a, json_text(v));
	}
	return (struct str){ NULL, 0 };
}

/* ---- writing ---- */

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
		jsonw_member_decimal(w, "price", t->price, form);
		if (form == TERMS_PRINTED)
			jsonw_member_rat(w, "price_major", unit_major(a, &r->unit, t->price));
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_price(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a)
{
	switch (r->type) {
	case RATE_FLAT:
		jsonw_member_decimal(w, "price", r->price, form);
		if (form == TERMS_PRINTED)
			jsonw_member_rat(w, "price_major", unit_major(a, &r->unit, r->price));
		return;
	case RATE_TIERED:
		write_tiers(w, r, form, a);
		return;
	case RATE_PERCENTAGE:
		jsonw_member_decimal(w, "price", r->price, form);
		return;
	}
}

static void
write_commit_rate(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a)
{
	if (r->commit_rate == NULL)
		return;
	jsonw_key(w, "commit_rate");
	jsonw_object(w);
	jsonw_member_c(w, "rate_type", rate_type_name(r->commit_rate->type));
	write_price(w, r->commit_rate, form, a);
	jsonw_end(w);
}

/* a: for the major amounts of the printed form. */
static void
write_terms(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a)
{
	jsonw_member_str_opt(w, "rate_card_id", r->rate_card_id);
	jsonw_member_str(w, "product_id", r->product_id);
	jsonw_member_instant(w, "starting_at", r->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", r->ending_before_ns);
	jsonw_member_bool(w, "entitled", r->entitled);
	jsonw_member_c(w, "rate_type", rate_type_name(r->type));
	write_price(w, r, form, a);
	write_commit_rate(w, r, form, a);
	jsonw_pairs_opt(w, "pricing_group_values", &r->pricing_group_values);
	if (form == TERMS_PRINTED) {
		jsonw_unit(w, "credit_type", &r->unit);
		jsonw_member_c(w, "currency", r->unit.code);
	} else {
		jsonw_member_str(w, "credit_type_id", id_str(&r->unit.id));
	}
}

void
rate_terms_json(struct jsonw *w, const struct rate *r)
{
	jsonw_object(w);
	write_terms(w, r, TERMS_STORED, NULL);
	jsonw_end(w);
}

void
rate_to_json(struct jsonw *w, const struct rate *r, struct arena *a)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", r->id);
	write_terms(w, r, TERMS_PRINTED, a);
	jsonw_member_instant_opt(w, "created_at", r->created_at_ns);
	jsonw_end(w);
}

/* ---- which one holds ---- */

bool
rate_covers(const struct rate *r, int64_t t_ns)
{
	return r->starting_at_ns <= t_ns &&
		(r->ending_before_ns == INSTANT_NONE || t_ns < r->ending_before_ns);
}

int
rate_order(const struct rate *a, const struct rate *b)
{
	bool a_ends = a->ending_before_ns != INSTANT_NONE;
	bool b_ends = b->ending_before_ns != INSTANT_NONE;

	if (a_ends != b_ends)
		return a_ends - b_ends;
	if (a->starting_at_ns != b->starting_at_ns)
		return a->starting_at_ns > b->starting_at_ns ? 1 : -1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

static bool
same_prices(const struct rate *a, const struct rate *b)
{
	if (a->type != b->type || !unit_same(&a->unit, &b->unit))
		return false;
	if (a->type != RATE_TIERED)
		return rat_eq(a->price, b->price);
	if (a->ntiers != b->ntiers)
		return false;
	for (size_t i = 0; i < a->ntiers; i++) {
		const struct tier *x = &a->tiers[i], *y = &b->tiers[i];

		if (x->open != y->open || !rat_eq(x->price, y->price) ||
			(!x->open && !rat_eq(x->size, y->size)))
			return false;
	}
	return true;
}

bool
rate_same_price(const struct rate *a, const struct rate *b)
{
	const struct rate *x = a->commit_rate, *y = b->commit_rate;

	return same_prices(a, b) && (x == NULL || y == NULL ? x == y : same_prices(x, y));
}
