/*
 * event_store - events in, deduplicated; events out.
 *
 * Shape      three calls: append a batch, scan a time range, get by
 *            transaction id. What is behind them is nobody else's business.
 * Range      transaction_id is unique for ever, over all customers; the first
 *            stored record wins. batch ids rise, recorded_at never falls.
 * Errors     ERR_FATAL of the store; a duplicate or a conflict is an outcome.
 * Ownership  what append gives out lives in its arena; the columns of a
 *            scanned event hold until the visit returns.
 * Order      scans come in no promised order, except with in_order: by
 *            timestamp, then transaction_id as bytes. No scan or get inside
 *            a visit.
 * Source     mtr-store(5), Events.
 */
#ifndef STORE_EVENT_STORE_H
#define STORE_EVENT_STORE_H

#include "domain/common.h"
#include "domain/event.h"
#include "store/store.h"

enum event_outcome { EVENT_ACCEPTED, EVENT_DUPLICATE, EVENT_CONFLICT };

/*
 * A repeat whose content differs from the record that is stored. Texts are cut to
 * EVENT_SHOWN bytes.
 */
#define EVENT_SHOWN 80

struct event_clash {
	size_t index;           /* of the repeat, in events */
	int64_t recorded_at_ns; /* of the record that is stored */
	struct str field;       /* the first that differs: "customer_id", "properties.model" */
	struct str stored;      /* its text there; p == NULL: absent */
	struct str repeated;    /* its text in the repeat, likewise */
};

struct event_batch {
	const struct event *events;
	size_t n;
	uint64_t rejected; /* records refused before they came here */
	int64_t now_ns; /* the clock; recorded_at is this, or the last one where the clock went back */
	/*
	 * Find the outcomes and store nothing. What a connection has rehearsed
	 * counts as there for its next rehearsals. Outside of transactions; takes no lock.
	 */
	bool rehearsal;

	enum event_outcome *outcomes;           /* out: one for each event */
	uint64_t accepted, duplicate, conflict; /* out */
	struct event_clash *clashes;            /* out: one for each conflict, by index */
	int64_t id; /* out: 0 when nothing was accepted (no batch was made) */
};

/* Within store_begin ... store_save. Repeats inside the batch count too: the first wins. */
bool event_store_append(struct store *st, struct event_batch *batch, struct arena *a,
	struct err *e);

struct stored_event {
	struct event event;
	int64_t batch;
	int64_t recorded_at_ns;
};

struct event_query {
	int64_t from_ns; /* INSTANT_NONE: open, likewise to */
	int64_t to_ns;
	const struct texts *customers;   /* customer keys; NULL: all */
	const struct texts *event_types; /* NULL: all */
	bool in_order;
	bool bare; /* without properties, which take most of the time */
};

/* visit returns false to stop (not an error). The event holds until it returns. */
typedef bool (*event_visit)(void *ctx, const struct stored_event *ev);
bool event_store_scan(struct store *st, const struct event_query *q, event_visit visit, void *ctx,
	struct err *e);

/* *found says whether it is there; texts are copied into a. */
bool event_store_get(struct store *st, struct str transaction_id, struct arena *a,
	struct stored_event *out, bool *found, struct err *e);

struct event_store_stats {
	int64_t events;
	int64_t batches;
	int64_t first_ns; /* INSTANT_NONE: no events */
	int64_t last_ns;
};
bool event_store_stats(struct store *st, struct event_store_stats *out, struct err *e);

#endif
