/*
 * terms - what contracts and balances of customers have in common when they are made.
 *
 * Shape      references inside are resolved, objects inside get their ids. That a
 *            referent is archived refuses a new object, but not the answer that
 *            an equal one is there: it is kept in *closed.
 * Errors     not_found, ambiguous_name, archived, id_taken; NOUN.FIELD of a product
 *            of the wrong type. Fields are paths: "commits[1].product_id"; of a
 *            customer's balance, where the commit is the whole, "product_id".
 */
#ifndef TASKS_TERMS_H
#define TASKS_TERMS_H

#include "domain/contract.h"
#include "store/store.h"

/* A product whose price stands on the contract; code: of the refusal where it is not FIXED. */
bool terms_fixed_product(struct store *st, const char *field, const char *code,
	struct str *product_id, int64_t now_ns, struct arena *a, struct err *closed, struct err *e);
/* The id of an object inside: given or made, in *id. */
bool terms_new_id(struct store *st, const char *kind, struct str path, struct str *id,
	struct arena *a, struct err *e);
/* Ids of the items; the dates of a recurring schedule are no objects of their own. */
bool terms_new_item_ids(struct store *st, struct schedule *schedule, struct str path,
	struct arena *a, struct err *e);

/* Of a scheduled charge: path of it ("scheduled_charges[1]"), and that without indexes. */
bool terms_charge_resolve(struct store *st, struct scheduled_charge *charge, const char *path,
	const char *code, int64_t now_ns, struct arena *a, struct err *closed, struct err *e);
bool terms_charge_new_ids(struct store *st, struct scheduled_charge *charge, const char *path,
	struct arena *a, struct err *e);

bool terms_commit_resolve(struct store *st, struct commit *c, int64_t now_ns, struct arena *a,
	struct err *closed, struct err *e);
/* Of the commit too. */
bool terms_commit_new_ids(struct store *st, struct commit *c, struct arena *a, struct err *e);

/* Ids made by the store must not tell two otherwise equal objects apart. */
void terms_borrow_id(struct str *wanted, struct str there);
void terms_borrow_item_ids(struct schedule *wanted, const struct schedule *there);
void terms_borrow_commit_ids(struct commit *wanted, const struct commit *there);

#endif
