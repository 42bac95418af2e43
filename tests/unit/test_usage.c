/* One pass over the events for every quantity that is wanted. */
#include "engine/usage.h"

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define TEXT(s) \
	{ \
		s, sizeof(s) - 1 \
	}
#define EVENTS_MAX 60

static struct property_filter any_value[] = { { .name = TEXT("n") }, { .name = TEXT("org") },
	{ .name = TEXT("region") } };

static struct arena terms = ARENA_INIT;

static struct metric
metric(enum aggregation kind)
{
	bool none = kind == AGG_COUNT || kind == AGG_SESSION;

	return (struct metric){
		.aggregation = kind,
		.aggregation_key = none ? (struct str){ NULL, 0 } : STR("n"),
		.filters = any_value,
		.nfilters = countof(any_value),
		.percentile = rat_int(&terms, 50),
		.session_ns = 15,
		.level_mode = LEVEL_DELTA,
		.unit = UNIT_SECOND,
	};
}

/* A NULL value is left out; one that begins with '[' is an array. */
static struct event
event(struct arena *a, const char *id, const char *customer, int64_t at_ns, const char *n,
	const char *org, const char *region)
{
	const struct {
		const char *name, *value;
	} given[] = { { "n", n }, { "org", org }, { "region", region } };
	struct event ev = { .transaction_id = str_c(id),
		.customer_id = str_c(customer),
		.event_type = STR("call"),
		.timestamp_ns = at_ns,
		.properties = ARENA_ARRAY(a, 3, struct property) };

	for (size_t i = 0; i < countof(given); i++)
		if (given[i].value != NULL)
			ev.properties[ev.nproperties++] = (struct property){ str_c(given[i].name),
				str_c(given[i].value),
				given[i].value[0] == '[' ? JSON_ARRAY : JSON_STRING };
	return ev;
}

/* All a meter holds, as one text. */
static const char *
dump(struct arena *a, const struct meter *m)
{
	struct str out = STR("");

	for (size_t g = 0; g < m->ngroups; g++) {
		const struct meter_group *mg = &m->groups[g];
		for (size_t i = 0; i < mg->values.n; i++)
			out = mg->values.p[i].value.p == NULL ?
				str_printf(a, "%.*s%.*s:null ", STR_FMT(out),
					STR_FMT(mg->values.p[i].key)) :
				str_printf(a, "%.*s%.*s:'%.*s' ", STR_FMT(out),
					STR_FMT(mg->values.p[i].key),
					STR_FMT(mg->values.p[i].value));
		for (size_t w = 0; w + 1 < m->ncuts; w++) {
			const struct meter_window *win = &mg->windows[w];
			out = str_printf(a, "%.*s[%.*s..%.*s %.*s #%d/%d]", STR_FMT(out),
				STR_FMT(rat_text(a, win->before)), STR_FMT(rat_text(a, win->after)),
				STR_FMT(rat_text(a, win->share)), (int)win->events,
				(int)win->non_numeric);
		}
		out = str_printf(a, "%.*s%s", STR_FMT(out), g + 1 < m->ngroups ? "; " : "");
	}
	return out.p;
}

static struct str acme[] = { TEXT("acme"), TEXT("acme-2"), TEXT("acme") };
static const struct texts keys = { acme, countof(acme) };
static const struct texts no_names = { NULL, 0 };

/* The worked example latest-usage-read: by day 7, 8, 9; as a whole 9. */
static void
test_latest_read(struct arena *a)
{
	static const int64_t days[] = { 0, 10, 20, 30 }, whole[] = { 0, 30 };
	struct metric m = metric(AGG_LATEST);
	struct usage_plan plan;

	usage_init(&plan, a);
	struct meter *by_day = usage_want(&plan, &keys, &m, &no_names, days, 4);
	struct meter *one = usage_want(&plan, &keys, &m, &no_names, whole, 2);
	const char *const values[] = { "7", "8", "9" };
	for (int i = 2; i >= 0; i--) {
		struct event ev = event(a, "x", "acme", 5 + 10 * i, values[i], NULL, NULL);
		usage_feed(&plan, &ev);
	}
	usage_finish(&plan);
	is_str(dump(a, by_day), "[0..7 7 #1/0][7..8 1 #1/0][8..9 1 #1/0]",
		"latest-usage-read by day");
	is_str(dump(a, one), "[0..9 9 #3/0]", "latest-usage-read as a whole");
	usage_release(&plan);
}

