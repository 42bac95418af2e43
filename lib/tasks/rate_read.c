#include "tasks/rate_read.h"

#include <stdlib.h>

#include "base/map.h"
#include "store/product_store.h"
#include "store/ratecard_store.h"

#include "base/banned.h"

/* Rates of a card, with the products whose tags are looked at. */
struct reading {
	struct store *st;
	const struct rate_question *question;
	struct arena *arena;
	struct rate *rates;
	size_t n;
	struct map products; /* id -> struct product */
};

/* The product of the only selector, so that no other rates are read. */
static struct str
only_product(const struct rate_question *q)
{
	return q->nselectors == 1 ? q->selectors[0].product_id : (struct str){ NULL, 0 };
}

static bool
load(struct reading *r, struct err *e)
{
	const struct rate_question *q = r->question;
	struct str id;

	map_init(&r->products, r->arena);
	if (!reference_field(r->st, NOUN_RATE_CARD, "", q->card, q->now_ns, r->arena, &id, e) ||
		!rate_store_load(r->st, id, only_product(q), r->arena, &r->rates, &r->n, e))
		return false;
	if (r->n > 0)
		qsort(r->rates, r->n, sizeof(*r->rates), rate_by_place);
	return true;
}

static bool
asks_for_tags(const struct rate_question *q)
{
	for (size_t i = 0; i < q->nselectors; i++)
		if (q->selectors[i].product_tags.n > 0)
			return true;
	return false;
}

/* The tags a product bears at an instant. */
static bool
tags_at(struct reading *r, struct str id, int64_t t_ns, struct texts *out, struct err *e)
{
	bool fresh;
	void **slot;

	*out = (struct texts){ NULL, 0 };
	if (!asks_for_tags(r->question))
		return true;
	slot = map_slot(&r->products, id, &fresh);
	if (fresh) {
		struct product *p = ARENA_NEW(r->arena, struct product);

		*slot = p;
		if (!product_store_get(r->st, id, r->arena, p, e))
			return false;
	}
	*out = product_at(*slot, t_ns, r->arena).tags;
	return true;
}

static bool
is_selected(struct reading *r, const struct rate *rate, int64_t t_ns, bool *selected, struct err *e)
{
	struct texts tags;

	if (!tags_at(r, rate->product_id, t_ns, &tags, e))
		return false;
	*selected = rate_selected(r->question->selectors, r->question->nselectors, rate, &tags);
	return true;
}

bool
rates_at(struct store *st, const struct rate_question *q, int64_t at_ns, struct arena *a,
	struct rate **out, size_t *n, struct err *e)
{
	struct reading r = { .st = st, .question = q, .arena = a };
	size_t kept = 0;

	if (!load(&r, e))
		return false;
	if (at_ns != INSTANT_NONE)
		r.n = rates_keep_holding(r.rates, r.n, at_ns);
	for (size_t i = 0; i < r.n; i++) {
		const struct rate *rate = &r.rates[i];
		int64_t t_ns = at_ns != INSTANT_NONE ? at_ns : rate->starting_at_ns;
		bool selected;

		if (!is_selected(&r, rate, t_ns, &selected, e))
			return false;
		if (selected)
			r.rates[kept++] = *rate;
	}
	*out = r.rates;
	*n = kept;
	return true;
}

bool
rates_over(struct store *st, const struct rate_question *q, int64_t from_ns, int64_t to_ns,
	struct arena *a, struct rate_segment **out, size_t *n, struct err *e)
{
	struct reading r = { .st = st, .question = q, .arena = a };
	struct rate_segment *segments;
	size_t nsegments, kept = 0;

	if (!load(&r, e))
		return false;
	segments = rate_segments(r.rates, r.n, from_ns, to_ns, a, &nsegments);
	for (size_t i = 0; i < nsegments; i++) {
		bool selected;

		if (!is_selected(&r, segments[i].rate, segments[i].starting_at_ns, &selected, e))
			return false;
		if (selected)
			segments[kept++] = segments[i];
	}
	*out = segments;
	*n = kept;
	return true;
}
