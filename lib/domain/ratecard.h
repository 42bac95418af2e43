/*
 * ratecard - a list of prices over time.
 *
 * Shape      a card has one fiat unit, what custom units are worth in it, and
 *            aliases over time. A rate belongs to
 *            (card, product, pricing values) and holds [starting_at,
 *            ending_before) on the hour. Which of several that cover an instant
 *            holds is said at rate_order.
 * Units      prices in stored units of the rate's unit, per unit of quantity.
 *            Tier sizes are widths in units of quantity, the last one open.
 *            PERCENTAGE, TIERED_PERCENTAGE: prices are fractions of what was spent, sizes
 *            amounts of it, in the card's unit. STAIRSTEP: a price is for the whole, PACKAGE:
 *            for a package. A commit rate is FLAT or TIERED, in the unit of its rate.
 * Range      prices, fees, minimums, maximums >= 0, minimum <= maximum, percentages 0..1
 *            ("5 %" is 0.05).
 * Errors     ERR_INPUT, codes rate_card.FIELD and rate.FIELD.
 * Source     mtr-json(5), Rate cards, Rates; mtr-pricing(7), Rates.
 * Example    tiers [{size 100, price 50}, {price 40}]: 150 cost 100*50 + 50*40.
 */
#ifndef DOMAIN_RATECARD_H
#define DOMAIN_RATECARD_H

#include "base/rat.h"
#include "domain/alias.h"
#include "domain/common.h"
#include "domain/schedule.h"
#include "domain/unit.h"

/* What a custom unit is worth where no balance paid for it. */
struct conversion {
	struct unit unit;     /* custom */
	struct rat fiat_each; /* > 0, stored units of the card's fiat unit for one */
};

struct rate_card {
	struct str id;
	struct str name;
	struct str description;
	struct unit fiat;
	struct conversion *conversions; /* each unit once, in the order of adding */
	size_t nconversions;
	struct dated_alias *aliases;
	size_t naliases;
	struct texts product_order; /* ids, as card_order_load gives them; none: not set */
	struct pairs custom_fields;
	int64_t created_at_ns;
	int64_t archived_at_ns;
};

/* The models stand in the order of the table in engine/price.c. */
enum rate_type {
	RATE_FLAT,
	RATE_TIERED,
	RATE_VOLUME,
	RATE_STAIRSTEP,
	RATE_PACKAGE,
	RATE_PERCENTAGE,        /* of what was spent, as the next */
	RATE_TIERED_PERCENTAGE, /* tiers of spend */
	RATE_SUBSCRIPTION       /* legacy; FLAT with a billing frequency is the same */
};
#define RATE_TYPES 8

/* What a priced piece of usage is: lines say so. */
enum slice_kind {
	SLICE_UNITS,  /* so many units at a price each */
	SLICE_FREE,   /* free units of the rate: price 0, tier level 0, as wide as they are many */
	SLICE_FEE,    /* flat fee of a tier: quantity 1, or -1 given back */
	SLICE_WHOLE,  /* a window under a model without a price for one unit */
	SLICE_MINIMUM /* what a minimum lacks: quantity 1 */
};

struct tier {
	bool open;       /* the last one: no size */
	struct rat size; /* > 0 */
	struct rat price;
	struct rat flat_fee; /* TIERED: once the tier is entered */
};

struct rate {
	struct str id;
	struct str rate_card_id;
	struct str product_id; /* a reference until it is resolved */
	int64_t starting_at_ns;
	int64_t ending_before_ns; /* INSTANT_NONE: open */
	bool entitled;
	enum rate_type type;
	struct rat price;   /* without tiers; PERCENTAGE: a fraction */
	struct tier *tiers; /* of the types that have them */
	size_t ntiers;
	struct rat package_size; /* > 0; PACKAGE */
	struct rat free_units;   /* of a billing period; 0: none */
	struct rat minimum;      /* of a whole billing period; 0: none */
	bool has_maximum;
	struct rat maximum;
	bool has_frequency; /* of a SUBSCRIPTION product: how often it is billed */
	enum frequency frequency;
	bool has_quantity; /* SUBSCRIPTION: kept, without effect */
	struct rat quantity;
	/* price while a balance at COMMIT_RATE draws, with these free units; or NULL */
	struct rate *commit_rate;
	struct pairs pricing_group_values;
	struct unit unit;
	int64_t seq; /* running number: the order of adding */
	int64_t created_at_ns;
};

