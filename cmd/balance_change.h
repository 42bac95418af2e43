/*
 * balance_change - mtr-balance create, end, disable-trueup, adjust.
 *
 * Errors     all or nothing for each command: one refused balance or record, and
 *            nothing is stored.
 */
#ifndef CMD_BALANCE_CHANGE_H
#define CMD_BALANCE_CHANGE_H

#include "cli.h"

bool balance_create_verb(struct cli *c);
bool balance_end_verb(struct cli *c);
bool balance_disable_trueup_verb(struct cli *c);
bool balance_adjust_verb(struct cli *c);

/* The options of end. */
#define ACCESS_ENDING_BEFORE "access-ending-before"
#define INVOICES_ENDING_BEFORE "invoices-ending-before"

#endif
