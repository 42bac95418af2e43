/*
 * invoice_store - finalized invoices, whole, and the runs that made them.
 *
 * Shape      the document is the invoice's JSON as it was finalized; columns
 *            and lines beside it are for queries. Nothing is ever changed.
 * Errors     not_found; db_damaged where a document and its digest disagree;
 *            ERR_FATAL of the store.
 * Order      lists by finalization.
 */
#ifndef STORE_INVOICE_STORE_H
#define STORE_INVOICE_STORE_H

#include "domain/invoice.h"
#include "store/store.h"

/* A new run; its id lives in a. */
bool run_store_add(struct store *st, int64_t now_ns, struct arena *a, struct str *run_id,
	struct err *e);

/*
 * Finalize: the next number of the series, status, document, lines, and what it
 * draws from balances. inv is changed accordingly; *document (in a) is what was stored.
 */
bool invoice_store_add(struct store *st, struct str run_id, struct str series, struct invoice *inv,
	struct arena *a, struct str *document, struct err *e);

/* Is an invoice of this id final. */
bool invoice_store_has(struct store *st, struct str id, bool *has, struct err *e);

/* The document by id or invoice number. */
bool invoice_store_get(struct store *st, struct str ref, struct arena *a, struct str *document,
	struct err *e);

struct invoice_filter { /* empty members: all */
	struct str customer_id;
	struct str contract_id;
	struct str type;   /* "USAGE" */
	struct str run_id; /* "last": the newest run */
	int64_t limit;     /* < 0: all */
	struct str after;  /* id or number of an invoice */
};

/* visit returns false to stop; the document holds until it returns. */
typedef bool (*invoice_visit)(void *ctx, struct str document);
bool invoice_store_list(struct store *st, const struct invoice_filter *f, invoice_visit visit,
	void *ctx, struct err *e);

#endif
