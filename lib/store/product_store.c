#include "store/product_store.h"

#include "store/version.h"

#include "base/banned.h"

static void
write_terms(struct jsonw *w, const void *terms)
{
	product_terms_json(w, terms);
}

/* The version's row; its running number is that of the change it came with. */
static bool
put_version(struct store *st, struct str product_id, int64_t seq, const struct product_version *v,
	struct arena *a, struct err *e)
{
	static const char sql[] =
		"INSERT INTO product_version (seq, product_id, starting_at, name, created_at, terms)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	struct version terms = { .id = product_id };
	struct stmt *s;

	version_terms(&terms, write_terms, &v->terms, a);
	s = stmt_get(st, sql);
	stmt_int(s, 1, seq);
	stmt_text(s, 2, product_id);
	stmt_instant(s, 3, v->starting_at_ns);
	stmt_text(s, 4, v->terms.has & PF_NAME ? v->terms.name : (struct str){ NULL, 0 });
	stmt_instant(s, 5, store_recorded_at(st, seq));
	stmt_text(s, 6, terms.terms);
	return stmt_run(s, e);
}

static bool
put_product(struct store *st, const struct product *p, const struct version *v, struct err *e)
{
	static const char sql[] =
		"INSERT INTO product (seq, id, type, created_at, archived_at)"
		" VALUES (?1, ?2, ?3, ?4, ?5)";
	struct stmt *s = stmt_get(st, sql);

	stmt_int(s, 1, v->seq);
	stmt_text(s, 2, p->id);
	stmt_text(s, 3, str_c(product_type_name(p->type)));
	stmt_instant(s, 4, v->created_at_ns);
	stmt_instant(s, 5, v->archived_at_ns);
	return stmt_run(s, e);
}

bool
product_store_put(struct store *st, struct product *p, struct arena *a, struct err *e)
{
	struct version v = { .id = p->id, .archived_at_ns = p->archived_at_ns };
	bool fresh = p->nversions == 1 && p->versions[0].seq == 0;

	version_terms(&v, write_terms, &p->versions[0].terms, a);
	if (!version_begin(st, NOUN_PRODUCT, &v, a, e) || !put_product(st, p, &v, e))
		return false;
	p->created_at_ns = v.created_at_ns;
	if (!fresh)
		return true;
	p->versions[0].seq = v.seq;
	p->versions[0].created_at_ns = v.created_at_ns;
	return put_version(st, p->id, v.seq, &p->versions[0], a, e);
}

bool
product_store_add_version(struct store *st, struct str product_id, struct product_version *v,
	struct arena *a, struct err *e)
{
	struct version change = { .id = product_id };

	version_terms(&change, write_terms, &v->terms, a);
	if (!store_change(st, "product", product_id, (struct str){ NULL, 0 }, change.terms, &v->seq,
		    e))
		return false;
	v->created_at_ns = store_recorded_at(st, v->seq);
	return put_version(st, product_id, v->seq, v, a, e);
}

struct terms_reading {
	enum product_type type;
	struct product_terms terms;
};

static bool
read_terms(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct terms_reading *r = out;

	(void)v;
	return product_terms_from_json(terms, r->type, a, &r->terms, e);
}

/* Initial version first, then by starting_at, then by running number. */
static bool
load_versions(struct store *st, struct product *p, struct arena *a, struct err *e)
{
	static const char sql[] =
		"SELECT seq, starting_at, created_at, terms FROM product_version"
		" WHERE product_id = ?1 AND seq <= ?2"
		" ORDER BY starting_at IS NOT NULL, starting_at, seq";
	struct terms_reading r = { .type = p->type };
	struct stmt *s = stmt_get(st, sql);
	size_t cap = 0;
	bool ok = true;

	stmt_text(s, 1, p->id);
	stmt_int(s, 2, store_as_of(st));
	while (ok && stmt_row(s)) {
		struct version v = { .id = p->id, .terms = stmt_col_text(s, 3) };

		ok = version_open(&v, read_terms, a, &r, e);
		p->versions = arena_grow(a, p->versions, &cap, p->nversions + 1,
			sizeof(*p->versions));
		p->versions[p->nversions++] = (struct product_version){
			.starting_at_ns = stmt_col_instant(s, 1),
			.seq = stmt_col_int(s, 0),
			.created_at_ns = stmt_col_instant(s, 2),
			.terms = r.terms,
		};
	}
	return stmt_done(s, e) && ok;
}

static bool
product_type_of(struct str name, enum product_type *out)
{
	for (int t = 0; t < PRODUCT_TYPES; t++) {
		if (str_is(name, product_type_name((enum product_type)t))) {
			*out = (enum product_type)t;
			return true;
		}
	}
	return false;
}

bool
product_store_get(struct store *st, struct str id, struct arena *a, struct product *out,
	struct err *e)
{
	static const char sql[] =
		"SELECT type, created_at, archived_at FROM product"
		" WHERE id = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1";
	struct stmt *s = stmt_get(st, sql);
	struct product p = { .id = str_dup(a, id) };
	bool found, known = false;

	stmt_text(s, 1, id);
	stmt_int(s, 2, store_as_of(st));
	found = stmt_row(s);
	if (found) {
		known = product_type_of(stmt_col_text(s, 0), &p.type);
		p.created_at_ns = stmt_col_instant(s, 1);
		p.archived_at_ns = stmt_col_instant(s, 2);
	}
	if (!stmt_done(s, e))
		return false;
	if (!found)
		return err_set(e, ERR_INPUT, "not_found", "no product %.*s", STR_FMT(id));
	if (!known)
		return err_set(e, ERR_FATAL, "db_damaged", "product %.*s is of an unknown type",
			STR_FMT(id));
	if (!load_versions(st, &p, a, e))
		return false;
	if (p.nversions == 0)
		return err_set(e, ERR_FATAL, "db_damaged", "product %.*s has no terms",
			STR_FMT(id));
	*out = p;
	return true;
}

/* The ids of a page first: reading a product runs statements of its own. */
static bool
page_ids(struct store *st, const struct page *p, struct arena *a, struct texts *ids, struct err *e)
{
	static const char sql[] =
		"SELECT t.id FROM object o JOIN product t ON t.id = o.id"
		" WHERE o.kind = 'product' AND o.number > ?1"
		" AND t.seq = (SELECT max(x.seq) FROM product x WHERE x.id = t.id AND x.seq <= ?2)"
		" AND (?3 OR t.archived_at IS NULL) ORDER BY o.number LIMIT ?4";
	struct stmt *s;
	int64_t start;
	size_t cap = 0;

	if (!page_start(st, "product", p, &start, e))
		return false;
	s = stmt_get(st, sql);
	stmt_int(s, 1, start);
	stmt_int(s, 2, store_as_of(st));
	stmt_int(s, 3, p->archived);
	stmt_int(s, 4, p->limit);
	while (stmt_row(s)) {
		ids->p = arena_grow(a, ids->p, &cap, ids->n + 1, sizeof(*ids->p));
		ids->p[ids->n++] = stmt_col_text_dup(s, 0, a);
	}
	return stmt_done(s, e);
}

bool
product_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e)
{
	struct arena list = ARENA_INIT, row = ARENA_INIT;
	struct texts ids = { NULL, 0 };
	bool ok = page_ids(st, p, &list, &ids, e), more = true;

	for (size_t i = 0; ok && more && i < ids.n; i++) {
		struct product product;

		ok = product_store_get(st, ids.p[i], &row, &product, e);
		more = ok && visit(ctx, &product);
		arena_clear(&row);
	}
	arena_release(&row);
	arena_release(&list);
	return ok;
}
