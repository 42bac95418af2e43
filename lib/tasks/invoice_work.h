/*
 * invoice_work - the steps of one computation of invoices (inside tasks).
 *
 * Shape      invoice.c loads, scans and puts in order; invoice_plan.c says which
 *            usage invoices are open and what usage they need; invoice_build.c
 *            makes them, in the order in which they draw, and the true-ups.
 * Errors     a contract that cannot be rated is a failure in w->out; what
 *            returns false is a failure of the store.
 */
#ifndef TASKS_INVOICE_WORK_H
#define TASKS_INVOICE_WORK_H

#include "tasks/accounts.h"
#include "tasks/invoice.h"

/*
 * A usage statement between its plan and its invoice; or a scheduled invoice with fees
 * that balances may pay for.
 */
struct planned {
	const struct account *account;
	struct purse *purse; /* of the contract, NULL: it has no commits */
	struct period period;
	struct statement *statement;
	struct invoice *scheduled; /* instead of period and statement */
	int64_t at_ns;             /* the end of the period, or the date */
	size_t place;
	size_t first_meter; /* of those it wants, in the plan */
	size_t end_meter;
	int generation; /* of what is made anew */
	bool again;     /* for the void invoice that is asked for */
	bool due;
	bool wanted; /* else it is there for what it draws before others do */
	bool failed; /* a draft that cannot be computed: it holds nothing else back */
};

struct filter_watch;

struct work {
	struct store *store;
	const struct invoice_request *request;
	struct arena *arena;
	struct accounts accounts;
	struct map taken; /* by final invoices and by hand: segment id -> struct rat */
	struct map drawn; /* by usage invoices alone */
	struct map given; /* by hand alone */
	struct purse_pool pool;
	struct usage_plan plan;
	struct planned *planned;
	size_t nplanned, planned_cap;
	size_t open_cap, failures_cap;
	struct map failed;  /* customer ids */
	struct map watched; /* what was asked and said of usage filters */
	struct filter_watch *first_watch, *last_watch;
	struct map billed; /* ids of the usage invoices that are due */
	struct open_invoices *out;
};

/* ---- invoice.c ---- */

/* What is due cannot be billed: nothing of the customer is finalized. */
void work_fail(struct work *w, const struct account *acct, const struct err *e);
/* A statement that cannot be made: of a draft nobody asked for, that is nobody's failure. */
void work_fail_planned(struct work *w, struct planned *p, const struct err *e);
bool work_is_asked(const struct work *w, const struct account *acct);
void work_add(struct work *w, const struct account *acct, const struct invoice *inv, bool due);

/* ---- invoice_plan.c ---- */

/*
 * The open usage invoices of a contract, and those that are scheduled; the latter are made
 * at once where they draw on no balance.
 */
bool work_plan(struct work *w, const struct account *acct, struct err *e);

/* ---- invoice_build.c ---- */

/* An invoice that is wanted, as its plan says: what is made anew is the next generation. */
void work_add_built(struct work *w, const struct planned *p, struct invoice *inv);
/* After the usage is known. */
void work_build(struct work *w);
/* What is missing of postpaid commits, once the usage invoices have drawn on them. */
bool work_open_trueups(struct work *w, const struct account *acct, struct err *e);

#endif
