#include "store/unit_store.h"

#include <stdlib.h>

#include "store/private.h"
#include "store/version.h"

#include "base/banned.h"

static void
write_terms(struct jsonw *w, const void *unit)
{
	custom_unit_terms_json(w, unit);
}

bool
unit_store_put(struct store *st, struct custom_unit *u, struct arena *a, struct err *e)
{
	struct version v = { .id = u->id, .archived_at_ns = INSTANT_NONE };

	version_terms(&v, write_terms, u, a);
	if (!version_begin(st, NOUN_UNIT, &v, a, e) || !version_put(st, NOUN_UNIT, u->name, &v, e))
		return false;
	u->created_at_ns = v.created_at_ns;
	custom_units_forget(st->units);
	return true;
}

static bool
read_unit(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct custom_unit *u = out;

	if (!custom_unit_from_json(terms, false, a, u, e))
		return false;
	u->id = str_dup(a, v->id);
	u->created_at_ns = v->created_at_ns;
	return true;
}

bool
unit_store_get(struct store *st, struct str id, struct arena *a, struct custom_unit *out,
	struct err *e)
{
	return version_get(st, NOUN_UNIT, id, read_unit, a, out, e);
}

bool
unit_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e)
{
	return version_list(st, NOUN_UNIT, p, (struct str){ NULL, 0 }, read_unit,
		sizeof(struct custom_unit), NULL, visit, ctx, e);
}

/* ---- all of them ---- */

struct custom_units {
	struct arena arena; /* what was handed out stays, also when it is read again */
	struct units table;
	bool current;
};

void
custom_units_forget(struct custom_units *u)
{
	if (u != NULL)
		u->current = false;
}

void
custom_units_free(struct custom_units *u)
{
	if (u == NULL)
		return;
	arena_release(&u->arena);
	free(u);
}

/* Whatever a reader sees of the configuration: terms of any time name units by id. */
static bool
load(struct store *st, struct custom_units *u, struct err *e)
{
	static const char sql[] =
		"SELECT t.id, t.name FROM object o JOIN unit t ON t.id = o.id WHERE o.kind = 'unit'"
		" AND t.seq = (SELECT max(x.seq) FROM unit x WHERE x.id = t.id) ORDER BY o.number";
	struct stmt *s = stmt_get(st, sql);
	struct unit *units = NULL;
	size_t cap = 0, n = 0;
	struct id id;
	bool ok = true;

	while (ok && stmt_row(s)) {
		struct str name = stmt_col_text_dup(s, 1, &u->arena);

		ok = id_parse(stmt_col_text(s, 0), &id) ||
			err_set(e, ERR_FATAL, "db_damaged", "unit %.*s has no id", STR_FMT(name));
		if (!ok)
			break;
		units = arena_grow(&u->arena, units, &cap, n + 1, sizeof(*units));
		units[n++] = unit_custom(&id, name.p);
	}
	if (!stmt_done(s, e) || !ok)
		return false;
	u->table = (struct units){ units, n };
	u->current = true;
	return true;
}

bool
store_units(struct store *st, const struct units **out, struct err *e)
{
	if (st->units == NULL) {
		st->units = mem_realloc(NULL, 1, sizeof(*st->units));
		*st->units = (struct custom_units){ .arena = ARENA_INIT };
	}
	if (!st->units->current && !load(st, st->units, e))
		return false;
	*out = &st->units->table;
	return true;
}
