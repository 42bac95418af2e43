/*
 * invoice_print - what the printed invoice tells beside its document.
 *
 * Shape      of each balance that the invoice drew on what it has left, and how much
 *            was used by day of each usage product on it, in the order of the lines.
 *            Products of one metric share a chart, which has their names.
 * Units      balances in major units of their own; quantities as the metric counts,
 *            before conversions of the product.
 * Range      balances as of the issue of the invoice: what final invoices drew, of a
 *            draft what drafts do too. Charts of usage invoices alone, CHARTS_MAX at most
 *            and of no more than CHART_DAYS_MAX days; none of queries, of what nothing was used of, and where the usage
 *            filter of the contract is by no group key of the metric. They count the
 *            events that are stored now.
 * Errors     those of the store. A document whose contract is not here has neither.
 * Order      balances and usage are a snapshot each; not inside store_read_begin.
 * Source     mtr-invoice(1), render.
 */
#ifndef TASKS_INVOICE_PRINT_H
#define TASKS_INVOICE_PRINT_H

#include "domain/sheet.h"
#include "store/store.h"

#define CHARTS_MAX 6
#define CHART_DAYS_MAX 400

bool invoice_print_details(struct store *st, const struct invoice *inv, int64_t now_ns,
	struct arena *a, struct sheet *sheet, struct err *e);

#endif
