/*
 * contract_rates - the verb rates of mtr-contract.
 */
#ifndef CMD_CONTRACT_RATES_H
#define CMD_CONTRACT_RATES_H

#include "cli.h"
#include "rate_options.h"

bool contract_rates_verb(struct cli *c);

#endif
