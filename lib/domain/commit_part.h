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
/* "rate_type"; absent: the list rate. */
enum draw_rate obj_rate_type(struct obj *o);
const char *draw_rate_name(enum draw_rate r); /* "LIST_RATE" */
/* Up to the description, and from the priority on: amounts stand in between. */
void commit_part_head(struct jsonw *w, const struct commit *c);
void commit_part_tail(struct jsonw *w, const struct commit *c, enum terms_form form);

/* One of a contract: all of the above. */
void commit_whole_from(struct obj *o, bool credit, int64_t contract_end_ns, struct commit *c);
void access_segment_from(struct obj *o, const struct unit *u, int64_t contract_end_ns,
	struct access_segment *s);
/* One promise, one date on which what is missing falls due; not of what is stored. */
void commit_check_postpaid(struct obj *o, const struct commit *c, int64_t contract_end_ns);

/* applicable_product_ids, applicable_product_tags, specifiers. */
void commit_products_from(struct obj *o, struct commit *c);

/* The caller's own name of the object, empty: none; two of one list must differ. */
struct str temporary_id_from(struct obj *o, struct texts *before);

#endif
