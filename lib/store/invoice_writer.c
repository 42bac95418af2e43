#include "store/invoice_writer.h"

#include "base/map.h"
#include "store/conn.h"
#include "store/ledger_store.h"
#include "store/stmt.h"

#include "base/banned.h"

/* Ids come in no order: each time nearly every page of their indexes is changed. */
#define INVOICES_AT_ONCE 8000

struct invoice_writer {
	struct store *store;
	struct str run_id;
	struct arena *arena;
	struct map series;  /* name -> int64_t: its last number */
	int64_t last;       /* number of an invoice */
	int64_t last_entry; /* of the ledger */
	size_t gathered;    /* invoices that are yet to go over */
};

static bool
make_tables(struct store *st, struct err *e)
{
	static const char sql[] =
		"PRAGMA main.cache_size = -262144; PRAGMA temp.cache_size = -65536;" /* KiB */
		"CREATE TEMP TABLE IF NOT EXISTS new_invoice (number INTEGER PRIMARY KEY, id, run_id,"
		" series, series_number, invoice_number, type, customer_id, contract_id, currency,"
		" starting_at, ending_before, issued_at, total, amount_due, document, digest);"
		"CREATE TEMP TABLE IF NOT EXISTS new_invoice_line (invoice_id, ordinal, id, type,"
		" product_id, quantity, unit_price, total, starting_at, ending_before, object_id,"
		" credit_type_id)";

	return conn_exec(store_sqlite(st), sql, e) && ledger_store_gather(st, e);
}

/* ---- numbers ---- */

static bool
last_of_all(struct store *st, int64_t *last, struct err *e)
{
	static const char sql[] = "SELECT coalesce(max(number), 0) FROM invoice ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	if (stmt_row(s))
		*last = stmt_col_int(s, 0);
	return stmt_done(s, e);
}

static bool
last_of_series(struct store *st, struct str series, int64_t *last, struct err *e)
{
	static const char sql[] =
		"SELECT coalesce(max(series_number), 0) FROM invoice WHERE series = ?1 ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, series);
	if (stmt_row(s))
		*last = stmt_col_int(s, 0);
	return stmt_done(s, e);
}

static bool
next_of_series(struct invoice_writer *w, struct str series, int64_t *number, struct err *e)
{
	bool fresh;
	void **slot = map_slot(&w->series, series, &fresh);
	int64_t *last = *slot;

	if (fresh) {
		last = ARENA_NEW(w->arena, int64_t);
		*slot = last;
		if (!last_of_series(w->store, series, last, e))
			return false;
	}
	*number = ++*last;
	return true;
}

struct invoice_writer *
invoice_writer_open(struct store *st, struct str run_id, struct arena *run, struct err *e)
{
	struct invoice_writer *w = ARENA_NEW(run, struct invoice_writer);

	w->store = st;
	w->run_id = run_id;
	w->arena = run;
	map_init(&w->series, run);
	if (!make_tables(st, e) || !last_of_all(st, &w->last, e) ||
		!ledger_store_last(st, &w->last_entry, e))
		return NULL;
	return w;
}

/* ---- gathering ---- */

static bool
put_invoice(const struct invoice_writer *w, struct str series, int64_t series_number,
	const struct invoice *inv, struct str document, struct arena *a, struct err *e)
{
	static const char sql[] =
		"INSERT INTO temp.new_invoice (number, id, run_id, series, series_number,"
		" invoice_number, type, customer_id, contract_id, currency, starting_at,"
		" ending_before, issued_at, total, amount_due, document, digest) VALUES (?1, ?2, ?3,"
		" ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
	unsigned char digest[DIGEST_BYTES];
	struct stmt *s = stmt_get(w->store, sql);

	digest_sha256(document.p, document.n, digest);
	stmt_int(s, 1, w->last);
	stmt_text(s, 2, inv->id);
	stmt_text(s, 3, w->run_id);
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
put_line(struct store *st, const struct invoice *inv, size_t i, struct arena *a, struct err *e)
{
	static const char sql[] =
		"INSERT INTO temp.new_invoice_line (invoice_id, ordinal, id, type, product_id,"
		" quantity, unit_price, total, starting_at, ending_before, object_id, credit_type_id)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
	const struct invoice_line *line = &inv->lines[i];
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, inv->id);
	stmt_int(s, 2, (int64_t)i);
	stmt_text(s, 3, line->id);
	stmt_text(s, 4, str_c(line_type_name(line->type)));
	stmt_text(s, 5, line->product_id);
	stmt_text(s, 6, rat_text_exact(a, line->quantity));
	if (invoice_line_has_price(line))
		stmt_text(s, 7, rat_text_exact(a, line->unit_price));
	else
		stmt_null(s, 7);
	stmt_text(s, 8, rat_text_exact(a, line->total));
	stmt_instant(s, 9, line->starting_at_ns);
	stmt_instant(s, 10, line->ending_before_ns);
	stmt_text(s, 11, invoice_line_object(line));
	stmt_text(s, 12, id_str(&line->unit.id));
	return stmt_run(s, e);
}

