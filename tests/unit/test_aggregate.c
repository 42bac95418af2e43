/* Folding values into quantities. */
#include "engine/aggregate.h"

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define ROOM ((size_t)16)

static struct arena scratch = ARENA_INIT;

static bool
feed(const struct aggregate_kind *k, void *state, struct arena *a, const char *text, int64_t at_ns,
	const char *id)
{
	struct aggregate_input in = { .text = str_c(text),
		.timestamp_ns = at_ns,
		.transaction_id = str_c(id),
		.scratch = &scratch };
	bool counted = k->feed(state, a, &in);

	arena_clear(&scratch);
	return counted;
}

/* What is aggregated is said by the kind, percentile apart. */
static struct metric metric;

static const char *
value(const struct aggregate_kind *k, void *state, struct arena *a)
{
	return rat_text_exact(a, k->value(state, a, &metric)).p;
}

static void *
fresh(const struct aggregate_kind *k, struct arena *a)
{
	return arena_alloc(a, k->state_size);
}

static void
test_table(struct arena *a)
{
	for (int i = 0; i < AGG_KINDS; i++) {
		const struct aggregate_kind *k = aggregate_kind((enum aggregation)i);
		is_str(k->name, aggregation_name((enum aggregation)i), "row %d of the table", i);
		ok((k->advance == NULL) == (k->value != NULL && k->merge != NULL),
			"%s is either timed or has a value", k->name);
		if (k->value != NULL)
			is_str(value(k, fresh(k, a), a), "0", "%s of nothing", k->name);
	}
	ok(aggregate_count.additive && aggregate_sum.additive && aggregate_session.additive &&
			aggregate_time_weighted_sum.additive,
		"these add up");
	ok(!aggregate_max.additive && !aggregate_latest.additive && !aggregate_unique.additive &&
			!aggregate_min.additive && !aggregate_avg.additive &&
			!aggregate_percentile.additive,
		"the others run");
	ok(aggregate_time_weighted_sum.carries && !aggregate_session.carries,
		"levels come from before, sessions do not");
}

/* Each text alone: what SUM makes of it; NULL: it is no number. */
static void
test_numbers(struct arena *a)
{
	static const struct {
		const char *text;
		const char *value;
	} rows[] = {
		{ "3", "3" },
		{ "-0.50", "-0.5" },
		{ "1e3", "1000" },
		{ "1E-2", "0.01" },
		{ "0.12345678901234567", "0.12345678901234567" },
		{ "123456789012345678901234567890", "123456789012345678901234567890" },
		{ "", NULL },
		{ "+5", NULL },
		{ " 5", NULL },
		{ "5 ", NULL },
		{ ".5", NULL },
		{ "5.", NULL },
		{ "05", NULL },
		{ "1_000", NULL },
		{ "1,5", NULL },
		{ "0x10", NULL },
		{ "NaN", NULL },
		{ "true", NULL },
		{ "1e1001", NULL },
	};
	static const struct aggregate_kind *const kinds[] = { &aggregate_sum, &aggregate_max,
		&aggregate_latest, &aggregate_min, &aggregate_avg, &aggregate_percentile };

	for (size_t k = 0; k < countof(kinds); k++) {
		for (size_t i = 0; i < countof(rows); i++) {
			void *state = fresh(kinds[k], a);
			bool counted = feed(kinds[k], state, a, rows[i].text, 0, "a");
			ok(counted == (rows[i].value != NULL), "%s: \"%s\" is %s", kinds[k]->name,
				rows[i].text, rows[i].value != NULL ? "a number" : "none");
			is_str(value(kinds[k], state, a),
				rows[i].value != NULL ? rows[i].value : "0", "%s of \"%s\"",
				kinds[k]->name, rows[i].text);
		}
	}
}

static void
test_max(struct arena *a)
{
	const struct aggregate_kind *k = &aggregate_max;
	void *state = fresh(k, a);

	feed(k, state, a, "-3", 0, "a");
	is_str(value(k, state, a), "-3", "a greatest value below zero");
	feed(k, state, a, "-3.0000000000000000000000001", 1, "b");
	is_str(value(k, state, a), "-3", "a long one just below it");
	feed(k, state, a, "-2.99", 2, "c");
	is_str(value(k, state, a), "-2.99", "another scale");
	feed(k, state, a, "99999999999999999999999", 3, "d");
	feed(k, state, a, "99999999999999999999998.9", 4, "e");
	feed(k, state, a, "7", 5, "f");
	is_str(value(k, state, a), "99999999999999999999999", "beyond 64 bits");
}

