#include "domain/subscription.h"

#include "domain/subscription_part.h"

#include "base/banned.h"

static const char *const collection_names[] = {
	[COLLECT_ADVANCE] = "ADVANCE",
	[COLLECT_ARREARS] = "ARREARS",
};

static const char *const invoicing_names[] = {
	[INVOICE_NEXT_COLLECTION] = "BILL_ON_NEXT_COLLECTION_DATE",
	[INVOICE_IMMEDIATELY] = "BILL_IMMEDIATELY",
};

static const char *const placement_names[] = {
	[PLACE_USAGE_INVOICE] = "ON_USAGE_INVOICE",
	[PLACE_SCHEDULED_INVOICE] = "ON_SCHEDULED_INVOICE",
};

static const char *const mode_names[] = {
	[MODE_QUANTITY_ONLY] = "QUANTITY_ONLY",
	[MODE_SEAT_BASED] = "SEAT_BASED",
};

/* ---- reading ---- */

static void
rate_from(struct obj *parent, struct subscription *s)
{
	struct obj o;

	if (!obj_object(parent, "subscription_rate", OBJ_REQUIRED, &o))
		return;
	s->product_id = obj_reference(&o, "product_id", "product", OBJ_REQUIRED);
	s->frequency = obj_billing_frequency(&o, "billing_frequency", OBJ_REQUIRED);
	obj_close(&o);
}

static void
proration_from(struct obj *parent, struct subscription *s)
{
	struct obj o;

	if (!obj_object(parent, "proration", OBJ_REQUIRED, &o))
		return;
	s->is_prorated = obj_bool(&o, "is_prorated", OBJ_OPTIONAL, false);
	s->invoicing = (enum proration_invoicing)obj_enum(&o, "invoice_behavior", OBJ_OPTIONAL,
		invoicing_names, countof(invoicing_names), INVOICE_NEXT_COLLECTION);
	if (obj_ok(&o) && s->invoicing == INVOICE_IMMEDIATELY && s->collection == COLLECT_ARREARS)
		obj_refuse(&o, "invoice_behavior",
			"goes with collection_schedule ADVANCE; this one is ARREARS");
	proration_rounding_from(&o, "rounding", &s->rounding);
	obj_close(&o);
}

static void
cycle_from(struct obj *parent, struct subscription *s)
{
	char text[INSTANT_TEXT_SIZE];
	struct obj o;

	s->anchor_ns = INSTANT_NONE;
	if (!obj_object(parent, "billing_cycle_config", OBJ_OPTIONAL, &o))
		return;
	s->anchor_ns = obj_hour(&o, "anchor_date", OBJ_OPTIONAL);
	s->placement = (enum fee_placement)obj_enum(&o, "invoice_placement", OBJ_OPTIONAL,
		placement_names, countof(placement_names), PLACE_USAGE_INVOICE);
	if (!obj_ok(&o) || s->anchor_ns == INSTANT_NONE) {
		obj_close(&o);
		return;
	}
	if (s->collection == COLLECT_ARREARS)
		obj_refuse(&o, "anchor_date",
			"goes with collection_schedule ADVANCE; this one is ARREARS");
	else if (s->anchor_ns > s->starting_at_ns)
		obj_refuse(&o, "anchor_date", "after the subscription's start, %s",
			instant_text(s->starting_at_ns, text));
	obj_close(&o);
}

static void
term_from(struct obj *o, int64_t contract_start_ns, int64_t contract_end_ns, struct subscription *s)
{
	char text[INSTANT_TEXT_SIZE];

	s->starting_at_ns = obj_hour(o, "starting_at", OBJ_OPTIONAL);
	s->ending_before_ns = obj_hour(o, "ending_before", OBJ_OPTIONAL);
	if (!obj_ok(o))
		return;
	if (s->starting_at_ns == INSTANT_NONE)
		s->starting_at_ns = contract_start_ns;
	if (s->starting_at_ns < contract_start_ns)
		obj_refuse(o, "starting_at", "before the contract's start, %s",
			instant_text(contract_start_ns, text));
	else if (!o->stored && contract_end_ns != INSTANT_NONE &&
		s->starting_at_ns >= contract_end_ns)
		obj_refuse(o, "starting_at", "not before the contract's end, %s",
			instant_text(contract_end_ns, text));
	/* when the contract is extended, its terms are not */
	if (!o->stored && s->ending_before_ns == INSTANT_NONE)
		s->ending_before_ns = contract_end_ns;
	obj_interval(o, s->starting_at_ns, s->ending_before_ns);
}

