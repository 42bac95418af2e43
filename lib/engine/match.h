/*
 * match - does an event feed a metric.
 *
 * Shape      event type filter, then each property filter; all must pass. The
 *            aggregation key must be there. A nested value has no text: it
 *            passes `exists` and neither list of values. No event feeds a
 *            metric in SQL by itself.
 * Order      pure; the reason names the first filter that stopped the event.
 * Source     mtr-pricing(7), Metrics.
 */
#ifndef ENGINE_MATCH_H
#define ENGINE_MATCH_H

#include "domain/event.h"
#include "domain/metric.h"

struct mismatch {
	struct str field; /* "event_type", or the name of a property */
	bool property;    /* field names a property */
	const char *text; /* "not among in_values" */
};

/* The parts of match_event, for who judges many events at once. p == NULL: absent. */
bool match_event_type(const struct metric *m, struct str event_type);
bool match_property(const struct property_filter *f, const struct property *p);

/* why may be NULL; it is set only where the event does not feed the metric. */
bool match_event(const struct metric *m, const struct event *ev, struct mismatch *why);

#endif
