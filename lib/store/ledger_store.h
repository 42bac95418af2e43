/*
 * ledger_store - what final invoices drew from commits, and where a commit is.
 *
 * Shape      one row for each invoice and segment, with the ids of its commit,
 *            contract and customer. Grants and expirations are not stored: they
 *            follow from the terms and the clock. Nothing is ever changed.
 * Units      amounts in stored units of the commit; a row's is below zero, a
 *            sum of what was drawn above.
 * Errors     not_found, ambiguous_name of a commit; ERR_FATAL of the store.
 * Order      lists by finalization.
 */
#ifndef STORE_LEDGER_STORE_H
#define STORE_LEDGER_STORE_H

#include "base/map.h"
#include "domain/contract.h"
#include "domain/invoice.h"
#include "domain/ledger.h"
#include "store/store.h"

/* The deductions of an invoice that has just been stored. */
bool ledger_store_add(struct store *st, const struct invoice *inv, struct arena *a, struct err *e);

struct ledger_filter { /* empty members: all */
	struct str customer_id;
	struct str contract_id;
	struct str commit_id;
};

struct ledger_row {
	struct ledger_entry entry; /* a deduction */
	struct str commit_id;
	int64_t period_start_ns; /* of its invoice */
};

/* The rows live in the arena. */
bool ledger_store_load(struct store *st, const struct ledger_filter *f, struct arena *a,
	struct ledger_row **out, size_t *n, struct err *e);

/* What rows drew from each segment: segment id -> struct rat, above zero. */
void ledger_drawn(const struct ledger_row *rows, size_t n, struct arena *a, struct map *out);
/* The same of the rows that are stored. */
bool ledger_store_drawn(struct store *st, const struct ledger_filter *f, struct arena *a,
	struct map *out, struct err *e);

/* The commits of the version of a contract that bears c->seq. */
bool commit_store_put(struct store *st, const struct contract *c, struct err *e);

/*
 * A commit by id, else by the name its contract gives it; commits of archived
 * contracts are found by name only where no other bears it. The ids live in a.
 */
bool commit_store_find(struct store *st, struct str ref, struct arena *a, struct str *commit_id,
	struct str *contract_id, struct err *e);

#endif
