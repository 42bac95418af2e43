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
	TRACE_CONVERSION, /* text: MULTIPLY or DIVIDE; y: factor; x: quantity after it */
	TRACE_ROUNDING,   /* text: method; count: places; y: before; x: after */
	TRACE_RATE,       /* ref: rate; from, to: its interval; text: type; x: price (not TIERED) */
	TRACE_COMMIT_RATE, /* of that rate, while a balance draws at it; text: type; x: price (not TIERED) */
	TRACE_TIER, /* count: level; x: quantity in it; y: price; z: position at its entry */
	/* ref: scheduled charge; count: number of the date, from 1; text: distribution;
	   x: unit price; y: quantity */
	TRACE_SCHEDULE,
	/* of a true-up. ref: segment; x: promised; y: what counted towards it; z: what is missing */
	TRACE_SHORTFALL,
	TRACE_BASE, /* of a composite. ref: product; text: its name; x: what was spent on it */
	/*
	 * what of a slice one segment pays. ref: segment, empty for none; x: quantity; y: of
	 * how much
	 */
	TRACE_COVER,
	/* ref: segment; text: name of its commit; x: amount drawn; y: balance before; z: after */
	TRACE_DRAW,
	TRACE_TOTAL, /* x: quantity; y: unit price; z: total */
	TRACE_DUE    /* x: total; y: amount due; text: rounding */
};

struct trace_step {
	enum trace_kind kind;
	struct str ref;
	struct str text;
	int64_t from_ns; /* INSTANT_NONE: not used */
	int64_t to_ns;
	uint64_t count;
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
