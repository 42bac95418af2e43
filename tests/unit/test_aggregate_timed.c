/* Sessions, and levels over time: alone, and as usage asks for them. */
#include "engine/usage.h"

#include <stdlib.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

static struct arena scratch = ARENA_INIT;
static struct metric metric;

static void *
fresh(const struct aggregate_kind *k, struct arena *a)
{
	return arena_alloc(a, k->state_size);
}

struct visit {
	int64_t at_ns;
	const char *part;
	const char *text;
	const char *id;
};

static void
feed_window(const struct aggregate_kind *k, void *state, struct arena *a, const struct visit *v,
	size_t n, int64_t to_ns)
{
	for (size_t i = 0; i < n; i++) {
		struct aggregate_input in = { .text = str_c(v[i].text),
			.timestamp_ns = v[i].at_ns,
			.transaction_id = str_c(v[i].id),
			.scratch = &scratch,
			.metric = &metric,
			.part = str_c(v[i].part),
			.to_ns = to_ns };
		ok(k->feed(state, a, &in), "%s takes event %zu", k->name, i);
		arena_clear(&scratch);
	}
}

static const char *
advance(const struct aggregate_kind *k, void *running, struct arena *a, void *window,
	int64_t from_ns, int64_t to_ns)
{
	struct aggregate_span span = { &metric, from_ns, to_ns };

	return rat_text_exact(a, k->advance(running, a, window, &span)).p;
}

static void
test_session(struct arena *a)
{
	static const struct visit first[] = { { 9, "p", "", "" }, { 0, "p", "", "" },
		{ 10, "p", "", "" }, { 19, "", "", "" }, { 19, NULL, "", "" }, { 0, "q", "", "" } };
	static const struct visit second[] = { { 30, "p", "", "" }, { 19, "p", "", "" },
		{ 20, "p", "", "" }, { 29, "", "", "" }, { 28, NULL, "", "" } };
	static const struct visit far[] = { { INT64_MIN + 1, "z", "", "" },
		{ INT64_MAX, "z", "", "" }, { INT64_MAX - 1, "z", "", "" } };
	const struct aggregate_kind *k = &aggregate_session;
	void *running = fresh(k, a), *one = fresh(k, a), *two = fresh(k, a), *three = fresh(k, a);

	metric.session_ns = 10;
	feed_window(k, one, a, first, countof(first), 19);
	feed_window(k, two, a, second, countof(second), 40);
	feed_window(k, three, a, far, countof(far), 40);
	is_str(advance(k, running, a, one, 0, 19), "5",
		"an event at the end of a session opens one; no part is a part, and so is ''");
	is_str(advance(k, running, a, two, 19, 40), "3",
		"sessions that are open go on, as long as they last");
	metric.session_ns = INT64_MAX;
	is_str(advance(k, running, a, three, 40, 41), "2", "as far apart as instants can be");
}

static void
test_levels(struct arena *a)
{
	static const struct visit early[] = { { -50, NULL, "7", "b" }, { -50, NULL, "5", "c" },
		{ -60, NULL, "9", "d" }, { -1, "p", "1", "a" } };
	static const struct visit late[] = { { 10 * NS_PER_SECOND + 1, NULL, "2.5", "a" },
		{ 40 * NS_PER_SECOND, NULL, "1000", "a" }, { 15 * NS_PER_SECOND, "p", "0", "a" } };
	const struct aggregate_kind *k = &aggregate_time_weighted_sum;
	const int64_t to_ns = 40 * NS_PER_SECOND;
	static const char *const want[] = {
		/* 22 x 40 s, 2.5 from 10 s and 1 ns on */
		[LEVEL_DELTA] = "954.9999999975",
		/* 5 up to 10 s and 1 ns, then 2.5; 1 up to 15 s */
		[LEVEL_ABSOLUTE] = "140.0000000025",
	};

	for (int mode = 0; mode < LEVEL_MODES; mode++) {
		void *running = fresh(k, a), *before = fresh(k, a), *window = fresh(k, a);

		metric.level_mode = (enum level_mode)mode;
		metric.unit = UNIT_SECOND;
		feed_window(k, before, a, early, countof(early), INSTANT_NONE);
		feed_window(k, window, a, late, countof(late), to_ns);
		advance(k, running, a, before, 0, 0);
		is_str(advance(k, running, a, window, 0, to_ns), want[mode],
			"levels go on, and what is at the window's end comes too late");
		metric.unit = UNIT_DAY;
		is_str(advance(k, running, a, fresh(k, a), to_ns, to_ns + NS_PER_DAY),
			mode == LEVEL_DELTA ? "24.5" : "2.5", "a day without a change, in days");
		metric.unit = UNIT_HOUR;
		is_str(advance(k, running, a, fresh(k, a), INT64_MIN + 1, INT64_MAX),
			mode == LEVEL_DELTA ? "451945229805884014543/3600000000000" :
					      "9223372036854775807/720000000000",
			"all time, in hours");
		is_str(advance(k, running, a, fresh(k, a), to_ns, to_ns - 1), "0",
			"a window ahead of the clock");
	}
}

