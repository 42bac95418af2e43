#include "tasks/usage.h"

#include "base/grid.h"
#include "engine/periods.h"
#include "engine/usage.h"
#include "store/contract_store.h"
#include "store/customer_store.h"
#include "tasks/metric.h"
#include "tasks/sql_usage.h"
#include "tasks/usage_scan.h"

#include "base/banned.h"

/* A customer, or with periods one contract of a customer. */
struct subject {
	struct customer customer; /* id, name and aliases alone */
	struct str contract_id;
	const int64_t *cuts;
	size_t nwindows;
	struct meter **meters; /* nwindows for each metric */
};

struct reader {
	struct store *st;
	const struct usage_request *rq;
	usage_visit visit;
	void *ctx;
	struct usage_scan scan;

	struct arena run;
	struct metric *metrics;
	size_t nmetrics;
	struct texts named; /* ids of the customers asked for; none: all */
	size_t at_once;     /* customers */

	/* the customers in hand */
	struct arena page;
	struct subject *subjects;
	size_t nsubjects;
	size_t subjects_cap;
	struct str last;   /* id */
	size_t next_named; /* behind them */
	bool more;         /* there are others */

	/* the windows in hand; of periods each subject has its own */
	struct arena slice;
	struct usage_plan plan;
	int64_t *cuts;
	size_t nwindows;
	struct err failure; /* of a query */
};

/* ---- who and what ---- */

static struct subject *
add_subject(struct reader *r)
{
	r->subjects = arena_grow(&r->page, r->subjects, &r->subjects_cap, r->nsubjects + 1,
		sizeof(*r->subjects));
	return &r->subjects[r->nsubjects++];
}

static void
add_customer(struct reader *r, const struct customer *c)
{
	struct texts aliases = { ARENA_ARRAY(&r->page, c->ingest_aliases.n, struct str), 0 };

	for (size_t i = 0; i < c->ingest_aliases.n; i++)
		aliases.p[aliases.n++] = str_dup(&r->page, c->ingest_aliases.p[i]);
	add_subject(r)->customer = (struct customer){
		.id = str_dup(&r->page, c->id),
		.name = str_dup(&r->page, c->name),
		.ingest_aliases = aliases,
	};
}

/* One more than there is room for says that there are others. */
static bool
visit_customer(void *ctx, const void *customer)
{
	struct reader *r = ctx;

	r->more = r->nsubjects == r->at_once;
	if (!r->more)
		add_customer(r, customer);
	return true;
}

static bool
find_named(struct reader *r, struct err *e)
{
	const struct texts *refs = &r->rq->customers;

	r->named.p = ARENA_ARRAY(&r->run, refs->n, struct str);
	for (size_t i = 0; i < refs->n; i++) {
		struct str id;

		if (!reference_field(r->st, NOUN_CUSTOMER, "--customer", refs->p[i], INSTANT_NONE,
			    &r->run, &id, e))
			return false;
		if (!texts_has(&r->named, id))
			r->named.p[r->named.n++] = id;
	}
	return true;
}

static bool
load_named(struct reader *r, struct err *e)
{
	struct customer c;

	for (; r->next_named < r->named.n && r->nsubjects < r->at_once; r->next_named++) {
		if (!customer_store_get(r->st, r->named.p[r->next_named], &r->page, &c, e))
			return false;
		add_customer(r, &c);
	}
	r->more = r->next_named < r->named.n;
	return true;
}

/* The customers behind those in hand, or from the first on. */
static bool
load_page(struct reader *r, bool first, struct err *e)
{
	struct str after = first ? (struct str){ NULL, 0 } : str_dup(&r->run, r->last);
	struct page page = { .limit = (int64_t)r->at_once + 1, .after = after, .archived = true };

	arena_clear(&r->page);
	r->subjects = NULL;
	r->nsubjects = r->subjects_cap = 0;
	r->more = false;
	if (first)
		r->next_named = 0;
	if (r->named.n > 0 ? !load_named(r, e) :
			     !customer_store_list(r->st, &page, visit_customer, r, e))
		return false;
	if (r->nsubjects > 0)
		r->last = r->subjects[r->nsubjects - 1].customer.id;
	return true;
}

