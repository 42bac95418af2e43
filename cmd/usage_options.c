#include "usage_options.h"

#include <string.h>

#include "base/grid.h"

#include "base/banned.h"

/* What is not given is a bound of the month in which the clock stands. */
bool
usage_range(struct cli *c, struct usage_request *rq)
{
	static const struct grid months = { .anchor_ns = 0, .unit = GRID_MONTHS, .step = 1 };
	char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
	int64_t k;

	rq->from_ns = c->from_ns;
	rq->to_ns = c->to_ns;
	rq->now_ns = c->now_ns;
	if ((c->from_ns == INSTANT_NONE || c->to_ns == INSTANT_NONE) &&
		(!grid_find(&months, c->now_ns, &k) ||
			(c->from_ns == INSTANT_NONE && !grid_start(&months, k, &rq->from_ns)) ||
			(c->to_ns == INSTANT_NONE && !grid_start(&months, k + 1, &rq->to_ns))))
		return cli_usage(c,
			"no whole month lies around the clock: "
			"--from and --to are wanted");
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
