/*
 * burndown - balances pay for priced lines.
 *
 * Shape      a purse holds the segments of one contract in the order in which
 *            they are drawn: priority (none last), free before paid, fewest
 *            applicable products (none named: most), earlier end, earlier start,
 *            creation, id. burndown_draw takes the lines of one usage invoice,
 *            cuts what is covered from what is not, and leaves covered line,
 *            application line, overage line; each piece of usage is paid by one
 *            segment. Lines are taken: usage before composite, earlier start,
 *            higher unit price, name, then pricing values, presentation values,
 *            product id; slices of one line keep their order.
 * Units      stored units of the segment's unit; units never mix.
 * Rounding   none: the line that exhausts a segment is cut at the exact fraction.
 * Ownership  the arena given.
 * Errors     none: pure and total.
 * Order      invoices must come in the order of period end, contract start,
 *            creation: what one draws the next has not.
 * Source     mtr-pricing(7), Balances.
 * Example    5,000 over 80 units at 100: 50 covered, -5,000 applied, 30 at 100.
 */
#ifndef ENGINE_BURNDOWN_H
#define ENGINE_BURNDOWN_H

#include "domain/invoice.h"
#include "engine/catalogue.h"
#include "engine/periods.h"

struct purse_segment {
	const struct commit *commit;
	const struct access_segment *segment;
	struct str name;                  /* commit's, else its product's */
	struct texts products;            /* ids it pays for, tags resolved as of the segment's start; n == 0: all */
	bool all_products;
	struct rat remaining;
};

struct purse {
	struct purse_segment *segments; /* in drawing order */
	size_t n;
};

/* What each segment has left comes from the deductions already final: segment id -> struct rat (NULL: untouched). */
void purse_open(struct purse *p, struct arena *a, const struct account *acct, const struct map *deducted);

/* True where a cut of the product's lines at t is needed: the bounds of segments that may pay for it. */
size_t purse_cuts(const struct purse *p, struct str product_id, const struct period *period, int64_t *out, size_t cap);

/*
 * Draw for the lines of one usage invoice (in printed order; inv->lines is
 * replaced), lower what remains, and leave one deduction for each segment drawn
 * in inv->deductions.
 */
void burndown_draw(struct purse *p, struct arena *a, struct invoice *inv);

#endif
