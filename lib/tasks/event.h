/*
 * event tasks - what became of events: whom they belong to, what they feed.
 *
 * Shape      an event belongs to the customer whose id or alias its customer_id
 *            is, now; it feeds the metrics that match it, archived ones too,
 *            because products that use them go on metering.
 * Errors     not_found, ambiguous_name; ERR_FATAL of the store.
 * Order      tallies by key as bytes; metrics by creation.
 * Source     mtr-event(1).
 */
#ifndef TASKS_EVENT_H
#define TASKS_EVENT_H

#include "codec/jsonw.h"
#include "domain/metric.h"
#include "store/event_store.h"

struct metric_list {
	struct metric *metrics;
	size_t n;
};

bool event_metrics(struct store *st, struct arena *a, struct metric_list *out, struct err *e);

/* One stored event with what it matched. */
struct event_view {
	struct stored_event stored;
	struct str customer_id; /* p == NULL: no customer has this key */
	struct str customer_name;
	const struct metric **metrics;
	size_t nmetrics;
};

bool event_look_up(struct store *st, struct str transaction_id, const struct metric_list *metrics,
	struct arena *a, struct event_view *out, struct err *e);
void event_view_json(struct jsonw *w, const struct event_view *view);

/*
 * What to select. A customer is named by id, alias or name, and stands for the
 * events under its id and aliases; a text that names none stands for the events
 * that bear it.
 */
struct event_filter {
	struct texts customers; /* as given; none: all */
	struct texts event_types;
	int64_t from_ns; /* INSTANT_NONE: open, likewise to */
	int64_t to_ns;
};

struct event_selection {
	struct event_query query;
	struct texts keys; /* query.customers points here */
	struct texts types;
	struct str unknown; /* the first text that names no customer; p == NULL: none */
};

/* out must stay where it is: its query points into it. */
bool event_select(struct store *st, const struct event_filter *f, int64_t now_ns, struct arena *a,
	struct event_selection *out, struct err *e);
/* After a scan that found nothing: refused where a text named no customer. */
bool event_selected(const struct event_selection *s, uint64_t found, struct err *e);

/* How many, and from when to when. */
struct tally {
	struct str key;
	uint64_t events;
	int64_t first_ns; /* INSTANT_NONE: no events */
	int64_t last_ns;
};

enum tally_by { TALLY_ALL, TALLY_CUSTOMER, TALLY_EVENT_TYPE };

struct tallies {
	struct tally *p;
	size_t n; /* TALLY_ALL: one, with an empty key */
};

bool event_count(struct store *st, const struct event_selection *s, enum tally_by by,
	struct arena *a, struct tallies *out, struct err *e);

/*
 * Customer keys that no customer has, and event types that no metric's event type filter
 * lets in.
 */
struct unmatched {
	struct tallies customers;
	struct tallies event_types;
};

bool event_unmatched(struct store *st, const struct event_selection *s, struct arena *a,
	struct unmatched *out, struct err *e);

/*
 * Members for an object that is open: events, and where there are any first_timestamp,
 * last_timestamp.
 */
void tally_members(struct jsonw *w, const struct tally *t);

#endif
