#include "store/metric_store.h"

#include "store/sql_metric.h"
#include "store/version.h"

#include "base/banned.h"

static void
write_terms(struct jsonw *w, const void *metric)
{
	metric_terms_json(w, metric);
}

bool
metric_store_put(struct store *st, struct metric *m, struct arena *a, struct err *e)
{
	struct version v = { .id = m->id, .archived_at_ns = m->archived_at_ns };

	version_terms(&v, write_terms, m, a);
	if (!version_begin(st, NOUN_METRIC, &v, a, e) ||
		!version_put(st, NOUN_METRIC, m->name, &v, e))
		return false;
	m->created_at_ns = v.created_at_ns;
	return true;
}

static bool
read_metric(const struct json *terms, const struct version *v, struct arena *a, void *out,
	struct err *e)
{
	struct metric *m = out;

	if (!metric_from_json(terms, false, a, m, e))
		return false;
	m->id = str_dup(a, v->id);
	m->created_at_ns = v->created_at_ns;
	m->archived_at_ns = v->archived_at_ns;
	return m->sql.p == NULL || sql_check(m->sql, a, &m->columns, e);
}

bool
metric_store_get(struct store *st, struct str id, struct arena *a, struct metric *out,
	struct err *e)
{
	return version_get(st, NOUN_METRIC, id, read_metric, a, out, e);
}

bool
metric_store_list(struct store *st, const struct page *p, object_visit visit, void *ctx,
	struct err *e)
{
	return version_list(st, NOUN_METRIC, p, (struct str){ NULL, 0 }, read_metric,
		sizeof(struct metric), NULL, visit, ctx, e);
}
