/*
 * rate card tasks - create, update, archive cards; add rates, read them.
 *
 * Errors     not_found, ambiguous_name, id_taken, differs, archived; codes of
 *            the nouns; rate.product_id where the product is a FIXED one;
 *            rate.rate_type where it is COMPOSITE and the rate no PERCENTAGE, or
 *            the reverse;
 *            rate.pricing_group_values where they are not exactly the product's
 *            pricing keys; rate.credit_type_id where the product has another unit on
 *            the card.
 * Order      create with if_absent: see absent.h.
 */
#ifndef TASKS_RATECARD_H
#define TASKS_RATECARD_H

#include "domain/ratecard.h"
#include "store/store.h"

bool rate_card_create(struct store *st, struct rate_card *c, bool if_absent, struct arena *a,
	struct rate_card *out, struct err *e);
bool rate_card_update(struct store *st, struct str ref, const struct rate_card_changes *changes,
	int64_t now_ns, struct arena *a, struct rate_card *out, struct err *e);
/* Contracts that have it keep their prices; new ones are refused. Again: no change. */
bool rate_card_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct rate_card *out, struct err *e);

/* The card that rates are added to: found by reference, not archived. */
bool rate_card_open(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct rate_card *out, struct err *e);

#endif
