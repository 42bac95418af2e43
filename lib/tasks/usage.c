#include "tasks/usage.h"

#include "base/grid.h"
#include "engine/usage.h"
#include "store/customer_store.h"
#include "store/event_store.h"
#include "tasks/metric.h"
#include "tasks/sql_usage.h"

#include "base/banned.h"

#define TELL_EVERY 4096 /* events */

struct reader {
	struct store *st;
	const struct usage_request *rq;
	usage_visit visit;
	usage_scanned scanned;
	void *ctx;
	uint64_t events;

	struct arena run;
	struct customer *customers;
	size_t ncustomers;
	size_t customers_cap;
	struct metric *metrics;
	size_t nmetrics;
	struct texts keys; /* of the customers asked for; none: of all */

	/* the windows in hand */
	struct arena slice;
	struct usage_plan plan;
	int64_t *cuts;
	size_t nwindows;
	size_t max_windows;
	struct meter **meters; /* nwindows for each customer and metric */
	struct err failure;    /* of a query */
};

/* ---- who and what ---- */

static void
add_customer(struct reader *r, const struct customer *c)
{
	struct texts aliases = { ARENA_ARRAY(&r->run, c->ingest_aliases.n, struct str), 0 };

	for (size_t i = 0; i < c->ingest_aliases.n; i++)
		aliases.p[aliases.n++] = str_dup(&r->run, c->ingest_aliases.p[i]);
	r->customers = arena_grow(&r->run, r->customers, &r->customers_cap, r->ncustomers + 1,
		sizeof(*r->customers));
	r->customers[r->ncustomers++] = (struct customer){
		.id = str_dup(&r->run, c->id),
		.name = str_dup(&r->run, c->name),
		.ingest_aliases = aliases,
	};
}

static bool
visit_customer(void *ctx, const void *customer)
{
	add_customer(ctx, customer);
	return true;
}

static bool
have_customer(const struct reader *r, struct str id)
{
	for (size_t i = 0; i < r->ncustomers; i++)
		if (str_eq(r->customers[i].id, id))
			return true;
	return false;
}

static bool
load_customers(struct reader *r, struct err *e)
{
	static const struct page all = { .limit = -1, .archived = true };
	const struct texts *refs = &r->rq->customers;

	if (refs->n == 0)
		return customer_store_list(r->st, &all, visit_customer, r, e);
	for (size_t i = 0; i < refs->n; i++) {
		struct customer c;
		struct str id;

		if (!reference_field(r->st, NOUN_CUSTOMER, "--customer", refs->p[i], INSTANT_NONE,
			    &r->run, &id, e))
			return false;
		if (have_customer(r, id))
			continue;
		if (!customer_store_get(r->st, id, &r->run, &c, e))
			return false;
		add_customer(r, &c);
	}
	return true;
}

static bool
load_metrics(struct reader *r, struct err *e)
{
	if (r->rq->definition == NULL)
		return metrics_load(r->st, &r->rq->metrics, &r->run, &r->metrics, &r->nmetrics, e);
	r->nmetrics = 1;
	r->metrics = ARENA_NEW(&r->run, struct metric);
	r->metrics[0] = *r->rq->definition;
	return true;
}

static void
add_names(struct buf *out, const struct texts *names)
{
	for (size_t i = 0; i < names->n; i++) {
		buf_add_c(out, i > 0 ? "," : "");
		buf_add_str(out, names->p[i]);
	}
}

/* Groups of other names than those of a whole key would be sums nobody declared. */
static bool
check_group_names(const struct reader *r, struct err *e)
{
	const struct texts *names = &r->rq->group_names;
	struct buf asked = BUF_INIT, has = BUF_INIT;
	bool ok = true;

	add_names(&asked, names);
	for (size_t i = 0; ok && i < r->nmetrics; i++) {
		const struct metric *m = &r->metrics[i];

		if (metric_has_group_key(m, names))
			continue;
		if (m->sql.p != NULL) {
			add_names(&has, &m->columns);
			ok = err_field(e, ERR_INPUT, "group_key_missing", STR("--group-by"),
				buf_str(&asked), "not columns of billable metric %.*s; it has: %s",
				STR_FMT(m->name), m->columns.n > 0 ? buf_cstr(&has) : "none");
			break;
		}
		for (size_t k = 0; k < m->ngroup_keys; k++) {
			buf_add_c(&has, k > 0 ? "; " : "");
			add_names(&has, &m->group_keys[k]);
		}
		ok = err_field(e, ERR_INPUT, "group_key_missing", STR("--group-by"),
			buf_str(&asked), "no group key of billable metric %.*s; it has: %s",
			STR_FMT(m->name), m->ngroup_keys > 0 ? buf_cstr(&has) : "none");
	}
	buf_release(&asked);
	buf_release(&has);
	return ok;
}

