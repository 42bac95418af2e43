/*
 * balance_change - what is done to balances that are there.
 *
 * Shape      end cuts access, invoices or both (INSTANT_NONE: left as they are) of
 *            a prepaid commit or a credit. disable_trueup takes the true-up from a
 *            postpaid commit. adjust records a manual entry. The first two store
 *            new terms; what final invoices drew and billed stays.
 * Errors     not_found, ambiguous_name, archived; wrong_type; recurring_child (its
 *            terms are those of the item); codes of commit_end.h; adjusted and
 *            billed, where entries or final invoices stand in the way; codes of
 *            adjustment.h.
 * Source     mtr-balance(1); mtr-pricing(7), Balances.
 */
#ifndef TASKS_BALANCE_CHANGE_H
#define TASKS_BALANCE_CHANGE_H

#include "store/ledger_store.h"
#include "tasks/balance_open.h"

struct balance_end {
	int64_t access_ns;
	int64_t invoices_ns;
};

bool balance_end(struct store *st, struct str ref, const struct balance_end *ends, int64_t now_ns,
	struct arena *a, struct open_balance *out, struct err *e);

/* Again: no change. */
bool balance_disable_trueup(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct open_balance *out, struct err *e);

struct manual_entry {
	struct ledger_row row;
	struct unit unit;
};

struct manual_entries {
	struct manual_entry *p;
	size_t n;
};

/* j: the body of an adjustment. One entry, or one for each of its seats; all or none. */
bool balance_adjust(struct store *st, const struct json *j, bool csv, int64_t now_ns,
	struct arena *a, struct manual_entries *out, struct err *e);
/* What was recorded, with the id of its commit. */
void manual_entry_to_json(struct jsonw *w, const struct manual_entry *m);

#endif