static void
test_latest(struct arena *a)
{
	const struct aggregate_kind *k = &aggregate_latest;
	void *state = fresh(k, a);

	feed(k, state, a, "1", 10, "m");
	feed(k, state, a, "2", 9, "z");
	is_str(value(k, state, a), "1", "an earlier event changes nothing");
	feed(k, state, a, "3", 10, "b");
	is_str(value(k, state, a), "1", "at one instant the greater id stands");
	feed(k, state, a, "4", 10, "ma");
	is_str(value(k, state, a), "4", "and a longer id is greater than its prefix");
	ok(!feed(k, state, a, "gone", 11, "a"), "what is no number");
	is_str(value(k, state, a), "4", "does not become the latest");
	feed(k, state, a, "0.1", -5, "a");
	feed(k, state, a, "5", 12, "an id of more than forty bytes, which needs new room");
	feed(k, state, a, "6", 12, "an id of more than forty bytes, which needs no room");
	is_str(value(k, state, a), "6", "long ids are told apart at their end");
}

static void
test_min_and_avg(struct arena *a)
{
	static const char *const texts[] = { "2.50", "x", "-3", "99999999999999999999999",
		"-3.00000000000000000001", "0.5" };
	void *least = fresh(&aggregate_min, a), *mean = fresh(&aggregate_avg, a);

	feed(&aggregate_min, least, a, "7", 0, "a");
	is_str(value(&aggregate_min, least, a), "7", "the least of one is above zero");
	for (size_t i = 0; i < countof(texts); i++)
		feed(&aggregate_min, least, a, texts[i], 0, "a");
	is_str(value(&aggregate_min, least, a), "-3.00000000000000000001", "MIN");
	for (int i = 0; i < 3; i++)
		feed(&aggregate_avg, mean, a, i == 0 ? "1" : "x", 0, "a");
	is_str(value(&aggregate_avg, mean, a), "1", "a mean of what is a number");
	feed(&aggregate_avg, mean, a, "2.5", 0, "a");
	feed(&aggregate_avg, mean, a, "-10", 0, "a");
	is_str(value(&aggregate_avg, mean, a), "-13/6", "and it is exact");
}

/* The usual example of nearest rank, and what is about its edges. */
static void
test_percentile(struct arena *a)
{
	static const char *const texts[] = { "50", "15", "40.0", "20", "35" };
	static const struct {
		const char *percentile;
		const char *value;
	} rows[] = { { "5", "15" }, { "20", "15" }, { "20.0000000000000000001", "20" },
		{ "30", "20" }, { "40", "20" }, { "100/3", "20" }, { "50", "35" }, { "80", "40" },
		{ "80.1", "50" }, { "100", "50" }, { "1/1000000000000000000000000", "15" } };
	const struct aggregate_kind *k = &aggregate_percentile;
	void *state = fresh(k, a), *later = fresh(k, a);

	for (size_t i = 0; i < countof(texts); i++)
		feed(k, state, a, texts[i], 0, "a");
	for (size_t i = 0; i < countof(rows); i++) {
		(void)rat_parse_exact(a, str_c(rows[i].percentile), &metric.percentile);
		is_str(value(k, state, a), rows[i].value, "of five, %s %%", rows[i].percentile);
	}
	metric.percentile = rat_int(a, 50);
	feed(k, later, a, "1e30", 0, "a");
	feed(k, later, a, "-1.12345678901234567890", 0, "a");
	feed(k, later, a, "35.00", 0, "a");
	is_str(value(k, later, a), "35", "a part of its own");
	k->merge(state, a, later);
	is_str(value(k, state, a), "35", "what came later is put in order");
	metric.percentile = rat_frac(a, 1, 3);
	is_str(value(k, state, a), "-1.1234567890123456789", "the least, which is long");
	metric.percentile = rat_int(a, 100);
	is_str(value(k, state, a), "1000000000000000000000000000000", "the greatest");
}

static void
test_unique(struct arena *a)
{
	const struct aggregate_kind *k = &aggregate_unique;
	static const char *const texts[] = { "a", "3", "3.0", "", "a", "true", "3" };
	void *state = fresh(k, a), *later = fresh(k, a);

	for (size_t i = 0; i < countof(texts); i++)
		ok(feed(k, state, a, texts[i], 0, "x"), "UNIQUE takes \"%s\"", texts[i]);
	is_str(value(k, state, a), "5", "texts that differ");
	feed(k, later, a, "a", 1, "x");
	feed(k, later, a, "new", 1, "x");
	k->merge(state, a, later);
	is_str(value(k, state, a), "6", "a later window adds what is new");
	is_str(value(k, later, a), "2", "and stays as it was");
}

/* ---- laws ---- */

struct sample {
	const char *text;
	int64_t at_ns;
	const char *id;
};

