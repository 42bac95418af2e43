#include "store/ratecard_store.h"

#include "store/alias_store.h"
#include "store/unit_store.h"
#include "store/version.h"

#include "base/banned.h"

static void
write_terms(struct jsonw *w, const void *card)
{
	rate_card_terms_json(w, card);
}

bool
rate_card_store_put(struct store *st, struct rate_card *c, struct arena *a, struct err *e)
{
	struct version v = { .id = c->id, .archived_at_ns = c->archived_at_ns };

	version_terms(&v, write_terms, c, a);
	if (!version_begin(st, NOUN_RATE_CARD, &v, a, e) ||
		!version_put(st, NOUN_RATE_CARD, c->name, &v, e) ||
		!alias_store_put(st, NOUN_RATE_CARD, c->id, c->aliases, c->naliases, v.seq, e))
		return false;
	c->created_at_ns = v.created_at_ns;
	return true;
}

static bool
read_card(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct rate_card *c = out;

	if (!rate_card_from_json(terms, false, v->units, a, c, e))
		return false;
	c->id = str_dup(a, v->id);
	c->created_at_ns = v->created_at_ns;
	c->archived_at_ns = v->archived_at_ns;
	return true;
}

bool
rate_card_store_get(struct store *st, struct str id, struct arena *a, struct rate_card *out,
	struct err *e)
{
	return version_get(st, NOUN_RATE_CARD, id, read_card, a, out, e);
}

bool
rate_card_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e)
{
	return version_list(st, NOUN_RATE_CARD, p, (struct str){ NULL, 0 }, read_card,
		sizeof(struct rate_card), NULL, visit, ctx, e);
}

static void
write_rate(struct jsonw *w, const void *rate)
{
	rate_terms_json(w, rate);
}

bool
rate_store_add(struct store *st, struct rate *r, struct arena *a, struct err *e)
{
	static const char sql[] =
		"INSERT INTO rate (seq, id, rate_card_id, product_id, starting_at, ending_before,"
		" created_at, terms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	struct version v = { .id = r->id };
	struct stmt *s;

	version_terms(&v, write_rate, r, a);
	if (!store_change(st, "rate", r->id, (struct str){ NULL, 0 }, v.terms, &r->seq, e))
		return false;
	r->created_at_ns = store_recorded_at(st, r->seq);
	s = stmt_get(st, sql);
	stmt_int(s, 1, r->seq);
	stmt_text(s, 2, r->id);
	stmt_text(s, 3, r->rate_card_id);
	stmt_text(s, 4, r->product_id);
	stmt_instant(s, 5, r->starting_at_ns);
	stmt_instant(s, 6, r->ending_before_ns);
	stmt_instant(s, 7, r->created_at_ns);
	stmt_text(s, 8, v.terms);
	return stmt_run(s, e);
}

struct rate_reading {
	struct rate_card card;
	struct rate rate;
};

static bool
read_rate(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct rate_reading *r = out;

	if (!rate_from_json(terms, false, v->units, &r->card, a, &r->rate, e))
		return false;
	r->rate.id = str_dup(a, v->id);
	r->rate.seq = v->seq;
	r->rate.created_at_ns = v->created_at_ns;
	return true;
}

bool
rate_store_unit(struct store *st, const struct rate_card *card, struct str product_id,
	struct arena *a, struct unit *out, bool *found, struct err *e)
{
	static const char sql[] =
		"SELECT terms FROM rate WHERE rate_card_id = ?1 AND product_id = ?2 ORDER BY seq"
		" LIMIT 1";
	struct rate_reading r = { .card = *card };
	struct version v = { .id = { NULL, 0 } };
	struct stmt *s;
	bool ok = true;

	if (!store_units(st, &v.units, e))
		return false;
	s = stmt_get(st, sql);
	stmt_text(s, 1, card->id);
	stmt_text(s, 2, product_id);
	*found = stmt_row(s);
	if (*found) {
		v.terms = stmt_col_text(s, 0);
		ok = version_open(&v, read_rate, a, &r, e);
		*out = r.rate.unit;
	}
	return stmt_done(s, e) && ok;
}

bool
rate_store_load(struct store *st, struct str rate_card_id, struct str product_id, struct arena *a,
	struct rate **out, size_t *n, struct err *e)
{
	static const char sql[] =
		"SELECT id, seq, created_at, terms FROM rate WHERE rate_card_id = ?1"
		" AND (?2 IS NULL OR product_id = ?2) AND seq <= ?3 ORDER BY seq";
	const struct units *units;
	struct rate_reading r;
	struct rate *rates = NULL;
	size_t cap = 0, count = 0;
	struct stmt *s;
	bool ok = true;

	if (!rate_card_store_get(st, rate_card_id, a, &r.card, e) || !store_units(st, &units, e))
		return false;
	s = stmt_get(st, sql);
	stmt_text(s, 1, rate_card_id);
	stmt_text(s, 2, product_id.n > 0 ? product_id : (struct str){ NULL, 0 });
	stmt_int(s, 3, store_as_of(st));
	while (ok && stmt_row(s)) {
		struct version v = { .id = stmt_col_text(s, 0),
			.seq = stmt_col_int(s, 1),
			.created_at_ns = stmt_col_instant(s, 2),
			.terms = stmt_col_text(s, 3),
			.units = units };

		ok = version_open(&v, read_rate, a, &r, e);
		rates = arena_grow(a, rates, &cap, count + 1, sizeof(*rates));
		rates[count++] = r.rate;
	}
	if (!stmt_done(s, e) || !ok)
		return false;
	*out = rates;
	*n = count;
	return true;
}
