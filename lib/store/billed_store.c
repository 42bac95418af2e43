#include "store/billed_store.h"

#include "store/stmt.h"

#include "base/banned.h"

bool
billed_store_mark(struct store *st, struct billed_mark *out, struct err *e)
{
	static const char sql[] =
		"SELECT (SELECT coalesce(max(number), 0) FROM invoice),"
		" (SELECT coalesce(max(seq), 0) FROM audit_log) ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	if (stmt_row(s))
		*out = (struct billed_mark){ stmt_col_int(s, 0), stmt_col_int(s, 1) };
	return stmt_done(s, e);
}

bool
billed_store_until(struct store *st, int64_t *until_ns, struct err *e)
{
	static const char sql[] =
		"SELECT max(ending_before) FROM invoice WHERE type = 'USAGE'"
		" AND id NOT IN (SELECT invoice_id FROM invoice_void) ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	if (stmt_row(s))
		*until_ns = stmt_col_instant(s, 0);
	return stmt_done(s, e);
}

bool
billed_store_spans(struct store *st, struct str customer_id, struct arena *a,
	struct billed_spans *out, struct err *e)
{
	static const char sql[] =
		"SELECT starting_at, ending_before FROM invoice WHERE customer_id = ?1"
		" AND type = 'USAGE' AND id NOT IN (SELECT invoice_id FROM invoice_void)"
		" ORDER BY starting_at, ending_before";
	struct stmt *s = stmt_get(st, sql);
	struct billed_spans spans = { NULL, 0 };
	size_t cap = 0;

	stmt_text(s, 1, customer_id);
	while (stmt_row(s)) {
		struct billed_span next = { stmt_col_instant(s, 0), stmt_col_instant(s, 1) };
		struct billed_span *last = spans.n > 0 ? &spans.p[spans.n - 1] : NULL;

		if (last != NULL && next.start_ns <= last->end_ns) {
			last->end_ns = next.end_ns > last->end_ns ? next.end_ns : last->end_ns;
			continue;
		}
		spans.p = arena_grow(a, spans.p, &cap, spans.n + 1, sizeof(*spans.p));
		spans.p[spans.n++] = next;
	}
	*out = spans;
	return stmt_done(s, e);
}
