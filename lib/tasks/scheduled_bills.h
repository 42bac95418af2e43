/*
 * scheduled_bills - which dates of schedules final invoices bill.
 *
 * Shape      all that falls due in a unit at an instant stands on one invoice. What
 *            comes to be due then after it is final stands on another one, its next
 *            generation. Of what is due several times at that instant (a charge with
 *            two items) the first ones are those that are billed.
 * Errors     those of the store.
 *            What a void invoice bills counts until it is made anew.
 * Source     mtr-pricing(7), Scheduled charges.
 * Example    a charge of January 1 is final, another one for that day is added: the next
 *            run makes a second invoice of January 1.
 */
#ifndef TASKS_SCHEDULED_BILLS_H
#define TASKS_SCHEDULED_BILLS_H

#include "base/map.h"
#include "domain/contract.h"
#include "domain/invoice.h"
#include "store/void_store.h"

/* Object id -> size_t: how often it is billed there; *next: the generation that is not final. */
bool scheduled_billed(struct store *st, struct str contract_id, int64_t at_ns,
	const struct unit *unit, struct str again, struct arena *a, struct map *counts, int *next,
	struct err *e);

/* For each item of a schedule whether it is billed; object_id: whose schedule it is. */
bool schedule_billed(struct store *st, struct str contract_id, struct str object_id,
	const struct schedule *s, struct arena *a, bool **billed, struct err *e);

/*
 * An invoice of the first generation: what is left of it to be billed. *any false: nothing.
 * again: id of a void invoice, what it bills is left, too; or empty. *g: what there is.
 */
bool scheduled_rest(struct store *st, struct arena *a, struct invoice *inv, struct str again,
	struct generations *g, bool *any, struct err *e);

#endif
