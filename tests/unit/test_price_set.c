/* What a move of the period's quantity costs at every price of a window. */
#include "engine/price.h"

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define PRICES 4 /* the most in a set here */

static struct rat
num(struct arena *a, const char *text)
{
	struct rat x = RAT_ZERO;

	if (rat_parse_exact(a, str_c(text), &x) != RAT_OK)
		ok(false, "%s is a number", text);
	return x;
}

/* n tiers of sizes and prices; the last one is open. */
static struct rate *
tiered(struct arena *a, const struct tier *tiers, size_t n)
{
	struct rate *r = ARENA_NEW(a, struct rate);

	r->type = RATE_TIERED;
	r->tiers = ARENA_ARRAY(a, n, struct tier);
	r->ntiers = n;
	for (size_t i = 0; i < n; i++) {
		r->tiers[i] = tiers[i];
		r->tiers[i].open = i + 1 == n;
	}
	return r;
}

static struct rate *
random_rate(struct sweep *s, struct arena *a)
{
	struct tier tiers[4];
	size_t n = (size_t)(1 + sweep_below(s, countof(tiers)));

	if (sweep_below(s, 3) == 0) {
		struct rate *r = ARENA_NEW(a, struct rate);
		r->type = RATE_FLAT;
		r->price = rat_frac(a, (int64_t)sweep_below(s, 9), 3);
		return r;
	}
	for (size_t i = 0; i < n; i++)
		tiers[i] = (struct tier){ .size = rat_frac(a, 1 + (int64_t)sweep_below(s, 9), 2),
			.price = rat_int(a, (int64_t)sweep_below(s, 5)) };
	return tiered(a, tiers, n);
}

/* The slices of a set at one of its prices, from *i on, that lie in one slice of its rate. */
static bool
takes_slice(struct arena *a, const struct price_slice *at, size_t step, size_t n, size_t *i,
	const struct price_slice *whole)
{
	struct rat quantity = RAT_ZERO, total = RAT_ZERO;

	for (; *i < n && !rat_eq(quantity, whole->quantity); ++*i) {
		const struct price_slice *p = &at[*i * step];

		if (p->tier_level != whole->tier_level || !rat_eq(p->unit_price, whole->unit_price))
			return false;
		quantity = rat_add(a, quantity, p->quantity);
		total = rat_add(a, total, p->total);
	}
	return rat_eq(quantity, whole->quantity) && rat_eq(total, whole->total);
}

/* What a set says at one of its prices is what the rate says alone, cut. */
static bool
is_the_rates(struct arena *a, const struct price_set *set, size_t k, struct rat from, struct rat to,
	const struct price_slice *slices, size_t n)
{
	const struct rate *r = set->rates[k];
	struct price_slice *alone;
	size_t nalone = price_model(r->type)->slices(a, r, from, to, &alone), i = 0;

	for (size_t j = 0; j < nalone; j++)
		if (!takes_slice(a, slices + k, set->n, n, &i, &alone[j]))
			return false;
	return i == n || (n == 1 && rat_sign(slices[0].quantity) == 0);
}

static void
law_sets(struct arena *a)
{
	struct sweep s = sweep_start("sets", 11);
	int uneven = 0, other = 0, cut = 0;

	for (int round = 0; round < 1000; round++) {
		const struct rate *rates[PRICES];
		struct price_set set = { rates, (size_t)(1 + sweep_below(&s, PRICES)), NULL, NULL };
		struct rat from = rat_frac(a, (int64_t)sweep_below(&s, 40) - 6, 3);
		struct rat to = rat_frac(a, (int64_t)sweep_below(&s, 40) - 6, 3);
		struct price_slice *slices, *alone;
		size_t n;

		for (size_t k = 0; k < set.n; k++)
			rates[k] = random_rate(&s, a);
		n = price_slices(a, &set, &(struct price_move){ .q_start = from, .q_end = to },
			&slices);
		for (size_t i = 0; i < n * set.n; i++)
			uneven += !rat_eq(slices[i].quantity, slices[i - i % set.n].quantity);
		for (size_t k = 0; k < set.n; k++)
			other += !is_the_rates(a, &set, k, from, to, slices, n);
		cut += n > price_model(rates[0]->type)->slices(a, rates[0], from, to, &alone);
		arena_clear(a);
	}
	is_int(uneven, 0, "a slice has the same quantity at every price");
	is_int(other, 0, "at each price the slices are the move at its rate, cut");
	ok(cut > 100, "%d moves were cut where a tier of another price ends", cut);
}

