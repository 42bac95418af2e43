/*
 * commit_part - what commits, credits and recurring ones have in common (inside domain).
 *
 * Shape      id, product, name, description, priority, rate type, rollover, the
 *            products it pays for, custom fields; without amounts and dates.
 * Errors     as of commit.h.
 */
#ifndef DOMAIN_COMMIT_PART_H
#define DOMAIN_COMMIT_PART_H

#include "domain/commit.h"

/* The type is known. */
void commit_part_from(struct obj *o, struct commit *c);
/* Amounts and dates, as the type has them. INSTANT_NONE: no contract's end bounds them. */
void commit_amounts_from(struct obj *o, int64_t contract_end_ns, struct commit *c);
void commit_amounts(struct jsonw *w, const struct commit *c, enum terms_form form);
/* Up to the description, and from the priority on: amounts stand in between. */
void commit_part_head(struct jsonw *w, const struct commit *c);
void commit_part_tail(struct jsonw *w, const struct commit *c, enum terms_form form);

/* temporary_id is of no use once the body is read; two of one list must differ. */
void temporary_id_from(struct obj *o, struct texts *before);

#endif
