/*
 * version - what the tables of nouns have in common: one row a version.
 *
 * Shape      id, running number, when the object was made, archived and last
 *            changed, and its terms: canonical JSON (of a product, whose terms
 *            stand in dated versions of their own: its type).
 * Errors     not_found; ERR_FATAL of the store.
 * Ownership  version_get copies into the arena; a visited object holds until
 *            the visit returns.
 * Order      lists by creation. Inside store only.
 */
#ifndef STORE_VERSION_H
#define STORE_VERSION_H

#include "codec/json.h"
#include "codec/jsonw.h"
#include "store/reference.h"
#include "store/stmt.h"

struct version {
	struct str id;
	struct str terms;
	int64_t seq;
	int64_t created_at_ns;
	int64_t archived_at_ns; /* INSTANT_NONE: not archived */
	int64_t recorded_at_ns;
	const struct units *units; /* the custom ones of the database, for the reader */
};

/*
 * A noun's reader: the terms and the version into *out, all copied into the
 * arena. A failure is turned into damage of the database.
 */
typedef bool (*version_read)(const struct json *terms, const struct version *v, struct arena *a,
	void *out, struct err *e);

bool version_get(struct store *st, enum noun n, struct str id, version_read read, struct arena *a,
	void *out, struct err *e);

/*
 * size: of the noun's struct. owner: the customer of contracts; empty: all. keep
 * is the arena the objects live in; NULL: each lasts until its visit returns.
 */
bool version_list(struct store *st, enum noun n, const struct page *p, struct str owner,
	version_read read, size_t size, struct arena *keep, object_visit visit, void *ctx,
	struct err *e);

/* Opened terms read through read; for stores with statements of their own. */
bool version_open(const struct version *v, version_read read, struct arena *a, void *out,
	struct err *e);

/*
 * Begin a new version: v->id and v->archived_at_ns are given, terms as well; the
 * change is recorded, seq, recorded_at and created_at are filled in.
 */
bool version_begin(struct store *st, enum noun n, struct version *v, struct arena *a,
	struct err *e);

/* The same, with the terms written by a noun's writer into a buffer of the arena. */
typedef void (*version_write)(struct jsonw *w, const void *object);
void version_terms(struct version *v, version_write write, const void *object, struct arena *a);

/* Store it, for nouns whose row is (seq, id, name, created_at, archived_at, terms). */
bool version_put(struct store *st, enum noun n, struct str name, const struct version *v,
	struct err *e);

#endif
