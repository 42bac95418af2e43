/*
 * edit_guard - what an edit may not do, since final invoices stand in the way (inside tasks).
 *
 * Shape      guards compare what was there with what an update made of it. The object
 *            is the update: refusals stand under its path.
 * Errors     billed: a final invoice bills an item, or drew from a segment; adjusted: a
 *            manual entry lies behind the new end of a segment; renewed: what is left
 *            of it has gone on to the next contract; recurring_child and rollover: of
 *            such a commit, that follows from other terms; not_found.
 * Source     mtr-json(5), Contract edits.
 */
#ifndef TASKS_EDIT_GUARD_H
#define TASKS_EDIT_GUARD_H

#include "tasks/edit_part.h"

/* The contract has no such commit of its own: why. Always false. */
bool guard_not_found(struct edit *x, struct obj *o, const char *field, struct str ref);

/* Segments that final invoices drew from stay, and hold what was drawn. */
bool guard_segments(struct edit *x, struct obj *o, const struct commit *before,
	const struct commit *after);
/* Items that are billed stay as they are. */
bool guard_items(struct edit *x, struct obj *o, struct str object_id, const char *field,
	const struct schedule *before, const struct schedule *after);
/* A commit whose rest goes on to the next contract. */
bool guard_origin(struct edit *x, struct obj *o, const struct contract *c,
	const struct commit *commit);
/* No final invoice drew from it or billed it. */
bool guard_archive_commit(struct edit *x, struct obj *o, const struct commit *commit);

/* The first of closed, where there is one, is the refusal. */
bool edit_open(struct edit *x, const struct err *closed);
/* Items that are new get their ids. */
bool edit_item_ids(struct edit *x, struct obj *o, const struct schedule *before,
	struct schedule *after);

#endif
