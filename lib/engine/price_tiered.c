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

/* The tier in which the quantity q lies. */
static size_t
tier_of(const struct rate *r, const struct bounds *b, struct rat q)
{
	size_t i = 0;

	while (!r->tiers[i].open && rat_cmp(q, b[i].end) > 0)
		i++;
	return i;
}

static size_t
tiered_slices(struct arena *a, const struct rate *r, struct rat q_start, struct rat q_end,
	struct price_slice **out)
{
	struct price_slice *s = ARENA_ARRAY(a, r->ntiers, struct price_slice);
	struct bounds *b = tier_bounds(a, r);
	bool up = rat_cmp(q_start, q_end) < 0;
	size_t n = 0;

	for (size_t k = 0; k < r->ntiers; k++) {
		size_t i = up ? k : r->ntiers - 1 - k;
		struct rat part = up ? part_of(a, r, b, i, q_start, q_end) :
				       rat_neg(part_of(a, r, b, i, q_end, q_start));
		if (rat_sign(part) != 0)
			put(a, r, b, i, part, &s[n++]);
	}
	if (n == 0)
		put(a, r, b, tier_of(r, b, q_end), RAT_ZERO, &s[n++]);
	*out = s;
	return n;
}

const struct price_model price_tiered = {
	.name = "TIERED",
	.slices = tiered_slices,
};
