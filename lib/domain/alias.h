/*
 * alias - names that rate cards and packages bear for a time.
 *
 * Shape      [starting_at, ending_before) on the hour; either may be open. What
 *            later assignments to others leave of it is known to the store.
 * Errors     ERR_INPUT, codes NOUN.aliases.FIELD.
 * Source     mtr-json(5), Rate cards, Packages; mtr(7), References.
 */
#ifndef DOMAIN_ALIAS_H
#define DOMAIN_ALIAS_H

#include "domain/common.h"

struct dated_alias {
	struct str name;
	int64_t starting_at_ns;   /* INSTANT_NONE: from ever */
	int64_t ending_before_ns; /* INSTANT_NONE: for ever */
};

/* "aliases"; none is none. */
struct dated_alias *aliases_from_obj(struct obj *o, size_t *n);
void aliases_member(struct jsonw *w, const struct dated_alias *aliases, size_t n);

#endif
