/*
 * usage_table - usage by windows for people: a row a customer and metric, with a trend.
 *
 * Shape      gathers the readings of each series and writes it as one row: how many
 *            windows, least, greatest and last value of those that have one, and a
 *            line of small bars from nothing (or the least, below it) up to the
 *            greatest, blank where there is no value. Of a group the windows
 *            without it are not told, so they are not in the line either.
 * Range      at most TREND_BARS bars; of more windows, each stands for several and
 *            is as high as the highest of them.
 * Ownership  the command's arena; everything asked for is held until the end.
 * Order      of the first reading of each series.
 */
#ifndef CMD_USAGE_TABLE_H
#define CMD_USAGE_TABLE_H

#include "cli.h"
#include "tasks/usage.h"

#define TREND_BARS ((size_t)32)

struct usage_table;

/* Those of groups and of contracts only where it is asked for by these. */
void usage_columns_set(struct cli *c, const struct usage_request *rq, const struct cli_column *all,
	size_t n);

struct usage_table *usage_table_new(struct cli *c, const struct usage_request *rq);
void usage_table_add(struct usage_table *t, const struct usage_reading *r);
void usage_table_show(const struct usage_table *t);

#endif