/* Levels beyond 64 bits: each holds for a nanosecond. */
static void
test_long_levels(struct arena *a)
{
	static const struct visit events[] = { { 0, NULL, "9000000000000000000", "a" },
		{ 1, NULL, "1e40", "b" }, { 2, NULL, "-0.000000000000000000000001", "c" } };
	static const char want[] =
		"10000000000000000000008999999999."
		"999999999999999999999999999999999";
	const struct aggregate_kind *k = &aggregate_time_weighted_sum;
	struct aggregate_span span = { &metric, 0, 3 };
	void *running = fresh(k, a), *window = fresh(k, a);
	struct rat exact;

	metric.level_mode = LEVEL_ABSOLUTE;
	metric.unit = UNIT_SECOND;
	feed_window(k, window, a, events, countof(events), 3);
	ok(rat_parse(a, str_c(want), &exact) == RAT_OK &&
			rat_eq(k->advance(running, a, window, &span), exact),
		"what fits no mantissa is exact too");
}

/* ---- laws, against what a single instant after the other says ---- */

#define END 60 /* of time, in ns; events begin at -20 */
#define EARLY 20
#define ROOM ((size_t)40)

static struct property_filter filters[] = { { .name = { "n", 1 } }, { .name = { "part", 4 } },
	{ .name = { "org", 3 } } };
static struct str customer[] = { { "acme", 4 } };
static const struct texts keys = { customer, 1 };
static struct str org_name[] = { { "org", 3 } };

struct happening {
	const char *id;
	int64_t at_ns;
	const char *n; /* NULL: absent, likewise part */
	const char *part;
	const char *org;
};

static size_t
random_happenings(struct sweep *s, struct arena *a, struct happening *out)
{
	static const char *const numbers[] = { "1", "-2", "0.5", "7", "x", "1e20", "0" };
	static const char *const parts[] = { "", "p", NULL, "q" };
	static const char *const orgs[] = { "eu", "us" };
	size_t n = (size_t)sweep_below(s, ROOM);

	for (size_t i = 0; i < n; i++)
		out[i] = (struct happening){
			.id = str_printf(a, "%d-%zu", (int)sweep_below(s, 9), i).p,
			.at_ns = (int64_t)sweep_below(s, END + EARLY) - EARLY,
			.n = numbers[sweep_below(s, countof(numbers))],
			.part = parts[sweep_below(s, countof(parts))],
			.org = orgs[sweep_below(s, countof(orgs))],
		};
	return n;
}

static void
feed_happening(struct usage_plan *p, const struct happening *h)
{
	const struct {
		const char *name, *value;
	} given[] = { { "n", h->n }, { "part", h->part }, { "org", h->org } };
	struct property properties[countof(given)];
	struct event ev = { .transaction_id = str_c(h->id),
		.customer_id = customer[0],
		.event_type = STR("e"),
		.timestamp_ns = h->at_ns,
		.properties = properties };

	for (size_t i = 0; i < countof(given); i++)
		if (given[i].value != NULL)
			properties[ev.nproperties++] = (struct property){ str_c(given[i].name),
				str_c(given[i].value), JSON_STRING };
	usage_feed(p, &ev);
}

static bool
same_text(const char *x, const char *y)
{
	return x == NULL || y == NULL ? x == y : str_eq(str_c(x), str_c(y));
}

/* Groups other than org: every happening is of it. */
static bool
is_of(const struct happening *h, const char *org)
{
	return org == NULL || same_text(h->org, org);
}

