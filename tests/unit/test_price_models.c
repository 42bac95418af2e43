/* What a move costs under VOLUME, STAIRSTEP, PACKAGE, with flat fees and with free units. */
#include "engine/price.h"

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

static const char *const kinds[] = {
	[SLICE_UNITS] = "",
	[SLICE_FREE] = "free ",
	[SLICE_FEE] = "fee ",
	[SLICE_WHOLE] = "whole ",
	[SLICE_MINIMUM] = "minimum ",
};

static struct rat
num(struct arena *a, const char *text)
{
	struct rat x = RAT_ZERO;

	if (rat_parse_exact(a, str_c(text), &x) != RAT_OK)
		ok(false, "%s is a number", text);
	return x;
}

static struct rat
text_or_zero(struct arena *a, const char *text)
{
	return text != NULL ? num(a, text) : RAT_ZERO;
}

/* size, price, flat fee */
static struct rate
in_tiers(struct arena *a, enum rate_type type, const char *const (*tiers)[3], size_t n)
{
	struct rate r = { .type = type, .tiers = ARENA_ARRAY(a, n, struct tier), .ntiers = n };

	for (size_t i = 0; i < n; i++)
		r.tiers[i] = (struct tier){
			.open = i + 1 == n,
			.size = text_or_zero(a, tiers[i][0]),
			.price = num(a, tiers[i][1]),
			.flat_fee = text_or_zero(a, tiers[i][2]),
		};
	return r;
}

static struct rat
least(struct rat q, struct rat free_units)
{
	return rat_sign(q) <= 0 ? RAT_ZERO : rat_min(q, free_units);
}

/* The move of a period whose usage has no presentation values. */
static size_t
move_slices(struct arena *a, const struct rate *r, struct rat from, struct rat to,
	struct price_slice **out)
{
	const struct rate *rates[] = { r };
	struct price_set set = { .rates = rates, .n = 1 };
	struct rat free_start = least(from, r->free_units), free_end = least(to, r->free_units);
	struct price_move move = { from, to, &free_start, &free_end };

	return price_slices(a, &set, &move, out);
}

/* "kind level: quantity = total; ..." */
static const char *
slices_text(struct arena *a, const struct rate *r, const char *from, const char *to)
{
	struct price_slice *s;
	size_t n = move_slices(a, r, num(a, from), num(a, to), &s);
	struct str out = STR("");

	for (size_t i = 0; i < n; i++)
		out = str_printf(a, "%.*s%s%s%d: %.*s = %.*s", STR_FMT(out), i > 0 ? "; " : "",
			kinds[s[i].kind], s[i].tier_level,
			STR_FMT(rat_text_exact(a, s[i].quantity)),
			STR_FMT(rat_text_exact(a, s[i].total)));
	return out.p;
}

static void
test_volume(struct arena *a)
{
	static const char *const ranges[][3] = { { "1000", "10" }, { NULL, "9" } };
	struct rate r = in_tiers(a, RATE_VOLUME, ranges, 2);

	is_str(slices_text(a, &r, "0", "1500"), "whole 0: 1500 = 13500", "volume-vs-tiered");
	is_str(slices_text(a, &r, "0", "1000"), "whole 0: 1000 = 10000", "bounds are inclusive");
	is_str(slices_text(a, &r, "1000", "1001"), "whole 0: 1 = -991", "all units fall in price");
	is_str(slices_text(a, &r, "1001", "1000"), "whole 0: -1 = 991", "and rise again");
	is_str(slices_text(a, &r, "0", "-2"), "whole 0: -2 = -20", "below zero lies in the first");
	is_str(slices_text(a, &r, "7", "7"), "whole 0: 0 = 0", "no move");
	r.type = RATE_TIERED;
	is_str(slices_text(a, &r, "0", "1500"), "1: 1000 = 10000; 2: 500 = 4500",
		"the same tiers, graduated");
}

static void
test_stairstep(struct arena *a)
{
	static const char *const steps[][3] = { { "10", "100" }, { "10", "150" }, { NULL, "300" } };
	struct rate r = in_tiers(a, RATE_STAIRSTEP, steps, 3);

	is_str(slices_text(a, &r, "0", "0.5"), "whole 0: 0.5 = 100", "the first step, once");
	is_str(slices_text(a, &r, "0.5", "10"), "whole 0: 9.5 = 0", "nothing more on it");
	is_str(slices_text(a, &r, "10", "25"), "whole 0: 15 = 200", "two steps up");
	is_str(slices_text(a, &r, "25", "0"), "whole 0: -25 = -300", "all given back at zero");
	is_str(slices_text(a, &r, "0", "-4"), "whole 0: -4 = 0", "nothing below zero");
}

