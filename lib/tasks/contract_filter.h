/*
 * contract_filter - which usage of the customer a contract bills.
 *
 * Shape      {"customer_id":..., "contract_id":..., "group_key":..., "group_values":...,
 *            "starting_at":...} begins another segment of the contract's usage filter,
 *            as a new version of its terms. Invoices that are final stay.
 * Errors     as of contract_edit; codes usage_filter.FIELD; filter_of_latest and
 *            group_key_missing where a metric of the card cannot be filtered so.
 * Source     mtr-contract(1), set-usage-filter; mtr-json(5), Usage filters.
 */
#ifndef TASKS_CONTRACT_FILTER_H
#define TASKS_CONTRACT_FILTER_H

#include "domain/contract.h"
#include "store/store.h"

bool contract_set_usage_filter(struct store *st, const struct json *j, bool csv, int64_t now_ns,
	struct arena *a, struct contract *out, struct err *e);

/* Every product on the contract's card can be metered under its filters; asked when they are made. */
bool contract_filters_check(struct store *st, const struct contract *c, struct arena *a,
	struct err *e);

#endif
