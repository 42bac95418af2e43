#include "store/reference.h"

#include "base/instant.h"
#include "base/str.h"
#include "store/stmt.h"

#include "base/banned.h"

/*
 * Each query: ?1 the reference, ?2 as-of, ?3 the instant where dated; columns id, archived.
 * Ordered by id.
 */
struct noun_sql {
	const char *name;
	const char *by_id;
	const char *by_name;
	bool dated; /* by_name */
};

#define CURRENT(table) \
	"t.seq = (SELECT max(x.seq) FROM " table " x WHERE x.id = t.id AND x.seq <= ?2)"
#define BY_ID(table) \
	"SELECT t.id, t.archived_at IS NOT NULL FROM " table \
	" t WHERE t.id = ?1 AND " CURRENT(table) " ORDER BY t.id"
#define BY_NAME(table) \
	"SELECT t.id, t.archived_at IS NOT NULL FROM " table \
	" t WHERE t.name = ?1 AND " CURRENT(table) " ORDER BY t.id"

static const struct noun_sql noun_sql[] = {
	[NOUN_CUSTOMER] = { "customer", BY_ID("customer"), BY_NAME("customer"), false },
	[NOUN_METRIC] = { "billable metric", BY_ID("metric"), BY_NAME("metric"), false },
	[NOUN_PRODUCT] = { "product", BY_ID("product"),
		/* the name that holds is that of the last version begun which sets one */
		"SELECT t.id, t.archived_at IS NOT NULL FROM product t WHERE " CURRENT(
			"product") " AND t.id IN (SELECT v.product_id FROM product_version v WHERE v.name = ?1)"
				   " AND ?1 = (SELECT v.name FROM product_version v WHERE v.product_id = t.id"
				   " AND v.name IS NOT NULL AND v.seq <= ?2"
				   " AND (v.starting_at IS NULL OR v.starting_at <= ?3)"
				   " ORDER BY v.starting_at IS NOT NULL DESC,"
				   " v.starting_at DESC, v.seq DESC LIMIT 1) ORDER BY t.id",
		.dated = true },
	[NOUN_RATE_CARD] = { "rate card", BY_ID("rate_card"), BY_NAME("rate_card"), false },
	[NOUN_CONTRACT] = { "contract", BY_ID("contract"), BY_NAME("contract"), false },
	[NOUN_UNIT] = { "pricing unit", BY_ID("unit"), BY_NAME("unit"), false },
	[NOUN_BALANCE] = { "balance", BY_ID("customer_balance"), BY_NAME("customer_balance"),
		false },
	[NOUN_PACKAGE] = { "package", BY_ID("package"), BY_NAME("package"), false },
};
_Static_assert(countof(noun_sql) == NOUNS, "a row for each noun");

const char *
noun_name(enum noun n)
{
	return noun_sql[n].name;
}

/* Ids of one query: live ones, or the archived where none is live. */
struct found {
	struct buf ids; /* comma-separated, for the message */
	struct str id;
	size_t n;
	bool live;
};

static bool
find_by(struct store *st, const char *sql, struct str ref, const int64_t *at_ns, struct arena *a,
	struct found *f, struct err *e)
{
	struct stmt *s = stmt_get(st, sql);

	if (at_ns != NULL)
		stmt_instant(s, 3, *at_ns);
	stmt_text(s, 1, ref);
	stmt_int(s, 2, store_as_of(st));
	while (stmt_row(s)) {
		bool live = stmt_col_int(s, 1) == 0;

		if (f->live && !live)
			continue;
		if (live && !f->live) {
			f->live = true;
			f->n = 0;
			buf_clear(&f->ids);
		}
		f->id = stmt_col_text_dup(s, 0, a);
		if (f->n++ > 0)
			buf_add_c(&f->ids, ", ");
		buf_add_str(&f->ids, f->id);
	}
	return stmt_done(s, e);
}

/* Both bounds may be INSTANT_NONE, which is less than any instant. */
static bool
begins_before_end(const struct alias_span *s, const struct alias_span *of)
{
	return of->ending_before_ns == INSTANT_NONE || s->starting_at_ns < of->ending_before_ns;
}

/* End the spans of other bearers that overlap a new assignment at its start; *n of them are left. */
static void
cut_spans(struct alias_span *spans, size_t *n, const struct alias_span *by)
{
	size_t left = 0;

	for (size_t i = 0; i < *n; i++) {
		struct alias_span s = spans[i];

		if (!str_eq(s.bearer_id, by->bearer_id) && begins_before_end(&s, by) &&
			begins_before_end(by, &s)) {
			if (s.starting_at_ns >= by->starting_at_ns)
				continue;
			s.ending_before_ns = by->starting_at_ns;
		}
		spans[left++] = s;
	}
	*n = left;
}

#define ALIAS_SPANS(table) \
	"SELECT al." table \
	"_id, al.starting_at, al.ending_before, al.assigned_seq" \
	" FROM " table \
	"_alias al WHERE al.name = ?1 AND al.seq = (SELECT max(c.seq)" \
	" FROM " table " c WHERE c.id = al." table \
	"_id AND c.seq <= ?2)" \
	" ORDER BY al.assigned_seq, al." table "_id, al.ordinal"

bool
reference_alias_spans(struct store *st, enum noun n, struct str alias, struct arena *a,
	struct alias_span **out, size_t *count, struct err *e)
{
	static const char cards[] = ALIAS_SPANS("rate_card"), packages[] = ALIAS_SPANS("package");
	struct stmt *s = stmt_get(st, n == NOUN_PACKAGE ? packages : cards);
	struct alias_span *spans = NULL;
	size_t cap = 0, left = 0;

