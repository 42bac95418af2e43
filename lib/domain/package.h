/*
 * package - a contract without customer and dates, of which contracts are made.
 *
 * Shape      terms are those of a contract in which each date is a distance:
 *            starting_at_offset and date_offset from the contract's start,
 *            duration from where the thing itself starts; objects of value and
 *            unit. Overrides may have dates too. They are kept as they came.
 *            A package does not change: it is archived, and another one made.
 * Range      offsets 0..36,500, durations 1..36,500 DAYS, WEEKS, MONTHS or YEARS.
 *            Months keep the day of what they are counted from, clamped in shorter
 *            ones. Durations count from the start of the thing, but those of
 *            accesses and overrides whose offset is in months from the contract's
 *            start too, so that one may follow the other without a gap.
 * Errors     ERR_INPUT, codes package.FIELD for what a package alone has; what
 *            contract.h says of the rest.
 * Source     mtr-json(5), Packages; mtr-package(1).
 * Example    offset 1 MONTHS, duration 1 MONTHS of a contract from January 31:
 *            from February 28 to March 31.
 */
#ifndef DOMAIN_PACKAGE_H
#define DOMAIN_PACKAGE_H

#include "domain/alias.h"
#include "domain/contract.h"

struct package {
	struct str id;
	struct str name;
	struct dated_alias *aliases;
	size_t naliases;
	struct str uniqueness_key;
	struct pairs custom_fields; /* of the package; a contract brings its own */
	struct kept terms;          /* what contracts get of it */
	int64_t created_at_ns;
	int64_t archived_at_ns;
};

bool package_from_json(const struct json *j, bool csv, struct arena *a, struct package *out,
	struct err *e);
void package_terms_json(struct jsonw *w, const struct package *p);
void package_to_json(struct jsonw *w, const struct package *p);

/*
 * The body of the contract that begins at start_ns: the members of `own`, which are the
 * contract's and not the package's, and the terms with dates for distances. Paths in failures
 * are those of the package; they name no place.
 */
bool package_expand(const struct package *p, const struct kept *own, int64_t start_ns,
	struct arena *a, struct str *body, struct err *e);

#endif
