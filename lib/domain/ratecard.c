#include "domain/ratecard.h"

#include "base/banned.h"

/* ---- conversions ---- */

const struct conversion *
rate_card_conversion(const struct rate_card *c, const struct unit *u)
{
	for (size_t i = 0; i < c->nconversions; i++)
		if (unit_same(&c->conversions[i].unit, u))
			return &c->conversions[i];
	return NULL;
}

static void
conversion_from(struct obj *o, const struct unit *fiat, struct conversion *out)
{
	static const char unit[] = "custom_credit_type_id", worth[] = "fiat_per_custom_credit";

	if (obj_text(o, unit, OBJ_REQUIRED, 1, SIZE_MAX).p != NULL)
		out->unit = obj_unit(o, unit, fiat);
	if (obj_ok(o) && !out->unit.custom)
		obj_refuse(o, unit, "is a currency, %s; wanted a custom unit", out->unit.name);
	out->fiat_each = obj_money(o, worth, OBJ_REQUIRED, fiat, NULL);
	if (obj_ok(o) && rat_sign(out->fiat_each) <= 0)
		obj_refuse(o, worth, "wanted what one is worth, above 0");
	obj_close(o);
}

static void
conversions_from(struct obj *o, const char *name, const struct unit *fiat, struct rate_card *c)
{
	size_t n = obj_array(o, name, OBJ_OPTIONAL, 0);
	struct obj child;

	c->conversions = ARENA_ARRAY(o->arena, n, struct conversion);
	for (size_t i = 0; i < n && obj_item(o, name, i, &child); i++) {
		struct conversion one;

		conversion_from(&child, fiat, &one);
		if (!obj_ok(o))
			return;
		if (rate_card_conversion(c, &one.unit) != NULL)
			obj_refuse(&child, "custom_credit_type_id", "given twice");
		c->conversions[c->nconversions++] = one;
	}
}

/* ---- reading ---- */

/* What a create body and an update body share. */
static void
changeable_from(struct obj *o, enum obj_need name, struct rate_card *c)
{
	c->name = obj_name(o, name);
	c->description = obj_text(o, "description", OBJ_OPTIONAL, 0, SIZE_MAX);
	c->aliases = aliases_from_obj(o, &c->naliases);
	c->custom_fields = obj_custom_fields(o);
}

bool
rate_card_from_json(const struct json *j, bool csv, const struct units *units, struct arena *a,
	struct rate_card *out, struct err *e)
{
	struct rate_card c = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE };
	struct unit usd = unit_usd();
	struct obj o;

	if (!obj_open(&o, j, "rate_card", csv, a, e))
		return false;
	o.units = units;
	c.id = obj_id(&o, "id", OBJ_OPTIONAL);
	changeable_from(&o, OBJ_REQUIRED, &c);
	c.fiat = obj_unit(&o, "fiat_credit_type_id", &usd);
	if (obj_ok(&o) && c.fiat.custom)
		obj_refuse(&o, "fiat_credit_type_id", "is a custom unit, %s; wanted a currency",
			c.fiat.name);
	conversions_from(&o, "credit_type_conversions", &c.fiat, &c);
	if (!obj_close(&o))
		return false;
	*out = c;
	return true;
}

bool
rate_card_update_from_json(const struct json *j, bool csv, const struct units *units,
	const struct unit *fiat, struct arena *a, struct str *ref, struct rate_card_changes *out,
	struct err *e)
{
	static const char *const immutable[] = { "fiat_credit_type_id", "credit_type_conversions" };
	struct rate_card_changes changes = {
		.card = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE },
	};
	struct str id;
	struct obj o;

	if (!obj_open(&o, j, "rate_card", csv, a, e))
		return false;
	o.units = units;
	obj_immutable(&o, immutable, countof(immutable));
	id = obj_subject(&o, "rate_card_id", "rate_card");
	changes.has_aliases = obj_has(&o, "aliases");
	changeable_from(&o, OBJ_OPTIONAL, &changes.card);
	conversions_from(&o, "add_credit_type_conversions", fiat, &changes.card);
	if (!obj_close(&o))
		return false;
	*ref = id;
	*out = changes;
	return true;
}

