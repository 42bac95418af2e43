/*
 * rating - the steps inside a statement, for one product (within the engine).
 *
 * Shape      rating_plan cuts the period where something about the product
 *            changes and finds the version of its terms in each window;
 *            rating_meters asks for the usage; rating_lines joins windows into
 *            runs, converts, rounds, prices and makes lines.
 *              span  neighbouring windows of equal rate and terms
 *              run   spans with usage that became neighbours and are equal;
 *                    its quantity is converted and rounded as a whole
 * Units      quantities of spans in the metric's unit, counters in the
 *            product's, after conversion and rounding.
 * Rounding   product quantity_rounding, once for each run.
 * Ownership  what a step makes lives in the arena it is given.
 * Errors     rating_plan: metric_missing, group_key_missing.
 * Order      lines by start, pricing values, presentation values, tier.
 * Source     mtr-pricing(7), Usage invoices.
 */
#ifndef ENGINE_RATING_H
#define ENGINE_RATING_H

#include "engine/price.h"
#include "engine/statement.h"

enum cut_reason { /* why a window begins or ends where it does; flags */
	CUT_PERIOD = 1 << 0,
	CUT_RATE = 1 << 1,
	CUT_PRODUCT = 1 << 2
};

/* The terms of a product over some windows of the period. */
struct version_use {
	struct product_terms terms;
	const struct metric *metric;
	struct texts group_names;
	struct meter *meter;
	size_t alike; /* the first version that is equal in what prices depend on */
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

/* What the lines of one invoice are made with. */
struct rating {
	struct arena *arena;
	const struct invoice *invoice;
	struct rating_warnings *warnings;
};

struct line_list {
	struct invoice_line **p;
	size_t n;
	size_t cap;
};

/* Some rate of the product holds in part of the period. */
bool rating_concerns(const struct priced_product *p, const struct period *period);

bool rating_plan(struct arena *a, const struct catalogue *c, const struct priced_product *priced,
	const struct period *period, struct product_plan *out, struct err *e);
void rating_meters(struct product_plan *pp, const struct texts *customer_keys,
	struct usage_plan *plan);
/* The groups of all versions, by pricing values, then presentation values; after usage_finish. */
struct usage_group *rating_groups(struct arena *a, const struct product_plan *pp, size_t *n);
/* The lines of a product, in their order. */
void rating_lines(const struct rating *r, const struct product_plan *pp, struct line_list *out);

const struct version_use *run_version(const struct run *run); /* at its start */
/* Append a line for each slice. */
void run_lines(struct arena *a, const struct run *run, const struct price_slice *slices, size_t n,
	struct line_list *out);

#endif
