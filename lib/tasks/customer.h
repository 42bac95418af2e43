/*
 * customer tasks - create, update, set aliases, archive.
 *
 * Shape      each works inside store_begin ... store_save and leaves in *out the
 *            customer as it now is.
 * Errors     not_found, ambiguous_name, id_taken, differs (with --if-absent: an
 *            object is there and is not equal), archived; codes of the noun.
 * Order      create with if_absent: see absent.h.
 */
#ifndef TASKS_CUSTOMER_H
#define TASKS_CUSTOMER_H

#include "domain/customer.h"
#include "store/store.h"

bool customer_create(struct store *st, struct customer *c, bool if_absent, struct arena *a,
	struct customer *out, struct err *e);
bool customer_update(struct store *st, struct str ref, const struct customer *changes,
	int64_t now_ns, struct arena *a, struct customer *out, struct err *e);
bool customer_set_aliases(struct store *st, struct str ref, const struct texts *aliases,
	int64_t now_ns, struct arena *a, struct customer *out, struct err *e);

/* Archives the customer's contracts too. Archiving again changes nothing. */
bool customer_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct customer *out, struct err *e);

#endif
