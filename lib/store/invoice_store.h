/*
 * invoice_store - finalized invoices, whole, and the runs that made them.
 *
 * Shape      the document is the invoice's JSON as it was finalized; columns
 *            and lines beside it are for queries (invoice_writer.h stores them).
 *            Nothing is ever changed: that an invoice is void is a record of its own
 *            (void_store.h), and put into what is read.
 * Errors     not_found; db_damaged where a document and its digest disagree;
 *            ERR_FATAL of the store.
 * Order      lists by finalization.
 */
#ifndef STORE_INVOICE_STORE_H
#define STORE_INVOICE_STORE_H

#include "base/map.h"
#include "domain/invoice.h"
#include "store/store.h"

/* A new run; its id lives in a. */
bool run_store_add(struct store *st, int64_t now_ns, struct arena *a, struct str *run_id,
	struct err *e);

/* Is an invoice of this id final. */
bool invoice_store_has(struct store *st, struct str id, bool *has, struct err *e);

/*
 * What the lines of a scheduled invoice bill: how many lines each object has, added to
 * counts (id -> size_t). *final false: there is no such invoice.
 */
bool invoice_store_objects(struct store *st, struct str id, struct arena *a, struct map *counts,
	bool *final, struct err *e);

/* How many of an object the lines of an invoice bill together. */
bool invoice_store_quantity(struct store *st, struct str id, struct str object_id, struct arena *a,
	struct rat *sum, struct err *e);

/* The end of the last period that final usage invoices of a contract bill; INSTANT_NONE: none. */
bool invoice_store_until(struct store *st, struct str contract_id, int64_t *until_ns,
	struct err *e);

/* A contract has a final invoice. */
bool invoice_store_any(struct store *st, struct str contract_id, bool *any, struct err *e);

struct invoice_key {
	struct str id;
	struct str customer_id;
	struct str contract_id;
};

/* By id or invoice number; the texts live in a. */
bool invoice_store_key(struct store *st, struct str ref, struct arena *a, struct invoice_key *out,
	struct err *e);

/* The document by id or invoice number; of a void invoice with its status. */
bool invoice_store_get(struct store *st, struct str ref, struct arena *a, struct str *document,
	struct err *e);

struct invoice_filter { /* empty members: all */
	struct str customer_id;
	struct str contract_id;
	struct str type;   /* "USAGE" */
	struct str run_id; /* "last": the newest run */
	int64_t limit;     /* < 0: all */
	struct str after;  /* id or number of an invoice */
	bool only_void;
	bool only_final; /* not void */
};

/* visit returns false to stop; the document holds until it returns. */
typedef bool (*invoice_visit)(void *ctx, struct str document);
bool invoice_store_list(struct store *st, const struct invoice_filter *f, invoice_visit visit,
	void *ctx, struct err *e);

#endif
