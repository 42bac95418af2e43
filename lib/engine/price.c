#include "engine/price.h"

#include "base/banned.h"

static const struct price_model *const models[] = {
	[RATE_FLAT] = &price_flat,
	[RATE_TIERED] = &price_tiered,
	[RATE_PERCENTAGE] = &price_percentage,
};
_Static_assert(countof(models) == RATE_TYPES, "one row for each rate type");

const struct price_model *
price_model(enum rate_type t)
{
	return models[t];
}

static size_t
slices_of(struct arena *a, const struct rate *r, struct rat q_start, struct rat q_end,
	struct price_slice **out)
{
	return price_model(r->type)->slices(a, r, q_start, q_end, out);
}

static struct price_slice
part_of(struct arena *a, const struct price_slice *whole, struct rat quantity)
{
	struct price_slice s = *whole;

	if (!rat_eq(quantity, whole->quantity)) {
		s.quantity = quantity;
		s.total = rat_mul(a, quantity, s.unit_price);
	}
	return s;
}

/* The smaller of two parts of one move, which have the same sign. */
static struct rat
nearer(struct rat x, struct rat y)
{
	return rat_sign(x) < 0 ? rat_max(x, y) : rat_min(x, y);
}

/* Both lists add up to the same move, and go through it in the same direction. */
static size_t
pair_up(struct arena *a, const struct price_slice *list, size_t nlist,
	const struct price_slice *commit, size_t ncommit, struct price_pair *out)
{
	struct rat x = list[0].quantity, y = commit[0].quantity; /* left of the slices at hand */
	size_t i = 0, k = 0, n = 0;

	while (i < nlist && k < ncommit) {
		struct rat q = nearer(x, y);

		out[n++] = (struct price_pair){ part_of(a, &list[i], q),
			part_of(a, &commit[k], q) };
		x = rat_sub(a, x, q);
		y = rat_sub(a, y, q);
		if (rat_sign(x) == 0 && ++i < nlist)
			x = list[i].quantity;
		if (rat_sign(y) == 0 && ++k < ncommit)
			y = commit[k].quantity;
	}
	return n;
}

size_t
price_pairs(struct arena *a, const struct rate *r, struct rat q_start, struct rat q_end,
	struct price_pair **out)
{
	struct price_slice *list, *commit;
	size_t nlist = slices_of(a, r, q_start, q_end, &list), ncommit;

	if (r->commit_rate == NULL) {
		*out = ARENA_ARRAY(a, nlist, struct price_pair);
		for (size_t i = 0; i < nlist; i++)
			(*out)[i] = (struct price_pair){ list[i], list[i] };
		return nlist;
	}
	ncommit = slices_of(a, r->commit_rate, q_start, q_end, &commit);
	*out = ARENA_ARRAY(a, nlist + ncommit, struct price_pair);
	return pair_up(a, list, nlist, commit, ncommit, *out);
}
