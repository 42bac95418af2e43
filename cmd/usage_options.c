#include "usage_options.h"

#include <string.h>

#include "base/grid.h"

#include "base/banned.h"

bool
usage_window(struct cli *c, enum usage_window *out)
{
	static const char *const names[] = {
		[USAGE_UNDIVIDED] = "none",
		[USAGE_HOUR] = "hour",
		[USAGE_DAY] = "day",
		[USAGE_MONTH] = "month",
		[USAGE_PERIOD] = "period",
	};

	*out = USAGE_UNDIVIDED;
	for (size_t i = 0; i < countof(names); i++)
		if (str_is(c->window, names[i]))
			*out = (enum usage_window)i;
	return true;
}

/* Periods that overlap the range count, so the instant of the clock is the period around it. */
static void
period_range(const struct cli *c, struct usage_request *rq)
{
	rq->to_ns = c->to_ns != INSTANT_NONE ? c->to_ns : c->now_ns + 1;
	rq->from_ns = c->from_ns;
	if (c->from_ns == INSTANT_NONE && c->to_ns == INSTANT_NONE)
		rq->from_ns = c->now_ns;
}

/* What is not given is a bound of the month in which the clock stands. */
static bool
month_range(struct cli *c, struct usage_request *rq)
{
	static const struct grid months = { .anchor_ns = 0, .unit = GRID_MONTHS, .step = 1 };
	int64_t k;

	rq->from_ns = c->from_ns;
	rq->to_ns = c->to_ns;
	if ((c->from_ns == INSTANT_NONE || c->to_ns == INSTANT_NONE) &&
		(!grid_find(&months, c->now_ns, &k) ||
			(c->from_ns == INSTANT_NONE && !grid_start(&months, k, &rq->from_ns)) ||
			(c->to_ns == INSTANT_NONE && !grid_start(&months, k + 1, &rq->to_ns))))
		return cli_usage(c,
			"no whole month lies around the clock: "
			"--from and --to are wanted");
	return true;
}

bool
usage_range(struct cli *c, struct usage_request *rq)
{
	char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];

	rq->now_ns = c->now_ns;
	if (rq->window == USAGE_PERIOD)
		period_range(c, rq);
	else if (!month_range(c, rq))
		return false;
	if (rq->from_ns < rq->to_ns)
		return true;
	return cli_usage(c, "nothing lies between --from %s and --to %s",
		instant_text(rq->from_ns, from), instant_text(rq->to_ns, to));
}

bool
usage_group_names(struct cli *c, struct texts *out)
{
	const char *value = cli_value(c, "group-by");
	size_t most = 1;

	for (const char *p = value; p != NULL && *p != '\0'; p++)
		most += *p == ',';
	out->p = ARENA_ARRAY(&c->run, most, struct str);
	for (const char *p = value; p != NULL;) {
		const char *comma = strchr(p, ',');
		struct str name = { p, comma != NULL ? (size_t)(comma - p) : strlen(p) };

		if (name.n == 0 || texts_has(out, name))
			return cli_usage(c,
				"--group-by \"%s\": wanted different names of "
				"properties, separated by commas",
				value);
		out->p[out->n++] = name;
		p = comma != NULL ? comma + 1 : NULL;
	}
	return true;
}

static bool
has_filter(const struct group_filter *p, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(p[i].name, name))
			return true;
	return false;
}

/* NAME=VALUE,... or NAME alone, for events that lack it. */
static bool
filter_from(struct cli *c, const char *text, struct group_filter *f)
{
	const char *equals = strchr(text, '=');
	size_t most = 1;

	f->name = (struct str){ text, equals != NULL ? (size_t)(equals - text) : strlen(text) };
	f->missing = equals == NULL;
	if (f->name.n == 0)
		return cli_usage(c, "--filter \"%s\": wanted NAME=VALUE,... or NAME", text);
	for (const char *p = text; *p != '\0'; p++)
		most += *p == ',';
	f->values.p = ARENA_ARRAY(&c->run, most, struct str);
	for (const char *p = equals; p != NULL;) {
		const char *start = p + 1, *comma = strchr(start, ',');

		f->values.p[f->values.n++] = (struct str){ start,
			comma != NULL ? (size_t)(comma - start) : strlen(start) };
		p = comma;
	}
	return true;
}

bool
usage_filters(struct cli *c, struct usage_request *rq)
{
	size_t n;
	const char *const *values = cli_values(c, "filter", &n);
	struct group_filter *p = ARENA_ARRAY(&c->run, n, struct group_filter);

	for (size_t i = 0; i < n; i++) {
		if (!filter_from(c, values[i], &p[i]))
			return false;
		if (!texts_has(&rq->group_names, p[i].name))
			return cli_usage(c, "--filter \"%s\": --group-by does not name \"%.*s\"",
				values[i], STR_FMT(p[i].name));
		if (has_filter(p, i, p[i].name))
			return cli_usage(c, "--filter names \"%.*s\" twice", STR_FMT(p[i].name));
	}
	rq->filters = p;
	rq->nfilters = n;
	return true;
}