/* Where customers are named, the scan is told whose events are wanted. */
static void
gather_keys(struct reader *r)
{
	size_t cap = 0;

	for (size_t c = 0; r->rq->customers.n > 0 && c < r->ncustomers; c++) {
		struct texts keys = customer_keys(&r->customers[c], &r->run);

		r->keys.p = arena_grow(&r->run, r->keys.p, &cap, r->keys.n + keys.n,
			sizeof(*r->keys.p));
		for (size_t i = 0; i < keys.n; i++)
			r->keys.p[r->keys.n++] = keys.p[i];
	}
}

/* ---- windows ---- */

static int64_t
next_cut(const struct usage_request *rq, int64_t t_ns)
{
	static const enum grid_unit units[] = {
		[USAGE_HOUR] = GRID_HOURS,
		[USAGE_DAY] = GRID_DAYS,
		[USAGE_MONTH] = GRID_MONTHS,
	};
	struct grid g = { .anchor_ns = 0, .unit = units[rq->window], .step = 1 };
	int64_t next_ns;

	if (rq->window == USAGE_UNDIVIDED || !grid_next(&g, t_ns + 1, &next_ns) ||
		next_ns > rq->to_ns)
		return rq->to_ns;
	return next_ns;
}

/* As many windows from start on as memory has room for. */
static void
take_windows(struct reader *r, int64_t start_ns)
{
	size_t cap = 0;

	r->nwindows = 0;
	r->cuts = arena_grow(&r->slice, NULL, &cap, 2, sizeof(*r->cuts));
	r->cuts[0] = start_ns;
	while (r->nwindows < r->max_windows && r->cuts[r->nwindows] < r->rq->to_ns) {
		r->cuts = arena_grow(&r->slice, r->cuts, &cap, r->nwindows + 2, sizeof(*r->cuts));
		r->cuts[r->nwindows + 1] = next_cut(r->rq, r->cuts[r->nwindows]);
		r->nwindows++;
	}
}

static struct meter **
meters_of(const struct reader *r, size_t customer, size_t metric)
{
	return &r->meters[(customer * r->nmetrics + metric) * r->nwindows];
}

/*
 * The share of a window is its own value where windows add up. The others
 * would give what it adds to the windows before, so each is a meter of its own.
 */
static void
want(struct reader *r, size_t customer, size_t metric)
{
	const struct metric *m = &r->metrics[metric];
	struct texts keys = customer_keys(&r->customers[customer], &r->slice);
	struct meter **meters = meters_of(r, customer, metric);

	if (m->sql.p == NULL && aggregate_kind(m->aggregation)->additive) {
		struct meter *whole = usage_want(&r->plan, &keys, m, &r->rq->group_names, r->cuts,
			r->nwindows + 1);

		for (size_t w = 0; w < r->nwindows; w++)
			meters[w] = whole;
		return;
	}
	for (size_t w = 0; w < r->nwindows; w++)
		meters[w] = usage_want(&r->plan, &keys, m, &r->rq->group_names, &r->cuts[w], 2);
}

static bool
feed(void *ctx, const struct stored_event *ev)
{
	struct reader *r = ctx;

	usage_feed(&r->plan, &ev->event);
	r->events++;
	if (r->scanned != NULL && r->events % TELL_EVERY == 0)
		r->scanned(r->ctx, r->events);
	return true;
}

static bool
scan(struct reader *r, struct err *e)
{
	struct event_query q = {
		.from_ns = r->plan.from_ns,
		.to_ns = r->cuts[r->nwindows],
		.customers = r->rq->customers.n > 0 ? &r->keys : NULL,
		.bare = true,
	};
	bool fed = false;

	for (size_t i = 0; i < r->nmetrics; i++) {
		q.bare = q.bare && r->metrics[i].nfilters == 0;
		fed = fed || r->metrics[i].sql.p == NULL;
	}
	return !fed || event_store_scan(r->st, &q, feed, r, e);
}

/* The first query that exceeds a limit ends the reading. */
static void
fail(void *ctx, const struct meter *m, const struct err *e)
{
	struct reader *r = ctx;

	(void)m;
	if (r->failure.kind == ERR_NONE)
		r->failure = *e;
}

