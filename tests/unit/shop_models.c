#include "tests/unit/shop_models.h"

#include "base/banned.h"

static struct str org_name[] = { { "org", 3 } };
static struct texts org_key[] = { { org_name, 1 } };
const char *const shop_orgs[SHOP_ORGS] = { "a", "b", "c" };

static void
put_tiers(struct sweep *sw, struct arena *a, struct rate *r)
{
	r->ntiers = (size_t)(1 + sweep_below(sw, 3));
	r->tiers = ARENA_ARRAY(a, r->ntiers, struct tier);
	for (size_t i = 0; i < r->ntiers; i++)
		r->tiers[i] = (struct tier){
			.open = i + 1 == r->ntiers,
			.size = rat_int(a, (int64_t)(1 + sweep_below(sw, 9))),
			.price = shop_price(sw, a),
			.flat_fee = r->type == RATE_TIERED ? shop_price(sw, a) : RAT_ZERO,
		};
}

void
shop_vary_model(struct sweep *sw, struct arena *a, struct rate *r)
{
	static const enum rate_type types[] = { RATE_FLAT, RATE_TIERED, RATE_VOLUME, RATE_STAIRSTEP,
		RATE_PACKAGE };

	r->type = types[sweep_below(sw, countof(types))];
	r->package_size = rat_frac(a, (int64_t)(1 + sweep_below(sw, 9)), 2);
	put_tiers(sw, a, r);
}

void
shop_vary_limits(struct sweep *sw, struct arena *a, struct rate *r)
{
	if (sweep_below(sw, 2) == 0)
		r->free_units = rat_frac(a, (int64_t)sweep_below(sw, 30), 2);
	if (sweep_below(sw, 2) == 0)
		r->minimum = rat_int(a, (int64_t)sweep_below(sw, 60));
	r->has_maximum = sweep_below(sw, 2) == 0;
	if (r->has_maximum)
		r->maximum = rat_add(a, r->minimum, rat_int(a, (int64_t)sweep_below(sw, 60)));
}

static void
vary_spend(struct sweep *sw, struct arena *a, struct rate *r)
{
	if (sweep_below(sw, 2) == 0)
		r->minimum = rat_int(a, (int64_t)sweep_below(sw, 60));
	if (sweep_below(sw, 2) == 0)
		return;
	r->type = RATE_TIERED_PERCENTAGE;
	put_tiers(sw, a, r);
	for (size_t i = 0; i < r->ntiers; i++)
		r->tiers[i].price = rat_frac(a, (int64_t)sweep_below(sw, 9), 8);
}

/* Lines of their own for each org. */
void
shop_vary_keys(struct sweep *sw, struct shop *s, struct shop_product *p)
{
	p->metric.group_keys = org_key;
	p->metric.ngroup_keys = 1;
	p->versions[0].terms.has |= PF_PRESENTATION_KEY;
	p->versions[0].terms.presentation_group_key = org_key[0];
	for (size_t i = 0; i < s->nevents; i++) {
		struct event *ev = &s->events[i];
		struct property n = ev->properties[0];

		if (!str_eq(ev->event_type, p->versions[0].terms.name))
			continue;
		ev->properties = ARENA_ARRAY(s->arena, 2, struct property);
		ev->properties[0] = n;
		ev->properties[1] = (struct property){ STR("org"),
			str_c(shop_orgs[sweep_below(sw, SHOP_ORGS)]), JSON_STRING };
		ev->nproperties = 2;
	}
}

void
shop_random_models(struct sweep *sw, struct shop *s, struct arena *a)
{
	shop_random(sw, s, a, true);
	for (size_t i = 0; i < s->nproducts; i++)
		if (s->products[i].product.type == PRODUCT_USAGE && sweep_below(sw, 2) == 0)
			shop_vary_keys(sw, s, &s->products[i]);
	for (size_t i = 0; i < s->nrates; i++) {
		struct rate *r = &s->rates[i];

		if (rate_type_on_spend(r->type)) {
			vary_spend(sw, a, r);
			continue;
		}
		shop_vary_model(sw, a, r);
		shop_vary_limits(sw, a, r);
	}
}
