#include "domain/commit.h"

#include "base/banned.h"

/* Of the types only prepaid ones are here, of the prices they are drawn at only the list's. */
static const char *const type_names[] = { "PREPAID" };
static const char *const unsupported_types[] = { "POSTPAID" };
static const char *const rate_type_names[] = { "LIST_RATE" };
static const char *const unsupported_rate_types[] = { "COMMIT_RATE" };

static const char *const unsupported_fields[] = {
	"applicable_contract_ids",
	"hierarchy_configuration",
	"invoice_contract_id",
	"payment_gate_config",
	"rollover_fraction",
	"specifiers",
	"spend_tracker_attributes",
};

static const char *const kept_names[] = {
	"netsuite_sales_order_id",
	"salesforce_opportunity_id",
};

/* ---- reading ---- */

static void
segment_from(struct obj *o, const struct unit *u, int64_t contract_end_ns, struct access_segment *s)
{
	char end[INSTANT_TEXT_SIZE];

	s->id = obj_id(o, "id", OBJ_OPTIONAL);
	s->amount = obj_price(o, "amount", OBJ_REQUIRED, u, NULL);
	s->starting_at_ns = obj_hour(o, "starting_at", OBJ_REQUIRED);
	s->ending_before_ns = obj_hour(o, "ending_before", OBJ_REQUIRED);
	obj_interval(o, s->starting_at_ns, s->ending_before_ns);
	if (contract_end_ns != INSTANT_NONE && s->starting_at_ns != INSTANT_NONE &&
		s->starting_at_ns >= contract_end_ns)
		obj_refuse(o, "starting_at", "not before the contract's end, %s",
			instant_text(contract_end_ns, end));
	obj_close(o);
}

static void
access_from(struct obj *parent, int64_t contract_end_ns, struct commit *c)
{
	struct unit usd = unit_usd();
	struct obj o, child;

	if (!obj_object(parent, "access_schedule", OBJ_REQUIRED, &o))
		return;
	c->access_unit = obj_unit(&o, "credit_type_id", &usd);
	c->nsegments = obj_array(&o, "schedule_items", OBJ_REQUIRED, 1);
	c->segments = ARENA_ARRAY(o.arena, c->nsegments, struct access_segment);
	for (size_t i = 0; i < c->nsegments && obj_item(&o, "schedule_items", i, &child); i++)
		segment_from(&child, &c->access_unit, contract_end_ns, &c->segments[i]);
	obj_close(&o);
}

static void
invoice_schedule_from(struct obj *parent, struct commit *c)
{
	struct unit usd = unit_usd();
	struct obj o;

	if (!obj_object(parent, "invoice_schedule", OBJ_OPTIONAL, &o))
		return;
	c->has_invoice_schedule = true;
	schedule_from_obj(&o, &usd, &c->invoice_schedule);
	if (obj_bool(&o, "do_not_invoice", OBJ_OPTIONAL, false))
		obj_refuse_as(&o, "do_not_invoice", "unsupported_field", "true is not supported");
	obj_close(&o);
}

/* Of no use once the body is read. */
static void
temporary_id_from(struct obj *o, struct texts *before)
{
	struct str id = obj_text(o, "temporary_id", OBJ_OPTIONAL, 1, NAME_MAX_POINTS);

	if (!id.p)
		return;
	if (texts_has(before, id))
		obj_refuse(o, "temporary_id", "given to a commit before; wanted one of its own");
	before->p[before->n++] = id;
}

