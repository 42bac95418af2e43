/*
 * event_convert - events that were rows become blocks (inside store).
 *
 * Shape      between schema 4, which sets the old tables aside, and schema 5,
 *            which drops them: each old batch is appended again under its id,
 *            with the time and the counts it has.
 * Errors     db_damaged where rows and batches do not fit together: mtr-db
 *            check of the program that made them says how.
 * Order      inside the transaction of the migration.
 */
#ifndef STORE_EVENT_CONVERT_H
#define STORE_EVENT_CONVERT_H

#include "store/store.h"

#define CONVERT_SINCE 2 /* the schema that brought events */
#define CONVERT_AT 4    /* the schema that is there */

bool event_convert(struct store *st, struct err *e);

#endif
