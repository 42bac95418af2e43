#include "domain/metric.h"

#include "base/banned.h"

static const char *const aggregation_names[AGG_KINDS] = {
	[AGG_COUNT] = "COUNT",
	[AGG_SUM] = "SUM",
	[AGG_MAX] = "MAX",
	[AGG_LATEST] = "LATEST",
	[AGG_UNIQUE] = "UNIQUE",
};
_Static_assert(AGG_UNIQUE == AGG_KINDS - 1, "a name for each aggregation");

static const char *const unsupported_aggregations[] = {
	"MIN",
	"AVG",
	"PERCENTILE",
	"SESSION",
	"TIME_WEIGHTED_SUM",
};

static const char *const unsupported_fields[] = {
	"percentile",
	"session_hours",
	"session_key",
	"level_mode",
	"level_key",
	"aggregation_unit",
};

const char *
aggregation_name(enum aggregation a)
{
	return aggregation_names[a];
}

/* ---- reading ---- */

static struct value_filter
values_from(struct obj *o)
{
	return (struct value_filter){ obj_scalars(o, "in_values", 1),
		obj_scalars(o, "not_in_values", 1) };
}

static void
event_type_from(struct obj *o, struct metric *m)
{
	struct obj child;

	if (!obj_object(o, "event_type_filter", OBJ_OPTIONAL, &child))
		return;
	m->has_event_type_filter = true;
	m->event_type = values_from(&child);
	obj_close(&child);
}

static enum presence
presence_from(struct obj *o)
{
	bool there = obj_has(o, "exists");
	bool exists = obj_bool(o, "exists", OBJ_OPTIONAL, false);

	if (!there)
		return PRESENCE_ANY;
	return exists ? PRESENCE_YES : PRESENCE_NO;
}

static void
filters_from(struct obj *o, struct metric *m)
{
	struct obj child;

	m->nfilters = obj_array(o, "property_filters", OBJ_OPTIONAL, 0);
	m->filters = ARENA_ARRAY(o->arena, m->nfilters, struct property_filter);
	for (size_t i = 0; i < m->nfilters && obj_item(o, "property_filters", i, &child); i++) {
		struct property_filter *f = &m->filters[i];

		f->name = obj_text(&child, "name", OBJ_REQUIRED, 1, SIZE_MAX);
		f->exists = presence_from(&child);
		f->values = values_from(&child);
		obj_close(&child);
	}
}

static bool
filters_name(const struct metric *m, struct str property)
{
	for (size_t i = 0; i < m->nfilters; i++)
		if (str_eq(m->filters[i].name, property))
			return true;
	return false;
}

/* A filter lets only events through that lack the property: nothing would ever be counted by it. */
static bool
filters_out(const struct metric *m, struct str property)
{
	for (size_t i = 0; i < m->nfilters; i++)
		if (m->filters[i].exists == PRESENCE_NO && str_eq(m->filters[i].name, property))
			return true;
	return false;
}

static void
key_from(struct obj *o, struct metric *m)
{
	enum obj_need need = m->aggregation == AGG_COUNT ? OBJ_OPTIONAL : OBJ_REQUIRED;

	m->aggregation_key = obj_text(o, "aggregation_key", need, 1, SIZE_MAX);
	if (!m->aggregation_key.p)
		return;
	if (m->aggregation == AGG_COUNT)
		obj_refuse(o, "aggregation_key", "COUNT takes no key");
	else if (!filters_name(m, m->aggregation_key))
		obj_refuse(o, "aggregation_key",
			"The specified aggregation key must be one of "
			"the property filter names.");
	else if (filters_out(m, m->aggregation_key))
		obj_refuse(o, "aggregation_key",
			"a property filter asks for events without this property");
}

/* The names of one group key; *t is its place in the metric. */
static void
group_key_from(struct obj *o, const struct metric *m, size_t i, const struct json *list,
	struct texts *t)
{
	static const char field[] = "group_keys";

	if (json_type(list) != JSON_ARRAY || json_count(list) == 0) {
		obj_refuse_item(o, field, i, list, "wanted an array of one or more property names");
		return;
	}
	t->p = ARENA_ARRAY(o->arena, json_count(list), struct str);
	for (const struct json *item = json_first(list); item; item = json_next(item)) {
		struct str name = json_text(item);

		if (json_type(item) != JSON_STRING || name.n == 0)
			obj_refuse_item(o, field, i, item, "wanted the name of a property");
		else if (texts_has(t, name))
			obj_refuse_item(o, field, i, item, "stands twice in the group key");
		else if (!filters_name(m, name))
			obj_refuse_item(o, field, i, item,
				str_printf(o->arena,
					"Group key '%.*s' "
					"does not match one of the property filter names.",
					STR_FMT(name))
					.p);
		else if (filters_out(m, name))
			obj_refuse_item(o, field, i, item,
				"a property filter asks for events without this property");
		if (!obj_ok(o))
			return;
		t->p[t->n++] = str_dup(o->arena, name);
	}
}

static void
group_keys_from(struct obj *o, struct metric *m)
{
	const struct json *item;

	m->ngroup_keys = obj_array(o, "group_keys", OBJ_OPTIONAL, 0);
	m->group_keys = ARENA_ARRAY(o->arena, m->ngroup_keys, struct texts);
	item = obj_first_item(o, "group_keys");
	for (size_t i = 0; i < m->ngroup_keys && obj_ok(o); i++, item = json_next(item))
		group_key_from(o, m, i, item, &m->group_keys[i]);
}

/* All that says what is counted where no query does. */
static const char *const streaming_fields[] = { "aggregation_type", "aggregation_key",
	"event_type_filter", "property_filters", "group_keys" };

