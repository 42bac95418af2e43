/*
 * reference - find an object by its id, else its alias, else its name.
 *
 * Shape      customers have ingest aliases, rate cards and packages aliases over
 *            time; the other nouns have names only, products dated ones. An
 *            archived object is found by name only where no other bears it. An
 *            alias designates one card, and one package, at a time: an older
 *            assignment that overlaps a newer one to another ends where the newer
 *            one starts, also where that ends first.
 * Errors     not_found; ambiguous_name, with the ids that bear it. Neither
 *            names a field: the caller knows it.
 * Source     mtr(7), References.
 * Example    alias "new" of card 1 from 2024, then of card 2 from 2025: card 1
 *            bears it [2024, 2025), card 2 from 2025 on.
 */
#ifndef STORE_REFERENCE_H
#define STORE_REFERENCE_H

#include "store/store.h"

enum noun {
	NOUN_CUSTOMER,
	NOUN_METRIC,
	NOUN_PRODUCT,
	NOUN_RATE_CARD,
	NOUN_CONTRACT,
	NOUN_UNIT,    /* a custom pricing unit */
	NOUN_BALANCE, /* of a customer */
	NOUN_PACKAGE
};
#define NOUNS 8

const char *noun_name(enum noun n); /* "rate card" */

/*
 * at_ns: the instant at which an alias of a card or package or a product's name must
 * hold; INSTANT_NONE: the name a product had first. The id lives in a.
 */
bool reference_find(struct store *st, enum noun n, struct str ref, int64_t at_ns, struct arena *a,
	struct str *id, struct err *e);

/* The same for a field of a record: a failure names field and value. */
bool reference_field(struct store *st, enum noun n, const char *field, struct str ref,
	int64_t at_ns, struct arena *a, struct str *id, struct err *e);

/* When a card or package bears an alias: what later assignments to others have left of its own. */
struct alias_span {
	struct str bearer_id;
	int64_t starting_at_ns;   /* INSTANT_NONE: from ever */
	int64_t ending_before_ns; /* INSTANT_NONE: for ever */
	int64_t assigned_seq;
};

/* Every span of an alias, in the order of assignment. */
bool reference_alias_spans(struct store *st, enum noun n, struct str alias, struct arena *a,
	struct alias_span **out, size_t *count, struct err *e);

/* The card or package that bears an alias at an instant; *found false where none does. */
bool reference_alias(struct store *st, enum noun n, struct str alias, int64_t at_ns,
	struct arena *a, struct str *id, bool *found, struct err *e);

/* Called with each object of a listing; it holds until the return. False stops. */
typedef bool (*object_visit)(void *ctx, const void *object);

/* A page of a listing, in the order of creation. */
struct page {
	int64_t limit;    /* < 0: all */
	struct str after; /* an id; empty: from the start */
	bool archived;    /* archived ones too */
};

/*
 * The running number after which a page begins; refused when `after` names no object of the
 * kind.
 */
bool page_start(struct store *st, const char *kind, const struct page *p, int64_t *number,
	struct err *e);

#endif
