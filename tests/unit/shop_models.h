/*
 * shop_models - shops at random under every price model.
 *
 * Shape      as of shop.h; rates of any type, with flat fees, free units, minimums and
 *            maximums; some products have lines of their own for each org.
 */
#ifndef TESTS_UNIT_SHOP_MODELS_H
#define TESTS_UNIT_SHOP_MODELS_H

#include "tests/unit/shop.h"

#define SHOP_ORGS 3
extern const char *const shop_orgs[SHOP_ORGS];

/* shop_random with a composite, its rates varied. */
void shop_random_models(struct sweep *sw, struct shop *s, struct arena *a);

/* One rate of usage. */
void shop_vary_model(struct sweep *sw, struct arena *a, struct rate *r);
void shop_vary_limits(struct sweep *sw, struct arena *a, struct rate *r);
/* The product has org as a presentation key, and its events so far have one each. */
void shop_vary_keys(struct sweep *sw, struct shop *s, struct shop_product *p);

#endif
