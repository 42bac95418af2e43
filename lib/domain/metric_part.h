/*
 * metric_part - what the files that read and write a metric share.
 *
 * Shape      metric.c has filters, group keys and queries; metric_aggregation.c
 *            the aggregation and the fields that only some have.
 */
#ifndef DOMAIN_METRIC_PART_H
#define DOMAIN_METRIC_PART_H

#include "domain/metric.h"

/* Some property filter bears this name. */
bool metric_filters_name(const struct metric *m, struct str property);
/* A filter lets only events through that lack the property: nothing would ever be counted by it. */
bool metric_filters_out(const struct metric *m, struct str property);

/* Their names; a metric in SQL has none of these fields. */
#define METRIC_AGGREGATION_FIELDS 8
extern const char *const metric_aggregation_fields[METRIC_AGGREGATION_FIELDS];

void metric_aggregation_from(struct obj *o, struct metric *m);
/* After the filters. */
void metric_aggregation_fields_from(struct obj *o, struct metric *m);
void metric_aggregation_json(struct jsonw *w, const struct metric *m, enum terms_form form);

#endif
