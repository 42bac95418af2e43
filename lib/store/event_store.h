/*
 * event_store - events in, deduplicated; events out.
 *
 * Shape      append a batch; scan a time range, by rows or by columns; get by
 *            transaction id. What is behind them is nobody else's business.
 * Range      transaction_id is unique for ever, over all customers; the first
 *            stored record wins. batch ids rise, recorded_at never falls.
 * Errors     ERR_FATAL of the store; a duplicate or a conflict is an outcome.
 * Ownership  what append gives out lives in its arena; what a visit is shown
 *            holds until it returns.
 * Order      scans come in no promised order, except with in_order: by
 *            timestamp, then transaction_id as bytes. No append, scan or get
 *            inside a visit.
 * Source     mtr-store(5), Events.
 */
#ifndef STORE_EVENT_STORE_H
#define STORE_EVENT_STORE_H

#include "domain/common.h"
#include "domain/event.h"
#include "store/event_batch.h"
#include "store/store.h"

/*
 * A repeat whose content differs from the record that is stored. Texts are cut to
 * EVENT_SHOWN bytes.
 */
#define EVENT_SHOWN 80
#define EVENT_DIGEST_BYTES 16

struct event_clash {
	size_t index;              /* of the repeat in its batch, as taken */
	struct str transaction_id; /* whole */
	int64_t recorded_at_ns;    /* of the record that is stored */
	struct str field;          /* the first that differs: "customer_id", "properties.model" */
	struct str stored;         /* its text there; p == NULL: absent */
	struct str repeated;       /* its text in the repeat, likewise */
};

struct event_columns; /* domain/event_columns.h */

/* Events of one shape; false to stop (not an error). */
typedef bool (*event_columns_visit)(void *ctx, const struct event_columns *events);

struct event_append {
	struct event_batch *batch;
	uint64_t rejected; /* records refused before they came here */
	int64_t now_ns; /* the clock; recorded_at is this, or the last one where the clock went back */
	/*
	 * Find the outcomes and store nothing. What a connection has rehearsed
	 * counts as there for its next rehearsals. Outside of transactions; takes no lock.
	 */
	bool rehearsal;
	event_columns_visit accepted; /* is shown what was accepted, without ids; NULL: nobody */
	void *ctx;

	/* out */
	uint64_t naccepted, nduplicate, nconflict;
	struct event_clash *clashes; /* one for each conflict, by index */
	int64_t id;                  /* 0: nothing was accepted, and no batch was made */
	int64_t recorded_at_ns;      /* of the batch; INSTANT_NONE without one */
	/* of all events with this batch; a rehearsal counts in what it rehearsed */
	unsigned char digest[EVENT_DIGEST_BYTES];
};

/* Within store_begin ... store_save. Repeats inside the batch count too: the first wins. */
bool event_store_append(struct store *st, struct event_append *append, struct arena *a,
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
	const struct texts *properties;  /* names of those to read; NULL: all */
	bool in_order;                   /* by rows alone */
	bool ids;                        /* by columns alone: with transaction ids */
};

/*
 * visit returns false to stop (not an error). The event holds until it returns; of its
 * properties those asked for alone are there.
 */
typedef bool (*event_visit)(void *ctx, const struct stored_event *ev);
bool event_store_scan(struct store *st, const struct event_query *q, event_visit visit, void *ctx,
	struct err *e);

/*
 * Whole blocks that may hold something of the query: rows outside of its time range and of
 * other customers are among them. Columns not asked for are not read.
 */
bool event_store_scan_columns(struct store *st, const struct event_query *q,
	event_columns_visit visit, void *ctx, struct err *e);

/* *found says whether it is there; texts are copied into a. */
bool event_store_get(struct store *st, struct str transaction_id, struct arena *a,
	struct stored_event *out, bool *found, struct err *e);

struct event_store_stats {
	int64_t events;
	int64_t batches;
	int64_t blocks;
	int64_t shapes;
	int64_t runs;     /* of deduplication */
	int64_t first_ns; /* INSTANT_NONE: no events */
	int64_t last_ns;
	/* of the contents of all events, whatever their order and batches */
	unsigned char digest[EVENT_DIGEST_BYTES];
};
bool event_store_stats(struct store *st, struct event_store_stats *out, struct err *e);

#endif
