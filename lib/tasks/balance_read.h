/*
 * balance_read - what balances are read with (inside tasks).
 *
 * Shape      reading_load loads contracts, balances and entries, drafts too where
 *            they count; balance.c adds them up, balance_ledger.c lists them.
 */
#ifndef TASKS_BALANCE_READ_H
#define TASKS_BALANCE_READ_H

#include "store/ledger_store.h"
#include "tasks/accounts.h"
#include "tasks/balance.h"

struct drawn {
	struct ledger_row *rows; /* of final invoices in their order, then of drafts */
	size_t n;
	size_t cap;
	struct invoice_failure *failures;
	size_t nfailures;
};

struct reading {
	struct store *store;
	const struct balance_request *request;
	struct arena *arena;
	struct accounts accounts;
	struct drawn drawn;
	struct map taken[ENTRY_KINDS]; /* by kind of entry: segment id -> struct rat */
};

bool reading_load(struct reading *rd, const struct ledger_filter *f, struct err *e);
/* A period that has begun may draw from a segment that has not: that is yet to come. */
bool segment_has_begun(const struct access_segment *s, int64_t at_ns);
/* owner: the account whose own the commit is; of a customer's it does not count. */
bool reading_segments(const struct reading *rd, const struct account *owner,
	const struct commit *commit, struct segment_balance **out, struct err *e);

#endif
