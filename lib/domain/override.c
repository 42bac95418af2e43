#include "domain/override.h"

#include "base/banned.h"

static const char *const type_names[] = {
	[OVERRIDE_OVERWRITE] = "OVERWRITE",
	[OVERRIDE_MULTIPLIER] = "MULTIPLIER",
	[OVERRIDE_TIERED] = "TIERED",
	[OVERRIDE_ENTITLEMENT] = "",
};
_Static_assert(countof(type_names) == OVERRIDE_RULES + 1, "a name for each type");

static const char *const order_names[] = {
	[ORDER_LOWEST_MULTIPLIER] = "LOWEST_MULTIPLIER",
	[ORDER_EXPLICIT] = "EXPLICIT",
};

static const char *const target_names[] = {
	[DRAW_LIST_RATE] = "LIST_RATE",
	[DRAW_COMMIT_RATE] = "COMMIT_RATE",
};

/* ---- reading: whom it is for ---- */

/* What draws is named by one way or the other, and never alone. */
static void
check_commits(struct obj *o, const struct override *v, const struct override_specifier *s)
{
	const struct specifier *l = &s->lines;
	bool named = s->commit_ids.n + s->recurring_ids.n > 0;
	const char *first = s->commit_ids.n > 0 ? "commit_ids" :
		s->recurring_ids.n > 0          ? "recurring_commit_ids" :
						  "any_commit_or_credit_ids";

	if (!obj_ok(o) || (!named && s->any_ids.n == 0))
		return;
	if (!v->commit_specific)
		obj_refuse(o, first, "goes with is_commit_specific: true only");
	else if (named && s->any_ids.n > 0)
		obj_refuse(o, "any_commit_or_credit_ids", "given beside %s; wanted one of the two",
			first);
	else if (!l->product_id.p && l->product_tags.n + l->pricing.n + l->presentation.n == 0)
		obj_refuse(o, first,
			"wanted product_id, product_tags, pricing_group_values or "
			"presentation_group_values beside it");
}

/* A subscription has one price a period, and no tiers. */
static void
frequency_from(struct obj *o, const struct override *v, struct override_specifier *s)
{
	static const char name[] = "billing_frequency";

	s->has_frequency = obj_has(o, name);
	s->frequency = obj_billing_frequency(o, name, OBJ_OPTIONAL);
	if (!obj_ok(o) || !s->has_frequency)
		return;
	if (!s->lines.product_id.p && s->lines.product_tags.n == 0)
		obj_refuse(o, name, "wanted product_id or product_tags beside it");
	else if (v->type == OVERRIDE_TIERED)
		obj_refuse(o, name, "goes with types OVERWRITE and MULTIPLIER only");
	else if (v->commit_specific)
		obj_refuse(o, name,
			"not of a commit-specific override: a subscription has one price a "
			"period");
	else if (s->lines.pricing.n + s->lines.presentation.n > 0)
		obj_refuse(o, name, "given beside group values, which a subscription has not");
}

static void
check_specifier(struct obj *o, const struct override *v, const struct override_specifier *s)
{
	if (!obj_ok(o))
		return;
	if (s->lines.presentation.n > 0 && v->type != OVERRIDE_MULTIPLIER)
		obj_refuse(o, "presentation_group_values", "goes with type MULTIPLIER only");
	else if (s->lines.presentation.n > 0 && v->has_entitled)
		obj_refuse(o, "presentation_group_values",
			"given beside entitled, which is of all presentation values");
	else if (v->type == OVERRIDE_OVERWRITE && s->lines.product_tags.n > 0)
		obj_refuse(o, "product_tags", "an OVERWRITE names its products by product_id");
	else if (v->type == OVERRIDE_OVERWRITE && !s->lines.product_id.p)
		obj_refuse_as(o, "product_id", "missing_field", "missing");
}

static void
specifier_from(struct obj *o, const struct override *v, struct override_specifier *s)
{
	s->lines.product_id = obj_reference(o, "product_id", "product", OBJ_OPTIONAL);
	s->lines.product_tags = obj_texts_field(o, "product_tags", OBJ_OPTIONAL, 0, true);
	s->lines.pricing = obj_scalar_pairs(o, "pricing_group_values");
	s->lines.presentation = obj_scalar_pairs(o, "presentation_group_values");
	frequency_from(o, v, s);
	s->commit_ids = obj_references(o, "commit_ids", OBJ_OPTIONAL, 0);
	s->recurring_ids = obj_references(o, "recurring_commit_ids", OBJ_OPTIONAL, 0);
	s->any_ids = obj_references(o, "any_commit_or_credit_ids", OBJ_OPTIONAL, 0);
	check_specifier(o, v, s);
	check_commits(o, v, s);
	if (obj_ok(o) && !s->lines.product_id.p &&
		s->lines.product_tags.n + s->lines.pricing.n + s->lines.presentation.n == 0)
		obj_refuse(o, NULL,
			"wanted product_id, product_tags, pricing_group_values or "
			"presentation_group_values");
	obj_close(o);
}