static void
test_package(struct arena *a)
{
	struct rate r = { .type = RATE_PACKAGE,
		.price = num(a, "40"),
		.package_size = num(a, "2.5") };

	is_str(slices_text(a, &r, "0", "2.5"), "whole 0: 2.5 = 40", "one is full");
	is_str(slices_text(a, &r, "2.5", "2.6"), "whole 0: 0.1 = 40", "another is begun");
	is_str(slices_text(a, &r, "2.6", "5"), "whole 0: 2.4 = 0", "and filled");
	is_str(slices_text(a, &r, "5", "-1"), "whole 0: -6 = -80", "none below zero");
}

static void
test_fees(struct arena *a)
{
	static const char *const tiers[][3] = { { "5", "1", "10" }, { "5", "2" },
		{ NULL, "3", "7" } };
	struct rate r = in_tiers(a, RATE_TIERED, tiers, 3);

	is_str(slices_text(a, &r, "0", "5"), "fee 1: 1 = 10; 1: 5 = 5", "a fee before its units");
	is_str(slices_text(a, &r, "0", "11"),
		"fee 1: 1 = 10; 1: 5 = 5; 2: 5 = 10; fee 3: 1 = 7; 3: 1 = 3", "through all tiers");
	is_str(slices_text(a, &r, "5", "10"), "2: 5 = 10", "the third is not entered at its bound");
	is_str(slices_text(a, &r, "10", "10.5"), "fee 3: 1 = 7; 3: 0.5 = 1.5", "but behind it");
	is_str(slices_text(a, &r, "11", "12"), "3: 1 = 3", "once");
	is_str(slices_text(a, &r, "11", "10"), "3: -1 = -3; fee 3: -1 = -7", "given back");
	is_str(slices_text(a, &r, "-1", "0"), "1: 1 = 1", "nothing is entered at zero");
	is_str(slices_text(a, &r, "2", "-1"), "1: -3 = -3; fee 1: -1 = -10", "left below it");
}

static void
test_free(struct arena *a)
{
	static const char *const tiers[][3] = { { "5", "1", "10" }, { NULL, "2" } };
	static const char *const steps[][3] = { { "10", "100" }, { NULL, "150" } };
	struct rate r = in_tiers(a, RATE_TIERED, tiers, 2);
	struct rate s = in_tiers(a, RATE_STAIRSTEP, steps, 2);
	struct rate f = { .type = RATE_FLAT, .price = num(a, "3"), .free_units = num(a, "100") };

	is_str(slices_text(a, &f, "0", "99"), "free 0: 99 = 0", "all free");
	is_str(slices_text(a, &f, "99", "104"), "free 0: 1 = 0; 0: 4 = 12", "preview-merge");
	is_str(slices_text(a, &f, "104", "98"), "0: -4 = -12; free 0: -2 = 0", "given back last");
	is_str(slices_text(a, &f, "4", "-3"), "0: -3 = -9; free 0: -4 = 0", "not below zero");
	r.free_units = num(a, "4");
	is_str(slices_text(a, &r, "0", "10"), "free 0: 4 = 0; fee 1: 1 = 10; 1: 5 = 5; 2: 1 = 2",
		"tiers count after them");
	is_str(slices_text(a, &r, "0", "4"), "free 0: 4 = 0", "no tier is entered");
	s.free_units = num(a, "4");
	is_str(slices_text(a, &s, "0", "14"), "free 0: 4 = 0; whole 0: 10 = 100", "steps, too");
}

static void
test_fees_of_two_prices(struct arena *a)
{
	static const char *const list[][3] = { { "5", "2", "10" }, { NULL, "1" } };
	static const char *const other[][3] = { { "8", "1" }, { NULL, "1", "4" } };
	struct rate r = in_tiers(a, RATE_TIERED, list, 2), c = in_tiers(a, RATE_TIERED, other, 2);
	const struct rate *rates[] = { &r, &c };
	struct price_set set = { .rates = rates, .n = 2 };
	struct price_move up = { .q_start = RAT_ZERO, .q_end = num(a, "10") };
	struct price_move down = { .q_start = num(a, "10"), .q_end = RAT_ZERO };
	struct price_slice *s;

	is_int((int64_t)price_slices(a, &set, &up, &s), 5, "two fees, three pieces of usage");
	ok(s[0].kind == SLICE_FEE && rat_eq(s[0].total, num(a, "10")) && s[1].kind == SLICE_FEE &&
			rat_sign(s[1].total) == 0,
		"a fee of one price is nothing at the other");
	ok(s[6].kind == SLICE_FEE && rat_sign(s[6].total) == 0 && rat_eq(s[7].total, num(a, "4")) &&
			s[7].tier_level == 2,
		"and the other way round, where its tier begins");
	ok(rat_eq(s[8].position, num(a, "8")) && rat_eq(s[4].position, num(a, "5")),
		"pieces know where they begin");
	is_int((int64_t)price_slices(a, &set, &down, &s), 5, "downwards as many");
	ok(s[8].kind == SLICE_FEE && rat_eq(s[8].total, num(a, "-10")), "the first fee comes last");
}