static void
seats_from(struct obj *parent, struct subscription *s)
{
	struct obj o;

	if (!obj_object(parent, "seat_config", OBJ_REQUIRED, &o))
		return;
	s->seat_group_key = obj_text(&o, "seat_group_key", OBJ_REQUIRED, 1, SIZE_MAX);
	s->initial_seat_ids = seat_ids_from(&o, "initial_seat_ids", OBJ_OPTIONAL);
	s->initial_quantity = seat_count_from(&o, "initial_unassigned_seats", OBJ_OPTIONAL, 0);
	obj_close(&o);
}

static void
quantity_from(struct obj *o, struct subscription *s)
{
	s->mode = (enum quantity_mode)obj_enum(o, "quantity_management_mode", OBJ_OPTIONAL,
		mode_names, countof(mode_names), MODE_QUANTITY_ONLY);
	if (s->mode == MODE_SEAT_BASED) {
		if (obj_has(o, "initial_quantity"))
			obj_refuse(o, "initial_quantity",
				"goes with QUANTITY_ONLY; seats are counted in seat_config");
		obj_value(o, "initial_quantity", OBJ_OPTIONAL);
		seats_from(o, s);
		return;
	}
	if (obj_has(o, "seat_config"))
		obj_refuse(o, "seat_config", "goes with quantity_management_mode SEAT_BASED");
	obj_value(o, "seat_config", OBJ_OPTIONAL);
	s->initial_quantity = obj_rat(o, "initial_quantity", OBJ_REQUIRED, NULL);
	if (obj_ok(o) && rat_sign(s->initial_quantity) < 0)
		obj_refuse(o, "initial_quantity", "below zero");
}

static void
item_from(struct obj *o, int64_t contract_start_ns, int64_t contract_end_ns, struct subscription *s)
{
	s->id = obj_id(o, "id", OBJ_OPTIONAL);
	s->temporary_id = obj_text(o, "temporary_id", OBJ_OPTIONAL, 1, NAME_MAX_POINTS);
	s->name = obj_name(o, OBJ_OPTIONAL);
	s->description = obj_text(o, "description", OBJ_OPTIONAL, 0, SIZE_MAX);
	rate_from(o, s);
	s->collection = (enum collection)obj_enum(o, "collection_schedule", OBJ_REQUIRED,
		collection_names, countof(collection_names), COLLECT_ADVANCE);
	proration_from(o, s);
	term_from(o, contract_start_ns, contract_end_ns, s);
	cycle_from(o, s);
	quantity_from(o, s);
	quantity_changes_from(o, "updates", s);
	s->custom_fields = obj_custom_fields(o);
	subscription_check_steps(o, "updates", s);
	obj_close(o);
}

/* Of a list, those before it included. */
static bool
temporary_id_taken(const struct subscription *list, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].temporary_id.n > 0 && str_eq(list[i].temporary_id, id))
			return true;
	return false;
}

bool
subscriptions_added_from_obj(struct obj *o, const char *name, int64_t contract_start_ns,
	int64_t contract_end_ns, const struct subscription *before, size_t nbefore,
	struct subscription **out, size_t *n)
{
	size_t count = obj_array(o, name, OBJ_OPTIONAL, 0);
	struct subscription *list = ARENA_ARRAY(o->arena, nbefore + count, struct subscription);
	struct obj child;

