/*
 * event_clash - what a repeat has other than the record that is stored (inside store).
 *
 * Shape      one clash for each conflict found, by index of the repeat.
 * Ownership  in the arena given.
 * Errors     those of event_read.h; db_damaged where deduplication names an
 *            event that is not stored.
 */
#ifndef STORE_EVENT_CLASH_H
#define STORE_EVENT_CLASH_H

#include "store/event_repeats.h"
#include "store/event_store.h"

/* now_ns: when what is new in this batch is recorded. */
bool event_clashes(struct event_repeats *r, const struct event_batch *b, struct store *st,
	int64_t now_ns, struct arena *a, struct event_clash **out, struct err *e);

#endif
