#include "engine/override.h"

#include "base/banned.h"

/* The card's rate at the frequency, entitled or not. */
static const struct rate *
listed(const struct priced_product *p, enum frequency f, int64_t t_ns)
{
	const struct rate *best = NULL;

	for (size_t i = 0; i < p->nrates; i++) {
		const struct rate *r = p->rates[i];
		if (r->has_frequency && r->frequency == f && rate_covers(r, t_ns) &&
			(best == NULL || rate_order(r, best) > 0))
			best = r;
	}
	return best;
}

static const struct rate *
overridden(struct arena *a, const struct contract *c, const struct priced_product *p,
	enum frequency f, int64_t t_ns, const struct rate *list, struct override_choice *why)
{
	static const struct pairs none = { NULL, 0 };
	const struct period instant = { t_ns, t_ns + 1, 0, 0 };
	struct override_uses *u = override_uses_of(a, c, p->product, &instant);

	if (u == NULL)
		return list;

	const struct product_terms terms = product_at(p->product, t_ns, a);
	const struct priced_line line = { .product_id = p->product->id,
		.tags = &terms.tags,
		.pricing = &none,
		.presentation = &none,
		.frequency = &f };
	return override_rate(u, &line, list, NULL, why);
}

const struct rate *
override_subscription(struct arena *a, const struct account *acct, const struct priced_product *p,
	enum frequency f, int64_t t_ns, struct override_choice *why)
{
	const struct contract *c = acct->contract;
	const struct rate *r = listed(p, f, t_ns);

	*why = (struct override_choice){ .list = r };
	if (c->overrides.n > 0)
		r = overridden(a, c, p, f, t_ns, r, why);
	return r != NULL && r->entitled ? r : NULL;
}
