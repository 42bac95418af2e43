/*
 * customer_balance - a commit or credit that belongs to a customer.
 *
 * Shape      as a commit of a contract, but for several contracts: those named, or
 *            all that the customer has, may draw it. What it costs is billed by
 *            one of them, invoice_contract_id.
 * Range      a priority must be given; uniqueness_key 1..128 code points.
 * Errors     ERR_INPUT, codes balance.FIELD. A body without a type is a credit.
 * Source     mtr-json(5), Balances of customers; mtr-pricing(7), Balances.
 */
#ifndef DOMAIN_CUSTOMER_BALANCE_H
#define DOMAIN_CUSTOMER_BALANCE_H

#include "domain/commit.h"

struct customer_balance {
	struct commit commit;      /* of_customer points back here */
	struct str customer_id;    /* a reference until it is resolved, likewise contracts */
	struct texts contract_ids; /* that may draw it; none: all */
	struct str invoice_contract_id;
	struct str uniqueness_key;
	int64_t seq;
	int64_t created_at_ns;
	int64_t archived_at_ns;
};

bool customer_balance_from_json(const struct json *j, bool csv, const struct units *units,
	struct arena *a, struct customer_balance *out, struct err *e);
void customer_balance_terms_json(struct jsonw *w, const struct customer_balance *b);
void customer_balance_to_json(struct jsonw *w, const struct customer_balance *b);

/* The contract may draw it. */
bool customer_balance_serves(const struct customer_balance *b, struct str contract_id);
/* The contract bills the commit: one of its own, or of its customer that names it. */
bool commit_billed_by(const struct commit *c, struct str contract_id);

#endif
