/*
 * invoice tasks - compute what is not final yet, finalize what is due.
 *
 * Shape      compute loads every contract asked for, plans all its open periods,
 *            scans the events once, and builds invoices: those that are due at
 *            now and, where wanted, those that are not. They are built in the
 *            order in which they draw on balances: period end, contract start,
 *            creation. finalize stores the due ones in the order of (issue date,
 *            customer, contract, id), which is the order of their numbers.
 * Errors     a contract that cannot be rated is a failure of its own: where it
 *            is due, the invoices of its customer are left out, the others are
 *            made; a draft that fails holds nothing else back.
 * Order      invoices as above; running again finds nothing to do.
 * Source     mtr-pricing(7), Finalization.
 */
#ifndef TASKS_INVOICE_H
#define TASKS_INVOICE_H

#include "domain/invoice.h"
#include "engine/statement.h"
#include "store/store.h"

struct invoice_request {
	int64_t now_ns;
	struct str customer_id; /* empty: all, likewise the contract */
	struct str contract_id;
	struct str regenerate; /* id of a void invoice: that alone, made anew; else empty */
	bool drafts;           /* begun periods that are not due yet too */
	bool future;           /* scheduled invoices of the future too */
	bool require_rates;    /* usage without a rate is a failure of its customer */
	void (*progress)(void *ctx, uint64_t events); /* while events are read; NULL: not told */
	void *ctx;
};

struct open_invoice {
	struct invoice invoice;
	const struct contract *contract;
	bool due;
};

struct invoice_failure {
	struct str customer_id;
	struct str contract_id;
	struct err err;
};

struct open_invoices {
	struct open_invoice *p;
	size_t n;
	struct invoice_failure *failures;
	size_t nfailures;
	struct rating_warnings warnings;
};

bool invoices_compute(struct store *st, const struct invoice_request *r, struct arena *a,
	struct open_invoices *out, struct err *e);

/*
 * Inside a transaction. Each due invoice becomes final; visit gets its document. *run_id is
 * empty when none was due.
 */
typedef void (*invoice_final)(void *ctx, const struct open_invoice *inv, struct str document);
bool invoices_finalize(struct store *st, struct open_invoices *open, int64_t now_ns,
	struct arena *a, invoice_final visit, void *ctx, struct str *run_id, struct err *e);

#endif
