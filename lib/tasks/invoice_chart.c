#include "tasks/invoice_chart.h"

#include "store/contract_store.h"
#include "store/metric_store.h"
#include "store/product_store.h"
#include "tasks/usage.h"

#include "base/banned.h"

#define FULL_HEIGHT 1000

/* Usage of one metric by day, under the names of its products. */
struct series {
	struct metric metric;
	struct texts names;
	struct rat *days;
};

struct charting {
	struct store *st;
	const struct invoice *inv;
	struct arena *arena;
	struct series p[CHARTS_MAX];
	size_t n;
	int64_t from_ns; /* the day of the first one */
	size_t ndays;
};

/* ---- which metrics ---- */

static struct series *
series_of(struct charting *c, struct str metric_id)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->p[i].metric.id, metric_id))
			return &c->p[i];
	return NULL;
}

/* The product's metric as the period began. What is not here, or a query, has no chart. */
static bool
add_product(struct charting *c, const struct invoice_line *l, struct err *e)
{
	struct err inner = ERR_INIT;
	struct product product;
	struct product_terms terms;
	struct metric metric;
	struct series *s;

	if (!product_store_get(c->st, l->product_id, c->arena, &product, &inner)) {
		if (inner.kind != ERR_INPUT)
			*e = inner;
		return inner.kind == ERR_INPUT;
	}
	terms = product_at(&product, c->inv->start_ns, c->arena);
	if (terms.billable_metric_id.n == 0)
		return true;
	s = series_of(c, terms.billable_metric_id);
	if (s == NULL) {
		if (c->n == CHARTS_MAX)
			return true;
		if (!metric_store_get(c->st, terms.billable_metric_id, c->arena, &metric, e))
			return false;
		if (metric.sql.p != NULL)
			return true;
		s = &c->p[c->n++];
		*s = (struct series){ .metric = metric,
			.days = ARENA_ARRAY(c->arena, c->ndays, struct rat) };
	}
	s->names = texts_with(c->arena, &s->names, l->name);
	return true;
}

static bool
add_products(struct charting *c, struct err *e)
{
	struct texts seen = { ARENA_ARRAY(c->arena, c->inv->nlines, struct str), 0 };

	for (size_t i = 0; i < c->inv->nlines; i++) {
		const struct invoice_line *l = &c->inv->lines[i];

		if (l->type != LINE_USAGE || l->product_type != PRODUCT_USAGE ||
			texts_has(&seen, l->product_id))
			continue;
		seen.p[seen.n++] = l->product_id;
		if (!add_product(c, l, e))
			return false;
	}
	return true;
}

/* ---- reading ---- */

static void
take(void *ctx, const struct usage_reading *r)
{
	struct charting *c = ctx;
	struct series *s = series_of(c, r->metric->id);
	size_t day = (size_t)((r->starting_on_ns - c->from_ns) / NS_PER_DAY);

	if (s != NULL && r->has_value && day < c->ndays)
		s->days[day] = rat_add(c->arena, s->days[day], r->value);
}

/* One stretch of the period, in which one filter holds (NULL: none). */
static bool
read_stretch(struct charting *c, const struct usage_filter *filter, int64_t from_ns, int64_t to_ns,
	int64_t now_ns, struct err *e)
{
	struct str customer = c->inv->customer_id;
	struct group_filter only = { .name = { NULL, 0 } };
	struct usage_request rq = {
		.customers = { &customer, 1 },
		.metrics = { ARENA_ARRAY(c->arena, c->n, struct str), 0 },
		.from_ns = from_ns,
		.to_ns = to_ns,
		.window = USAGE_DAY,
		.now_ns = now_ns,
	};

	if (filter != NULL) {
		only = (struct group_filter){ .name = filter->group_key,
			.values = filter->group_values };
		rq.group_names = (struct texts){ &only.name, 1 };
		rq.filters = &only;
		rq.nfilters = 1;
	}
	for (size_t i = 0; i < c->n; i++)
		if (metric_has_group_key(&c->p[i].metric, &rq.group_names))
			rq.metrics.p[rq.metrics.n++] = c->p[i].metric.id;
	return rq.metrics.n == 0 || usage_read(c->st, &rq, take, NULL, c, e);
}