static void
streaming_from(struct obj *o, struct metric *m)
{
	int aggregation = obj_word(o, "aggregation_type", OBJ_REQUIRED, aggregation_names,
		AGG_KINDS, unsupported_aggregations, countof(unsupported_aggregations));

	if (!obj_ok(o))
		return;
	m->aggregation = (enum aggregation)aggregation;
	event_type_from(o, m);
	filters_from(o, m);
	key_from(o, m);
	group_keys_from(o, m);
}

static void
query_from(struct obj *o, struct metric *m)
{
	m->sql = obj_text(o, "sql", OBJ_REQUIRED, 1, SIZE_MAX);
	for (size_t i = 0; i < countof(streaming_fields); i++)
		if (obj_value(o, streaming_fields[i], OBJ_OPTIONAL) != NULL)
			obj_refuse(o, streaming_fields[i], "a metric in SQL has none");
}

bool
metric_from_json(const struct json *j, bool csv, struct arena *a, struct metric *out, struct err *e)
{
	struct metric m = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE };
	struct obj o;

	if (!obj_open(&o, j, "metric", csv, a, e))
		return false;
	obj_unsupported(&o, unsupported_fields, countof(unsupported_fields));
	m.id = obj_id(&o, "id", OBJ_OPTIONAL);
	m.name = obj_name(&o, OBJ_REQUIRED);
	if (obj_has(&o, "sql"))
		query_from(&o, &m);
	else
		streaming_from(&o, &m);
	m.custom_fields = obj_custom_fields(&o);
	if (!obj_close(&o))
		return false;
	*out = m;
	return true;
}

bool
metric_update_from_json(const struct json *j, bool csv, struct arena *a, struct str *ref,
	struct metric *changes, struct err *e)
{
	static const char *const immutable[] = { "sql" };
	struct metric m = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE };
	struct str id;
	struct obj o;

	if (!obj_open(&o, j, "metric", csv, a, e))
		return false;
	obj_unsupported(&o, unsupported_fields, countof(unsupported_fields));
	obj_immutable(&o, streaming_fields, countof(streaming_fields));
	obj_immutable(&o, immutable, countof(immutable));
	id = obj_subject(&o, "billable_metric_id", "billable_metric");
	m.name = obj_name(&o, OBJ_OPTIONAL);
	m.custom_fields = obj_custom_fields(&o);
	if (!obj_close(&o))
		return false;
	*ref = id;
	*changes = m;
	return true;
}

void
metric_apply(struct arena *a, struct metric *m, const struct metric *changes)
{
	if (changes->name.p)
		m->name = changes->name;
	m->custom_fields = pairs_merge(a, &m->custom_fields, &changes->custom_fields);
}

/* ---- writing ---- */

static void
write_values(struct jsonw *w, const struct value_filter *f)
{
	jsonw_texts_opt(w, "in_values", &f->in);
	jsonw_texts_opt(w, "not_in_values", &f->not_in);
}

static void
write_filters(struct jsonw *w, const struct metric *m)
{
	if (m->has_event_type_filter) {
		jsonw_key(w, "event_type_filter");
		jsonw_object(w);
		write_values(w, &m->event_type);
		jsonw_end(w);
	}
	if (m->nfilters == 0)
		return;
	jsonw_key(w, "property_filters");
	jsonw_array(w);
	for (size_t i = 0; i < m->nfilters; i++) {
		const struct property_filter *f = &m->filters[i];

		jsonw_object(w);
		jsonw_member_str(w, "name", f->name);
		if (f->exists != PRESENCE_ANY)
			jsonw_member_bool(w, "exists", f->exists == PRESENCE_YES);
		write_values(w, &f->values);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_group_keys(struct jsonw *w, const struct metric *m)
{
	if (m->ngroup_keys == 0)
		return;
	jsonw_key(w, "group_keys");
	jsonw_array(w);
	for (size_t i = 0; i < m->ngroup_keys; i++) {
		jsonw_array(w);
		for (size_t k = 0; k < m->group_keys[i].n; k++)
			jsonw_str(w, m->group_keys[i].p[k]);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_terms(struct jsonw *w, const struct metric *m)
{
	jsonw_member_str(w, "name", m->name);
	if (m->sql.p != NULL)
		jsonw_member_str(w, "sql", m->sql);
	else
		jsonw_member_c(w, "aggregation_type", aggregation_name(m->aggregation));
	jsonw_member_str_opt(w, "aggregation_key", m->aggregation_key);
	write_filters(w, m);
	write_group_keys(w, m);
	jsonw_pairs_opt(w, "custom_fields", &m->custom_fields);
}

void
metric_terms_json(struct jsonw *w, const struct metric *m)
{
	jsonw_object(w);
	write_terms(w, m);
	jsonw_end(w);
}

void
metric_to_json(struct jsonw *w, const struct metric *m)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", m->id);
	write_terms(w, m);
	jsonw_member_instant_opt(w, "created_at", m->created_at_ns);
	jsonw_member_instant_opt(w, "archived_at", m->archived_at_ns);
	jsonw_end(w);
}

bool
metric_has_group_key(const struct metric *m, const struct texts *names)
{
	if (names->n == 0)
		return true;
	if (m->sql.p != NULL) {
		for (size_t i = 0; i < names->n; i++)
			if (!texts_has(&m->columns, names->p[i]))
				return false;
		return true;
	}
	for (size_t i = 0; i < m->ngroup_keys; i++) {
		const struct texts *key = &m->group_keys[i];
		bool all = key->n == names->n;

		for (size_t k = 0; all && k < names->n; k++)
			all = texts_has(key, names->p[k]);
		if (all)
			return true;
	}
	return false;
}
