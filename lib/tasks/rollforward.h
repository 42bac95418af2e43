/*
 * rollforward - what became of balances from one instant to another.
 *
 * Shape      one row for each commit or credit: what it held at the start, what
 *            came and went in between, what it holds at the end; and the same of
 *            what was paid for it, at its cost basis: what is still owed to the
 *            customer. Rows in which nothing is held and nothing moves are left
 *            out. Those of what is archived are there.
 *            What a segment is given - grants, entries by hand - counts from its
 *            instant on; what is taken - used, trued up, expired - up to its
 *            instant, so that the usage of a month belongs to the month and the
 *            grants of the next one do not. What is rolled over is held by the old
 *            contract up to the instant of the renewal, by the new one from it on.
 *            A segment that has ended holds nothing else: entries dated later count
 *            at its end.
 * Units      stored units of the access unit; of what was paid, of the unit it was
 *            paid in. Signed: opening and all movements add up to the closing.
 * Range      what final invoices drew; with drafts also what is pending by the
 *            clock of the request. Segments that have ended and are not settled
 *            still hold what is left of them, unless drafts count.
 * Rounding   none.
 * Ownership  a row holds until its visit returns: one customer is held at a time,
 *            with drafts all of them.
 * Errors     those of the store; a contract that cannot be rated: the rows of its
 *            customer are left out, with drafts alone.
 * Order      customers by creation; of each those of its contracts, then its own,
 *            as in balance.h. Whatever the cuts, the closing at an instant is the
 *            opening there.
 * Source     mtr-pricing(7), Balances; mtr-balance(1), rollforward.
 * Example    10,000 for September at a cost basis of 0.8, 6,300 used: 0 + 10,000
 *            - 6,300 - 3,700 = 0; of 8,000 paid 5,040 were earned by usage.
 */
#ifndef TASKS_ROLLFORWARD_H
#define TASKS_ROLLFORWARD_H

#include "domain/cost_basis.h"
#include "tasks/balance.h"

enum roll_column {
	ROLL_OPENING,
	ROLL_GRANTED,
	ROLL_ROLLED_IN,
	ROLL_ADJUSTED,
	ROLL_USED,
	ROLL_TRUED_UP,
	ROLL_ROLLED_OUT,
	ROLL_EXPIRED,
	ROLL_CLOSING
};
#define ROLL_COLUMNS 9

/* Of what was paid; added: granted and adjusted; rolled: in and out. */
enum deferred_column {
	DEFERRED_OPENING,
	DEFERRED_ADDED,
	DEFERRED_ROLLED,
	DEFERRED_USED,
	DEFERRED_EXPIRED,
	DEFERRED_CLOSING
};
#define DEFERRED_COLUMNS 6

/* An invoice that drew it, or billed what was missing. */
struct roll_invoice {
	struct str id;
	struct str number; /* empty: a draft */
	struct rat amount; /* below zero */
};

struct rollforward_row {
	const struct customer *customer; /* NULL: a total */
	const struct contract *contract; /* NULL: the customer's own */
	const struct commit *commit;
	struct str product_name; /* at the end */
	enum commit_type type;
	size_t balances; /* of a total: how many there are in it */
	struct unit unit;
	struct rat column[ROLL_COLUMNS];
	bool has_basis; /* what follows is there */
	struct cost_basis basis;
	struct rat deferred[DEFERRED_COLUMNS];
	struct roll_invoice *invoices; /* in the order of their entries */
	size_t ninvoices;
};

struct rollforward_request {
	int64_t from_ns;
	int64_t to_ns; /* not before from */
	int64_t now_ns;
	struct str customer_id; /* empty: all, likewise the contract */
	struct str contract_id;
	struct balance_selection selection;
	bool drafts;
	void (*progress)(void *ctx, uint64_t events); /* while events are read; NULL: not told */
	void *ctx;
};

typedef void (*rollforward_visit)(void *ctx, const struct rollforward_row *row);
/* *failures live in run. */
bool rollforward_read(struct store *st, const struct rollforward_request *r, struct arena *run,
	rollforward_visit visit, void *ctx, struct invoice_failure **failures, size_t *nfailures,
	struct err *e);

/* Rows added up by type and unit; what was paid goes to the total of the unit it was paid in. */
struct rollforward_totals;
struct rollforward_totals *rollforward_totals_new(struct arena *run);
void rollforward_totals_add(struct rollforward_totals *t, const struct rollforward_row *row);
/* In the order of the units' codes, then of the types. */
void rollforward_totals_end(struct rollforward_totals *t, rollforward_visit visit, void *ctx);

/* major: for people, in major units. */
void rollforward_to_json(struct jsonw *w, const struct rollforward_row *row, int64_t from_ns,
	int64_t to_ns, bool major);

#endif
