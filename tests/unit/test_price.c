/* What a move of the period's quantity costs. */
#include "engine/price.h"

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

static struct rat
num(struct arena *a, const char *text)
{
	struct rat x = RAT_ZERO;

	if (rat_parse_exact(a, str_c(text), &x) != RAT_OK)
		ok(false, "%s is a number", text);
	return x;
}

static struct rate
flat(struct arena *a, const char *price)
{
	return (struct rate){ .type = RATE_FLAT, .price = num(a, price) };
}

/* "size price, size price, price" */
static struct rate
tiered(struct arena *a, const char *const (*tiers)[2], size_t n)
{
	struct rate r = { .type = RATE_TIERED,
		.tiers = ARENA_ARRAY(a, n, struct tier),
		.ntiers = n };

	for (size_t i = 0; i < n; i++) {
		r.tiers[i].open = i + 1 == n;
		if (!r.tiers[i].open)
			r.tiers[i].size = num(a, tiers[i][0]);
		r.tiers[i].price = num(a, tiers[i][1]);
	}
	return r;
}

/* "1: 5 @ 0 = 0; 2: ..." */
static const char *
slices_text(struct arena *a, const struct rate *r, const char *from, const char *to)
{
	struct price_slice *s;
	size_t n = price_model(r->type)->slices(a, r, num(a, from), num(a, to), &s);
	struct str out = STR("");

	for (size_t i = 0; i < n; i++)
		out = str_printf(a, "%.*s%s%d: %.*s @ %.*s = %.*s", STR_FMT(out), i > 0 ? "; " : "",
			s[i].tier_level, STR_FMT(rat_text_exact(a, s[i].quantity)),
			STR_FMT(rat_text_exact(a, s[i].unit_price)),
			STR_FMT(rat_text_exact(a, s[i].total)));
	return out.p;
}

static void
test_flat(struct arena *a)
{
	struct rate r = flat(a, "0.25");

	for (int i = 0; i < RATE_TYPES; i++)
		is_str(price_model((enum rate_type)i)->name, rate_type_name((enum rate_type)i),
			"row %d of the table", i);
	is_str(slices_text(a, &r, "0", "3"), "0: 3 @ 0.25 = 0.75", "FLAT");
	is_str(slices_text(a, &r, "7", "3"), "0: -4 @ 0.25 = -1", "FLAT downwards");
	is_str(slices_text(a, &r, "7", "7"), "0: 0 @ 0.25 = 0", "FLAT, no move");
	is_str(slices_text(a, &r, "0", "1/3"), "0: 1/3 @ 0.25 = 1/12", "FLAT, endless");
}

static void
test_percentage(struct arena *a)
{
	struct rate r = { .type = RATE_PERCENTAGE, .price = num(a, "0.05") };

	is_str(slices_text(a, &r, "0", "12841.55"), "0: 12841.55 @ 0.05 = 642.0775",
		"PERCENTAGE, of what was spent");
	is_str(slices_text(a, &r, "100", "0"), "0: -100 @ 0.05 = -5", "PERCENTAGE downwards");
	r.price = RAT_ZERO;
	is_str(slices_text(a, &r, "0", "100"), "0: 100 @ 0 = 0", "PERCENTAGE of nothing");
}

static void
test_tiers(struct arena *a)
{
	static const char *const calls[][2] = { { "5", "0" }, { "5", "100" }, { NULL, "150" } };
	static const char *const two[][2] = { { "10000", "1" }, { NULL, "0.5" } };
	static const char *const three[][2] = { { "10000", "1" }, { "40000", "0.5" },
		{ NULL, "0.2" } };
	static const char *const open[][2] = { { NULL, "3" } };
	struct rate r = tiered(a, calls, 3), s = tiered(a, two, 2), t = tiered(a, three, 3);
	struct rate o = tiered(a, open, 1);

	is_str(slices_text(a, &r, "0", "12"), "1: 5 @ 0 = 0; 2: 5 @ 100 = 500; 3: 2 @ 150 = 300",
		"tiers-calls-12");
	is_str(slices_text(a, &s, "0", "15000"), "1: 10000 @ 1 = 10000; 2: 5000 @ 0.5 = 2500",
		"tiers-15000");
	is_str(slices_text(a, &t, "0", "100000"),
		"1: 10000 @ 1 = 10000; 2: 40000 @ 0.5 = 20000; "
		"3: 50000 @ 0.2 = 10000",
		"tiers-100000");
	is_str(slices_text(a, &r, "0", "5"), "1: 5 @ 0 = 0", "an upper bound is inclusive");
	is_str(slices_text(a, &r, "5", "6"), "2: 1 @ 100 = 100",
		"the sixth unit lies in the second");
	is_str(slices_text(a, &r, "4.5", "5.5"), "1: 0.5 @ 0 = 0; 2: 0.5 @ 100 = 50",
		"across a bound");
	is_str(slices_text(a, &r, "12", "3"),
		"3: -2 @ 150 = -300; 2: -5 @ 100 = -500; 1: -2 @ 0 = 0", "given back from the top");
	is_str(slices_text(a, &r, "2", "-4"), "1: -6 @ 0 = 0", "below zero lies in the first");
	is_str(slices_text(a, &r, "-4", "6"), "1: 9 @ 0 = 0; 2: 1 @ 100 = 100", "and back");
	is_str(slices_text(a, &r, "0", "0"), "1: 0 @ 0 = 0", "no move at zero");
	is_str(slices_text(a, &r, "10", "10"), "2: 0 @ 100 = 0", "no move at a bound");
	is_str(slices_text(a, &r, "11", "11"), "3: 0 @ 150 = 0", "no move above");
	is_str(slices_text(a, &r, "-1", "-1"), "1: 0 @ 0 = 0", "no move below");
	is_str(slices_text(a, &o, "-3", "7"), "1: 10 @ 3 = 30", "one open tier is flat");
}

