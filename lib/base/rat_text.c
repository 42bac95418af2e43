#include "base/rat.h"

#include <assert.h>
#include <gmp.h>
#include <string.h>

#include "base/banned.h"

__extension__ typedef unsigned __int128 u128;

#define TEN_TO_19 UINT64_C(10000000000000000000)
#define SMALL_DIGITS 18                           /* any so many fit an int64_t */
#define LIMBS_MAX (RAT_MAX_DIGITS * 10 / 192 + 2) /* a limb holds more than 19.2 digits */
#define EXPONENT_MAX INT64_C(1000000000000000)    /* beyond any length a text can have */

/* Reading */

/* A literal taken apart: +-digits * 10^exponent, without zeros at either end. */
struct literal {
	bool negative;
	bool too_long;
	size_t n;
	int64_t exponent;
	unsigned char digits[RAT_MAX_DIGITS]; /* values, not characters */
};

struct cursor {
	const char *p;
	const char *end;
};

static bool
at_digit(const struct cursor *c)
{
	return c->p < c->end && ascii_is_digit(*c->p);
}

/* Step over the next character, where it is one of the two. */
static bool
take(struct cursor *c, char this, char or_this)
{
	if (c->p == c->end || (*c->p != this && *c->p != or_this))
		return false;
	c->p++;
	return true;
}

/* Add one digit behind *zeros zeros not yet written. */
static void
add_digit(struct literal *l, size_t *zeros, unsigned char digit)
{
	if (digit == 0) {
		*zeros += l->n > 0; /* leading ones say nothing */
		return;
	}
	if (*zeros >= RAT_MAX_DIGITS - l->n) {
		l->too_long = true;
		return;
	}
	memset(l->digits + l->n, 0, *zeros);
	l->n += *zeros;
	l->digits[l->n++] = digit;
	*zeros = 0;
}

static bool
take_exponent(struct cursor *c, int64_t *out)
{
	bool negative = false;
	int64_t v = 0;

	if (!take(c, '+', '+'))
		negative = take(c, '-', '-');
	if (!at_digit(c))
		return false;
	for (; at_digit(c); c->p++)
		if (v < EXPONENT_MAX)
			v = v * 10 + (*c->p - '0');
	*out = negative ? -v : v;
	return true;
}

/* The grammar of RFC 8259, section 6, over the whole text. */
static bool
take_literal(struct str text, struct literal *l)
{
	struct cursor c = { text.p, text.n == 0 ? text.p : text.p + text.n };
	size_t zeros = 0;
	int64_t places = 0, exponent = 0;

	l->n = 0;
	l->too_long = false;
	l->negative = take(&c, '-', '-');
	if (!at_digit(&c))
		return false;
	if (*c.p == '0' && c.p + 1 < c.end && ascii_is_digit(c.p[1]))
		return false;
	for (; at_digit(&c); c.p++)
		add_digit(l, &zeros, (unsigned char)(*c.p - '0'));
	if (take(&c, '.', '.')) {
		if (!at_digit(&c))
			return false;
		for (; at_digit(&c); c.p++, places++)
			add_digit(l, &zeros, (unsigned char)(*c.p - '0'));
	}
	if (take(&c, 'e', 'E') && !take_exponent(&c, &exponent))
		return false;
	l->exponent = exponent - places + (int64_t)zeros;
	return c.p == c.end;
}

/* Whether the digits written out without an exponent are more than RAT_MAX_DIGITS. */
static bool
is_too_long(const struct literal *l)
{
	int64_t n = (int64_t)l->n, whole = n + l->exponent;

	if (l->too_long)
		return true;
	if (l->exponent >= 0)
		return whole > RAT_MAX_DIGITS;
	return (whole < 1 ? 1 : whole) - l->exponent > RAT_MAX_DIGITS;
}

static int64_t
small_value(const unsigned char *digits, size_t n)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + digits[i];
	return v;
}

static struct rat
large_value(struct arena *a, const unsigned char *digits, size_t n)
{
	unsigned long limbs[LIMBS_MAX];
	mp_size_t size = mpn_set_str(limbs, digits, n, 10);

	return rat_copy(a, (struct rat){ limbs, NULL, (int32_t)size, 0 });
}