static void
commit_from(struct obj *o, int64_t contract_end_ns, struct commit *c)
{
	obj_unsupported(o, unsupported_fields, countof(unsupported_fields));
	c->id = obj_id(o, "id", OBJ_OPTIONAL);
	obj_word(o, "type", OBJ_REQUIRED, type_names, countof(type_names), unsupported_types,
		countof(unsupported_types));
	c->product_id = obj_reference(o, "product_id", "product", OBJ_REQUIRED);
	c->name = obj_name(o, OBJ_OPTIONAL);
	c->description = obj_text(o, "description", OBJ_OPTIONAL, 0, SIZE_MAX);
	access_from(o, contract_end_ns, c);
	invoice_schedule_from(o, c);
	c->priority = obj_rat(o, "priority", OBJ_OPTIONAL, &c->has_priority);
	obj_word(o, "rate_type", OBJ_OPTIONAL, rate_type_names, countof(rate_type_names),
		unsupported_rate_types, countof(unsupported_rate_types));
	c->applicable_product_ids = obj_references(o, "applicable_product_ids", OBJ_OPTIONAL, 0);
	c->applicable_product_tags = obj_texts_field(o, "applicable_product_tags", OBJ_OPTIONAL, 0,
		false);
	c->custom_fields = obj_custom_fields(o);
	c->kept = obj_kept(o, kept_names, countof(kept_names));
}

bool
commits_from_obj(struct obj *o, int64_t contract_end_ns, struct commit **out, size_t *n)
{
	size_t count = obj_array(o, "commits", OBJ_OPTIONAL, 0);
	struct commit *list = ARENA_ARRAY(o->arena, count, struct commit);
	struct texts temporary_ids = { ARENA_ARRAY(o->arena, count, struct str), 0 };
	struct obj child;

	for (size_t i = 0; i < count && obj_item(o, "commits", i, &child); i++) {
		commit_from(&child, contract_end_ns, &list[i]);
		temporary_id_from(&child, &temporary_ids);
		obj_close(&child);
	}
	if (!obj_ok(o))
		return false;
	*out = list;
	*n = count;
	return true;
}

/* ---- writing ---- */

static void
write_access(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	jsonw_key(w, "access_schedule");
	jsonw_object(w);
	if (form == TERMS_PRINTED)
		jsonw_unit(w, "credit_type", &c->access_unit);
	else
		jsonw_member_str(w, "credit_type_id", id_str(&c->access_unit.id));
	jsonw_key(w, "schedule_items");
	jsonw_array(w);
	for (size_t i = 0; i < c->nsegments; i++) {
		const struct access_segment *s = &c->segments[i];

		jsonw_object(w);
		jsonw_member_str_opt(w, "id", s->id);
		jsonw_member_decimal(w, "amount", s->amount, form);
		jsonw_member_instant(w, "starting_at", s->starting_at_ns);
		jsonw_member_instant(w, "ending_before", s->ending_before_ns);
		jsonw_end(w);
	}
	jsonw_end(w);
	jsonw_end(w);
}

void
commit_members(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	jsonw_member_str_opt(w, "id", c->id);
	jsonw_member_c(w, "type", type_names[0]);
	jsonw_member_str(w, "product_id", c->product_id);
	jsonw_member_str_opt(w, "name", c->name);
	jsonw_member_str_opt(w, "description", c->description);
	write_access(w, c, form);
	if (c->has_invoice_schedule) {
		jsonw_key(w, "invoice_schedule");
		jsonw_object(w);
		schedule_members(w, &c->invoice_schedule, form);
		jsonw_end(w);
	}
	if (c->has_priority)
		jsonw_member_decimal(w, "priority", c->priority, form);
	jsonw_texts_opt(w, "applicable_product_ids", &c->applicable_product_ids);
	jsonw_texts_opt(w, "applicable_product_tags", &c->applicable_product_tags);
	jsonw_pairs_opt(w, "custom_fields", &c->custom_fields);
	jsonw_kept(w, &c->kept);
}

/* ---- what it cost ---- */

bool
commit_is_free(const struct commit *c)
{
	const struct schedule *s = &c->invoice_schedule;
	struct arena a = ARENA_INIT;
	struct rat paid = RAT_ZERO;

	for (size_t i = 0; c->has_invoice_schedule && i < s->nitems; i++)
		paid = rat_add(&a, paid, rat_mul(&a, s->items[i].unit_price, s->items[i].quantity));

	bool free = rat_sign(paid) == 0;
	arena_release(&a);
	return free;
}
