/*
 * contract_change - the verbs of mtr-contract that change contracts that are there.
 */
#ifndef CMD_CONTRACT_CHANGE_H
#define CMD_CONTRACT_CHANGE_H

#include "cli.h"

bool contract_edit_verb(struct cli *c);
bool contract_amend_verb(struct cli *c);
bool contract_set_end_verb(struct cli *c);
bool contract_archive_verb(struct cli *c);
bool contract_history_verb(struct cli *c);
bool contract_filter_verb(struct cli *c);

#endif
