#include "domain/card_order.h"

#include <inttypes.h>

#include "base/banned.h"

static void
moves_from(struct obj *o, struct card_order_change *c)
{
	struct obj child;

	c->nmoves = obj_array(o, "product_moves", OBJ_REQUIRED, 1);
	c->moves = ARENA_ARRAY(o->arena, c->nmoves, struct product_move);
	for (size_t i = 0; i < c->nmoves && obj_item(o, "product_moves", i, &child); i++) {
		c->moves[i].product_id = obj_reference(&child, "product_id", "product",
			OBJ_REQUIRED);
		c->moves[i].position = obj_int(&child, "position", OBJ_REQUIRED, 0, INT32_MAX, 0);
		obj_close(&child);
	}
}

bool
card_order_from_json(const struct json *j, bool csv, struct arena *a, struct str *card_ref,
	struct card_order_change *out, struct err *e)
{
	struct card_order_change c = { .sets = false };
	struct str card;
	struct obj o;

	if (!obj_open(&o, j, "rate_card", csv, a, e))
		return false;
	card = obj_subject(&o, "rate_card_id", "rate_card");
	c.sets = obj_has(&o, "product_order");
	if (c.sets && obj_has(&o, "product_moves"))
		obj_refuse(&o, "product_moves", "beside product_order; wanted one of the two");
	if (c.sets)
		c.order = obj_references(&o, "product_order", OBJ_REQUIRED, 1);
	else
		moves_from(&o, &c);
	if (!obj_close(&o))
		return false;
	*card_ref = card;
	*out = c;
	return true;
}

struct texts
card_order_complete(const struct texts *named, const struct texts *all, struct arena *a)
{
	struct texts out = { ARENA_ARRAY(a, named->n + all->n, struct str), 0 };

	for (size_t i = 0; i < named->n; i++)
		out.p[out.n++] = named->p[i];
	for (size_t i = 0; i < all->n; i++)
		if (!texts_has(named, all->p[i]))
			out.p[out.n++] = all->p[i];
	return out;
}

static void
take_out(struct texts *order, struct str id)
{
	size_t kept = 0;

	for (size_t i = 0; i < order->n; i++)
		if (!str_eq(order->p[i], id))
			order->p[kept++] = order->p[i];
	order->n = kept;
}

static void
put_at(struct texts *order, size_t position, struct str id)
{
	for (size_t i = order->n++; i > position; i--)
		order->p[i] = order->p[i - 1];
	order->p[position] = id;
}

bool
card_order_move(struct texts *order, const struct product_move *moves, size_t n, struct arena *a,
	struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if ((size_t)moves[i].position >= order->n)
			return err_field(e, ERR_INPUT, "rate_card.product_moves.position",
				str_printf(a, "product_moves[%zu].position", i),
				str_printf(a, "%" PRId64, moves[i].position),
				"the card has %zu product%s, counted from 0", order->n,
				order->n == 1 ? "" : "s");
		take_out(order, moves[i].product_id);
		put_at(order, (size_t)moves[i].position, moves[i].product_id);
	}
	return true;
}
