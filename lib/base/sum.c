#include "base/sum.h"

#include "base/banned.h"

#define SCALE_MAX 18
#define SHORT_DIGITS 18 /* any so many fit an int64_t */

/* v * 10^n; false when it does not fit. */
static bool
scale_up(int64_t v, unsigned n, int64_t *out)
{
	static const int64_t pow10[SCALE_MAX + 1] = { 1, 10, 100, 1000, 10000, 100000, 1000000,
		10000000, 100000000, 1000000000, INT64_C(10000000000), INT64_C(100000000000),
		INT64_C(1000000000000), INT64_C(10000000000000), INT64_C(100000000000000),
		INT64_C(1000000000000000), INT64_C(10000000000000000), INT64_C(100000000000000000),
		INT64_C(1000000000000000000) };

	return !__builtin_mul_overflow(v, pow10[n], out);
}

void
sum_add_other(struct sum *s, struct arena *a, int64_t mantissa, unsigned scale)
{
	unsigned wider = s->scale > scale ? s->scale : scale;
	int64_t have, more, total;

	if (!scale_up(s->mantissa, wider - s->scale, &have) ||
		!scale_up(mantissa, wider - scale, &more)) {
		s->spilled = rat_add(a, s->spilled, rat_scaled(a, mantissa, scale));
		return;
	}
	if (__builtin_add_overflow(have, more, &total)) {
		/* the mantissa has run full: empty it, which is seldom needed again */
		s->spilled = rat_add(a, s->spilled, rat_scaled(a, have, wider));
		total = more;
	}
	s->mantissa = total;
	s->scale = wider;
}

/* A plain decimal of few digits; false for anything else, which rat_parse judges. */
static bool
read_short(struct str text, int64_t *mantissa, unsigned *scale)
{
	bool negative = text.n > 0 && text.p[0] == '-', point = false;
	size_t first = negative ? 1 : 0;
	int64_t v = 0;
	unsigned places = 0;

	if (text.n == first || text.n > SHORT_DIGITS || !ascii_is_digit(text.p[text.n - 1]) ||
		text.p[first] == '.')
		return false;
	if (text.p[first] == '0' && text.n > first + 1 && text.p[first + 1] != '.')
		return false;
	for (size_t i = first; i < text.n; i++) {
		char c = text.p[i];
		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (!ascii_is_digit(c))
			return false;
		v = v * 10 + (c - '0');
		places += point;
	}
	*mantissa = negative ? -v : v;
	*scale = places;
	return true;
}

enum rat_parsed
sum_add_text(struct sum *s, struct arena *a, struct str text)
{
	int64_t mantissa;
	unsigned scale;
	struct rat x;

	if (read_short(text, &mantissa, &scale)) {
		sum_add_scaled(s, a, mantissa, scale);
		return RAT_OK;
	}

	enum rat_parsed status = rat_parse(a, text, &x);
	if (status == RAT_OK)
		sum_add(s, a, x);
	return status;
}

void
sum_add(struct sum *s, struct arena *a, struct rat x)
{
	int64_t mantissa;
	unsigned scale;

	if (rat_to_scaled(x, &mantissa, &scale))
		sum_add_scaled(s, a, mantissa, scale);
	else
		s->spilled = rat_add(a, s->spilled, x);
}

void
sum_merge(struct sum *s, struct arena *a, const struct sum *other)
{
	struct sum from = *other; /* may be s itself */

	sum_add_scaled(s, a, from.mantissa, from.scale);
	if (rat_sign(from.spilled) != 0)
		s->spilled = rat_add(a, s->spilled, from.spilled);
}

struct rat
sum_value(const struct sum *s, struct arena *a)
{
	struct rat x = rat_scaled(a, s->mantissa, s->scale);

	return rat_sign(s->spilled) == 0 ? x : rat_add(a, x, s->spilled);
}
