/*
 * unit tasks - create custom pricing units.
 *
 * Errors     id_taken, differs; codes of the noun; unit.name where another unit
 *            bears the name.
 * Order      create with if_absent: see absent.h.
 */
#ifndef TASKS_UNIT_H
#define TASKS_UNIT_H

#include "domain/custom_unit.h"
#include "store/store.h"

bool unit_create(struct store *st, struct custom_unit *u, bool if_absent, struct arena *a,
	struct custom_unit *out, struct err *e);

#endif
