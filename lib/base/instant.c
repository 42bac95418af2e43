#include "base/instant.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

__extension__ typedef __int128 i128;

#define SECONDS_PER_DAY 86400
#define DAYS_PER_ERA 146097 /* 400 years */
#define EPOCH_DAY 719468    /* days from 0000-03-01 to 1970-01-01 */

static const char *const month_names[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };

_Static_assert(countof(month_names) == 12, "a name for every month");

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Calendar */

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	assert(month >= 1 && month <= 12);
	return days[month - 1] + (month == 2 && is_leap(year));
}

/*
 * Days since the epoch. Years are counted from March, so that the leap day ends
 * them; the month lengths from March on follow (153 * m + 2) / 5.
 */
static int64_t
day_number(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_div(y, 400), of_era = y - era * 400;
	int64_t from_march = (month + 9) % 12;
	int64_t of_year = (153 * from_march + 2) / 5 + day - 1;

	return era * DAYS_PER_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAY;
}

struct civil
instant_civil(int64_t t_ns)
{
	int64_t of_day_ns = t_ns % NS_PER_DAY;
	int64_t since = floor_div(t_ns, NS_PER_DAY) + EPOCH_DAY; /* days from 0000-03-01 */
	int64_t era = floor_div(since, DAYS_PER_ERA), of_era = since - era * DAYS_PER_ERA;
	/* the day of the era without its leap days, as whole years */
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t from_march = (5 * of_year + 2) / 153;
	int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;

	return (struct civil){
		.year = (int)(year + era * 400 + (month <= 2)),
		.month = (int)month,
		.day = (int)(of_year - (153 * from_march + 2) / 5 + 1),
		.of_day_ns = of_day_ns < 0 ? of_day_ns + NS_PER_DAY : of_day_ns,
	};
}

static bool
in_range(i128 t, int64_t *out_ns)
{
	if (t <= INSTANT_NONE || t > INT64_MAX)
		return false;
	*out_ns = (int64_t)t;
	return true;
}

bool
instant_from_civil(struct civil c, int64_t *out_ns)
{
	if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > days_in_month(c.year, c.month))
		return false;
	if (c.of_day_ns < 0 || c.of_day_ns >= NS_PER_DAY)
		return false;
	return in_range((i128)day_number(c.year, c.month, c.day) * NS_PER_DAY + c.of_day_ns,
		out_ns);
}

bool
instant_add_months(int64_t anchor_ns, int64_t months, int64_t *out_ns)
{
	struct civil c = instant_civil(anchor_ns);
	int64_t month;

	if (__builtin_add_overflow(months, (int64_t)c.year * 12 + c.month - 1, &month))
		return false;
	if (month < 0 || month > INT64_C(9999) * 12) /* far outside; keeps the year in an int */
		return false;
	c.year = (int)(month / 12);
	c.month = (int)(month % 12) + 1;
	if (c.day > days_in_month(c.year, c.month))
		c.day = days_in_month(c.year, c.month);
	return instant_from_civil(c, out_ns);
}

bool
instant_add_days(int64_t t_ns, int64_t days, int64_t *out_ns)
{
	return in_range((i128)t_ns + (i128)days * NS_PER_DAY, out_ns);
}

bool
instant_on_hour(int64_t t_ns)
{
	return t_ns % NS_PER_HOUR == 0;
}

int64_t
instant_floor(int64_t t_ns, int64_t step_ns)
{
	int64_t floor_ns;

	assert(step_ns > 0);
	if (!in_range((i128)floor_div(t_ns, step_ns) * step_ns, &floor_ns))
		return INSTANT_NONE + 1;
	return floor_ns;
}

/* Reading */

struct reader {
	const char *p;
	const char *end;
	struct instant_why *why;
};

static bool __attribute__((format(printf, 2, 3)))
refuse(const struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why->text, sizeof(r->why->text), fmt, ap);
	va_end(ap);
	return false;
}

static bool
next_is(const struct reader *r, char c)
{
	return r->p < r->end && *r->p == c;
}

static bool
skip(struct reader *r, char c)
{
	if (!next_is(r, c))
		return false;
	r->p++;
	return true;
}

/* Exactly n digits. */
static bool
number(struct reader *r, int n, const char *what, int *out)
{
	const char *p = r->p;
	int v = 0;

	for (; p < r->end && ascii_is_digit(*p) && p - r->p <= n; p++)
		v = v * 10 + (*p - '0');
	if (p - r->p != n)
		return refuse(r, "the %s must have %d digits", what, n);
	r->p = p;
	*out = v;
	return true;
}

