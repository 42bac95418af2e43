/*
 * override - what a contract changes about the prices of its rate card.
 *
 * Shape      holds [starting_at, ending_before) on the hour. OVERWRITE brings a
 *            rate of its own, MULTIPLIER scales the card's, TIERED scales it by
 *            the billing period's quantity; beside each, or alone, it may say
 *            whether the product is entitled.
 *            It means the products it names by id or tag (any of them), or what one
 *            of its specifiers describes (all members of it); where nothing is
 *            named, all. An OVERWRITE names products by id alone.
 *            One that is commit-specific changes the price only while a balance
 *            draws: the ones its specifier names, else any; outside it is nothing.
 * Units      prices of the overwriting rate in stored units of its unit; sizes of
 *            tiers are widths in units of quantity, of composites in stored units.
 * Range      multipliers >= 0 ("80 %" is 0.8), sizes and priorities > 0; the last
 *            tier may be open, and beyond one that is not the list price holds.
 * Errors     ERR_INPUT, codes contract.overrides.FIELD.
 * Order      that of the list is the order of adding.
 * Source     mtr-json(5), Overrides; mtr-pricing(7), Overrides.
 * Example    tiers {10 at 0.8, 10 at 0.7} on a price of 100: 10 at 80, 10 at 70, then 100.
 */
#ifndef DOMAIN_OVERRIDE_H
#define DOMAIN_OVERRIDE_H

#include "domain/commit.h"
#include "domain/ratecard.h"

/* The rules that change a price stand in the order of the table in engine/override.c. */
enum override_type {
	OVERRIDE_OVERWRITE,
	OVERRIDE_MULTIPLIER,
	OVERRIDE_TIERED,
	OVERRIDE_ENTITLEMENT /* no type given: the price stays */
};
#define OVERRIDE_RULES 3

/* Which of several multipliers holds: the lowest, or the one with the smallest priority. */
enum override_order { ORDER_LOWEST_MULTIPLIER, ORDER_EXPLICIT };

struct override_tier {
	bool open; /* the last one, where it has no size */
	struct rat size;
	struct rat multiplier;
};

struct override_specifier {
	struct specifier lines;
	bool has_frequency; /* of a subscription; with a product or tag */
	enum frequency frequency;
	/*
	 * What draws, of a commit-specific override; references until they are resolved. All empty:
	 * any balance.
	 */
	struct texts commit_ids;    /* commits and credits */
	struct texts recurring_ids; /* recurring ones: each of their children */
	struct texts any_ids;       /* either */
};

struct override {
	struct str id;
	enum override_type type;
	int64_t starting_at_ns;
	int64_t ending_before_ns; /* INSTANT_NONE: for ever */
	bool has_entitled;
	bool entitled;
	struct rat multiplier;       /* MULTIPLIER */
	struct override_tier *tiers; /* TIERED */
	size_t ntiers;
	struct rate *overwrite; /* OVERWRITE: what it costs, without product and dates; else NULL */
	bool inherits_unit;     /* a percentage that names none: it has the card's, once checked */
	bool has_priority;
	struct rat priority;
	struct str product_id;                 /* empty: none; a reference until it is resolved */
	struct texts product_tags;             /* the product bears one of them */
	struct override_specifier *specifiers; /* none beside the two above */
	size_t nspecifiers;
	bool commit_specific;
	enum draw_rate target; /* of a commit-specific one: which price it changes */
	size_t place;          /* in the contract's list */
};

struct overrides {
	struct override *p;
	size_t n;
	enum override_order order;
};

/*
 * One list of overrides, under the name "overrides" or "add_overrides"; order: of the
 * contract, by which priorities are wanted.
 */
bool override_list_from_obj(struct obj *o, const char *name, enum override_order order,
	struct overrides *out);
/* "overrides" and "multiplier_override_prioritization" of a contract's body. */
bool overrides_from_obj(struct obj *o, struct overrides *out);
/* The same members; nothing for none. */
void overrides_members(struct jsonw *w, const struct overrides *v, enum terms_form form);

/* One of them, as it is printed; a: for major amounts. */
void override_to_json(struct jsonw *w, const struct override *v, struct arena *a);

const char *override_type_name(enum override_type t);    /* "MULTIPLIER"; "" of an entitlement */
const char *override_target_name(enum draw_rate target); /* "COMMIT_RATE" */
bool override_covers(const struct override *v, int64_t t_ns);
/* Of a TIERED one that of its first tier; of others that are no multiplier 1. */
struct rat override_multiplier(const struct override *v);
/* The product is named by its id. */
bool override_names_product(const struct override *v, struct str product_id);
/* Some part of it holds for subscriptions of a named frequency alone. */
bool override_names_frequency(const struct override *v);

#endif
