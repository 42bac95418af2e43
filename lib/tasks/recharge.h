/*
 * recharge tasks - thresholds, evaluated and answered.
 *
 * Shape      run looks at every contract that is under way and not archived, or at those
 *            named, and at each of its thresholds that is enabled. What a balance threshold
 *            measures is the sum of the balances of mtr-balance net, in its unit, drafts
 *            counted: commits and credits that the contract may draw, but neither postpaid
 *            ones, nor those of single seats, nor those it excludes. A spend threshold
 *            measures the usage of the billing period that no prepaid commit or credit
 *            paid for, in the card's fiat unit.
 *            What fires is a commit, added by an edit of the contract, or a request
 *            (recharge_store.h) that release answers: paid makes the commit, failed turns
 *            the threshold off. What an edit of a contract asks for (contract_edit.h) is
 *            such a request too, whose commit is added as it stood there.
 * Range      a commit of a balance threshold begins with the hour, one of a spend threshold
 *            with the billing period; it ends with the contract, and in one without an end
 *            a year after the hour.
 * Errors     run: archived, of a contract named; a contract that cannot be rated is a
 *            failure of its own, and its customer is left out. release: not_found;
 *            answered, where the answer was another; archived and ended, where a commit
 *            has no place any more; codes of contract_edit.h.
 * Order      contracts by creation, the balance threshold first. A threshold that waits for
 *            an answer does not fire, nor does one at an instant at which it has fired, or
 *            before: running twice is running once.
 * Source     mtr-pricing(7), Thresholds.
 */
#ifndef TASKS_RECHARGE_H
#define TASKS_RECHARGE_H

#include "domain/recharge.h"
#include "tasks/invoice.h"

struct recharge_request {
	int64_t now_ns;
	const struct str *contract_ids; /* none: all */
	size_t ncontracts;
	void (*progress)(void *ctx, uint64_t events); /* while events are read; NULL: not told */
	void *ctx;
};

struct recharges {
	struct recharge *p;
	size_t n;
	struct invoice_failure *failures;
	size_t nfailures;
};

/* Inside a transaction, likewise release. */
bool recharges_run(struct store *st, const struct recharge_request *r, struct arena *a,
	struct recharges *out, struct err *e);
/* The requests that wait for an answer; contracts as above, the clock does not count. */
bool recharges_open(struct store *st, const struct recharge_request *r, struct arena *a,
	struct recharges *out, struct err *e);

/* Again with the same outcome: no change. */
bool recharge_release(struct store *st, struct str workflow_id, enum recharge_outcome outcome,
	int64_t now_ns, struct arena *a, struct recharge *out, struct err *e);

/* What a recharge buys, as a commit of the contract that is added now. */
bool recharge_buy(struct store *st, const struct contract *c, struct recharge *r, int64_t now_ns,
	struct arena *a, struct err *e);

#endif
