#include "base/rat.h"

#include <assert.h>
#include <gmp.h>
#include <string.h>

#include "base/banned.h"

/*
 * Two ways to each result. A number whose numerator and denominator fill at most
 * one limb each is worked on in 128-bit integers; whatever is larger goes through
 * GMP. Both give lowest terms, so they cannot differ but in speed.
 */

_Static_assert(__builtin_types_compatible_p(mp_limb_t, unsigned long), "struct rat holds limbs");
_Static_assert(sizeof(mp_limb_t) == sizeof(unsigned long), "struct rat holds limbs");
_Static_assert(GMP_NUMB_BITS == 64 && sizeof(uint64_t) == sizeof(mp_limb_t), "64-bit limbs");

__extension__ typedef unsigned __int128 u128;

static const unsigned long one_limb[] = { 1 };

const struct rat RAT_ZERO = { NULL, NULL, 0, 0 };
const struct rat RAT_ONE = { one_limb, NULL, 1, 0 };

#define POW10_MAX 19 /* the greatest power of ten in one limb */

static const uint64_t pow10_table[POW10_MAX + 1] = { 1, 10, 100, 1000, 10000, 100000, 1000000,
	10000000, 100000000, 1000000000, UINT64_C(10000000000), UINT64_C(100000000000),
	UINT64_C(1000000000000), UINT64_C(10000000000000), UINT64_C(100000000000000),
	UINT64_C(1000000000000000), UINT64_C(10000000000000000), UINT64_C(100000000000000000),
	UINT64_C(1000000000000000000), UINT64_C(10000000000000000000) };

/* Numbers of one limb each: (-1)^negative * n / d, lowest terms, d > 0. */

struct small {
	bool negative;
	uint64_t n;
	uint64_t d;
};

static bool
to_small(struct rat x, struct small *s)
{
	if (x.num_size > 1 || x.num_size < -1 || x.den_size > 1)
		return false;
	s->negative = x.num_size < 0;
	s->n = x.num_size == 0 ? 0 : x.num[0];
	s->d = x.den_size == 0 ? 1 : x.den[0];
	return true;
}

static uint64_t
gcd64(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return a | b;

	int shift = __builtin_ctzl(a | b);

	a >>= __builtin_ctzl(a);
	while (b != 0) {
		b >>= __builtin_ctzl(b);
		if (a > b) {
			uint64_t t = a;
			a = b;
			b = t;
		}
		b -= a;
	}
	return a << shift;
}

static int32_t
put_limbs(unsigned long *out, u128 v)
{
	out[0] = (uint64_t)v;
	if (v >> 64 == 0)
		return 1;
	out[1] = (uint64_t)(v >> 64);
	return 2;
}

/* n/d is in lowest terms, d > 0. */
static struct rat
make(struct arena *a, bool negative, u128 n, u128 d)
{
	unsigned long limbs[4];
	struct rat x = RAT_ZERO;

	if (n == 0)
		return x;
	x.num_size = put_limbs(limbs, n);
	if (d != 1)
		x.den_size = put_limbs(limbs + x.num_size, d);

	size_t count = (size_t)x.num_size + (size_t)x.den_size;
	unsigned long *p = ARENA_ARRAY(a, count, unsigned long);

	memcpy(p, limbs, count * sizeof(*p));
	x.num = p;
	x.den = x.den_size == 0 ? NULL : p + x.num_size;
	if (negative)
		x.num_size = -x.num_size;
	return x;
}

static bool
small_add(struct arena *a, struct small x, struct small y, struct rat *out)
{
	uint64_t g = gcd64(x.d, y.d);
	uint64_t xd = x.d / g, yd = y.d / g;
	u128 left = (u128)x.n * yd, right = (u128)y.n * xd, n;
	bool negative = x.negative;

	if (x.negative == y.negative) {
		if (__builtin_add_overflow(left, right, &n))
			return false;
	} else if (left >= right) {
		n = left - right;
	} else {
		n = right - left;
		negative = y.negative;
	}
	/* what numerator and denominator still share divides g (Knuth 4.5.1) */
	uint64_t common = g == 1 ? 1 : gcd64((uint64_t)(n % g), g);
	*out = make(a, negative, n / common, (u128)xd * (y.d / common));
	return true;
}

static struct rat
small_mul(struct arena *a, struct small x, struct small y)
{
	uint64_t g = gcd64(x.n, y.d), h = gcd64(y.n, x.d);

	return make(a, x.negative != y.negative, (u128)(x.n / g) * (y.n / h),
		(u128)(x.d / h) * (y.d / g));
}

/* Numbers of any size. */

static void
view_limbs(mpz_ptr z, const unsigned long *limbs, int32_t size)
{
	mpz_roinit_n(z, size == 0 ? one_limb : limbs, size);
}

