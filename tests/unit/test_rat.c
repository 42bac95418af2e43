#include "base/rat.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct arena arena = ARENA_INIT;

static struct rat
exact(const char *text)
{
	struct rat x = RAT_ZERO;

	if (rat_parse_exact(&arena, str_c(text), &x) != RAT_OK) {
		note("the test itself is wrong: %s", text);
		abort();
	}
	return x;
}

static const char *
text_of(struct rat x)
{
	return str_dup(&arena, rat_text_exact(&arena, x)).p;
}

/* A fraction of one-limb numbers of every size, or one far past them. */
static struct rat
any(struct sweep *s)
{
	int64_t d = sweep_int64(s);
	struct rat x = rat_frac(&arena, sweep_int64(s), d == 0 ? 1 : d);

	switch (sweep_below(s, 6)) {
	case 0:
		return rat_int(&arena, sweep_int64(s));
	case 1:
		return rat_scaled(&arena, sweep_int64(s), (unsigned)sweep_below(s, 25));
	case 2:
		return rat_mul(&arena, x, rat_mul(&arena, x, x));
	default:
		return x;
	}
}

/* What rat.h promises of every value. */
static bool
is_canonical(struct rat x)
{
	int n = abs(x.num_size);

	if (x.den_size < 0 || (x.den == NULL) != (x.den_size == 0))
		return false;
	if (n == 0)
		return x.den_size == 0;
	if (x.num[n - 1] == 0 || (x.den_size > 0 && x.den[x.den_size - 1] == 0))
		return false;
	return x.den_size != 1 || x.den[0] != 1;
}

static void
test_parse(void)
{
	static const char *const good[][2] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "-0.000", "0" },
		{ "0e999999", "0" },
		{ "0.0e-999999999999999999999999", "0" },
		{ "7", "7" },
		{ "-7", "-7" },
		{ "1.50", "1.5" },
		{ "0.1", "0.1" },
		{ "-12.340", "-12.34" },
		{ "1e3", "1000" },
		{ "1E+3", "1000" },
		{ "1.5e-3", "0.0015" },
		{ "100e-2", "1" },
		{ "12345e-2", "123.45" },
		{ "0.00012e4", "1.2" },
		{ "1e00000000000000000000000000002", "100" },
		{ "999999999999999999", "999999999999999999" },
		{ "1000000000000000000", "1000000000000000000" },
		{ "9223372036854775808", "9223372036854775808" },
		{ "18446744073709551616.5", "18446744073709551616.5" },
		{ "-340282366920938463463374607431768211456",
			"-340282366920938463463374607431768211456" },
		{ "0.12345678901234567890", "0.1234567890123456789" },
		{ "123456789012345678901234567890.125", "123456789012345678901234567890.125" },
		{ "1e-21", "1/1000000000000000000000" },
	};
	static const char *const bad[] = { "", "-", "+5", " 5", "5 ", ".5", "5.", "-.5", "5.e3",
		"01", "-01", "00", "1e", "1e+", "1e-", "1e1.5", "e5", "1_000", "1,000", "0x10",
		"1f", "NaN", "Infinity", "-Infinity", "--1", "1-", "1.2.3", "1e2e3", "1/2",
		"1e999999999999x", "\xd9\xa1", "1\n", "5 %" };

	for (size_t i = 0; i < countof(good); i++) {
		struct rat x = RAT_ONE;
		is_int(rat_parse(&arena, str_c(good[i][0]), &x), RAT_OK, "\"%s\" is a number",
			good[i][0]);
		is_str(text_of(x), good[i][1], "and its value");
		ok(is_canonical(x), "in lowest form");
	}
	for (size_t i = 0; i < countof(bad); i++) {
		struct rat x = RAT_ONE;
		is_int(rat_parse(&arena, str_c(bad[i]), &x), RAT_NOT_A_NUMBER, "\"%s\" is none",
			bad[i]);
		ok(rat_eq(x, RAT_ONE), "and leaves the result alone");
	}
	struct rat x = RAT_ONE;
	is_int(rat_parse(&arena, STR("1\0"), &x), RAT_NOT_A_NUMBER, "a NUL behind it is seen");
	is_int(rat_parse(&arena, (struct str){ NULL, 0 }, &x), RAT_NOT_A_NUMBER,
		"nothing is no number");
	is_int(rat_parse(&arena, (struct str){ "12345", 2 }, &x), RAT_OK,
		"a slice ends where it ends");
	is_str(text_of(x), "12", "and not behind");
}

