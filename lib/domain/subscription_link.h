/*
 * subscription_link - recurring commits and credits that a subscription counts.
 *
 * Shape      subscription_config names a subscription of the same contract: by id,
 *            temporary_id or name; once that has an id, it is named by it.
 *            INDIVIDUAL goes with SEAT_BASED, and what it gives is drawn before all
 *            else of the contract: no other priority is better.
 * Errors     ERR_INPUT: not_found; contract.LIST.subscription_config.allocation;
 *            contract.LIST.priority.
 * Source     mtr-json(5), Recurring commits.
 */
#ifndef DOMAIN_SUBSCRIPTION_LINK_H
#define DOMAIN_SUBSCRIPTION_LINK_H

#include "domain/contract.h"

/* Checks the links of a contract's recurring items, and resolves those that can be. */
bool subscriptions_link(struct contract *c, struct arena *a, struct err *e);

#endif
