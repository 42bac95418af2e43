/*
 * trace - why a line says what it says: structured steps, in order.
 *
 * Shape      each step has a kind and the members its kind uses (trace.c has a
 *            row for each kind). The steps of a line lead from events to its
 *            total, so that an outsider can compute the line from them alone.
 * Units      as the line: quantities in the product's unit, money in stored units.
 * Ownership  the arena of the invoice.
 * Source     mtr-json(5), Trace.
 */
#ifndef DOMAIN_TRACE_H
#define DOMAIN_TRACE_H

#include "base/rat.h"
#include "codec/jsonw.h"
#include "domain/common.h"

/* What each kind uses of a step. An invoice as a whole has DUE alone, lines have the others. */
enum trace_kind {
	TRACE_WINDOW, /* from, to; text: why it was cut there */
	/* ref: metric; count: events, the first at from, the last at to; x: quantity as aggregated;
	   y: value at the window's start; z: at its end */
	TRACE_USAGE,
	/* events that are the contract's. ref: group key; values: those it takes */
	TRACE_FILTER,
	TRACE_CONVERSION, /* text: MULTIPLY or DIVIDE; y: factor; x: quantity after it */
	TRACE_ROUNDING,   /* text: method; count: places; y: before; x: after */
	TRACE_RATE,       /* ref: rate; from, to: its interval; text: type; x: price (not TIERED) */
	TRACE_COMMIT_RATE, /* of that rate, while a balance draws at it; text: type; x: price (not TIERED) */
	/* of an override. ref: its id; from, to: its interval; text: its type */
	TRACE_ENTITLED,  /* the rate is entitled, or not, by it */
	TRACE_OVERRIDE,  /* it holds; x: multiplier (not TIERED) */
	TRACE_OVERWRITE, /* it holds; text: type of its rate; x: price (without tiers) */
	TRACE_BEATEN,    /* it would hold without the one that does */
	TRACE_TIER,      /* count: level; x: quantity in it; y: price; z: position at its entry */
	/* ref: scheduled charge; count: number of the date, from 1; text: distribution;
	   x: unit price; y: quantity */
	TRACE_SCHEDULE,
	/* of a true-up. ref: segment; x: promised; y: what counted towards it; z: what is missing */
	TRACE_SHORTFALL,
	/* of a subscription. ref: its id; from, to: the whole period */
	TRACE_BILLING_PERIOD,
	/* of the quantity that holds then (x), y was charged in the period before, z is now */
	TRACE_SUBSCRIBED, /* from: since when */
	/* the price for the part from, to; x: its hours; y: those of the period; z: the price */
	TRACE_PRORATION,
	TRACE_BASE, /* of a composite. ref: product; text: its name; x: what was spent on it */
	/* of a base that is priced in a custom unit. ref: the unit; text: its name; x: worth of one */
	TRACE_WORTH,
	/*
	 * of a conversion. ref: the unit; text: its name; x: sum of its lines; y: of the
	 * applications that pay, at most 0; z: what they leave
	 */
	TRACE_UNCOVERED,
	/*
	 * what of a slice one segment pays. ref: segment, empty for none; x: quantity; y: of
	 * how much
	 */
	TRACE_COVER,
	/* ref: segment; text: name of its commit; x: amount drawn; y: balance before; z: after */
	TRACE_DRAW,
	/*
	 * of a rate with free units. x: how many of the line's quantity are; y: of how many in
	 * the period; z: quantity over all presentation values before
	 */
	TRACE_FREE_UNITS,
	TRACE_VALUE, /* of VOLUME and STAIRSTEP. x: quantity; count: level; y: price; z: charge */
	TRACE_PACKAGES, /* x: quantity; y: package size; z: charge */
	TRACE_FLAT_FEE, /* count: level; y: fee; z: quantity at which the tier begins */
	/*
	 * of a minimum or maximum. ref: rate; from, to: its part of the period; text: which;
	 * x: of a whole period; y: its hours; z: of the part
	 */
	TRACE_SHARE,
	TRACE_MAXIMUM, /* x: sum of the shares; y: charged before the line, as if without it */
	TRACE_MINIMUM, /* x: sum of the shares; y: charged; z: what is missing */
	TRACE_TOTAL,   /* x: quantity; y: unit price; z: total */
	TRACE_DUE      /* x: total; y: amount due; text: rounding */
};

struct trace_step {
	enum trace_kind kind;
	struct str ref;
	struct str text;
	const struct texts *values; /* NULL: the kind does not use it */
	int64_t from_ns;            /* INSTANT_NONE: not used */
	int64_t to_ns;
	uint64_t count;
	bool priceless; /* RATE, COMMIT_RATE, OVER*, TOTAL: without their price */
	struct rat x;
	struct rat y;
	struct rat z;
	struct trace_step *next;
};

struct trace {
	struct trace_step *first;
	struct trace_step *last;
};

/* Append a step; the members are set through the pointer. */
struct trace_step *trace_add(struct trace *t, struct arena *a, enum trace_kind kind);
/* One JSON object for each step, as an array. */
void trace_to_json(struct jsonw *w, const struct trace *t);

#endif
