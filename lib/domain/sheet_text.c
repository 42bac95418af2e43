#include "domain/sheet.h"

#include "base/instant.h"

#include "base/banned.h"

#define ABOUT_PLACES 10 /* of what does not end */

struct str
sheet_number(struct arena *a, struct rat r)
{
	struct str text;

	if (rat_is_short(r))
		return rat_text(a, r);
	text = rat_text(a, rat_round(a, r, ABOUT_PLACES, RAT_HALF_EVEN));
	return str_printf(a, "~%.*s", STR_FMT(text));
}

struct str
sheet_money(struct arena *a, const struct unit *u, struct rat stored)
{
	struct rat major = unit_major(a, u, stored);

	if (!u->custom && rat_eq(major, rat_round(a, major, u->places, RAT_HALF_UP)))
		return rat_text_fixed(a, major, u->places);
	return sheet_number(a, major);
}

struct str
sheet_date(struct arena *a, int64_t t_ns)
{
	struct civil c = instant_civil(t_ns);

	return str_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static struct str
stamp(struct arena *a, int64_t t_ns)
{
	struct str date = sheet_date(a, t_ns);
	int64_t minutes = instant_civil(t_ns).of_day_ns / (60 * NS_PER_SECOND);

	return str_printf(a, "%.*s %02d:%02d", STR_FMT(date), (int)(minutes / 60),
		(int)(minutes % 60));
}

struct str
sheet_period(struct arena *a, int64_t from_ns, int64_t to_ns)
{
	bool days = instant_civil(from_ns).of_day_ns == 0 && instant_civil(to_ns).of_day_ns == 0;
	struct str from = days ? sheet_date(a, from_ns) : stamp(a, from_ns);
	struct str to = days ? sheet_date(a, to_ns - 1) : stamp(a, to_ns);

	if (days && str_eq(from, to))
		return from;
	return str_printf(a, "%.*s to %.*s%s", STR_FMT(from), STR_FMT(to), days ? "" : " UTC");
}
