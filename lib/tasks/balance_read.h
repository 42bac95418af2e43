/*
 * balance_read - what balances are read with (inside tasks).
 *
 * Shape      reading_load loads contracts, balances and entries, drafts too where
 *            they count; balance_segments.c says what a segment has, balance.c adds
 *            them up, balance_ledger.c lists the entries,
 *            rollforward.c sorts them by time.
 * Ownership  what is loaded lives in arena; of a reading that was opened with
 *            reading_open the catalogue in one of its own, so that arena may be
 *            cleared between customers.
 */
#ifndef TASKS_BALANCE_READ_H
#define TASKS_BALANCE_READ_H

#include "store/ledger_store.h"
#include "tasks/accounts.h"
#include "tasks/balance.h"

/* What one segment lost and got, apart from its terms, by kind of entry. */
struct segment_rows {
	struct rat taken[ENTRY_KINDS]; /* less what was given */
	const struct row_link *first;  /* in the order of the rows */
	struct row_link *last;
};

struct row_link {
	const struct ledger_row *row;
	const struct row_link *next;
};

struct drawn {
	struct ledger_row *rows; /* of final invoices in their order, then of drafts */
	size_t n;
	size_t cap;
	struct map
		last; /* segment id -> int64_t: the date of the last final draw, at any instant */
	struct invoice_failure *failures;
	size_t nfailures;
};

struct reading {
	struct store *store;
	const struct balance_request *request;
	struct arena *arena;
	struct accounts accounts;
	struct drawn drawn;
	struct map rows_of; /* segment id -> struct segment_rows */
	bool opened;        /* by reading_open: archived ones are loaded too */
};

/* The entries of one commit. */
struct entry_list {
	struct ledger_entry *p;
	size_t n;
	size_t cap;
};

/* Readings of one customer after the other (or of all). */
void reading_open(struct reading *rd, struct arena *lasting);

bool reading_load(struct reading *rd, const struct ledger_filter *f, struct err *e);
/* A period that has begun may draw from a segment that has not: that is yet to come. */
bool segment_has_begun(const struct access_segment *s, int64_t at_ns);
/* When it was archived: by itself, with its contract or its customer; INSTANT_NONE: it was not. */
int64_t balance_archived_at(const struct account *owner, const struct commit *c);
/* owner: the account whose own the commit is; of a customer's it does not count. */
bool reading_segments(const struct reading *rd, const struct account *owner,
	const struct commit *commit, struct segment_balance **out, struct err *e);
/*
 * The entries of a segment up to the instant of the request, put where they belong
 * among those that are there: in order of time, at one instant in that of their kinds.
 */
void reading_entries(const struct reading *rd, struct arena *a, const struct commit *commit,
	const struct segment_balance *s, struct entry_list *l);
/* A contract of the customer cannot be rated: what drafts draw of its balances is not known. */
bool reading_has_failed(const struct reading *rd, const struct customer *c);

#endif
