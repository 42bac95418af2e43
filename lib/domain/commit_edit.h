/*
 * commit_edit - what an edit adds to the commits of a contract, and changes of them.
 *
 * Shape      add_commits and add_credits hold what stands in commits and credits of a
 *            contract. An update has the members that change: name, description,
 *            priority, product lists and specifiers (null takes them away), product_id,
 *            rate_type, rollover_fraction; access_schedule and invoice_schedule with
 *            add_, update_ and remove_schedule_items (schedule_edit.h).
 * Units      as in commit.h.
 * Errors     ERR_INPUT, codes contract.add_commits.FIELD and so on; not_found of an
 *            item; immutable_field; what commit.h says of the whole.
 * Ownership  arrays are copied before they are changed.
 * Source     mtr-json(5), Contract edits.
 */
#ifndef DOMAIN_COMMIT_EDIT_H
#define DOMAIN_COMMIT_EDIT_H

#include "domain/contract.h"

/* Takes the key from the body; commits are appended to a copy of those of c. */
bool commits_added_from_obj(struct obj *o, const char *key, bool credits, struct contract *c);
bool recurring_added_from_obj(struct obj *o, const char *key, bool credits, struct contract *c);

/* One update, without the id of the commit; what it refers to is not resolved yet. */
bool commit_update_from_obj(struct obj *o, const struct contract *c, struct commit *commit);

/*
 * The commit or credit that an edit names, by id, else temporary_id, else name; SIZE_MAX: none,
 * or several of that name. Archived ones are none.
 */
size_t commit_find(const struct contract *c, struct str ref, bool credits);

#endif