static struct sample
random_sample(struct sweep *s, struct arena *a, int i)
{
	static const char *const odd[] = { "x", "1e2", "123456789012345678901",
		"-0.0000000000000000001" };
	int64_t v = (int64_t)sweep_below(s, 4000) - 1000;
	struct sample out = { .at_ns = (int64_t)sweep_below(s, 12) };

	if (sweep_below(s, 5) == 0)
		out.text = odd[sweep_below(s, countof(odd))];
	else
		out.text = rat_text(a, rat_scaled(a, v, (unsigned)sweep_below(s, 4))).p;
	out.id = str_printf(a, "%c%d", (char)('a' + (int)sweep_below(s, 26)), i).p;
	return out;
}

static void
shuffle(struct sweep *s, struct sample *p, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)sweep_below(s, i);
		struct sample t = p[i - 1];
		p[i - 1] = p[k];
		p[k] = t;
	}
}

/* Window by window, merged in time order, is the same as all at once; and any order will do. */
static bool
holds(const struct aggregate_kind *k, struct sweep *s, struct arena *a)
{
	struct sample samples[ROOM];
	size_t n = (size_t)sweep_below(s, ROOM + 1);
	int64_t cut = (int64_t)sweep_below(s, 13);
	void *whole = fresh(k, a), *first = fresh(k, a), *second = fresh(k, a);

	for (size_t i = 0; i < n; i++)
		samples[i] = random_sample(s, a, (int)i);
	for (size_t i = 0; i < n; i++)
		feed(k, whole, a, samples[i].text, samples[i].at_ns, samples[i].id);
	shuffle(s, samples, n);
	for (size_t i = 0; i < n; i++)
		feed(k, samples[i].at_ns < cut ? first : second, a, samples[i].text,
			samples[i].at_ns, samples[i].id);

	struct rat before = k->value(first, a, &metric), apart = k->value(second, a, &metric);
	k->merge(first, a, second);
	struct rat merged = k->value(first, a, &metric);
	bool same = rat_eq(merged, k->value(whole, a, &metric));
	bool adds = rat_eq(merged, rat_add(a, before, apart));
	return same && (adds || !k->additive);
}

static void
test_laws(struct arena *a)
{
	for (int i = 0; i < AGG_KINDS; i++) {
		const struct aggregate_kind *k = aggregate_kind((enum aggregation)i);
		struct sweep s = sweep_start(k->name, 7 + (uint64_t)i);
		int bad = 0;

		if (k->value == NULL)
			continue;
		for (int round = 0; round < 2000; round++) {
			metric.percentile = rat_frac(a, (int64_t)(1 + sweep_below(&s, 700)), 7);
			bad += !holds(k, &s, a);
			arena_clear(a);
		}
		is_int(bad, 0, "%s: parts merged are the whole, in any order", k->name);
	}
}

static struct rat
value_of(const struct aggregate_kind *k, struct arena *a, const struct sample *samples, size_t n)
{
	void *state = fresh(k, a);

	for (size_t i = 0; i < n; i++)
		feed(k, state, a, samples[i].text, samples[i].at_ns, samples[i].id);
	return k->value(state, a, &metric);
}

/* What the kinds say of each other. */
static void
test_relations(struct arena *a)
{
	struct sweep s = sweep_start("relations", 99);
	int greatest = 0, least = 0, mean = 0, between = 0;

	for (int round = 0; round < 2000; round++) {
		struct sample samples[ROOM];
		size_t n = (size_t)sweep_below(&s, ROOM + 1), counted = 0;
		void *sum = fresh(&aggregate_sum, a);

		for (size_t i = 0; i < n; i++) {
			samples[i] = random_sample(&s, a, (int)i);
			counted += feed(&aggregate_sum, sum, a, samples[i].text, 0, "");
		}
		struct rat max = value_of(&aggregate_max, a, samples, n);
		struct rat min = value_of(&aggregate_min, a, samples, n);
		struct rat avg = value_of(&aggregate_avg, a, samples, n);

		metric.percentile = rat_int(a, 100);
		greatest += !rat_eq(value_of(&aggregate_percentile, a, samples, n), max);
		metric.percentile = rat_frac(a, 1, 1000);
		least += !rat_eq(value_of(&aggregate_percentile, a, samples, n), min);
		mean += !rat_eq(rat_mul(a, avg, rat_int(a, (int64_t)counted)),
			aggregate_sum.value(sum, a, &metric));
		between += rat_cmp(min, avg) > 0 || rat_cmp(avg, max) > 0;
		arena_clear(a);
	}
	is_int(greatest, 0, "PERCENTILE of 100 is MAX");
	is_int(least, 0, "PERCENTILE of next to nothing is MIN");
	is_int(mean, 0, "AVG times COUNT is SUM");
	is_int(between, 0, "AVG lies between MIN and MAX");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	metric.percentile = rat_int(&a, 100);
	test_table(&a);
	test_numbers(&a);
	test_max(&a);
	test_latest(&a);
	test_unique(&a);
	test_min_and_avg(&a);
	test_percentile(&a);
	test_laws(&a);
	test_relations(&a);
	arena_release(&a);
	arena_release(&scratch);
	return done();
}
