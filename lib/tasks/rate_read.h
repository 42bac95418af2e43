/*
 * rate reading tasks - which prices stand on a rate card, at an instant or over time.
 *
 * Errors     not_found, ambiguous_name of the card.
 * Order      by product id, pricing values, billing frequency, unit, time (rate_place.h).
 * Source     mtr-ratecard(1), rates and schedule.
 */
#ifndef TASKS_RATE_READ_H
#define TASKS_RATE_READ_H

#include "domain/rate_place.h"
#include "domain/rate_selector.h"
#include "store/store.h"

struct rate_question {
	struct str card;                       /* a reference */
	const struct rate_selector *selectors; /* products by id */
	size_t nselectors;
	int64_t now_ns; /* at which an alias of the card must hold */
};

/* The rates that hold at an instant; INSTANT_NONE: every rate, whenever it holds. */
bool rates_at(struct store *st, const struct rate_question *q, int64_t at_ns, struct arena *a,
	struct rate **out, size_t *n, struct err *e);

/* Which rate holds when, within [from_ns, to_ns); to_ns INSTANT_NONE: for ever. */
bool rates_over(struct store *st, const struct rate_question *q, int64_t from_ns, int64_t to_ns,
	struct arena *a, struct rate_segment **out, size_t *n, struct err *e);

#endif
