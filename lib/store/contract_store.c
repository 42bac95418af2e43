#include "store/contract_store.h"

#include "store/ledger_store.h"
#include "store/unit_store.h"
#include "store/version.h"

#include "base/banned.h"

static void
write_terms(struct jsonw *w, const void *contract)
{
	contract_terms_json(w, contract);
}

bool
contract_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id,
	bool *found, struct err *e)
{
	static const char sql[] =
		"SELECT id FROM contract WHERE uniqueness_key = ?1 ORDER BY seq LIMIT 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, key);
	*found = stmt_row(s);
	if (*found)
		*id = stmt_col_text_dup(s, 0, a);
	return stmt_done(s, e);
}

static bool
key_free(struct store *st, const struct contract *c, struct arena *a, struct err *e)
{
	struct str holder;
	bool found;

	if (c->uniqueness_key.n == 0)
		return true;
	if (!contract_store_by_key(st, c->uniqueness_key, a, &holder, &found, e))
		return false;
	if (!found || str_eq(holder, c->id))
		return true;
	return err_field(e, ERR_INPUT, "contract.uniqueness_key", STR("uniqueness_key"),
		c->uniqueness_key, "belongs to contract %.*s", STR_FMT(holder));
}

static bool
put_row(struct store *st, const struct contract *c, const struct version *v, struct err *e)
{
	static const char sql[] =
		"INSERT INTO contract (seq, id, customer_id, name, starting_at, ending_before,"
		" rate_card_id, uniqueness_key, created_at, archived_at, terms, package_id)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
	struct stmt *s = stmt_get(st, sql);

	stmt_int(s, 1, v->seq);
	stmt_text(s, 2, v->id);
	stmt_text(s, 3, c->customer_id);
	stmt_text(s, 4, c->name);
	stmt_instant(s, 5, c->starting_at_ns);
	stmt_instant(s, 6, c->ending_before_ns);
	stmt_text(s, 7, c->rate_card_id);
	stmt_text(s, 8, c->uniqueness_key);
	stmt_instant(s, 9, v->created_at_ns);
	stmt_instant(s, 10, v->archived_at_ns);
	stmt_text(s, 11, v->terms);
	stmt_text(s, 12, c->package_id);
	return stmt_run(s, e);
}

bool
contract_store_put(struct store *st, struct contract *c, struct arena *a, struct err *e)
{
	struct version v = { .id = c->id, .archived_at_ns = c->archived_at_ns };

	if (!key_free(st, c, a, e))
		return false;
	version_terms(&v, write_terms, c, a);
	if (!version_begin(st, NOUN_CONTRACT, &v, a, e) || !put_row(st, c, &v, e))
		return false;
	c->seq = v.seq;
	c->created_at_ns = v.created_at_ns;
	return commit_store_put(st, c, e);
}

static bool
read_contract(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct contract *c = out;

	if (!contract_from_terms(terms, v->units, a, c, e))
		return false;
	c->id = str_dup(a, v->id);
	c->seq = v->seq;
	c->created_at_ns = v->created_at_ns;
	c->archived_at_ns = v->archived_at_ns;
	return true;
}

bool
contract_store_get(struct store *st, struct str id, struct arena *a, struct contract *out,
	struct err *e)
{
	return version_get(st, NOUN_CONTRACT, id, read_contract, a, out, e);
}

bool
contract_store_list(struct store *st, const struct page *p, struct str customer_id,
	object_visit visit, void *ctx, struct err *e)
{
	return version_list(st, NOUN_CONTRACT, p, customer_id, read_contract,
		sizeof(struct contract), NULL, visit, ctx, e);
}

static bool
visit_row(struct stmt *s, const struct units *units, object_visit visit, void *ctx, bool *more,
	struct err *e)
{
	struct arena row = ARENA_INIT;
	struct contract c;
	struct version v = {
		.id = stmt_col_text(s, 0),
		.terms = stmt_col_text(s, 1),
		.seq = stmt_col_int(s, 2),
		.created_at_ns = stmt_col_instant(s, 3),
		.archived_at_ns = stmt_col_instant(s, 4),
		.units = units,
	};
	bool ok = version_open(&v, read_contract, &row, &c, e);

	*more = ok && visit(ctx, &c);
	arena_release(&row);
	return ok;
}

bool
contract_store_of_package(struct store *st, const struct page *p, struct str package_id,
	int64_t covering_ns, object_visit visit, void *ctx, struct err *e)
{
	static const char sql[] =
		"SELECT t.id, t.terms, t.seq, t.created_at, t.archived_at FROM contract t"
		" CROSS JOIN object o ON o.id = t.id WHERE t.package_id = ?1 AND o.number > ?2"
		" AND t.seq = (SELECT max(x.seq) FROM contract x WHERE x.id = t.id AND x.seq <= ?3)"
		" AND (?4 OR t.archived_at IS NULL) AND (?5 IS NULL OR (t.starting_at <= ?5"
		" AND (t.ending_before IS NULL OR t.ending_before > ?5)))"
		" ORDER BY o.number LIMIT ?6";
	const struct units *units;
	struct stmt *s;
	int64_t start;
	bool ok = true, more = true;

	if (!store_units(st, &units, e) || !page_start(st, "contract", p, &start, e))
		return false;
	s = stmt_get(st, sql);
	stmt_text(s, 1, package_id);
	stmt_int(s, 2, start);
	stmt_int(s, 3, store_as_of(st));
	stmt_int(s, 4, p->archived);
	stmt_instant(s, 5, covering_ns);
	stmt_int(s, 6, p->limit);
	while (ok && more && stmt_row(s))
		ok = visit_row(s, units, visit, ctx, &more, e);
	return stmt_done(s, e) && ok;
}

