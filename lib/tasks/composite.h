/*
 * composite tasks - whether a COMPOSITE product can be charged at all.
 *
 * Shape      a composite product depends on another one where its base names it by id
 *            or by a tag and includes composite spend, in any of their versions,
 *            whether these meet in time or not. Nothing may depend on itself. One
 *            that bears a tag of its own base is not in it.
 * Errors     product.composite_product_ids where the base would be empty or names a
 *            composite product without including such spend; composite_cycle,
 *            naming the circle.
 * Source     mtr-pricing(7), Composites.
 */
#ifndef TASKS_COMPOSITE_H
#define TASKS_COMPOSITE_H

#include "domain/product.h"
#include "store/store.h"

/* p: the product as it is going to be, with references resolved; its id may be empty yet. */
bool composite_check(struct store *st, const struct product *p, struct arena *a, struct err *e);

#endif
