#include "domain/metric.h"

#include "domain/metric_part.h"

#include "base/banned.h"

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

bool
metric_filters_name(const struct metric *m, struct str property)
{
	for (size_t i = 0; i < m->nfilters; i++)
		if (str_eq(m->filters[i].name, property))
			return true;
	return false;
}

bool
metric_filters_out(const struct metric *m, struct str property)
{
	for (size_t i = 0; i < m->nfilters; i++)
		if (m->filters[i].exists == PRESENCE_NO && str_eq(m->filters[i].name, property))
			return true;
	return false;
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
		else if (!metric_filters_name(m, name) && !metric_groups_by_customer(m, name))
			obj_refuse_item(o, field, i, item,
				str_printf(o->arena,
					"Group key '%.*s' "
					"does not match one of the property filter names.",
					STR_FMT(name))
					.p);
		else if (metric_filters_out(m, name))
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

/* With the fields of the aggregation all that says what is counted where no query does. */
static const char *const choosing_fields[] = { "event_type_filter", "property_filters",
	"group_keys" };

static void
streaming_from(struct obj *o, struct metric *m)
{
	metric_aggregation_from(o, m);
	event_type_from(o, m);
	filters_from(o, m);
	metric_aggregation_fields_from(o, m);
	group_keys_from(o, m);
}

static void
refuse_in_sql(struct obj *o, const char *const *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (obj_value(o, fields[i], OBJ_OPTIONAL) != NULL)
			obj_refuse(o, fields[i], "a metric in SQL has none");
}

static void
query_from(struct obj *o, struct metric *m)
{
	m->sql = obj_text(o, "sql", OBJ_REQUIRED, 1, SIZE_MAX);
	refuse_in_sql(o, metric_aggregation_fields, METRIC_AGGREGATION_FIELDS);
	refuse_in_sql(o, choosing_fields, countof(choosing_fields));
}

bool
metric_from_json(const struct json *j, bool csv, struct arena *a, struct metric *out, struct err *e)
{
	struct metric m = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE };
	struct obj o;

	if (!obj_open(&o, j, "metric", csv, a, e))
		return false;
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
	obj_immutable(&o, metric_aggregation_fields, METRIC_AGGREGATION_FIELDS);
	obj_immutable(&o, choosing_fields, countof(choosing_fields));
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
write_terms(struct jsonw *w, const struct metric *m, enum terms_form form)
{
	jsonw_member_str(w, "name", m->name);
	if (m->sql.p != NULL)
		jsonw_member_str(w, "sql", m->sql);
	else
		metric_aggregation_json(w, m, form);
	write_filters(w, m);
	write_group_keys(w, m);
	jsonw_pairs_opt(w, "custom_fields", &m->custom_fields);
}

void
metric_terms_json(struct jsonw *w, const struct metric *m)
{
	jsonw_object(w);
	write_terms(w, m, TERMS_STORED);
	jsonw_end(w);
}

void
metric_to_json(struct jsonw *w, const struct metric *m)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", m->id);
	write_terms(w, m, TERMS_PRINTED);
	jsonw_member_instant_opt(w, "created_at", m->created_at_ns);
	jsonw_member_instant_opt(w, "archived_at", m->archived_at_ns);
	jsonw_end(w);
}

/* ---- group keys ---- */

bool
metric_groups_by_customer(const struct metric *m, struct str name)
{
	return m->sql.p == NULL && str_is(name, "customer_id") && !metric_filters_name(m, name);
}

bool
metric_can_group(const struct metric *m, const struct texts *names)
{
	bool can = names->n == 0 || (m->sql.p != NULL && texts_has_all(&m->columns, names));

	for (size_t i = 0; !can && i < m->ngroup_keys; i++)
		can = texts_has_all(&m->group_keys[i], names);
	return can;
}

bool
metric_has_group_key(const struct metric *m, const struct texts *names)
{
	bool has = names->n == 0 || (m->sql.p != NULL && texts_has_all(&m->columns, names));

	for (size_t i = 0; !has && i < m->ngroup_keys; i++)
		has = m->group_keys[i].n == names->n && texts_has_all(&m->group_keys[i], names);
	return has;
}

struct str
metric_group_keys_text(const struct metric *m, struct arena *a)
{
	struct texts keys = { ARENA_ARRAY(a, m->ngroup_keys, struct str), m->ngroup_keys };

	if (m->columns.n > 0)
		return texts_join(&m->columns, ",", a);
	for (size_t i = 0; i < keys.n; i++)
		keys.p[i] = texts_join(&m->group_keys[i], ",", a);
	return keys.n > 0 ? texts_join(&keys, "; ", a) : STR("none");
}
