/*
 * package_part - a package as a contract, for making one and for trying it (inside tasks).
 */
#ifndef TASKS_PACKAGE_PART_H
#define TASKS_PACKAGE_PART_H

#include "domain/package.h"
#include "store/store.h"

/* JSON that the store or the library has written; p NULL: NULL. json_free ends it. */
struct json *package_parse(struct str text);

/*
 * The contract that begins at start_ns, read but neither resolved nor checked; own: what it has
 * beside the package. Failures have the package's paths, or those of own, and no place.
 */
bool package_contract(struct store *st, const struct package *p, const struct kept *own,
	int64_t start_ns, struct arena *a, struct contract *out, struct err *e);

#endif
