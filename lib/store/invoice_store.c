#include "store/invoice_store.h"

#include <string.h>

#include "codec/jsonw.h"
#include "store/stmt.h"

#include "base/banned.h"

bool
run_store_add(struct store *st, int64_t now_ns, struct arena *a, struct str *run_id, struct err *e)
{
	static const char sql[] =
		"INSERT INTO run (number, id, recorded_at, now) VALUES (?1, ?2, ?3, ?4)";
	struct str none = { NULL, 0 };
	struct stmt *s;
	struct id id;
	int64_t number, seq;

	if (!store_new_id(st, "run", none, &id, &number, e) ||
		!store_change(st, "run", id_str(&id), none, none, &seq, e))
		return false;
	s = stmt_get(st, sql);
	stmt_int(s, 1, number);
	stmt_text(s, 2, id_str(&id));
	stmt_instant(s, 3, store_recorded_at(st, seq));
	stmt_instant(s, 4, now_ns);
	*run_id = str_dup(a, id_str(&id));
	return stmt_run(s, e);
}

bool
invoice_store_has(struct store *st, struct str id, bool *has, struct err *e)
{
	static const char sql[] = "SELECT number FROM invoice WHERE id = ?1 ORDER BY number";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, id);
	*has = stmt_row(s);
	return stmt_done(s, e);
}

bool
invoice_store_until(struct store *st, struct str contract_id, int64_t *until_ns, struct err *e)
{
	static const char sql[] =
		"SELECT max(ending_before) FROM invoice WHERE contract_id = ?1 AND type = 'USAGE'"
		" AND id NOT IN (SELECT invoice_id FROM invoice_void)"
		" ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, contract_id);
	*until_ns = INSTANT_NONE;
	if (stmt_row(s))
		*until_ns = stmt_col_instant(s, 0);
	return stmt_done(s, e);
}

bool
invoice_store_any(struct store *st, struct str contract_id, bool *any, struct err *e)
{
	static const char sql[] =
		"SELECT number FROM invoice WHERE contract_id = ?1"
		" AND id NOT IN (SELECT invoice_id FROM invoice_void) ORDER BY number LIMIT 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, contract_id);
	*any = stmt_row(s);
	return stmt_done(s, e);
}

bool
invoice_store_objects(struct store *st, struct str id, struct arena *a, struct map *counts,
	bool *final, struct err *e)
{
	static const char sql[] =
		"SELECT object_id FROM invoice_line WHERE invoice_id = ?1 ORDER BY ordinal";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, id);
	*final = false;
	while (stmt_row(s)) {
		struct str object = stmt_col_text(s, 0);
		void **slot;
		size_t *n;

		*final = true;
		if (object.n == 0)
			continue;
		slot = map_slot(counts, str_dup(a, object), NULL);
		n = *slot != NULL ? *slot : ARENA_NEW(a, size_t);
		++*n;
		*slot = n;
	}
	return stmt_done(s, e);
}

bool
invoice_store_quantity(struct store *st, struct str id, struct str object_id, struct arena *a,
	struct rat *sum, struct err *e)
{
	static const char sql[] =
		"SELECT quantity FROM invoice_line WHERE invoice_id = ?1 AND object_id = ?2"
		" ORDER BY ordinal";
	struct stmt *s = stmt_get(st, sql);

	*sum = RAT_ZERO;
	stmt_text(s, 1, id);
	stmt_text(s, 2, object_id);
	while (stmt_row(s))
		*sum = rat_add(a, *sum, stmt_col_rat(s, 0, a));
	return stmt_done(s, e);
}

/* A document that does not match its digest has been tampered with, or the file is damaged. */
static bool
check_digest(struct str document, struct str digest, struct str id, struct err *e)
{
	unsigned char now[DIGEST_BYTES];

	digest_sha256(document.p, document.n, now);
	if (str_eq(digest, (struct str){ (const char *)now, sizeof(now) }))
		return true;
	return err_set(e, ERR_FATAL, "db_damaged", "invoice %.*s does not match its digest",
		STR_FMT(id));
}

