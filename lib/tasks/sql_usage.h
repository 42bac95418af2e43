/*
 * sql_usage - fill the meters of metrics in SQL.
 *
 * Shape      after the pass that fed the others: each query is evaluated for a
 *            meter's customer once per cut, from the first cut on, and put into
 *            the meter. The events of as many meters as there is room for come
 *            from one scan.
 * Errors     a query that exceeds a limit is a failure of its meter, told
 *            through failed: sql_limit, with the metric's name. False: ERR_FATAL
 *            of the store.
 * Source     mtr-pricing(7), SQL metrics.
 */
#ifndef TASKS_SQL_USAGE_H
#define TASKS_SQL_USAGE_H

#include "engine/usage.h"
#include "store/store.h"

typedef void (*sql_usage_failed)(void *ctx, const struct meter *m, const struct err *e);

/* Between feeding and usage_finish. */
bool sql_usage_fill(struct store *st, struct usage_plan *p, sql_usage_failed failed, void *ctx,
	struct err *e);

#endif
