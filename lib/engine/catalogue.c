#include "engine/catalogue.h"

#include <stdlib.h>

#include "base/banned.h"

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

/* Composites, and they alone, cost a percentage. */
static bool
check_model(const struct catalogue *c, const struct rate *r, struct err *e)
{
	bool composite = catalogue_product(c, r->product_id)->type == PRODUCT_COMPOSITE;

	if (composite == (r->type == RATE_PERCENTAGE))
		return true;
	return err_field(e, ERR_INPUT, "rate.rate_type", STR("rate_type"),
		str_c(rate_type_name(r->type)),
		composite ? "rate %.*s: a composite product wants PERCENTAGE" :
			    "rate %.*s: only a composite product has a PERCENTAGE",
		STR_FMT(r->id));
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
		if (!unit_same(&r->unit, &card->fiat))
			return err_field(e, ERR_INPUT, "rate.credit_type_id", STR("credit_type_id"),
				str_c(r->unit.code), "rate %.*s: the rate card is in %s",
				STR_FMT(r->id), card->fiat.code);
		if (!check_model(c, r, e))
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

static void
sort_rates(struct arena *a, struct priced_product *p)
{
	p->by_values = ARENA_ARRAY(a, p->nrates, const struct rate *);
	for (size_t i = 0; i < p->nrates; i++)
		p->by_values[i] = p->rates[i];
	qsort(p->by_values, p->nrates, sizeof(const struct rate *), by_values_then_seq);
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
	for (size_t i = 0; i < pc->nproducts; i++)
		sort_rates(a, &pc->products[i]);
	*map_slot(&c->cards, card->id, NULL) = pc;
	return true;
}
