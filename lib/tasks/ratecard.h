/*
 * rate card tasks - create, update, archive cards; add rates, read them.
 *
 * Errors     not_found, ambiguous_name, id_taken, differs, archived; codes of
 *            the nouns; rate.product_id where the product is a FIXED one;
 *            rate.rate_type where it is COMPOSITE and the rate no PERCENTAGE, or
 *            the reverse;
 *            rate.pricing_group_values where they are not exactly the product's
 *            pricing keys.
 * Order      create with if_absent: see absent.h.
 */
#ifndef TASKS_RATECARD_H
#define TASKS_RATECARD_H

#include "domain/product.h"
#include "domain/ratecard.h"
#include "store/store.h"

bool rate_card_create(struct store *st, struct rate_card *c, bool if_absent, struct arena *a,
	struct rate_card *out, struct err *e);
bool rate_card_update(struct store *st, struct str ref, const struct rate_card_changes *changes,
	int64_t now_ns, struct arena *a, struct rate_card *out, struct err *e);
/* Contracts that have it keep their prices; new ones are refused. Again: no change. */
bool rate_card_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct rate_card *out, struct err *e);

/*
 * When the card bears its aliases, in place of what was assigned: later
 * assignments to other cards end them. An alias of which nothing is left is gone.
 */
bool rate_card_cut_aliases(struct store *st, struct rate_card *c, struct arena *a, struct err *e);

/* The card that rates are added to: found by reference, not archived. */
bool rate_card_open(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct rate_card *out, struct err *e);
/*
 * Store one rate of that card; its product is resolved and its id made. last is
 * the product of the rate before, kept while the same name follows (ref empty: none).
 */
struct rate_product {
	struct str ref;
	struct product product;
};
bool rate_add(struct store *st, const struct rate_card *card, struct rate *r, int64_t now_ns,
	struct rate_product *last, struct arena *a, struct err *e);

/* The rates of a card that hold at an instant (INSTANT_NONE: every rate), by product and values. */
bool rates_at(struct store *st, struct str card_ref, struct str product_ref, int64_t at_ns,
	int64_t now_ns, struct arena *a, struct rate **out, size_t *n, struct err *e);

#endif
