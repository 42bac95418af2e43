/*
 * invoice_chart - usage by day for a printed invoice (inside tasks).
 *
 * Shape      see invoice_print.h.
 */
#ifndef TASKS_INVOICE_CHART_H
#define TASKS_INVOICE_CHART_H

#include "tasks/invoice_print.h"

bool invoice_charts(struct store *st, const struct invoice *inv, struct str contract_id,
	int64_t now_ns, struct arena *a, struct sheet *sheet, struct err *e);

#endif
