#include "domain/commit.h"

#include "domain/commit_part.h"
#include "domain/payment_gate.h"

#include "base/banned.h"

static const char *const type_names[COMMIT_TYPES] = {
	[COMMIT_PREPAID] = "PREPAID",
	[COMMIT_POSTPAID] = "POSTPAID",
	[COMMIT_CREDIT] = "CREDIT",
};

static const char *const rate_type_names[] = {
	[DRAW_LIST_RATE] = "LIST_RATE",
	[DRAW_COMMIT_RATE] = "COMMIT_RATE",
};

static const char *const threshold_names[THRESHOLDS] = {
	[THRESHOLD_BALANCE] = "PREPAID_BALANCE",
	[THRESHOLD_SPEND] = "SPEND",
};

static const char *const unsupported_fields[] = {
	"hierarchy_configuration",
};

static const char gate_field[] = "payment_gate_config";

static const char *const kept_names[] = {
	"netsuite_sales_order_id",
	"salesforce_opportunity_id",
};

/* ---- reading ---- */

void
access_segment_from(struct obj *o, const struct unit *u, int64_t contract_end_ns,
	struct access_segment *s)
{
	char end[INSTANT_TEXT_SIZE];

	s->id = obj_id(o, "id", OBJ_OPTIONAL);
	s->amount = obj_price(o, "amount", OBJ_REQUIRED, u, NULL);
	s->starting_at_ns = obj_hour(o, "starting_at", OBJ_REQUIRED);
	s->ending_before_ns = obj_hour(o, "ending_before", OBJ_REQUIRED);
	obj_interval(o, s->starting_at_ns, s->ending_before_ns);
	if (!o->stored && contract_end_ns != INSTANT_NONE && s->starting_at_ns != INSTANT_NONE &&
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
		access_segment_from(&child, &c->access_unit, contract_end_ns, &c->segments[i]);
	obj_close(&o);
}

static void
invoice_schedule_from(struct obj *parent, struct commit *c)
{
	struct unit usd = unit_usd();
	struct obj o;

	if (!obj_object(parent, "invoice_schedule",
		    c->type == COMMIT_POSTPAID ? OBJ_REQUIRED : OBJ_OPTIONAL, &o))
		return;
	c->has_invoice_schedule = true;
	schedule_from_obj(&o, &usd, &c->invoice_schedule);
	c->do_not_invoice = obj_bool(&o, "do_not_invoice", OBJ_OPTIONAL, false);
	if (c->do_not_invoice && c->type == COMMIT_POSTPAID)
		obj_refuse(&o, "do_not_invoice",
			"true on a POSTPAID commit, whose invoice is its true-up; trueup_disabled "
			"leaves that out");
	obj_close(&o);
}

/* One promise, one date on which what is missing falls due. */
void
commit_check_postpaid(struct obj *o, const struct commit *c, int64_t contract_end_ns)
{
	const struct schedule *s = &c->invoice_schedule;
	char text[INSTANT_TEXT_SIZE];
	int64_t end_ns;

	if (!obj_ok(o) || o->stored)
		return;
	if (c->nsegments != 1) {
		obj_refuse(o, "access_schedule", "a POSTPAID commit has 1 segment, found %zu",
			c->nsegments);
		return;
	}
	end_ns = c->segments[0].ending_before_ns;
	if (contract_end_ns != INSTANT_NONE && contract_end_ns < end_ns)
		end_ns = contract_end_ns;
	if (s->recurring || s->nitems != 1)
		obj_refuse(o, "invoice_schedule", "a POSTPAID commit has 1 schedule item");
	else if (!unit_same(&s->unit, &c->access_unit))
		obj_refuse(o, "invoice_schedule",
			"a POSTPAID commit is billed in the unit of its "
			"access schedule");
	else if (!rat_eq(rat_mul(o->arena, s->items[0].unit_price, s->items[0].quantity),
			 c->segments[0].amount))
		obj_refuse(o, "invoice_schedule", "not the amount of the access schedule, %s",
			rat_text_exact(o->arena, c->segments[0].amount).p);
	else if (s->items[0].timestamp_ns < end_ns)
		obj_refuse(o, "invoice_schedule", "before the end of the access schedule, %s",
			instant_text(end_ns, text));
}

static void
specifier_from(struct obj *o, struct specifier *s)
{
	s->product_id = obj_reference(o, "product_id", "product", OBJ_OPTIONAL);
	s->product_tags = obj_texts_field(o, "product_tags", OBJ_OPTIONAL, 0, true);
	s->pricing = obj_scalar_pairs(o, "pricing_group_values");
	s->presentation = obj_scalar_pairs(o, "presentation_group_values");
	if (obj_ok(o) && !s->product_id.p &&
		s->product_tags.n + s->pricing.n + s->presentation.n == 0)
		obj_refuse(o, NULL,
			"wanted product_id, product_tags, pricing_group_values or "
			"presentation_group_values");
	obj_close(o);
}

void
commit_products_from(struct obj *o, struct commit *c)
{
	struct obj child;

	c->applicable_product_ids = obj_references(o, "applicable_product_ids", OBJ_OPTIONAL, 0);
	c->applicable_product_tags = obj_texts_field(o, "applicable_product_tags", OBJ_OPTIONAL, 0,
		false);
	c->nspecifiers = obj_array(o, "specifiers", OBJ_OPTIONAL, 0);
	c->specifiers = ARENA_ARRAY(o->arena, c->nspecifiers, struct specifier);
	for (size_t i = 0; i < c->nspecifiers && obj_item(o, "specifiers", i, &child); i++)
		specifier_from(&child, &c->specifiers[i]);
	if (obj_ok(o) && c->nspecifiers > 0 &&
		c->applicable_product_ids.n + c->applicable_product_tags.n > 0)
		obj_refuse(o, "specifiers",
			"given beside a list of applicable products; wanted one of the two");
}

struct str
temporary_id_from(struct obj *o, struct texts *before)
{
	struct str id = obj_text(o, "temporary_id", OBJ_OPTIONAL, 1, NAME_MAX_POINTS);

	if (!id.p)
		return id;
	if (texts_has(before, id))
		obj_refuse(o, "temporary_id", "given before; wanted one of its own");
	before->p[before->n++] = id;
	return id;
}

enum draw_rate
obj_rate_type(struct obj *o)
{
	return (enum draw_rate)obj_enum(o, "rate_type", OBJ_OPTIONAL, rate_type_names,
		countof(rate_type_names), DRAW_LIST_RATE);
}

const char *
draw_rate_name(enum draw_rate r)
{
	return rate_type_names[r];
}

/* Nothing else waits: what a contract begins with is agreed, and credits are not paid for. */
static void
gate_from(struct obj *o, struct commit *c)
{
	struct payment_gate gate;

	if (obj_has(o, gate_field) && (!c->added || c->recurs || c->type == COMMIT_CREDIT))
		obj_refuse(o, gate_field,
			"only a commit that add_commits of an edit adds can wait for its payment");
	else if (payment_gate_from_obj(o, OBJ_OPTIONAL, &gate))
		c->gated = gate.type == GATE_EXTERNAL;
}

static void
check_gated(struct obj *o, const struct commit *c)
{
	if (!obj_ok(o) || !c->gated)
		return;
	if (c->type == COMMIT_POSTPAID)
		obj_refuse(o, gate_field,
			"a POSTPAID commit is paid by its true-up; wanted a PREPAID one");
	else if (commit_is_free(c))
		obj_refuse(o, gate_field,
			"nothing is to be paid for it; wanted an invoice_schedule");
}

void
commit_part_from(struct obj *o, struct commit *c)
{
	gate_from(o, c);
	obj_unsupported(o, unsupported_fields, countof(unsupported_fields));
	c->id = obj_id(o, "id", OBJ_OPTIONAL);
	c->product_id = obj_reference(o, "product_id", "product", OBJ_REQUIRED);
	c->name = obj_name(o, OBJ_OPTIONAL);
	c->description = obj_text(o, "description", OBJ_OPTIONAL, 0, SIZE_MAX);
	c->priority = obj_rat(o, "priority", OBJ_OPTIONAL, &c->has_priority);
	c->rate_type = obj_rate_type(o);
	c->has_rollover = obj_has(o, "rollover_fraction");
	c->rollover_fraction = obj_fraction(o, "rollover_fraction", OBJ_OPTIONAL);
	commit_products_from(o, c);
	c->custom_fields = obj_custom_fields(o);
	c->kept = obj_kept(o, kept_names, countof(kept_names));
	c->archived_at_ns = INSTANT_NONE;
	if (o->stored)
		c->archived_at_ns = obj_instant(o, "archived_at", OBJ_OPTIONAL);
}

/* How it came to be bought, and how that counts. */
static void
purchase_from(struct obj *o, struct commit *c)
{
	struct obj child;

	if (obj_object(o, "threshold_recharge", OBJ_OPTIONAL, &child)) {
		c->recharge.workflow_id = obj_id(&child, "workflow_id", OBJ_REQUIRED);
		c->recharge.kind = (enum threshold_kind)obj_enum(&child, "configuration",
			OBJ_REQUIRED, threshold_names, THRESHOLDS, THRESHOLD_BALANCE);
		c->recharge.fired_at_ns = obj_instant(&child, "fired_at", OBJ_REQUIRED);
		c->recharge.discounted = obj_price(&child, "discounted_spend", OBJ_OPTIONAL,
			&c->invoice_schedule.unit, NULL);
		obj_close(&child);
	}
	c->has_tracking = obj_object(o, "spend_tracker_attributes", OBJ_OPTIONAL, &child);
	if (c->has_tracking) {
		c->counts_as_discounted = obj_bool(&child, "counts_as_discounted", OBJ_REQUIRED,
			false);
		obj_close(&child);
	}
}

void
commit_amounts_from(struct obj *o, int64_t contract_end_ns, struct commit *c)
{
	access_from(o, contract_end_ns, c);
	if (c->type == COMMIT_CREDIT)
		return;
	invoice_schedule_from(o, c);
	c->trueup_off = obj_bool(o, "trueup_disabled", OBJ_OPTIONAL, false);
	purchase_from(o, c);
	if (c->type == COMMIT_POSTPAID)
		commit_check_postpaid(o, c, contract_end_ns);
	else if (c->trueup_off)
		obj_refuse(o, "trueup_disabled", "only a POSTPAID commit has a true-up");
}

static void
commit_from(struct obj *o, int64_t contract_end_ns, struct commit *c)
{
	c->type = (enum commit_type)obj_enum(o, "type", OBJ_REQUIRED, type_names, COMMIT_CREDIT,
		COMMIT_PREPAID);
	commit_part_from(o, c);
	commit_amounts_from(o, contract_end_ns, c);
	check_gated(o, c);
}

static void
credit_from(struct obj *o, int64_t contract_end_ns, struct commit *c)
{
	static const char *const names[] = { "CREDIT" };

	c->type = COMMIT_CREDIT;
	obj_enum(o, "type", OBJ_OPTIONAL, names, countof(names), 0);
	commit_part_from(o, c);
	commit_amounts_from(o, contract_end_ns, c);
}

void
commit_whole_from(struct obj *o, bool credit, int64_t contract_end_ns, struct commit *c)
{
	if (credit)
		credit_from(o, contract_end_ns, c);
	else
		commit_from(o, contract_end_ns, c);
}

bool
commits_from_obj(struct obj *o, int64_t contract_end_ns, struct commit **out, size_t *n)
{
	size_t ncommits = obj_array(o, "commits", OBJ_OPTIONAL, 0);
	size_t ncredits = obj_array(o, "credits", OBJ_OPTIONAL, 0);
	struct commit *list = ARENA_ARRAY(o->arena, ncommits + ncredits, struct commit);
	struct texts temporary_ids = { ARENA_ARRAY(o->arena, ncommits + ncredits, struct str), 0 };
	struct obj child;

	for (size_t i = 0; i < ncommits && obj_item(o, "commits", i, &child); i++) {
		list[i].place = i;
		commit_from(&child, contract_end_ns, &list[i]);
		list[i].temporary_id = temporary_id_from(&child, &temporary_ids);
		obj_close(&child);
	}
	for (size_t i = 0; i < ncredits && obj_item(o, "credits", i, &child); i++) {
		list[ncommits + i].place = i;
		credit_from(&child, contract_end_ns, &list[ncommits + i]);
		list[ncommits + i].temporary_id = temporary_id_from(&child, &temporary_ids);
		obj_close(&child);
	}
	if (!obj_ok(o))
		return false;
	*out = list;
	*n = ncommits + ncredits;
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

static void
write_specifiers(struct jsonw *w, const struct commit *c)
{
	if (c->nspecifiers == 0)
		return;
	jsonw_key(w, "specifiers");
	jsonw_array(w);
	for (size_t i = 0; i < c->nspecifiers; i++) {
		const struct specifier *s = &c->specifiers[i];

		jsonw_object(w);
		jsonw_member_str_opt(w, "product_id", s->product_id);
		jsonw_texts_opt(w, "product_tags", &s->product_tags);
		jsonw_pairs_opt(w, "pricing_group_values", &s->pricing);
		jsonw_pairs_opt(w, "presentation_group_values", &s->presentation);
		jsonw_end(w);
	}
	jsonw_end(w);
}

void
commit_drawing_json(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	if (c->rate_type != DRAW_LIST_RATE)
		jsonw_member_c(w, "rate_type", rate_type_names[c->rate_type]);
	if (c->has_rollover)
		jsonw_member_decimal(w, "rollover_fraction", c->rollover_fraction, form);
	jsonw_texts_opt(w, "applicable_product_ids", &c->applicable_product_ids);
	jsonw_texts_opt(w, "applicable_product_tags", &c->applicable_product_tags);
	write_specifiers(w, c);
}

void
commit_part_head(struct jsonw *w, const struct commit *c)
{
	jsonw_member_str_opt(w, "id", c->id);
	jsonw_member_c(w, "type", type_names[c->type]);
	jsonw_member_str(w, "product_id", c->product_id);
	jsonw_member_str_opt(w, "name", c->name);
	jsonw_member_str_opt(w, "description", c->description);
	jsonw_member_str_opt(w, "temporary_id", c->temporary_id);
}

void
commit_part_tail(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	if (c->has_priority)
		jsonw_member_decimal(w, "priority", c->priority, form);
	commit_drawing_json(w, c, form);
	jsonw_pairs_opt(w, "custom_fields", &c->custom_fields);
	jsonw_kept(w, &c->kept);
	jsonw_member_instant_opt(w, "archived_at", c->archived_at_ns);
}

static void
write_purchase(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	if (c->recharge.workflow_id.n > 0) {
		jsonw_key(w, "threshold_recharge");
		jsonw_object(w);
		jsonw_member_str(w, "workflow_id", c->recharge.workflow_id);
		jsonw_member_c(w, "configuration", threshold_names[c->recharge.kind]);
		jsonw_member_instant(w, "fired_at", c->recharge.fired_at_ns);
		if (rat_sign(c->recharge.discounted) > 0)
			jsonw_member_decimal(w, "discounted_spend", c->recharge.discounted, form);
		jsonw_end(w);
	}
	if (c->has_tracking) {
		jsonw_key(w, "spend_tracker_attributes");
		jsonw_object(w);
		jsonw_member_bool(w, "counts_as_discounted", c->counts_as_discounted);
		jsonw_end(w);
	}
}

void
commit_invoices_json(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	if (c->has_invoice_schedule) {
		jsonw_key(w, "invoice_schedule");
		jsonw_object(w);
		schedule_members(w, &c->invoice_schedule, form);
		if (c->do_not_invoice)
			jsonw_member_bool(w, "do_not_invoice", true);
		jsonw_end(w);
	}
	if (c->trueup_off)
		jsonw_member_bool(w, "trueup_disabled", true);
	write_purchase(w, c, form);
}

void
commit_amounts(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	write_access(w, c, form);
	commit_invoices_json(w, c, form);
}

void
commit_members(struct jsonw *w, const struct commit *c, enum terms_form form)
{
	commit_part_head(w, c);
	commit_amounts(w, c, form);
	commit_part_tail(w, c, form);
}

void
commit_to_json(struct jsonw *w, const struct commit *c, struct str customer_id,
	struct str contract_id)
{
	jsonw_object(w);
	commit_part_head(w, c);
	jsonw_member_str(w, "customer_id", customer_id);
	jsonw_member_str(w, "contract_id", contract_id);
	commit_amounts(w, c, TERMS_PRINTED);
	commit_part_tail(w, c, TERMS_PRINTED);
	jsonw_end(w);
}

/* ---- what it is ---- */

const char *
threshold_name(enum threshold_kind kind)
{
	return threshold_names[kind];
}

const char *
commit_type_name(enum commit_type t)
{
	return type_names[t];
}

enum commit_type
obj_commit_type(struct obj *o, enum commit_type absent)
{
	return (enum commit_type)obj_enum(o, "type", OBJ_OPTIONAL, type_names, COMMIT_TYPES,
		(int)absent);
}

const char *
commit_list(const struct commit *c)
{
	if (c->list != NULL)
		return c->list;
	if (c->recurs)
		return c->type == COMMIT_CREDIT ? "recurring_credits" : "recurring_commits";
	return c->type == COMMIT_CREDIT ? "credits" : "commits";
}

struct str
commit_path(const struct commit *c, struct arena *a)
{
	return str_printf(a, "%s[%zu]", commit_list(c), c->place);
}

struct rat
access_granted(struct arena *a, const struct access_segment *s)
{
	struct rat sum = s->amount;

	for (size_t i = 0; i < s->nincreases; i++)
		sum = rat_add(a, sum, s->increases[i].amount);
	return sum;
}

bool
commit_is_trued_up(const struct commit *c)
{
	return c->type == COMMIT_POSTPAID && !c->trueup_off;
}

bool
commit_pays_all(const struct commit *c)
{
	return c->applicable_product_ids.n + c->applicable_product_tags.n + c->nspecifiers == 0;
}

bool
commit_is_free(const struct commit *c)
{
	struct arena a = ARENA_INIT;
	bool free = !c->has_invoice_schedule ||
		rat_sign(schedule_total(&c->invoice_schedule, &a)) == 0;

	arena_release(&a);
	return free;
}
