#include "domain/commit_edit.h"

#include "domain/commit_part.h"
#include "domain/schedule_edit.h"

#include "base/banned.h"

static const char *const immutable_fields[] = {
	"spend_tracker_attributes",
};

static const char *const unsupported_fields[] = {
	"hierarchy_configuration",
	"payment_gate_config",
};

/* ---- which ---- */

static bool
is_live(const struct commit *c, bool credits)
{
	return (c->type == COMMIT_CREDIT) == credits && c->archived_at_ns == INSTANT_NONE;
}

size_t
commit_find(const struct contract *c, struct str ref, bool credits)
{
	size_t named = SIZE_MAX, n = 0;

	for (size_t i = 0; i < c->ncommits; i++)
		if (is_live(&c->commits[i], credits) && str_eq(c->commits[i].id, ref))
			return i;
	for (size_t i = 0; i < c->ncommits; i++)
		if (is_live(&c->commits[i], credits) && ref.n > 0 &&
			str_eq(c->commits[i].temporary_id, ref))
			return i;
	for (size_t i = 0; i < c->ncommits; i++) {
		if (!is_live(&c->commits[i], credits) || !str_eq(c->commits[i].name, ref))
			continue;
		named = i;
		n++;
	}
	return n == 1 ? named : SIZE_MAX;
}

/* ---- what is added ---- */

bool
commits_added_from_obj(struct obj *o, const char *key, bool credits, struct contract *c)
{
	size_t n = obj_array(o, key, OBJ_OPTIONAL, 0);
	struct commit *all = ARENA_ARRAY(o->arena, c->ncommits + n, struct commit);
	struct texts temporary = { ARENA_ARRAY(o->arena, c->ncommits + n, struct str), 0 };
	struct obj child;

	for (size_t i = 0; i < c->ncommits; i++) {
		all[i] = c->commits[i];
		if (all[i].temporary_id.n > 0)
			temporary.p[temporary.n++] = all[i].temporary_id;
	}
	for (size_t i = 0; i < n && obj_item(o, key, i, &child); i++) {
		struct commit *one = &all[c->ncommits + i];

		one->place = i;
		one->list = key;
		one->added = true;
		commit_whole_from(&child, credits, c->ending_before_ns, one);
		one->temporary_id = temporary_id_from(&child, &temporary);
		obj_close(&child);
	}
	if (!obj_ok(o))
		return false;
	c->commits = all;
	c->ncommits += n;
	return true;
}

/* ---- updates: access ---- */

static size_t
find_segment(const struct commit *c, struct str id)
{
	size_t i = 0;

	while (i < c->nsegments && !str_eq(c->segments[i].id, id))
		i++;
	return i;
}

static bool
named_segment(struct obj *o, const struct commit *c, size_t *at)
{
	struct str id = obj_id(o, "id", OBJ_REQUIRED);

	if (!obj_ok(o))
		return false;
	*at = find_segment(c, id);
	return *at < c->nsegments ||
		obj_refuse_as(o, "id", "not_found", "the schedule has no item of this id");
}

static void
update_segment(struct obj *o, struct commit *c)
{
	struct access_segment *s;
	struct rat amount;
	int64_t at_ns;
	bool has;
	size_t i;

	if (!named_segment(o, c, &i))
		return;
	s = &c->segments[i];
	amount = obj_price(o, "amount", OBJ_OPTIONAL, &c->access_unit, &has);
	if (has)
		s->amount = amount;
	at_ns = obj_hour(o, "starting_at", OBJ_OPTIONAL);
	if (at_ns != INSTANT_NONE)
		s->starting_at_ns = at_ns;
	at_ns = obj_hour(o, "ending_before", OBJ_OPTIONAL);
	if (at_ns != INSTANT_NONE)
		s->ending_before_ns = at_ns;
	obj_interval(o, s->starting_at_ns, s->ending_before_ns);
	obj_close(o);
}

static void
remove_segment(struct obj *o, struct commit *c)
{
	size_t i;

	if (!named_segment(o, c, &i) || !obj_close(o))
		return;
	for (; i + 1 < c->nsegments; i++)
		c->segments[i] = c->segments[i + 1];
	c->nsegments--;
}

