/*
 * absent - what --if-absent means, for every noun.
 *
 * Shape      the object with the id given, else with the name given, is "there".
 *            An archived one is not there by its name; by its id it is refused.
 * Errors     differs: it is there and its terms are not equal. archived.
 */
#ifndef TASKS_ABSENT_H
#define TASKS_ABSENT_H

#include "codec/jsonw.h"
#include "store/reference.h"

/* *found: an object of this id (or, without an id, of this name) is there. */
bool absent_find(struct store *st, enum noun n, struct str id, struct str name, int64_t now_ns,
	struct arena *a, struct str *found_id, bool *found, struct err *e);

/*
 * What was found (id: the one given, or empty) may be archived: *found turns false, or it is
 * refused.
 */
bool absent_live(int64_t archived_at_ns, struct str id, bool *found, struct err *e);

/* Equal terms, written by the same writer; else refused with `differs`. */
typedef void (*absent_terms)(struct jsonw *w, const void *object);
bool absent_equal(enum noun n, struct str id, absent_terms terms, const void *there,
	const void *wanted, struct err *e);

#endif
