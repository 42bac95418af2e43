/*
 * metric - what is counted: filters, an aggregation, group keys; or a query.
 *
 * Shape      all filters must pass. The aggregation key, the part key and every
 *            property in group_keys must be the name of a property filter.
 *            Everything but name and custom_fields is immutable. A metric in
 *            SQL has the text of its query instead; what it says, and which
 *            columns it has, is for the store, which fills columns.
 * Units      session_ns is session_hours in nanoseconds, exactly.
 * Errors     ERR_INPUT, codes metric.FIELD.
 * Source     mtr-json(5), Billable metrics; mtr-pricing(7), Metrics.
 * Example    SUM of num_images where resolution is 1024x1024, by model.
 */
#ifndef DOMAIN_METRIC_H
#define DOMAIN_METRIC_H

#include "domain/common.h"

/* The aggregations stand in the order of the table in engine/aggregate.c. */
enum aggregation {
	AGG_COUNT,
	AGG_SUM,
	AGG_MAX,
	AGG_LATEST,
	AGG_UNIQUE,
	AGG_MIN,
	AGG_AVG,
	AGG_PERCENTILE,
	AGG_SESSION,
	AGG_TIME_WEIGHTED_SUM
};
#define AGG_KINDS 10

/* What an event of TIME_WEIGHTED_SUM does to a level: add to it, or set it. */
enum level_mode { LEVEL_DELTA, LEVEL_ABSOLUTE };
#define LEVEL_MODES 2

enum aggregation_unit { UNIT_HOUR, UNIT_DAY, UNIT_SECOND };
#define AGGREGATION_UNITS 3

struct value_filter {
	struct texts in;     /* none: everything passes */
	struct texts not_in; /* an event without the value passes */
};

enum presence { PRESENCE_ANY, PRESENCE_YES, PRESENCE_NO };

struct property_filter {
	struct str name;
	enum presence exists;
	struct value_filter values;
};

struct metric {
	struct str id;
	struct str name;
	enum aggregation aggregation;
	struct str aggregation_key; /* empty for COUNT and SESSION */
	struct rat percentile;      /* of PERCENTILE: in (0, 100] */
	struct rat session_hours;   /* of SESSION: above 0 */
	int64_t session_ns;
	enum level_mode level_mode; /* of TIME_WEIGHTED_SUM, likewise the unit of time */
	enum aggregation_unit unit;
	struct str part_key; /* session_key or level_key; p == NULL: none */
	bool has_event_type_filter;
	struct value_filter event_type;
	struct property_filter *filters;
	size_t nfilters;
	struct texts *group_keys; /* each simple or compound, names as given */
	size_t ngroup_keys;
	struct str sql; /* p == NULL: none; with it aggregation and what follows it say nothing */
	struct texts columns; /* of sql: names of its groups, sorted */
	struct pairs custom_fields;
	int64_t created_at_ns;
	int64_t archived_at_ns;
};

const char *aggregation_name(enum aggregation a); /* "SUM" */
int64_t aggregation_unit_seconds(enum aggregation_unit u);

bool metric_from_json(const struct json *j, bool csv, struct arena *a, struct metric *out,
	struct err *e);
/*
 * {"billable_metric_id":..., "name":..., "custom_fields":...}, the first also as
 * billable_metric or id; any other field of a metric is refused: immutable_field.
 */
bool metric_update_from_json(const struct json *j, bool csv, struct arena *a, struct str *ref,
	struct metric *changes, struct err *e);
void metric_apply(struct arena *a, struct metric *m, const struct metric *changes);
void metric_terms_json(struct jsonw *w, const struct metric *m);
void metric_to_json(struct jsonw *w, const struct metric *m);

/*
 * True when one group key holds exactly these names, in any order; no names
 * always fit. In SQL each is a column; the other columns are summed away.
 */
bool metric_has_group_key(const struct metric *m, const struct texts *names);
/* The same where the key may hold more names: what a product asks for. */
bool metric_can_group(const struct metric *m, const struct texts *names);
/* "region; cloud,region", in SQL "model,region"; "none". */
struct str metric_group_keys_text(const struct metric *m, struct arena *a);

/*
 * True when the name in a group key is no property: customer_id, where no
 * property filter names it, is the id or alias that the event carried.
 */
bool metric_groups_by_customer(const struct metric *m, struct str name);

#endif