/* Those of both; what a unit is worth never changes, since lines are priced in it. */
static bool
add_conversions(struct arena *a, struct rate_card *c, const struct rate_card *more, struct err *e)
{
	struct conversion *all = ARENA_ARRAY(a, c->nconversions + more->nconversions,
		struct conversion);
	size_t n = c->nconversions;

	for (size_t i = 0; i < n; i++)
		all[i] = c->conversions[i];
	for (size_t i = 0; i < more->nconversions; i++) {
		const struct conversion *one = &more->conversions[i];
		const struct conversion *there = rate_card_conversion(c, &one->unit);

		if (there == NULL)
			all[n++] = *one;
		else if (!rat_eq(there->fiat_each, one->fiat_each))
			return err_field(e, ERR_INPUT, "rate_card.add_credit_type_conversions",
				str_printf(a,
					"add_credit_type_conversions[%zu].fiat_per_custom_credit",
					i),
				rat_text_exact(a, one->fiat_each),
				"%s is %s on this card, and cannot change", one->unit.name,
				rat_text_exact(a, there->fiat_each).p);
	}
	c->conversions = all;
	c->nconversions = n;
	return true;
}

bool
rate_card_apply(struct arena *a, struct rate_card *c, const struct rate_card_changes *changes,
	struct err *e)
{
	const struct rate_card *new = &changes->card;

	if (!add_conversions(a, c, new, e))
		return false;
	if (new->name.p)
		c->name = new->name;
	if (new->description.p)
		c->description = new->description;
	if (changes->has_aliases) {
		c->aliases = new->aliases;
		c->naliases = new->naliases;
	}
	c->custom_fields = pairs_merge(a, &c->custom_fields, &new->custom_fields);
	return true;
}

/* ---- writing ---- */

static void
write_conversions(struct jsonw *w, const struct rate_card *c, enum terms_form form)
{
	if (c->nconversions == 0)
		return;
	jsonw_key(w, "credit_type_conversions");
	jsonw_array(w);
	for (size_t i = 0; i < c->nconversions; i++) {
		const struct conversion *one = &c->conversions[i];

		jsonw_object(w);
		if (form == TERMS_PRINTED)
			jsonw_unit(w, "custom_credit_type", &one->unit);
		else
			jsonw_member_str(w, "custom_credit_type_id", id_str(&one->unit.id));
		jsonw_member_decimal(w, "fiat_per_custom_credit", one->fiat_each, form);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_terms(struct jsonw *w, const struct rate_card *c, enum terms_form form)
{
	jsonw_member_str(w, "name", c->name);
	jsonw_member_str_opt(w, "description", c->description);
	if (form == TERMS_PRINTED)
		jsonw_unit(w, "fiat_credit_type", &c->fiat);
	else
		jsonw_member_str(w, "fiat_credit_type_id", id_str(&c->fiat.id));
	write_conversions(w, c, form);
	aliases_member(w, c->aliases, c->naliases);
	jsonw_pairs_opt(w, "custom_fields", &c->custom_fields);
}

void
rate_card_terms_json(struct jsonw *w, const struct rate_card *c)
{
	jsonw_object(w);
	write_terms(w, c, TERMS_STORED);
	jsonw_end(w);
}

void
rate_card_to_json(struct jsonw *w, const struct rate_card *c)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", c->id);
	write_terms(w, c, TERMS_PRINTED);
	jsonw_texts_opt(w, "product_order", &c->product_order);
	jsonw_member_instant_opt(w, "created_at", c->created_at_ns);
	jsonw_member_instant_opt(w, "archived_at", c->archived_at_ns);
	jsonw_end(w);
}
