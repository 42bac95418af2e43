#include "engine/catalogue.h"

#include <stdlib.h>

#include "base/banned.h"

struct rat
priced_in_fiat(struct arena *a, const struct priced_product *p, struct rat cost)
{
	return p->conversion != NULL ? rat_mul(a, cost, p->conversion->fiat_each) : cost;
}

void
catalogue_init(struct catalogue *c, struct arena *a)
{
	map_init(&c->metrics, a);
	map_init(&c->products, a);
	map_init(&c->cards, a);
}

const struct metric *
catalogue_metric(const struct catalogue *c, struct str id)
{
	return map_get(&c->metrics, id);
}

const struct product *
catalogue_product(const struct catalogue *c, struct str id)
{
	return map_get(&c->products, id);
}

const struct priced_card *
catalogue_card(const struct catalogue *c, struct str id)
{
	return map_get(&c->cards, id);
}

/* Composites, and they alone, cost a percentage of what is spent. */
static bool
check_model(const struct catalogue *c, const struct rate *r, struct err *e)
{
	bool composite = catalogue_product(c, r->product_id)->type == PRODUCT_COMPOSITE;

	if (composite == rate_type_on_spend(r->type))
		return true;
	if (composite)
		return err_field(e, ERR_INPUT, "rate.rate_type", STR("rate_type"),
			str_c(rate_type_name(r->type)),
			"rate %.*s: a composite product wants PERCENTAGE or TIERED_PERCENTAGE",
			STR_FMT(r->id));
	return err_field(e, ERR_INPUT, "rate.rate_type", STR("rate_type"),
		str_c(rate_type_name(r->type)), "rate %.*s: only a composite product has a %s",
		STR_FMT(r->id), rate_type_name(r->type));
}

static bool
check_unit(const struct rate_card *card, const struct rate *r, struct err *e)
{
	if (unit_same(&r->unit, &card->fiat) ||
		(!rate_type_on_spend(r->type) && rate_card_conversion(card, &r->unit) != NULL))
		return true;
	return err_field(e, ERR_INPUT, "rate.credit_type_id", STR("credit_type_id"),
		str_c(r->unit.code), "rate %.*s: the rate card is in %s", STR_FMT(r->id),
		card->fiat.code);
}

static bool
check_rates(const struct catalogue *c, const struct rate_card *card, const struct rate *rates,
	size_t nrates, struct err *e)
{
	for (size_t i = 0; i < nrates; i++) {
		const struct rate *r = &rates[i];
		if (catalogue_product(c, r->product_id) == NULL)
			return err_field(e, ERR_INPUT, "not_found", STR("product_id"),
				r->product_id, "rate %.*s: no such product", STR_FMT(r->id));
		if (!check_unit(card, r, e) || !check_model(c, r, e))
			return false;
	}
	return true;
}

static int
by_values_then_seq(const void *a, const void *b)
{
	const struct rate *const *x = a, *const *y = b;
	int order = pairs_cmp(&(*x)->pricing_group_values, &(*y)->pricing_group_values);

	return order != 0 ? order : ((*x)->seq > (*y)->seq) - ((*x)->seq < (*y)->seq);
}

/* How many rates each product has, in the order of the products' first rates. */
static void
count_rates(const struct catalogue *c, struct arena *a, const struct rate *rates, size_t nrates,
	struct priced_card *pc, struct map *places)
{
	size_t cap = 0;

	for (size_t i = 0; i < nrates; i++) {
		bool fresh;
		void **slot = map_slot(places, rates[i].product_id, &fresh);
		if (fresh) {
			pc->products = arena_grow(a, pc->products, &cap, pc->nproducts + 1,
				sizeof(pc->products[0]));
			pc->products[pc->nproducts++].product = catalogue_product(c,
				rates[i].product_id);
			*slot = (void *)(uintptr_t)pc->nproducts;
		}
		pc->products[(uintptr_t)*slot - 1].nrates++;
	}
}

static void
put_rates(struct arena *a, const struct rate *rates, size_t nrates, struct priced_card *pc,
	const struct map *places)
{
	size_t *filled = ARENA_ARRAY(a, pc->nproducts, size_t);

	for (size_t i = 0; i < pc->nproducts; i++)
		pc->products[i].rates = ARENA_ARRAY(a, pc->products[i].nrates, const struct rate *);
	for (size_t i = 0; i < nrates; i++) {
		uintptr_t place = (uintptr_t)map_get(places, rates[i].product_id) - 1;
		pc->products[place].rates[filled[place]++] = &rates[i];
	}
}

/* Products the order does not name keep their order among themselves, behind it. */
static void
order_products(struct arena *a, struct priced_card *pc, const struct map *places)
{
	const struct texts *order = &pc->card.product_order;
	struct priced_product *sorted = ARENA_ARRAY(a, pc->nproducts, struct priced_product);
	bool *named = ARENA_ARRAY(a, pc->nproducts, bool);
	size_t n = 0;

	for (size_t i = 0; i < order->n; i++) {
		uintptr_t place = (uintptr_t)map_get(places, order->p[i]);
		if (place == 0)
			continue;
		named[place - 1] = true;
		sorted[n++] = pc->products[place - 1];
	}
	for (size_t i = 0; i < pc->nproducts; i++)
		if (!named[i])
			sorted[n++] = pc->products[i];
	pc->products = sorted;
}

static void
sort_rates(struct arena *a, struct priced_product *p)
{
	p->by_values = ARENA_ARRAY(a, p->nrates, const struct rate *);
	for (size_t i = 0; i < p->nrates; i++)
		p->by_values[i] = p->rates[i];
	qsort(p->by_values, p->nrates, sizeof(const struct rate *), by_values_then_seq);
}

/* A product has one unit on a card. */
static bool
set_conversion(const struct rate_card *card, struct priced_product *p, struct err *e)
{
	const struct unit *unit = &p->rates[0]->unit;

	for (size_t i = 1; i < p->nrates; i++)
		if (!unit_same(&p->rates[i]->unit, unit))
			return err_field(e, ERR_INPUT, "rate.credit_type_id", STR("credit_type_id"),
				str_c(p->rates[i]->unit.code),
				"rate %.*s: its product is priced in %s on this card",
				STR_FMT(p->rates[i]->id), unit->code);
	p->conversion = rate_card_conversion(card, unit);
	return true;
}

bool
catalogue_add_card(struct catalogue *c, struct arena *a, const struct rate_card *card,
	const struct rate *rates, size_t nrates, struct err *e)
{
	struct map places; /* product id -> place among the card's products, from 1 */

	if (!check_rates(c, card, rates, nrates, e))
		return false;

	struct priced_card *pc = ARENA_NEW(a, struct priced_card);
	pc->card = *card;
	map_init(&places, a);
	count_rates(c, a, rates, nrates, pc, &places);
	put_rates(a, rates, nrates, pc, &places);
	for (size_t i = 0; i < pc->nproducts; i++) {
		if (!set_conversion(card, &pc->products[i], e))
			return false;
		sort_rates(a, &pc->products[i]);
	}
	if (card->product_order.n > 0)
		order_products(a, pc, &places);
	*map_slot(&c->cards, card->id, NULL) = pc;
	return true;
}
