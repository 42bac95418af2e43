/*
 * aliases - when a rate card or a package bears its aliases.
 *
 * Shape      in place of what was assigned: later assignments to others end them. An
 *            alias of which nothing is left is gone.
 * Errors     ERR_FATAL of the store.
 */
#ifndef TASKS_ALIASES_H
#define TASKS_ALIASES_H

#include "domain/alias.h"
#include "store/reference.h"

bool aliases_cut(struct store *st, enum noun n, struct str id, struct dated_alias **aliases,
	size_t *count, struct arena *a, struct err *e);

#endif
