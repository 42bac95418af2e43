#include "engine/override.h"
#include "engine/rating.h"

#include "base/banned.h"

/*
 * A composite of the scope CUSTOMER is charged on what all contracts of the
 * customer spend that have cards of the same unit. Of several contracts whose
 * cards carry it, the one that started first charges it, then the one created
 * first, for as long as it lasts.
 */

bool
scope_is_customer(const struct product *composite)
{
	for (size_t i = 0; i < composite->nversions; i++)
		if (composite->versions[i].terms.composite_scope == COMPOSITE_CUSTOMER)
			return true;
	return false;
}

const struct priced_card *
scope_card(const struct planner *p, size_t i)
{
	const struct account *other = p->account->siblings[i];
	const struct priced_card *card;

	if (other->contract == p->account->contract || other->contract->rate_card_id.n == 0)
		return NULL;
	card = catalogue_card(p->catalogue, other->contract->rate_card_id);
	return card != NULL && unit_same(&card->card.fiat, &p->card->card.fiat) ? card : NULL;
}

static bool
lasts_at(const struct contract *c, int64_t t_ns)
{
	return c->starting_at_ns <= t_ns &&
		(c->ending_before_ns == INSTANT_NONE || t_ns < c->ending_before_ns);
}

static const struct rate *
list_rate(const struct priced_product *p, int64_t t_ns)
{
	const struct rate *best = NULL;

	for (size_t i = 0; i < p->nrates; i++)
		if (rate_covers(p->rates[i], t_ns) &&
			(best == NULL || rate_order(p->rates[i], best) > 0))
			best = p->rates[i];
	return best;
}

static bool
charges(const struct planner *p, const struct contract *c, const struct priced_product *priced,
	int64_t t_ns)
{
	static const struct pairs none = { NULL, 0 };
	const struct period instant = { t_ns, t_ns + 1, 0, 0 };
	const struct product_terms terms = product_at(priced->product, t_ns, p->arena);
	const struct priced_line line = { .product_id = priced->product->id,
		.tags = &terms.tags,
		.pricing = &none,
		.presentation = &none };
	struct override_uses *uses = override_uses_of(p->arena, c, priced->product, &instant);
	const struct rate *rate = list_rate(priced, t_ns);
	struct override_choice why;

	if (uses != NULL)
		rate = override_rate(uses, &line, rate, NULL, &why);
	return rate != NULL && rate->entitled;
}

/* The siblings stand in the order of creation. */
static bool
comes_first(const struct planner *p, size_t i)
{
	const struct contract *own = p->account->contract,
			      *other = p->account->siblings[i]->contract;

	if (own->starting_at_ns != other->starting_at_ns)
		return other->starting_at_ns < own->starting_at_ns;
	for (size_t k = 0; k < i; k++)
		if (p->account->siblings[k]->contract == own)
			return false;
	return true;
}

bool
scope_charged_elsewhere(const struct planner *p, const struct product *composite, int64_t t_ns)
{
	for (size_t i = 0; i < p->account->nsiblings; i++) {
		const struct priced_card *card = scope_card(p, i);
		const struct contract *c = p->account->siblings[i]->contract;
		const struct priced_product *priced;

		if (card == NULL || !comes_first(p, i) || !lasts_at(c, t_ns))
			continue;
		priced = priced_on(card, composite);
		if (priced != NULL && charges(p, c, priced, t_ns))
			return true;
	}
	return false;
}

static void
charging_cuts(struct planner *p, const struct contract *c, const struct priced_product *priced,
	struct cut_list *out)
{
	struct override_uses *uses = override_uses_of(p->arena, c, priced->product, p->period);
	int64_t *bounds;
	size_t n;

	for (size_t i = 0; i < priced->nrates; i++) {
		cut_at(p, out, priced->rates[i]->starting_at_ns, CUT_PRODUCT);
		cut_at(p, out, priced->rates[i]->ending_before_ns, CUT_PRODUCT);
	}
	if (uses == NULL)
		return;
	bounds = ARENA_ARRAY(p->arena, 2 * override_uses_count(uses), int64_t);
	n = override_uses_bounds(uses, bounds);
	for (size_t i = 0; i < n; i++)
		cut_at(p, out, bounds[i], CUT_PRODUCT);
}

void
scope_cuts(struct planner *p, const struct product *composite, struct cut_list *out)
{
	for (size_t i = 0; i < p->account->nsiblings; i++) {
		const struct priced_card *card = scope_card(p, i);
		const struct contract *c = p->account->siblings[i]->contract;

		if (card == NULL)
			continue;
		cut_at(p, out, c->starting_at_ns, CUT_PRODUCT);
		cut_at(p, out, c->ending_before_ns, CUT_PRODUCT);
		tag_cuts(p, card, out);
		if (priced_on(card, composite) != NULL)
			charging_cuts(p, c, priced_on(card, composite), out);
	}
}
