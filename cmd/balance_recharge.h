/*
 * balance_recharge - mtr-balance recharge, release.
 *
 * Errors     recharge: a contract that cannot be rated is reported, and the others go on:
 *            status 1. A contract that is not there, or any answer that is refused: nothing
 *            is stored.
 */
#ifndef CMD_BALANCE_RECHARGE_H
#define CMD_BALANCE_RECHARGE_H

#include "cli.h"

bool balance_recharge_verb(struct cli *c);
bool balance_release_verb(struct cli *c);

/* The options of the two. */
#define RECHARGE_OPEN_OPTION "open"
#define RELEASE_OUTCOME "outcome"
#define RELEASE_OUTCOMES "paid|failed"

#endif
