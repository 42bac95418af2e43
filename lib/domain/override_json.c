#include "domain/override.h"

#include "base/banned.h"

static void
write_specifier(struct jsonw *w, const struct override_specifier *s)
{
	jsonw_object(w);
	jsonw_member_str_opt(w, "product_id", s->lines.product_id);
	jsonw_texts_opt(w, "product_tags", &s->lines.product_tags);
	jsonw_pairs_opt(w, "pricing_group_values", &s->lines.pricing);
	jsonw_pairs_opt(w, "presentation_group_values", &s->lines.presentation);
	if (s->has_frequency)
		jsonw_member_c(w, "billing_frequency", frequency_name(s->frequency));
	jsonw_texts_opt(w, "commit_ids", &s->commit_ids);
	jsonw_texts_opt(w, "recurring_commit_ids", &s->recurring_ids);
	jsonw_texts_opt(w, "any_commit_or_credit_ids", &s->any_ids);
	jsonw_end(w);
}

static void
write_targets(struct jsonw *w, const struct override *v)
{
	jsonw_member_str_opt(w, "product_id", v->product_id);
	jsonw_texts_opt(w, "applicable_product_tags", &v->product_tags);
	if (v->nspecifiers > 0) {
		jsonw_key(w, "override_specifiers");
		jsonw_array(w);
		for (size_t i = 0; i < v->nspecifiers; i++)
			write_specifier(w, &v->specifiers[i]);
		jsonw_end(w);
	}
	if (!v->commit_specific)
		return;
	jsonw_member_bool(w, "is_commit_specific", true);
	jsonw_member_c(w, "target", override_target_name(v->target));
}

static void
write_tiers(struct jsonw *w, const struct override *v, enum terms_form form)
{
	jsonw_key(w, "tiers");
	jsonw_array(w);
	for (size_t i = 0; i < v->ntiers; i++) {
		jsonw_object(w);
		jsonw_member_decimal(w, "multiplier", v->tiers[i].multiplier, form);
		if (!v->tiers[i].open)
			jsonw_member_decimal(w, "size", v->tiers[i].size, form);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_rule(struct jsonw *w, const struct override *v, enum terms_form form, struct arena *a)
{
	switch (v->type) {
	case OVERRIDE_OVERWRITE:
		jsonw_key(w, "overwrite_rate");
		jsonw_object(w);
		rate_prices_json(w, v->overwrite, form, a);
		if (form == TERMS_PRINTED)
			jsonw_unit(w, "credit_type", &v->overwrite->unit);
		else
			jsonw_member_str(w, "credit_type_id", id_str(&v->overwrite->unit.id));
		jsonw_end(w);
		return;
	case OVERRIDE_MULTIPLIER:
		jsonw_member_decimal(w, "multiplier", v->multiplier, form);
		return;
	case OVERRIDE_TIERED:
		write_tiers(w, v, form);
		return;
	case OVERRIDE_ENTITLEMENT:
		return;
	}
}

static void
write_override(struct jsonw *w, const struct override *v, enum terms_form form, struct arena *a)
{
	jsonw_object(w);
	jsonw_member_str_opt(w, "id", v->id);
	if (v->type != OVERRIDE_ENTITLEMENT)
		jsonw_member_c(w, "type", override_type_name(v->type));
	jsonw_member_instant(w, "starting_at", v->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", v->ending_before_ns);
	if (v->has_entitled)
		jsonw_member_bool(w, "entitled", v->entitled);
	write_rule(w, v, form, a);
	if (v->has_priority)
		jsonw_member_decimal(w, "priority", v->priority, form);
	write_targets(w, v);
	jsonw_end(w);
}

void
override_to_json(struct jsonw *w, const struct override *v, struct arena *a)
{
	write_override(w, v, TERMS_PRINTED, a);
}

void
overrides_members(struct jsonw *w, const struct overrides *v, enum terms_form form)
{
	struct arena a = ARENA_INIT;

	if (v->order == ORDER_EXPLICIT)
		jsonw_member_c(w, "multiplier_override_prioritization", "EXPLICIT");
	if (v->n == 0)
		return;
	jsonw_key(w, "overrides");
	jsonw_array(w);
	for (size_t i = 0; i < v->n; i++)
		write_override(w, &v->p[i], form, &a);
	jsonw_end(w);
	arena_release(&a);
}
