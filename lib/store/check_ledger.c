#include "store/check_rules.h"

#include "base/str.h"
#include "store/contract_store.h"
#include "store/ledger_store.h"
#include "store/stmt.h"

#include "base/banned.h"

struct checker {
	struct store *st;
	store_found found;
	void *ctx;
	struct arena row; /* of one contract, or one invoice */
};

static void report(struct checker *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
report(struct checker *c, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	c->found(c->ctx, "check.ledger_entry", buf_str(&text));
	buf_release(&text);
}

/* ---- what was drawn from a segment, against what it grants ---- */

static const struct access_segment *
segment_of(const struct contract *c, const struct ledger_row *row)
{
	for (size_t i = 0; i < c->ncommits; i++) {
		if (!str_eq(c->commits[i].id, row->commit_id))
			continue;
		for (size_t k = 0; k < c->commits[i].nsegments; k++)
			if (str_eq(c->commits[i].segments[k].id, row->entry.segment_id))
				return &c->commits[i].segments[k];
	}
	return NULL;
}

static void
check_segments(struct checker *c, const struct contract *contract, const struct map *drawn)
{
	for (size_t i = 0; i < contract->ncommits; i++) {
		const struct commit *commit = &contract->commits[i];

		for (size_t k = 0; k < commit->nsegments; k++) {
			const struct rat *sum = map_get(drawn, commit->segments[k].id);

			if (sum != NULL && rat_cmp(*sum, commit->segments[k].amount) > 0)
				report(c, "segment %.*s: %.*s was drawn from it, it grants %.*s",
					STR_FMT(commit->segments[k].id),
					STR_FMT(rat_text_exact(&c->row, *sum)),
					STR_FMT(rat_text_exact(&c->row,
						commit->segments[k].amount)));
		}
	}
}

static bool
check_contract(struct checker *c, struct str id, struct err *e)
{
	struct ledger_filter f = { .contract_id = id };
	struct err unreadable = ERR_INIT;
	struct contract contract;
	struct ledger_row *rows;
	struct map drawn;
	size_t n;

	if (!contract_store_get(c->st, id, &c->row, &contract, &unreadable)) {
		report(c, "contract %.*s: %s", STR_FMT(id), unreadable.text);
		return true;
	}
	if (!ledger_store_load(c->st, &f, &c->row, &rows, &n, e))
		return false;
	ledger_drawn(rows, n, &c->row, &drawn);
	for (size_t i = 0; i < n; i++) {
		if (segment_of(&contract, &rows[i]) == NULL)
			report(c, "entry %.*s: contract %.*s has no such segment",
				STR_FMT(rows[i].entry.id), STR_FMT(id));
		if (rat_sign(rows[i].entry.amount) >= 0)
			report(c, "entry %.*s: its amount is not below zero",
				STR_FMT(rows[i].entry.id));
	}
	check_segments(c, &contract, &drawn);
	return true;
}

static bool
check_contracts(struct checker *c, struct err *e)
{
	static const char sql[] = "SELECT DISTINCT contract_id FROM ledger_entry ORDER BY 1";
	struct stmt *s = stmt_get(c->st, sql);
	bool ok = true;

	while (ok && stmt_row(s)) {
		ok = check_contract(c, stmt_col_text(s, 0), e);
		arena_clear(&c->row);
	}
	return stmt_done(s, e) && ok;
}

/* ---- the application lines of an invoice, against its entries ---- */

static bool
sum_of(struct checker *c, const char *sql, struct str invoice_id, struct rat *sum, struct err *e)
{
	struct stmt *s = stmt_get(c->st, sql);

	*sum = RAT_ZERO;
	stmt_text(s, 1, invoice_id);
	while (stmt_row(s))
		*sum = rat_add(&c->row, *sum, stmt_col_rat(s, 0, &c->row));
	return stmt_done(s, e);
}

#define APPLIED "applied_commit_or_credit" /* line_type_name(LINE_APPLIED) */

static bool
check_invoice(struct checker *c, struct str id, struct str number, struct err *e)
{
	static const char lines[] =
		"SELECT total FROM invoice_line WHERE invoice_id = ?1 AND type = '" APPLIED
		"'"
		" ORDER BY ordinal";
	static const char entries[] =
		"SELECT amount FROM ledger_entry WHERE invoice_id = ?1 ORDER BY number";
	struct rat applied, drawn;

	if (!sum_of(c, lines, id, &applied, e) || !sum_of(c, entries, id, &drawn, e))
		return false;
	if (!rat_eq(applied, drawn))
		report(c, "invoice %.*s: its applications add up to %.*s, its entries to %.*s",
			STR_FMT(number), STR_FMT(rat_text_exact(&c->row, applied)),
			STR_FMT(rat_text_exact(&c->row, drawn)));
	return true;
}

static bool
check_invoices(struct checker *c, struct err *e)
{
	static const char sql[] =
		"SELECT id, invoice_number FROM invoice WHERE id IN (SELECT invoice_id FROM"
		" ledger_entry UNION SELECT invoice_id FROM invoice_line WHERE type = '" APPLIED
		"')"
		" ORDER BY number";
	struct stmt *s = stmt_get(c->st, sql);
	bool ok = true;

	while (ok && stmt_row(s)) {
		ok = check_invoice(c, stmt_col_text(s, 0), stmt_col_text(s, 1), e);
		arena_clear(&c->row);
	}
	return stmt_done(s, e) && ok;
}

bool
check_ledger(struct store *st, store_found found, void *ctx, struct err *e)
{
	struct checker c = { .st = st, .found = found, .ctx = ctx };
	bool ok = check_contracts(&c, e) && check_invoices(&c, e);

	arena_release(&c.row);
	return ok;
}