static void
update_access(struct obj *parent, int64_t contract_end_ns, struct commit *c)
{
	static const char add[] = "add_schedule_items", update[] = "update_schedule_items",
			  remove[] = "remove_schedule_items";
	size_t nadded, nupdated, nremoved;
	struct access_segment *segments;
	struct obj o, child;

	if (!obj_object(parent, "access_schedule", OBJ_OPTIONAL, &o))
		return;
	nadded = obj_array(&o, add, OBJ_OPTIONAL, 0);
	nupdated = obj_array(&o, update, OBJ_OPTIONAL, 0);
	nremoved = obj_array(&o, remove, OBJ_OPTIONAL, 0);
	segments = ARENA_ARRAY(o.arena, c->nsegments + nadded, struct access_segment);
	for (size_t i = 0; i < c->nsegments; i++)
		segments[i] = c->segments[i];
	c->segments = segments;
	for (size_t i = 0; i < nremoved && obj_item(&o, remove, i, &child); i++)
		remove_segment(&child, c);
	for (size_t i = 0; i < nupdated && obj_item(&o, update, i, &child); i++)
		update_segment(&child, c);
	for (size_t i = 0; i < nadded && obj_item(&o, add, i, &child); i++)
		access_segment_from(&child, &c->access_unit, contract_end_ns,
			&c->segments[c->nsegments++]);
	if (obj_ok(&o) && c->nsegments == 0)
		obj_refuse(&o, remove, "no item would be left; archive the commit instead");
	obj_close(&o);
}

/* ---- updates: invoices ---- */

static void
update_invoices(struct obj *parent, struct commit *c)
{
	struct unit usd = unit_usd();
	struct obj o;

	if (!obj_has(parent, "invoice_schedule")) {
		obj_value(parent, "invoice_schedule", OBJ_OPTIONAL);
		return;
	}
	if (c->type == COMMIT_CREDIT) {
		obj_refuse(parent, "invoice_schedule", "a credit has no invoice");
		return;
	}
	if (!obj_object(parent, "invoice_schedule", OBJ_OPTIONAL, &o))
		return;
	if (!c->has_invoice_schedule)
		c->invoice_schedule = (struct schedule){
			.unit = obj_unit(&o, "credit_type_id", &usd),
			.starting_at_ns = INSTANT_NONE,
			.ending_before_ns = INSTANT_NONE,
		};
	schedule_edit_from_obj(&o, &c->invoice_schedule);
	c->has_invoice_schedule = c->invoice_schedule.nitems > 0;
	c->do_not_invoice = c->do_not_invoice && c->has_invoice_schedule;
	obj_close(&o);
}

/* ---- updates: the rest ---- */

/* Three lists in one: one that is given takes the place of what was there. */
static void
update_products(struct obj *o, struct commit *c)
{
	bool ids = obj_given(o, "applicable_product_ids");
	bool tags = obj_given(o, "applicable_product_tags");
	bool specifiers = obj_given(o, "specifiers");
	struct commit given = { .nspecifiers = 0 };

	commit_products_from(o, &given);
	if (!obj_ok(o))
		return;
	if (ids)
		c->applicable_product_ids = given.applicable_product_ids;
	if (tags)
		c->applicable_product_tags = given.applicable_product_tags;
	if (specifiers) {
		c->specifiers = given.specifiers;
		c->nspecifiers = given.nspecifiers;
	}
	if (c->nspecifiers > 0 && c->applicable_product_ids.n + c->applicable_product_tags.n > 0)
		obj_refuse(o,
			specifiers  ? "specifiers" :
				ids ? "applicable_product_ids" :
				      "applicable_product_tags",
			"the commit would have specifiers beside a list of applicable products");
}

static void
update_words(struct obj *o, struct commit *c)
{
	if (obj_given(o, "name"))
		c->name = obj_name(o, OBJ_OPTIONAL);
	if (obj_given(o, "description"))
		c->description = obj_text(o, "description", OBJ_OPTIONAL, 0, SIZE_MAX);
	if (obj_given(o, "priority"))
		c->priority = obj_rat(o, "priority", OBJ_OPTIONAL, &c->has_priority);
	if (obj_has(o, "product_id") || obj_has(o, "product"))
		c->product_id = obj_reference(o, "product_id", "product", OBJ_OPTIONAL);
	else
		obj_reference(o, "product_id", "product", OBJ_OPTIONAL);
	if (obj_given(o, "rate_type"))
		c->rate_type = obj_rate_type(o);
	if (obj_given(o, "rollover_fraction")) {
		c->has_rollover = obj_has(o, "rollover_fraction");
		c->rollover_fraction = obj_fraction(o, "rollover_fraction", OBJ_OPTIONAL);
	}
}

bool
commit_update_from_obj(struct obj *o, const struct contract *c, struct commit *commit)
{
	obj_immutable(o, immutable_fields, countof(immutable_fields));
	obj_unsupported(o, unsupported_fields, countof(unsupported_fields));
	if (obj_given(o, "applicable_contract_ids"))
		obj_refuse(o, "applicable_contract_ids",
			"a commit of a contract is that contract's alone");
	update_words(o, commit);
	update_products(o, commit);
	update_access(o, c->ending_before_ns, commit);
	update_invoices(o, commit);
	if (commit->type == COMMIT_POSTPAID)
		commit_check_postpaid(o, commit, c->ending_before_ns);
	return obj_close(o);
}