/* The number that an instant begins with, of one part; NULL: changes at any time before. */
static struct rat
level_at(struct arena *a, const struct happening *h, size_t n, int64_t t_ns, const char *org,
	const char *part)
{
	const struct happening *last = NULL;
	struct rat level = RAT_ZERO, x;

	for (size_t i = 0; i < n; i++) {
		if (h[i].at_ns > t_ns || !is_of(&h[i], org) || !same_text(h[i].part, part) ||
			rat_parse(a, str_c(h[i].n), &x) != RAT_OK)
			continue;
		if (metric.level_mode == LEVEL_DELTA) {
			level = rat_add(a, level, x);
		} else if (last == NULL || h[i].at_ns > last->at_ns ||
			(h[i].at_ns == last->at_ns &&
				str_cmp(str_c(h[i].id), str_c(last->id)) > 0)) {
			last = &h[i];
			level = x;
		}
	}
	return level;
}

static struct rat
area_of(struct arena *a, const struct happening *h, size_t n, int64_t from_ns, int64_t to_ns,
	const char *org)
{
	static const char *const parts[] = { "", "p", NULL, "q" };
	struct rat area = RAT_ZERO;

	for (int64_t t = from_ns; t < to_ns; t++)
		for (size_t i = 0; i < countof(parts); i++)
			area = rat_add(a, area, level_at(a, h, n, t, org, parts[i]));
	return rat_mul(a, area, rat_frac(a, 1, NS_PER_SECOND));
}

/* The sessions that begin in a window: instant by instant, one that is not inside opens one. */
static struct rat
sessions_in(struct arena *a, const struct happening *h, size_t n, int64_t from_ns, int64_t to_ns,
	const char *org)
{
	static const char *const parts[] = { "", "p", NULL, "q" };
	int64_t count = 0;

	for (size_t k = 0; k < countof(parts); k++) {
		int64_t until_ns = 0;

		for (int64_t t = 0; t < to_ns; t++) {
			bool seen = false;

			for (size_t i = 0; i < n; i++)
				seen = seen ||
					(h[i].at_ns == t && is_of(&h[i], org) &&
						same_text(h[i].part, parts[k]));
			if (!seen || t < until_ns)
				continue;
			until_ns = t + metric.session_ns;
			count += t >= from_ns;
		}
	}
	return rat_int(a, count);
}

static void
random_terms(struct sweep *s, enum aggregation kind)
{
	metric = (struct metric){ .aggregation = kind,
		.filters = filters,
		.nfilters = countof(filters),
		.session_ns = (int64_t)(1 + sweep_below(s, 15)),
		.level_mode = (enum level_mode)sweep_below(s, LEVEL_MODES),
		.unit = UNIT_SECOND,
		.part_key = STR("part") };
	if (kind == AGG_TIME_WEIGHTED_SUM)
		metric.aggregation_key = STR("n");
}

/* Rising from 0 to the end. */
static size_t
random_cuts(struct sweep *s, int64_t *cuts)
{
	size_t n = 1;

	cuts[0] = 0;
	for (int64_t t = 1; t < END; t++)
		if (sweep_below(s, 12) == 0)
			cuts[n++] = t;
	cuts[n++] = END;
	return n;
}

/* What the windows of a group are, and what they should be; the number that differ. */
static int
check_windows(struct arena *a, const struct meter *m, const struct meter_group *g,
	const struct happening *h, size_t n, int64_t now_ns)
{
	const char *org = g->values.n > 0 ? g->values.p[0].value.p : NULL;
	struct rat whole = RAT_ZERO;
	int bad = 0;

	for (size_t w = 0; w + 1 < m->ncuts; w++) {
		const struct meter_window *win = &g->windows[w];
		int64_t end_ns = m->cuts[w + 1] < now_ns ? m->cuts[w + 1] : now_ns;
		struct rat want = metric.aggregation == AGG_SESSION ?
			sessions_in(a, h, n, m->cuts[w], m->cuts[w + 1], org) :
			area_of(a, h, n, m->cuts[w], end_ns, org);

		bad += !rat_eq(win->share, want) || !rat_eq(win->before, whole);
		whole = rat_add(a, whole, want);
		bad += !rat_eq(win->after, whole);
		bad += win->has_value !=
			(win->events + win->non_numeric > 0 || rat_sign(want) != 0);
	}
	return bad;
}

