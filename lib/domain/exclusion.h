/*
 * exclusion - balances that a threshold does not count.
 *
 * Shape      an exclusion has filters on custom fields, no key twice, and means a commit
 *            or credit that all of them fit; any one of several exclusions will do.
 *            Read from several specifiers, they are written in one.
 * Errors     ERR_INPUT under the path of threshold_balance_specifiers.
 * Source     mtr-json(5), Thresholds.
 */
#ifndef DOMAIN_EXCLUSION_H
#define DOMAIN_EXCLUSION_H

#include "domain/commit.h"

/* What a filter looks at. */
enum filter_entity { FILTER_BOTH, FILTER_COMMIT, FILTER_CREDIT };

struct field_filter {
	enum filter_entity entity;
	struct str key;
	struct str value;
};

struct exclusion {
	struct field_filter *filters;
	size_t n;
};

struct exclusions {
	struct exclusion *p;
	size_t n;
};

/* threshold_balance_specifiers of the object. */
void exclusions_from_obj(struct obj *o, struct exclusions *out);
void exclusions_json(struct jsonw *w, const struct exclusions *all); /* nothing for none */
bool exclusions_match(const struct exclusions *all, const struct commit *c);

#endif
