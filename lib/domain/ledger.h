/*
 * ledger - the entries of a balance, and what a commit has left.
 *
 * Shape      entries of one commit in order of time; at equal instants segment
 *            start, deduction, expiration. Their sum is the balance, exactly.
 *            Deductions alone have an invoice and a contract.
 * Units      signed, in stored units of the access unit.
 * Source     mtr-json(5), Balances; mtr-pricing(7), Balances.
 */
#ifndef DOMAIN_LEDGER_H
#define DOMAIN_LEDGER_H

#include "domain/commit.h"

enum entry_type { ENTRY_SEGMENT_START, ENTRY_INVOICE_DEDUCTION, ENTRY_EXPIRATION };

struct ledger_entry {
	struct str id; /* ledger_entry_id */
	enum entry_type type;
	struct str segment_id;
	struct str invoice_id;
	struct str contract_id;
	int64_t at_ns;
	struct rat amount;
	bool pending; /* of a draft: moves with usage */
};

const char *entry_type_name(enum entry_type t); /* "PREPAID_COMMIT_SEGMENT_START" */

/* running: the balance after the entry. */
void ledger_entry_to_json(struct jsonw *w, const struct ledger_entry *entry, struct rat running);
/* Derived id of an entry: (type, segment, invoice). */
struct str ledger_entry_id(struct arena *a, enum entry_type t, struct str segment_id,
	struct str invoice_id);

#endif
