/*
 * package tasks - create and archive packages, and make contracts of them.
 *
 * Shape      what a package names is resolved when it is made; an alias of a rate
 *            card only when a contract is. Terms are tried by making a contract in
 *            memory that begins today, or where the alias begins later, then.
 *            A contract of a package is an ordinary one that bears its id.
 * Errors     not_found, ambiguous_name, id_taken, differs, archived; codes of the
 *            noun, and contract.FIELD where the terms make no contract;
 *            package.uniqueness_key where it is used. Where it is the package that
 *            a contract fails by, package_id or package_alias is the field, and the
 *            text names the place in it.
 * Order      create with if_absent: what is "there" has the id given, else the
 *            uniqueness_key, else the name.
 */
#ifndef TASKS_PACKAGE_H
#define TASKS_PACKAGE_H

#include "domain/package.h"
#include "store/store.h"

bool package_create(struct store *st, struct package *p, bool if_absent, int64_t now_ns,
	struct arena *a, struct package *out, struct err *e);
/* Contracts made of it stay as they are; new ones are refused. Again: no change. */
bool package_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct package *out, struct err *e);

/* A contract's body; with package_id or package_alias its terms are those of the package. */
bool contract_create_from_json(struct store *st, const struct json *j, bool csv, bool if_absent,
	int64_t now_ns, struct arena *a, struct contract *out, struct err *e);

#endif
