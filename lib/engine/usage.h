/*
 * usage - one pass over the events for every quantity that is wanted.
 *
 * Shape      a plan holds meters; a meter wants one metric for the events of
 *            some customer keys, over consecutive windows, by group values.
 *            Plan first, feed each event once, finish, then read the meters.
 *            Meters of a metric in SQL are not fed: whoever runs the query puts
 *            its value at each cut, from cuts[0], with usage_put.
 *            Where an aggregation carries over, the events before cuts[0] are
 *            wanted too, all there are: from_ns of the plan is open then.
 * Units      windows [cuts[i], cuts[i+1]); quantities in the metric's unit.
 * Rounding   none.
 * Ownership  everything lives in the plan's arena; events fed may vanish, cuts
 *            are borrowed.
 * Order      the result does not depend on the order of feeding. Groups come
 *            sorted by their values as texts, null first.
 * Source     mtr-pricing(7), Usage.
 */
#ifndef ENGINE_USAGE_H
#define ENGINE_USAGE_H

#include "base/map.h"
#include "domain/event.h"
#include "domain/metric.h"
#include "domain/usage_filter.h"
#include "engine/aggregate.h"

struct event_columns;

#define NO_CUSTOMER SIZE_MAX

struct meter_window {
	struct rat share;     /* value up to the end - value up to the start */
	struct rat before;    /* value up to the window's start, from cuts[0] */
	struct rat after;     /* value up to its end */
	uint64_t events;      /* that matched and counted; in SQL those that the query read */
	uint64_t non_numeric; /* that matched, with a value the aggregation cannot take */
	/*
	 * One counted, or was non-numeric, or what was carried over added to it; in SQL: a value
	 * was put.
	 */
	bool has_value;
	int64_t first_ns; /* of the events counted; INSTANT_NONE: none */
	int64_t last_ns;
};

struct meter_group {
	struct pairs values; /* of the group names, in their order; p == NULL: the event lacks it */
	struct meter_window *windows; /* ncuts-1, from finish on */
	char *cells;                  /* what is being filled, until finish */
};

struct meter {
	const struct metric *metric;
	struct texts group_names; /* sorted; none: one group */
	size_t customer_at;       /* the name that is the event's customer key; NO_CUSTOMER: none */
	const int64_t *cuts;      /* ncuts >= 2, rising */
	size_t ncuts;
	struct meter_group *groups; /* without names always one, else one a combination met */
	size_t ngroups;
	size_t groups_cap;
	struct map cells; /* values as bytes -> cells of their group, in the order of groups */

	/*
	 * In SQL: whose events, and the windows [whole_from, whole_to) whose
	 * quantity lands in the last of them; whole_to 0: each has its own share.
	 */
	struct texts customer_keys;
	size_t whole_from;
	size_t whole_to;
	struct meter_window *seen; /* events of each window, first_ns and last_ns alone */
};

struct usage_plan {
	struct arena *arena;
	struct map customers; /* customer key -> what is wanted of its events */
	struct meter **meters;
	size_t nmeters;
	size_t meters_cap;
	int64_t now_ns;    /* the clock, to which open windows run; INSTANT_NONE: no limit */
	int64_t origin_ns; /* where sessions start afresh; INSTANT_NONE: at cuts[0] */
	int64_t from_ns;   /* whose events are wanted: least and greatest cut; INSTANT_NONE: open */
	int64_t to_ns;
	struct map filtered;  /* metrics as usage_filtered made them */
	struct buf key;       /* scratch */
	struct arena scratch; /* of one event */
	struct arena cells;   /* what is being filled: close together, and gone with the plan */
	struct usage_columns *columns; /* of the feed by columns; NULL: it has not begun */
};

/* now_ns and origin_ns may be set from then on, until the first meter is wanted. */
void usage_init(struct usage_plan *p, struct arena *a);
void usage_release(struct usage_plan *p);

/*
 * The filter can divide what the metric measures by these group names: not a LATEST, and
 * the names and the filter's key are in one group key. False: why says so, with a code.
 */
bool usage_filter_fits(const struct metric *m, const struct texts *group_names,
	const struct usage_filter *f, struct arena *a, struct err *why);
/*
 * The metric for events alone that pass a usage filter: equal ones are one. f NULL: the
 * metric itself.
 */
const struct metric *usage_filtered(struct usage_plan *p, const struct metric *m,
	const struct usage_filter *f);
/*
 * The keys of a customer whose events pass a usage filter: all of them, unless it asks for
 * the key itself (metric_groups_by_customer).
 */
struct texts usage_filtered_keys(const struct texts *customer_keys, const struct metric *m,
	const struct usage_filter *f, struct arena *a);
/* A meter for the events of these customer keys (id and aliases). */
struct meter *usage_want(struct usage_plan *p, const struct texts *customer_keys,
	const struct metric *m, const struct texts *group_names, const int64_t *cuts, size_t ncuts);
void usage_feed(struct usage_plan *p, const struct event *ev);
/*
 * The same for each row, faster: begin, then each block of one scan. Another scan, whose
 * customers may have other numbers, begins anew.
 */
void usage_feed_begin(struct usage_plan *p);
void usage_feed_columns(struct usage_plan *p, const struct event_columns *cols);
/*
 * The value of a group at cuts[cut], cut > 0; several rows of one group add up. Groups the
 * meter does not ask for are summed away.
 */
void usage_put(struct usage_plan *p, struct meter *m, size_t cut, const struct pairs *values,
	struct rat q);
/* In SQL: what the query reads in a window. */
void usage_saw(struct meter *m, size_t window, uint64_t events, int64_t first_ns, int64_t last_ns);
void usage_finish(struct usage_plan *p);

/* What a scan must give so that the plan can be fed; meters in SQL ask for nothing. */
struct texts usage_properties(const struct usage_plan *p, struct arena *a); /* their names */
bool usage_needs_ids(const struct usage_plan *p); /* transaction ids decide something */
/* False: events of any type may be wanted. */
bool usage_event_types(const struct usage_plan *p, struct arena *a, struct texts *out);

#endif
