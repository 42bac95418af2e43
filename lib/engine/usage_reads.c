#include "engine/usage.h"

#include <stdlib.h>

#include "base/banned.h"

/* A meter that events feed, of a metric that was not met before: there are many of each. */
static bool
is_new(struct map *met, const struct meter *m)
{
	uintptr_t metric = (uintptr_t)m->metric;
	bool fresh = false;

	if (m->metric->sql.p == NULL)
		map_slot(met, (struct str){ (const char *)&metric, sizeof(metric) }, &fresh);
	return fresh;
}

static void
add_all(struct map *names, const struct texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		map_slot(names, t->p[i], NULL);
}

static struct texts
sorted(const struct map *names, struct arena *a)
{
	struct texts out = { ARENA_ARRAY(a, names->n, struct str), names->n };

	for (size_t i = 0; i < names->n; i++)
		out.p[i] = str_dup(a, names->entries[i].key);
	if (out.n > 1)
		qsort(out.p, out.n, sizeof(out.p[0]), str_cmp_qsort);
	return out;
}

static void
add_properties(struct map *names, const struct metric *m)
{
	struct str reads[AGGREGATE_READS_MAX];
	struct texts inputs = { reads, aggregate_reads(m, reads) };

	add_all(names, &inputs);
	for (size_t i = 0; i < m->nfilters; i++)
		map_slot(names, m->filters[i].name, NULL);
}

struct texts
usage_properties(const struct usage_plan *p, struct arena *a)
{
	struct arena scratch = ARENA_INIT;
	struct map names, met;
	struct texts out;

	map_init(&names, &scratch);
	map_init(&met, &scratch);
	for (size_t i = 0; i < p->nmeters; i++) {
		const struct meter *m = p->meters[i];

		if (is_new(&met, m))
			add_properties(&names, m->metric);
		for (size_t k = 0; m->metric->sql.p == NULL && k < m->group_names.n; k++)
			if (k != m->customer_at)
				map_slot(&names, m->group_names.p[k], NULL);
	}
	out = sorted(&names, a);
	arena_release(&scratch);
	return out;
}

bool
usage_needs_ids(const struct usage_plan *p)
{
	for (size_t i = 0; i < p->nmeters; i++) {
		const struct metric *m = p->meters[i]->metric;

		if (m->sql.p == NULL && aggregate_kind(m->aggregation)->needs_ids)
			return true;
	}
	return false;
}

bool
usage_event_types(const struct usage_plan *p, struct arena *a, struct texts *out)
{
	struct arena scratch = ARENA_INIT;
	struct map types, met;
	bool named = true;

	map_init(&types, &scratch);
	map_init(&met, &scratch);
	for (size_t i = 0; named && i < p->nmeters; i++) {
		const struct metric *m = p->meters[i]->metric;

		if (!is_new(&met, p->meters[i]))
			continue;
		named = m->has_event_type_filter && m->event_type.in.n > 0;
		add_all(&types, &m->event_type.in);
	}
	if (named)
		*out = sorted(&types, a);
	arena_release(&scratch);
	return named;
}