static bool
read_date(struct reader *r, struct civil *c)
{
	if (r->p == r->end || !ascii_is_digit(*r->p))
		return refuse(r, "not a time (YYYY-MM-DDThh:mm:ssZ)");
	if (!number(r, 4, "year", &c->year))
		return false;
	if (!skip(r, '-'))
		return refuse(r, "'-' missing after the year");
	if (!number(r, 2, "month", &c->month))
		return false;
	if (c->month < 1 || c->month > 12)
		return refuse(r, "no month %d", c->month);
	if (!skip(r, '-'))
		return refuse(r, "'-' missing after the month");
	if (!number(r, 2, "day", &c->day))
		return false;
	if (c->day < 1 || c->day > days_in_month(c->year, c->month))
		return refuse(r, "no day %d in %s %04d", c->day, month_names[c->month - 1],
			c->year);
	return true;
}

static bool
read_fraction(struct reader *r, int64_t *out_ns)
{
	int64_t unit = NS_PER_SECOND;

	*out_ns = 0;
	if (!skip(r, '.'))
		return true;
	if (r->p == r->end || !ascii_is_digit(*r->p))
		return refuse(r, "digits missing after '.'");
	for (; r->p < r->end && ascii_is_digit(*r->p); r->p++) {
		if (unit == 1)
			return refuse(r, "more than 9 fractional digits");
		unit /= 10;
		*out_ns += unit * (*r->p - '0');
	}
	return true;
}

static bool
read_time(struct reader *r, struct civil *c)
{
	int hour, minute, second;
	int64_t fraction_ns;

	if (!number(r, 2, "hour", &hour))
		return false;
	if (hour > 23)
		return refuse(r, "no hour %d", hour);
	if (!skip(r, ':'))
		return refuse(r, "minutes missing");
	if (!number(r, 2, "minute", &minute))
		return false;
	if (minute > 59)
		return refuse(r, "no minute %d", minute);
	if (!skip(r, ':'))
		return refuse(r, "seconds missing");
	if (!number(r, 2, "second", &second))
		return false;
	if (second == 60)
		return refuse(r, "second 60: leap seconds are not accepted");
	if (second > 60)
		return refuse(r, "no second %d", second);
	if (!read_fraction(r, &fraction_ns))
		return false;
	c->of_day_ns = (hour * 3600 + minute * 60 + second) * NS_PER_SECOND + fraction_ns;
	return true;
}

static bool
read_offset(struct reader *r, bool optional, int *out_minutes)
{
	int hours, minutes;

	*out_minutes = 0;
	if (skip(r, 'Z') || skip(r, 'z'))
		return true;
	if (r->p == r->end && optional)
		return true;
	if (!next_is(r, '+') && !next_is(r, '-'))
		return refuse(r,
			r->p == r->end ? "offset missing (Z or +hh:mm)" :
					 "unexpected text where the offset belongs (Z or +hh:mm)");

	char sign = *r->p++;
	if (!number(r, 2, "hour of the offset", &hours))
		return false;
	if (!skip(r, ':'))
		return refuse(r, "':' missing in the offset (Z or +hh:mm)");
	if (!number(r, 2, "minute of the offset", &minutes))
		return false;
	if (hours > 23 || minutes > 59)
		return refuse(r, "no offset %c%02d:%02d", sign, hours, minutes);
	*out_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
	return true;
}

static bool
read_stamp(struct reader *r, unsigned forms, struct civil *c, int *offset)
{
	*offset = 0;
	c->of_day_ns = 0;
	if (!read_date(r, c))
		return false;
	if (r->p == r->end) {
		if ((forms & INSTANT_DATE) != 0)
			return true;
		return refuse(r, "time missing (a date alone is not accepted here)");
	}
	if (!skip(r, 'T') && !skip(r, 't') && !skip(r, ' '))
		return refuse(r, "'T' missing after the date");
	if (!read_time(r, c) || !read_offset(r, (forms & INSTANT_UTC) != 0, offset))
		return false;
	if (r->p != r->end)
		return refuse(r, "unexpected text after the offset");
	return true;
}

