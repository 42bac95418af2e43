#include "tasks/threshold_terms.h"

#include "store/ratecard_store.h"
#include "tasks/terms.h"

#include "base/banned.h"

static struct unit
fiat_of(const struct rate_card *card)
{
	return card != NULL ? card->fiat : unit_usd();
}

bool
threshold_worth(const struct rate_card *card, const struct unit *u, struct unit *fiat,
	struct rat *fiat_each)
{
	*fiat = fiat_of(card);
	*fiat_each = RAT_ONE;
	if (unit_same(u, fiat))
		return true;
	for (size_t i = 0; card != NULL && i < card->nconversions; i++) {
		if (!unit_same(u, &card->conversions[i].unit))
			continue;
		*fiat_each = card->conversions[i].fiat_each;
		return true;
	}
	return false;
}

static bool
refuse(enum threshold_kind kind, const char *field, const struct unit *u, const char *text,
	struct arena *a, struct err *e)
{
	struct str path = str_printf(a, "%s.%s", threshold_field(kind), field);

	return err_field(e, ERR_INPUT, str_printf(a, "contract.%.*s", STR_FMT(path)).p, path,
		str_c(u->name), "%s", text);
}

/* The cap counts what is paid, so it is in the unit of what is paid. */
static bool
check_cap(const struct contract *c, enum threshold_kind kind, const struct unit *fiat,
	struct arena *a, struct err *e)
{
	const struct thresholds *all = &c->thresholds;
	const struct threshold *t = &all->of[kind];
	const struct spend_tracker *tracker;

	if (!t->has_discount || t->discount.tracker.n == 0)
		return true;
	tracker = spend_tracker_find(all->trackers, all->ntrackers, t->discount.tracker);
	return unit_same(&tracker->unit, fiat) ||
		refuse(kind, "discount_configuration.cap.spend_tracker_alias", &tracker->unit,
			str_printf(a, "the unit of the tracker; wanted one in %s, which is paid",
				fiat->name)
				.p,
			a, e);
}

static bool
resolve(struct store *st, struct contract *c, enum threshold_kind kind,
	const struct rate_card *card, int64_t now_ns, struct arena *a, struct err *closed,
	struct err *e)
{
	struct threshold *t = &c->thresholds.of[kind];
	struct unit fiat;
	struct rat each;

	if (!terms_commit_resolve(st, &t->commit, now_ns, a, closed, e))
		return false;
	if (!t->has_unit)
		t->unit = fiat_of(card);
	t->has_unit = true;
	if (!threshold_worth(card, &t->unit, &fiat, &each) ||
		(kind == THRESHOLD_SPEND && !unit_same(&t->unit, &fiat)))
		return refuse(kind, "threshold_amount", &t->unit,
			str_printf(a, "wanted %s%s", fiat.name,
				kind == THRESHOLD_BALANCE ?
					", or a unit that the rate card converts" :
					"")
				.p,
			a, e);
	return threshold_check(t, kind, &fiat, each, a, e) && check_cap(c, kind, &fiat, a, e);
}

bool
threshold_resolve(struct store *st, struct contract *c, enum threshold_kind kind, int64_t now_ns,
	struct arena *a, struct err *closed, struct err *e)
{
	struct rate_card card;
	bool has_card = c->rate_card_id.n > 0;

	return (!has_card || rate_card_store_get(st, c->rate_card_id, a, &card, e)) &&
		resolve(st, c, kind, has_card ? &card : NULL, now_ns, a, closed, e);
}

bool
thresholds_resolve(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct err *closed, struct err *e)
{
	for (int k = 0; k < THRESHOLDS; k++)
		if (c->thresholds.of[k].given &&
			!threshold_resolve(st, c, (enum threshold_kind)k, now_ns, a, closed, e))
			return false;
	return true;
}
