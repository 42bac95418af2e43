#include "store/recharge_store.h"

#include "store/unit_store.h"
#include "store/version.h"

#include "base/banned.h"

static void
write_terms(struct jsonw *w, const void *recharge)
{
	recharge_terms_json(w, recharge);
}

/* The terms of the newest version; p == NULL: there is none. */
static bool
newest(struct store *st, struct str workflow_id, struct arena *a, struct str *terms, struct err *e)
{
	static const char sql[] =
		"SELECT terms FROM recharge WHERE workflow_id = ?1"
		" ORDER BY seq DESC LIMIT 1";
	struct stmt *s = stmt_get(st, sql);

	*terms = (struct str){ NULL, 0 };
	stmt_text(s, 1, workflow_id);
	if (stmt_row(s))
		*terms = stmt_col_text_dup(s, 0, a);
	return stmt_done(s, e);
}

static bool
put_row(struct store *st, const struct recharge *r, const struct version *v, struct err *e)
{
	static const char sql[] =
		"INSERT INTO recharge (seq, workflow_id, contract_id, outcome, terms)"
		" VALUES (?1, ?2, ?3, ?4, ?5)";
	struct stmt *s = stmt_get(st, sql);

	stmt_int(s, 1, v->seq);
	stmt_text(s, 2, r->workflow_id);
	stmt_text(s, 3, r->contract_id);
	stmt_text(s, 4, str_c(recharge_outcome_name(r->outcome)));
	stmt_text(s, 5, v->terms);
	return stmt_run(s, e);
}

bool
recharge_store_put(struct store *st, const struct recharge *r, struct arena *a, struct err *e)
{
	struct version v = { .id = r->workflow_id };
	struct str before;
	struct id id;

	version_terms(&v, write_terms, r, a);
	return newest(st, r->workflow_id, a, &before, e) &&
		(before.p != NULL || store_new_id(st, "recharge", r->workflow_id, &id, NULL, e)) &&
		store_change(st, "recharge", r->workflow_id, before, v.terms, &v.seq, e) &&
		put_row(st, r, &v, e);
}

static bool
read_recharge(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	return recharge_from_json(terms, v->units, a, out, e);
}

bool
recharge_store_get(struct store *st, struct str workflow_id, struct arena *a, struct recharge *out,
	struct err *e)
{
	struct version v = { .id = workflow_id };

	if (!store_units(st, &v.units, e) || !newest(st, workflow_id, a, &v.terms, e))
		return false;
	if (v.terms.p == NULL)
		return err_set(e, ERR_INPUT, "not_found", "no recharge asked for this payment");
	return version_open(&v, read_recharge, a, out, e);
}

#define LIST(first) \
	"SELECT r.workflow_id, r.terms FROM recharge r WHERE " first \
	"r.seq = (SELECT max(x.seq) FROM recharge x WHERE x.workflow_id = r.workflow_id)" \
	" AND (NOT ?2 OR r.outcome = 'open')" \
	" ORDER BY (SELECT min(x.seq) FROM recharge x WHERE x.workflow_id = r.workflow_id)"

bool
recharge_store_load(struct store *st, struct str contract_id, bool open, struct arena *a,
	struct recharge **out, size_t *n, struct err *e)
{
	static const char of_contract[] = LIST("r.contract_id = ?1 AND ");
	static const char all[] = LIST("?1 IS NULL AND ");
	struct recharge *list = NULL;
	const struct units *units;
	size_t found = 0, cap = 0;
	struct stmt *s;
	bool ok = true;

	if (!store_units(st, &units, e))
		return false;
	s = stmt_get(st, contract_id.n > 0 ? of_contract : all);
	stmt_text(s, 1, contract_id.n > 0 ? contract_id : (struct str){ NULL, 0 });
	stmt_int(s, 2, open);
	while (ok && stmt_row(s)) {
		struct version v = { .id = stmt_col_text(s, 0),
			.terms = stmt_col_text(s, 1),
			.units = units };

		list = arena_grow(a, list, &cap, found + 1, sizeof(*list));
		ok = version_open(&v, read_recharge, a, &list[found++], e);
	}
	if (!stmt_done(s, e) || !ok)
		return false;
	*out = list;
	*n = found;
	return true;
}