/* q borrows the limbs of x; it is read only and never cleared. */
static void
view(mpq_ptr q, struct rat x)
{
	view_limbs(mpq_numref(q), x.num, x.num_size);
	view_limbs(mpq_denref(q), x.den_size == 0 ? one_limb : x.den,
		x.den_size == 0 ? 1 : x.den_size);
}

/* A copy in a of q, which is in lowest terms. */
static struct rat
keep(struct arena *a, mpq_srcptr q)
{
	struct rat x = {
		.num = mpz_limbs_read(mpq_numref(q)),
		.num_size = (int32_t)mpz_size(mpq_numref(q)),
	};

	if (mpq_sgn(q) < 0)
		x.num_size = -x.num_size;
	if (mpz_cmp_ui(mpq_denref(q), 1) != 0) {
		x.den = mpz_limbs_read(mpq_denref(q));
		x.den_size = (int32_t)mpz_size(mpq_denref(q));
	}
	return rat_copy(a, x);
}

static struct rat
large_op(struct arena *a, void op(mpq_ptr, mpq_srcptr, mpq_srcptr), struct rat x, struct rat y)
{
	mpq_t p, q, r;

	view(p, x);
	view(q, y);
	mpq_init(r);
	op(r, p, q);

	struct rat out = keep(a, r);

	mpq_clear(r);
	return out;
}

/* Making numbers */

struct rat
rat_copy(struct arena *a, struct rat x)
{
	size_t n = (size_t)(x.num_size < 0 ? -x.num_size : x.num_size), d = (size_t)x.den_size;

	if (n == 0)
		return RAT_ZERO;

	unsigned long *p = ARENA_ARRAY(a, n + d, unsigned long);

	memcpy(p, x.num, n * sizeof(*p));
	if (d > 0)
		memcpy(p + n, x.den, d * sizeof(*p));
	return (struct rat){ p, d == 0 ? NULL : p + n, x.num_size, x.den_size };
}

