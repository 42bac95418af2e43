/* Events in columns give the meters that they give one by one. */
#include "engine/usage.h"

#include <string.h>

#include "tests/unit/columns.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define TEXT(s) \
	{ \
		s, sizeof(s) - 1 \
	}

#define ROWS_MAX ((size_t)3000)
#define BLOCKS_MAX ((size_t)8)
#define METRICS_MAX ((size_t)4)
#define METERS_MAX ((size_t)8)
#define CUTS_MAX ((size_t)6)
#define LISTED_MAX ((size_t)24)

/* ---- plans ---- */

struct question {
	struct metric metrics[METRICS_MAX];
	size_t nmetrics;
	struct {
		size_t metric;
		struct texts keys;
		struct texts group_names;
		int64_t cuts[CUTS_MAX];
		size_t ncuts;
	} meters[METERS_MAX];
	size_t nmeters;
	int64_t now_ns;
};

static struct texts
draw_list(struct sweep *s, struct arena *a, const struct str *from, size_t nfrom)
{
	static const size_t lengths[] = { 0, 0, 1, 2, LISTED_MAX };
	struct texts out = { ARENA_ARRAY(a, LISTED_MAX, struct str),
		lengths[sweep_below(s, countof(lengths))] };

	for (size_t i = 0; i < out.n; i++)
		out.p[i] = from != NULL ? from[sweep_below(s, nfrom)] : draw_value(s, a).text;
	for (size_t i = 0; i < out.n; i++)
		if (out.p[i].p == NULL)
			out.p[i] = STR("null");
	return out;
}

static struct metric
draw_metric(struct sweep *s, struct arena *a)
{
	struct metric m = { .aggregation = (enum aggregation)sweep_below(s, AGG_KINDS) };

	m.percentile = rat_int(a, (int64_t)sweep_below(s, 100) + 1);
	m.session_ns = (int64_t)sweep_below(s, 20) + 1;
	m.level_mode = (enum level_mode)sweep_below(s, LEVEL_MODES);
	m.unit = (enum aggregation_unit)sweep_below(s, AGGREGATION_UNITS);
	if ((m.aggregation == AGG_SESSION || m.aggregation == AGG_TIME_WEIGHTED_SUM) &&
		sweep_below(s, 2) == 0)
		m.part_key = column_names[sweep_below(s, PROPERTIES)];
	if (m.aggregation != AGG_COUNT && m.aggregation != AGG_SESSION)
		m.aggregation_key = column_names[sweep_below(s, 2)];
	m.has_event_type_filter = sweep_below(s, 3) == 0;
	if (m.has_event_type_filter) {
		m.event_type.in = draw_list(s, a, column_types, TYPES);
		m.event_type.not_in = draw_list(s, a, column_types, TYPES);
	}
	m.nfilters = (size_t)sweep_below(s, 3);
	m.filters = ARENA_ARRAY(a, 3, struct property_filter);
	for (size_t i = 0; i < m.nfilters; i++)
		m.filters[i] = (struct property_filter){
			.name = column_names[sweep_below(s, PROPERTIES)],
			.exists = (enum presence)sweep_below(s, 3),
			.values = { .in = draw_list(s, a, NULL, 0),
				.not_in = draw_list(s, a, NULL, 0) },
		};
	return m;
}

static struct question
draw_question(struct sweep *s, struct arena *a)
{
	struct question q = { .nmetrics = (size_t)sweep_below(s, METRICS_MAX) + 1,
		.nmeters = (size_t)sweep_below(s, METERS_MAX + 1) };

	q.now_ns = sweep_below(s, 2) == 0 ? INSTANT_NONE : (int64_t)sweep_below(s, 90);
	for (size_t i = 0; i < q.nmetrics; i++)
		q.metrics[i] = draw_metric(s, a);
	for (size_t i = 0; i < q.nmeters; i++) {
		int64_t t_ns = (int64_t)sweep_below(s, TIME);

		q.meters[i].metric = (size_t)sweep_below(s, q.nmetrics);
		q.meters[i].keys = (struct texts){ ARENA_ARRAY(a, CUSTOMERS, struct str),
			(size_t)sweep_below(s, CUSTOMERS) };
		for (size_t k = 0; k < q.meters[i].keys.n; k++)
			q.meters[i].keys.p[k] = column_customers[sweep_below(s, CUSTOMERS - 1)];
		q.meters[i].group_names = (struct texts){ ARENA_ARRAY(a, PROPERTIES, struct str),
			(size_t)sweep_below(s, 4) };
		for (size_t k = 0; k < q.meters[i].group_names.n; k++)
			q.meters[i].group_names.p[k] = column_names[PROPERTIES - 1 - k];
		/* no property is called so: who the event was sent under */
		if (q.meters[i].group_names.n > 0 && sweep_below(s, 3) == 0)
			q.meters[i].group_names.p[0] = STR("customer_id");
		q.meters[i].ncuts = (size_t)sweep_below(s, CUTS_MAX - 1) + 2;
		for (size_t k = 0; k < q.meters[i].ncuts; k++)
			q.meters[i].cuts[k] = t_ns += 1 + (int64_t)sweep_below(s, 20);
	}
	return q;
}

