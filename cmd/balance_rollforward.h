/*
 * balance_rollforward - mtr-balance rollforward.
 *
 * Shape      a row a balance, or with --totals one for each type and unit; -o csv,
 *            table and text in major units.
 * Source     mtr-balance(1).
 */
#ifndef CMD_BALANCE_ROLLFORWARD_H
#define CMD_BALANCE_ROLLFORWARD_H

#include "cli.h"

bool balance_rollforward_verb(struct cli *c);

#endif
