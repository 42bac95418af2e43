#include "store/invoice_store.h"

#include "store/ledger_store.h"
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

/* The next number of a series and of the table. */
static bool
next_numbers(struct store *st, struct str series, int64_t *of_series, int64_t *of_all,
	struct err *e)
{
	static const char sql[] =
		"SELECT (SELECT coalesce(max(series_number), 0) + 1 FROM invoice WHERE series = ?1),"
		" (SELECT coalesce(max(number), 0) + 1 FROM invoice) ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, series);
	if (stmt_row(s)) {
		*of_series = stmt_col_int(s, 0);
		*of_all = stmt_col_int(s, 1);
	}
	return stmt_done(s, e);
}

static bool
put_invoice(struct store *st, struct str run_id, struct str series, int64_t series_number,
	int64_t number, const struct invoice *inv, struct str document, struct arena *a,
	struct err *e)
{
	static const char sql[] =
		"INSERT INTO invoice (number, id, run_id, series, series_number, invoice_number, type,"
		" customer_id, contract_id, currency, starting_at, ending_before, issued_at,"
		" finalized_at, total, amount_due, document, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
		" ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
		" (SELECT recorded_at FROM run WHERE id = ?3), ?14, ?15, ?16, ?17)";
	unsigned char digest[DIGEST_BYTES];
	struct stmt *s = stmt_get(st, sql);

	digest_sha256(document.p, document.n, digest);
	stmt_int(s, 1, number);
	stmt_text(s, 2, inv->id);
	stmt_text(s, 3, run_id);
	stmt_text(s, 4, series);
	stmt_int(s, 5, series_number);
	stmt_text(s, 6, inv->number);
	stmt_text(s, 7, str_c(invoice_type_name(inv->type)));
	stmt_text(s, 8, inv->customer_id);
	stmt_text(s, 9, inv->contract_id);
	stmt_text(s, 10, str_c(inv->unit.code));
	stmt_instant(s, 11, inv->start_ns);
	stmt_instant(s, 12, inv->end_ns);
	stmt_instant(s, 13, inv->issued_at_ns);
	stmt_text(s, 14, rat_text_exact(a, inv->total));
	stmt_text(s, 15, rat_text_exact(a, inv->amount_due));
	stmt_text(s, 16, document);
	stmt_blob(s, 17, digest, sizeof(digest));
	return stmt_run(s, e);
}

static bool
put_lines(struct store *st, const struct invoice *inv, struct arena *a, struct err *e)
{
	static const char sql[] =
		"INSERT INTO invoice_line (invoice_id, ordinal, id, type, product_id, quantity,"
		" unit_price, total, starting_at, ending_before)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *line = &inv->lines[i];
		struct stmt *s = stmt_get(st, sql);

		stmt_text(s, 1, inv->id);
		stmt_int(s, 2, (int64_t)i);
		stmt_text(s, 3, line->id);
		stmt_text(s, 4, str_c(line_type_name(line->type)));
		stmt_text(s, 5, line->product_id);
		stmt_text(s, 6, rat_text_exact(a, line->quantity));
		stmt_text(s, 7, rat_text_exact(a, line->unit_price));
		stmt_text(s, 8, rat_text_exact(a, line->total));
		stmt_instant(s, 9, line->starting_at_ns);
		stmt_instant(s, 10, line->ending_before_ns);
		if (!stmt_run(s, e))
			return false;
	}
	return true;
}

bool
invoice_store_add(struct store *st, struct str run_id, struct str series, struct invoice *inv,
	struct arena *a, struct str *document, struct err *e)
{
	struct buf text = BUF_INIT;
	struct jsonw w;
	int64_t of_series = 0, of_all = 0;

	if (!next_numbers(st, series, &of_series, &of_all, e))
		return false;
	inv->number = invoice_number(a, series, of_series);
	inv->status = INVOICE_FINALIZED;
	jsonw_init(&w, &text);
	invoice_to_json(&w, inv, a);
	jsonw_release(&w);
	*document = str_dup(a, buf_str(&text));
	buf_release(&text);
	return put_invoice(st, run_id, series, of_series, of_all, inv, *document, a, e) &&
		put_lines(st, inv, a, e) && ledger_store_add(st, inv, a, e);
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
invoice_store_get(struct store *st, struct str ref, struct arena *a, struct str *document,
	struct err *e)
{
	static const char sql[] =
		"SELECT document, digest, id FROM invoice WHERE id = ?1 OR invoice_number = ?1"
		" ORDER BY number LIMIT 1";
	struct stmt *s = stmt_get(st, sql);
	struct id id;
	bool found, ok = true;

	stmt_text(s, 1, id_parse(ref, &id) ? id_str(&id) : ref);
	found = stmt_row(s);
	if (found) {
		*document = stmt_col_text_dup(s, 0, a);
		ok = check_digest(*document, stmt_col_blob(s, 1), stmt_col_text(s, 2), e);
	}
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
	"SELECT document, digest, id FROM invoice WHERE " first \
	"number > ?1" \
	" AND (?2 IS NULL OR customer_id = ?2) AND (?3 IS NULL OR contract_id = ?3)" \
	" AND (?4 IS NULL OR type = ?4) AND (?5 IS NULL OR run_id = ?5)" \
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
	while (ok && stmt_row(s)) {
		struct str document = stmt_col_text(s, 0);

		ok = check_digest(document, stmt_col_blob(s, 1), stmt_col_text(s, 2), e);
		if (ok && !visit(ctx, document))
			break;
	}
	arena_release(&names);
	return stmt_done(s, e) && ok;
}