struct loading {
	struct arena *arena;
	struct contract *p;
	size_t n;
	size_t cap;
};

static bool
load_one(void *ctx, const void *contract)
{
	struct loading *l = ctx;

	l->p = arena_grow(l->arena, l->p, &l->cap, l->n + 1, sizeof(*l->p));
	l->p[l->n++] = *(const struct contract *)contract;
	return true;
}

static bool
load(struct store *st, const struct page *all, struct str customer_id, struct arena *a,
	struct contract **out, size_t *n, struct err *e)
{
	struct loading l = { .arena = a };

	if (!version_list(st, NOUN_CONTRACT, all, customer_id, read_contract,
		    sizeof(struct contract), a, load_one, &l, e))
		return false;
	*out = l.p;
	*n = l.n;
	return true;
}

bool
contract_store_load(struct store *st, struct str customer_id, struct arena *a,
	struct contract **out, size_t *n, struct err *e)
{
	const struct page live = { .limit = -1 };

	return load(st, &live, customer_id, a, out, n, e);
}

bool
contract_store_load_all(struct store *st, struct str customer_id, struct arena *a,
	struct contract **out, size_t *n, struct err *e)
{
	const struct page all = { .limit = -1, .archived = true };

	return load(st, &all, customer_id, a, out, n, e);
}

bool
contract_store_archive_all(struct store *st, struct str customer_id, int64_t now_ns,
	struct arena *a, struct err *e)
{
	struct contract *contracts;
	size_t n;

	if (!contract_store_load(st, customer_id, a, &contracts, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		contracts[i].archived_at_ns = now_ns;
		if (!contract_store_put(st, &contracts[i], a, e))
			return false;
	}
	return true;
}

/* ---- versions ---- */

static bool
version_of(struct stmt *s, struct str id, const struct units *units, struct arena *a,
	struct contract_version *out, struct err *e)
{
	struct version v = {
		.id = id,
		.units = units,
		.terms = stmt_col_text_dup(s, 1, a),
		.seq = stmt_col_int(s, 0),
		.created_at_ns = stmt_col_instant(s, 2),
		.archived_at_ns = stmt_col_instant(s, 3),
		.recorded_at_ns = stmt_col_instant(s, 4),
	};

	out->terms = v.terms;
	out->recorded_at_ns = v.recorded_at_ns;
	out->tool = stmt_col_text_dup(s, 5, a);
	out->verb = stmt_col_text_dup(s, 6, a);
	return version_open(&v, read_contract, a, &out->contract, e);
}

bool
contract_store_versions(struct store *st, struct str id, struct arena *a,
	struct contract_version **out, size_t *n, struct err *e)
{
	static const char sql[] =
		"SELECT t.seq, t.terms, t.created_at, t.archived_at, l.recorded_at, l.tool, l.verb"
		" FROM contract t JOIN audit_log l ON l.seq = t.seq"
		" WHERE t.id = ?1 AND t.seq <= ?2 ORDER BY t.seq";
	struct contract_version *versions = NULL;
	const struct units *units;
	size_t cap = 0, found = 0;
	struct stmt *s;
	bool ok = true;

	if (!store_units(st, &units, e))
		return false;
	s = stmt_get(st, sql);
	stmt_text(s, 1, id);
	stmt_int(s, 2, store_as_of(st));
	while (ok && stmt_row(s)) {
		versions = arena_grow(a, versions, &cap, found + 1, sizeof(*versions));
		ok = version_of(s, id, units, a, &versions[found++], e);
	}
	if (!stmt_done(s, e) || !ok)
		return false;
	*out = versions;
	*n = found;
	return true;
}

/* ---- keys of edits ---- */

static bool
edit_key_free(struct store *st, struct str key, struct arena *a, struct err *e)
{
	static const char sql[] =
		"SELECT c.id FROM contract_edit x JOIN contract c ON c.seq = x.seq"
		" WHERE x.uniqueness_key = ?1 ORDER BY x.seq";
	struct stmt *s = stmt_get(st, sql);
	struct str holder = { NULL, 0 };

	stmt_text(s, 1, key);
	if (stmt_row(s))
		holder = stmt_col_text_dup(s, 0, a);
	if (!stmt_done(s, e))
		return false;
	return holder.n == 0 ||
		err_field(e, ERR_INPUT, "contract.uniqueness_key", STR("uniqueness_key"), key,
			"belongs to an edit of contract %.*s", STR_FMT(holder));
}

bool
contract_edit_store_put(struct store *st, const struct contract *c, struct str key, struct arena *a,
	struct err *e)
{
	static const char sql[] = "INSERT INTO contract_edit (seq, uniqueness_key) VALUES (?1, ?2)";
	struct stmt *s;

	if (!edit_key_free(st, key, a, e))
		return false;
	s = stmt_get(st, sql);
	stmt_int(s, 1, c->seq);
	stmt_text(s, 2, key);
	return stmt_run(s, e);
}