static uint64_t
magnitude(int64_t v)
{
	return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

struct rat
rat_int(struct arena *a, int64_t v)
{
	return make(a, v < 0, magnitude(v), 1);
}

struct rat
rat_frac(struct arena *a, int64_t n, int64_t d)
{
	assert(d != 0);

	uint64_t g = gcd64(magnitude(n), magnitude(d));

	return make(a, (n < 0) != (d < 0), magnitude(n) / g, magnitude(d) / g);
}

static struct rat
large_scaled(struct arena *a, int64_t mantissa, unsigned scale)
{
	mpq_t q;

	mpq_init(q);
	mpz_set_si(mpq_numref(q), mantissa);
	mpz_ui_pow_ui(mpq_denref(q), 10, scale);
	mpq_canonicalize(q);

	struct rat out = keep(a, q);

	mpq_clear(q);
	return out;
}

struct rat
rat_scaled(struct arena *a, int64_t mantissa, unsigned scale)
{
	uint64_t n = magnitude(mantissa), d;

	if (mantissa == 0)
		return RAT_ZERO;
	if (scale > POW10_MAX)
		return large_scaled(a, mantissa, scale);

	/* n shares only twos and fives with a power of ten */
	unsigned twos = (unsigned)__builtin_ctzl(n);
	if (twos > scale)
		twos = scale;
	n >>= twos;
	d = pow10_table[scale] >> twos;
	for (unsigned fives = 0; fives < scale && n % 5 == 0; fives++) {
		n /= 5;
		d /= 5;
	}
	return make(a, mantissa < 0, n, d);
}

/* Arithmetic */

struct rat
rat_add(struct arena *a, struct rat x, struct rat y)
{
	struct small p, q;
	struct rat out;

	if (to_small(x, &p) && to_small(y, &q) && small_add(a, p, q, &out))
		return out;
	return large_op(a, mpq_add, x, y);
}

struct rat
rat_sub(struct arena *a, struct rat x, struct rat y)
{
	return rat_add(a, x, rat_neg(y));
}

struct rat
rat_mul(struct arena *a, struct rat x, struct rat y)
{
	struct small p, q;

	if (to_small(x, &p) && to_small(y, &q))
		return small_mul(a, p, q);
	return large_op(a, mpq_mul, x, y);
}

struct rat
rat_neg(struct rat x)
{
	x.num_size = -x.num_size;
	return x;
}

bool
rat_div(struct arena *a, struct rat x, struct rat y, struct rat *out)
{
	struct small p, q;

	if (y.num_size == 0)
		return false;
	if (to_small(x, &p) && to_small(y, &q))
		*out = small_mul(a, p, (struct small){ q.negative, q.d, q.n });
	else
		*out = large_op(a, mpq_div, x, y);
	return true;
}

/* Comparing and asking */

int
rat_cmp(struct rat x, struct rat y)
{
	struct small p, q;
	mpq_t v, w;

	if (rat_sign(x) != rat_sign(y))
		return rat_sign(x) < rat_sign(y) ? -1 : 1;
	if (to_small(x, &p) && to_small(y, &q)) {
		u128 left = (u128)p.n * q.d, right = (u128)q.n * p.d;
		int c = (left > right) - (left < right);
		return p.negative ? -c : c;
	}
	view(v, x);
	view(w, y);
	return mpq_cmp(v, w);
}

bool
rat_eq(struct rat x, struct rat y)
{
	size_t n = (size_t)(x.num_size < 0 ? -x.num_size : x.num_size);

	if (x.num_size != y.num_size || x.den_size != y.den_size)
		return false;
	return (n == 0 || memcmp(x.num, y.num, n * sizeof(*x.num)) == 0) &&
		(x.den_size == 0 || memcmp(x.den, y.den, (size_t)x.den_size * sizeof(*x.den)) == 0);
}

int
rat_sign(struct rat x)
{
	return (x.num_size > 0) - (x.num_size < 0);
}

struct rat
rat_min(struct rat x, struct rat y)
{
	return rat_cmp(x, y) <= 0 ? x : y;
}

struct rat
rat_max(struct rat x, struct rat y)
{
	return rat_cmp(x, y) >= 0 ? x : y;
}

bool
rat_to_int64(struct rat x, int64_t *out)
{
	struct small s;

	if (!to_small(x, &s) || s.d != 1 || s.n > (uint64_t)INT64_MAX + s.negative)
		return false;
	*out = s.negative ? (int64_t)(0 - s.n) : (int64_t)s.n;
	return true;
}

/* Rounding */

/*
 * Whether a magnitude cut to q steps, with something left over, goes up to q + 1.
 * half: how what is left compares to half a step.
 */
static bool
goes_up(enum rat_round mode, bool negative, bool q_odd, int half)
{
	switch (mode) {
	case RAT_UP:
		return true;
	case RAT_DOWN:
		return false;
	case RAT_HALF_UP:
		return half >= 0;
	case RAT_HALF_EVEN:
		return half > 0 || (half == 0 && q_odd);
	case RAT_FLOOR:
		return negative;
	case RAT_CEILING:
		return !negative;
	}
	assert(false && "a rounding mode");
	return false;
}

static struct rat
large_round(struct arena *a, struct rat x, int places, enum rat_round mode)
{
	unsigned long power = places < 0 ? 0 - (unsigned long)places : (unsigned long)places;
	bool negative = x.num_size < 0;
	mpz_t ten, n, d, left;
	mpq_t v, out;

	view(v, negative ? rat_neg(x) : x);
	mpq_init(out);
	mpz_inits(ten, n, d, left, NULL);
	mpz_ui_pow_ui(ten, 10, power);
	mpz_set(n, mpq_numref(v));
	mpz_set(d, mpq_denref(v));
	mpz_mul(places < 0 ? d : n, places < 0 ? d : n, ten);

	mpz_ptr q = mpq_numref(out);
	mpz_fdiv_qr(q, left, n, d);
	if (mpz_sgn(left) != 0) {
		mpz_mul_2exp(left, left, 1);
		if (goes_up(mode, negative, mpz_odd_p(q), mpz_cmp(left, d)))
			mpz_add_ui(q, q, 1);
	}
	if (places < 0)
		mpz_mul(q, q, ten);
	else
		mpz_swap(mpq_denref(out), ten);
	mpq_canonicalize(out);
	if (negative)
		mpq_neg(out, out);

	struct rat rounded = keep(a, out);

	mpz_clears(ten, n, d, left, NULL);
	mpq_clear(out);
	return rounded;
}

/* places 0 .. POW10_MAX; false where a step on the way does not fit. */
static bool
small_round(struct arena *a, struct small x, unsigned places, enum rat_round mode, struct rat *out)
{
	u128 n = (u128)x.n * pow10_table[places];
	u128 q = n / x.d, left = n % x.d;

	if (left != 0) {
		u128 twice = left * 2; /* left < 2^64 */
		int half = (twice > x.d) - (twice < x.d);
		if (goes_up(mode, x.negative, (q & 1) != 0, half))
			q++;
	}
	if (q > INT64_MAX)
		return false;
	*out = rat_scaled(a, x.negative ? -(int64_t)q : (int64_t)q, places);
	return true;
}

struct rat
rat_round(struct arena *a, struct rat x, int places, enum rat_round mode)
{
	struct small s;
	struct rat out;

	if (places >= 0 && x.den_size == 0)
		return rat_copy(a, x);
	if (places >= 0 && places <= POW10_MAX && to_small(x, &s) &&
		small_round(a, s, (unsigned)places, mode, &out))
		return out;
	return large_round(a, x, places, mode);
}
