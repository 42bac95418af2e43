/*
 * balance tasks - what commits have left, and the entries that say why.
 *
 * Shape      a segment grants its amount at its start and ends where its window
 *            or its contract does. It is settled when every usage invoice that
 *            overlaps it is final: what is unused has then expired. Always:
 *            granted = used + expired + remaining.
 *            A balance is what can be drawn at an instant: the remaining of the
 *            segments that have begun and not ended.
 * Units      stored units of the access unit.
 * Rounding   none.
 * Range      final: what final invoices drew up to the instant. Otherwise what
 *            every usage invoice drew whose period had begun by then, final or
 *            not; what a draft draws is pending, and so is the expiration of
 *            an ended segment that is not settled.
 * Errors     not_found, ambiguous_name of a commit; those of the store. A
 *            contract that cannot be rated is a failure of its own: balances of
 *            its customer are left out where drafts count.
 * Order      balances by creation of their contracts, then as in the contract;
 *            archived contracts are left out. Entries as in domain/ledger.h.
 * Source     mtr-pricing(7), Balances; mtr-json(5), Balances.
 * Example    10,000 for September, 6,300 used: +10,000 on the 1st, -6,300 and
 *            -3,700 on October 1.
 */
#ifndef TASKS_BALANCE_H
#define TASKS_BALANCE_H

#include "domain/ledger.h"
#include "tasks/invoice.h"

struct balance_request {
	int64_t at_ns;
	struct str customer_id; /* empty: all, likewise the contract */
	struct str contract_id;
	bool final;
	void (*progress)(void *ctx, uint64_t events); /* while events are read; NULL: not told */
	void *ctx;
};

struct segment_balance {
	const struct access_segment *segment;
	int64_t ending_before_ns; /* no later than the contract's end */
	struct rat used;
	struct rat expired;
	struct rat remaining;
	bool settled;
};

struct balance {
	const struct customer *customer;
	const struct contract *contract;
	const struct commit *commit;
	struct str product_name; /* at the instant */
	struct segment_balance *segments;
	struct rat amount;
};

struct balances {
	struct balance *p;
	size_t n;
	struct invoice_failure *failures;
	size_t nfailures;
};

bool balances_read(struct store *st, const struct balance_request *r, struct arena *a,
	struct balances *out, struct err *e);
void balance_to_json(struct jsonw *w, const struct balance *b);

/* The balances of one customer in one unit together, in the order of the first of them. */
struct net_balance {
	const struct customer *customer;
	struct unit unit;
	struct rat amount;
};

struct net_balance *balances_net(const struct balances *all, struct arena *a, size_t *n);
void net_balance_to_json(struct jsonw *w, const struct net_balance *net);

struct ledger {
	struct str commit_id;
	struct unit unit;
	struct ledger_entry *entries;
	size_t n;
};

/* The entries of one commit, by id or name. Of the request customer and contract do not count. */
bool ledger_read(struct store *st, struct str ref, const struct balance_request *r, struct arena *a,
	struct ledger *out, struct err *e);

/* "100.00", with more places where the amount has them. */
void jsonw_member_major(struct jsonw *w, const char *key, const struct unit *u, struct rat stored);

#endif