enum rat_parsed
rat_parse(struct arena *a, struct str text, struct rat *out)
{
	struct literal l;
	unsigned places = 0;
	struct rat v;

	if (!take_literal(text, &l))
		return RAT_NOT_A_NUMBER;
	if (l.n == 0) {
		*out = RAT_ZERO;
		return RAT_OK;
	}
	if (is_too_long(&l))
		return RAT_TOO_LONG;
	if (l.exponent > 0) {
		memset(l.digits + l.n, 0, (size_t)l.exponent);
		l.n += (size_t)l.exponent;
	} else {
		places = (unsigned)-l.exponent;
	}
	if (l.n <= SMALL_DIGITS) {
		int64_t mantissa = small_value(l.digits, l.n);
		*out = rat_scaled(a, l.negative ? -mantissa : mantissa, places);
		return RAT_OK;
	}
	v = large_value(a, l.digits, l.n);
	if (places > 0)
		v = rat_mul(a, v, rat_scaled(a, 1, places));
	*out = l.negative ? rat_neg(v) : v;
	return RAT_OK;
}

static bool
is_integer(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

enum rat_parsed
rat_parse_exact(struct arena *a, struct str text, struct rat *out)
{
	const char *slash = text.n == 0 ? NULL : memchr(text.p, '/', text.n);
	enum rat_parsed status;
	struct rat n, d;

	if (slash == NULL)
		return rat_parse(a, text, out);

	size_t at = (size_t)(slash - text.p);
	struct str above = { text.p, at }, below = { slash + 1, text.n - at - 1 };

	if (!is_integer(above) || !is_integer(below) || str_starts(below, "-"))
		return RAT_NOT_A_NUMBER;
	status = rat_parse(a, above, &n);
	enum rat_parsed other = rat_parse(a, below, &d);
	if (status == RAT_NOT_A_NUMBER || other == RAT_NOT_A_NUMBER)
		return RAT_NOT_A_NUMBER;
	if (status != RAT_OK || other != RAT_OK)
		return RAT_TOO_LONG;
	return rat_div(a, n, d, out) ? RAT_OK : RAT_NOT_A_NUMBER;
}

/* Writing */

/* Places the decimal form has; false where it does not end within RAT_TEXT_PLACES. */
static bool
decimal_places(struct rat x, unsigned *out)
{
	unsigned twos, fives;
	u128 d;

	*out = 0;
	if (x.den_size == 0)
		return true;
	if (x.den_size > 2) /* 10^20 fills two limbs */
		return false;
	d = x.den_size == 2 ? (u128)x.den[1] << 64 | x.den[0] : x.den[0];
	for (twos = 0; (d & 1) == 0; twos++)
		d >>= 1;
	for (fives = 0; d % 5 == 0; fives++)
		d /= 5;
	*out = twos > fives ? twos : fives;
	return d == 1 && *out <= RAT_TEXT_PLACES;
}

bool
rat_is_short(struct rat x)
{
	unsigned places;

	return decimal_places(x, &places);
}

bool
rat_to_scaled(struct rat x, int64_t *mantissa, unsigned *scale)
{
	int64_t factor = 1, n;
	unsigned places;

	if (!decimal_places(x, &places) || places > SMALL_DIGITS || x.num_size > 1 ||
		x.num_size < -1)
		return false;
	for (unsigned i = 0; i < places; i++)
		factor *= 10;
	if (x.den_size != 0) /* one limb, and it divides the power of ten */
		factor = (int64_t)((uint64_t)factor / x.den[0]);
	if (!rat_to_int64((struct rat){ x.num, NULL, x.num_size, 0 }, &n) ||
		__builtin_mul_overflow(n, factor, &n))
		return false;
	*mantissa = n;
	*scale = places;
	return true;
}

/* The decimal digits of a magnitude, without leading zeros; "0" for zero. In a. */
static struct str
digits_text(struct arena *a, const unsigned long *limbs, int32_t size)
{
	size_t n = (size_t)(size < 0 ? -size : size);

	if (n == 0)
		return STR("0");

	unsigned long *scratch = ARENA_ARRAY(a, n + 1, unsigned long); /* mpn_get_str destroys it */
	unsigned char *p = arena_array(a, n, 20); /* a limb fills 20 digits at most */

	memcpy(scratch, limbs, n * sizeof(*limbs));
	size_t len = mpn_get_str(p, 10, scratch, (mp_size_t)n);
	size_t skip = 0;
	while (skip + 1 < len && p[skip] == 0)
		skip++;
	for (size_t i = skip; i < len; i++)
		p[i] = (unsigned char)(p[i] + '0');
	return (struct str){ (const char *)p + skip, len - skip };
}

/* -digits / 10^places, with exactly places decimals. */
static struct str
place_point(struct arena *a, bool negative, struct str digits, size_t places)
{
	size_t zeros = digits.n > places ? 0 : places + 1 - digits.n;
	size_t whole = digits.n + zeros - places;
	size_t n = negative + digits.n + zeros + (places > 0);
	char *text = arena_alloc(a, n + 1), *p = text;

	if (negative)
		*p++ = '-';
	memset(p, '0', zeros);
	memcpy(p + zeros, digits.p, digits.n);
	if (places > 0) {
		memmove(p + whole + 1, p + whole, places);
		p[whole] = '.';
	}
	return (struct str){ text, n };
}

/* x * 10^places, which is an integer, written with its point. */
static struct str
decimal_text(struct arena *a, struct rat x, unsigned places)
{
	struct rat v = x;

	if (places > 0) {
		bool done = rat_div(a, x, rat_scaled(a, 1, places), &v);
		(void)done; /* a power of ten is not zero */
	}
	return place_point(a, v.num_size < 0, digits_text(a, v.num, v.num_size), places);
}

/* decimal_text without GMP, for |x| * 10^places below 2^128; false where it is not. */
static bool
small_decimal_text(struct arena *a, struct rat x, unsigned places, struct str *out)
{
	char digits[40], *end = digits + sizeof(digits), *p = end;
	u128 d = x.den_size == 0 ? 1 : x.den_size == 1 ? x.den[0] : 0;
	u128 v = 1;

	if (x.num_size > 1 || x.num_size < -1 || d == 0)
		return false;
	for (unsigned i = 0; i < places; i++)
		if (__builtin_mul_overflow(v, (u128)10, &v))
			return false;
	if (__builtin_mul_overflow(v / d, (u128)(x.num_size == 0 ? 0 : x.num[0]), &v))
		return false;
	while (v != 0) {
		uint64_t part = (uint64_t)(v % TEN_TO_19);
		v /= TEN_TO_19;
		for (int i = 0; i < 19 && (part != 0 || v != 0); i++, part /= 10)
			*--p = (char)('0' + part % 10);
	}
	if (p == end)
		*--p = '0';
	*out = place_point(a, x.num_size < 0, (struct str){ p, (size_t)(end - p) }, places);
	return true;
}

static struct str
text_at(struct arena *a, struct rat x, unsigned places)
{
	struct str out;

	return small_decimal_text(a, x, places, &out) ? out : decimal_text(a, x, places);
}

struct str
rat_text(struct arena *a, struct rat x)
{
	unsigned places;

	if (!decimal_places(x, &places)) {
		x = rat_round(a, x, RAT_TEXT_PLACES, RAT_HALF_EVEN);
		decimal_places(x, &places);
	}
	return text_at(a, x, places);
}

struct str
rat_text_exact(struct arena *a, struct rat x)
{
	if (rat_is_short(x))
		return rat_text(a, x);
	return str_printf(a, "%s%.*s/%.*s", x.num_size < 0 ? "-" : "",
		STR_FMT(digits_text(a, x.num, x.num_size)),
		STR_FMT(digits_text(a, x.den, x.den_size)));
}

struct str
rat_text_fixed(struct arena *a, struct rat x, int places)
{
	assert(places >= 0);
	return text_at(a, rat_round(a, x, places, RAT_HALF_UP), (unsigned)places);
}