static void
law_of(enum aggregation kind, const char *name, struct arena *a)
{
	struct sweep s = sweep_start(name, 17);
	int bad = 0, lost = 0;

	for (int round = 0; round < 400; round++) {
		struct happening h[ROOM];
		size_t n = random_happenings(&s, a, h);
		struct texts by = { org_name, (size_t)sweep_below(&s, 2) };
		int64_t now_ns = (int64_t)sweep_below(&s, UINT64_C(2) * END), cuts[END + 2];
		struct usage_plan plan;

		random_terms(&s, kind);
		usage_init(&plan, a);
		plan.now_ns = now_ns;
		struct meter *m = usage_want(&plan, &keys, &metric, &by, cuts,
			random_cuts(&s, cuts));
		for (size_t i = 0; i < n; i++)
			feed_happening(&plan, &h[i]);
		usage_finish(&plan);

		struct rat total = RAT_ZERO;
		for (size_t g = 0; g < m->ngroups; g++) {
			bad += check_windows(a, m, &m->groups[g], h, n, now_ns);
			total = rat_add(a, total, m->groups[g].windows[m->ncuts - 2].after);
		}
		/* no group of those that have something is missing */
		if (kind == AGG_TIME_WEIGHTED_SUM && metric.level_mode == LEVEL_DELTA)
			lost += !rat_eq(total,
				area_of(a, h, n, 0, now_ns < END ? now_ns : END, NULL));
		usage_release(&plan);
		arena_clear(a);
	}
	is_int(bad, 0, "%s: every window of every group, up to the clock", name);
	is_int(lost, 0, "%s: no group is left out", name);
}

/* A meter over some of the windows gives what one over all of them gives for these. */
static void
law_of_slices(enum aggregation kind, const char *name, struct arena *a)
{
	static const int64_t all[] = { 0, 10, 25, 40, END };
	static const struct texts none = { NULL, 0 };
	struct sweep s = sweep_start(name, 18);
	int bad = 0;

	for (int round = 0; round < 400; round++) {
		struct happening h[ROOM];
		size_t n = random_happenings(&s, a, h);
		struct usage_plan plan;

		random_terms(&s, kind);
		usage_init(&plan, a);
		plan.origin_ns = 0;
		struct meter *whole = usage_want(&plan, &keys, &metric, &none, all, countof(all));
		struct meter *part = usage_want(&plan, &keys, &metric, &none, all + 2, 3);
		bad += plan.from_ns != (kind == AGG_SESSION ? 0 : INSTANT_NONE);
		for (size_t i = 0; i < n; i++)
			feed_happening(&plan, &h[i]);
		usage_finish(&plan);
		for (size_t w = 0; w < 2; w++) {
			const struct meter_window *x = &whole->groups[0].windows[w + 2];
			const struct meter_window *y = &part->groups[0].windows[w];

			bad += !rat_eq(x->share, y->share) || x->events != y->events ||
				x->has_value != y->has_value;
		}
		usage_release(&plan);
		arena_clear(a);
	}
	is_int(bad, 0, "%s: a range in slices is the range", name);
}

/* ---- groups ---- */

static void
test_groups(struct arena *a)
{
	static const struct happening h[] = { { "a", -9, "3", "p", "gone" },
		{ "b", -8, "0", "p", "gone" }, { "c", -7, "4", "p", "stays" },
		{ "d", 3, "5", "p", "comes" }, { "e", -7, "x", "p", "no number" } };
	static const int64_t cuts[] = { 0, 10, 20 };
	struct texts by = { org_name, 1 };
	struct usage_plan plan;
	struct sweep s = { 1 };

	random_terms(&s, AGG_TIME_WEIGHTED_SUM);
	metric.level_mode = LEVEL_ABSOLUTE;
	usage_init(&plan, a);
	struct meter *m = usage_want(&plan, &keys, &metric, &by, cuts, countof(cuts));
	for (size_t i = 0; i < countof(h); i++)
		feed_happening(&plan, &h[i]);
	usage_finish(&plan);
	is_int((int64_t)m->ngroups, 2, "a group that ended before leaves no trace");
	is_str(m->groups[0].values.p[0].value.p, "comes", "one with an event");
	is_str(m->groups[1].values.p[0].value.p, "stays", "one with a level from before");
	is_str(rat_text(a, m->groups[1].windows[0].share).p, "0.00000004", "  which adds");
	ok(m->groups[1].windows[0].has_value && m->groups[1].windows[0].events == 0 &&
			m->groups[1].windows[0].first_ns == INSTANT_NONE,
		"  without an event");
	usage_release(&plan);
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_session(&a);
	test_levels(&a);
	test_long_levels(&a);
	law_of(AGG_SESSION, "SESSION", &a);
	law_of(AGG_TIME_WEIGHTED_SUM, "TIME_WEIGHTED_SUM", &a);
	law_of_slices(AGG_SESSION, "slices of SESSION", &a);
	law_of_slices(AGG_TIME_WEIGHTED_SUM, "slices of TIME_WEIGHTED_SUM", &a);
	test_groups(&a);
	arena_release(&a);
	arena_release(&scratch);
	return done();
}
