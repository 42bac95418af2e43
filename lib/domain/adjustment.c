#include "domain/adjustment.h"

#include "base/banned.h"

static const char by_seat[] = "per_group_amounts";
static const char not_zero[] = "wanted what it is given, or below zero what it loses";

struct str
adjustment_balance(const struct json *j, struct arena *a)
{
	const struct json *id = json_type(j) == JSON_OBJECT ? json_member(j, "id") : NULL;

	if (id == NULL || json_type(id) != JSON_STRING)
		return (struct str){ NULL, 0 };
	return str_dup(a, json_text(id));
}

/* The keys are the caller's: they stand in the path, not in the code. */
static bool
seat_from(struct obj *o, const struct json *member, const struct unit *unit,
	struct seat_amount *seat)
{
	struct err inner = ERR_INIT;
	struct obj reading = *o;

	reading.e = &inner;
	seat->seat_id = str_dup(o->arena, json_key(member));
	seat->amount = obj_money(&reading, seat->seat_id.p, OBJ_REQUIRED, unit, NULL);
	if (inner.kind != ERR_NONE)
		return obj_refuse_as(o, seat->seat_id.p, obj_code(o), "%s", inner.text);
	return rat_sign(seat->amount) != 0 ||
		obj_refuse_as(o, seat->seat_id.p, obj_code(o), "%s", not_zero);
}

static void
seats_from(struct obj *o, const struct unit *unit, struct adjustment *adj)
{
	struct rat sum = RAT_ZERO;
	struct obj child;

	if (!obj_object(o, by_seat, OBJ_OPTIONAL, &child))
		return;
	adj->seats = ARENA_ARRAY(o->arena, json_count(child.json), struct seat_amount);
	for (const struct json *m = json_first(child.json); m != NULL; m = json_next(m)) {
		if (!seat_from(&child, m, unit, &adj->seats[adj->nseats]))
			return;
		sum = rat_add(o->arena, sum, adj->seats[adj->nseats++].amount);
	}
	if (adj->nseats == 0)
		obj_refuse(o, by_seat, "wanted an amount for each of some seats");
	else if (obj_has(o, "segment_id"))
		obj_refuse(o, by_seat, "given beside segment_id; wanted one of the two");
	else if (!rat_eq(sum, adj->amount))
		obj_refuse(o, by_seat, "they add up to %s; wanted the amount, %s",
			rat_text_exact(o->arena, sum).p, rat_text_exact(o->arena, adj->amount).p);
}

bool
adjustment_from_json(const struct json *j, bool csv, const struct units *units,
	const struct unit *unit, struct arena *a, struct adjustment *out, struct err *e)
{
	struct adjustment adj = { .nseats = 0 };
	struct obj o;

	if (!obj_open(&o, j, "adjustment", csv, a, e))
		return false;
	o.units = units;
	adj.balance_id = obj_text(&o, "id", OBJ_REQUIRED, 1, SIZE_MAX);
	adj.customer_id = obj_reference(&o, "customer_id", "customer", OBJ_OPTIONAL);
	adj.contract_id = obj_reference(&o, "contract_id", "contract", OBJ_OPTIONAL);
	adj.segment_id = obj_id(&o, "segment_id", OBJ_OPTIONAL);
	adj.amount = obj_money(&o, "amount", OBJ_REQUIRED, unit, NULL);
	seats_from(&o, unit, &adj);
	if (obj_ok(&o) && adj.nseats == 0 && rat_sign(adj.amount) == 0)
		obj_refuse(&o, "amount", not_zero);
	adj.reason = obj_text(&o, "reason", OBJ_REQUIRED, 1, SIZE_MAX);
	adj.timestamp_ns = obj_instant(&o, "timestamp", OBJ_OPTIONAL);
	if (!obj_close(&o))
		return false;
	*out = adj;
	return true;
}