/* ---- laws ---- */

static const enum rate_type swept[] = { RATE_TIERED, RATE_VOLUME, RATE_STAIRSTEP, RATE_PACKAGE,
	RATE_FLAT, RATE_TIERED_PERCENTAGE };

static struct rat
random_number(struct sweep *s, struct arena *a, int below)
{
	return rat_frac(a, (int64_t)sweep_below(s, (uint64_t)below),
		(int64_t)(1 + sweep_below(s, 6)));
}

static struct rate
random_rate(struct sweep *s, struct arena *a)
{
	struct rate r = { .type = swept[sweep_below(s, countof(swept))] };

	r.price = random_number(s, a, 50);
	r.package_size = rat_add(a, random_number(s, a, 20), rat_frac(a, 1, 7));
	if (sweep_below(s, 2) == 0)
		r.free_units = random_number(s, a, 40);
	r.ntiers = (size_t)(1 + sweep_below(s, 4));
	r.tiers = ARENA_ARRAY(a, r.ntiers, struct tier);
	for (size_t i = 0; i < r.ntiers; i++) {
		r.tiers[i].open = i + 1 == r.ntiers;
		r.tiers[i].size = rat_add(a, random_number(s, a, 30), rat_frac(a, 1, 3));
		r.tiers[i].price = random_number(s, a, 50);
		if (r.type == RATE_TIERED)
			r.tiers[i].flat_fee = random_number(s, a, 50);
	}
	return r;
}

static struct rat
random_quantity(struct sweep *s, struct arena *a)
{
	return rat_sub(a, random_number(s, a, 140), rat_int(a, (int64_t)sweep_below(s, 20)));
}

static struct rat
charge(struct arena *a, const struct rate *r, struct rat from, struct rat to)
{
	struct price_slice *s;
	size_t n = move_slices(a, r, from, to, &s);
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < n; i++)
		sum = rat_add(a, sum, s[i].total);
	return sum;
}

static struct rat
graduated(struct arena *a, const struct rate *r, struct rat q)
{
	struct rat left = q, sum = RAT_ZERO;

	for (size_t i = 0; i < r->ntiers; i++) {
		struct rat part = r->tiers[i].open ? left : rat_min(left, r->tiers[i].size);

		if (rat_sign(left) > 0)
			sum = rat_add(a, sum, r->tiers[i].flat_fee);
		sum = rat_add(a, sum, rat_mul(a, part, r->tiers[i].price));
		left = rat_sub(a, left, part);
		if (rat_sign(left) <= 0)
			break;
	}
	return sum;
}

/* The tier's index: the smallest whose end is not below q. */
static size_t
tier_of(struct arena *a, const struct rate *r, struct rat q)
{
	size_t i = 0;

	for (struct rat left = q; i + 1 < r->ntiers && rat_cmp(left, r->tiers[i].size) > 0; i++)
		left = rat_sub(a, left, r->tiers[i].size);
	return i;
}

/* The packages are counted one by one. */
static struct rat
packages(struct arena *a, const struct rate *r, struct rat q)
{
	struct rat sum = RAT_ZERO;

	for (; rat_sign(q) > 0; q = rat_sub(a, q, r->package_size))
		sum = rat_add(a, sum, r->price);
	return sum;
}

/* F(q) as mtr-pricing(7) puts it. */
static struct rat
charge_of(struct arena *a, const struct rate *r, struct rat q)
{
	q = rat_sub(a, q, least(q, r->free_units));
	switch (r->type) {
	case RATE_FLAT:
		return rat_mul(a, q, r->price);
	case RATE_TIERED:
	case RATE_TIERED_PERCENTAGE:
		return graduated(a, r, q);
	case RATE_VOLUME:
		return rat_mul(a, q, r->tiers[tier_of(a, r, q)].price);
	case RATE_STAIRSTEP:
		return rat_sign(q) > 0 ? r->tiers[tier_of(a, r, q)].price : RAT_ZERO;
	case RATE_PACKAGE:
		return packages(a, r, q);
	case RATE_PERCENTAGE:
	case RATE_SUBSCRIPTION:
		break;
	}
	return RAT_ZERO;
}

