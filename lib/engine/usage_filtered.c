#include "engine/usage.h"

#include <stdlib.h>

#include "base/banned.h"

/*
 * A usage filter is one more property filter of the metric. Contracts with equal
 * filters share the metric, so that a scan judges its events once for all of them.
 */

static struct texts
sorted_values(struct arena *a, const struct texts *values)
{
	struct texts out = { ARENA_ARRAY(a, values->n, struct str), values->n };

	for (size_t i = 0; i < values->n; i++)
		out.p[i] = values->p[i];
	if (out.n > 1)
		qsort(out.p, out.n, sizeof(out.p[0]), str_cmp_qsort);
	return out;
}

static void
add_text(struct buf *key, struct str text)
{
	buf_add(key, &text.n, sizeof(text.n));
	buf_add_str(key, text);
}

static struct str
identity(struct usage_plan *p, const struct metric *m, struct str name, const struct texts *values)
{
	buf_clear(&p->key);
	add_text(&p->key, m->id);
	add_text(&p->key, name);
	for (size_t i = 0; i < values->n; i++)
		add_text(&p->key, values->p[i]);
	return buf_str(&p->key);
}

static struct metric *
with_filter(struct arena *a, const struct metric *m, struct str name, struct texts values)
{
	struct metric *out = ARENA_NEW(a, struct metric);

	*out = *m;
	out->filters = ARENA_ARRAY(a, m->nfilters + 1, struct property_filter);
	for (size_t i = 0; i < m->nfilters; i++)
		out->filters[i] = m->filters[i];
	out->filters[out->nfilters++] = (struct property_filter){
		.name = name,
		.exists = PRESENCE_YES,
		.values = { .in = values },
	};
	return out;
}

const struct metric *
usage_filtered(struct usage_plan *p, const struct metric *m, const struct usage_filter *f)
{
	struct texts values;
	void **slot;
	bool fresh;

	if (f == NULL || metric_groups_by_customer(m, f->group_key))
		return m;
	values = sorted_values(p->arena, &f->group_values);
	slot = map_slot(&p->filtered, identity(p, m, f->group_key, &values), &fresh);
	if (fresh)
		*slot = with_filter(p->arena, m, f->group_key, values);
	return *slot;
}

struct texts
usage_filtered_keys(const struct texts *customer_keys, const struct metric *m,
	const struct usage_filter *f, struct arena *a)
{
	struct texts out = { ARENA_ARRAY(a, customer_keys->n, struct str), 0 };

	if (f == NULL || !metric_groups_by_customer(m, f->group_key))
		return *customer_keys;
	for (size_t i = 0; i < customer_keys->n; i++)
		if (texts_has(&f->group_values, customer_keys->p[i]))
			out.p[out.n++] = customer_keys->p[i];
	return out;
}

/* A query may be filtered by any property that events have. */
bool
usage_filter_fits(const struct metric *m, const struct texts *group_names,
	const struct usage_filter *f, struct arena *a, struct err *why)
{
	struct texts names = texts_with(a, group_names, f->group_key);

	if (m->sql.p != NULL)
		return true;
	if (m->aggregation == AGG_LATEST)
		return err_set(why, ERR_INPUT, "filter_of_latest",
			"metric \"%.*s\" takes the latest value of all events, which no usage "
			"filter divides",
			STR_FMT(m->name));
	if (metric_can_group(m, &names))
		return true;
	return err_set(why, ERR_INPUT, "group_key_missing",
		"metric \"%.*s\" has no group key that holds %.*s", STR_FMT(m->name),
		STR_FMT(texts_join(&names, ", ", a)));
}
