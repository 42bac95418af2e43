/*
 * rat - exact rational numbers.
 *
 * Shape      an immutable value in lowest terms, denominator > 0. Its limbs lie
 *            in the arena it was made in; {0} is the number zero and needs no
 *            arena. Copying the struct copies the number.
 * Range      unbounded; text in is limited to RAT_MAX_DIGITS digits, counted in
 *            the value written plainly: no exponent, no trailing zeros behind
 *            the point (1e-3 has four, 1.000 one).
 * Rounding   only rat_round, and rat_text past 20 places; all else is exact.
 * Ownership  results live in the arena given; arguments may live anywhere.
 * Errors     bool functions leave *out alone when they return false.
 * Order      pure.
 * Source     GMP mpq, read through mpz_roinit_n.
 * Example    1/3 + 1/6 = 1/2; rat_text of 100/3 is "33.33333333333333333333".
 */
#ifndef BASE_RAT_H
#define BASE_RAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define RAT_MAX_DIGITS 1000
#define RAT_TEXT_PLACES 20

struct rat {
	const unsigned long *num; /* limbs, least significant first */
	const unsigned long *den; /* NULL: the denominator is 1 */
	int32_t num_size;         /* limbs of num, negative for a negative number, 0 for zero */
	int32_t den_size;         /* limbs of den, 0: the denominator is 1 */
};

enum rat_round {
	RAT_UP,        /* away from zero */
	RAT_DOWN,      /* towards zero */
	RAT_HALF_UP,   /* half away from zero */
	RAT_HALF_EVEN, /* half to the even neighbour */
	RAT_FLOOR,     /* towards minus infinity */
	RAT_CEILING    /* towards plus infinity */
};

enum rat_parsed {
	RAT_OK = 0,
	RAT_NOT_A_NUMBER,
	RAT_TOO_LONG /* its plain decimal form exceeds RAT_MAX_DIGITS */
};

extern const struct rat RAT_ZERO;
extern const struct rat RAT_ONE;

struct rat rat_int(struct arena *a, int64_t v);
struct rat rat_frac(struct arena *a, int64_t n, int64_t d); /* d != 0 */

/* mantissa / 10^scale */
struct rat rat_scaled(struct arena *a, int64_t mantissa, unsigned scale);

/* The JSON number grammar, exponents included, nothing else. */
enum rat_parsed rat_parse(struct arena *a, struct str text, struct rat *out);

/* rat_parse, or an exact fraction "n/d" of two such integers, d > 0; only n has a sign. */
enum rat_parsed rat_parse_exact(struct arena *a, struct str text, struct rat *out);

struct rat rat_add(struct arena *a, struct rat x, struct rat y);
struct rat rat_sub(struct arena *a, struct rat x, struct rat y);
struct rat rat_mul(struct arena *a, struct rat x, struct rat y);
struct rat rat_neg(struct rat x);
bool rat_div(struct arena *a, struct rat x, struct rat y, struct rat *out)
	__attribute__((warn_unused_result));        /* false: y is zero */
struct rat rat_copy(struct arena *a, struct rat x); /* the same number, limbs in a */

int rat_cmp(struct rat x, struct rat y); /* <0, 0, >0 */
bool rat_eq(struct rat x, struct rat y);
int rat_sign(struct rat x); /* -1, 0, 1 */
struct rat rat_min(struct rat x, struct rat y);
struct rat rat_max(struct rat x, struct rat y);
/* False: not an integer, or too large. */
bool rat_to_int64(struct rat x, int64_t *out) __attribute__((warn_unused_result));

/* The inverse of rat_scaled at the least scale. False: scale above 18, or mantissa too large. */
bool rat_to_scaled(struct rat x, int64_t *mantissa, unsigned *scale)
	__attribute__((warn_unused_result));

/* To places decimal places; negative places round to powers of ten. */
struct rat rat_round(struct arena *a, struct rat x, int places, enum rat_round mode);

/* True when the decimal form ends within RAT_TEXT_PLACES places. */
bool rat_is_short(struct rat x);

/*
 * Canonical decimal, -?digits[.digits], no exponent, no trailing zeros; past
 * RAT_TEXT_PLACES places rounded half-even. Ask rat_is_short whether it is exact.
 */
struct str rat_text(struct arena *a, struct rat x);

/* Exact always: the decimal where rat_is_short, else "n/d" in lowest terms. */
struct str rat_text_exact(struct arena *a, struct rat x);

/* With exactly places decimals (>= 0), rounded half away from zero: "128.42", "-0.50". */
struct str rat_text_fixed(struct arena *a, struct rat x, int places);

#endif