static int64_t
next_change(const struct usage_filters *f, int64_t after_ns, int64_t end_ns)
{
	for (size_t i = 0; i < f->n; i++) {
		int64_t t_ns = f->p[i].starting_at_ns;

		if (t_ns > after_ns && t_ns < end_ns)
			end_ns = t_ns;
	}
	return end_ns;
}

static bool
read_period(struct charting *c, const struct usage_filters *filters, int64_t now_ns, struct err *e)
{
	int64_t from_ns = c->inv->start_ns;

	while (from_ns < c->inv->end_ns) {
		int64_t to_ns = next_change(filters, from_ns, c->inv->end_ns);

		if (!read_stretch(c, usage_filter_at(filters, from_ns), from_ns, to_ns, now_ns, e))
			return false;
		from_ns = to_ns;
	}
	return true;
}

/* ---- bars ---- */

static int
height_of(struct arena *a, struct rat value, struct rat greatest)
{
	struct rat share;
	int64_t height = 0;

	if (rat_sign(value) <= 0 || !rat_div(a, value, greatest, &share))
		return 0;
	share = rat_round(a, rat_mul(a, share, rat_int(a, FULL_HEIGHT)), 0, RAT_UP);
	return rat_to_int64(share, &height) ? (int)height : 0;
}

/* False: nothing was used. */
static bool
draw(const struct charting *c, const struct series *s, struct sheet_chart *out)
{
	struct arena *a = c->arena;
	struct rat greatest = RAT_ZERO;

	*out = (struct sheet_chart){
		.name = texts_join(&s->names, ", ", a),
		.from_ns = c->from_ns,
		.n = c->ndays,
		.values = ARENA_ARRAY(a, c->ndays, struct str),
		.heights = ARENA_ARRAY(a, c->ndays, int),
	};
	for (size_t i = 0; i < c->ndays; i++) {
		if (rat_cmp(s->days[i], greatest) <= 0)
			continue;
		greatest = s->days[i];
		out->greatest_at = i;
	}
	if (rat_sign(greatest) == 0)
		return false;
	for (size_t i = 0; i < c->ndays; i++) {
		out->values[i] = sheet_number(a, s->days[i]);
		out->heights[i] = height_of(a, s->days[i], greatest);
	}
	out->greatest = out->values[out->greatest_at];
	return true;
}

bool
invoice_charts(struct store *st, const struct invoice *inv, struct str contract_id, int64_t now_ns,
	struct arena *a, struct sheet *sheet, struct err *e)
{
	struct charting c = { .st = st, .inv = inv, .arena = a };
	struct contract contract;

	if (inv->start_ns == INSTANT_NONE || inv->end_ns <= inv->start_ns)
		return true;
	if ((inv->end_ns - 1) / NS_PER_DAY - inv->start_ns / NS_PER_DAY >= CHART_DAYS_MAX)
		return true;
	c.from_ns = instant_floor(inv->start_ns, NS_PER_DAY);
	c.ndays = (size_t)((inv->end_ns - c.from_ns + NS_PER_DAY - 1) / NS_PER_DAY);
	if (!contract_store_get(st, contract_id, a, &contract, e) || !add_products(&c, e) ||
		!read_period(&c, &contract.filters, now_ns, e))
		return false;
	sheet->charts = ARENA_ARRAY(a, c.n, struct sheet_chart);
	for (size_t i = 0; i < c.n; i++)
		sheet->ncharts += draw(&c, &c.p[i], &sheet->charts[sheet->ncharts]) ? 1 : 0;
	return true;
}