static void
test_slices(struct arena *a)
{
	const struct tier two[] = { { .size = num(a, "10"), .price = num(a, "5") },
		{ .price = num(a, "4") } };
	const struct tier other[] = { { .size = num(a, "4"), .price = num(a, "3") },
		{ .price = num(a, "2") } };
	const struct rate *rates[] = { tiered(a, two, 2), tiered(a, other, 2) };
	struct price_set set = { rates, 1, NULL, NULL };
	struct price_slice *s;

	is_int((int64_t)price_slices(a, &set,
		       &(struct price_move){ .q_start = RAT_ZERO, .q_end = num(a, "12") }, &s),
		2, "one price");
	ok(rat_eq(s[1].unit_price, num(a, "4")), "  is that of the rate");
	set.n = 2;
	is_int((int64_t)price_slices(a, &set,
		       &(struct price_move){ .q_start = RAT_ZERO, .q_end = num(a, "12") }, &s),
		3, "cut at 4 and at 10");
	ok(rat_eq(s[2].quantity, num(a, "6")) && s[2].tier_level == 1 && s[3].tier_level == 2 &&
			rat_eq(s[2].total, num(a, "30")) && rat_eq(s[3].total, num(a, "12")),
		"  6 units in tier 1 of the one and tier 2 of the other");
	is_int((int64_t)price_slices(a, &set,
		       &(struct price_move){ .q_start = num(a, "12"), .q_end = num(a, "3") }, &s),
		3, "downwards");
	ok(rat_eq(s[0].quantity, num(a, "-2")) && s[0].tier_level == 2 &&
			rat_eq(s[5].quantity, num(a, "-1")) && s[5].tier_level == 1,
		"  from the top");
	is_int((int64_t)price_slices(a, &set,
		       &(struct price_move){ .q_start = num(a, "4"), .q_end = num(a, "4") }, &s),
		1, "no move");
	ok(rat_sign(s[0].quantity) == 0 && rat_sign(s[1].quantity) == 0, "  one slice of nothing");
}

/* Windows are one where all prices are equal, and each segment draws at the same. */
static void
test_same(struct arena *a)
{
	static const size_t first_second[] = { 0, 1 }, second_first[] = { 1, 0 },
			    first_first[] = { 0, 0 };
	struct rate cheap = { .type = RATE_FLAT, .price = num(a, "2") }, again = cheap,
		    dear = { .type = RATE_FLAT, .price = num(a, "3") }, shut = cheap;
	const struct rate *x[] = { &cheap, &dear }, *y[] = { &again, &dear }, *z[] = { &shut },
			  *none[] = { NULL };

	shut.entitled = true;
	ok(price_set_same(&(struct price_set){ x, 1, NULL, NULL },
		   &(struct price_set){ y, 1, NULL, NULL }, 2),
		"two rates of one price");
	ok(!price_set_same(&(struct price_set){ x, 1, NULL, NULL },
		   &(struct price_set){ z, 1, NULL, NULL }, 2),
		"one is entitled, the other is not");
	ok(!price_set_same(&(struct price_set){ x, 1, NULL, NULL },
		   &(struct price_set){ none, 1, NULL, NULL }, 2),
		"a rate and none");
	ok(price_set_same(&(struct price_set){ none, 1, NULL, NULL },
		   &(struct price_set){ none, 1, NULL, NULL }, 2),
		"none and none");
	ok(!price_set_same(&(struct price_set){ x, 1, NULL, NULL },
		   &(struct price_set){ y, 2, first_second, NULL }, 2),
		"one price and two");
	ok(!price_set_same(&(struct price_set){ x, 2, second_first, NULL },
		   &(struct price_set){ y, 2, first_second, NULL }, 2),
		"others draw at them");
	ok(price_set_same(&(struct price_set){ x, 2, second_first, NULL },
		   &(struct price_set){ y, 2, first_second, NULL }, 0),
		"nobody draws");
	ok(price_set_same(&(struct price_set){ x, 1, NULL, NULL },
		   &(struct price_set){ y, 1, first_first, NULL }, 2),
		"all draw at the first, said in two ways");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	law_sets(&a);
	test_slices(&a);
	test_same(&a);
	arena_release(&a);
	return done();
}
