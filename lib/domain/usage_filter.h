/*
 * usage_filter - which part of a customer's usage a contract bills, over time.
 *
 * Shape      a time line of segments: from starting_at on only events whose
 *            property group_key has one of group_values count. Before the first
 *            segment everything does. Of segments with equal starts the one
 *            added last holds.
 * Range      starts on the hour; the first one without a start begins with the
 *            contract. At least one value, none twice.
 * Errors     ERR_INPUT, codes contract.usage_filter.FIELD.
 * Order      as added; usage_filter_at finds what holds.
 * Source     mtr-json(5), Usage filters; mtr-pricing(7), Usage filters.
 * Example    region US from the start, US and EU from 2025-01-01.
 */
#ifndef DOMAIN_USAGE_FILTER_H
#define DOMAIN_USAGE_FILTER_H

#include "domain/common.h"

struct usage_filter {
	struct str group_key;
	struct texts group_values; /* texts of scalars, as in events */
	int64_t starting_at_ns;
};

struct usage_filters {
	struct usage_filter *p; /* the initial one first, then as added */
	size_t n;
};

/*
 * The member "usage_filter" of a contract: the initial segment as a request has it, or
 * {"initial":...,"updates":[...]}, as it is stored and printed.
 */
struct usage_filters usage_filters_from_obj(struct obj *o, int64_t contract_start_ns);
/* One segment by itself, as a change has it: from the fields of o. Absent start: INSTANT_NONE. */
void usage_filter_from_obj(struct obj *o, struct usage_filter *out);
/* Nothing is written for none. */
void usage_filters_member(struct jsonw *w, const struct usage_filters *f);

/* Behind all others; in the arena. */
struct usage_filters usage_filters_with(struct arena *a, const struct usage_filters *f,
	const struct usage_filter *added);
/* What holds at an instant; NULL: all usage counts. */
const struct usage_filter *usage_filter_at(const struct usage_filters *f, int64_t t_ns);
/* Either may be NULL. */
bool usage_filter_eq(const struct usage_filter *x, const struct usage_filter *y);

#endif
