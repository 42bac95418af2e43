/*
 * recharge - what is to be bought, and what became of it: a threshold fired, or an edit
 * added a commit that waits for its payment.
 *
 * Shape      with gate NONE it is a commit at once; with EXTERNAL it is a request that
 *            waits until it is known whether it was paid: then it is a commit, or nothing.
 *            One workflow_id for each contract, threshold and instant; of an edit for each
 *            contract and request.
 * Units      measured, threshold, amount in stored units of `unit`; prices in those of
 *            `paid_unit`.
 * Rounding   none.
 * Errors     recharge_from_json reads what recharge_terms_json wrote.
 * Source     mtr-json(5), Recharges; mtr-pricing(7), Thresholds.
 * Example    450 tokens at 10 cents each, a tenth off: amount 450, undiscounted 4500,
 *            price 4050.
 */
#ifndef DOMAIN_RECHARGE_H
#define DOMAIN_RECHARGE_H

#include "domain/contract.h"

enum recharge_outcome { RECHARGE_OPEN, RECHARGE_PAID, RECHARGE_FAILED };
#define RECHARGE_OUTCOMES 3

struct recharge {
	struct str workflow_id;
	const struct commit *commit; /* of an edit: its terms, resolved; NULL: a threshold fired */
	enum threshold_kind kind;    /* of a threshold, likewise measured and threshold */
	enum payment_gate_type gate;
	struct str customer_id;
	struct str customer_name; /* not stored */
	struct str contract_id;
	int64_t fired_at_ns;
	int64_t covers_from_ns; /* a spend threshold: where its period starts */
	struct unit unit;
	struct rat measured; /* the balance, or what was spent */
	struct rat threshold;
	struct rat amount; /* what is granted */
	struct unit paid_unit;
	struct rat undiscounted;
	struct rat price;
	struct rat discounted;         /* of the price: the part at a discount */
	enum recharge_outcome outcome; /* PAID too where nothing was to be waited for */
	int64_t answered_at_ns;        /* EXTERNAL; INSTANT_NONE: not yet */
	struct str commit_id;
};

/* Derived from contract, threshold and instant. */
struct str recharge_workflow_id(struct arena *a, struct str contract_id, enum threshold_kind kind,
	int64_t fired_at_ns);
/* Derived from contract and the number of its requests so far. */
struct str recharge_gated_id(struct arena *a, struct str contract_id, size_t requests);

bool recharge_from_json(const struct json *j, const struct units *units, struct arena *a,
	struct recharge *out, struct err *e);
void recharge_terms_json(struct jsonw *w, const struct recharge *r);
void recharge_to_json(struct jsonw *w, const struct recharge *r, struct arena *a);

/* "paid", "failed" */
const char *recharge_outcome_name(enum recharge_outcome o);
bool recharge_outcome_find(struct str name, enum recharge_outcome *out);

#endif
