/*
 * metric tasks - create, update, archive, load, probe.
 *
 * Errors     not_found, ambiguous_name, id_taken, differs, archived; codes of
 *            the noun.
 * Order      create with if_absent: see absent.h.
 */
#ifndef TASKS_METRIC_H
#define TASKS_METRIC_H

#include "domain/event.h"
#include "domain/metric.h"
#include "store/store.h"

/* What only the store can judge: a query, whose columns are set. */
bool metric_check(struct metric *m, struct arena *a, struct err *e);
bool metric_create(struct store *st, struct metric *m, bool if_absent, struct arena *a,
	struct metric *out, struct err *e);
bool metric_update(struct store *st, struct str ref, const struct metric *changes, struct arena *a,
	struct metric *out, struct err *e);
/* Products that have it keep metering; new ones are refused. Again: no change. */
bool metric_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct metric *out, struct err *e);

/*
 * The metrics that --metric names, each once, in the order given; without
 * references all that are not archived, by creation.
 */
bool metrics_load(struct store *st, const struct texts *refs, struct arena *a, struct metric **out,
	size_t *n, struct err *e);

/*
 * What one event does to a metric, as an object: whether it matches, the value
 * the metric would have from it alone (null: it is no number) and its values
 * of all group keys; else which filter stopped it. A query says nothing about
 * one event: matches is null.
 */
void metric_probe_json(struct jsonw *w, const struct metric *m, const struct event *ev,
	struct arena *rec);

#endif
