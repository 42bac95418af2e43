#include "store/customer_store.h"

#include <stdio.h>

#include "store/version.h"

#include "base/banned.h"

/* End a search for what must not be there: what it has found is the failure. */
static bool
unless(const struct err *taken, struct stmt *s, struct err *e)
{
	if (!stmt_done(s, e))
		return false;
	if (taken->kind == ERR_NONE)
		return true;
	*e = *taken;
	return false;
}

/* An alias that another customer holds, archived or not, or whose id it is, is refused. */
static bool
alias_free(struct store *st, const struct customer *c, size_t i, struct err *e)
{
	static const char sql[] =
		"SELECT al.customer_id, 0 FROM customer_alias al WHERE al.alias = ?1"
		" AND al.customer_id <> ?2 AND al.seq ="
		" (SELECT max(c.seq) FROM customer c WHERE c.id = al.customer_id)"
		" UNION ALL SELECT o.id, 1 FROM object o"
		" WHERE o.id = ?1 AND o.kind = 'customer' AND o.id <> ?2 ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);
	struct str alias = c->ingest_aliases.p[i];
	struct err taken = ERR_INIT;
	char field[48];

	stmt_text(s, 1, alias);
	stmt_text(s, 2, c->id);
	if (stmt_row(s)) {
		snprintf(field, sizeof(field), "ingest_aliases[%zu]", i);
		err_field(&taken, ERR_INPUT, "customer.ingest_aliases", str_c(field), alias,
			stmt_col_int(s, 1) ? "is the id of customer %.*s" :
					     "belongs to customer %.*s",
			STR_FMT(stmt_col_text(s, 0)));
	}
	return unless(&taken, s, e);
}

/* Nor may a customer take an id that another holds as an alias: events could mean either. */
static bool
id_free(struct store *st, struct str customer_id, struct err *e)
{
	static const char sql[] =
		"SELECT al.customer_id FROM customer_alias al WHERE al.alias = ?1"
		" AND al.customer_id <> ?1 AND al.seq ="
		" (SELECT max(c.seq) FROM customer c WHERE c.id = al.customer_id) ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);
	struct err taken = ERR_INIT;

	stmt_text(s, 1, customer_id);
	if (stmt_row(s))
		err_field(&taken, ERR_INPUT, "id_taken", STR("id"), customer_id,
			"is an ingest alias of customer %.*s", STR_FMT(stmt_col_text(s, 0)));
	return unless(&taken, s, e);
}

static bool
put_aliases(struct store *st, int64_t seq, const struct customer *c, struct err *e)
{
	static const char sql[] =
		"INSERT INTO customer_alias (alias, seq, customer_id) VALUES (?1, ?2, ?3)";

	for (size_t i = 0; i < c->ingest_aliases.n; i++) {
		struct stmt *s;

		if (!alias_free(st, c, i, e))
			return false;
		s = stmt_get(st, sql);
		stmt_text(s, 1, c->ingest_aliases.p[i]);
		stmt_int(s, 2, seq);
		stmt_text(s, 3, c->id);
		if (!stmt_run(s, e))
			return false;
	}
	return true;
}

static void
write_terms(struct jsonw *w, const void *customer)
{
	customer_terms_json(w, customer);
}

bool
customer_store_put(struct store *st, struct customer *c, struct arena *a, struct err *e)
{
	struct version v = { .id = c->id, .archived_at_ns = c->archived_at_ns };

	version_terms(&v, write_terms, c, a);
	if (!id_free(st, c->id, e) || !version_begin(st, NOUN_CUSTOMER, &v, a, e) ||
		!version_put(st, NOUN_CUSTOMER, c->name, &v, e) || !put_aliases(st, v.seq, c, e))
		return false;
	c->created_at_ns = v.created_at_ns;
	c->updated_at_ns = v.recorded_at_ns;
	return true;
}

static bool
read_customer(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct customer *c = out;

	if (!customer_from_json(terms, false, a, c, e))
		return false;
	c->id = str_dup(a, v->id);
	c->created_at_ns = v->created_at_ns;
	c->archived_at_ns = v->archived_at_ns;
	c->updated_at_ns = v->recorded_at_ns;
	return true;
}

bool
customer_store_get(struct store *st, struct str id, struct arena *a, struct customer *out,
	struct err *e)
{
	return version_get(st, NOUN_CUSTOMER, id, read_customer, a, out, e);
}

bool
customer_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e)
{
	return version_list(st, NOUN_CUSTOMER, p, (struct str){ NULL, 0 }, read_customer,
		sizeof(struct customer), NULL, visit, ctx, e);
}

bool
customer_store_by_key(struct store *st, struct str key, struct arena *a, struct str *id,
	bool *found, struct err *e)
{
	static const char sql[] =
		"SELECT c.id FROM customer c WHERE c.id = ?1 AND c.seq <= ?2"
		" UNION SELECT al.customer_id FROM customer_alias al WHERE al.alias = ?1"
		" AND al.seq = (SELECT max(c.seq) FROM customer c"
		" WHERE c.id = al.customer_id AND c.seq <= ?2) ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, key);
	stmt_int(s, 2, store_as_of(st));
	*found = stmt_row(s);
	if (*found)
		*id = stmt_col_text_dup(s, 0, a);
	return stmt_done(s, e);
}
