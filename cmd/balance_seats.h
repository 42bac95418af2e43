/*
 * balance_seats - the verb seats of mtr-balance.
 *
 * Shape      a line for each seat that has a balance of its own.
 * Source     mtr-balance(1).
 */
#ifndef CMD_BALANCE_SEATS_H
#define CMD_BALANCE_SEATS_H

#include "cli.h"

/* For tables of struct cli_option. */
/* clang-format off */
#define OPTIONS_SEATS \
	{ "customer", "CUSTOMER", "those of one customer", false }, \
	{ "contract", "CONTRACT", "those of one contract", false }, \
	{ "subscription", "ID", "those of this subscription; again: of others too", true }, \
	{ "seat", "ID", "this seat; again: others too", true }, \
	{ "skip-missing", NULL, "a seat that is not there is passed over", false }, \
	{ "final", NULL, "what final invoices drew, without drafts", false }
/* clang-format on */

bool balance_seats_verb(struct cli *c);

#endif
