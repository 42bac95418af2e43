/*
 * invoice_read - an invoice from its document.
 *
 * Shape      the inverse of invoice_to_json: what is read is written again as it was.
 *            The traces, the deductions and what else is not printed are empty.
 * Units      currencies by their ids; what has another id is a custom unit of that
 *            name, so that a document is enough.
 * Errors     ERR_INPUT of codec/obj.h, codes invoice.FIELD: the document of a draft may
 *            come from anybody. Amounts that do not add up are refused; members that an
 *            invoice has not are passed over.
 * Ownership  everything lives in the arena.
 * Source     mtr-json(5), Invoices.
 */
#ifndef DOMAIN_INVOICE_READ_H
#define DOMAIN_INVOICE_READ_H

#include "domain/invoice.h"

bool invoice_from_json(const struct json *j, struct arena *a, struct invoice *out, struct err *e);

#endif