static void
ask(struct usage_plan *p, struct arena *a, const struct question *q)
{
	usage_init(p, a);
	p->now_ns = q->now_ns;
	for (size_t i = 0; i < q->nmeters; i++)
		usage_want(p, &q->meters[i].keys, &q->metrics[q->meters[i].metric],
			&q->meters[i].group_names, q->meters[i].cuts, q->meters[i].ncuts);
}

static bool
windows_eq(const struct meter_window *x, const struct meter_window *y)
{
	return rat_eq(x->share, y->share) && rat_eq(x->before, y->before) &&
		rat_eq(x->after, y->after) && x->events == y->events &&
		x->non_numeric == y->non_numeric && x->has_value == y->has_value &&
		x->first_ns == y->first_ns && x->last_ns == y->last_ns;
}

static bool
meters_eq(const struct meter *x, const struct meter *y)
{
	if (x->ngroups != y->ngroups)
		return false;
	for (size_t g = 0; g < x->ngroups; g++) {
		if (!pairs_eq(&x->groups[g].values, &y->groups[g].values))
			return false;
		for (size_t w = 0; w + 1 < x->ncuts; w++)
			if (!windows_eq(&x->groups[g].windows[w], &y->groups[g].windows[w]))
				return false;
	}
	return true;
}

/* ---- the law ---- */

/* Some rows of a block, as a scan gives them to this plan: what nobody asked for is not there. */
static void
feed_part(struct usage_plan *p, struct arena *a, const struct event_columns *block, size_t first,
	size_t end)
{
	struct event_column *properties = ARENA_ARRAY(a, block->nproperties, struct event_column);
	struct event_columns given = *block;
	struct texts asked = usage_properties(p, a), of_types;

	if (first == end ||
		(usage_event_types(p, a, &of_types) && !texts_has(&of_types, block->event_type)))
		return;
	for (size_t i = 0; i < block->nproperties; i++) {
		properties[i] = block->properties[i];
		properties[i].values += first;
		if (properties[i].kind == CELL_MIXED)
			properties[i].kinds += first;
		if (!texts_has(&asked, properties[i].name))
			properties[i] = (struct event_column){ .name = properties[i].name };
	}
	given.properties = properties;
	given.n = end - first;
	given.timestamps_ns += first;
	given.customers += first;
	given.ids = usage_needs_ids(p) ? given.ids + first : NULL;
	usage_feed_columns(p, &given);
}

/* Some blocks come as rows, and the customers get other numbers in the middle. */
static bool
same_meters(struct sweep *s, struct arena *a, size_t rows_most, uint64_t *fed)
{
	struct question q = draw_question(s, a);
	struct usage_plan rows, columns;
	size_t nblocks = (size_t)sweep_below(s, BLOCKS_MAX), renumber = nblocks / 2;
	struct str keys[CUSTOMERS];
	bool mixed = sweep_below(s, 4) == 0, same = true;

	memcpy(keys, column_customers, sizeof(keys));
	ask(&rows, a, &q);
	ask(&columns, a, &q);
	usage_feed_begin(&columns);
	for (size_t b = 0; b < nblocks; b++) {
		size_t n = (size_t)sweep_below(s, rows_most) + 1;
		struct event_columns block;
		struct event *events;
		size_t part;

		if (b == renumber) {
			usage_feed_begin(&columns);
			for (size_t i = 0; i < CUSTOMERS; i++)
				keys[i] = column_customers[(i + 2) % CUSTOMERS];
		}
		events = draw_events(s, a, keys, n);
		for (size_t i = n; i > 0; i--)
			usage_feed(&rows, &events[i - 1]);
		if (mixed && sweep_below(s, 2) == 0) {
			for (size_t i = 0; i < n; i++)
				usage_feed(&columns, &events[i]);
			continue;
		}
		block = columns_of(a, keys, events, n);
		part = (size_t)sweep_below(s, 2) * (size_t)sweep_below(s, n);
		feed_part(&columns, a, &block, 0, part);
		feed_part(&columns, a, &block, part, n);
	}
	usage_finish(&rows);
	usage_finish(&columns);
	for (size_t i = 0; i < q.nmeters; i++) {
		same = same && meters_eq(rows.meters[i], columns.meters[i]);
		for (size_t w = 0; rows.meters[i]->ngroups > 0 && w + 1 < q.meters[i].ncuts; w++)
			*fed += rows.meters[i]->groups[0].windows[w].events;
	}
	usage_release(&rows);
	usage_release(&columns);
	return same;
}

