#include "store/package_store.h"

#include "store/alias_store.h"
#include "store/version.h"

#include "base/banned.h"

static void
write_terms(struct jsonw *w, const void *package)
{
	package_terms_json(w, package);
}

bool
package_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id, bool *found,
	struct err *e)
{
	static const char sql[] =
		"SELECT id FROM package WHERE uniqueness_key = ?1 ORDER BY seq LIMIT 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, key);
	*found = stmt_row(s);
	if (*found)
		*id = stmt_col_text_dup(s, 0, a);
	return stmt_done(s, e);
}

static bool
key_free(struct store *st, const struct package *p, struct arena *a, struct err *e)
{
	struct str holder;
	bool found;

	if (p->uniqueness_key.n == 0)
		return true;
	if (!package_store_by_key(st, p->uniqueness_key, a, &holder, &found, e))
		return false;
	return !found || str_eq(holder, p->id) ||
		err_field(e, ERR_INPUT, "package.uniqueness_key", STR("uniqueness_key"),
			p->uniqueness_key, "belongs to package %.*s", STR_FMT(holder));
}

static bool
put_row(struct store *st, const struct package *p, const struct version *v, struct err *e)
{
	static const char sql[] =
		"INSERT INTO package (seq, id, name, uniqueness_key, created_at, archived_at,"
		" terms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	struct stmt *s = stmt_get(st, sql);

	stmt_int(s, 1, v->seq);
	stmt_text(s, 2, v->id);
	stmt_text(s, 3, p->name);
	stmt_text(s, 4, p->uniqueness_key);
	stmt_instant(s, 5, v->created_at_ns);
	stmt_instant(s, 6, v->archived_at_ns);
	stmt_text(s, 7, v->terms);
	return stmt_run(s, e);
}

bool
package_store_put(struct store *st, struct package *p, struct arena *a, struct err *e)
{
	struct version v = { .id = p->id, .archived_at_ns = p->archived_at_ns };

	version_terms(&v, write_terms, p, a);
	if (!key_free(st, p, a, e) || !version_begin(st, NOUN_PACKAGE, &v, a, e) ||
		!put_row(st, p, &v, e) ||
		!alias_store_put(st, NOUN_PACKAGE, p->id, p->aliases, p->naliases, v.seq, e))
		return false;
	p->created_at_ns = v.created_at_ns;
	return true;
}

static bool
read_package(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct package *p = out;

	if (!package_from_json(terms, false, a, p, e))
		return false;
	p->id = str_dup(a, v->id);
	p->created_at_ns = v->created_at_ns;
	p->archived_at_ns = v->archived_at_ns;
	return true;
}

bool
package_store_get(struct store *st, struct str id, struct arena *a, struct package *out,
	struct err *e)
{
	return version_get(st, NOUN_PACKAGE, id, read_package, a, out, e);
}

bool
package_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e)
{
	return version_list(st, NOUN_PACKAGE, p, (struct str){ NULL, 0 }, read_package,
		sizeof(struct package), NULL, visit, ctx, e);
}
