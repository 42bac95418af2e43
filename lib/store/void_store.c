#include "store/void_store.h"

#include "store/stmt.h"

#include "base/banned.h"

bool
void_store_life(struct store *st, struct str id, enum invoice_life *life, struct err *e)
{
	static const char sql[] =
		"SELECT v.seq IS NOT NULL, r.from_id IS NOT NULL FROM invoice i"
		" LEFT JOIN invoice_void v ON v.invoice_id = i.id"
		" LEFT JOIN invoice_regeneration r ON r.from_id = i.id"
		" WHERE i.id = ?1 ORDER BY i.number";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, id);
	*life = LIFE_NONE;
	if (stmt_row(s)) {
		*life = LIFE_FINAL;
		if (stmt_col_int(s, 0) != 0)
			*life = stmt_col_int(s, 1) != 0 ? LIFE_REPLACED : LIFE_VOID;
	}
	return stmt_done(s, e);
}

bool
void_store_add(struct store *st, struct str id, struct str document, struct str reason,
	int64_t now_ns, struct err *e)
{
	static const char sql[] =
		"INSERT INTO invoice_void (seq, invoice_id, voided_at, reason)"
		" VALUES (?1, ?2, ?3, ?4)";
	struct str none = { NULL, 0 };
	struct stmt *s;
	int64_t seq;

	if (!store_change(st, "invoice", id, document, none, &seq, e))
		return false;
	s = stmt_get(st, sql);
	stmt_int(s, 1, seq);
	stmt_text(s, 2, id);
	stmt_instant(s, 3, now_ns);
	stmt_text(s, 4, reason);
	return stmt_run(s, e);
}

bool
void_store_replace(struct store *st, struct str id, struct str from, struct err *e)
{
	static const char sql[] =
		"INSERT INTO invoice_regeneration (invoice_id, from_id) VALUES (?1, ?2)";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, id);
	stmt_text(s, 2, from);
	return stmt_run(s, e);
}

bool
void_store_generations(struct store *st, struct str contract_id, enum invoice_type type,
	int64_t at_ns, const struct unit *unit, struct str asked, struct arena *a,
	struct generations *out, struct err *e)
{
	struct generations g = { .billed = true };
	enum invoice_life life = LIFE_FINAL;

	for (;; g.next++) {
		struct str id = invoice_id(a, contract_id, type, at_ns, unit, g.next);

		if (!void_store_life(st, id, &life, e))
			return false;
		if (life == LIFE_NONE)
			break;
		g.billed = g.billed && life != LIFE_VOID;
		g.asked = g.asked || (asked.n > 0 && str_eq(asked, id));
	}
	g.billed = g.billed && g.next > 0;
	*out = g;
	return true;
}

#define BOUGHT "commit_purchase" /* line_type_name(LINE_COMMIT_PURCHASE) */

bool
void_store_buys(struct store *st, struct str id, bool *buys, struct err *e)
{
	static const char sql[] =
		"SELECT ordinal FROM invoice_line WHERE invoice_id = ?1 AND type = '" BOUGHT
		"' ORDER BY ordinal LIMIT 1";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, id);
	*buys = stmt_row(s);
	return stmt_done(s, e);
}

#define TRUEUP "POSTPAID_COMMIT_TRUEUP" /* entry_type_name(COMMIT_POSTPAID, ENTRY_TRUEUP) */

bool
void_store_trueup(struct store *st, struct str id, struct arena *a, struct str *number,
	struct err *e)
{
	static const char sql[] =
		"SELECT i.invoice_number FROM ledger_entry d"
		" JOIN ledger_entry t ON t.commit_id = d.commit_id AND t.type = '" TRUEUP
		"'"
		" JOIN invoice i ON i.id = t.invoice_id"
		" WHERE d.invoice_id = ?1 ORDER BY i.number LIMIT 1";
	struct stmt *s = stmt_get(st, sql);

	*number = (struct str){ NULL, 0 };
	stmt_text(s, 1, id);
	if (stmt_row(s))
		*number = stmt_col_text_dup(s, 0, a);
	return stmt_done(s, e);
}
