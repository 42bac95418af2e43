/*
 * instant - points in time and the UTC calendar.
 *
 * Shape      an instant is an int64_t count of nanoseconds since
 *            1970-01-01T00:00:00Z, no leap seconds. Variables end in _ns.
 * Range      1677-09-21T00:12:43.145224193Z to 2262-04-11T23:47:16.854775807Z;
 *            text outside is refused. INSTANT_NONE (the least int64) stands
 *            for "no instant" where an interval is open; it is never a value.
 * Rounding   none; months clamp to the last day of a shorter month.
 * Source     RFC 3339; proleptic Gregorian calendar by integer arithmetic.
 * Example    "2024-09-27T02:00:00.5+02:00" -> "2024-09-27T00:00:00.5Z".
 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_HOUR (INT64_C(3600) * NS_PER_SECOND)
#define NS_PER_DAY (INT64_C(86400) * NS_PER_SECOND)
#define INSTANT_NONE INT64_MIN
#define INSTANT_TEXT_SIZE 40

enum instant_form {
	INSTANT_STAMP = 0, /* date, time with seconds, offset or Z */
	INSTANT_DATE = 1,  /* flag: a bare date is accepted too, midnight UTC */
	INSTANT_UTC = 2    /* flag: a missing offset means UTC */
};

struct instant_why {
	char text[96]; /* "no month 13", "offset missing (Z or +hh:mm)" */
};

/* 'T' may be 't' or one space, 'Z' may be 'z'; up to 9 fractional digits; second 60 refused. */
bool instant_parse(struct str text, unsigned forms, int64_t *out_ns, struct instant_why *why);

/* RFC 3339 with Z; a fraction only when there is one, without trailing zeros. */
const char *instant_text(int64_t t_ns, char out[INSTANT_TEXT_SIZE]);

/* The same with always nine fractional digits, so that text order is time order. */
const char *instant_text_nine(int64_t t_ns, char out[INSTANT_TEXT_SIZE]);

struct civil {
	int year;
	int month;         /* 1..12 */
	int day;           /* 1..31 */
	int64_t of_day_ns; /* 0 .. NS_PER_DAY-1 */
};

struct civil instant_civil(int64_t t_ns);
bool instant_from_civil(struct civil c, int64_t *out_ns); /* false: no such day, or out of range */
int days_in_month(int year, int month);

/*
 * anchor moved by months; the day of the anchor, clamped to the month's last.
 * False: out of range.
 */
bool instant_add_months(int64_t anchor_ns, int64_t months, int64_t *out_ns);
bool instant_add_days(int64_t t_ns, int64_t days, int64_t *out_ns);

bool instant_on_hour(int64_t t_ns);

/* The last multiple of step_ns (> 0, from the epoch) up to t_ns, or the least instant. */
int64_t instant_floor(int64_t t_ns, int64_t step_ns);

#endif