static bool
run_queries(struct reader *r, struct err *e)
{
	r->failure = (struct err)ERR_INIT;
	if (!sql_usage_fill(r->st, &r->plan, fail, r, e))
		return false;
	if (r->failure.kind != ERR_NONE)
		*e = r->failure;
	return r->failure.kind == ERR_NONE;
}

static void
tell(struct reader *r, size_t customer, size_t metric, size_t window)
{
	const struct meter *m = meters_of(r, customer, metric)[window];
	size_t at = m->ncuts == 2 ? 0 : window;
	bool by_groups = m->group_names.n > 0;

	for (size_t g = 0; g < m->ngroups; g++) {
		const struct meter_window *win = &m->groups[g].windows[at];

		if (by_groups && !win->has_value)
			continue;
		r->visit(r->ctx,
			&(struct usage_reading){
				.customer = &r->customers[customer],
				.metric = m->metric,
				.starting_on_ns = r->cuts[window],
				.ending_before_ns = r->cuts[window + 1],
				.group = &m->groups[g].values,
				.value = win->share,
				.has_value = win->has_value,
				.events = win->events,
				.non_numeric = win->non_numeric,
			});
	}
}

static bool
read_windows(struct reader *r, struct err *e)
{
	r->meters = ARENA_ARRAY(&r->slice, r->ncustomers * r->nmetrics * r->nwindows,
		struct meter *);
	for (size_t c = 0; c < r->ncustomers; c++)
		for (size_t m = 0; m < r->nmetrics; m++)
			want(r, c, m);
	if (!scan(r, e) || !run_queries(r, e))
		return false;
	usage_finish(&r->plan);
	for (size_t w = 0; w < r->nwindows; w++)
		for (size_t c = 0; c < r->ncustomers; c++)
			for (size_t m = 0; m < r->nmetrics; m++)
				tell(r, c, m, w);
	return true;
}

static bool
read_range(struct reader *r, struct err *e)
{
	size_t pairs = r->ncustomers * r->nmetrics;
	int64_t start_ns = r->rq->from_ns;
	bool ok = true;

	r->max_windows = pairs > 0 && pairs < USAGE_CELLS ? USAGE_CELLS / pairs : 1;
	while (ok && pairs > 0 && start_ns < r->rq->to_ns) {
		usage_init(&r->plan, &r->slice);
		r->plan.now_ns = r->rq->now_ns;
		r->plan.origin_ns = r->rq->from_ns;
		take_windows(r, start_ns);
		start_ns = r->cuts[r->nwindows];
		ok = read_windows(r, e);
		usage_release(&r->plan);
		arena_clear(&r->slice);
	}
	return ok;
}

bool
usage_read(struct store *st, const struct usage_request *rq, usage_visit visit,
	usage_scanned scanned, void *ctx, struct err *e)
{
	struct reader r = { .st = st, .rq = rq, .visit = visit, .scanned = scanned, .ctx = ctx };
	bool ok;

	if (!store_read_begin(st, e))
		return false;
	ok = load_customers(&r, e) && load_metrics(&r, e) && check_group_names(&r, e);
	if (ok) {
		gather_keys(&r);
		ok = read_range(&r, e);
	}
	store_read_end(st);
	arena_release(&r.slice);
	arena_release(&r.run);
	return ok;
}

/* ---- as JSON ---- */

static void
write_value(struct jsonw *w, const struct usage_reading *r)
{
	jsonw_pairs_opt(w, "group", r->group);
	if (r->has_value) {
		jsonw_member_rat(w, "value", r->value);
	} else {
		jsonw_key(w, "value");
		jsonw_null(w);
	}
}

void
usage_value_json(struct jsonw *w, const struct usage_reading *r)
{
	jsonw_object(w);
	write_value(w, r);
	if (r->non_numeric > 0)
		jsonw_member_int(w, "non_numeric", (int64_t)r->non_numeric);
	jsonw_end(w);
}

void
usage_reading_json(struct jsonw *w, const struct usage_reading *r)
{
	jsonw_object(w);
	jsonw_member_str(w, "customer_id", r->customer->id);
	jsonw_member_str(w, "customer_name", r->customer->name);
	jsonw_member_str(w, "billable_metric_id", r->metric->id);
	jsonw_member_str(w, "billable_metric_name", r->metric->name);
	jsonw_member_instant(w, "starting_on", r->starting_on_ns);
	jsonw_member_instant(w, "ending_before", r->ending_before_ns);
	write_value(w, r);
	jsonw_member_int(w, "events", (int64_t)r->events);
	if (r->non_numeric > 0)
		jsonw_member_int(w, "non_numeric", (int64_t)r->non_numeric);
	jsonw_end(w);
}
