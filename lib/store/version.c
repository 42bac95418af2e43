#include "store/version.h"

#include "base/str.h"
#include "store/unit_store.h"

#include "base/banned.h"

/*
 * One noun's statements; NULL where its store has its own. The columns of get and list stand
 * in the order of version_row.
 */
struct version_sql {
	const char *kind; /* in the registry of ids and the audit log */
	const char *get;  /* ?1 id, ?2 as-of */
	/* ?1 number to start after, ?2 as-of, ?3 archived too, ?4 limit, ?5 owner or NULL */
	const char *list;
	const char *owned; /* the same of one owner; NULL: list will do */
	const char *put;
};

#define COLUMNS(terms) "t.id, " terms ", t.seq, t.created_at, t.archived_at, l.recorded_at"
#define GET(table, terms) \
	"SELECT " COLUMNS(terms) " FROM " table \
				 " t JOIN audit_log l ON l.seq = t.seq" \
				 " WHERE t.id = ?1 AND t.seq <= ?2 ORDER BY t.seq DESC LIMIT 1"
#define LIST(table, terms, owner) \
	"SELECT " COLUMNS(terms) " FROM object o JOIN " table \
				 " t ON t.id = o.id" \
				 " JOIN audit_log l ON l.seq = t.seq WHERE o.kind = '" table \
				 "' AND o.number > ?1" \
				 " AND t.seq = (SELECT max(x.seq) FROM " table \
				 " x WHERE x.id = t.id AND x.seq <= ?2)" \
				 " AND (?3 OR t.archived_at IS NULL) AND (?5 IS NULL OR " owner \
				 " = ?5)" \
				 " ORDER BY o.number LIMIT ?4"
/* From the owner on, so that others' objects are not looked at. */
#define OWNED(table, terms, owner) \
	"SELECT " COLUMNS(terms) " FROM " table \
				 " t CROSS JOIN object o ON o.id = t.id" \
				 " CROSS JOIN audit_log l ON l.seq = t.seq WHERE " owner \
				 " = ?5" \
				 " AND o.number > ?1" \
				 " AND t.seq = (SELECT max(x.seq) FROM " table \
				 " x WHERE x.id = t.id AND x.seq <= ?2)" \
				 " AND (?3 OR t.archived_at IS NULL)" \
				 " ORDER BY o.number LIMIT ?4"
#define PUT(table) \
	"INSERT INTO " table \
	" (seq, id, name, created_at, archived_at, terms)" \
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6)"

static const struct version_sql version_sql[] = {
	[NOUN_CUSTOMER] = { "customer", GET("customer", "t.terms"),
		LIST("customer", "t.terms", "t.id"), NULL, PUT("customer") },
	[NOUN_METRIC] = { "metric", GET("metric", "t.terms"), LIST("metric", "t.terms", "t.id"),
		NULL, PUT("metric") },
	[NOUN_PRODUCT] = { "product", GET("product", "t.type"), NULL, NULL, NULL },
	[NOUN_RATE_CARD] = { "rate_card", GET("rate_card", "t.terms"),
		LIST("rate_card", "t.terms", "t.id"), NULL, PUT("rate_card") },
	[NOUN_CONTRACT] = { "contract", GET("contract", "t.terms"),
		LIST("contract", "t.terms", "t.customer_id"),
		OWNED("contract", "t.terms", "t.customer_id"), NULL },
	[NOUN_UNIT] = { "unit", GET("unit", "t.terms"), LIST("unit", "t.terms", "t.id"), NULL,
		PUT("unit") },
	[NOUN_BALANCE] = { "customer_balance", GET("customer_balance", "t.terms"),
		LIST("customer_balance", "t.terms", "t.customer_id"),
		OWNED("customer_balance", "t.terms", "t.customer_id"), NULL },
	[NOUN_PACKAGE] = { "package", GET("package", "t.terms"), LIST("package", "t.terms", "t.id"),
		NULL, NULL },
};
_Static_assert(countof(version_sql) == NOUNS, "a row for each noun");

static struct version
version_row(struct stmt *s)
{
	return (struct version){
		.id = stmt_col_text(s, 0),
		.terms = stmt_col_text(s, 1),
		.seq = stmt_col_int(s, 2),
		.created_at_ns = stmt_col_instant(s, 3),
		.archived_at_ns = stmt_col_instant(s, 4),
		.recorded_at_ns = stmt_col_instant(s, 5),
	};
}