/*
 * The worked example latest-increments, and the other aggregations beside it. Time passes in
 * nanoseconds, levels are counted in seconds.
 */
static void
test_increments(struct arena *a)
{
	static const int64_t days[] = { 0, 10, 20, 30, 40 };
	static const char *const values[] = { "7", "9", "10", "5" };
	static const char means[] =
		"[0..7 7 #1/0][7..8 1 #1/0]"
		"[8..8.66666666666666666667 0.66666666666666666667 #1/0]"
		"[8.66666666666666666667..7.75 -0.91666666666666666667 #1/0]";
	static const char levels[] =
		"[0..0.000000035 0.000000035 #1/0]"
		"[0.000000035..0.00000015 0.000000115 #1/0]"
		"[0.00000015..0.00000036 0.00000021 #1/0]"
		"[0.00000036..0.000000645 0.000000285 #1/0]";
	static const char *const want[] = {
		[AGG_COUNT] = "[0..1 1 #1/0][1..2 1 #1/0][2..3 1 #1/0][3..4 1 #1/0]",
		[AGG_SUM] = "[0..7 7 #1/0][7..16 9 #1/0][16..26 10 #1/0][26..31 5 #1/0]",
		[AGG_MAX] = "[0..7 7 #1/0][7..9 2 #1/0][9..10 1 #1/0][10..10 0 #1/0]",
		[AGG_LATEST] = "[0..7 7 #1/0][7..9 2 #1/0][9..10 1 #1/0][10..5 -5 #1/0]",
		[AGG_UNIQUE] = "[0..1 1 #1/0][1..2 1 #1/0][2..3 1 #1/0][3..4 1 #1/0]",
		[AGG_MIN] = "[0..7 7 #1/0][7..7 0 #1/0][7..7 0 #1/0][7..5 -2 #1/0]",
		[AGG_AVG] = means,
		[AGG_PERCENTILE] = "[0..7 7 #1/0][7..7 0 #1/0][7..9 2 #1/0][9..7 -2 #1/0]",
		[AGG_SESSION] = "[0..1 1 #1/0][1..1 0 #1/0][1..2 1 #1/0][2..2 0 #1/0]",
		[AGG_TIME_WEIGHTED_SUM] = levels,
	};

	for (int k = 0; k < AGG_KINDS; k++) {
		struct metric m = metric((enum aggregation)k);
		struct usage_plan plan;

		usage_init(&plan, a);
		struct meter *meter = usage_want(&plan, &keys, &m, &no_names, days, 5);
		for (int i = 0; i < 4; i++) {
			struct event ev = event(a, "x", "acme", 5 + 10 * i, values[i], NULL, NULL);
			usage_feed(&plan, &ev);
		}
		usage_finish(&plan);
		is_str(dump(a, meter), want[k], "%s by day", aggregation_name((enum aggregation)k));
		usage_release(&plan);
	}
}

