#include "store/balance_store.h"

#include "store/version.h"

#include "base/banned.h"

static void
write_terms(struct jsonw *w, const void *balance)
{
	customer_balance_terms_json(w, balance);
}

bool
balance_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id, bool *found,
	struct err *e)
{
	static const char sql[] =
		"SELECT id FROM customer_balance WHERE uniqueness_key = ?1 ORDER BY seq LIMIT 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, key);
	*found = stmt_row(s);
	if (*found)
		*id = stmt_col_text_dup(s, 0, a);
	return stmt_done(s, e);
}

static bool
key_free(struct store *st, const struct customer_balance *b, struct arena *a, struct err *e)
{
	struct str holder;
	bool found;

	if (b->uniqueness_key.n == 0)
		return true;
	if (!balance_store_by_key(st, b->uniqueness_key, a, &holder, &found, e))
		return false;
	if (!found || str_eq(holder, b->commit.id))
		return true;
	return err_field(e, ERR_INPUT, "balance.uniqueness_key", STR("uniqueness_key"),
		b->uniqueness_key, "belongs to balance %.*s", STR_FMT(holder));
}

static struct str
or_null(struct str s)
{
	return s.n > 0 ? s : (struct str){ NULL, 0 };
}

static bool
put_row(struct store *st, const struct customer_balance *b, const struct version *v, struct err *e)
{
	static const char sql[] =
		"INSERT INTO customer_balance (seq, id, customer_id, name, uniqueness_key,"
		" created_at, archived_at, terms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	struct stmt *s = stmt_get(st, sql);

	stmt_int(s, 1, v->seq);
	stmt_text(s, 2, v->id);
	stmt_text(s, 3, b->customer_id);
	stmt_text(s, 4, or_null(b->commit.name));
	stmt_text(s, 5, or_null(b->uniqueness_key));
	stmt_instant(s, 6, v->created_at_ns);
	stmt_instant(s, 7, v->archived_at_ns);
	stmt_text(s, 8, v->terms);
	return stmt_run(s, e);
}

bool
balance_store_put(struct store *st, struct customer_balance *b, struct arena *a, struct err *e)
{
	struct version v = { .id = b->commit.id, .archived_at_ns = b->archived_at_ns };

	if (!key_free(st, b, a, e))
		return false;
	version_terms(&v, write_terms, b, a);
	if (!version_begin(st, NOUN_BALANCE, &v, a, e) || !put_row(st, b, &v, e))
		return false;
	b->seq = v.seq;
	b->created_at_ns = v.created_at_ns;
	return true;
}

static bool
read_balance(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct customer_balance *b = out;

	if (!customer_balance_from_json(terms, false, v->units, a, b, e))
		return false;
	b->commit.id = str_dup(a, v->id);
	b->commit.of_customer = b;
	b->seq = v->seq;
	b->created_at_ns = v->created_at_ns;
	b->archived_at_ns = v->archived_at_ns;
	return true;
}

bool
balance_store_get(struct store *st, struct str id, struct arena *a, struct customer_balance *out,
	struct err *e)
{
	return version_get(st, NOUN_BALANCE, id, read_balance, a, out, e);
}

struct loading {
	struct arena *arena;
	struct customer_balance *p;
	size_t n;
	size_t cap;
};

static bool
load_one(void *ctx, const void *balance)
{
	struct loading *l = ctx;

	l->p = arena_grow(l->arena, l->p, &l->cap, l->n + 1, sizeof(*l->p));
	l->p[l->n++] = *(const struct customer_balance *)balance;
	return true;
}

static bool
load(struct store *st, const struct page *all, struct str customer_id, struct arena *a,
	struct customer_balance **out, size_t *n, struct err *e)
{
	struct loading l = { .arena = a };

	if (!version_list(st, NOUN_BALANCE, all, customer_id, read_balance,
		    sizeof(struct customer_balance), a, load_one, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		l.p[i].commit.of_customer = &l.p[i];
	*out = l.p;
	*n = l.n;
	return true;
}

bool
balance_store_load(struct store *st, struct str customer_id, struct arena *a,
	struct customer_balance **out, size_t *n, struct err *e)
{
	const struct page live = { .limit = -1 };

	return load(st, &live, customer_id, a, out, n, e);
}

bool
balance_store_load_all(struct store *st, struct str customer_id, struct arena *a,
	struct customer_balance **out, size_t *n, struct err *e)
{
	const struct page all = { .limit = -1, .archived = true };

	return load(st, &all, customer_id, a, out, n, e);
}

bool
balance_store_archive_all(struct store *st, struct str customer_id, int64_t now_ns, struct arena *a,
	struct err *e)
{
	struct customer_balance *balances;
	size_t n;

	if (!balance_store_load(st, customer_id, a, &balances, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		balances[i].archived_at_ns = now_ns;
		if (!balance_store_put(st, &balances[i], a, e))
			return false;
	}
	return true;
}