static bool
put_lines(struct store *st, const struct invoice *inv, struct arena *a, struct err *e)
{
	for (size_t i = 0; i < inv->nlines; i++)
		if (!put_line(st, inv, i, a, e))
			return false;
	return true;
}

/* ---- going over ---- */

static bool
move_over(struct store *st, struct err *e)
{
	static const char invoices[] =
		"INSERT INTO invoice (number, id, run_id, series, series_number, invoice_number, type,"
		" customer_id, contract_id, currency, starting_at, ending_before, issued_at,"
		" finalized_at, total, amount_due, document, digest) SELECT n.number, n.id, n.run_id,"
		" n.series, n.series_number, n.invoice_number, n.type, n.customer_id, n.contract_id,"
		" n.currency, n.starting_at, n.ending_before, n.issued_at, r.recorded_at, n.total,"
		" n.amount_due, n.document, n.digest FROM temp.new_invoice n"
		" CROSS JOIN run r ON r.id = n.run_id ORDER BY n.number";
	static const char lines[] =
		"INSERT INTO invoice_line (invoice_id, ordinal, id, type, product_id, quantity,"
		" unit_price, total, starting_at, ending_before, object_id, credit_type_id)"
		" SELECT invoice_id, ordinal, id, type, product_id, quantity, unit_price, total,"
		" starting_at, ending_before, object_id, credit_type_id FROM temp.new_invoice_line"
		" ORDER BY invoice_id, ordinal";
	static const char no_invoices[] = "DELETE FROM temp.new_invoice";
	static const char no_lines[] = "DELETE FROM temp.new_invoice_line";

	return stmt_run(stmt_get(st, invoices), e) && stmt_run(stmt_get(st, lines), e) &&
		ledger_store_move(st, e) && stmt_run(stmt_get(st, no_invoices), e) &&
		stmt_run(stmt_get(st, no_lines), e);
}

static struct str
write_document(const struct invoice *inv, struct arena *a)
{
	struct buf text = BUF_INIT;
	struct jsonw w;
	struct str out;

	jsonw_init(&w, &text);
	invoice_to_json(&w, inv, a);
	jsonw_release(&w);
	out = str_dup(a, buf_str(&text));
	buf_release(&text);
	return out;
}

bool
invoice_writer_add(struct invoice_writer *w, struct str series, struct invoice *inv,
	struct arena *a, struct str *document, struct err *e)
{
	int64_t of_series = 0;

	if (!next_of_series(w, series, &of_series, e))
		return false;
	w->last++;
	inv->number = invoice_number(w->arena, series, of_series);
	inv->status = INVOICE_FINALIZED;
	*document = write_document(inv, a);
	if (!put_invoice(w, series, of_series, inv, *document, a, e) ||
		!put_lines(w->store, inv, a, e) ||
		!ledger_store_add(w->store, &w->last_entry, inv, a, e))
		return false;
	if (++w->gathered < INVOICES_AT_ONCE)
		return true;
	w->gathered = 0;
	return move_over(w->store, e);
}

bool
invoice_writer_close(struct invoice_writer *w, struct err *e)
{
	return w->gathered == 0 || move_over(w->store, e);
}
