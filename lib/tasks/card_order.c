#include "tasks/card_order.h"

#include "store/card_order_store.h"
#include "store/reference.h"
#include "tasks/product.h"
#include "tasks/ratecard.h"

#include "base/banned.h"

static bool
is_on_card(const struct texts *products, const char *code, struct str field, struct str id,
	struct err *e)
{
	return texts_has(products, id) ||
		err_field(e, ERR_INPUT, code, field, id, "the rate card has no rate of it");
}

static bool
set_order(struct store *st, const struct card_order_change *change, const struct texts *products,
	int64_t now_ns, struct arena *a, struct texts *out, struct err *e)
{
	static const char path[] = "product_order", code[] = "rate_card.product_order";
	struct texts named = change->order;

	if (!products_resolve(st, path, code, &named, now_ns, a, e))
		return false;
	for (size_t i = 0; i < named.n; i++)
		if (!is_on_card(products, code, str_printf(a, "%s[%zu]", path, i), named.p[i], e))
			return false;
	*out = card_order_complete(&named, products, a);
	return true;
}

static bool
move(struct store *st, struct str card_id, const struct card_order_change *change,
	const struct texts *products, int64_t now_ns, struct arena *a, struct texts *out,
	struct err *e)
{
	struct texts order;

	if (!card_order_load(st, card_id, a, &order, e))
		return false;
	order = card_order_complete(&order, products, a);
	for (size_t i = 0; i < change->nmoves; i++) {
		struct str *id = &change->moves[i].product_id;
		struct str field = str_printf(a, "product_moves[%zu].product_id", i);

		if (!reference_field(st, NOUN_PRODUCT, field.p, *id, now_ns, a, id, e) ||
			!is_on_card(products, "rate_card.product_moves.product_id", field, *id, e))
			return false;
	}
	if (!card_order_move(&order, change->moves, change->nmoves, a, e))
		return false;
	*out = order;
	return true;
}

bool
card_order_set(struct store *st, struct str card_ref, const struct card_order_change *change,
	int64_t now_ns, struct arena *a, struct rate_card *card, struct err *e)
{
	struct texts products;

	if (!rate_card_open(st, card_ref, now_ns, a, card, e) ||
		!card_products_load(st, card->id, a, &products, e))
		return false;
	return (change->sets ? set_order(st, change, &products, now_ns, a, &card->product_order,
				       e) :
			       move(st, card->id, change, &products, now_ns, a,
				       &card->product_order, e)) &&
		card_order_put(st, card->id, &card->product_order, a, e);
}