static void
test_who_and_when(struct arena *a)
{
	static const int64_t cuts[] = { 100, 200, 300 }, far[] = { 1000, 1001 };
	struct metric m = metric(AGG_COUNT);
	struct usage_plan plan;
	struct str other[] = { TEXT("other") };
	const struct texts other_keys = { other, 1 };

	usage_init(&plan, a);
	ok(plan.from_ns == INSTANT_NONE && plan.to_ns == INSTANT_NONE,
		"an empty plan has no bounds");
	struct meter *meter = usage_want(&plan, &keys, &m, &no_names, cuts, 3);
	struct meter *none = usage_want(&plan, &other_keys, &m, &no_names, far, 2);
	is_int(plan.from_ns, 100, "the least cut of all");
	is_int(plan.to_ns, 1001, "the greatest cut of all");

	const struct {
		const char *who;
		int64_t at_ns;
	} events[] = { { "acme", 99 }, { "acme", 100 }, { "acme-2", 199 }, { "acme", 200 },
		{ "acme", 300 }, { "Acme", 150 }, { "nobody", 150 }, { "other", 150 } };
	for (size_t i = 0; i < countof(events); i++) {
		struct event ev = event(a, "x", events[i].who, events[i].at_ns, "1", NULL, NULL);
		usage_feed(&plan, &ev);
	}
	usage_finish(&plan);
	is_str(dump(a, meter), "[0..2 2 #2/0][2..3 1 #1/0]",
		"id and alias, each event once, windows half open");
	is_int(meter->groups[0].windows[0].first_ns, 100, "the first event of a window");
	is_int(meter->groups[0].windows[0].last_ns, 199, "and the last");
	is_str(dump(a, none), "[0..0 0 #0/0]", "a meter without events holds one group of nothing");
	ok(none->groups[0].windows[0].first_ns == INSTANT_NONE, "with no first event");
	usage_release(&plan);
}

static void
test_groups(struct arena *a)
{
	static const int64_t cuts[] = { 0, 10, 20 };
	struct str names[] = { TEXT("region"), TEXT("org") };
	const struct texts both = { names, 2 };
	struct metric m = metric(AGG_SUM);
	struct usage_plan plan;
	const struct {
		const char *n, *org, *region;
		int64_t at_ns;
	} rows[] = { { "1", "b", "eu", 1 }, { "2", "a", "us", 11 }, { "4", NULL, "eu", 1 },
		{ "8", "", "eu", 1 }, { "16", "[1]", "eu", 1 }, { "32", "b", "eu", 12 },
		{ "x", "b", "eu", 12 }, { "[1]", "z", "eu", 12 }, { "64", "a", NULL, 1 } };

	usage_init(&plan, a);
	struct meter *meter = usage_want(&plan, &keys, &m, &both, cuts, 3);
	for (size_t i = 0; i < countof(rows); i++) {
		struct event ev = event(a, "x", "acme", rows[i].at_ns, rows[i].n, rows[i].org,
			rows[i].region);
		usage_feed(&plan, &ev);
	}
	usage_finish(&plan);
	is_str(dump(a, meter),
		"org:null region:'eu' [0..20 20 #2/0][20..20 0 #0/0]; "
		"org:'' region:'eu' [0..8 8 #1/0][8..8 0 #0/0]; "
		"org:'a' region:null [0..64 64 #1/0][64..64 0 #0/0]; "
		"org:'a' region:'us' [0..0 0 #0/0][0..2 2 #1/0]; "
		"org:'b' region:'eu' [0..1 1 #1/0][1..33 32 #1/1]; "
		"org:'z' region:'eu' [0..0 0 #0/0][0..0 0 #0/1]",
		"groups by sorted names, null first, nested as null");
	usage_release(&plan);
}

/* A value of a group that holds what separates values in another. */
static void
test_group_values_stay_apart(struct arena *a)
{
	static const int64_t cuts[] = { 0, 10 };
	struct str names[] = { TEXT("org"), TEXT("region") };
	const struct texts both = { names, 2 };
	struct metric m = metric(AGG_COUNT);
	struct usage_plan plan;
	const struct {
		const char *org, *region;
	} rows[] = { { "a", "bc" }, { "ab", "c" }, { "abc", "" }, { "", "abc" }, { NULL, "abc" },
		{ "abc", NULL }, { NULL, NULL } };

	usage_init(&plan, a);
	struct meter *meter = usage_want(&plan, &keys, &m, &both, cuts, 2);
	for (size_t i = 0; i < 2 * countof(rows); i++) {
		struct event ev = event(a, "x", "acme", 5, "1", rows[i / 2].org,
			rows[i / 2].region);
		usage_feed(&plan, &ev);
	}
	usage_finish(&plan);
	is_int((int64_t)meter->ngroups, countof(rows), "each pair of values is a group");
	for (size_t g = 0; g < meter->ngroups; g++)
		is_int((int64_t)meter->groups[g].windows[0].events, 2, "group %zu has its events",
			g);
	usage_release(&plan);
}