static bool
is_sound(struct arena *a, const struct rate *r, struct rat from, struct rat to)
{
	struct price_slice *s;
	size_t n = move_slices(a, r, from, to, &s);
	struct rat moved = RAT_ZERO;
	int way = rat_cmp(to, from);

	for (size_t i = 0; i < n; i++) {
		if (s[i].kind != SLICE_FEE)
			moved = rat_add(a, moved, s[i].quantity);
		if (!rat_eq(s[i].total, rat_mul(a, s[i].quantity, s[i].unit_price)))
			return false;
		if (way != 0 && rat_sign(s[i].quantity) != (way > 0 ? 1 : -1))
			return false;
	}
	return n > 0 && rat_eq(moved, rat_sub(a, to, from));
}

static struct rate
scaled(struct arena *a, const struct rate *r, struct rat by)
{
	struct rate x = *r;

	x.price = rat_mul(a, x.price, by);
	x.tiers = ARENA_ARRAY(a, x.ntiers, struct tier);
	for (size_t i = 0; i < x.ntiers; i++) {
		x.tiers[i] = r->tiers[i];
		x.tiers[i].price = rat_mul(a, x.tiers[i].price, by);
		x.tiers[i].flat_fee = rat_mul(a, x.tiers[i].flat_fee, by);
	}
	return x;
}

static void
test_laws(struct arena *a)
{
	struct sweep s = sweep_start("models", 1707);
	int unsound = 0, unequal = 0, split = 0, there_and_back = 0, unscaled = 0;

	for (int i = 0; i < 6000; i++) {
		struct rate r = random_rate(&s, a);
		struct rat x = random_quantity(&s, a), y = random_quantity(&s, a),
			   z = random_quantity(&s, a), by = random_number(&s, a, 9);
		struct rate k = scaled(a, &r, by);
		struct rat xy = charge(a, &r, x, y);

		unsound += !is_sound(a, &r, x, y);
		unequal += !rat_eq(xy, rat_sub(a, charge_of(a, &r, y), charge_of(a, &r, x)));
		split += !rat_eq(xy, rat_add(a, charge(a, &r, x, z), charge(a, &r, z, y)));
		there_and_back += !rat_eq(xy, rat_neg(charge(a, &r, y, x)));
		unscaled += !rat_eq(charge(a, &k, x, y), rat_mul(a, xy, by));
		arena_clear(a);
	}
	is_int(unsound, 0, "slices add up to the move, in one direction");
	is_int(unequal, 0, "charge = F(q_end) - F(q_start)");
	is_int(split, 0, "a move by way of any quantity costs the same");
	is_int(there_and_back, 0, "what goes up comes down at the same price");
	is_int(unscaled, 0, "prices and fees scaled scale the charge");
}

/* At any second price the pieces of a move are the same as at that price alone. */
static void
test_sets(struct arena *a)
{
	struct sweep s = sweep_start("model sets", 1708);
	int unequal = 0, uneven = 0;

	for (int i = 0; i < 3000; i++) {
		struct rate r[2] = { random_rate(&s, a), random_rate(&s, a) };
		const struct rate *rates[] = { &r[0], &r[1] };
		struct price_set set = { .rates = rates, .n = 2 };
		struct rat x = random_quantity(&s, a), y = random_quantity(&s, a);
		struct rat from[2] = { least(x, r[0].free_units), least(x, r[1].free_units) };
		struct rat to[2] = { least(y, r[0].free_units), least(y, r[1].free_units) };
		struct price_move move = { x, y, from, to };
		struct rat sum[2] = { RAT_ZERO, RAT_ZERO };
		struct price_slice *p;
		size_t n = price_slices(a, &set, &move, &p);

		for (size_t k = 0; k < 2 * n; k++) {
			sum[k % 2] = rat_add(a, sum[k % 2], p[k].total);
			uneven += !rat_eq(p[k].quantity, p[k - k % 2].quantity);
		}
		for (size_t k = 0; k < 2; k++)
			unequal += !rat_eq(sum[k], charge(a, &r[k], x, y));
		arena_clear(a);
	}
	is_int(uneven, 0, "pieces are equally large at both prices");
	is_int(unequal, 0, "and add up to the charge at each");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_volume(&a);
	test_stairstep(&a);
	test_package(&a);
	test_fees(&a);
	test_free(&a);
	test_fees_of_two_prices(&a);
	test_laws(&a);
	test_sets(&a);
	arena_release(&a);
	return done();
}
