/*
 * contract_subscriptions - the verbs quantities and seats of mtr-contract.
 *
 * Shape      a line for each step of a subscription's quantity, past and current.
 * Source     mtr-contract(1).
 */
#ifndef CMD_CONTRACT_SUBSCRIPTIONS_H
#define CMD_CONTRACT_SUBSCRIPTIONS_H

#include "cli.h"

bool contract_quantities_verb(struct cli *c);
bool contract_seats_verb(struct cli *c);

#endif
