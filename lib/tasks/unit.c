#include "tasks/unit.h"

#include "store/unit_store.h"
#include "tasks/absent.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *unit)
{
	custom_unit_terms_json(w, unit);
}

/* Invoices and ledgers show the name: it must say which unit. */
static bool
name_free(struct store *st, struct str name, struct err *e)
{
	const struct units *units;
	struct unit holder;

	if (!store_units(st, &units, e))
		return false;
	if (!unit_find(units, name, &holder) || !str_is(name, holder.name))
		return true;
	return err_field(e, ERR_INPUT, "unit.name", STR("name"), name, "belongs to unit %s",
		holder.id.s);
}

bool
unit_create(struct store *st, struct custom_unit *u, bool if_absent, struct arena *a,
	struct custom_unit *out, struct err *e)
{
	struct str there_id;
	struct id id;
	bool there = false;

	if (!custom_unit_check(u, e))
		return false;
	if (if_absent &&
		!absent_find(st, NOUN_UNIT, u->id, u->name, INSTANT_NONE, a, &there_id, &there, e))
		return false;
	if (there)
		return unit_store_get(st, there_id, a, out, e) &&
			absent_equal(NOUN_UNIT, there_id, terms, out, u, e);
	if (!name_free(st, u->name, e) || !store_new_id(st, "unit", u->id, &id, NULL, e))
		return false;
	u->id = str_dup(a, id_str(&id));
	if (!unit_store_put(st, u, a, e))
		return false;
	*out = *u;
	return true;
}
