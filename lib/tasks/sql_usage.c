#include "tasks/sql_usage.h"

#include "store/sql_metric.h"

#include "base/banned.h"

struct fill {
	struct store *st;
	struct usage_plan *plan;
	sql_usage_failed failed;
	void *ctx;
	struct sql_runner *runner;
	struct arena arena; /* of one metric */
	struct meter **meters;
	struct sql_set *sets; /* of the meters */
	size_t n;
};

struct putting {
	struct usage_plan *plan;
	struct meter *meter;
	size_t cut;
};

static void
put_row(void *ctx, const struct sql_row *row)
{
	const struct putting *p = ctx;

	if (row->has_value)
		usage_put(p->plan, p->meter, p->cut, &row->groups, row->value);
}

/* A limit is the meter's own; anything else ends the run. */
static bool
judge(struct fill *f, const struct meter *m, const struct err *inner, struct err *e)
{
	struct err named = ERR_INIT;

	if (inner->kind != ERR_INPUT) {
		*e = *inner;
		return false;
	}
	err_set(&named, inner->kind, inner->code, "billable metric \"%.*s\": %s",
		STR_FMT(m->metric->name), inner->text);
	f->failed(f->ctx, m, &named);
	return true;
}

/* Whether the value at a cut is asked for. */
static bool
is_asked(const struct meter *m, size_t cut)
{
	return m->whole_to == 0 || cut == m->whole_to || cut == m->whole_from;
}

/* What the quantity of a window comes from. */
static void
note_events(const struct fill *f, size_t set, struct meter *m, size_t window)
{
	size_t from = window;
	int64_t first_ns, last_ns;
	uint64_t n;

	if (m->whole_to > 0 && window + 1 != m->whole_to)
		return;
	if (m->whole_to > 0)
		from = m->whole_from;
	n = sql_events(f->runner, set, m->cuts[from], m->cuts[window + 1], &first_ns, &last_ns);
	usage_saw(m, window, n, first_ns, last_ns);
}

static bool
fill_meter(struct fill *f, size_t set, struct meter *m, struct err *e)
{
	for (size_t cut = 1; cut < m->ncuts; cut++) {
		struct putting p = { f->plan, m, cut };
		struct err inner = ERR_INIT;

		if (is_asked(m, cut) &&
			!sql_run(f->runner, set, m->cuts[0], m->cuts[cut], put_row, &p, &inner))
			return judge(f, m, &inner, e);
	}
	for (size_t w = 0; w + 1 < m->ncuts; w++)
		note_events(f, set, m, w);
	return true;
}

/* All meters of one metric, in as many scans as it takes. */
static bool
fill_meters(struct fill *f, struct err *e)
{
	for (size_t done = 0; done < f->n;) {
		struct err inner = ERR_INIT;
		size_t taken;

		if (!sql_gather(f->runner, f->st, f->sets + done, f->n - done, &taken, &inner))
			return judge(f, f->meters[done], &inner, e);
		if (taken == 0) {
			if (!judge(f, f->meters[done++], &inner, e))
				return false;
			continue;
		}
		for (size_t i = 0; i < taken; i++)
			if (!fill_meter(f, i, f->meters[done + i], e))
				return false;
		done += taken;
	}
	return true;
}

static bool
fill_metric(struct fill *f, const struct metric *metric, struct err *e)
{
	size_t most = f->plan->nmeters;
	bool ok;

	f->meters = ARENA_ARRAY(&f->arena, most, struct meter *);
	f->sets = ARENA_ARRAY(&f->arena, most, struct sql_set);
	f->n = 0;
	for (size_t i = 0; i < most; i++) {
		struct meter *m = f->plan->meters[i];

		if (m->metric != metric)
			continue;
		f->meters[f->n] = m;
		f->sets[f->n++] = (struct sql_set){ &m->customer_keys, m->cuts[0],
			m->cuts[m->ncuts - 1] };
	}
	if (!sql_runner_open(metric->sql, &f->runner, e))
		return false;
	sql_runner_filters(f->runner, metric->filters, metric->nfilters);
	ok = fill_meters(f, e);
	sql_runner_close(f->runner);
	arena_clear(&f->arena);
	return ok;
}

bool
sql_usage_fill(struct store *st, struct usage_plan *p, sql_usage_failed failed, void *ctx,
	struct err *e)
{
	struct fill f = { .st = st, .plan = p, .failed = failed, .ctx = ctx };
	struct arena seen_arena = ARENA_INIT;
	struct map seen;
	bool ok = true;

	map_init(&seen, &seen_arena);
	for (size_t i = 0; ok && i < p->nmeters; i++) {
		const struct metric *m = p->meters[i]->metric;
		uintptr_t one = (uintptr_t)m; /* a metric may be there with several filters */
		bool fresh = false;

		if (m->sql.p != NULL)
			(void)map_slot(&seen, (struct str){ (const char *)&one, sizeof(one) },
				&fresh);
		if (fresh)
			ok = fill_metric(&f, m, e);
	}
	arena_release(&f.arena);
	arena_release(&seen_arena);
	return ok;
}
