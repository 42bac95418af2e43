/*
 * contract_end - the terms of a contract that ends at another instant than was agreed.
 *
 * Shape      access windows and recurring items end no later than the contract did
 *            when it was changed: what was cut stays cut when it is lengthened. A
 *            segment wholly after the end ends where it starts.
 * Ownership  arrays are copied before they are changed.
 * Source     mtr-contract(1), set-end; mtr-pricing(7), Ends.
 * Example    a year's segment, ended on 2026-03-01 and then lengthened to 2028: it ends
 *            on 2026-03-01.
 */
#ifndef DOMAIN_CONTRACT_END_H
#define DOMAIN_CONTRACT_END_H

#include "domain/contract.h"

void contract_cut_access(struct contract *c, int64_t end_ns, struct arena *a);

#endif