bool
invoice_store_key(struct store *st, struct str ref, struct arena *a, struct invoice_key *out,
	struct err *e)
{
	static const char sql[] =
		"SELECT id, customer_id, contract_id FROM invoice WHERE id = ?1"
		" OR invoice_number = ?1 ORDER BY number LIMIT 1";
	struct stmt *s = stmt_get(st, sql);
	struct id id;
	bool found;

	stmt_text(s, 1, id_parse(ref, &id) ? id_str(&id) : ref);
	found = stmt_row(s);
	if (found)
		*out = (struct invoice_key){ stmt_col_text_dup(s, 0, a), stmt_col_text_dup(s, 1, a),
			stmt_col_text_dup(s, 2, a) };
	if (!stmt_done(s, e))
		return false;
	return found || err_set(e, ERR_INPUT, "not_found", "no invoice of this id or number");
}

/*
 * The document of a void invoice with its status, and when and why. What stands before the
 * status in a document cannot hold this text.
 */
static struct str
show_void(struct str document, int64_t voided_at_ns, struct str reason, struct buf *out)
{
	static const char final[] = "\"status\":\"FINALIZED\"";
	const char *at = memmem(document.p, document.n, final, sizeof(final) - 1);
	char text[INSTANT_TEXT_SIZE];
	struct str rest;

	if (at == NULL)
		return document;
	rest = (struct str){ at + sizeof(final) - 1, 0 };
	rest.n = document.n - (size_t)(rest.p - document.p);
	buf_clear(out);
	buf_add_str(out, (struct str){ document.p, (size_t)(at - document.p) });
	buf_add_c(out, "\"status\":\"VOID\",\"voided_at\":\"");
	buf_add_c(out, instant_text(voided_at_ns, text));
	buf_add_char(out, '"');
	if (reason.n > 0) {
		buf_add_c(out, ",\"void_reason\":");
		json_quote(out, reason);
	}
	buf_add_str(out, rest);
	return buf_str(out);
}

bool
invoice_store_get(struct store *st, struct str ref, struct arena *a, struct str *document,
	struct err *e)
{
	static const char sql[] =
		"SELECT document, digest, id, v.voided_at, v.reason FROM invoice"
		" LEFT JOIN invoice_void v ON v.invoice_id = id"
		" WHERE id = ?1 OR invoice_number = ?1 ORDER BY number LIMIT 1";
	struct stmt *s = stmt_get(st, sql);
	struct buf shown = BUF_INIT;
	struct id id;
	bool found, ok = true;

	stmt_text(s, 1, id_parse(ref, &id) ? id_str(&id) : ref);
	found = stmt_row(s);
	if (found) {
		*document = stmt_col_text_dup(s, 0, a);
		ok = check_digest(*document, stmt_col_blob(s, 1), stmt_col_text(s, 2), e);
		if (!stmt_col_null(s, 3))
			*document = str_dup(a,
				show_void(*document, stmt_col_instant(s, 3), stmt_col_text(s, 4),
					&shown));
	}
	buf_release(&shown);
	if (!stmt_done(s, e) || !ok)
		return false;
	return found || err_set(e, ERR_INPUT, "not_found", "no invoice of this id or number");
}

/* The running number after which a listing begins. */
static bool
list_start(struct store *st, struct str after, int64_t *number, struct err *e)
{
	static const char sql[] =
		"SELECT number FROM invoice WHERE id = ?1 OR invoice_number = ?1 ORDER BY number";
	struct stmt *s;
	struct id id;
	bool found;

	*number = 0;
	if (after.n == 0)
		return true;
	s = stmt_get(st, sql);
	stmt_text(s, 1, id_parse(after, &id) ? id_str(&id) : after);
	found = stmt_row(s);
	if (found)
		*number = stmt_col_int(s, 0);
	if (!stmt_done(s, e))
		return false;
	return found ||
		err_field(e, ERR_INPUT, "not_found", STR("--after"), after,
			"no invoice of this id or number");
}