static void
test_law(const char *law, uint64_t seed, int rounds, size_t rows_most)
{
	struct sweep s = sweep_start(law, seed);
	struct arena a = ARENA_INIT;
	uint64_t fed = 0;
	int bad = 0;

	for (int round = 0; round < rounds; round++) {
		bad += !same_meters(&s, &a, rows_most, &fed);
		arena_clear(&a);
	}
	is_int(bad, 0, "%s: %d random plans, the same meters by columns and by rows", law, rounds);
	ok(fed > (uint64_t)rounds, "%s: events were counted", law);
	arena_release(&a);
}

/* ---- cases ---- */

static struct str acme[] = { TEXT("acme") };
static const struct texts acme_keys = { acme, 1 };
static const struct texts no_names = { NULL, 0 };
static const int64_t cuts[] = { 0, 10, 20 };

/* Events of acme at 0, 1, 2 ... with one property n. */
static struct event_columns
column_n(struct arena *a, const struct value *n, size_t count)
{
	struct event *events = ARENA_ARRAY(a, count, struct event);

	for (size_t i = 0; i < count; i++) {
		events[i] = (struct event){
			.transaction_id = str_printf(a, "%04zu", i),
			.customer_id = column_customers[0],
			.event_type = column_types[0],
			.timestamp_ns = (int64_t)i,
			.properties = ARENA_NEW(a, struct property),
			.nproperties = 1,
		};
		events[i].properties[0] = (struct property){ column_names[0], n[i].text,
			n[i].type };
	}
	return columns_of(a, column_customers, events, count);
}

static struct meter_window
fed_once(struct arena *a, const struct metric *m, const struct event_columns *block)
{
	static const int64_t wide[] = { 0, ROWS_MAX };
	struct meter_window out;
	struct usage_plan p;

	usage_init(&p, a);
	const struct meter *meter = usage_want(&p, &acme_keys, m, &no_names, wide, 2);
	usage_feed_begin(&p);
	usage_feed_columns(&p, block);
	usage_finish(&p);
	out = meter->groups[0].windows[0];
	usage_release(&p);
	return out;
}

static void
test_spill(struct arena *a)
{
	struct metric m = { .aggregation = AGG_SUM, .aggregation_key = column_names[0] };
	struct value most[100];
	struct event_columns block;

	for (size_t i = 0; i < countof(most); i++)
		most[i] = (struct value){ STR("999999999999999999"), JSON_NUMBER };
	block = column_n(a, most, countof(most));
	is_str(rat_text(a, fed_once(a, &m, &block).share).p, "99999999999999999900",
		"a sum beyond 64 bits");
	most[50].text = STR("-0.999999999999999999");
	most[99].text = STR("1e3");
	block = column_n(a, most, countof(most));
	is_str(rat_text(a, fed_once(a, &m, &block).share).p,
		"98000000000000000901.000000000000000001", "and of other numbers among them");
}

/* Which of the values pass in_values of one text: those of the same text, whatever their type. */
static void
test_texts(struct arena *a)
{
	struct event_columns block = column_n(a, column_values, VALUES);
	struct str listed[1];
	struct property_filter filter = { .name = column_names[0], .values.in = { listed, 1 } };
	struct metric m = { .aggregation = AGG_COUNT, .filters = &filter, .nfilters = 1 };

	for (size_t i = 0; i < VALUES; i++) {
		bool nested = column_values[i].type == JSON_ARRAY ||
			column_values[i].type == JSON_OBJECT;
		uint64_t same = 0;

		if (column_values[i].text.p == NULL)
			continue;
		listed[0] = column_values[i].text;
		for (size_t k = 0; k < VALUES; k++)
			same += column_values[k].type != JSON_ARRAY &&
				column_values[k].type != JSON_OBJECT &&
				column_values[k].type != JSON_NULL &&
				str_eq(column_values[k].text, column_values[i].text);
		is_int((int64_t)fed_once(a, &m, &block).events, (int64_t)same,
			"in_values \"%.*s\": values of this text%s", STR_FMT(listed[0]),
			nested ? ", no nested one" : "");
	}
}