/* Many customers are read in smaller parts, so that they need no more memory than some. */
static bool
load_first(struct reader *r, struct err *e)
{
	r->at_once = USAGE_SUBJECTS > r->nmetrics ? USAGE_SUBJECTS / r->nmetrics : 1;
	if (!load_page(r, true, e))
		return false;
	if (!r->more || r->at_once == 1)
		return true;
	r->at_once /= 2;
	return load_page(r, true, e);
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

/* Groups of other names than those of a whole key would be sums nobody declared. */
static bool
check_group_names(struct reader *r, struct err *e)
{
	const struct texts *names = &r->rq->group_names;

	for (size_t i = 0; i < r->nmetrics; i++) {
		const struct metric *m = &r->metrics[i];

		if (!metric_has_group_key(m, names))
			return err_field(e, ERR_INPUT, "group_key_missing", STR("--group-by"),
				texts_join(names, ",", &r->run),
				"%s of billable metric %.*s; it has: %.*s",
				m->sql.p != NULL ? "not columns" : "no group key", STR_FMT(m->name),
				STR_FMT(metric_group_keys_text(m, &r->run)));
	}
	return true;
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

/* As many windows from start on as there is room for. */
static void
take_windows(struct reader *r, int64_t start_ns, size_t most)
{
	size_t cap = 0;

	r->nwindows = 0;
	r->cuts = arena_grow(&r->slice, NULL, &cap, 2, sizeof(*r->cuts));
	r->cuts[0] = start_ns;
	while (r->nwindows < most && r->cuts[r->nwindows] < r->rq->to_ns) {
		r->cuts = arena_grow(&r->slice, r->cuts, &cap, r->nwindows + 2, sizeof(*r->cuts));
		r->cuts[r->nwindows + 1] = next_cut(r->rq, r->cuts[r->nwindows]);
		r->nwindows++;
	}
}

/* The periods of a contract that overlap the range, whole. */
static void
take_periods(struct reader *r, const struct contract *c, struct subject *s)
{
	int64_t *cuts = NULL;
	size_t cap = 0;
	struct period p;
	bool more = period_first(c, INSTANT_NONE, &p);

	for (; more && p.start_ns < r->rq->to_ns; more = period_next(c, &p, &p)) {
		if (p.end_ns <= r->rq->from_ns)
			continue;
		cuts = arena_grow(&r->page, cuts, &cap, s->nwindows + 2, sizeof(*cuts));
		cuts[s->nwindows++] = p.start_ns;
		cuts[s->nwindows] = p.end_ns;
	}
	s->contract_id = c->id;
	s->cuts = cuts;
}

/* A customer becomes its contracts that have a period in the range; *periods: and how many. */
static bool
split_by_contract(struct reader *r, const struct customer *c, size_t *periods, struct err *e)
{
	size_t before = r->nsubjects, n;
	struct contract *contracts;

	if (!contract_store_load(r->st, c->id, &r->page, &contracts, &n, e))
		return false;
	for (size_t k = 0; k < n; k++) {
		struct subject s = { .customer = *c };

		take_periods(r, &contracts[k], &s);
		if (s.nwindows > 0)
			*add_subject(r) = s;
		*periods += s.nwindows;
	}
	if (r->nsubjects > before || r->named.n == 0)
		return true;
	return err_field(e, ERR_INPUT, "no_contract", STR("--customer"), c->name,
		"no contract of it has a billing period between --from and --to");
}

/*
 * The share of a window is its own value where windows add up. The others
 * would give what it adds to the windows before, so each is a meter of its own;
 * sessions start afresh with a billing period.
 */
static void
want(struct reader *r, struct subject *s, size_t metric)
{
	const struct metric *m = &r->metrics[metric];
	struct texts keys = customer_keys(&s->customer, &r->slice);
	struct meter **meters = &s->meters[metric * s->nwindows];
	bool whole = m->sql.p == NULL && aggregate_kind(m->aggregation)->additive &&
		r->rq->window != USAGE_PERIOD;

	for (size_t w = 0; w < s->nwindows; w++)
		meters[w] = whole && w > 0 ? meters[0] :
					     usage_want(&r->plan, &keys, m, &r->rq->group_names,
						     &s->cuts[w], whole ? s->nwindows + 1 : 2);
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

/* ---- readings ---- */

static bool
passes(const struct usage_request *rq, const struct pairs *group)
{
	for (size_t i = 0; i < rq->nfilters; i++) {
		const struct group_filter *f = &rq->filters[i];
		struct str value = pairs_get(group, f->name);

		if (value.p == NULL ? !f->missing : !texts_has(&f->values, value))
			return false;
	}
	return true;
}

static void
tell(struct reader *r, const struct subject *s, size_t metric, size_t window)
{
	const struct meter *m = s->meters[metric * s->nwindows + window];
	size_t at = m->ncuts == 2 ? 0 : window;
	bool by_groups = m->group_names.n > 0;

	for (size_t g = 0; g < m->ngroups; g++) {
		const struct meter_window *win = &m->groups[g].windows[at];

		if (by_groups && (!win->has_value || !passes(r->rq, &m->groups[g].values)))
			continue;
		r->visit(r->ctx,
			&(struct usage_reading){
				.customer = &s->customer,
				.metric = m->metric,
				.contract_id = s->contract_id,
				.starting_on_ns = s->cuts[window],
				.ending_before_ns = s->cuts[window + 1],
				.group = &m->groups[g].values,
				.value = win->share,
				.has_value = win->has_value,
				.events = win->events,
				.non_numeric = win->non_numeric,
			});
	}
}

static bool
fill(struct reader *r, struct err *e)
{
	for (size_t i = 0; i < r->nsubjects; i++) {
		struct subject *s = &r->subjects[i];

		s->meters = ARENA_ARRAY(&r->slice, r->nmetrics * s->nwindows, struct meter *);
		for (size_t m = 0; m < r->nmetrics; m++)
			want(r, s, m);
	}
	if (!usage_scan(&r->scan, &r->plan, e) || !run_queries(r, e))
		return false;
	usage_finish(&r->plan);
	return true;
}

static void
begin(struct reader *r)
{
	arena_clear(&r->slice);
	usage_init(&r->plan, &r->slice);
	r->plan.now_ns = r->rq->now_ns;
	if (r->rq->window != USAGE_PERIOD)
		r->plan.origin_ns = r->rq->from_ns;
}

/* The windows in hand, of the customers in hand. */
static bool
read_windows(struct reader *r, int64_t start_ns, size_t most, struct err *e)
{
	bool ok;

	begin(r);
	take_windows(r, start_ns, most);
	for (size_t i = 0; i < r->nsubjects; i++) {
		r->subjects[i].cuts = r->cuts;
		r->subjects[i].nwindows = r->nwindows;
	}
	ok = fill(r, e);
	for (size_t w = 0; ok && w < r->nwindows; w++)
		for (size_t i = 0; i < r->nsubjects; i++)
			for (size_t m = 0; m < r->nmetrics; m++)
				tell(r, &r->subjects[i], m, w);
	usage_release(&r->plan);
	return ok;
}

/* Every customer, as many at once as there is room for. */
static bool
read_customers(struct reader *r, int64_t start_ns, struct err *e)
{
	bool ok = load_page(r, true, e);

	while (ok && r->nsubjects > 0) {
		ok = read_windows(r, start_ns, 1, e);
		if (!r->more)
			break;
		ok = ok && load_page(r, false, e);
	}
	return ok;
}

static size_t
windows_at_once(const struct reader *r)
{
	size_t readings = r->nsubjects * r->nmetrics;

	return readings < USAGE_CELLS ? USAGE_CELLS / readings : 1;
}

/* Windows come before customers: of more customers than are read at once, one at a time. */
static bool
read_range(struct reader *r, struct err *e)
{
	int64_t start_ns = r->rq->from_ns;
	bool ok = load_first(r, e), one_page = !r->more;
	size_t most = 1;

	if (ok && r->nsubjects > 0)
		most = windows_at_once(r);
	while (ok && r->nsubjects > 0 && start_ns < r->rq->to_ns) {
		ok = one_page ? read_windows(r, start_ns, most, e) : read_customers(r, start_ns, e);
		if (ok)
			start_ns = r->cuts[r->nwindows];
	}
	return ok;
}

/* The periods in hand. */
static bool
read_contracts(struct reader *r, struct err *e)
{
	bool ok;

	begin(r);
	ok = r->nsubjects == 0 || fill(r, e);
	for (size_t i = 0; ok && i < r->nsubjects; i++)
		for (size_t w = 0; w < r->subjects[i].nwindows; w++)
			for (size_t m = 0; m < r->nmetrics; m++)
				tell(r, &r->subjects[i], m, w);
	usage_release(&r->plan);
	return ok;
}

/* The customers in hand, as many at once as there is room for their periods. */
static bool
read_page_of_periods(struct reader *r, struct err *e)
{
	const struct subject *customers = r->subjects;
	size_t n = r->nsubjects;
	bool ok = true;

	for (size_t i = 0; ok && i < n;) {
		size_t periods = 0;

		r->subjects = NULL;
		r->nsubjects = r->subjects_cap = 0;
		while (ok && i < n && periods < USAGE_CELLS / r->nmetrics + 1)
			ok = split_by_contract(r, &customers[i++].customer, &periods, e);
		ok = ok && read_contracts(r, e);
	}
	return ok;
}

static bool
read_periods(struct reader *r, struct err *e)
{
	bool ok = load_first(r, e);

	while (ok && r->nsubjects > 0) {
		ok = read_page_of_periods(r, e);
		if (!r->more)
			break;
		ok = ok && load_page(r, false, e);
	}
	return ok;
}

bool
usage_read(struct store *st, const struct usage_request *rq, usage_visit visit,
	usage_scanned scanned, void *ctx, struct err *e)
{
	struct reader r = {
		.st = st,
		.rq = rq,
		.visit = visit,
		.ctx = ctx,
		.scan = { .store = st, .scanned = scanned, .ctx = ctx },
	};
	bool ok;

	if (!store_read_begin(st, e))
		return false;
	ok = find_named(&r, e) && load_metrics(&r, e) && check_group_names(&r, e);
	if (ok && r.nmetrics > 0)
		ok = rq->window == USAGE_PERIOD ? read_periods(&r, e) : read_range(&r, e);
	store_read_end(st);
	arena_release(&r.slice);
	arena_release(&r.page);
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
	jsonw_member_str_opt(w, "contract_id", r->contract_id);
	jsonw_member_instant(w, "starting_on", r->starting_on_ns);
	jsonw_member_instant(w, "ending_before", r->ending_before_ns);
	write_value(w, r);
	jsonw_member_int(w, "events", (int64_t)r->events);
	if (r->non_numeric > 0)
		jsonw_member_int(w, "non_numeric", (int64_t)r->non_numeric);
	jsonw_end(w);
}
