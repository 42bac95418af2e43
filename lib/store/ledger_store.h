/*
 * ledger_store - the entries that do not follow from the terms, and where a commit is.
 *
 * Shape      one row for each invoice and segment that it drew from, one for what
 *            came back of that when it was voided, and one for each manual entry, with the ids of commit, contract and customer.
 *            Grants and expirations are not stored: they follow from the terms
 *            and the clock. Nothing is ever changed.
 * Units      amounts in stored units of the commit; a row's is below zero where
 *            it takes, a sum of what was taken above.
 * Errors     not_found, ambiguous_name of a commit; ERR_FATAL of the store.
 * Order      lists by recording.
 */
#ifndef STORE_LEDGER_STORE_H
#define STORE_LEDGER_STORE_H

#include "base/map.h"
#include "domain/contract.h"
#include "domain/invoice.h"
#include "domain/ledger.h"
#include "store/store.h"

/* The number of the last entry; 0: there is none. */
bool ledger_store_last(struct store *st, int64_t *last, struct err *e);
/*
 * For invoice_writer.h: the deductions of invoices are gathered in a temporary table, *last
 * being the number of the one before, and go over together behind their invoices.
 */
bool ledger_store_gather(struct store *st, struct err *e);
bool ledger_store_add(struct store *st, int64_t *last, const struct invoice *inv, struct arena *a,
	struct err *e);
bool ledger_store_move(struct store *st, struct err *e);
/* What the invoice took comes back, dated as it was taken. */
bool ledger_store_give_back(struct store *st, struct str invoice_id, struct arena *a,
	struct err *e);

/*
 * A manual entry, whose id and type are made here: *row has them then. contract_id of the
 * entry: whose balance it is; empty: the customer's.
 */
struct ledger_row;
bool ledger_store_add_manual(struct store *st, struct ledger_row *row, struct str customer_id,
	struct arena *a, struct err *e);

struct ledger_filter { /* empty members: all */
	struct str customer_id;
	struct str contract_id;
	struct str commit_id;
};

struct ledger_row {
	struct ledger_entry entry; /* no grant, no expiration */
	struct str commit_id;
	int64_t period_start_ns; /* of its invoice, or the date; INSTANT_NONE: manual */
	bool voided; /* its invoice is void: what it took and what came back are the same */
};

/* The rows live in the arena. */
bool ledger_store_load(struct store *st, const struct ledger_filter *f, struct arena *a,
	struct ledger_row **out, size_t *n, struct err *e);

/* What rows took from each segment, less what they gave: segment id -> struct rat. */
void ledger_taken(const struct ledger_row *rows, size_t n, struct arena *a, struct map *out);
/* Of rows of one kind alone, those of void invoices apart. */
void ledger_taken_by(const struct ledger_row *rows, size_t n, enum entry_kind kind, struct arena *a,
	struct map *out);

/* The commits of the version of a contract that bears c->seq. */
bool commit_store_put(struct store *st, const struct contract *c, struct err *e);

/*
 * A commit by id, else by the name its contract gives it; commits of archived
 * contracts are found by name only where no other bears it. The ids live in a.
 */
bool commit_store_find(struct store *st, struct str ref, struct arena *a, struct str *commit_id,
	struct str *contract_id, struct err *e);

#endif