static void
test_bounds(struct arena *a)
{
	static const char *const calls[][2] = { { "5", "0" }, { "2.5", "100" }, { NULL, "150" } };
	struct rate r = tiered(a, calls, 3);
	struct price_slice *s;

	is_int((int64_t)price_tiered.slices(a, &r, num(a, "0"), num(a, "12"), &s), 3,
		"three slices");
	ok(rat_eq(s[1].tier_start, num(a, "5")) && rat_eq(s[1].tier_size, num(a, "2.5")) &&
			!s[1].tier_open,
		"a slice names its tier's start and size");
	ok(rat_eq(s[2].tier_start, num(a, "7.5")) && s[2].tier_open, "the last one is open");
	is_int((int64_t)price_flat.slices(a, &r, num(a, "0"), num(a, "12"), &s), 1, "FLAT has one");
	is_int(s[0].tier_level, 0, "without a tier");
}

/* ---- laws ---- */

static struct rat
random_quantity(struct sweep *s, struct arena *a)
{
	return rat_frac(a, (int64_t)sweep_below(s, 120) - 20, (int64_t)(1 + sweep_below(s, 6)));
}

static struct rate
random_rate(struct sweep *s, struct arena *a)
{
	struct rate r = { .type = RATE_TIERED, .ntiers = (size_t)(1 + sweep_below(s, 5)) };

	r.tiers = ARENA_ARRAY(a, r.ntiers, struct tier);
	for (size_t i = 0; i < r.ntiers; i++) {
		r.tiers[i].open = i + 1 == r.ntiers;
		r.tiers[i].size = rat_frac(a, (int64_t)(1 + sweep_below(s, 30)),
			(int64_t)(1 + sweep_below(s, 4)));
		r.tiers[i].price = rat_frac(a, (int64_t)sweep_below(s, 50),
			(int64_t)(1 + sweep_below(s, 9)));
	}
	return r;
}

static struct rat
charge(struct arena *a, const struct rate *r, struct rat from, struct rat to)
{
	struct price_slice *s;
	size_t n = price_model(r->type)->slices(a, r, from, to, &s);
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < n; i++)
		sum = rat_add(a, sum, s[i].total);
	return sum;
}

/* F(q) as mtr-pricing(7) puts it: each unit at the price of its tier, below zero the first. */
static struct rat
charge_of(struct arena *a, const struct rate *r, struct rat q)
{
	struct rat left = q, sum = RAT_ZERO;

	for (size_t i = 0; i < r->ntiers; i++) {
		struct rat part = r->tiers[i].open ? left : rat_min(left, r->tiers[i].size);
		sum = rat_add(a, sum, rat_mul(a, part, r->tiers[i].price));
		left = rat_sub(a, left, part);
		if (rat_sign(left) <= 0)
			break;
	}
	return sum;
}

static bool
is_sound(struct arena *a, const struct rate *r, struct rat from, struct rat to)
{
	struct price_slice *s;
	size_t n = price_model(r->type)->slices(a, r, from, to, &s);
	struct rat moved = RAT_ZERO;
	int way = rat_cmp(to, from);

	for (size_t i = 0; i < n; i++) {
		moved = rat_add(a, moved, s[i].quantity);
		if (!rat_eq(s[i].total, rat_mul(a, s[i].quantity, s[i].unit_price)))
			return false;
		if (i > 0 &&
			(way > 0 ? s[i].tier_level <= s[i - 1].tier_level :
				   s[i].tier_level >= s[i - 1].tier_level))
			return false;
		if (way != 0 && rat_sign(s[i].quantity) != (way > 0 ? 1 : -1))
			return false;
	}
	return n > 0 && rat_eq(moved, rat_sub(a, to, from));
}

static void
test_laws(struct arena *a)
{
	struct sweep s = sweep_start("tiers", 99);
	int unsound = 0, unequal = 0, split = 0, there_and_back = 0;

	for (int i = 0; i < 5000; i++) {
		struct rate r = random_rate(&s, a);
		struct rat x = random_quantity(&s, a), y = random_quantity(&s, a),
			   z = random_quantity(&s, a);
		struct rat xy = charge(a, &r, x, y);

		unsound += !is_sound(a, &r, x, y);
		unequal += !rat_eq(xy, rat_sub(a, charge_of(a, &r, y), charge_of(a, &r, x)));
		split += !rat_eq(xy, rat_add(a, charge(a, &r, x, z), charge(a, &r, z, y)));
		there_and_back += !rat_eq(xy, rat_neg(charge(a, &r, y, x)));
		arena_clear(a);
	}
	is_int(unsound, 0, "slices add up to the move, tier by tier in one direction");
	is_int(unequal, 0, "charge = F(q_end) - F(q_start)");
	is_int(split, 0, "a move by way of any quantity costs the same");
	is_int(there_and_back, 0, "what goes up comes down at the same price");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_flat(&a);
	test_percentage(&a);
	test_tiers(&a);
	test_bounds(&a);
	test_laws(&a);
	arena_release(&a);
	return done();
}
