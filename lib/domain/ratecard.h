/*
 * ratecard - a list of prices over time.
 *
 * Shape      a card has one fiat unit and aliases over time. A rate belongs to
 *            (card, product, pricing values) and holds [starting_at,
 *            ending_before) on the hour. Which of several that cover an instant
 *            holds is said at rate_order.
 * Units      prices in stored units of the rate's unit, per unit of quantity.
 *            Tier sizes are widths in units of quantity, the last one open.
 *            PERCENTAGE: the price is a fraction of what was spent, in the card's unit.
 *            A commit rate is FLAT or TIERED, in the unit of its rate.
 * Range      prices >= 0, percentages 0..1 ("5 %" is 0.05).
 * Errors     ERR_INPUT, codes rate_card.FIELD and rate.FIELD.
 * Source     mtr-json(5), Rate cards, Rates; mtr-pricing(7), Rates.
 * Example    tiers [{size 100, price 50}, {price 40}]: 150 cost 100*50 + 50*40.
 */
#ifndef DOMAIN_RATECARD_H
#define DOMAIN_RATECARD_H

#include "base/rat.h"
#include "domain/common.h"
#include "domain/unit.h"

struct card_alias {
	struct str name;
	int64_t starting_at_ns;   /* INSTANT_NONE: from ever */
	int64_t ending_before_ns; /* INSTANT_NONE: for ever */
};

struct rate_card {
	struct str id;
	struct str name;
	struct str description;
	struct unit fiat;
	struct card_alias *aliases;
	size_t naliases;
	struct pairs custom_fields;
	int64_t created_at_ns;
	int64_t archived_at_ns;
};

/* The models stand in the order of the table in engine/price.c. */
enum rate_type { RATE_FLAT, RATE_TIERED, RATE_PERCENTAGE };
#define RATE_TYPES 3

struct tier {
	bool open;       /* the last one: no size */
	struct rat size; /* > 0 */
	struct rat price;
};

struct rate {
	struct str id;
	struct str rate_card_id;
	struct str product_id; /* a reference until it is resolved */
	int64_t starting_at_ns;
	int64_t ending_before_ns; /* INSTANT_NONE: open */
	bool entitled;
	enum rate_type type;
	struct rat price;   /* FLAT; PERCENTAGE: a fraction */
	struct tier *tiers; /* TIERED */
	size_t ntiers;
	struct rate *commit_rate; /* type and price while a balance at COMMIT_RATE draws; or NULL */
	struct pairs pricing_group_values;
	struct unit unit;
	int64_t seq; /* running number: the order of adding */
	int64_t created_at_ns;
};

bool rate_card_from_json(const struct json *j, bool csv, struct arena *a, struct rate_card *out,
	struct err *e);
/* {"rate_card_id":..., "name", "description", "aliases" (replaces), "custom_fields" (merged)} */
struct rate_card_changes {
	struct rate_card card;
	bool has_aliases;
};
bool rate_card_update_from_json(const struct json *j, bool csv, struct arena *a, struct str *ref,
	struct rate_card_changes *out, struct err *e);
void rate_card_apply(struct arena *a, struct rate_card *c, const struct rate_card_changes *changes);
void rate_card_terms_json(struct jsonw *w, const struct rate_card *c);
void rate_card_to_json(struct jsonw *w, const struct rate_card *c);

const char *rate_type_name(enum rate_type t); /* "FLAT" */

/*
 * A rate as add-rates takes it; rate_card_id may stand in it, else it is empty
 * and the caller fills it in. fiat is the unit where none is named, and another
 * than it is refused; NULL: any unit, USD where none is named.
 */
bool rate_from_json(const struct json *j, bool csv, const struct unit *fiat, struct arena *a,
	struct rate *out, struct err *e);
/* The same for one rate, or for {"rate_card_id":..., "rates":[...]}: *n >= 1 of them. */
bool rates_from_json(const struct json *j, bool csv, const struct unit *fiat, struct arena *a,
	struct rate **out, size_t *n, struct err *e);
/* The card a record names ("rate_card_id" or "rate_card"), before rate_from_json; empty: none. */
struct str rate_card_ref(const struct json *j, struct arena *a);
void rate_terms_json(struct jsonw *w, const struct rate *r);
/* With price_major and currency, for people. */
void rate_to_json(struct jsonw *w, const struct rate *r, struct arena *a);

bool rate_covers(const struct rate *r, int64_t t_ns);
/*
 * > 0 when a beats b at an instant both cover: one with an end beats an open
 * one, then the later starting_at, then the one added last.
 */
int rate_order(const struct rate *a, const struct rate *b);
/* Same model and price, and the same commit rate: windows under them are one. */
bool rate_same_price(const struct rate *a, const struct rate *b);

#endif
