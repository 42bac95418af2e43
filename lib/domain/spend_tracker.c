#include "domain/spend_tracker.h"

#include "base/banned.h"

static const char *const frequency_names[] = { "BILLING_PERIOD" };
static const char *const type_names[] = { "COMMIT_PURCHASE" };

static const char *const source_names[SPEND_SOURCES] = {
	[SPEND_RECHARGE] = "THRESHOLD_RECHARGE",
	[SPEND_MANUAL] = "MANUAL",
};

static const char *const discounted_names[] = {
	[SPEND_ANY] = "ANY",
	[SPEND_DISCOUNTED] = "DISCOUNTED_ONLY",
	[SPEND_UNDISCOUNTED] = "UNDISCOUNTED_ONLY",
};
_Static_assert(countof(discounted_names) == SPEND_UNDISCOUNTED + 1, "a name for each");

/* ---- reading ---- */

static void
source_from(struct obj *o, size_t i, const struct json *item, struct spend_specifier *s)
{
	for (int k = 0; k < SPEND_SOURCES; k++) {
		if (json_type(item) != JSON_STRING ||
			!str_is_nocase(json_text(item), source_names[k]))
			continue;
		if (s->sources[k])
			obj_refuse_item(o, "sources", i, item, "given before");
		s->sources[k] = true;
		return;
	}
	obj_refuse_item(o, "sources", i, item, "wanted THRESHOLD_RECHARGE or MANUAL");
}

static void
specifier_from(struct obj *o, struct spend_specifier *s)
{
	size_t n;
	const struct json *item;

	obj_enum(o, "spend_type", OBJ_REQUIRED, type_names, countof(type_names), 0);
	n = obj_array(o, "sources", OBJ_REQUIRED, 1);
	item = obj_first_item(o, "sources");
	for (size_t i = 0; i < n && obj_ok(o); i++, item = json_next(item))
		source_from(o, i, item, s);
	s->discounted = (enum spend_discounted)obj_enum(o, "discounted", OBJ_OPTIONAL,
		discounted_names, countof(discounted_names), SPEND_ANY);
	obj_close(o);
}

void
spend_tracker_from_obj(struct obj *o, struct spend_tracker *out)
{
	static const char list[] = "applicable_spend_specifiers";
	struct unit usd = unit_usd();
	struct obj child;

	*out = (struct spend_tracker){ .has_spent = false };
	out->alias = obj_text(o, "alias", OBJ_REQUIRED, 1, NAME_MAX_POINTS);
	out->unit = obj_unit(o, "credit_type_id", &usd);
	obj_enum(o, "reset_frequency", OBJ_OPTIONAL, frequency_names, countof(frequency_names), 0);
	out->nspecifiers = obj_array(o, list, OBJ_REQUIRED, 1);
	out->specifiers = ARENA_ARRAY(o->arena, out->nspecifiers, struct spend_specifier);
	for (size_t i = 0; i < out->nspecifiers && obj_item(o, list, i, &child); i++)
		specifier_from(&child, &out->specifiers[i]);
}

void
spend_trackers_from_obj(struct obj *o, const char *name, const struct spend_tracker *there,
	size_t nthere, struct spend_tracker **out, size_t *n)
{
	size_t count = obj_array(o, name, OBJ_OPTIONAL, 0);
	struct spend_tracker *list = ARENA_ARRAY(o->arena, nthere + count, struct spend_tracker);
	struct obj child;

	for (size_t i = 0; i < nthere; i++)
		list[i] = there[i];
	for (size_t i = 0; i < count && obj_item(o, name, i, &child); i++) {
		struct spend_tracker *t = &list[nthere + i];

		spend_tracker_from_obj(&child, t);
		if (obj_ok(&child) && spend_tracker_find(list, nthere + i, t->alias) != NULL)
			obj_refuse(&child, "alias", "another tracker of the contract bears it");
		obj_close(&child);
	}
	if (!obj_ok(o))
		return;
	*out = list;
	*n = nthere + count;
}

/* ---- writing ---- */

static void
write_specifier(struct jsonw *w, const struct spend_specifier *s)
{
	jsonw_object(w);
	jsonw_member_c(w, "spend_type", type_names[0]);
	jsonw_key(w, "sources");
	jsonw_array(w);
	for (int k = 0; k < SPEND_SOURCES; k++)
		if (s->sources[k])
			jsonw_c(w, source_names[k]);
	jsonw_end(w);
	jsonw_member_c(w, "discounted", discounted_names[s->discounted]);
	jsonw_end(w);
}

static void
write_spent(struct jsonw *w, const struct spend_tracker *t)
{
	jsonw_key(w, "accumulated_spend");
	jsonw_object(w);
	jsonw_member_rat(w, "amount", t->spent);
	jsonw_member_instant(w, "period_starting_at", t->period_start_ns);
	jsonw_member_instant(w, "period_ending_before", t->period_end_ns);
	jsonw_end(w);
}

static void
write_tracker(struct jsonw *w, const struct spend_tracker *t, enum terms_form form)
{
	jsonw_object(w);
	jsonw_member_str(w, "alias", t->alias);
	if (form == TERMS_PRINTED)
		jsonw_unit(w, "credit_type", &t->unit);
	else
		jsonw_member_str(w, "credit_type_id", id_str(&t->unit.id));
	jsonw_member_c(w, "reset_frequency", frequency_names[0]);
	jsonw_key(w, "applicable_spend_specifiers");
	jsonw_array(w);
	for (size_t i = 0; i < t->nspecifiers; i++)
		write_specifier(w, &t->specifiers[i]);
	jsonw_end(w);
	if (form == TERMS_PRINTED && t->has_spent)
		write_spent(w, t);
	jsonw_end(w);
}

void
spend_trackers_json(struct jsonw *w, const struct spend_tracker *trackers, size_t n,
	enum terms_form form)
{
	if (n == 0)
		return;
	jsonw_key(w, "spend_trackers");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		write_tracker(w, &trackers[i], form);
	jsonw_end(w);
}

/* ---- asking ---- */

const struct spend_tracker *
spend_tracker_find(const struct spend_tracker *trackers, size_t n, struct str alias)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(trackers[i].alias, alias))
			return &trackers[i];
	return NULL;
}

bool
spend_tracker_counts(const struct spend_tracker *t, enum spend_source source, bool discounted)
{
	for (size_t i = 0; i < t->nspecifiers; i++) {
		const struct spend_specifier *s = &t->specifiers[i];

		if (s->sources[source] &&
			s->discounted != (discounted ? SPEND_UNDISCOUNTED : SPEND_DISCOUNTED))
			return true;
	}
	return false;
}
