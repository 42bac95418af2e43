#include "domain/exclusion.h"

#include "base/banned.h"

static const char list_name[] = "threshold_balance_specifiers";

static const char *const entity_names[] = {
	[FILTER_BOTH] = "ContractCreditOrCommit",
	[FILTER_COMMIT] = "Commit",
	[FILTER_CREDIT] = "ContractCredit",
};

/* ---- reading ---- */

static bool
names_twice(const struct exclusion *x, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(x->filters[k].key, x->filters[i].key))
			return true;
	return false;
}

static void
exclusion_from(struct obj *o, struct exclusion *x)
{
	static const char list[] = "custom_field_filters";
	struct obj child;

	x->n = obj_array(o, list, OBJ_REQUIRED, 1);
	x->filters = ARENA_ARRAY(o->arena, x->n, struct field_filter);
	for (size_t i = 0; i < x->n && obj_item(o, list, i, &child); i++) {
		struct field_filter *f = &x->filters[i];

		f->entity = (enum filter_entity)obj_enum(&child, "entity", OBJ_OPTIONAL,
			entity_names, countof(entity_names), FILTER_BOTH);
		f->key = obj_text(&child, "key", OBJ_REQUIRED, 1, SIZE_MAX);
		f->value = obj_text(&child, "value", OBJ_REQUIRED, 0, CUSTOM_FIELD_MAX_POINTS);
		if (obj_ok(&child) && names_twice(x, i))
			obj_refuse(&child, "key",
				"given before; filters of one exclusion hold together");
		obj_close(&child);
	}
	obj_close(o);
}

/* Exclusions of one specifier or of several: any of them leaves a balance out. */
static void
specifier_from(struct obj *o, struct exclusions *all, size_t *cap)
{
	size_t n = obj_array(o, "exclude", OBJ_REQUIRED, 1);
	struct obj child;

	all->p = arena_grow(o->arena, all->p, cap, all->n + n, sizeof(*all->p));
	for (size_t i = 0; i < n && obj_item(o, "exclude", i, &child); i++)
		exclusion_from(&child, &all->p[all->n++]);
	obj_close(o);
}

void
exclusions_from_obj(struct obj *o, struct exclusions *out)
{
	struct exclusions all = { .n = 0 };
	size_t n = obj_array(o, list_name, OBJ_OPTIONAL, 0), cap = 0;
	struct obj child;

	for (size_t i = 0; i < n && obj_item(o, list_name, i, &child); i++)
		specifier_from(&child, &all, &cap);
	*out = all;
}

/* ---- writing ---- */

static void
write_exclusion(struct jsonw *w, const struct exclusion *x)
{
	jsonw_object(w);
	jsonw_key(w, "custom_field_filters");
	jsonw_array(w);
	for (size_t i = 0; i < x->n; i++) {
		jsonw_object(w);
		jsonw_member_c(w, "entity", entity_names[x->filters[i].entity]);
		jsonw_member_str(w, "key", x->filters[i].key);
		jsonw_member_str(w, "value", x->filters[i].value);
		jsonw_end(w);
	}
	jsonw_end(w);
	jsonw_end(w);
}

void
exclusions_json(struct jsonw *w, const struct exclusions *all)
{
	if (all->n == 0)
		return;
	jsonw_key(w, list_name);
	jsonw_array(w);
	jsonw_object(w);
	jsonw_key(w, "exclude");
	jsonw_array(w);
	for (size_t i = 0; i < all->n; i++)
		write_exclusion(w, &all->p[i]);
	jsonw_end(w);
	jsonw_end(w);
	jsonw_end(w);
}

/* ---- asking ---- */

static bool
filter_matches(const struct field_filter *f, const struct commit *c)
{
	struct str value = pairs_get(&c->custom_fields, f->key);

	if (f->entity != FILTER_BOTH && (f->entity == FILTER_CREDIT) != (c->type == COMMIT_CREDIT))
		return false;
	return value.p != NULL && str_eq(value, f->value);
}

bool
exclusions_match(const struct exclusions *all, const struct commit *c)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct exclusion *x = &all->p[i];
		size_t matched = 0;

		while (matched < x->n && filter_matches(&x->filters[matched], c))
			matched++;
		if (matched == x->n)
			return true;
	}
	return false;
}