/* More rows of one customer than are judged at once. */
static void
test_long_run(struct arena *a)
{
	struct str third[] = { TEXT("2") };
	struct property_filter filter = { .name = column_names[0], .values.in = { third, 1 } };
	struct metric m = { .aggregation = AGG_SUM,
		.aggregation_key = column_names[0],
		.filters = &filter,
		.nfilters = 1 };
	struct value *n = ARENA_ARRAY(a, ROWS_MAX, struct value);
	struct event_columns block;
	struct meter_window win;

	for (size_t i = 0; i < ROWS_MAX; i++)
		n[i] = (struct value){ str_printf(a, "%zu", i % 3), JSON_NUMBER };
	block = column_n(a, n, ROWS_MAX);
	win = fed_once(a, &m, &block);
	is_int((int64_t)win.events, ROWS_MAX / 3, "a third of many rows of one customer");
	is_str(rat_text(a, win.share).p, "2000", "their sum");
	is_int(win.first_ns, 2, "the first of them");
	is_int(win.last_ns, ROWS_MAX - 1, "and the last");
}

static void
test_not_wanted(struct arena *a)
{
	struct event_columns block = column_n(a, column_values, VALUES);
	struct metric any = { .aggregation = AGG_COUNT }, none = any, other = any, query = any;
	struct str call[] = { TEXT("call") };
	struct str who[] = { TEXT("Acme") };
	const struct texts nobody = { who, 1 };
	static const int64_t late[] = { 1000, 2000 };
	struct usage_plan p;

	none.has_event_type_filter = other.has_event_type_filter = true;
	none.event_type.not_in = (struct texts){ call, 1 };
	other.event_type.in = (struct texts){ who, 1 };
	query.sql = STR("a query, which is not read here");
	usage_init(&p, a);
	usage_want(&p, &acme_keys, &none, &no_names, cuts, 3);
	usage_want(&p, &acme_keys, &other, &no_names, cuts, 3);
	usage_want(&p, &nobody, &any, &no_names, cuts, 3);
	usage_want(&p, &acme_keys, &any, &no_names, late, 2);
	usage_want(&p, &acme_keys, &query, &no_names, cuts, 3);
	usage_feed_begin(&p);
	usage_feed_columns(&p, &block);
	usage_finish(&p);
	for (size_t i = 0; i < p.nmeters; i++)
		ok(p.meters[i]->groups[0].windows[0].events == 0 &&
				!p.meters[i]->groups[0].windows[0].has_value,
			"nothing for %s",
			((const char *const[]){ "a metric that stops the type",
				"a metric of another type", "another customer", "another time",
				"a query" })[i]);
	usage_release(&p);
}

static const char *
joined(struct arena *a, const struct texts *t)
{
	struct str out = STR("");

	for (size_t i = 0; i < t->n; i++)
		out = str_printf(a, "%.*s%s%.*s", STR_FMT(out), i > 0 ? " " : "", STR_FMT(t->p[i]));
	return out.p;
}

static void
test_reads(struct arena *a)
{
	struct str groups[] = { TEXT("zone"), TEXT("org") };
	const struct texts by = { groups, 2 };
	struct property_filter filters[] = { { .name = TEXT("region") }, { .name = TEXT("org") } };
	struct str of[] = { TEXT("store"), TEXT("call") };
	struct metric m = { .aggregation = AGG_SUM,
		.aggregation_key = STR("n"),
		.filters = filters,
		.nfilters = 2,
		.has_event_type_filter = true,
		.event_type.in = { of, 2 } };
	struct metric latest = { .aggregation = AGG_LATEST, .aggregation_key = STR("m") };
	struct metric query = { .sql = STR("a query"), .aggregation = AGG_LATEST };
	struct texts got;
	struct usage_plan p;

	usage_init(&p, a);
	usage_want(&p, &acme_keys, &query, &by, cuts, 3);
	got = usage_properties(&p, a);
	is_str(joined(a, &got), "", "a query reads for itself");
	ok(!usage_needs_ids(&p), "and needs no ids here");
	usage_want(&p, &acme_keys, &m, &by, cuts, 3);
	got = usage_properties(&p, a);
	is_str(joined(a, &got), "n org region zone", "the key, filters and groups, each once");
	ok(!usage_needs_ids(&p), "a sum does not depend on ids");
	ok(usage_event_types(&p, a, &got), "in_values names the types");
	is_str(joined(a, &got), "call store", "which are these");
	usage_want(&p, &acme_keys, &latest, &no_names, cuts, 3);
	got = usage_properties(&p, a);
	is_str(joined(a, &got), "m n org region zone", "with those of another metric");
	ok(usage_needs_ids(&p), "ids decide which is the latest");
	ok(!usage_event_types(&p, a, &got), "a metric without in_values takes any type");
	usage_release(&p);
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_law("few rows", 51, 6000, 30);
	test_law("many rows", 52, 100, ROWS_MAX);
	test_spill(&a);
	test_texts(&a);
	test_long_run(&a);
	test_not_wanted(&a);
	test_reads(&a);
	arena_release(&a);
	return done();
}
