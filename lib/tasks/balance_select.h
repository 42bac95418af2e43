/*
 * balance_select - which balances are asked about.
 *
 * Shape      those that one of the filters means (none: all), in the unit, of the
 *            level, with access in the range. A filter means a balance that is of
 *            one of its types, is one of its ids, and has all of its custom
 *            fields; what it does not name is as it may be.
 * Range      from and to: some segment ends after from and begins before to;
 *            covering: some segment holds the instant; INSTANT_NONE: any.
 * Order      pure; none.
 * Source     mtr-balance(1), OPTIONS.
 */
#ifndef TASKS_BALANCE_SELECT_H
#define TASKS_BALANCE_SELECT_H

#include "domain/commit.h"

enum balance_level { LEVEL_ANY, LEVEL_CONTRACT, LEVEL_CUSTOMER };

struct balance_filter {
	bool types[COMMIT_TYPES]; /* none: any */
	bool has_types;
	struct texts ids; /* none: any */
	struct pairs custom_fields;
};

struct balance_selection {
	const struct balance_filter *filters;
	size_t nfilters;
	const struct unit *unit; /* NULL: any */
	enum balance_level level;
	int64_t from_ns;
	int64_t to_ns;
	int64_t covering_ns;
};

/* Everything. */
#define SELECT_ALL \
	((struct balance_selection){ .from_ns = INSTANT_NONE, \
		.to_ns = INSTANT_NONE, \
		.covering_ns = INSTANT_NONE })

bool balance_selected(const struct balance_selection *s, const struct commit *c);

#endif
