/*
 * invoice_void - a final invoice is taken back, and made anew.
 *
 * Shape      void: the invoice stays as it is, with its number; what it took from
 *            balances comes back, entry by entry. regenerate: of a void invoice, once;
 *            its period or date is computed again as things are now, into an invoice of
 *            the next generation, issued at now.
 * Errors     not_found; void: it is void already; purchase: it buys a commit or bills
 *            what is missing of one; trueup: a true-up stands on it; not_void,
 *            regenerated, nothing_to_bill.
 * Order      inside a transaction.
 * Source     mtr-pricing(7), Void and regenerate.
 */
#ifndef TASKS_INVOICE_VOID_H
#define TASKS_INVOICE_VOID_H

#include "tasks/invoice.h"

/* ref: id or number. *document is the invoice as it is shown now. */
bool invoice_void(struct store *st, struct str ref, struct str reason, int64_t now_ns,
	struct arena *a, struct str *document, struct err *e);

/* *document is that of the new invoice; *warnings what was rated at no price. */
bool invoice_regenerate(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct str *document, struct open_invoices *open, struct err *e);

#endif
