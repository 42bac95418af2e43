#include "tasks/ratecard.h"

#include "store/ratecard_store.h"
#include "tasks/absent.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *card)
{
	rate_card_terms_json(w, card);
}

bool
rate_card_create(struct store *st, struct rate_card *c, bool if_absent, struct arena *a,
	struct rate_card *out, struct err *e)
{
	struct str there_id;
	struct id id;
	bool there = false;

	if (if_absent &&
		!absent_find(st, NOUN_RATE_CARD, c->id, c->name, INSTANT_NONE, a, &there_id, &there,
			e))
		return false;
	if (there &&
		(!rate_card_store_get(st, there_id, a, out, e) ||
			!absent_live(out->archived_at_ns, c->id, &there, e)))
		return false;
	if (there)
		return absent_equal(NOUN_RATE_CARD, there_id, terms, out, c, e);
	if (!store_new_id(st, "rate_card", c->id, &id, NULL, e))
		return false;
	c->id = str_dup(a, id_str(&id));
	if (!rate_card_store_put(st, c, a, e))
		return false;
	*out = *c;
	return true;
}

bool
rate_card_open(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct rate_card *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_RATE_CARD, "rate_card_id", ref, now_ns, a, &id, e) ||
		!rate_card_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns == INSTANT_NONE)
		return true;
	return err_field(e, ERR_INPUT, "archived", STR("rate_card_id"), ref,
		"the rate card is archived");
}

bool
rate_card_update(struct store *st, struct str ref, const struct rate_card_changes *changes,
	int64_t now_ns, struct arena *a, struct rate_card *out, struct err *e)
{
	if (!rate_card_open(st, ref, now_ns, a, out, e))
		return false;
	return rate_card_apply(a, out, changes, e) && rate_card_store_put(st, out, a, e);
}

bool
rate_card_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct rate_card *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_RATE_CARD, "", ref, now_ns, a, &id, e) ||
		!rate_card_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns != INSTANT_NONE)
		return true;
	out->archived_at_ns = now_ns;
	return rate_card_store_put(st, out, a, e);
}
