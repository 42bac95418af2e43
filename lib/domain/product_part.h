/*
 * product_part - what the files of the noun share (inside domain).
 *
 * Shape      product.c reads and writes what all types have and what USAGE has;
 *            product_composite.c what COMPOSITE has.
 */
#ifndef DOMAIN_PRODUCT_PART_H
#define DOMAIN_PRODUCT_PART_H

#include "domain/product.h"

/* A list of texts; where it is there, none as well, t has the field. */
struct texts product_list_from(struct obj *o, const char *name, enum product_field field,
	struct product_terms *t);

void composite_from_obj(struct obj *o, struct product_terms *t);
void composite_members(struct jsonw *w, const struct product_terms *t);

#endif
