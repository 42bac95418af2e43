#include "domain/usage_filter.h"

#include "engine/usage.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define HOUR INT64_C(3600000000000)

static struct usage_filter
random_filter(struct sweep *s, struct arena *a)
{
	static const char *const regions[] = { "AP", "EU", "MX", "US" };
	struct usage_filter f = { .group_key = STR("region"),
		.starting_at_ns = (int64_t)sweep_below(s, 6) * HOUR };

	f.group_values.p = ARENA_ARRAY(a, countof(regions), struct str);
	while (f.group_values.n == 0)
		for (size_t i = 0; i < countof(regions); i++)
			if (sweep_below(s, 2) == 0 &&
				!texts_has(&f.group_values, str_c(regions[i])))
				f.group_values.p[f.group_values.n++] = str_c(regions[i]);
	return f;
}

/* The segment that began last, found the long way: each later one that has begun takes its place. */
static const struct usage_filter *
by_hand(const struct usage_filters *f, int64_t t_ns)
{
	const struct usage_filter *found = NULL;

	for (int64_t start = 0; start <= t_ns; start += HOUR)
		for (size_t i = 0; i < f->n; i++)
			if (f->p[i].starting_at_ns == start)
				found = &f->p[i];
	return found;
}

static void
law_last_that_began(void)
{
	struct sweep s = sweep_start("the segment that began last holds", 20250101);
	struct arena a = ARENA_INIT;
	size_t wrong = 0, held = 0;

	for (int round = 0; round < 2000; round++) {
		struct usage_filters f = { NULL, 0 };

		for (uint64_t n = sweep_below(&s, 5); n > 0; n--) {
			struct usage_filter one = random_filter(&s, &a);

			f = usage_filters_with(&a, &f, &one);
		}
		for (int64_t t_ns = 0; t_ns < 7 * HOUR; t_ns += HOUR / 2) {
			const struct usage_filter *got = usage_filter_at(&f, t_ns);

			wrong += got != by_hand(&f, t_ns);
			held += got != NULL;
		}
		arena_clear(&a);
	}
	ok(wrong == 0 && held > 0, "what holds at an instant is the segment that began last");
	arena_release(&a);
}

static void
law_equal(void)
{
	struct sweep s = sweep_start("equal filters are one metric", 4711);
	struct arena a = ARENA_INIT;
	struct usage_plan plan;
	struct metric m = { .id = STR("m"), .name = STR("Requests") };
	size_t wrong = 0, equal = 0;

	usage_init(&plan, &a);
	for (int round = 0; round < 2000; round++) {
		struct usage_filter x = random_filter(&s, &a), y = random_filter(&s, &a);
		struct texts *v = &y.group_values;
		bool same = usage_filter_eq(&x, &y);
		struct str first = v->p[0];

		v->p[0] = v->p[v->n - 1];
		v->p[v->n - 1] = first;
		equal += same;
		wrong += same != usage_filter_eq(&y, &x);
		wrong += same != (usage_filtered(&plan, &m, &x) == usage_filtered(&plan, &m, &y));
	}
	ok(wrong == 0 && equal > 0, "filters of the same values in any order make the same metric");
	ok(usage_filtered(&plan, &m, NULL) == &m, "no filter, no other metric");
	ok(usage_filter_eq(NULL, NULL), "no filters are equal");
	usage_release(&plan);
	arena_release(&a);
}

static void
fits(const char *name, enum aggregation kind, bool sql, const char *code)
{
	struct arena a = ARENA_INIT;
	struct str key[] = { STR("region"), STR("model") }, own[] = { STR("model") };
	struct texts group_keys[] = { { key, 2 } }, names = { own, 1 };
	struct metric m = { .id = STR("m"),
		.name = STR("Requests"),
		.aggregation = kind,
		.group_keys = group_keys,
		.ngroup_keys = 1 };
	struct usage_filter f = { .group_key = str_c(name) };
	struct err why = ERR_INIT;
	bool fit;

	if (sql)
		m.sql = STR("SELECT 1");
	fit = usage_filter_fits(&m, &names, &f, &a, &why);
	is_str(fit ? "fits" : why.code, code, "%s of %s%s", name, aggregation_name(kind),
		sql ? " in SQL" : "");
	arena_release(&a);
}

int
main(void)
{
	law_last_that_began();
	law_equal();
	fits("region", AGG_SUM, false, "fits");
	fits("model", AGG_MAX, false, "fits");
	fits("zone", AGG_SUM, false, "group_key_missing");
	fits("region", AGG_LATEST, false, "filter_of_latest");
	fits("zone", AGG_LATEST, false, "filter_of_latest");
	fits("zone", AGG_SUM, true, "fits");
	return done();
}
