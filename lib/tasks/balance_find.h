/*
 * balance_find - where a commit or credit is.
 *
 * Shape      one of a contract or of a customer, by id, else by name; a child of a
 *            recurring item by id. Names of both kinds count together; archived
 *            ones are found by name only where no other bears it.
 * Errors     not_found; ambiguous_name, with the ids that bear it; ERR_FATAL of the
 *            store.
 * Source     mtr-balance(1).
 */
#ifndef TASKS_BALANCE_FIND_H
#define TASKS_BALANCE_FIND_H

#include "base/map.h"
#include "store/store.h"

/*
 * The children of recurring items, whose ids follow from item and period: one look at
 * every contract, for all that is looked for in one command. Zeroed but for the arena.
 */
struct child_index {
	struct arena *arena;
	bool made;
	struct map places; /* id -> struct commit_place */
};

struct commit_place {
	struct str commit_id;
	struct str customer_id;
	struct str contract_id; /* empty: it is the customer's */
};

/* until_ns: children of recurring items count up to then, and one more of each. */
bool balance_find(struct store *st, struct str ref, int64_t until_ns, struct child_index *index,
	struct arena *a, struct commit_place *out, struct err *e);

#endif
