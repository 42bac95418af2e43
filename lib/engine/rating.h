/*
 * rating - the steps inside a statement, for one product (within the engine).
 *
 * Shape      rating_plan cuts the period where something about the product
 *            changes and finds the version of its terms in each window;
 *            rating_meters asks for the usage; rate_usage and rate_composite
 *            join windows into runs, convert, round and price them; product_lines
 *            makes lines of what was priced, once balances have paid.
 *              span    neighbouring windows of equal rate and terms
 *              run     spans with usage that became neighbours and are equal;
 *                      its quantity is converted and rounded as a whole
 *              charge  the part of a run between two bounds of balances; its
 *                      quantity is the difference of the run's rounded running
 *                      value, so that charges add up to the run; under a model
 *                      that prices a window as a whole the run itself
 *              limits  free units, minimum and maximum, over the runs of one
 *                      combination of pricing values
 *            The usage of a composite product is what was spent on its base;
 *            windows of equal percentage are one, whatever the base is in each.
 * Units      quantities of spans in the metric's unit, counters in the
 *            product's, after conversion and rounding; of composites both in
 *            stored units.
 * Rounding   product quantity_rounding, once for each run.
 * Ownership  what a step makes lives in the arena it is given.
 * Errors     rating_plan: metric_missing, group_key_missing.
 * Order      as of statement.h.
 * Source     mtr-pricing(7), Usage invoices.
 */
#ifndef ENGINE_RATING_H
#define ENGINE_RATING_H

#include "engine/override.h"
#include "engine/statement.h"

enum cut_reason { /* why a window begins or ends where it does; flags */
	CUT_PERIOD = 1 << 0,
	CUT_RATE = 1 << 1,
	CUT_PRODUCT = 1 << 2, /* a version; of a composite's base too, where tags may change */
	CUT_BALANCE = 1 << 3, /* a segment that may pay begins or ends */
	CUT_BASE = 1 << 4,    /* a composite is cut there */
	CUT_FILTER = 1 << 5,  /* other usage is the contract's from then on */
	CUT_OVERRIDE = 1 << 6
};

struct cut {
	int64_t at_ns;
	unsigned why;
};

struct cut_list {
	struct cut *p;
	size_t n;
	size_t cap;
};

/* What the products of one statement are planned with. */
struct planner {
	struct arena *arena;
	const struct catalogue *catalogue;
	const struct priced_card *card;
	const struct account *account;
	const struct period *period;
	const struct contract *contract;
	const struct usage_filters *filters;
	const struct purse *purse; /* NULL: none */
	struct cut_list base;      /* of all composites */
	bool nested;               /* some composite may be in the base of another */
};

struct product_list {
	const struct product **p;
	size_t n;
};

/* The terms of a product over some windows of the period. */
struct version_use {
	struct product_terms terms;
	const struct usage_filter *filter; /* NULL: all usage of the customer counts */
	const struct metric *metric;       /* not of composites, likewise names and meter */
	struct texts group_names;
	struct meter *meter;
	struct product_list base; /* of a composite: what it is charged on, in card order */
	size_t alike;             /* the first version that is equal in what prices depend on */
};

struct product_plan {
	const struct priced_product *priced;
	int64_t *cuts; /* nwindows + 1 */
	unsigned *why; /* enum cut_reason of each cut */
	size_t nwindows;
	size_t *version_of; /* of each window */
	struct version_use *versions;
	size_t nversions;
	const struct draw_terms *terms; /* of the purse: on which its segments draw */
	size_t nterms;
	const size_t *at_commit_rate;    /* by terms: 1 for those that draw at it, else 0 */
	struct override_uses *overrides; /* NULL: none concerns the product */
	bool by_presentation;            /* they may differ by presentation values */
	const struct period *period;
};

/* The usage of one combination of pricing and presentation values. */
struct usage_group {
	struct pairs pricing;
	struct pairs presentation;
	const struct meter_window **windows; /* of each window, NULL: not used; NULL: none used */
};

struct span {
	size_t first;                /* window */
	size_t last;                 /* window, included */
	const struct price_set *set; /* at its start */
	const struct rate *rate;     /* of the set, outside of balances; NULL: none */
	struct rat quantity;
};

struct run {
	const struct product_plan *plan;
	const struct usage_group *group;
	const struct price_set *sets; /* of each window */
	const struct span *spans;
	size_t nspans;
	struct rat aggregated; /* sum of the spans */
	struct rat converted;
	struct rat quantity; /* rounded */
	struct rat counter;  /* quantity of the period up to the run */
	struct rat total;    /* the same over all presentation values, where units are free */
	const struct allowance *allowances;
	size_t nallowances;
	const struct rat *maximum; /* of the combination of pricing values; NULL: none */
	struct rat charged; /* up to the run by runs under a maximum, as if there were none */
};

/* Free units of one size, given to a run's group by the runs before it. */
struct allowance {
	struct rat size; /* of the rate */
	struct rat given;
};

