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
 *                      value, so that charges add up to the run
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

#include "engine/statement.h"

enum cut_reason { /* why a window begins or ends where it does; flags */
	CUT_PERIOD = 1 << 0,
	CUT_RATE = 1 << 1,
	CUT_PRODUCT = 1 << 2, /* a version; of a composite's base too, where tags may change */
	CUT_BALANCE = 1 << 3, /* a segment that may pay begins or ends */
	CUT_BASE = 1 << 4     /* a composite is cut there */
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
	const struct period *period;
	const struct purse *purse; /* NULL: none */
	struct cut_list base;      /* of all composites */
};

/* The terms of a product over some windows of the period. */
struct version_use {
	struct product_terms terms;
	const struct metric *metric; /* not of composites, likewise names and meter */
	struct texts group_names;
	struct meter *meter;
	struct texts base; /* of a composite: the products it is charged on, in card order */
	size_t alike;      /* the first version that is equal in what prices depend on */
};

struct product_plan {
	const struct priced_product *priced;
	int64_t *cuts; /* nwindows + 1 */
	unsigned *why; /* enum cut_reason of each cut */
	size_t nwindows;
	size_t *version_of; /* of each window */
	struct version_use *versions;
	size_t nversions;
};

/* The usage of one combination of pricing and presentation values. */
struct usage_group {
	struct pairs pricing;
	struct pairs presentation;
	const struct meter_window **windows; /* of each window, NULL: not used; NULL: none used */
};

struct span {
	size_t first;            /* window */
	size_t last;             /* window, included */
	const struct rate *rate; /* at its start; NULL: none */
	struct rat quantity;
};

struct run {
	const struct product_plan *plan;
	const struct usage_group *group;
	const struct rate **rates; /* of each window, NULL: none */
	const struct span *spans;
	size_t nspans;
	struct rat aggregated; /* sum of the spans */
	struct rat converted;
	struct rat quantity; /* rounded */
	struct rat counter;  /* quantity of the period up to the run */
};

/* The windows [first, last] of a run, priced. */
struct run_charge {
	struct charge charge;
	const struct run *run;
	size_t first;
	size_t last;
	struct rat from; /* the run's running value, converted and rounded, at the start */
	struct rat to;
};

/* One product between pricing and lines. */
struct rated {
	const struct product_plan *plan;
	struct usage_group *groups;
	size_t ngroups;
	struct run_charge **charges; /* by group; the charges of a run in time order */
	size_t n;
	size_t cap;
	struct rat *spend;       /* priced in each window; NULL: no composite asks */
	const struct rated *all; /* of the statement: a composite's base is among them */
	size_t nall;
};

/* What one invoice is made with. */
struct rating {
	struct arena *arena;
	const struct invoice *invoice;
	struct rating_warnings *warnings;
	const struct purse *purse; /* NULL: none */
};

struct line_list {
	struct invoice_line **p;
	size_t n;
	size_t cap;
};

/* ---- cuts.c, versions.c ---- */

bool product_is_composite(const struct product *p);
/* Some rate of the product holds in part of the period. */
bool rating_concerns(const struct priced_product *p, const struct period *period);
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
	const struct rate **rates; /* of each window */
	struct span *spans;        /* quantities zero */
	size_t nspans;
};

struct price_row price_row_of(struct arena *a, const struct product_plan *pp,
	const struct pairs *pricing);
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
/* A charge of the whole run for a quantity of zero. */
struct run_charge *run_zero(struct arena *a, const struct run *run);
const struct product_terms *window_terms(const struct product_plan *pp, size_t w);

/* ---- groups.c ---- */

/* The groups of all versions, by pricing values, then presentation values; after usage_finish. */
struct usage_group *rating_groups(struct arena *a, const struct product_plan *pp, size_t *n);

/* ---- rating.c, composite.c ---- */

/* out->spend set: fill it too. */
void rate_usage(const struct rating *r, const struct product_plan *pp, struct rated *out);
/* After the usage products, which are among all. */
void rate_composite(const struct rating *r, const struct product_plan *pp, const struct rated *all,
	size_t nall, struct rated *out);
/* The groups of out->groups priced, as both do. */
void rate_groups(const struct rating *r, struct rated *out);
/* The charge that shows that nothing was used; NULL: nothing is to be shown. */
struct run_charge *rate_zero(const struct rating *r, const struct rated *rated);
/* Ids of the products of the card that a composite under these terms is charged on at t_ns. */
struct texts composite_base(struct arena *a, const struct priced_card *card,
	const struct product_terms *terms, int64_t t_ns);
/* What was spent on a product of the base between two cuts of the composite. */
struct rat composite_spend(struct arena *a, const struct rated *composite, struct str product_id,
	int64_t from_ns, int64_t to_ns);

/* ---- lines.c, explain.c ---- */

/* A line while it is being put together of parts of slices. */
struct line_draft {
	const struct rated *rated;
	const struct run *run;
	size_t first; /* windows */
	size_t last;
	struct rat from; /* as of run_charge */
	struct rat to;
	const struct price_slice *price;
	const struct purse_segment *by; /* NULL: paid by none */
	bool split;                     /* some of its slices were drawn */
	struct rat slices;              /* quantity of the slices it is a part of */
	struct rat quantity;
	struct rat total;
	struct rat position; /* period's quantity where its first slice begins */
	const struct draw **draws;
	size_t ndraws;
	size_t draws_cap;
};

/* The lines of a product, in their order. */
void product_lines(const struct rating *r, const struct rated *rated, struct line_list *out);
/* From the events (or the spend) to the line's total. */
struct trace draft_trace(struct arena *a, const struct line_draft *d);
/* From the draws to an application's total. */
struct trace draws_trace(struct arena *a, const struct draw **draws, size_t n, struct rat total);

#endif
