/*
 * event_locate - stored events by batch and transaction id (inside store).
 *
 * Shape      one pass over the blocks that hold the batches asked for; of each
 *            the ids are read once, and its columns where an event is in it and
 *            columns are wanted.
 * Order      none. What is not there is not shown.
 * Errors     those of event_read.h, and of visit.
 */
#ifndef STORE_EVENT_LOCATE_H
#define STORE_EVENT_LOCATE_H

#include "store/event_read.h"

struct event_wanted {
	struct str id;
	int64_t batch;
	uint32_t who; /* the caller's */
	bool found;
};

/* columns whole, with ids and customer_keys; NULL where they are not wanted. False: failed. */
typedef bool (*event_located)(void *ctx, const struct event_wanted *w,
	const struct event_columns *columns, size_t row, struct err *e);

/* wanted is put in order of batches. */
bool event_locate(struct event_home *h, struct event_wanted *wanted, size_t n, bool columns,
	event_located visit, void *ctx, struct err *e);

/* One event, its texts in a; w->found says whether it is there. */
bool event_locate_one(struct event_home *h, struct event_wanted *w, struct arena *a,
	struct event *out, struct err *e);

#endif
