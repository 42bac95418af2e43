/*
 * usage_options - --from, --to and --group-by, as usage is asked for.
 *
 * Range      without --from or --to, that bound of the month of the clock.
 * Errors     usage: a range without an instant in it, names that are empty or
 *            stand twice.
 */
#ifndef CMD_USAGE_OPTIONS_H
#define CMD_USAGE_OPTIONS_H

#include "cli.h"
#include "tasks/usage.h"

bool usage_range(struct cli *c, struct usage_request *rq);
/* None given: no names. */
bool usage_group_names(struct cli *c, struct texts *out);

#endif
