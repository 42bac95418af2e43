/*
 * event_scan - one pass over the blocks that a query is about (inside store).
 *
 * Shape      blocks of the event types asked for that overlap its time, each
 *            with what of it is read; ids, batches where asked for. Of a
 *            customer filter the numbers are known beforehand, so that a block
 *            without any of them is passed over, and others begin and end with one.
 * Order      blocks by shape, then by their last instant.
 * Errors     those of event_read.h.
 */
#ifndef STORE_EVENT_SCAN_H
#define STORE_EVENT_SCAN_H

#include "store/event_read.h"
#include "store/event_store.h"

struct event_scan {
	struct event_home *home;
	const struct event_query *query;
	bool ids;
	bool batches;
	int64_t least_ns; /* both included */
	int64_t greatest_ns;
	uint32_t *customers; /* of the query, sorted */
	size_t ncustomers;
	bool selected; /* by customer */
	/*
	 * In order: what is gathered at most. Of more, the later half is let go of, and the
	 * next pass begins where this one ends.
	 */
	size_t events_at_once;
	size_t bytes_at_once;
};

void event_scan_init(struct event_scan *s, struct event_home *h, const struct event_query *q);
void event_scan_release(struct event_scan *s);
bool event_scan_customers(struct event_scan *s, struct err *e);
bool event_scan_wants(const struct event_scan *s, uint32_t customer);

/* batches: NULL where they are not asked for. *more false: enough. False: failed. */
typedef bool (*event_scanned)(void *ctx, const struct event_columns *columns,
	const int64_t *batches, bool *more, struct err *e);
bool event_scan_run(const struct event_scan *s, event_scanned visit, void *ctx, struct err *e);

/* A snapshot for the length of a call, unless there is one. */
bool event_snapshot_begin(struct store *st, bool *own, struct err *e);
void event_snapshot_end(struct store *st, bool own);

/* By timestamp, then transaction id; in memory that is bounded. */
bool event_scan_in_order(struct event_scan *s, event_visit visit, void *ctx, struct err *e);

#endif
