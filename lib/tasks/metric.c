#include "tasks/metric.h"

#include "engine/match.h"
#include "engine/usage.h"
#include "store/metric_store.h"
#include "store/sql_metric.h"
#include "tasks/absent.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *metric)
{
	metric_terms_json(w, metric);
}

bool
metric_check(struct metric *m, struct arena *a, struct err *e)
{
	struct sql_runner *trial;

	if (m->sql.p == NULL)
		return true;
	if (!sql_check(m->sql, a, &m->columns, e) || !sql_runner_open(m->sql, &trial, e))
		return false;
	sql_runner_close(trial);
	return true;
}

bool
metric_create(struct store *st, struct metric *m, bool if_absent, struct arena *a,
	struct metric *out, struct err *e)
{
	struct str there_id;
	struct id id;
	bool there = false;

	if (!metric_check(m, a, e))
		return false;
	if (if_absent &&
		!absent_find(st, NOUN_METRIC, m->id, m->name, INSTANT_NONE, a, &there_id, &there,
			e))
		return false;
	if (there &&
		(!metric_store_get(st, there_id, a, out, e) ||
			!absent_live(out->archived_at_ns, m->id, &there, e)))
		return false;
	if (there)
		return absent_equal(NOUN_METRIC, there_id, terms, out, m, e);
	if (!store_new_id(st, "metric", m->id, &id, NULL, e))
		return false;
	m->id = str_dup(a, id_str(&id));
	if (!metric_store_put(st, m, a, e))
		return false;
	*out = *m;
	return true;
}

bool
metric_update(struct store *st, struct str ref, const struct metric *changes, struct arena *a,
	struct metric *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_METRIC, "billable_metric_id", ref, INSTANT_NONE, a, &id, e) ||
		!metric_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns != INSTANT_NONE)
		return err_field(e, ERR_INPUT, "archived", STR("billable_metric_id"), ref,
			"the metric is archived");
	metric_apply(a, out, changes);
	return metric_store_put(st, out, a, e);
}

bool
metric_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct metric *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_METRIC, "", ref, now_ns, a, &id, e) ||
		!metric_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns != INSTANT_NONE)
		return true;
	out->archived_at_ns = now_ns;
	return metric_store_put(st, out, a, e);
}

/* ---- loading ---- */

struct ids {
	struct arena *arena;
	struct texts texts;
	size_t cap;
};

static void
add_id(struct ids *ids, struct str id)
{
	if (texts_has(&ids->texts, id))
		return;
	ids->texts.p = arena_grow(ids->arena, ids->texts.p, &ids->cap, ids->texts.n + 1,
		sizeof(*ids->texts.p));
	ids->texts.p[ids->texts.n++] = str_dup(ids->arena, id);
}

static bool
visit_metric(void *ctx, const void *metric)
{
	const struct metric *m = metric;

	add_id(ctx, m->id);
	return true;
}

bool
metrics_load(struct store *st, const struct texts *refs, struct arena *a, struct metric **out,
	size_t *n, struct err *e)
{
	static const struct page live = { .limit = -1 };
	struct ids ids = { .arena = a };
	struct metric *metrics;

	if (refs->n == 0 && !metric_store_list(st, &live, visit_metric, &ids, e))
		return false;
	for (size_t i = 0; i < refs->n; i++) {
		struct str id;

		if (!reference_field(st, NOUN_METRIC, "--metric", refs->p[i], INSTANT_NONE, a, &id,
			    e))
			return false;
		add_id(&ids, id);
	}
	metrics = ARENA_ARRAY(a, ids.texts.n, struct metric);
	for (size_t i = 0; i < ids.texts.n; i++)
		if (!metric_store_get(st, ids.texts.p[i], a, &metrics[i], e))
			return false;
	*out = metrics;
	*n = ids.texts.n;
	return true;
}

/* ---- probing ---- */

/* Every name in a group key, once. */
static struct texts
all_group_names(const struct metric *m, struct arena *a)
{
	struct texts names = { NULL, 0 };
	size_t most = 0;

	for (size_t i = 0; i < m->ngroup_keys; i++)
		most += m->group_keys[i].n;
	names.p = ARENA_ARRAY(a, most, struct str);
	for (size_t i = 0; i < m->ngroup_keys; i++)
		for (size_t k = 0; k < m->group_keys[i].n; k++)
			if (!texts_has(&names, m->group_keys[i].p[k]))
				names.p[names.n++] = m->group_keys[i].p[k];
	return names;
}

/* Usage with this event and no other, over one unit of time. When it was does not matter. */
static void
write_effect(struct jsonw *w, const struct metric *m, const struct event *ev, struct arena *rec)
{
	const int64_t cuts[] = { 0, aggregation_unit_seconds(m->unit) * NS_PER_SECOND };
	struct texts names = all_group_names(m, rec);
	struct event alone = *ev;
	struct texts keys = { &alone.customer_id, 1 };
	const struct meter_group *group;
	struct usage_plan plan;
	struct meter *meter;

	alone.timestamp_ns = cuts[0];
	usage_init(&plan, rec);
	meter = usage_want(&plan, &keys, m, &names, cuts, countof(cuts));
	usage_feed(&plan, &alone);
	usage_finish(&plan);
	group = &meter->groups[0];
	if (group->windows[0].non_numeric == 0) {
		jsonw_member_rat(w, "value", group->windows[0].share);
	} else {
		jsonw_key(w, "value");
		jsonw_null(w);
		jsonw_member_bool(w, "non_numeric", true);
	}
	jsonw_pairs_opt(w, "group_values", &group->values);
	usage_release(&plan);
}

static void
write_mismatch(struct jsonw *w, const struct mismatch *why, struct arena *rec)
{
	jsonw_member_str(w, "stopped_by",
		why->property ? str_printf(rec, "properties.%.*s", STR_FMT(why->field)) :
				why->field);
	jsonw_member_c(w, "reason", why->text);
}

void
metric_probe_json(struct jsonw *w, const struct metric *m, const struct event *ev,
	struct arena *rec)
{
	struct mismatch why;
	bool matches = match_event(m, ev, &why);

	jsonw_object(w);
	jsonw_member_str(w, "transaction_id", ev->transaction_id);
	jsonw_key(w, "billable_metric");
	jsonw_object(w);
	jsonw_member_str(w, "id", m->id);
	jsonw_member_str(w, "name", m->name);
	jsonw_end(w);
	if (m->sql.p != NULL) {
		jsonw_key(w, "matches");
		jsonw_null(w);
		jsonw_member_c(w, "reason", "a query says nothing about one event");
		jsonw_end(w);
		return;
	}
	jsonw_member_bool(w, "matches", matches);
	if (matches)
		write_effect(w, m, ev, rec);
	else
		write_mismatch(w, &why, rec);
	jsonw_end(w);
}
