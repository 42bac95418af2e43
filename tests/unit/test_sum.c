#include "base/sum.h"

#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct arena arena = ARENA_INIT;

static const char *
text_of(struct rat x)
{
	return str_dup(&arena, rat_text_exact(&arena, x)).p;
}

static struct sum
sum_of(const char *const *texts, size_t n)
{
	struct sum s = SUM_INIT;

	for (size_t i = 0; i < n; i++)
		if (sum_add_text(&s, &arena, str_c(texts[i])) != RAT_OK)
			note("not added: %s", texts[i]);
	return s;
}

static void
test_table(void)
{
	static const struct {
		const char *texts[4];
		size_t n;
		const char *want;
	} cases[] = {
		{ { NULL }, 0, "0" },
		{ { "0.1", "0.02", "1e30" }, 3, "1000000000000000000000000000000.12" },
		{ { "0.1", "0.2" }, 2, "0.3" },
		{ { "-0", "0.00" }, 2, "0" },
		{ { "9223372036854775807", "1" }, 2, "9223372036854775808" },
		{ { "-9223372036854775808", "-0.5" }, 2, "-9223372036854775808.5" },
		{ { "9223372036854775807", "9223372036854775807", "-9223372036854775807", "0.1" },
			4, "9223372036854775807.1" },
		{ { "999999999999999999", "0.000000000000000001" }, 2,
			"999999999999999999.000000000000000001" },
		{ { "1e-19", "1e-19" }, 2, "0.0000000000000000002" },
		{ { "1e30", "-1e30", "0.25" }, 3, "0.25" },
		{ { "1e-500", "-1e-500" }, 2, "0" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct sum s = sum_of(cases[i].texts, cases[i].n);
		is_str(text_of(sum_value(&s, &arena)), cases[i].want, "sum %zu", i);
	}
}

static void
test_refusals(void)
{
	static const char *const bad[] = { "", "-", "+1", ".5", "5.", "01", "-01", "1.2.3", "1..2",
		"-.5", " 1", "1 ", "1_0", "0x1", "NaN", "1e", "1/2", "--1", "1-", "00.5", "1.5.",
		"." };
	struct sum s = SUM_INIT;

	sum_add_text(&s, &arena, STR("12.5"));
	for (size_t i = 0; i < countof(bad); i++) {
		is_int(sum_add_text(&s, &arena, str_c(bad[i])), RAT_NOT_A_NUMBER,
			"not added: \"%s\"", bad[i]);
		is_str(text_of(sum_value(&s, &arena)), "12.5", "the sum stays");
	}
	is_int(sum_add_text(&s, &arena, STR("1e1000")), RAT_TOO_LONG,
		"too long a number is not added");
	is_int(sum_add_text(&s, &arena, (struct str){ NULL, 0 }), RAT_NOT_A_NUMBER, "nor nothing");
	is_str(text_of(sum_value(&s, &arena)), "12.5", "the sum stays");
}

/* A text near the grammar of numbers, right or wrong. */
static struct str
near_number(struct sweep *s, char *out)
{
	static const char signs[] = "00000123459..-e";
	size_t n = sweep_below(s, 22);

	for (size_t i = 0; i < n; i++)
		out[i] = signs[sweep_below(s, sizeof(signs) - 1)];
	return (struct str){ out, n };
}

/* The short way and rat_parse take and refuse the same texts, for the same value. */
static void
test_reading(void)
{
	struct sweep s = sweep_start("reading", 51);
	char text[32];
	int wrong = 0, taken = 0;

	for (int i = 0; i < 200000; i++) {
		struct str t = near_number(&s, text);
		struct sum one = SUM_INIT;
		struct rat x;
		enum rat_parsed want = rat_parse(&arena, t, &x),
				got = sum_add_text(&one, &arena, t);

		if (got != want || (got == RAT_OK && !rat_eq(sum_value(&one, &arena), x))) {
			wrong++;
			note("\"%.*s\"", STR_FMT(t));
		}
		taken += got == RAT_OK;
		if (i % 1000 == 0)
			arena_clear(&arena);
	}
	is_int(wrong, 0, "texts are read as rat_parse reads them");
	ok(taken > 5000 && taken < 150000, "both kinds were seen: %d of 200000 are numbers", taken);
}

#define TERMS 60

static struct rat
any_term(struct sweep *s)
{
	struct rat x = rat_scaled(&arena, sweep_int64(s), (unsigned)sweep_below(s, 19));

	switch (sweep_below(s, 12)) {
	case 0:
		return rat_frac(&arena, sweep_int64(s), 7);
	case 1:
		return rat_mul(&arena, x, x);
	default:
		return x;
	}
}

/* Against plain rationals; in another order; in two parts; by text. */
static void
test_laws(void)
{
	struct sweep s = sweep_start("sums", 52);
	int wrong = 0, spilled = 0;

	for (int i = 0; i < 3000; i++) {
		struct rat terms[TERMS], want = RAT_ZERO;
		struct sum all = SUM_INIT, shuffled = SUM_INIT, part[2] = { SUM_INIT, SUM_INIT };
		size_t n = sweep_below(&s, TERMS);

		for (size_t t = 0; t < n; t++) {
			terms[t] = any_term(&s);
			want = rat_add(&arena, want, terms[t]);
			sum_add(&all, &arena, terms[t]);
			sum_add(&part[sweep_below(&s, 2)], &arena, terms[t]);
		}
		for (size_t t = n; t > 0; t--) {
			size_t at = sweep_below(&s, t);
			struct str text = rat_text_exact(&arena, terms[at]);
			if (memchr(text.p, '/', text.n) != NULL)
				sum_add(&shuffled, &arena, terms[at]);
			else if (sum_add_text(&shuffled, &arena, text) != RAT_OK)
				wrong++;
			terms[at] = terms[t - 1];
		}
		sum_merge(&part[0], &arena, &part[1]);
		spilled += rat_sign(all.spilled) != 0;
		wrong += !rat_eq(sum_value(&all, &arena), want);
		wrong += !rat_eq(sum_value(&shuffled, &arena), want);
		wrong += !rat_eq(sum_value(&part[0], &arena), want);
		wrong += all.scale > 18;

		sum_merge(&all, &arena, &all);
		wrong += !rat_eq(sum_value(&all, &arena), rat_add(&arena, want, want));
		arena_clear(&arena);
	}
	is_int(wrong, 0, "a sum is that of plain rationals, in any order, in parts, by text");
	ok(spilled > 100 && spilled < 3000, "with and without a spill: %d of 3000", spilled);
}

/* Terms of one scale stay in the mantissa: no allocation, however many. */
static void
test_no_spill(void)
{
	struct arena none = ARENA_INIT;
	struct sum s = SUM_INIT;

	for (int i = 0; i < 100000; i++)
		sum_add_text(&s, &none, i % 2 != 0 ? STR("19.99") : STR("7"));
	ok(none.block == NULL, "100000 prices need no memory");
	is_str(text_of(sum_value(&s, &arena)), "1349500", "and add up");
	arena_release(&none);
}

int
main(void)
{
	test_table();
	test_refusals();
	test_reading();
	test_laws();
	test_no_spill();
	arena_release(&arena);
	return done();
}