/* *found false where there is no such object. */
static bool
find(struct store *st, enum noun n, struct str id, int64_t as_of, struct arena *a,
	struct version *out, bool *found, struct err *e)
{
	struct stmt *s = stmt_get(st, version_sql[n].get);

	stmt_text(s, 1, id);
	stmt_int(s, 2, as_of);
	*found = stmt_row(s);
	if (*found) {
		*out = version_row(s);
		out->id = str_dup(a, out->id);
		out->terms = str_dup(a, out->terms);
	}
	return stmt_done(s, e);
}

bool
version_open(const struct version *v, version_read read, struct arena *a, void *out, struct err *e)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct err inner = ERR_INIT;
	struct json *terms;
	bool ok;

	json_scanner_init(&scanner);
	ok = json_parse(&scanner, v->terms, &terms, &fault);
	json_scanner_release(&scanner);
	if (!ok)
		return err_set(e, ERR_FATAL, "db_damaged", "stored terms of %.*s: %s at byte %zu",
			STR_FMT(v->id), fault.text, fault.offset);
	ok = read(terms, v, a, out, &inner);
	json_free(terms);
	if (!ok)
		return err_set(e, ERR_FATAL, "db_damaged", "stored terms of %.*s: %s: %s",
			STR_FMT(v->id), inner.field, inner.text);
	return true;
}

bool
version_get(struct store *st, enum noun n, struct str id, version_read read, struct arena *a,
	void *out, struct err *e)
{
	const struct units *units;
	struct version v;
	bool found;

	if (!store_units(st, &units, e) || !find(st, n, id, store_as_of(st), a, &v, &found, e))
		return false;
	v.units = units;
	if (!found)
		return err_set(e, ERR_INPUT, "not_found", "no %s %.*s", noun_name(n), STR_FMT(id));
	return version_open(&v, read, a, out, e);
}

bool
version_list(struct store *st, enum noun n, const struct page *p, struct str owner,
	version_read read, size_t size, struct arena *keep, object_visit visit, void *ctx,
	struct err *e)
{
	struct arena row = ARENA_INIT, *a = keep != NULL ? keep : &row;
	const struct units *units;
	struct stmt *s;
	int64_t start;
	bool ok = true, more = true;

	if (!store_units(st, &units, e) || !page_start(st, version_sql[n].kind, p, &start, e))
		return false;
	s = stmt_get(st,
		owner.n > 0 && version_sql[n].owned != NULL ? version_sql[n].owned :
							      version_sql[n].list);
	stmt_int(s, 1, start);
	stmt_int(s, 2, store_as_of(st));
	stmt_int(s, 3, p->archived);
	stmt_int(s, 4, p->limit);
	stmt_text(s, 5, owner.n > 0 ? owner : (struct str){ NULL, 0 });
	while (ok && more && stmt_row(s)) {
		struct version v = version_row(s);
		void *object = arena_alloc(a, size);

		v.units = units;
		ok = version_open(&v, read, a, object, e);
		more = ok && visit(ctx, object);
		arena_clear(&row);
	}
	arena_release(&row);
	return stmt_done(s, e) && ok;
}

void
version_terms(struct version *v, version_write write, const void *object, struct arena *a)
{
	struct buf text = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &text);
	write(&w, object);
	jsonw_release(&w);
	v->terms = str_dup(a, buf_str(&text));
	buf_release(&text);
}

bool
version_begin(struct store *st, enum noun n, struct version *v, struct arena *a, struct err *e)
{
	struct version before = { .id = { NULL, 0 } };
	bool found;

	if (!find(st, n, v->id, INT64_MAX, a, &before, &found, e) ||
		!store_change(st, version_sql[n].kind, v->id, before.terms, v->terms, &v->seq, e))
		return false;
	v->recorded_at_ns = store_recorded_at(st, v->seq);
	v->created_at_ns = found ? before.created_at_ns : v->recorded_at_ns;
	return true;
}

bool
version_put(struct store *st, enum noun n, struct str name, const struct version *v, struct err *e)
{
	struct stmt *s = stmt_get(st, version_sql[n].put);

	stmt_int(s, 1, v->seq);
	stmt_text(s, 2, v->id);
	stmt_text(s, 3, name);
	stmt_instant(s, 4, v->created_at_ns);
	stmt_instant(s, 5, v->archived_at_ns);
	stmt_text(s, 6, v->terms);
	return stmt_run(s, e);
}
