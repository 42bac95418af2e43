/*
 * burndown - balances pay for priced lines.
 *
 * Shape      a purse holds the segments that one contract may draw, in the order
 *            in which they are drawn:
 *              rollovers: promises before others, priority, fewest applicable
 *              products, fewest specifiers of group values alone, earlier end,
 *              creation;
 *              prepaid commits and credits: priority (none last), free before
 *              paid, fewest applicable products, fewest specifiers of group
 *              values alone, earlier end, earlier start, fewest contracts that
 *              may draw it (one of the contract's own before one of the
 *              customer), creation;
 *              postpaid commits after them: priority, free before paid, fewest
 *              applicable products, earlier end, earlier start, fewest
 *              contracts, creation.
 *            Applicable are the products named by id, by specifiers, and those
 *            of the contract's card that bear a tag named (in a specifier: all
 *            of its tags) as of the segment's start; where nothing is named,
 *            there are more than any number.
 *            A charge is one priced window of a product, cut at the bounds of
 *            the segments that may pay for it; its slices are consumed in their
 *            order. For each segment the charges are taken: usage, subscription,
 *            composite, earlier start, higher unit price of the next slice that
 *            is not consumed, name, pricing values, presentation values, product
 *            id. A segment pays what lies inside its window (of a subscription what
 *            starts in it), in its unit, for
 *            its products and group values; each piece of usage is paid by one
 *            segment, at the price of its rate type.
 *            What costs nothing outside and while drawing, and what is given
 *            back (below zero), is paid by none; what costs nothing only while
 *            drawing is covered without a draw.
 * Units      stored units of the segment's unit; units never mix.
 * Rounding   none: the slice that exhausts a segment is cut at the exact fraction.
 * Ownership  the arena given; contract and catalogue are borrowed. What a segment
 *            has left lies in the pool, where several purses may share it.
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

/* What segments have left, while invoices are made: all purses of a run share it. */
struct purse_pool {
	struct arena *arena;
	const struct map *deducted; /* segment id -> struct rat: drawn by final invoices; or NULL */
	const struct map *drawn; /* the same of invoices alone, without what was given; or NULL */
	struct map left;         /* segment id -> struct rat, once some purse has it */
};

void purse_pool_init(struct purse_pool *pool, struct arena *a, const struct map *deducted);
/* Of a rollover: what goes on of the old segment as it is when this is asked first. */
struct rat *purse_pool_left(struct purse_pool *pool, const struct access_segment *s);
/* What goes on of an old segment, as it is now (rollover.h). */
struct rat purse_pool_rolled(struct purse_pool *pool, const struct access_segment *old);
/* What does not go on of it. */
struct rat purse_pool_rest(struct purse_pool *pool, const struct access_segment *old);

struct purse_segment {
	const struct commit *commit;
	const struct access_segment *segment;
	struct str name;         /* the commit's, else its product's at the segment's start */
	bool all_products;       /* nothing is named */
	struct texts products;   /* named by id or tag: sorted, distinct */
	struct texts *specified; /* those that each specifier of the commit means, likewise */
	size_t terms;            /* on which it draws, below purse.nterms */
	struct rat *left;        /* at or below zero: nothing more is drawn; NULL: not received */
};

/* On which terms segments draw: those of one kind have one price everywhere. */
struct draw_terms {
	enum draw_rate rate;
	const struct commit *commit; /* one of those that draw so; NULL: whichever it is */
};

/* Where no override means some commits and not others: at the list rate, and at the commit rate. */
extern const struct draw_terms draw_terms_usual[2];

struct purse {
	struct purse_segment *segments; /* in drawing order */
	size_t n;
	const struct draw_terms *terms;
	size_t nterms;
};

/* The balances of a contract. */
bool purse_open(struct purse *p, struct purse_pool *pool, const struct account *acct,
	struct err *e);
/*
 * Take what was rolled over, once the invoices of the old contract have drawn: before the
 * purse pays for anything.
 */
void purse_receive(struct purse *p, struct purse_pool *pool);

/*
 * On which terms segments draw that may pay for the product, priced in this unit; in
 * place of those on which none does the first of the usual. out holds p->nterms.
 */
void purse_terms(const struct purse *p, struct str product_id, const struct unit *unit,
	struct draw_terms *out);

/*
 * Where the period is cut for the product, priced in this unit: bounds inside it of
 * segments that may pay for it, in no order. out holds 2 * p->n; how many there are.
 */
size_t purse_cuts(const struct purse *p, struct str product_id, const struct unit *unit,
	const struct period *period, int64_t *out);

/* ---- within the engine ---- */

/* What one segment pays of one slice. */
struct draw {
	const struct purse_segment *by;
	struct rat quantity; /* > 0 */
	struct rat amount;   /* >= 0 */
	struct rat before;   /* balance of the segment */
	struct rat after;
	struct draw *next;
};

struct charge_slice {
	const struct price_slice *prices; /* [0] outside of balances, then those of the set */
	struct draw *draws;               /* in drawing order */
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
	bool at_end; /* not cut: paid by segments that cover its end */
	struct pairs pricing;
	struct pairs presentation;
	const size_t *price_of; /* which of its prices, by draw terms; NULL: [0] for all */
	struct charge_slice *slices;
	size_t n;
	size_t next; /* the first slice that the segment at hand may pay for */
};

/* The price at which a segment draws for a slice of the charge; by NULL: outside of balances. */
const struct price_slice *draw_price(const struct charge *c, const struct charge_slice *s,
	const struct purse_segment *by);

/* The segment may pay for the charge: window, unit and product are its own. */
bool purse_pays(const struct purse_segment *s, const struct charge *c);

/* Draw for the charges of one usage invoice, in any order, and lower what remains. */
void burndown_draw(struct purse *p, struct arena *a, struct charge **charges, size_t n);

#endif