/* ---- the law: the order of events decides nothing ---- */

static size_t
random_events(struct sweep *s, struct arena *a, struct event *out)
{
	static const char *const ns[] = { "1", "-2.5", "0.001", "x", "1e30", "12345678901234567890",
		"0.12345678901234567", "[]", NULL };
	static const char *const values[] = { "a", "b", "", NULL };
	size_t n = (size_t)sweep_below(s, EVENTS_MAX);

	for (size_t i = 0; i < n; i++)
		out[i] = event(a, str_printf(a, "%d-%zu", (int)sweep_below(s, 9), i).p,
			sweep_below(s, 2) == 0 ? "acme" : "acme-2", (int64_t)sweep_below(s, 40),
			ns[sweep_below(s, countof(ns))], values[sweep_below(s, countof(values))],
			values[sweep_below(s, countof(values))]);
	return n;
}

static const char *
run(struct arena *a, const struct metric *m, const struct texts *names, const int64_t *cuts,
	size_t ncuts, const struct event *events, size_t n)
{
	struct usage_plan plan;

	usage_init(&plan, a);
	struct meter *meter = usage_want(&plan, &keys, m, names, cuts, ncuts);
	for (size_t i = 0; i < n; i++)
		usage_feed(&plan, &events[i]);
	usage_finish(&plan);

	const char *out = dump(a, meter);
	usage_release(&plan);
	return out;
}

static void
test_order(struct arena *a)
{
	static const int64_t cuts[] = { 0, 7, 11, 30, 40 };
	struct sweep s = sweep_start("order of events", 42);
	struct str names[] = { TEXT("org"), TEXT("region") };
	struct event events[EVENTS_MAX];
	int bad = 0;

	for (int round = 0; round < 1500; round++) {
		struct metric m = metric((enum aggregation)sweep_below(&s, AGG_KINDS));
		struct texts by = { names, (size_t)sweep_below(&s, 3) };
		size_t n = random_events(&s, a, events);
		const char *first = run(a, &m, &by, cuts, countof(cuts), events, n);
		for (size_t i = n; i > 1; i--) {
			size_t k = (size_t)sweep_below(&s, i);
			struct event t = events[i - 1];
			events[i - 1] = events[k];
			events[k] = t;
		}
		bad += !str_eq(str_c(first),
			str_c(run(a, &m, &by, cuts, countof(cuts), events, n)));
		arena_clear(a);
	}
	is_int(bad, 0, "shuffled events give the same groups, windows and counts");
}

/* Shares add up to the value of the whole, and finer windows to coarser ones. */
static void
test_shares(struct arena *a)
{
	static const int64_t fine[] = { 0, 5, 10, 15, 20, 40 }, coarse[] = { 0, 10, 40 };
	struct sweep s = sweep_start("shares", 43);
	struct event events[EVENTS_MAX];
	int bad = 0;

	for (int round = 0; round < 1500; round++) {
		struct metric m = metric((enum aggregation)sweep_below(&s, AGG_KINDS));
		size_t n = random_events(&s, a, events);
		struct usage_plan plan;

		usage_init(&plan, a);
		const struct meter *f = usage_want(&plan, &keys, &m, &no_names, fine, 6);
		const struct meter *c = usage_want(&plan, &keys, &m, &no_names, coarse, 3);
		for (size_t i = 0; i < n; i++)
			usage_feed(&plan, &events[i]);
		usage_finish(&plan);

		const struct meter_window *w = f->groups[0].windows, *v = c->groups[0].windows;
		struct rat early = rat_add(a, w[0].share, w[1].share);
		struct rat late = rat_add(a, rat_add(a, w[2].share, w[3].share), w[4].share);
		bad += !rat_eq(early, v[0].share) || !rat_eq(late, v[1].share) ||
			!rat_eq(rat_add(a, early, late), w[4].after);
		usage_release(&plan);
		arena_clear(a);
	}
	is_int(bad, 0, "shares of finer windows add up to those of coarser ones");
}

