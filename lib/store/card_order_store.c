#include "store/card_order_store.h"

#include "codec/jsonw.h"
#include "store/stmt.h"

#include "base/banned.h"

/* The order as the audit log has it. */
static struct str
order_json(const struct texts *order, struct arena *a)
{
	struct buf text = BUF_INIT;
	struct jsonw w;
	struct str out;

	jsonw_init(&w, &text);
	jsonw_object(&w);
	jsonw_texts(&w, "product_order", order);
	jsonw_end(&w);
	jsonw_release(&w);
	out = str_dup(a, buf_str(&text));
	buf_release(&text);
	return out;
}

bool
card_order_put(struct store *st, struct str card_id, const struct texts *order, struct arena *a,
	struct err *e)
{
	static const char sql[] =
		"INSERT INTO rate_card_order (seq, position, rate_card_id, product_id)"
		" VALUES (?1, ?2, ?3, ?4)";
	struct str before = { NULL, 0 };
	struct texts there;
	int64_t seq;

	if (!card_order_load(st, card_id, a, &there, e))
		return false;
	if (there.n > 0)
		before = order_json(&there, a);
	if (!store_change(st, "rate_card", card_id, before, order_json(order, a), &seq, e))
		return false;
	for (size_t i = 0; i < order->n; i++) {
		struct stmt *s = stmt_get(st, sql);

		stmt_int(s, 1, seq);
		stmt_int(s, 2, (int64_t)i);
		stmt_text(s, 3, card_id);
		stmt_text(s, 4, order->p[i]);
		if (!stmt_run(s, e))
			return false;
	}
	return true;
}

/* The product ids that a statement with a card and a running number gives. */
static bool
load_ids(struct store *st, const char *sql, struct str card_id, struct arena *a, struct texts *out,
	struct err *e)
{
	struct stmt *s = stmt_get(st, sql);
	struct texts ids = { NULL, 0 };
	size_t cap = 0;

	stmt_text(s, 1, card_id);
	stmt_int(s, 2, store_as_of(st));
	while (stmt_row(s)) {
		ids.p = arena_grow(a, ids.p, &cap, ids.n + 1, sizeof(*ids.p));
		ids.p[ids.n++] = stmt_col_text_dup(s, 0, a);
	}
	if (!stmt_done(s, e))
		return false;
	*out = ids;
	return true;
}

bool
card_order_load(struct store *st, struct str card_id, struct arena *a, struct texts *out,
	struct err *e)
{
	static const char sql[] =
		"SELECT product_id FROM rate_card_order WHERE seq = (SELECT max(seq)"
		" FROM rate_card_order WHERE rate_card_id = ?1 AND seq <= ?2) ORDER BY position";

	return load_ids(st, sql, card_id, a, out, e);
}

bool
card_products_load(struct store *st, struct str card_id, struct arena *a, struct texts *out,
	struct err *e)
{
	static const char sql[] =
		"SELECT product_id FROM rate WHERE rate_card_id = ?1 AND seq <= ?2"
		" GROUP BY product_id ORDER BY min(seq)";

	return load_ids(st, sql, card_id, a, out, e);
}
