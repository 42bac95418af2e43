/*
 * override - which price of a contract holds where its rate card says another.
 *
 * Shape      one row a rule in the table of override.c, one file a rule: it turns
 *            one rate into another. What is priced is a line: a combination of
 *            group values of a product, or a subscription of one frequency. Of the
 *            overrides that fit it at an instant one holds, never several:
 *              1 commit-specific OVERWRITE
 *              2 commit-specific MULTIPLIER or TIERED
 *              3 OVERWRITE of the contract
 *              4 MULTIPLIER or TIERED of the contract
 *            1 and 2 only while a balance they mean draws. Of several OVERWRITE the
 *            last added holds; of several multipliers the lowest, or by order
 *            EXPLICIT that with the smallest priority; then the lowest, then the
 *            last added. A multiplier scales the card's rate in force. While a balance
 *            draws at the commit rate, only overrides that target that change it.
 *            Entitlement is apart: the last added that says something about it holds;
 *            an OVERWRITE says yes unless it says no.
 * Units      as of the rates.
 * Rounding   none.
 * Ownership  rates made live in the arena of the uses; contract and card are borrowed.
 * Source     mtr-pricing(7), Overrides.
 * Example    0.8 while a commit draws and 0.95 of the contract: 80, then 95 of 100.
 */
#ifndef ENGINE_OVERRIDE_H
#define ENGINE_OVERRIDE_H

#include "domain/trace.h"
#include "engine/burndown.h"

struct override_rule {
	const char *name;
	/* It can price what the rate prices; base NULL: there is none. */
	bool (*applies)(const struct rate *base);
	/* Another rate, in the arena; entitlement and commit rate are not its matter. */
	struct rate *(*apply)(struct arena *a, const struct override *v, const struct rate *base);
};

/* NULL: an entitlement alone. */
const struct override_rule *override_rule(enum override_type t);

extern const struct override_rule override_overwrite, override_multiply, override_tiered;

/* What is priced. */
struct priced_line {
	struct str product_id;
	const struct texts *tags; /* of the product then; NULL: whatever they are */
	const struct pairs *pricing;
	const struct pairs *presentation;
	const enum frequency *frequency; /* of a subscription; NULL: no subscription */
};

/* Why a rate is what it is. */
struct override_choice {
	const struct rate *list;          /* the card's in force; NULL: none */
	bool at_commit_rate;              /* its commit rate is the base */
	const struct override *chosen;    /* NULL: none */
	const struct override *entitling; /* NULL: the rate's entitlement */
	const struct override **beaten;   /* strongest first */
	size_t nbeaten;
};

/* The overrides of a contract that may concern one product. */
struct override_uses;

/* In some part of the period; NULL: none. */
struct override_uses *override_uses_of(struct arena *a, const struct contract *c,
	const struct product *product, const struct period *period);
/* Lines of other presentation values may have other prices. */
bool override_uses_presentation(const struct override_uses *u);
/* Where they begin and end: out holds twice override_uses_count. */
size_t override_uses_count(const struct override_uses *u);
size_t override_uses_bounds(const struct override_uses *u, int64_t *out);
/* Some price is set, whatever the card has. */
bool override_uses_overwrite(const struct override_uses *u);

/* Those of u that may fit a line, whatever the instant and the product's tags. */
struct override_uses *override_uses_for(struct override_uses *u, const struct priced_line *line);

/* Of them those that hold at an instant; NULL: none. Of one u instants must not fall. */
struct override_uses *override_uses_at(struct override_uses *u, int64_t t_ns);

/*
 * The rate in force for a line, under overrides that all hold. list: the card's, NULL: none;
 * terms: of who draws, NULL: outside of balances. NULL: there is no price.
 */
const struct rate *override_rate(struct override_uses *u, const struct priced_line *line,
	const struct rate *list, const struct draw_terms *terms, struct override_choice *why);
/* All prices of the line; terms and nterms are those of the purse, always. */
struct price_set override_prices(struct override_uses *u, const struct priced_line *line,
	const struct rate *list, const struct draw_terms *terms, size_t nterms);

/*
 * What one of a subscription of this frequency costs from an instant on: the card's rate
 * with the contract's overrides; NULL: there is none, or it is not entitled.
 */
const struct rate *override_subscription(struct arena *a, const struct account *acct,
	const struct priced_product *p, enum frequency f, int64_t t_ns,
	struct override_choice *why);

/* From the card's rate to what holds instead of it, and what that beat. */
void trace_choice(struct trace *t, struct arena *a, const struct override_choice *why);

/* Every commit-specific override of the contract takes the two for one. */
bool override_same_draw(const struct overrides *v, const struct commit *x, const struct commit *y);
bool override_is_commit_specific(const struct overrides *v);

/*
 * What overrides ask of the card: products that are on it, whole combinations of pricing
 * values, models that fit; asked when they are made, of those from the first-th on, which the
 * body has under this name. A percentage that names no unit gets that of the card.
 */
bool override_check(const struct contract *c, size_t first, const char *list,
	const struct catalogue *catalogue, struct arena *a, struct err *e);
/*
 * In place of references to commits, credits and recurring ones of the contract - by id,
 * temporary_id, or name where one alone bears it - their ids; what is none of its own stays.
 */
void override_link(struct contract *c, size_t first, struct arena *a);

#endif