	for (size_t i = 0; i < nbefore; i++)
		list[i] = before[i];
	for (size_t i = 0; i < count && obj_item(o, name, i, &child); i++) {
		struct subscription *s = &list[nbefore + i];

		item_from(&child, contract_start_ns, contract_end_ns, s);
		if (s->temporary_id.n > 0 && temporary_id_taken(list, nbefore + i, s->temporary_id))
			obj_refuse(&child, "temporary_id", "given before; wanted one of its own");
	}
	if (!obj_ok(o))
		return false;
	*out = list;
	*n = nbefore + count;
	return true;
}

bool
subscriptions_from_obj(struct obj *o, int64_t contract_start_ns, int64_t contract_end_ns,
	struct subscription **out, size_t *n)
{
	return subscriptions_added_from_obj(o, "subscriptions", contract_start_ns, contract_end_ns,
		NULL, 0, out, n);
}

/* ---- finding ---- */

size_t
subscription_find(const struct subscription *list, size_t n, struct str ref)
{
	size_t found = SIZE_MAX, named = 0;

	for (size_t i = 0; i < n; i++)
		if ((list[i].id.n > 0 && str_eq(list[i].id, ref)) ||
			(list[i].temporary_id.n > 0 && str_eq(list[i].temporary_id, ref)))
			return i;
	for (size_t i = 0; i < n; i++)
		if (list[i].name.n > 0 && str_eq(list[i].name, ref)) {
			found = i;
			named++;
		}
	return named == 1 ? found : SIZE_MAX;
}

/* ---- writing ---- */

static void
write_rate(struct jsonw *w, const struct subscription *s)
{
	jsonw_key(w, "subscription_rate");
	jsonw_object(w);
	jsonw_member_str(w, "product_id", s->product_id);
	jsonw_member_c(w, "billing_frequency", frequency_name(s->frequency));
	jsonw_end(w);
}

static void
write_proration(struct jsonw *w, const struct subscription *s)
{
	jsonw_key(w, "proration");
	jsonw_object(w);
	jsonw_member_bool(w, "is_prorated", s->is_prorated);
	jsonw_member_c(w, "invoice_behavior", invoicing_names[s->invoicing]);
	proration_rounding_member(w, "rounding", &s->rounding);
	jsonw_end(w);
}

static void
write_cycle(struct jsonw *w, const struct subscription *s)
{
	jsonw_key(w, "billing_cycle_config");
	jsonw_object(w);
	jsonw_member_instant_opt(w, "anchor_date", s->anchor_ns);
	jsonw_member_c(w, "invoice_placement", placement_names[s->placement]);
	jsonw_end(w);
}

static void
write_quantity(struct jsonw *w, const struct subscription *s, enum terms_form form)
{
	jsonw_member_c(w, "quantity_management_mode", mode_names[s->mode]);
	if (s->mode == MODE_QUANTITY_ONLY) {
		jsonw_member_decimal(w, "initial_quantity", s->initial_quantity, form);
		return;
	}
	jsonw_key(w, "seat_config");
	jsonw_object(w);
	jsonw_member_str(w, "seat_group_key", s->seat_group_key);
	jsonw_texts(w, "initial_seat_ids", &s->initial_seat_ids);
	jsonw_member_decimal(w, "initial_unassigned_seats", s->initial_quantity, form);
	jsonw_end(w);
}

void
subscription_members(struct jsonw *w, const struct subscription *s, enum terms_form form)
{
	jsonw_member_str_opt(w, "id", s->id);
	jsonw_member_str_opt(w, "temporary_id", s->temporary_id);
	jsonw_member_str_opt(w, "name", s->name);
	jsonw_member_str_opt(w, "description", s->description);
	write_rate(w, s);
	jsonw_member_c(w, "collection_schedule", collection_names[s->collection]);
	write_proration(w, s);
	jsonw_member_instant(w, "starting_at", s->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", s->ending_before_ns);
	write_cycle(w, s);
	write_quantity(w, s, form);
	quantity_changes_member(w, "updates", s, form);
	jsonw_pairs_opt(w, "custom_fields", &s->custom_fields);
	if (form == TERMS_PRINTED && s->view != NULL)
		subscription_view_members(w, s->view);
}