/* The windows [first, last] of a run, priced. */
struct run_charge {
	struct charge charge;
	const struct run *run;
	size_t first;
	size_t last;
	struct rat from; /* the run's running value, converted and rounded, at the start */
	struct rat to;
	struct rat bound;    /* of an adjustment: the minimum */
	struct rat measured; /* and what was charged */
};

/* One product between pricing and lines. */
struct rated {
	const struct product_plan *plan;
	struct usage_group *groups;
	size_t ngroups;
	struct run_charge **charges; /* by group; the charges of a run in time order */
	size_t n;
	size_t cap;
	struct rat *spend;            /* priced in each window; NULL: no composite asks */
	const struct spending *spent; /* of a composite: where its base is found */
	size_t nspent;
};

/*
 * What the products of one statement cost. A composite finds its base in the first,
 * that of its own statement; with the scope CUSTOMER in those of the customer's other
 * contracts as well.
 */
struct spending {
	const struct priced_card *card;
	const struct period *period;
	const struct rated *rated;
	size_t nrated;
	struct charge *const *subscriptions;
	size_t nsubscriptions;
};

/* What one invoice is made with. */
struct rating {
	struct arena *arena;
	const struct invoice *invoice;
	struct rating_warnings *warnings;
	const struct purse *purse; /* NULL: none */
	struct charge **subscriptions;
	size_t nsubscriptions;
};

struct line_list {
	struct invoice_line **p;
	size_t n;
	size_t cap;
};

/* ---- cuts.c, versions.c ---- */

bool product_is_composite(const struct product *p);
/* Some rate of the product holds in part of the period, or the contract sets one. */
bool rating_concerns(const struct planner *p, const struct priced_product *priced);
/* Where a composite is cut; its base is cut there too. */
void composite_cuts(struct planner *p, const struct priced_product *composite,
	struct cut_list *out);
void rating_cuts(struct planner *p, const struct priced_product *priced, struct product_plan *out);
bool rating_plan(struct planner *p, const struct priced_product *priced, struct product_plan *out,
	struct err *e);
void rating_meters(struct product_plan *pp, const struct texts *customer_keys,
	struct usage_plan *plan);

/* ---- spans.c ---- */

/* The period under the rates of one combination of pricing values. */
struct price_row {
	struct price_set *sets; /* of each window */
	struct span *spans;     /* quantities zero */
	size_t nspans;
};

/* presentation: of the group at hand, where pp->by_presentation. */
struct price_row price_row_of(struct arena *a, const struct product_plan *pp,
	const struct pairs *pricing, const struct pairs *presentation);
bool spans_join(const struct product_plan *pp, const struct span *x, const struct span *y);

/* ---- runs.c ---- */

/* The run of n spans, which are all equal in rate and terms. */
struct run *run_of(struct arena *a, const struct product_plan *pp, const struct usage_group *g,
	const struct price_row *row, const struct span *spans, size_t n, struct rat counter);
struct rat run_end(struct arena *a, const struct run *run); /* counter at its end */
struct rat run_convert(struct arena *a, const struct run *run, struct rat aggregated);
struct rat run_round(struct arena *a, const struct run *run, struct rat converted);
/* What was used in the windows [first, last], before conversion. */
struct rat group_share(struct arena *a, const struct usage_group *g, size_t first, size_t last);
void run_charges(struct arena *a, const struct run *run, struct rated *out);
/* The charge of an adjustment, behind those that it adjusts. */
void run_adjust(struct arena *a, struct run_charge *rc, struct rated *out);
/* A charge of the whole run for a quantity of zero. */
struct run_charge *run_zero(struct arena *a, const struct run *run);
const struct product_terms *window_terms(const struct product_plan *pp, size_t w);

/* The slices of the run's move between two of its running values, at all its prices. */
size_t run_slices(struct arena *a, const struct run *run, struct rat from, struct rat to,
	struct rat *charged, struct price_slice **out);

/* ---- limits.c ---- */

/*
 * Free units, minimum and maximum count over all presentation values of one
 * combination of pricing values, in the order of windows, then presentation
 * values. Each rate brings its minimum and maximum in proportion to the hours
 * that it holds and is entitled; they bound what is charged under rates that
 * have one.
 */

/* For the runs of a combination, group by group, before their charges are made. */
void limits_set(struct arena *a, const struct product_plan *pp, const struct price_row *row,
	struct run **runs, size_t n);
/* What of the run's move up to a running value is free under the rate. */
struct rat run_free(struct arena *a, const struct run *run, const struct rate *rate,
	struct rat running);
/*
 * The slices of a run with a maximum, cut where it is reached: slice i at price k is
 * slices[i * nprices + k]. charged: before them, and then after them.
 */
size_t limits_cap(struct arena *a, const struct run *run, const struct price_slice *slices,
	size_t n, size_t nprices, struct rat *charged, struct price_slice **out);
/*
 * What the minimum of a combination lacks, over the charges from the first-th on:
 * a charge of one; NULL: nothing.
 */