static void
targets_from(struct obj *o, struct override *v)
{
	struct obj child;

	v->product_id = obj_reference(o, "product_id", "product", OBJ_OPTIONAL);
	v->product_tags = obj_texts_field(o, "applicable_product_tags", OBJ_OPTIONAL, 0, true);
	v->nspecifiers = obj_array(o, "override_specifiers", OBJ_OPTIONAL, 0);
	v->specifiers = ARENA_ARRAY(o->arena, v->nspecifiers, struct override_specifier);
	for (size_t i = 0; i < v->nspecifiers && obj_item(o, "override_specifiers", i, &child); i++)
		specifier_from(&child, v, &v->specifiers[i]);
	if (!obj_ok(o))
		return;
	if (v->nspecifiers > 0 && (v->product_id.p || v->product_tags.n > 0))
		obj_refuse(o, "override_specifiers",
			"given beside product_id or applicable_product_tags; wanted one of the "
			"two");
	else if (v->type == OVERRIDE_OVERWRITE && v->product_tags.n > 0)
		obj_refuse(o, "applicable_product_tags",
			"an OVERWRITE names its products by product_id");
	else if (v->type == OVERRIDE_OVERWRITE && v->nspecifiers == 0 && !v->product_id.p)
		obj_refuse_as(o, "product_id", "missing_field", "missing");
}

static void
drawing_from(struct obj *o, struct override *v)
{
	v->commit_specific = obj_bool(o, "is_commit_specific", OBJ_OPTIONAL, false);
	v->target = (enum draw_rate)obj_enum(o, "target", OBJ_OPTIONAL, target_names,
		countof(target_names), DRAW_LIST_RATE);
	if (!obj_ok(o))
		return;
	if (obj_has(o, "target") && !v->commit_specific && v->target == DRAW_COMMIT_RATE)
		obj_refuse(o, "target", "goes with is_commit_specific: true only");
	else if (v->commit_specific && v->type == OVERRIDE_ENTITLEMENT)
		obj_refuse(o, "is_commit_specific", "goes with a type only");
	else if (v->commit_specific && v->has_entitled)
		obj_refuse(o, "entitled", "a commit-specific override changes the price alone");
}

/* ---- reading: what it does ---- */

static void
multiplier_from(struct obj *o, struct override *v)
{
	if (v->type == OVERRIDE_MULTIPLIER)
		v->multiplier = obj_factor(o, "multiplier", OBJ_REQUIRED);
	else if (obj_has(o, "multiplier"))
		obj_refuse(o, "multiplier", "goes with type MULTIPLIER only");
	else
		obj_value(o, "multiplier", OBJ_OPTIONAL);
}

static void
tier_from(struct obj *o, bool last, struct override_tier *t)
{
	bool sized;

	t->multiplier = obj_factor(o, "multiplier", OBJ_REQUIRED);
	t->size = obj_rat(o, "size", last ? OBJ_OPTIONAL : OBJ_REQUIRED, &sized);
	t->open = !sized;
	if (obj_ok(o) && sized && rat_sign(t->size) <= 0)
		obj_refuse(o, "size", "wanted a number above 0");
	obj_close(o);
}

static void
tiers_from(struct obj *o, struct override *v)
{
	struct obj child;

	v->ntiers = obj_array(o, "tiers", v->type == OVERRIDE_TIERED ? OBJ_REQUIRED : OBJ_OPTIONAL,
		v->type == OVERRIDE_TIERED ? 1 : 0);
	if (v->type != OVERRIDE_TIERED && v->ntiers > 0) {
		obj_refuse(o, "tiers", "goes with type TIERED only");
		return;
	}
	v->tiers = ARENA_ARRAY(o->arena, v->ntiers, struct override_tier);
	for (size_t i = 0; i < v->ntiers && obj_item(o, "tiers", i, &child); i++)
		tier_from(&child, i + 1 == v->ntiers, &v->tiers[i]);
}

/* While drawing only the price is another one: what a period includes or costs at least is not. */
static void
check_commit_price(struct obj *o, const struct rate *r)
{
	if (rate_type_whole(r->type))
		obj_refuse(o, "rate_type",
			"a %s rate is no price while drawing; wanted FLAT or TIERED",
			rate_type_name(r->type));
	else if (rat_sign(r->free_units) != 0)
		obj_refuse(o, "free_units", "none while drawing");
	else if (rat_sign(r->minimum) != 0)
		obj_refuse(o, "minimum", "none while drawing");
	else if (r->has_maximum)
		obj_refuse(o, "maximum", "none while drawing");
}

