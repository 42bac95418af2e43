/*
 * usage_scan - the one pass over the stored events that feeds a plan.
 *
 * Shape      reads what the plan can use and no more: its time, the event types
 *            and properties that its metrics name, transaction ids where they
 *            decide, and the events of a few customers where it wants no others'.
 * Errors     ERR_FATAL of the store.
 * Source     engine/usage.h; store/event_store.h.
 */
#ifndef TASKS_USAGE_SCAN_H
#define TASKS_USAGE_SCAN_H

#include "engine/usage.h"
#include "store/store.h"

struct usage_scan {
	struct store *store;
	uint64_t events;                             /* read so far, over all plans */
	void (*scanned)(void *ctx, uint64_t events); /* is told so; NULL: nobody is */
	void *ctx;
};

bool usage_scan(struct usage_scan *s, struct usage_plan *p, struct err *e);

#endif
