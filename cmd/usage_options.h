/*
 * usage_options - --from, --to, --window, --group-by and --filter, as usage is asked for.
 *
 * Range      without --from or --to, that bound of the month of the clock; of
 *            periods the one in which the clock stands, with --to alone all
 *            before it.
 * Errors     usage: a range without an instant in it, names that are empty or
 *            stand twice, a filter of what is not grouped by.
 */
#ifndef CMD_USAGE_OPTIONS_H
#define CMD_USAGE_OPTIONS_H

#include "cli.h"
#include "tasks/usage.h"

bool usage_window(struct cli *c, enum usage_window *out);
/* The window is known. */
bool usage_range(struct cli *c, struct usage_request *rq);
/* None given: no names. */
bool usage_group_names(struct cli *c, struct texts *out);
/* The group names are known. */
bool usage_filters(struct cli *c, struct usage_request *rq);

#endif
