/*
 * pay - balances pay for what stands on one invoice (within the engine).
 *
 * Shape      the charges are drawn for; each segment that paid gets one deduction,
 *            dated at its end or the invoice's, whichever is earlier. What more seats
 *            add to a segment after the invoice's date does not pay for it.
 * Order      deductions in drawing order; invoices as burndown.h says.
 * Source     mtr-pricing(7), Balances.
 */
#ifndef ENGINE_PAY_H
#define ENGINE_PAY_H

#include "domain/invoice.h"
#include "engine/burndown.h"

/* at_ns: the end of the invoice's period, or its date. */
void invoice_pay(struct purse *purse, struct arena *a, struct charge **charges, size_t n,
	int64_t at_ns, struct invoice *inv);

#endif
