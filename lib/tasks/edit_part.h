/*
 * edit_part - the parts of an edit, a row each (inside tasks).
 *
 * Shape      a part is one key of the body. It reads its value from the body and
 *            changes the contract, whose arrays it replaces by copies where it
 *            adds: the version before is not touched. It is called where the key
 *            is there, null too. New objects get their ids here, and what they
 *            refer to is resolved. What adds is named by x->key, since
 *            amendments have other keys for the same parts.
 * Errors     sticky in the object: x->e is that of the body.
 * Order      parts are applied in the order of the table, which is in
 *            contract_edit.c and in contract_amend.c.
 */
#ifndef TASKS_EDIT_PART_H
#define TASKS_EDIT_PART_H

#include "domain/recharge.h"
#include "store/store.h"

struct edit {
	struct store *store;
	struct arena *arena;
	int64_t now_ns;
	const struct contract *before; /* the newest version */
	const char *key;               /* of the part that is applied */
	struct commit *gated;          /* what was added, but waits for its payment */
	size_t ngated;
	bool may_end_before_final; /* the contract may end before a final invoice does */
	struct err *e;
};

typedef bool (*edit_apply)(struct edit *x, struct obj *o, struct contract *c);

/* One key of the body. */
struct edit_part {
	const char *key;
	edit_apply apply;
};

/* ---- contract_edit.c ---- */

/* The contract that the body names with its customer; archived: refused. */
bool edit_find(struct edit *x, struct obj *o, struct contract *c);
/* Those parts that the body has; *n: how many. */
bool edit_apply_parts(struct edit *x, struct obj *o, const struct edit_part *parts, size_t nparts,
	struct contract *c, size_t *n);
/* Check the changed contract as a whole and store it. key: of the edit; empty: none. */
bool edit_store(const struct edit *x, struct contract *c, struct str key);

/* ---- edit_commits.c, edit_recurring.c, edit_charges.c ---- */

bool edit_add_commits(struct edit *x, struct obj *o, struct contract *c);
bool edit_add_credits(struct edit *x, struct obj *o, struct contract *c);
bool edit_update_commits(struct edit *x, struct obj *o, struct contract *c);
bool edit_update_credits(struct edit *x, struct obj *o, struct contract *c);
bool edit_archive_commits(struct edit *x, struct obj *o, struct contract *c);
bool edit_archive_credits(struct edit *x, struct obj *o, struct contract *c);
bool edit_add_recurring_commits(struct edit *x, struct obj *o, struct contract *c);
bool edit_add_recurring_credits(struct edit *x, struct obj *o, struct contract *c);
bool edit_update_recurring_commits(struct edit *x, struct obj *o, struct contract *c);
bool edit_update_recurring_credits(struct edit *x, struct obj *o, struct contract *c);
bool edit_add_scheduled_charges(struct edit *x, struct obj *o, struct contract *c);
bool edit_add_discounts(struct edit *x, struct obj *o, struct contract *c);
bool edit_update_scheduled_charges(struct edit *x, struct obj *o, struct contract *c);
bool edit_archive_scheduled_charges(struct edit *x, struct obj *o, struct contract *c);

/* ---- edit_gate.c ---- */

/* From the first of the contract's commits on: what waits leaves the contract, for x->gated. */
void edit_hold(struct edit *x, struct contract *c, size_t first);
/* What waits becomes requests. */
bool edit_ask(const struct edit *x, const struct contract *c, struct recharge **out, size_t *n);

/* ---- edit_terms.c ---- */

bool edit_contract_name(struct edit *x, struct obj *o, struct contract *c);
bool edit_contract_end(struct edit *x, struct obj *o, struct contract *c);
bool edit_payment_terms(struct edit *x, struct obj *o, struct contract *c);

/* ---- edit_overrides.c ---- */

bool edit_add_overrides(struct edit *x, struct obj *o, struct contract *c);
bool edit_remove_overrides(struct edit *x, struct obj *o, struct contract *c);

/* ---- edit_subscriptions.c ---- */

bool edit_add_subscriptions(struct edit *x, struct obj *o, struct contract *c);
bool edit_update_subscriptions(struct edit *x, struct obj *o, struct contract *c);

/* ---- edit_threshold.c ---- */

bool edit_add_balance_threshold(struct edit *x, struct obj *o, struct contract *c);
bool edit_update_balance_threshold(struct edit *x, struct obj *o, struct contract *c);
bool edit_add_spend_threshold(struct edit *x, struct obj *o, struct contract *c);
bool edit_update_spend_threshold(struct edit *x, struct obj *o, struct contract *c);
bool edit_add_spend_trackers(struct edit *x, struct obj *o, struct contract *c);
bool edit_archive_spend_trackers(struct edit *x, struct obj *o, struct contract *c);

#endif
