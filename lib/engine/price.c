#include "engine/price.h"

#include "base/banned.h"

static const struct price_model *const models[] = {
	[RATE_FLAT] = &price_flat,
	[RATE_TIERED] = &price_tiered,
	[RATE_VOLUME] = &price_volume,
	[RATE_STAIRSTEP] = &price_stairstep,
	[RATE_PACKAGE] = &price_package,
	[RATE_PERCENTAGE] = &price_percentage,
	[RATE_TIERED_PERCENTAGE] = &price_tiered_percentage,
	[RATE_SUBSCRIPTION] = &price_subscription,
};
_Static_assert(countof(models) == RATE_TYPES, "one row for each rate type");

const struct price_model *
price_model(enum rate_type t)
{
	return models[t];
}

static bool
same_rate(const struct rate *x, const struct rate *y)
{
	if (x == NULL || y == NULL || x == y)
		return x == y;
	return x->entitled == y->entitled && rate_same_price(x, y);
}

/* While drawing it is the price alone that counts: not entitlement, nor a commit rate beside it. */
static bool
same_draw(const struct rate *x, const struct rate *y)
{
	struct rate a, b;

	if (x == NULL || y == NULL || x == y)
		return x == y;
	a = *x;
	b = *y;
	a.commit_rate = b.commit_rate = NULL;
	return rate_same_price(&a, &b);
}

bool
price_set_same(const struct price_set *x, const struct price_set *y, size_t nterms)
{
	if (!same_rate(x->rates[0], y->rates[0]))
		return false;
	for (size_t i = 0; i < nterms; i++)
		if (!same_draw(x->rates[x->of == NULL ? 0 : x->of[i]],
			    y->rates[y->of == NULL ? 0 : y->of[i]]))
			return false;
	return true;
}

/* ---- one rate ---- */

static struct price_slice
free_slice(const struct rate *r, struct rat quantity)
{
	return (struct price_slice){
		.kind = SLICE_FREE,
		.quantity = quantity,
		.tier_size = r->free_units,
	};
}

struct rat
price_end(struct arena *a, const struct price_slice *s)
{
	bool moves = s->kind == SLICE_UNITS || s->kind == SLICE_WHOLE;

	return moves ? rat_add(a, s->position, s->quantity) : s->position;
}

static void
set_positions(struct arena *a, struct price_slice *s, size_t n, struct rat from)
{
	for (size_t i = 0; i < n; i++) {
		s[i].position = from;
		from = price_end(a, &s[i]);
	}
}

/* Free units come first and are given back last; the model sees what is not free. */
static size_t
slices_of(struct arena *a, const struct price_set *s, size_t k, const struct price_move *move,
	struct price_slice **out)
{
	const struct rate *r = s->rates[k];
	const struct price_model *m = price_model(r->type);
	struct price_slice *slices, *all;
	struct rat from, to, gratis;
	size_t n;

	if (move->free_start == NULL) {
		n = m->slices(a, r, move->q_start, move->q_end, out);
		set_positions(a, *out, n, move->q_start);
		return n;
	}
	from = rat_sub(a, move->q_start, move->free_start[k]);
	to = rat_sub(a, move->q_end, move->free_end[k]);
	gratis = rat_sub(a, move->free_end[k], move->free_start[k]);
	n = m->slices(a, r, from, to, &slices);
	set_positions(a, slices, n, from);
	if (rat_sign(gratis) == 0) {
		*out = slices;
		return n;
	}
	if (rat_eq(from, to))
		n = 0;
	all = ARENA_ARRAY(a, n + 1, struct price_slice);
	for (size_t i = 0; i < n; i++)
		all[rat_sign(gratis) > 0 ? i + 1 : i] = slices[i];
	all[rat_sign(gratis) > 0 ? 0 : n] = free_slice(r, gratis);
	*out = all;
	return n + 1;
}

struct price_slice
price_part(struct arena *a, const struct price_slice *whole, struct rat quantity)
{
	struct price_slice s = *whole;

	if (!rat_eq(quantity, whole->quantity)) {
		s.quantity = quantity;
		s.total = rat_mul(a, quantity, s.unit_price);
	}
	return s;
}

/* ---- all rates of a set ---- */

/* The slices of one rate of a set, and how far they have been cut up. */
struct cursor {
	struct price_slice *slices;
	size_t n;
	size_t at;
	struct rat left; /* of the slice at hand */
};

static bool
at_fee(const struct cursor *c)
{
	return c->at < c->n && c->slices[c->at].kind == SLICE_FEE;
}

static void
advance(struct cursor *c)
{
	if (++c->at < c->n)
		c->left = c->slices[c->at].quantity;
}

/* A price without a fee at this place has one of nothing. */
static bool
put_fees(struct cursor *c, size_t n, struct price_slice *out)
{
	size_t with = 0;

	while (with < n && !at_fee(&c[with]))
		with++;
	if (with == n)
		return false;
	for (size_t k = 0; k < n; k++) {
		out[k] = (struct price_slice){ .kind = SLICE_FEE,
			.quantity = c[with].slices[c[with].at].quantity };
		if (k != with && at_fee(&c[k])) {
			out[k] = c[k].slices[c[k].at];
			advance(&c[k]);
		}
	}
	out[with] = c[with].slices[c[with].at];
	advance(&c[with]);
	return true;
}

/* What ends first of the slices at hand; all parts of one move have the same sign. */
static struct rat
nearest(const struct cursor *c, size_t n)
{
	struct rat q = c[0].left;

	for (size_t k = 1; k < n; k++)
		q = rat_sign(q) < 0 ? rat_max(q, c[k].left) : rat_min(q, c[k].left);
	return q;
}

static void
put_units(struct arena *a, struct cursor *c, size_t n, struct price_slice *out)
{
	struct rat q = nearest(c, n);

	for (size_t k = 0; k < n; k++) {
		struct price_slice *s = &c[k].slices[c[k].at];

		out[k] = price_part(a, s, q);
		s->position = price_end(a, &out[k]);
		c[k].left = rat_sub(a, c[k].left, q);
		if (rat_sign(c[k].left) == 0)
			advance(&c[k]);
	}
}

/* All lists add up to the same move, and go through it in the same direction. */
static size_t
cut_up(struct arena *a, struct cursor *c, size_t n, struct price_slice *out)
{
	size_t nslices = 0;

	for (;; nslices++, out += n) {
		if (put_fees(c, n, out))
			continue;
		if (c[0].at == c[0].n)
			return nslices;
		put_units(a, c, n, out);
	}
}

size_t
price_slices(struct arena *a, const struct price_set *s, const struct price_move *move,
	struct price_slice **out)
{
	struct cursor *c;
	size_t most = 0;

	if (s->n == 1)
		return slices_of(a, s, 0, move, out);
	c = ARENA_ARRAY(a, s->n, struct cursor);
	for (size_t k = 0; k < s->n; k++) {
		c[k].n = slices_of(a, s, k, move, &c[k].slices);
		c[k].left = c[k].slices[0].quantity;
		most += c[k].n;
	}
	*out = ARENA_ARRAY(a, most * s->n, struct price_slice);
	return cut_up(a, c, s->n, *out);
}
