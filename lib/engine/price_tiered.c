#include "engine/price.h"

#include "base/banned.h"

/*
 * A tier holds the quantities in (start, end]; the first one also all below.
 * What of the range (low, high] lies in tier i is high' - low', both ends
 * drawn into the tier.
 */
struct bounds {
	struct rat start;
	struct rat end; /* of no meaning when the tier is open */
};

static struct bounds *
tier_bounds(struct arena *a, const struct rate *r)
{
	struct bounds *b = ARENA_ARRAY(a, r->ntiers, struct bounds);
	struct rat at = RAT_ZERO;

	for (size_t i = 0; i < r->ntiers; i++) {
		b[i].start = at;
		if (!r->tiers[i].open)
			at = rat_add(a, at, r->tiers[i].size);
		b[i].end = at;
	}
	return b;
}

static struct rat
part_of(struct arena *a, const struct rate *r, const struct bounds *b, size_t i, struct rat low,
	struct rat high)
{
	struct rat from = i == 0 ? low : rat_max(low, b[i].start);
	struct rat to = r->tiers[i].open ? high : rat_min(high, b[i].end);

	return rat_cmp(from, to) < 0 ? rat_sub(a, to, from) : RAT_ZERO;
}

static void
put(struct arena *a, const struct rate *r, const struct bounds *b, size_t i, struct rat quantity,
	struct price_slice *s)
{
	s->quantity = quantity;
	s->unit_price = r->tiers[i].price;
	s->total = rat_mul(a, quantity, s->unit_price);
	s->tier_level = (int)i + 1;
	s->tier_start = b[i].start;
	s->tier_open = r->tiers[i].open;
	s->tier_size = r->tiers[i].size;
}

/* Whether the move goes over the start of tier i: a tier is entered behind it. */
static bool
enters(const struct bounds *b, size_t i, struct rat low, struct rat high)
{
	return rat_cmp(low, b[i].start) <= 0 && rat_cmp(high, b[i].start) > 0;
}

/* The flat fee of tier i, charged on the way up, given back on the way down. */
static void
put_fee(struct arena *a, const struct rate *r, const struct bounds *b, size_t i, bool up,
	struct price_slice *s)
{
	put(a, r, b, i, up ? RAT_ONE : rat_neg(RAT_ONE), s);
	s->kind = SLICE_FEE;
	s->unit_price = r->tiers[i].flat_fee;
	s->total = rat_mul(a, s->quantity, s->unit_price);
}

/* A tier's fee stands before its units on the way up, behind them on the way down. */
static size_t
tiered_slices(struct arena *a, const struct rate *r, struct rat q_start, struct rat q_end,
	struct price_slice **out)
{
	struct price_slice *s = ARENA_ARRAY(a, 2 * r->ntiers, struct price_slice);
	struct bounds *b = tier_bounds(a, r);
	bool up = rat_cmp(q_start, q_end) < 0;
	struct rat low = up ? q_start : q_end, high = up ? q_end : q_start;
	size_t n = 0;

	for (size_t k = 0; k < r->ntiers; k++) {
		size_t i = up ? k : r->ntiers - 1 - k;
		struct rat part = part_of(a, r, b, i, low, high);
		bool fee = rat_sign(r->tiers[i].flat_fee) != 0 && enters(b, i, low, high);

		if (fee && up)
			put_fee(a, r, b, i, up, &s[n++]);
		if (rat_sign(part) != 0)
			put(a, r, b, i, up ? part : rat_neg(part), &s[n++]);
		if (fee && !up)
			put_fee(a, r, b, i, up, &s[n++]);
	}
	if (n == 0)
		put(a, r, b, price_tier_at(a, r, q_end), RAT_ZERO, &s[n++]);
	*out = s;
	return n;
}

const struct price_model price_tiered = {
	.name = "TIERED",
	.slices = tiered_slices,
};