/* Two digits; what is none makes *bad greater than 9. */
static inline int
two_digits(const char *p, unsigned *bad)
{
	unsigned tens = (unsigned char)p[0] - (unsigned)'0';
	unsigned ones = (unsigned char)p[1] - (unsigned)'0';

	*bad |= (tens > 9 ? 16U : 0U) | (ones > 9 ? 16U : 0U);
	return (int)(tens * 10 + ones);
}

/* The digits behind a point and the Z, to the end of the text. */
static bool
read_usual_fraction(const char *p, const char *end, int64_t *out_ns)
{
	int64_t unit = NS_PER_SECOND;

	*out_ns = 0;
	for (; p < end - 1; p++) {
		unsigned digit = (unsigned char)*p - (unsigned)'0';

		if (digit > 9)
			return false;
		unit /= 10;
		*out_ns += unit * digit;
	}
	return *p == 'Z';
}

/*
 * YYYY-MM-DDThh:mm:ssZ, with or without a fraction, which nearly every event has, in a
 * year that is wholly kept. False: another form, or wrong; the reader below tells.
 */
static bool
read_usual(struct str text, int64_t *out_ns)
{
	const char *p = text.p;
	unsigned bad = 0;
	int64_t fraction_ns = 0;

	if (text.n < 20 || text.n > 30 || p[4] != '-' || p[7] != '-' || p[10] != 'T' ||
		p[13] != ':' || p[16] != ':')
		return false;
	int year = two_digits(p, &bad) * 100 + two_digits(p + 2, &bad);
	int month = two_digits(p + 5, &bad), day = two_digits(p + 8, &bad);
	int hour = two_digits(p + 11, &bad), minute = two_digits(p + 14, &bad);
	int second = two_digits(p + 17, &bad);

	if (bad > 9 || year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 ||
		(day > 28 && day > days_in_month(year, month)) || hour > 23 || minute > 59 ||
		second > 59)
		return false;
	if (text.n == 20 ? p[19] != 'Z' :
			   text.n < 22 || p[19] != '.' ||
				!read_usual_fraction(p + 20, p + text.n, &fraction_ns))
		return false;
	*out_ns = day_number(year, month, day) * NS_PER_DAY +
		(hour * 3600 + minute * 60 + second) * NS_PER_SECOND + fraction_ns;
	return true;
}

bool
instant_parse(struct str text, unsigned forms, int64_t *out_ns, struct instant_why *why)
{
	struct reader r = { text.p, text.n == 0 ? text.p : text.p + text.n, why };
	struct civil c;
	int offset;

	if (read_usual(text, out_ns))
		return true;
	if (!read_stamp(&r, forms, &c, &offset))
		return false;

	i128 t = (i128)day_number(c.year, c.month, c.day) * NS_PER_DAY + c.of_day_ns -
		(i128)offset * 60 * NS_PER_SECOND;

	if (in_range(t, out_ns))
		return true;
	return refuse(&r,
		t < 0 ? "before 1677-09-21T00:12:43.145224193Z, the first instant kept" :
			"after 2262-04-11T23:47:16.854775807Z, the last instant kept");
}

/* Writing */

static char *
put(char *p, int64_t v, int digits)
{
	for (int i = digits - 1; i >= 0; i--, v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + digits;
}

static char *
put_date(char *p, const struct civil *c)
{
	p = put(p, c->year, 4);
	*p++ = '-';
	p = put(p, c->month, 2);
	*p++ = '-';
	return put(p, c->day, 2);
}

static const char *
stamp_text(int64_t t_ns, bool nine, char *out)
{
	struct civil c = instant_civil(t_ns);
	int64_t seconds = c.of_day_ns / NS_PER_SECOND, fraction_ns = c.of_day_ns % NS_PER_SECOND;
	char *p = put_date(out, &c);

	assert(t_ns != INSTANT_NONE);
	*p++ = 'T';
	p = put(p, seconds / 3600, 2);
	*p++ = ':';
	p = put(p, seconds / 60 % 60, 2);
	*p++ = ':';
	p = put(p, seconds % 60, 2);
	if (nine || fraction_ns != 0) {
		*p++ = '.';
		p = put(p, fraction_ns, 9);
		while (!nine && p[-1] == '0')
			p--;
	}
	*p++ = 'Z';
	*p = '\0';
	return out;
}

const char *
instant_text(int64_t t_ns, char out[INSTANT_TEXT_SIZE])
{
	return stamp_text(t_ns, false, out);
}

const char *
instant_text_nine(int64_t t_ns, char out[INSTANT_TEXT_SIZE])
{
	return stamp_text(t_ns, true, out);
}
