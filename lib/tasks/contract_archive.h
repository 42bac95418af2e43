/*
 * contract_archive - a contract that is not there any more.
 *
 * Shape      its drafts and future invoices are no more, its commits and credits end;
 *            final invoices stay. Again: no change.
 * Errors     renewed where another contract renews it and has not begun; final_invoices
 *            where those that are final are to be voided.
 * Source     mtr-contract(1), archive.
 */
#ifndef TASKS_CONTRACT_ARCHIVE_H
#define TASKS_CONTRACT_ARCHIVE_H

#include "domain/contract.h"
#include "store/store.h"

bool contract_archive(struct store *st, struct str id, bool void_invoices, int64_t now_ns,
	struct arena *a, struct contract *out, struct err *e);

#endif
