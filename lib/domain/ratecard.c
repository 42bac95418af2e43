#include "domain/ratecard.h"

#include "base/banned.h"

static const char *const unsupported_fields[] = {
	"credit_type_conversions",
	"add_credit_type_conversions",
};

static void
aliases_from(struct obj *o, struct rate_card *c)
{
	struct obj child;

	c->naliases = obj_array(o, "aliases", OBJ_OPTIONAL, 0);
	c->aliases = ARENA_ARRAY(o->arena, c->naliases, struct card_alias);
	for (size_t i = 0; i < c->naliases && obj_item(o, "aliases", i, &child); i++) {
		struct card_alias *alias = &c->aliases[i];

		alias->name = obj_name(&child, OBJ_REQUIRED);
		alias->starting_at_ns = obj_hour(&child, "starting_at", OBJ_OPTIONAL);
		alias->ending_before_ns = obj_hour(&child, "ending_before", OBJ_OPTIONAL);
		obj_interval(&child, alias->starting_at_ns, alias->ending_before_ns);
		obj_close(&child);
	}
}

/* What a create body and an update body share. */
static void
changeable_from(struct obj *o, enum obj_need name, struct rate_card *c)
{
	obj_unsupported(o, unsupported_fields, countof(unsupported_fields));
	c->name = obj_name(o, name);
	c->description = obj_text(o, "description", OBJ_OPTIONAL, 0, SIZE_MAX);
	aliases_from(o, c);
	c->custom_fields = obj_custom_fields(o);
}

bool
rate_card_from_json(const struct json *j, bool csv, struct arena *a, struct rate_card *out,
	struct err *e)
{
	struct rate_card c = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE };
	struct unit usd = unit_usd();
	struct obj o;

	if (!obj_open(&o, j, "rate_card", csv, a, e))
		return false;
	c.id = obj_id(&o, "id", OBJ_OPTIONAL);
	changeable_from(&o, OBJ_REQUIRED, &c);
	c.fiat = obj_unit(&o, "fiat_credit_type_id", &usd);
	if (!obj_close(&o))
		return false;
	*out = c;
	return true;
}

bool
rate_card_update_from_json(const struct json *j, bool csv, struct arena *a, struct str *ref,
	struct rate_card_changes *out, struct err *e)
{
	static const char *const immutable[] = { "fiat_credit_type_id" };
	struct rate_card_changes changes = {
		.card = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE },
	};
	struct str id;
	struct obj o;

	if (!obj_open(&o, j, "rate_card", csv, a, e))
		return false;
	obj_immutable(&o, immutable, countof(immutable));
	id = obj_subject(&o, "rate_card_id", "rate_card");
	changes.has_aliases = obj_has(&o, "aliases");
	changeable_from(&o, OBJ_OPTIONAL, &changes.card);
	if (!obj_close(&o))
		return false;
	*ref = id;
	*out = changes;
	return true;
}

void
rate_card_apply(struct arena *a, struct rate_card *c, const struct rate_card_changes *changes)
{
	const struct rate_card *new = &changes->card;

	if (new->name.p)
		c->name = new->name;
	if (new->description.p)
		c->description = new->description;
	if (changes->has_aliases) {
		c->aliases = new->aliases;
		c->naliases = new->naliases;
	}
	c->custom_fields = pairs_merge(a, &c->custom_fields, &new->custom_fields);
}

/* ---- writing ---- */

static void
write_aliases(struct jsonw *w, const struct rate_card *c)
{
	jsonw_key(w, "aliases");
	jsonw_array(w);
	for (size_t i = 0; i < c->naliases; i++) {
		jsonw_object(w);
		jsonw_member_str(w, "name", c->aliases[i].name);
		jsonw_member_instant_opt(w, "starting_at", c->aliases[i].starting_at_ns);
		jsonw_member_instant_opt(w, "ending_before", c->aliases[i].ending_before_ns);
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
	write_aliases(w, c);
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
	jsonw_member_instant_opt(w, "created_at", c->created_at_ns);
	jsonw_member_instant_opt(w, "archived_at", c->archived_at_ns);
	jsonw_end(w);
}
