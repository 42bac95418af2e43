/*
 * spend_tracker - what was spent on commits in a billing period, by kind of purchase.
 *
 * Shape      an alias that no other tracker of the contract has, a unit, and specifiers:
 *            a purchase counts where one of them says so. What was spent is no term:
 *            it is worked out (engine/spend.h) and only shown.
 * Units      amounts in stored units of the tracker's unit; purchases in others do not
 *            count.
 * Range      alias 1..160 code points; at least one specifier, each with a source.
 * Errors     ERR_INPUT, codes contract.spend_trackers.FIELD.
 * Source     mtr-json(5), Spend trackers; mtr-pricing(7), Thresholds.
 */
#ifndef DOMAIN_SPEND_TRACKER_H
#define DOMAIN_SPEND_TRACKER_H

#include "domain/common.h"
#include "domain/unit.h"

enum spend_source { SPEND_RECHARGE, SPEND_MANUAL };
#define SPEND_SOURCES 2

enum spend_discounted { SPEND_ANY, SPEND_DISCOUNTED, SPEND_UNDISCOUNTED };

struct spend_specifier {
	bool sources[SPEND_SOURCES];
	enum spend_discounted discounted;
};

struct spend_tracker {
	struct str alias;
	struct unit unit;
	struct spend_specifier *specifiers;
	size_t nspecifiers;
	bool has_spent; /* what was spent is known, and shown */
	struct rat spent;
	int64_t period_start_ns;
	int64_t period_end_ns;
};

/* Out of an object that is open. */
void spend_tracker_from_obj(struct obj *o, struct spend_tracker *out);
/* An array field of them; none of it may have the alias of another, nor of one there is. */
void spend_trackers_from_obj(struct obj *o, const char *name, const struct spend_tracker *there,
	size_t nthere, struct spend_tracker **out, size_t *n);
void spend_trackers_json(struct jsonw *w, const struct spend_tracker *trackers, size_t n,
	enum terms_form form);

const struct spend_tracker *spend_tracker_find(const struct spend_tracker *trackers, size_t n,
	struct str alias);
/* A purchase of this kind counts. */
bool spend_tracker_counts(const struct spend_tracker *t, enum spend_source source, bool discounted);

#endif
