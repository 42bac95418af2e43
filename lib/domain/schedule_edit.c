#include "domain/schedule_edit.h"

#include <string.h>

#include "base/banned.h"

static size_t
find_item(const struct schedule *s, struct str id)
{
	size_t i = 0;

	while (i < s->nitems && !str_eq(s->items[i].id, id))
		i++;
	return i;
}

/* The item that the object names; false: there is none. */
static bool
named_item(struct obj *o, const struct schedule *s, size_t *at)
{
	struct str id = obj_id(o, "id", OBJ_REQUIRED);

	if (!obj_ok(o))
		return false;
	*at = find_item(s, id);
	return *at < s->nitems ||
		obj_refuse_as(o, "id", "not_found", "the schedule has no item of this id");
}

static void
take_out(struct schedule *s, size_t i)
{
	memmove(&s->items[i], &s->items[i + 1], (s->nitems - i - 1) * sizeof(s->items[0]));
	s->nitems--;
}

static void
amount_from(struct obj *o, const struct unit *u, struct schedule_item *item)
{
	bool has_amount, has_price, has_quantity;
	struct rat amount = obj_money(o, "amount", OBJ_OPTIONAL, u, &has_amount);
	struct rat price = obj_money(o, "unit_price", OBJ_OPTIONAL, u, &has_price);
	struct rat quantity = obj_rat(o, "quantity", OBJ_OPTIONAL, &has_quantity);

	if (has_amount && (has_price || has_quantity))
		obj_refuse(o, "amount",
			"given beside %s; wanted amount, or unit_price and quantity",
			has_price ? "unit_price" : "quantity");
	if (has_quantity && rat_sign(quantity) < 0)
		obj_refuse(o, "quantity", "below zero");
	if (has_amount) {
		item->unit_price = amount;
		item->quantity = RAT_ONE;
	}
	if (has_price)
		item->unit_price = price;
	if (has_quantity)
		item->quantity = quantity;
}

static void
update_item(struct obj *o, struct schedule *s)
{
	struct schedule_item item;
	int64_t at_ns;
	size_t i;

	if (!named_item(o, s, &i))
		return;
	item = s->items[i];
	at_ns = obj_instant(o, "timestamp", OBJ_OPTIONAL);
	amount_from(o, &s->unit, &item);
	if (!obj_close(o))
		return;
	if (at_ns == INSTANT_NONE || at_ns == item.timestamp_ns) {
		s->items[i] = item;
		return;
	}
	item.timestamp_ns = at_ns;
	take_out(s, i);
	s->items[s->nitems++] = item;
}

static void
remove_item(struct obj *o, struct schedule *s)
{
	size_t i;

	if (named_item(o, s, &i) && obj_close(o))
		take_out(s, i);
}

static void
add_item(struct obj *o, struct schedule *s)
{
	struct schedule_item *item = &s->items[s->nitems];

	item->id = obj_id(o, "id", OBJ_OPTIONAL);
	item->timestamp_ns = obj_instant(o, "timestamp", OBJ_REQUIRED);
	schedule_amount_from(o, &s->unit, &item->unit_price, &item->quantity);
	if (!obj_close(o))
		return;
	if (item->id.n > 0 && find_item(s, item->id) < s->nitems)
		obj_refuse(o, "id", "the schedule has an item of this id");
	s->nitems++;
}

bool
schedule_edit_from_obj(struct obj *o, struct schedule *s)
{
	size_t nadded = obj_array(o, "add_schedule_items", OBJ_OPTIONAL, 0);
	size_t nupdated = obj_array(o, "update_schedule_items", OBJ_OPTIONAL, 0);
	size_t nremoved = obj_array(o, "remove_schedule_items", OBJ_OPTIONAL, 0);
	struct schedule_item *items = ARENA_ARRAY(o->arena, s->nitems + nadded,
		struct schedule_item);
	struct obj child;

	if (!obj_ok(o) || nadded + nupdated + nremoved == 0)
		return obj_ok(o);
	for (size_t i = 0; i < s->nitems; i++)
		items[i] = s->items[i];
	s->items = items;
	s->recurring = false;
	for (size_t i = 0; i < nremoved && obj_item(o, "remove_schedule_items", i, &child); i++)
		remove_item(&child, s);
	for (size_t i = 0; i < nupdated && obj_item(o, "update_schedule_items", i, &child); i++)
		update_item(&child, s);
	for (size_t i = 0; i < nadded && obj_item(o, "add_schedule_items", i, &child); i++)
		add_item(&child, s);
	return obj_ok(o);
}
