/*
 * invoice_writer - invoices of a run become final.
 *
 * Shape      each gets the next number of its series, its status and its document;
 *            it is stored whole with its lines and with what it draws from
 *            balances. Rows are gathered in temporary tables and go over many
 *            invoices at a time, one statement a table: while a trigger may still
 *            refuse a row, SQLite copies every page that a statement changes, and
 *            with a statement for each row it would copy the same ones again and
 *            again. Lines go over in the order in which their table keeps them.
 * Errors     ERR_FATAL of the store; ERR_INPUT constraint, at the latest from
 *            invoice_writer_close.
 * Order      numbers, those of the series and of the entries too, by adding.
 * Example    open, add for each invoice, close: inside one transaction.
 */
#ifndef STORE_INVOICE_WRITER_H
#define STORE_INVOICE_WRITER_H

#include "domain/invoice.h"
#include "store/store.h"

struct invoice_writer;

/* NULL: e says why. The writer lives in run. */
struct invoice_writer *invoice_writer_open(struct store *st, struct str run_id, struct arena *run,
	struct err *e);
/* inv is changed accordingly, its number in run; *document (in a) is what is stored. */
bool invoice_writer_add(struct invoice_writer *w, struct str series, struct invoice *inv,
	struct arena *a, struct str *document, struct err *e);
/* What has been gathered goes over. */
bool invoice_writer_close(struct invoice_writer *w, struct err *e);

#endif
