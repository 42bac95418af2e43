/*
 * filter_watch - usage that the filters of a customer's contracts bill twice, or not at all.
 *
 * Shape      for each usage invoice that is due of a contract with usage filters, the
 *            metrics its card meters are counted once more by the filter's key. A
 *            value with usage that several contracts take, or none, is warned of:
 *            usage_billed_twice, usage_unbilled. Contracts that divide usage by
 *            another key are taken to bill what they may, and are not warned of.
 * Order      warnings as the invoices were planned, values as texts, once each.
 * Source     mtr-pricing(7), Usage filters.
 */
#ifndef TASKS_FILTER_WATCH_H
#define TASKS_FILTER_WATCH_H

#include "tasks/invoice_work.h"

/* Before the events are scanned. */
void filter_watch_plan(struct work *w, const struct account *acct, const struct period *p);
/* After; into the warnings of the run. */
void filter_watch_report(struct work *w);

#endif