/* head, n times c, tail; it ends in a NUL. */
static struct str
repeat(const char *head, char c, size_t n, const char *tail)
{
	struct buf b = BUF_INIT;

	buf_add_c(&b, head);
	for (size_t i = 0; i < n; i++)
		buf_add_char(&b, c);
	buf_add_c(&b, tail);

	struct str copy = str_dup(&arena, buf_str(&b));

	buf_release(&b);
	return copy;
}

static void
test_length(void)
{
	const struct {
		struct str text;
		enum rat_parsed want;
		const char *what;
	} cases[] = {
		{ repeat("", '9', 1000, ""), RAT_OK, "1000 digits" },
		{ repeat("", '9', 1001, ""), RAT_TOO_LONG, "1001 digits" },
		{ repeat("-", '9', 1000, ""), RAT_OK, "a sign is no digit" },
		{ STR("1e999"), RAT_OK, "1e999" },
		{ STR("1e1000"), RAT_TOO_LONG, "1e1000" },
		{ STR("1e-999"), RAT_OK, "1e-999" },
		{ STR("1e-1000"), RAT_TOO_LONG, "1e-1000" },
		{ STR("12e-1000"), RAT_TOO_LONG, "12e-1000" },
		{ STR("120e-1000"), RAT_OK, "120e-1000, which is 12e-999" },
		{ STR("1e999999999999"), RAT_TOO_LONG, "1e999999999999" },
		{ STR("-1e-999999999999"), RAT_TOO_LONG, "-1e-999999999999" },
		{ STR("1e99999999999999999999999999999999"), RAT_TOO_LONG,
			"an exponent past int64" },
		{ STR("1e-9223372036854775808"), RAT_TOO_LONG, "the least int64 as exponent" },
		{ repeat("1.", '0', 5000, ""), RAT_OK, "zeros behind the point say nothing" },
		{ repeat("0.", '0', 5000, "1e5000"), RAT_OK, "nor those an exponent takes back" },
		{ repeat("1", '0', 5000, "e-5000"), RAT_OK, "in either direction" },
		{ repeat("0.", '0', 998, "1"), RAT_OK, "999 places" },
		{ repeat("0.", '0', 999, "1"), RAT_TOO_LONG, "1000 places and the 0" },
		{ repeat("5.", '3', 999, ""), RAT_OK, "1 and 999 digits" },
		{ repeat("55.", '3', 999, ""), RAT_TOO_LONG, "2 and 999 digits" },
		{ repeat("1", '0', 4000, "x"), RAT_NOT_A_NUMBER, "a long text that is no number" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct rat x = RAT_ONE, y;
		is_int(rat_parse(&arena, cases[i].text, &x), cases[i].want, "%s", cases[i].what);
		if (cases[i].want != RAT_OK)
			ok(rat_eq(x, RAT_ONE), "leaves the result alone");
		else
			ok(rat_parse_exact(&arena, rat_text_exact(&arena, x), &y) == RAT_TOO_LONG ||
					rat_eq(x, y),
				"reads back");
	}
}

static void
test_parse_exact(void)
{
	static const char *const good[][2] = {
		{ "100/3", "100/3" },
		{ "-100/3", "-100/3" },
		{ "2/4", "0.5" },
		{ "-6/3", "-2" },
		{ "0/5", "0" },
		{ "-0/5", "0" },
		{ "1.25", "1.25" },
		{ "1e2", "100" },
		{ "340282366920938463463374607431768211456/340282366920938463463374607431768211455",
			"340282366920938463463374607431768211456/340282366920938463463374607431768211455" },
	};
	static const char *const bad[] = { "1/0", "0/0", "/", "1/", "/3", "1/-3", "1/+3", "+1/3",
		"1 /3", "1/ 3", "1/3 ", "1/2/3", "1.0/3", "1/3.0", "1e1/3", "1/3e1", "01/3", "1/03",
		"--1/3", "1-/3", "a/b" };
	struct rat x;

	for (size_t i = 0; i < countof(good); i++) {
		x = RAT_ONE;
		is_int(rat_parse_exact(&arena, str_c(good[i][0]), &x), RAT_OK, "\"%s\"",
			good[i][0]);
		is_str(text_of(x), good[i][1], "and its value");
	}
	for (size_t i = 0; i < countof(bad); i++) {
		x = RAT_ONE;
		is_int(rat_parse_exact(&arena, str_c(bad[i]), &x), RAT_NOT_A_NUMBER,
			"no number: \"%s\"", bad[i]);
		ok(rat_eq(x, RAT_ONE), "and leaves the result alone");
	}
	x = RAT_ONE;
	is_int(rat_parse_exact(&arena, repeat("1/", '3', 1000, ""), &x), RAT_OK,
		"1000 digits below");
	is_int(rat_parse_exact(&arena, repeat("1/", '3', 1001, ""), &x), RAT_TOO_LONG,
		"1001 digits below");
	is_int(rat_parse_exact(&arena, repeat("", '3', 1001, "/7"), &x), RAT_TOO_LONG,
		"1001 digits above");
	is_int(rat_parse_exact(&arena, repeat("", '3', 1001, "/x"), &x), RAT_NOT_A_NUMBER,
		"no number comes first");
}

static void
test_text(void)
{
	static const struct {
		const char *value, *text, *fixed;
		bool is_short;
	} cases[] = {
		{ "0", "0", "0.00", true },
		{ "1/3", "0.33333333333333333333", "0.33", false },
		{ "2/3", "0.66666666666666666667", "0.67", false },
		{ "-2/3", "-0.66666666666666666667", "-0.67", false },
		{ "100/3", "33.33333333333333333333", "33.33", false },
		{ "128.42", "128.42", "128.42", true },
		{ "-0.5", "-0.5", "-0.50", true },
		{ "0.005", "0.005", "0.01", true },
		{ "-0.005", "-0.005", "-0.01", true },
		{ "-0.004", "-0.004", "0.00", true },
		{ "1/1024", "0.0009765625", "0.00", true },
		{ "1/1048576", "0.00000095367431640625", "0.00", true },
		{ "1/2097152", "0.00000047683715820312", "0.00", false },
		{ "1e-20", "0.00000000000000000001", "0.00", true },
		{ "1e-21", "0", "0.00", false },
		{ "-1e-21", "0", "0.00", false },
		{ "5e-21", "0", "0.00", false },
		{ "15e-21", "0.00000000000000000002", "0.00", false },
		{ "-15e-21", "-0.00000000000000000002", "0.00", false },
		{ "25e-21", "0.00000000000000000002", "0.00", false },
		{ "99999999999999999999.5", "99999999999999999999.5", "99999999999999999999.50",
			true },
		{ "0.999999999999999999996", "1", "1.00", false },
		{ "1e40", "10000000000000000000000000000000000000000",
			"10000000000000000000000000000000000000000.00", true },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct rat x = exact(cases[i].value);
		is_str(str_dup(&arena, rat_text(&arena, x)).p, cases[i].text, "text of %s",
			cases[i].value);
		is_str(str_dup(&arena, rat_text_fixed(&arena, x, 2)).p, cases[i].fixed,
			"to two places");
		ok(rat_is_short(x) == cases[i].is_short, "%s",
			cases[i].is_short ? "ends" : "does not end");
	}
	is_str(str_dup(&arena, rat_text_fixed(&arena, exact("-2.5"), 0)).p, "-3", "to none");
	is_str(str_dup(&arena, rat_text_fixed(&arena, exact("7/8"), 25)).p,
		"0.8750000000000000000000000", "to 25");
}

static void
test_round(void)
{
	static const char *const modes[] = { "up", "down", "half up", "half even", "floor",
		"ceiling" };
	static const struct {
		const char *value;
		int places;
		const char *want[6]; /* by mode */
	} cases[] = {
		{ "2.5", 0, { "3", "2", "3", "2", "2", "3" } },
		{ "-2.5", 0, { "-3", "-2", "-3", "-2", "-3", "-2" } },
		{ "3.5", 0, { "4", "3", "4", "4", "3", "4" } },
		{ "0.1", 0, { "1", "0", "0", "0", "0", "1" } },
		{ "-0.1", 0, { "-1", "0", "0", "0", "-1", "0" } },
		{ "1.005", 2, { "1.01", "1", "1.01", "1", "1", "1.01" } },
		{ "1/3", 2, { "0.34", "0.33", "0.33", "0.33", "0.33", "0.34" } },
		{ "-2/3", 1, { "-0.7", "-0.6", "-0.7", "-0.7", "-0.7", "-0.6" } },
		{ "1250", -2, { "1300", "1200", "1300", "1200", "1200", "1300" } },
		{ "-1350", -2, { "-1400", "-1300", "-1400", "-1400", "-1400", "-1300" } },
		{ "1200", -2, { "1200", "1200", "1200", "1200", "1200", "1200" } },
		{ "49", -2, { "100", "0", "0", "0", "0", "100" } },
		{ "7.25", 2, { "7.25", "7.25", "7.25", "7.25", "7.25", "7.25" } },
		{ "5e-26", 25,
			{ "1/10000000000000000000000000", "0", "1/10000000000000000000000000", "0",
				"0", "1/10000000000000000000000000" } },
	};

	for (size_t i = 0; i < countof(cases); i++)
		for (int m = RAT_UP; m <= RAT_CEILING; m++)
			is_str(text_of(rat_round(&arena, exact(cases[i].value), cases[i].places,
				       (enum rat_round)m)),
				cases[i].want[m], "%s to %d places, %s", cases[i].value,
				cases[i].places, modes[m]);
}

#define LAW(cond) \
	do { \
		if (!(cond) && broken++ < 3) \
			note("broken for x=%s y=%s: %s", text_of(x), text_of(y), #cond); \
	} while (0)

/* Field laws. Sizes are mixed, so each result is reached in 128 bits and through GMP. */
static void
test_arithmetic(void)
{
	struct sweep s = sweep_start("arithmetic", 1);
	struct rat large = exact("1000000000000000000000000000000000000000000000000000000000057");
	int broken = 0;

	for (int i = 0; i < 20000; i++) {
		struct rat x = any(&s), y = any(&s), z = any(&s), q;
		struct rat sum = rat_add(&arena, x, y), product = rat_mul(&arena, x, y);
		struct rat lx = rat_mul(&arena, x, large), ly = rat_mul(&arena, y, large);

		LAW(is_canonical(x) && is_canonical(sum) && is_canonical(product));
		LAW(rat_eq(sum, rat_add(&arena, y, x)));
		LAW(rat_eq(rat_sub(&arena, sum, y), x));
		LAW(rat_eq(rat_add(&arena, sum, z), rat_add(&arena, x, rat_add(&arena, y, z))));
		LAW(rat_eq(product, rat_mul(&arena, y, x)));
		LAW(rat_eq(rat_mul(&arena, sum, z),
			rat_add(&arena, rat_mul(&arena, x, z), rat_mul(&arena, y, z))));
		LAW(rat_sign(product) == rat_sign(x) * rat_sign(y));
		LAW(rat_eq(rat_add(&arena, x, rat_neg(x)), RAT_ZERO));

		LAW(rat_div(&arena, rat_add(&arena, lx, ly), large, &q) && rat_eq(q, sum));
		LAW(rat_div(&arena, rat_mul(&arena, lx, y), large, &q) && rat_eq(q, product));
		if (rat_sign(y) != 0) {
			LAW(rat_div(&arena, x, y, &q) && is_canonical(q) &&
				rat_eq(rat_mul(&arena, q, y), x));
			LAW(rat_div(&arena, lx, ly, &z) && rat_eq(z, q));
		}
		if (i % 500 == 0) {
			arena_clear(&arena);
			large = exact(
				"1000000000000000000000000000000000000000000000000000000000057");
		}
	}
	is_int(broken, 0, "sums, products and quotients undo each other and agree at every size");
}

static void
test_order(void)
{
	struct sweep s = sweep_start("order", 2);
	int broken = 0;

	for (int i = 0; i < 20000; i++) {
		struct rat x = any(&s), y = i % 7 == 0 ? x : any(&s);
		int sign = rat_sign(rat_sub(&arena, x, y)), c = rat_cmp(x, y);

		LAW((c > 0) - (c < 0) == sign);
		LAW(rat_eq(x, y) == (sign == 0));
		LAW(rat_cmp(y, x) == 0 ? sign == 0 : (rat_cmp(y, x) > 0) == (sign < 0));
		LAW(rat_eq(rat_min(x, y), sign <= 0 ? x : y));
		LAW(rat_eq(rat_max(x, y), sign >= 0 ? x : y));
		if (i % 500 == 0)
			arena_clear(&arena);
	}
	is_int(broken, 0, "comparison is the sign of the difference");
}

/* A denominator is held where there is one. */
static bool
is_whole(struct rat x)
{
	return x.den_size == 0;
}

/* Whether r is what mode makes of x on a grid of step one unit in the given place. */
static bool
is_rounded(struct rat x, struct rat r, struct rat step, enum rat_round mode)
{
	struct rat off = rat_sub(&arena, r, x), half, steps;
	int away = rat_sign(off) * rat_sign(x); /* 1: away from zero */

	if (!rat_div(&arena, step, rat_int(&arena, 2), &half) || !rat_div(&arena, r, step, &steps))
		return false;
	if (!is_whole(steps))
		return false;
	if (rat_sign(off) < 0)
		off = rat_neg(off);

	int to_half = rat_cmp(off, half), to_step = rat_cmp(off, step);
	struct rat pairs;

	switch (mode) {
	case RAT_UP:
		return away >= 0 && to_step < 0;
	case RAT_DOWN:
		return away <= 0 && to_step < 0;
	case RAT_HALF_UP:
		return to_half < 0 || (to_half == 0 && away == 1);
	case RAT_HALF_EVEN:
		return to_half < 0 ||
			(to_half == 0 && rat_div(&arena, steps, rat_int(&arena, 2), &pairs) &&
				is_whole(pairs));
	case RAT_FLOOR:
		return rat_cmp(r, x) <= 0 && to_step < 0;
	case RAT_CEILING:
		return rat_cmp(r, x) >= 0 && to_step < 0;
	}
	return false;
}

static void
test_round_laws(void)
{
	struct sweep s = sweep_start("rounding", 3);
	int broken = 0;

	for (int i = 0; i < 20000; i++) {
		int places = (int)sweep_below(&s, 31) - 8;
		enum rat_round mode = (enum rat_round)sweep_below(&s, 6);
		struct rat step = places >= 0 ? rat_scaled(&arena, 1, (unsigned)places) :
						exact(repeat("1", '0', (size_t)-places, "").p);
		struct rat y = step;
		struct rat x = i % 3 != 0 ? any(&s) : /* a tie */
			rat_mul(&arena, step, rat_frac(&arena, sweep_int64(&s) >> 3, 2));
		struct rat r = rat_round(&arena, x, places, mode);

		LAW(is_canonical(r));
		LAW(is_rounded(x, r, step, mode));
		LAW(rat_eq(rat_round(&arena, r, places, mode), r));
		if (i % 500 == 0)
			arena_clear(&arena);
	}
	is_int(broken, 0,
		"a rounded value is on the grid, on the right side, near enough, and stays");
}

static void
test_text_laws(void)
{
	struct sweep s = sweep_start("texts", 4);
	int broken = 0, shorts = 0;

	for (int i = 0; i < 20000; i++) {
		struct rat x = any(&s), y = RAT_ONE,
			   even = rat_round(&arena, x, RAT_TEXT_PLACES, RAT_HALF_EVEN);
		struct str text = rat_text(&arena, x);

		shorts += rat_is_short(x);
		LAW(rat_parse(&arena, text, &y) == RAT_OK && rat_eq(y, even));
		LAW(rat_is_short(x) == rat_eq(x, even));
		LAW(!str_is(text, "-0") &&
			(memchr(text.p, '.', text.n) == NULL || text.p[text.n - 1] != '0'));
		LAW(rat_parse_exact(&arena, rat_text_exact(&arena, x), &y) == RAT_OK &&
			rat_eq(x, y));

		int places = (int)sweep_below(&s, 24);
		struct str fixed = rat_text_fixed(&arena, x, places);
		LAW(rat_parse(&arena, fixed, &y) == RAT_OK &&
			rat_eq(y, rat_round(&arena, x, places, RAT_HALF_UP)));
		LAW(places == 0 || fixed.p[fixed.n - (size_t)places - 1] == '.');
		LAW(fixed.p[0] != '-' || rat_sign(y) < 0);
		if (i % 500 == 0)
			arena_clear(&arena);
	}
	is_int(broken, 0, "texts read back, without -0 and without zeros at the end");
	ok(shorts > 2000 && shorts < 18000, "both kinds were seen: %d of 20000 end", shorts);
}

static void
test_int64(void)
{
	static const char *const outside[] = { "9223372036854775808", "-9223372036854775809", "1/2",
		"-0.5", "18446744073709551616", "1e30" };
	struct sweep s = sweep_start("int64", 5);
	int broken = 0;

	for (int i = 0; i < 20000; i++) {
		int64_t v = sweep_int64(&s), got = 42;
		unsigned scale = (unsigned)sweep_below(&s, 19), got_scale = 99;
		struct rat x = rat_int(&arena, v), y = rat_scaled(&arena, v, scale);

		LAW(rat_to_int64(x, &got) && got == v);
		LAW(is_whole(x) && rat_sign(x) == (v > 0) - (v < 0));
		LAW(rat_to_scaled(y, &got, &got_scale) && got_scale <= scale);
		LAW(rat_eq(rat_scaled(&arena, got, got_scale), y));
		LAW(got_scale == 0 || got % 10 != 0);
		if (i % 500 == 0)
			arena_clear(&arena);
	}
	is_int(broken, 0, "integers and scaled integers come back");

	for (size_t i = 0; i < countof(outside); i++) {
		int64_t got = 42;
		ok(!rat_to_int64(exact(outside[i]), &got) && got == 42, "%s is no int64",
			outside[i]);
	}
	int64_t mantissa = 42;
	unsigned scale = 42;
	ok(!rat_to_scaled(exact("1e-19"), &mantissa, &scale), "19 places are too many");
	ok(!rat_to_scaled(exact("1/3"), &mantissa, &scale), "a third has no scale");
	ok(!rat_to_scaled(exact("922337203685477580.75"), &mantissa, &scale),
		"a mantissa past int64");
	ok(!rat_to_scaled(exact("9223372036854775808"), &mantissa, &scale),
		"an integer past int64");
	ok(mantissa == 42 && scale == 42, "and all leave the results alone");
	is_str(text_of(rat_frac(&arena, INT64_MIN, INT64_MIN)), "1", "the least int64 over itself");
	is_str(text_of(rat_frac(&arena, INT64_MIN, -1)), "9223372036854775808", "and negated");
	is_str(text_of(rat_frac(&arena, 3, -6)), "-0.5", "the sign goes up");
}

static void
test_zero_and_owners(void)
{
	struct arena other = ARENA_INIT;
	struct rat zero = { 0 }, q = RAT_ONE;

	ok(!rat_div(&arena, RAT_ONE, zero, &q) && rat_eq(q, RAT_ONE), "one by zero is refused");
	ok(!rat_div(&arena, zero, RAT_ZERO, &q) && rat_eq(q, RAT_ONE), "zero by zero too");
	ok(!rat_div(&arena, exact("1e50"), zero, &q) && rat_eq(q, RAT_ONE), "and a large number");
	ok(rat_div(&arena, zero, RAT_ONE, &q) && rat_sign(q) == 0, "zero by one is zero");
	ok(rat_eq(zero, RAT_ZERO) && rat_eq(rat_neg(zero), RAT_ZERO), "a zeroed struct is zero");
	ok(rat_cmp(zero, RAT_ONE) < 0 && rat_cmp(zero, exact("-1e50")) > 0, "between the signs");

	static const char *const values[] = { "2.5", "1e50", "1/3" };
	struct rat results[countof(values)][5];
	for (size_t i = 0; i < countof(values); i++) {
		struct rat x;
		if (rat_parse_exact(&other, str_c(values[i]), &x) != RAT_OK)
			continue;
		results[i][0] = rat_copy(&arena, x);
		results[i][1] = rat_add(&arena, x, RAT_ZERO);
		results[i][2] = rat_mul(&arena, RAT_ONE, x);
		results[i][3] = rat_round(&arena, x, 60, RAT_UP);
		results[i][4] = rat_sub(&arena, RAT_ZERO, rat_neg(x));
	}
	arena_release(&other);
	for (size_t i = 0; i < countof(values); i++)
		for (size_t r = 0; r < countof(results[i]); r++)
			if (r != 3 || rat_is_short(exact(values[i])))
				is_str(text_of(results[i][r]), text_of(exact(values[i])),
					"result %zu of %s outlives its argument", r, values[i]);
}

int
main(void)
{
	test_parse();
	test_length();
	test_parse_exact();
	test_text();
	test_round();
	test_arithmetic();
	test_order();
	test_round_laws();
	test_text_laws();
	test_int64();
	test_zero_and_owners();
	arena_release(&arena);
	return done();
}
