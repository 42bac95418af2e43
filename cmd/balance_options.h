/*
 * balance_options - which balances a reading verb of mtr-balance is asked about.
 *
 * Shape      --filter NAME=VALUE,... repeats: balances that any of them means, each
 *            by type, id and custom fields; --unit, --level.
 * Errors     wrong usage, naming the value.
 * Source     mtr-balance(1), OPTIONS.
 * Example    --filter=type=PREPAID,custom_fields.team=sales --filter=type=CREDIT
 */
#ifndef CMD_BALANCE_OPTIONS_H
#define CMD_BALANCE_OPTIONS_H

#include "cli.h"
#include "tasks/balance_select.h"

/* For tables of struct cli_option. */
/* clang-format off */
#define OPTIONS_SELECTING \
	{ "customer", "CUSTOMER", "those of one customer", false }, \
	{ "contract", "CONTRACT", "those that one contract may draw", false }, \
	{ "filter", "NAME=VALUE,...", \
		"those with this type, id, custom_fields.KEY; again: others too", true }, \
	{ "unit", "UNIT", "those in this currency or custom unit", false }, \
	{ "level", "contract|customer", "those that contracts give, or those of customers", false }
/* clang-format on */

/* What these options say, into a selection of all; inside a snapshot, since units are read. */
bool balance_selection_read(struct cli *c, struct balance_selection *out);
/* --from and --to, --covering of list. */
bool balance_access_read(struct cli *c, struct balance_selection *out);

#endif
