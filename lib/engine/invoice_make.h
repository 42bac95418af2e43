/*
 * invoice_make - what invoices of every type have in common (within the engine).
 *
 * Shape      invoice_of fills what comes from the account: a draft without
 *            lines or dates of its own. invoice_close (statement.h) ends it.
 * Errors     due_date_check: ERR_INPUT contract.net_payment_terms_days where
 *            issue date + terms leave the range of instants.
 */
#ifndef ENGINE_INVOICE_MAKE_H
#define ENGINE_INVOICE_MAKE_H

#include "domain/invoice.h"
#include "engine/catalogue.h"

/* at_ns: the start of the period, or the date; with type and unit it makes the id. */
struct invoice invoice_of(const struct account *acct, struct arena *a, enum invoice_type type,
	int64_t at_ns, const struct unit *unit);
/*
 * For each custom unit that the invoice converts, in the order of the card, a line at the
 * end for what its lines leave uncovered, unless that is zero; those made before are gone.
 */
void invoice_convert(struct invoice *inv, struct arena *a);
bool due_date_check(const struct contract *c, struct arena *a, int64_t issued_at_ns, struct err *e);

#endif
