/*
 * balance tasks - what commits have left, and the entries that say why.
 *
 * Shape      a segment grants its amount at its start and ends where its window
 *            or its contract does. It is settled when every usage invoice that
 *            overlaps it is final: what is unused has then expired; of a promise
 *            that is trued up it is billed instead. Always:
 *            granted + adjusted = used + trued up + rolled + expired + remaining.
 *            A balance is what can be drawn at an instant: the remaining of the
 *            segments that have begun and not ended, where that is above zero.
 * Units      stored units of the access unit.
 * Rounding   none.
 * Range      final: what final invoices drew up to the instant. Otherwise what
 *            every usage invoice drew whose period had begun by then, final or
 *            not; what a draft draws is pending, and so is the expiration of
 *            an ended segment that is not settled. Manual entries count as soon
 *            as their segment has begun, whatever date they bear.
 * Errors     not_found, ambiguous_name of a commit; those of the store. A
 *            contract that cannot be rated is a failure of its own: balances of
 *            its customer are left out where drafts count.
 * Order      those of contracts by creation of the contracts, then as in the
 *            contract; then those of customers by creation; what is archived is
 *            left out, unless it is asked for. Entries as in domain/ledger.h.
 * Source     mtr-pricing(7), Balances; mtr-json(5), Balances.
 * Example    10,000 for September, 6,300 used: +10,000 on the 1st, -6,300 and
 *            -3,700 on October 1.
 */
#ifndef TASKS_BALANCE_H
#define TASKS_BALANCE_H

#include "domain/ledger.h"
#include "tasks/balance_select.h"
#include "tasks/invoice.h"

struct balance_request {
	int64_t at_ns;
	int64_t now_ns;         /* the clock that drafts are computed with */
	struct str customer_id; /* empty: all, likewise the contract */
	struct str contract_id;
	struct balance_selection selection; /* of list and net, likewise what follows */
	bool archived;                      /* archived ones too */
	bool exclude_zero;
	bool ledgers;
	bool undated; /* entries of any date count: the caller goes by their dates */
	bool final;
	void (*progress)(void *ctx, uint64_t events); /* while events are read; NULL: not told */
	void *ctx;
};

struct segment_balance {
	const struct access_segment *segment;
	int64_t ending_before_ns; /* no later than the contract's end */
	struct rat granted;       /* what seats added too; of a rollover what went on */
	bool is_provisional;      /* that may still change: usage of the old contract is open */
	struct rat adjusted;      /* by hand */
	struct rat used;
	struct rat trued_up;
	struct rat rolled; /* went on to the contract that renews its own */
	struct rat expired;
	struct rat remaining; /* below zero where more was taken by hand than there was */
	bool settled;
};

struct balance {
	const struct customer *customer;
	const struct contract *contract; /* NULL: it is the customer's */
	const struct commit *commit;
	struct str product_name; /* at the instant */
	struct segment_balance *segments;
	struct rat amount;
	int64_t archived_at_ns;
	struct ledger_entry *entries; /* where ledgers are asked for */
	size_t nentries;
	bool has_entries;
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

/*
 * Ledgers one after the other. What is loaded of a customer serves until another one's is
 * asked for; of the request customer and contract do not count.
 */
struct ledger_reader;
struct ledger_reader *ledger_reader_open(struct store *st, const struct balance_request *r,
	struct arena *run);
void ledger_reader_close(struct ledger_reader *l);
/*
 * The entries of one commit or credit, by id or name; the children of recurring items by id.
 * They hold until the next one.
 */
bool ledger_read(struct ledger_reader *l, struct str ref, struct ledger *out, struct err *e);

/* "100.00", with more places where the amount has them. */
void jsonw_member_major(struct jsonw *w, const char *key, const struct unit *u, struct rat stored);

#endif