	stmt_text(s, 1, alias);
	stmt_int(s, 2, store_as_of(st));
	while (stmt_row(s)) {
		struct alias_span span = {
			.bearer_id = stmt_col_text_dup(s, 0, a),
			.starting_at_ns = stmt_col_instant(s, 1),
			.ending_before_ns = stmt_col_instant(s, 2),
			.assigned_seq = stmt_col_int(s, 3),
		};

		cut_spans(spans, &left, &span);
		spans = arena_grow(a, spans, &cap, left + 1, sizeof(*spans));
		spans[left++] = span;
	}
	if (!stmt_done(s, e))
		return false;
	*out = spans;
	*count = left;
	return true;
}

bool
reference_alias(struct store *st, enum noun n, struct str alias, int64_t at_ns, struct arena *a,
	struct str *id, bool *found, struct err *e)
{
	struct alias_span *spans;
	size_t count;

	if (!reference_alias_spans(st, n, alias, a, &spans, &count, e))
		return false;
	*found = false;
	for (size_t i = 0; i < count && !*found; i++) {
		*found = spans[i].starting_at_ns <= at_ns &&
			(spans[i].ending_before_ns == INSTANT_NONE ||
				at_ns < spans[i].ending_before_ns);
		if (*found)
			*id = spans[i].bearer_id;
	}
	return true;
}

static bool
customer_alias(struct store *st, struct str ref, struct arena *a, struct found *f, struct err *e)
{
	static const char sql[] =
		"SELECT al.customer_id, 0 FROM customer_alias al WHERE al.alias = ?1 AND al.seq ="
		" (SELECT max(c.seq) FROM customer c WHERE c.id = al.customer_id AND c.seq <= ?2)"
		" ORDER BY al.customer_id";

	return find_by(st, sql, ref, NULL, a, f, e);
}

static bool
find_alias(struct store *st, enum noun n, struct str ref, int64_t at_ns, struct arena *a,
	struct found *f, struct err *e)
{
	bool found = false;

	switch (n) {
	case NOUN_CUSTOMER:
		return customer_alias(st, ref, a, f, e);
	case NOUN_RATE_CARD:
	case NOUN_PACKAGE:
		if (!reference_alias(st, n, ref, at_ns, a, &f->id, &found, e))
			return false;
		f->n = found ? 1 : 0;
		return true;
	case NOUN_METRIC:
	case NOUN_PRODUCT:
	case NOUN_CONTRACT:
	case NOUN_UNIT:
	case NOUN_BALANCE:
		return true;
	}
	return true;
}

bool
reference_find(struct store *st, enum noun n, struct str ref, int64_t at_ns, struct arena *a,
	struct str *id, struct err *e)
{
	const struct noun_sql *sql = &noun_sql[n];
	struct found f = { .ids = BUF_INIT };
	struct id uuid;
	bool ok = true;

	if (id_parse(ref, &uuid))
		ok = find_by(st, sql->by_id, id_str(&uuid), NULL, a, &f, e);
	if (ok && f.n == 0)
		ok = find_alias(st, n, ref, at_ns, a, &f, e);
	if (ok && f.n == 0)
		ok = find_by(st, sql->by_name, ref, sql->dated ? &at_ns : NULL, a, &f, e);
	if (ok && f.n == 0)
		ok = err_set(e, ERR_INPUT, "not_found", "no %s of this id%s or name", sql->name,
			n == NOUN_CUSTOMER || n == NOUN_RATE_CARD || n == NOUN_PACKAGE ? ", alias" :
											 "");
	if (ok && f.n > 1)
		ok = err_set(e, ERR_INPUT, "ambiguous_name",
			"several %ss bear this name: %s; give the id", sql->name, buf_cstr(&f.ids));
	if (ok)
		*id = f.id;
	buf_release(&f.ids);
	return ok;
}

bool
reference_field(struct store *st, enum noun n, const char *field, struct str ref, int64_t at_ns,
	struct arena *a, struct str *id, struct err *e)
{
	struct err inner = ERR_INIT;

	if (reference_find(st, n, ref, at_ns, a, id, &inner))
		return true;
	if (inner.kind != ERR_INPUT) {
		*e = inner;
		return false;
	}
	return err_field(e, inner.kind, inner.code, str_c(field), ref, "%s", inner.text);
}

/* Kinds are one word for the registry: "rate_card". */
static bool
no_such_after(const char *kind, struct str after, struct err *e)
{
	struct buf words = BUF_INIT;

	for (; *kind != '\0'; kind++)
		buf_add_char(&words, *kind == '_' ? ' ' : *kind);
	err_field(e, ERR_INPUT, "not_found", STR("--after"), after, "no %s of this id",
		buf_cstr(&words));
	buf_release(&words);
	return false;
}

bool
page_start(struct store *st, const char *kind, const struct page *p, int64_t *number, struct err *e)
{
	static const char sql[] =
		"SELECT number FROM object WHERE id = ?1 AND kind = ?2 ORDER BY number";
	struct stmt *s;
	bool found;

	*number = 0;
	if (p->after.n == 0)
		return true;
	s = stmt_get(st, sql);
	stmt_text(s, 1, p->after);
	stmt_text(s, 2, str_c(kind));
	found = stmt_row(s);
	if (found)
		*number = stmt_col_int(s, 0);
	if (!stmt_done(s, e))
		return false;
	if (!found)
		return no_such_after(kind, p->after, e);
	return true;
}
