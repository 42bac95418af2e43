/*
 * ledger - the entries of a balance, and what a commit has left.
 *
 * Shape      entries of one commit in order of time; at equal instants grant,
 *            seat adjustment, manual, deduction and what came back of it, true-up, rollover, expiration. Their sum is the
 *            balance, exactly. Deductions and true-ups have an invoice, and the
 *            contract it bills; manual ones a reason.
 * Units      signed, in stored units of the access unit.
 * Source     mtr-json(5), Balances; mtr-pricing(7), Balances.
 */
#ifndef DOMAIN_LEDGER_H
#define DOMAIN_LEDGER_H

#include "domain/commit.h"

enum entry_kind {
	ENTRY_GRANT,
	ENTRY_SEAT_ADJUSTMENT, /* what more seats added */
	ENTRY_MANUAL,
	ENTRY_DEDUCTION,
	ENTRY_CREDITED, /* what came back of a deduction when its invoice was voided */
	ENTRY_TRUEUP,   /* of postpaid commits alone */
	ENTRY_ROLLOVER,
	ENTRY_EXPIRATION
};
#define ENTRY_KINDS 8

struct ledger_entry {
	struct str id; /* ledger_entry_id */
	enum entry_kind kind;
	enum commit_type commit_type;
	struct str segment_id;
	struct str invoice_id;
	struct str invoice_number; /* empty: it is a draft's, or has none */
	struct str contract_id;
	struct str new_contract_id; /* of a rollover: where it goes on */
	int64_t at_ns;
	struct rat amount;
	struct str reason; /* of a manual one */
	bool pending;      /* of a draft: moves with usage */
};

/* "PREPAID_COMMIT_SEGMENT_START" */
const char *entry_type_name(enum commit_type t, enum entry_kind k);
/* False: no type has this name. */
bool entry_type_find(struct str name, enum commit_type *t, enum entry_kind *k);

/* What is recorded of a manual entry; its amount in exact terms. */
void ledger_entry_terms_json(struct jsonw *w, const struct ledger_entry *entry,
	struct str commit_id);
/* running: the balance after the entry. */
void ledger_entry_to_json(struct jsonw *w, const struct ledger_entry *entry, struct rat running);
/* Derived id of an entry: (type, segment, invoice). */
struct str ledger_entry_id(struct arena *a, enum commit_type t, enum entry_kind k,
	struct str segment_id, struct str invoice_id);

#endif
