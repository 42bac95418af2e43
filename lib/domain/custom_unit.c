#include "domain/custom_unit.h"

#include "base/banned.h"

bool
custom_unit_from_json(const struct json *j, bool csv, struct arena *a, struct custom_unit *out,
	struct err *e)
{
	struct custom_unit u = { .created_at_ns = INSTANT_NONE };
	struct obj o;

	if (!obj_open(&o, j, "unit", csv, a, e))
		return false;
	u.id = obj_id(&o, "id", OBJ_OPTIONAL);
	u.name = obj_name(&o, OBJ_REQUIRED);
	if (!obj_close(&o))
		return false;
	*out = u;
	return true;
}

bool
custom_unit_check(const struct custom_unit *u, struct err *e)
{
	struct unit currency;

	if (u->id.n > 0 && unit_find(NULL, u->id, &currency))
		return err_field(e, ERR_INPUT, "unit.id", STR("id"), u->id,
			"is that of %s, a currency", currency.name);
	if (unit_find(NULL, u->name, &currency))
		return err_field(e, ERR_INPUT, "unit.name", STR("name"), u->name,
			"is a currency, %s", currency.name);
	return true;
}

/* ---- writing ---- */

void
custom_unit_terms_json(struct jsonw *w, const struct custom_unit *u)
{
	jsonw_object(w);
	jsonw_member_str(w, "name", u->name);
	jsonw_end(w);
}

void
custom_unit_to_json(struct jsonw *w, const struct custom_unit *u)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", u->id);
	jsonw_member_str(w, "name", u->name);
	jsonw_member_bool(w, "is_currency", false);
	jsonw_member_instant_opt(w, "created_at", u->created_at_ns);
	jsonw_end(w);
}

void
currency_to_json(struct jsonw *w, const struct unit *u)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", id_str(&u->id));
	jsonw_member_c(w, "name", u->name);
	jsonw_member_bool(w, "is_currency", true);
	jsonw_member_c(w, "code", u->code);
	jsonw_member_int(w, "decimal_places", u->places);
	jsonw_end(w);
}
