/*
 * burndown - balances pay for priced lines.
 *
 * Shape      a purse holds the segments of one contract in the order in which
 *            they are drawn: priority (none last), free before paid, fewest
 *            applicable products (none named: most), earlier end, earlier
 *            start, creation (document order), id. Applicable are the products
 *            named by id, and those of the contract's card that bear a tag it
 *            names as of the segment's start.
 *            A charge is one priced window of a product, cut at the bounds of
 *            the segments that may pay for it; its slices are consumed in their
 *            order. For each segment the charges are taken: usage before
 *            composite, earlier start, higher unit price of the next slice that
 *            is not consumed, name, pricing values, presentation values, product
 *            id. A segment pays what lies inside its window, in its unit, for
 *            its products; each piece of usage is paid by one segment. Slices of
 *            a price or quantity of zero, and those given back (below zero), are
 *            paid by none.
 * Units      stored units of the segment's unit; units never mix.
 * Rounding   none: the slice that exhausts a segment is cut at the exact fraction.
 * Ownership  the arena given; contract and catalogue are borrowed.
 * Errors     purse_open: ERR_INPUT not_found, where a commit's product is not in
 *            the catalogue. Else none: pure and total.
 * Order      invoices must come in the order of period end, contract start,
 *            creation: what one draws the next has not.
 * Source     mtr-pricing(7), Balances.
 * Example    5,000 over 80 units at 100: 50 covered, -5,000 applied, 30 at 100.
 */
#ifndef ENGINE_BURNDOWN_H
#define ENGINE_BURNDOWN_H

#include "engine/catalogue.h"
#include "engine/periods.h"
#include "engine/price.h"

struct purse_segment {
	const struct commit *commit;
	const struct access_segment *segment;
	struct str name;       /* the commit's, else its product's at the segment's start */
	bool all_products;     /* nothing is named */
	struct texts products; /* else the ids it pays for, sorted, distinct */
	struct rat remaining;  /* at or below zero: nothing more is drawn */
};

struct purse {
	struct purse_segment *segments; /* in drawing order */
	size_t n;
	struct unit unit; /* of what it may pay for: the card's */
};

/*
 * The balances of a contract. deducted: segment id -> struct rat, the sum (> 0)
 * of what invoices that are final drew; NULL, or no entry: untouched.
 */
bool purse_open(struct purse *p, struct arena *a, const struct account *acct,
	const struct map *deducted, struct err *e);

/*
 * Where the period is cut for the product: bounds inside it of segments that may
 * pay for it, in no order. out holds 2 * p->n; how many there are.
 */
size_t purse_cuts(const struct purse *p, struct str product_id, const struct period *period,
	int64_t *out);

/* ---- within the engine ---- */

/* What one segment pays of one slice. */
struct draw {
	const struct purse_segment *by;
	struct rat quantity; /* > 0 */
	struct rat amount;   /* > 0 */
	struct rat before;   /* balance of the segment */
	struct rat after;
	struct draw *next;
};

struct charge_slice {
	struct price_slice price;
	struct draw *draws; /* in drawing order */
	struct draw *last_draw;
	struct rat open; /* quantity that nothing has paid */
};

struct charge {
	struct str name; /* of the product */
	struct str product_id;
	enum product_type product_type;
	struct unit unit;
	int64_t starting_at_ns;
	int64_t ending_before_ns;
	struct pairs pricing;
	struct pairs presentation;
	struct charge_slice *slices;
	size_t n;
	size_t next; /* the first slice that is neither consumed nor passed over */
};

/* The segment may pay for the charge: window, unit and product are its own. */
bool purse_pays(const struct purse_segment *s, const struct charge *c);

/* Draw for the charges of one usage invoice, in any order, and lower what remains. */
void burndown_draw(struct purse *p, struct arena *a, struct charge **charges, size_t n);

#endif