bool rate_card_from_json(const struct json *j, bool csv, const struct units *units, struct arena *a,
	struct rate_card *out, struct err *e);
/*
 * {"rate_card_id":..., "name", "description", "aliases" (replaces), "custom_fields" (merged),
 * "add_credit_type_conversions"}; fiat: the unit of the card that is changed.
 */
struct rate_card_changes {
	struct rate_card card;
	bool has_aliases;
};
bool rate_card_update_from_json(const struct json *j, bool csv, const struct units *units,
	const struct unit *fiat, struct arena *a, struct str *ref, struct rate_card_changes *out,
	struct err *e);
/* Refused, the card as it was: a conversion that is there with another value. */
bool rate_card_apply(struct arena *a, struct rate_card *c, const struct rate_card_changes *changes,
	struct err *e);
/* What a unit is worth on the card; NULL: it is not converted. */
const struct conversion *rate_card_conversion(const struct rate_card *c, const struct unit *u);
void rate_card_terms_json(struct jsonw *w, const struct rate_card *c);
void rate_card_to_json(struct jsonw *w, const struct rate_card *c);

const char *rate_type_name(enum rate_type t); /* "FLAT" */
bool rate_type_on_spend(enum rate_type t);    /* PERCENTAGE, TIERED_PERCENTAGE: of composites */
/* VOLUME, STAIRSTEP, PACKAGE: one charge for a window, without a price for one unit. */
bool rate_type_whole(enum rate_type t);
bool rate_type_tiers(enum rate_type t); /* its prices stand in tiers */

/*
 * "rate_type" and the members that price it, in r->unit; rates and overwrite_rate are read
 * by it. of_seats: of a subscription, which has no free units, minimum and maximum.
 */
bool rate_prices_from_obj(struct obj *o, bool of_seats, struct rate *r);
/* "commit_rate", after the rate's own prices. */
bool commit_rate_from_obj(struct obj *parent, struct rate *r);
/* The same members; a: for the major amounts of the printed form. */
void rate_prices_json(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a);
void commit_rate_json(struct jsonw *w, const struct rate *r, enum terms_form form, struct arena *a);

/*
 * A rate as add-rates takes it; rate_card_id may stand in it, else it is empty
 * and the caller fills it in. Its unit is the card's fiat unit where none is named,
 * else that or one the card converts; card NULL: any unit, USD where none is named.
 */
bool rate_from_json(const struct json *j, bool csv, const struct units *units,
	const struct rate_card *card, struct arena *a, struct rate *out, struct err *e);
/* The same for one rate, or for {"rate_card_id":..., "rates":[...]}: *n >= 1 of them. */
bool rates_from_json(const struct json *j, bool csv, const struct units *units,
	const struct rate_card *card, struct arena *a, struct rate **out, size_t *n, struct err *e);
/* The card a record names ("rate_card_id" or "rate_card"), before rate_from_json; empty: none. */
struct str rate_card_ref(const struct json *j, struct arena *a);
/* The same of an update, which may name it by "id". */
struct str rate_card_subject(const struct json *j, struct arena *a);
void rate_terms_json(struct jsonw *w, const struct rate *r);
/* With price_major and currency, for people. */
void rate_to_json(struct jsonw *w, const struct rate *r, struct arena *a);

bool rate_covers(const struct rate *r, int64_t t_ns);
/*
 * > 0 when a beats b at an instant both cover: one with an end beats an open
 * one, then the later starting_at, then the one added last.
 */
int rate_order(const struct rate *a, const struct rate *b);
/* Same model, price and limits, and the same commit rate: windows under them are one. */
bool rate_same_price(const struct rate *a, const struct rate *b);

#endif
