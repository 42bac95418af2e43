/*
 * void_store - what became of final invoices.
 *
 * Shape      a record of its own says that an invoice is void, another which one was
 *            made anew for it; the invoices stay as they are stored. Invoices of one
 *            period or date and unit are its generations, counted from 0.
 * Errors     ERR_FATAL of the store.
 * Source     mtr-pricing(7), Void and regenerate.
 * Example    generation 0 void and replaced, 1 final: next is 2, all is billed.
 */
#ifndef STORE_VOID_STORE_H
#define STORE_VOID_STORE_H

#include "domain/invoice.h"
#include "store/store.h"

enum invoice_life {
	LIFE_NONE, /* there is no such invoice */
	LIFE_FINAL,
	LIFE_VOID,
	LIFE_REPLACED /* void, and made anew */
};

bool void_store_life(struct store *st, struct str id, enum invoice_life *life, struct err *e);

/* The invoice becomes void; document: as it was stored. What it took is ledger_store.h's. */
bool void_store_add(struct store *st, struct str id, struct str document, struct str reason,
	int64_t now_ns, struct err *e);
/* id was made anew for the void invoice from. */
bool void_store_replace(struct store *st, struct str id, struct str from, struct err *e);

struct generations {
	int next;    /* the first that is not there */
	bool billed; /* there is one, and each that is void was made anew */
	bool asked;  /* the invoice asked for is among them */
};

/* at_ns: the start of the period, or the date. asked may be empty. */
bool void_store_generations(struct store *st, struct str contract_id, enum invoice_type type,
	int64_t at_ns, const struct unit *unit, struct str asked, struct arena *a,
	struct generations *out, struct err *e);

/* The invoice buys a commit, or bills what is missing of one. */
bool void_store_buys(struct store *st, struct str id, bool *buys, struct err *e);
/* The number of a true-up that is final, of a promise that the invoice counts towards; or empty. */
bool void_store_trueup(struct store *st, struct str id, struct arena *a, struct str *number,
	struct err *e);

#endif