/* ---- metrics in SQL: values at cuts are put, shares come out ---- */

static void
put(struct arena *a, struct usage_plan *p, struct meter *m, size_t cut, const char *org,
	const char *region, int64_t q)
{
	struct pair values[] = { { STR("org"), str_c(org) }, { STR("region"), str_c(region) } };
	struct pairs groups = { values, countof(values) };

	usage_put(p, m, cut, &groups, rat_int(a, q));
}

static const struct metric query = { .sql = TEXT("a query, which is not read here") };
static const int64_t four[] = { 0, 10, 20, 30 };

static void
test_put(struct arena *a)
{
	struct str org[] = { STR("org") };
	struct texts names = { org, 1 };
	struct usage_plan plan;

	usage_init(&plan, a);
	struct meter *all = usage_want(&plan, &keys, &query, &no_names, four, 4);
	struct meter *by_org = usage_want(&plan, &keys, &query, &names, four, 4);
	struct event ev = event(a, "x", "acme", 5, "1", "o", "r");
	usage_feed(&plan, &ev);
	put(a, &plan, all, 1, "o", "r", 4);
	put(a, &plan, all, 2, "o", "r", 5);
	put(a, &plan, all, 2, "o", "s", 2);
	put(a, &plan, all, 3, NULL, NULL, 1);
	put(a, &plan, by_org, 1, "o", "r", 4);
	put(a, &plan, by_org, 2, "o", "r", 1);
	put(a, &plan, by_org, 2, "o", "s", 2);
	put(a, &plan, by_org, 3, NULL, "s", 7);
	usage_saw(by_org, 1, 3, 12, 19);
	usage_finish(&plan);
	is_str(dump(a, all), "[0..4 4 #0/0][4..7 3 #0/0][7..1 -6 #0/0]",
		"a query: shares are what the value grew by; events do not feed it");
	is_str(dump(a, by_org),
		"org:null [0..0 0 #0/0][0..0 0 #3/0][0..7 7 #0/0]; "
		"org:'o' [0..4 4 #0/0][4..3 -1 #3/0][3..0 -3 #0/0]",
		"groups not asked for are summed away; one that is gone has value 0");
	ok(by_org->groups[0].windows[2].has_value && !by_org->groups[0].windows[1].has_value,
		"where a value was put");
	is_int((int64_t)by_org->customer_keys.n, 3, "whose events");
	usage_release(&plan);
	arena_clear(a);
}

static void
test_whole(struct arena *a)
{
	struct usage_plan plan;

	usage_init(&plan, a);
	struct meter *m = usage_want(&plan, &keys, &query, &no_names, four, 4);
	struct meter *part = usage_want(&plan, &keys, &query, &no_names, four, 4);
	m->whole_to = 3;
	part->whole_from = 1;
	part->whole_to = 2;
	put(a, &plan, m, 3, "o", "r", 9);
	put(a, &plan, part, 1, "o", "r", 4);
	put(a, &plan, part, 2, "o", "r", 5);
	usage_finish(&plan);
	is_str(dump(a, m), "[0..0 0 #0/0][0..0 0 #0/0][0..9 9 #0/0]",
		"the whole lands in the last window");
	is_str(dump(a, part), "[0..0 0 #0/0][4..5 1 #0/0][0..0 0 #0/0]",
		"of a stretch: what it grew by in it");
	usage_release(&plan);
	arena_clear(a);
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_latest_read(&a);
	test_increments(&a);
	test_who_and_when(&a);
	test_groups(&a);
	test_group_values_stay_apart(&a);
	test_order(&a);
	test_shares(&a);
	test_put(&a);
	test_whole(&a);
	arena_release(&a);
	arena_release(&terms);
	return done();
}
