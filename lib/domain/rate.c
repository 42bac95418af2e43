#include "domain/ratecard.h"

#include <string.h>

#include "base/banned.h"

/* ---- reading ---- */

static void
unit_from(struct obj *o, const struct rate_card *card, struct rate *r)
{
	struct unit usd = unit_usd();

	r->unit = obj_unit(o, "credit_type_id", card ? &card->fiat : &usd);
	if (!card || !obj_ok(o) || unit_same(&r->unit, &card->fiat) ||
		rate_card_conversion(card, &r->unit))
		return;
	if (r->unit.custom)
		obj_refuse(o, "credit_type_id",
			"rate card \"%.*s\" does not say what %s is worth; add a conversion first",
			STR_FMT(card->name), r->unit.name);
	else
		obj_refuse(o, "credit_type_id", "is %s, but the rate card is in %s", r->unit.name,
			card->fiat.name);
}

static void
frequency_from(struct obj *o, struct rate *r)
{
	r->has_frequency = obj_has(o, "billing_frequency");
	r->frequency = obj_billing_frequency(o, "billing_frequency", OBJ_OPTIONAL);
}

/* What was spent has no pricing values. */
static void
no_values(struct obj *o, const struct rate *r)
{
	if (r->pricing_group_values.n > 0)
		obj_refuse(o, "pricing_group_values",
			"a %s rate has none: it is for COMPOSITE products",
			rate_type_name(r->type));
}

/* It inherits the card's own. */
static void
no_custom_unit(struct obj *o, const struct rate *r)
{
	if (r->unit.custom)
		obj_refuse(o, "credit_type_id",
			"a %s rate is in the rate card's own unit, not in %s",
			rate_type_name(r->type), r->unit.name);
}

static bool
read_rate(struct obj *o, const struct rate_card *card, struct rate *out)
{
	struct rate r = { .created_at_ns = INSTANT_NONE };

	r.id = obj_id(o, "id", OBJ_OPTIONAL);
	r.rate_card_id = obj_reference(o, "rate_card_id", "rate_card", OBJ_OPTIONAL);
	r.product_id = obj_reference(o, "product_id", "product", OBJ_REQUIRED);
	r.starting_at_ns = obj_hour(o, "starting_at", OBJ_REQUIRED);
	r.ending_before_ns = obj_hour(o, "ending_before", OBJ_OPTIONAL);
	obj_interval(o, r.starting_at_ns, r.ending_before_ns);
	r.entitled = obj_bool(o, "entitled", OBJ_REQUIRED, false);
	r.pricing_group_values = obj_scalar_pairs(o, "pricing_group_values");
	unit_from(o, card, &r);
	frequency_from(o, &r);
	if (!rate_prices_from_obj(o, r.has_frequency, &r) || !commit_rate_from_obj(o, &r))
		return false;
	if (rate_type_on_spend(r.type)) {
		no_values(o, &r);
		no_custom_unit(o, &r);
	}
	if (r.has_frequency && r.type != RATE_FLAT && r.type != RATE_SUBSCRIPTION)
		obj_refuse(o, "billing_frequency", "a %s rate has none; FLAT and SUBSCRIPTION do",
			rate_type_name(r.type));
	if (r.type == RATE_SUBSCRIPTION && !r.has_frequency)
		obj_refuse_as(o, "billing_frequency", "missing_field", "missing");
	if (!obj_close(o))
		return false;
	*out = r;
	return true;
}

bool
rate_from_json(const struct json *j, bool csv, const struct units *units,
	const struct rate_card *card, struct arena *a, struct rate *out, struct err *e)
{
	struct obj o;

	if (!obj_open(&o, j, "rate", csv, a, e))
		return false;
	o.units = units;
	return read_rate(&o, card, out);
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
rates_from_json(const struct json *j, bool csv, const struct units *units,
	const struct rate_card *card, struct arena *a, struct rate **out, size_t *n, struct err *e)
{
	struct obj o, child;
	struct rate *list;
	struct str card_ref;
	size_t count;

	if (!obj_open(&o, j, "rate", csv, a, e))
		return false;
	o.units = units;
	if (!obj_has(&o, "rates")) {
		list = ARENA_NEW(a, struct rate);
		if (!read_rate(&o, card, list))
			return false;
		*out = list;
		*n = 1;
		return true;
	}
	card_ref = obj_reference(&o, "rate_card_id", "rate_card", OBJ_OPTIONAL);
	count = obj_array(&o, "rates", OBJ_REQUIRED, 1);
	list = ARENA_ARRAY(a, count, struct rate);
	for (size_t i = 0; i < count && obj_item(&o, "rates", i, &child); i++) {
		if (!read_rate(&child, card, &list[i]))
			return refused_in_list(a, e);
		if (!list[i].rate_card_id.p)
			list[i].rate_card_id = card_ref;
		else if (!str_eq(list[i].rate_card_id, card_ref))
			obj_refuse(&o, "rates", "the rate of index %zu names another rate card", i);
	}
	if (!obj_close(&o))
		return false;
	*out = list;
	*n = count;
	return true;
}

static struct str
named_card(const struct json *j, const char *const *names, size_t n, struct arena *a)
{
	struct id id;

	for (size_t i = 0; json_type(j) == JSON_OBJECT && i < n; i++) {
		const struct json *v = json_member(j, names[i]);

		if (!v || json_type(v) != JSON_STRING)
			continue;
		if (id_parse(json_text(v), &id))
			return str_dup(a, id_str(&id));
		return str_dup(a, json_text(v));
	}
	return (struct str){ NULL, 0 };
}

static const char *const card_names[] = { "rate_card_id", "rate_card", "id" };

struct str
rate_card_ref(const struct json *j, struct arena *a)
{
	return named_card(j, card_names, countof(card_names) - 1, a);
}

struct str
rate_card_subject(const struct json *j, struct arena *a)
{
	return named_card(j, card_names, countof(card_names), a);
}

/* ---- writing ---- */

/* a: for the major amounts of the printed form. */
static void
write_terms(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a)
{
	jsonw_member_str_opt(w, "rate_card_id", r->rate_card_id);
	jsonw_member_str(w, "product_id", r->product_id);
	jsonw_member_instant(w, "starting_at", r->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", r->ending_before_ns);
	jsonw_member_bool(w, "entitled", r->entitled);
	if (r->has_frequency)
		jsonw_member_c(w, "billing_frequency", frequency_name(r->frequency));
	rate_prices_json(w, r, form, a);
	commit_rate_json(w, r, form, a);
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