struct run_charge *limits_minimum(struct arena *a, const struct price_row *row,
	const struct pairs *pricing, const struct rated *rated, size_t first);
/* The window's share of an amount of a whole billing period. */
struct rat limits_share(struct arena *a, const struct product_plan *pp, size_t w,
	struct rat amount);

/* ---- groups.c ---- */

/* The groups of all versions, by pricing values, then presentation values; after usage_finish. */
struct usage_group *rating_groups(struct arena *a, const struct product_plan *pp, size_t *n);

/* ---- rating.c, composite.c ---- */

/* That no rate prices something. */
void rating_warn(const struct rating *r, struct str product_id, struct pairs values,
	struct str text);

/* out->spend set: fill it too. */
void rate_usage(const struct rating *r, const struct product_plan *pp, struct rated *out);
/* After the products of its base. */
void rate_composite(const struct rating *r, const struct product_plan *pp,
	const struct spending *spent, size_t nspent, struct rated *out);
/* The groups of out->groups priced, as both do. */
void rate_groups(const struct rating *r, struct rated *out);
/* The charge that shows that nothing was used; NULL: nothing is to be shown. */
struct run_charge *rate_zero(const struct rating *r, const struct rated *rated);
/* The products that a composite under these terms is charged on at t_ns. */
struct product_list composite_base(const struct planner *p, const struct product *composite,
	const struct product_terms *terms, int64_t t_ns);
/* Where the windows [.., w, ..] of a composite find their base: the first n of its spendings. */
size_t composite_spendings(const struct rated *composite, size_t w);
/* What was spent on a product between two cuts of the composite, in the card's own unit. */
struct rat composite_spend(struct arena *a, const struct spending *s, const struct product *p,
	int64_t from_ns, int64_t to_ns);
/* NULL: it is not on the card. */
const struct priced_product *priced_on(const struct priced_card *card, const struct product *p);
/*
 * The places of the composites among n plans in an order in which each comes after
 * those of its base; *norder of them.
 */
bool composites_order(struct arena *a, const struct product_plan *plans, size_t n, size_t **order,
	size_t *norder, struct err *e);

/* ---- composite_scope.c ---- */

/* Composites of the scope CUSTOMER: the cards of the customer's other contracts. */
bool scope_is_customer(const struct product *composite);
/* The card of the i-th account of the customer where it counts; NULL: it does not. */
const struct priced_card *scope_card(const struct planner *p, size_t i);
/* Another contract of the customer charges the composite at t_ns. */
bool scope_charged_elsewhere(const struct planner *p, const struct product *composite,
	int64_t t_ns);
/* Where contracts of the customer, and what they charge of it, begin and end. */
void scope_cuts(struct planner *p, const struct product *composite, struct cut_list *out);
/* One more cut; cut_at: unless it lies outside of the period. */
void cut_put(struct arena *a, struct cut_list *list, int64_t at_ns, unsigned why);
void cut_at(struct planner *p, struct cut_list *list, int64_t at_ns, unsigned why);
/* Where products of a card may come to bear a tag, or no longer. */
void tag_cuts(struct planner *p, const struct priced_card *card, struct cut_list *list);

/* ---- lines.c, explain.c ---- */

/* Another line at the end, to be filled in. */
struct invoice_line *line_put(struct arena *a, struct line_list *out);

/* A line while it is being put together of parts of slices. */
struct line_draft {
	const struct rated *rated;
	const struct run_charge *charge; /* the first with a part of it */
	const struct run *run;
	size_t first; /* windows */
	size_t last;
	struct rat from; /* as of run_charge */
	struct rat to;
	const struct price_slice *price;
	const struct purse_segment *by; /* NULL: paid by none */
	bool split;                     /* some of its slices were drawn */
	struct rat slices;              /* quantity of the slices it is a part of */
	struct rat charged;             /* before its first slice, under a maximum */
	struct rat quantity;
	struct rat total;
	const struct draw **draws;
	size_t ndraws;
	size_t draws_cap;
};

/* The balance that pays a line, on the line. */
void name_payer(struct invoice_line *line, const struct purse_segment *by);
/* The lines of a product, in their order. */
void product_lines(const struct rating *r, const struct rated *rated, struct line_list *out);
/* From the events (or the spend) to the line's total. */
struct trace draft_trace(struct arena *a, const struct line_draft *d);
/* What the line costs: the steps behind those of usage and rates. */
void trace_cost(struct trace *t, struct arena *a, const struct line_draft *d);
/* The rates of its windows, with what overrides make of them. */
void trace_rates(struct trace *t, struct arena *a, const struct line_draft *d);
/* From the draws to an application's total. */
void trace_draw(struct trace *t, struct arena *a, const struct draw *draw);
void trace_total(struct trace *t, struct arena *a, struct rat quantity, struct rat unit_price,
	struct rat total);
struct trace draws_trace(struct arena *a, const struct draw **draws, size_t n, struct rat total);

#endif