static void
overwrite_from(struct obj *parent, struct override *v)
{
	struct unit usd = unit_usd();
	struct rate *r;
	struct obj o;

	if (v->type != OVERRIDE_OVERWRITE) {
		if (obj_has(parent, "overwrite_rate"))
			obj_refuse(parent, "overwrite_rate", "goes with type OVERWRITE only");
		obj_value(parent, "overwrite_rate", OBJ_OPTIONAL);
		return;
	}
	if (!obj_object(parent, "overwrite_rate", OBJ_REQUIRED, &o))
		return;
	r = ARENA_NEW(o.arena, struct rate);
	r->unit = obj_unit(&o, "credit_type_id", &usd);
	r->starting_at_ns = v->starting_at_ns;
	r->ending_before_ns = v->ending_before_ns;
	r->entitled = true;
	r->created_at_ns = INSTANT_NONE;
	rate_prices_from_obj(&o, override_names_frequency(v), r);
	v->inherits_unit = obj_ok(&o) && rate_type_on_spend(r->type) &&
		!obj_has(&o, "credit_type_id");
	if (obj_ok(&o) && v->commit_specific)
		check_commit_price(&o, r);
	obj_close(&o);
	v->overwrite = r;
}

static bool
is_multiplier(enum override_type t)
{
	return t == OVERRIDE_MULTIPLIER || t == OVERRIDE_TIERED;
}

static void
priority_from(struct obj *o, enum override_order order, struct override *v)
{
	bool wanted = is_multiplier(v->type) && order == ORDER_EXPLICIT;

	v->priority = obj_rat(o, "priority", wanted ? OBJ_REQUIRED : OBJ_OPTIONAL,
		&v->has_priority);
	if (!obj_ok(o) || !v->has_priority)
		return;
	if (!is_multiplier(v->type))
		obj_refuse(o, "priority", "goes with types MULTIPLIER and TIERED only");
	else if (rat_sign(v->priority) <= 0)
		obj_refuse(o, "priority", "wanted a number above 0");
}

static void
override_from(struct obj *o, enum override_order order, struct override *v)
{
	v->id = obj_id(o, "id", OBJ_OPTIONAL);
	v->has_entitled = obj_has(o, "entitled");
	v->entitled = obj_bool(o, "entitled", OBJ_OPTIONAL, false);
	v->type = (enum override_type)obj_enum(o, "type",
		v->has_entitled ? OBJ_OPTIONAL : OBJ_REQUIRED, type_names, OVERRIDE_RULES,
		OVERRIDE_ENTITLEMENT);
	v->starting_at_ns = obj_hour(o, "starting_at", OBJ_REQUIRED);
	v->ending_before_ns = obj_hour(o, "ending_before", OBJ_OPTIONAL);
	obj_interval(o, v->starting_at_ns, v->ending_before_ns);
	drawing_from(o, v);
	targets_from(o, v);
	multiplier_from(o, v);
	tiers_from(o, v);
	overwrite_from(o, v);
	priority_from(o, order, v);
	if (obj_ok(o) && v->type == OVERRIDE_TIERED && order != ORDER_EXPLICIT)
		obj_refuse(o, "type",
			"wanted multiplier_override_prioritization EXPLICIT in the contract");
	obj_close(o);
}

bool
override_list_from_obj(struct obj *o, const char *name, enum override_order order,
	struct overrides *out)
{
	struct overrides v = { .order = order };
	struct obj child;

	v.n = obj_array(o, name, OBJ_OPTIONAL, 0);
	v.p = ARENA_ARRAY(o->arena, v.n, struct override);
	for (size_t i = 0; i < v.n && obj_item(o, name, i, &child); i++) {
		v.p[i].place = i;
		override_from(&child, order, &v.p[i]);
	}
	if (!obj_ok(o))
		return false;
	*out = v;
	return true;
}

bool
overrides_from_obj(struct obj *o, struct overrides *out)
{
	enum override_order order = (enum override_order)obj_enum(o,
		"multiplier_override_prioritization", OBJ_OPTIONAL, order_names,
		countof(order_names), ORDER_LOWEST_MULTIPLIER);

	return override_list_from_obj(o, "overrides", order, out);
}

/* ---- what it is ---- */

const char *
override_type_name(enum override_type t)
{
	return type_names[t];
}

const char *
override_target_name(enum draw_rate target)
{
	return target_names[target];
}

bool
override_covers(const struct override *v, int64_t t_ns)
{
	return v->starting_at_ns <= t_ns &&
		(v->ending_before_ns == INSTANT_NONE || t_ns < v->ending_before_ns);
}

struct rat
override_multiplier(const struct override *v)
{
	switch (v->type) {
	case OVERRIDE_MULTIPLIER:
		return v->multiplier;
	case OVERRIDE_TIERED:
		return v->tiers[0].multiplier;
	case OVERRIDE_OVERWRITE:
	case OVERRIDE_ENTITLEMENT:
		break;
	}
	return RAT_ONE;
}

bool
override_names_product(const struct override *v, struct str product_id)
{
	if (v->product_id.n > 0 && str_eq(v->product_id, product_id))
		return true;
	for (size_t i = 0; i < v->nspecifiers; i++)
		if (str_eq(v->specifiers[i].lines.product_id, product_id))
			return true;
	return false;
}

bool
override_names_frequency(const struct override *v)
{
	for (size_t i = 0; i < v->nspecifiers; i++)
		if (v->specifiers[i].has_frequency)
			return true;
	return false;
}