/* The run a listing asks for, as an id: it must exist. */
static bool
list_run(struct store *st, struct str run, struct arena *a, struct str *id, struct err *e)
{
	static const char sql[] =
		"SELECT id FROM run WHERE id = ?1 OR (?1 = 'last' AND number ="
		" (SELECT max(number) FROM run)) ORDER BY number LIMIT 1";
	struct stmt *s;
	bool found;

	if (run.n == 0)
		return true;
	s = stmt_get(st, sql);
	stmt_text(s, 1, run);
	found = stmt_row(s);
	if (found)
		*id = stmt_col_text_dup(s, 0, a);
	if (!stmt_done(s, e))
		return false;
	return found || err_field(e, ERR_INPUT, "not_found", STR("--run"), run, "no such run");
}

static struct str
or_null(struct str s)
{
	return s.n > 0 ? s : (struct str){ NULL, 0 };
}

/*
 * The listing by its most selective filter, so that its index is used; the others narrow it
 * down.
 */
#define LIST(first) \
	"SELECT document, digest, id, v.voided_at, v.reason FROM invoice" \
	" LEFT JOIN invoice_void v ON v.invoice_id = id WHERE " first \
	"number > ?1" \
	" AND (?2 IS NULL OR customer_id = ?2) AND (?3 IS NULL OR contract_id = ?3)" \
	" AND (?4 IS NULL OR type = ?4) AND (?5 IS NULL OR run_id = ?5)" \
	" AND (?7 IS NULL OR (v.seq IS NOT NULL) = ?7)" \
	" ORDER BY number LIMIT ?6"

static struct stmt *
list_stmt(struct store *st, const struct invoice_filter *f)
{
	static const char by_run[] = LIST("run_id = ?5 AND ");
	static const char by_contract[] = LIST("contract_id = ?3 AND ");
	static const char by_customer[] = LIST("customer_id = ?2 AND ");
	static const char all[] = LIST("");

	if (f->run_id.n > 0)
		return stmt_get(st, by_run);
	if (f->contract_id.n > 0)
		return stmt_get(st, by_contract);
	if (f->customer_id.n > 0)
		return stmt_get(st, by_customer);
	return stmt_get(st, all);
}

bool
invoice_store_list(struct store *st, const struct invoice_filter *f, invoice_visit visit, void *ctx,
	struct err *e)
{
	struct arena names = ARENA_INIT;
	struct str run_id = { NULL, 0 };
	struct buf shown = BUF_INIT;
	struct stmt *s;
	int64_t start;
	bool ok;

	ok = list_start(st, f->after, &start, e) && list_run(st, f->run_id, &names, &run_id, e);
	if (!ok) {
		arena_release(&names);
		return false;
	}
	s = list_stmt(st, f);
	stmt_int(s, 1, start);
	stmt_text(s, 2, or_null(f->customer_id));
	stmt_text(s, 3, or_null(f->contract_id));
	stmt_text(s, 4, or_null(f->type));
	stmt_text(s, 5, run_id);
	stmt_int(s, 6, f->limit);
	if (f->only_void || f->only_final)
		stmt_int(s, 7, f->only_void);
	else
		stmt_null(s, 7);
	while (ok && stmt_row(s)) {
		struct str document = stmt_col_text(s, 0);

		ok = check_digest(document, stmt_col_blob(s, 1), stmt_col_text(s, 2), e);
		if (ok && !stmt_col_null(s, 3))
			document = show_void(document, stmt_col_instant(s, 3), stmt_col_text(s, 4),
				&shown);
		if (ok && !visit(ctx, document))
			break;
	}
	buf_release(&shown);
	arena_release(&names);
	return stmt_done(s, e) && ok;
}
