/*
 * agg_dated - a number with the instant and the event it comes from.
 *
 * Shape      zeroed bytes: none yet. The id lies in room that is used again.
 * Ownership  what is kept is copied into the arena given.
 * Order      greater timestamp is later; of equal ones the transaction id that
 *            is greater as bytes.
 * Example    3 at noon by "a", then 4 at noon by "b": 4 is the later one.
 */
#ifndef ENGINE_AGG_DATED_H
#define ENGINE_AGG_DATED_H

#include "base/sum.h"

struct dated {
	bool any;
	int64_t timestamp_ns;
	char *id;
	size_t id_n;
	size_t id_room;
	struct sum value;
};

/* Whether an event would stand behind the one that is there. */
bool dated_is_before(const struct dated *d, int64_t timestamp_ns, struct str id);
/* value may lie in scratch memory. */
void dated_set(struct dated *d, struct arena *a, int64_t timestamp_ns, struct str id,
	const struct sum *value);
struct str dated_id(const struct dated *d);
int dated_cmp(const void *x, const void *y); /* over struct dated, none of them empty */

#endif
