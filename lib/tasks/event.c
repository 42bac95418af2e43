#include "tasks/event.h"

#include <stdlib.h>

#include "base/map.h"
#include "engine/match.h"
#include "store/customer_store.h"
#include "store/metric_store.h"

#include "base/banned.h"

/* ---- one event ---- */

struct id_list {
	struct arena *arena;
	struct str *ids;
	size_t n;
	size_t cap;
};

static bool
add_id(void *ctx, const void *metric)
{
	struct id_list *list = ctx;
	const struct metric *m = metric;

	list->ids = arena_grow(list->arena, list->ids, &list->cap, list->n + 1, sizeof(*list->ids));
	list->ids[list->n++] = str_dup(list->arena, m->id);
	return true;
}

bool
event_metrics(struct store *st, struct arena *a, struct metric_list *out, struct err *e)
{
	const struct page all = { .limit = -1, .archived = true };
	struct id_list list = { .arena = a };
	struct metric *metrics;

	if (!metric_store_list(st, &all, add_id, &list, e))
		return false;
	metrics = ARENA_ARRAY(a, list.n, struct metric);
	for (size_t i = 0; i < list.n; i++) {
		if (!metric_store_get(st, list.ids[i], a, &metrics[i], e))
			return false;
	}
	*out = (struct metric_list){ metrics, list.n };
	return true;
}

static bool
match_customer(struct store *st, struct arena *a, struct event_view *view, struct err *e)
{
	struct customer customer;
	struct str id;
	bool found;

	if (!customer_store_by_key(st, view->stored.event.customer_id, a, &id, &found, e))
		return false;
	if (!found)
		return true;
	if (!customer_store_get(st, id, a, &customer, e))
		return false;
	view->customer_id = id;
	view->customer_name = customer.name;
	return true;
}

bool
event_look_up(struct store *st, struct str transaction_id, const struct metric_list *metrics,
	struct arena *a, struct event_view *out, struct err *e)
{
	struct event_view view = { .nmetrics = 0 };
	bool found;

	if (!event_store_get(st, transaction_id, a, &view.stored, &found, e))
		return false;
	if (!found)
		return err_field(e, ERR_INPUT, "not_found", STR("transaction_id"), transaction_id,
			"no event of this id");
	if (!match_customer(st, a, &view, e))
		return false;
	view.metrics = arena_array(a, metrics->n, sizeof(const struct metric *));
	for (size_t i = 0; i < metrics->n; i++) {
		if (match_event(&metrics->metrics[i], &view.stored.event, NULL))
			view.metrics[view.nmetrics++] = &metrics->metrics[i];
	}
	*out = view;
	return true;
}

static void
reference(struct jsonw *w, struct str id, struct str name)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", id);
	jsonw_member_str(w, "name", name);
	jsonw_end(w);
}

void
event_view_json(struct jsonw *w, const struct event_view *view)
{
	const struct event *ev = &view->stored.event;
	struct buf properties = BUF_INIT;

	event_properties_json(ev, &properties);
	jsonw_object(w);
	jsonw_member_str(w, "transaction_id", ev->transaction_id);
	jsonw_member_str(w, "customer_id", ev->customer_id);
	jsonw_member_str(w, "event_type", ev->event_type);
	jsonw_member_instant(w, "timestamp", ev->timestamp_ns);
	jsonw_member_raw(w, "properties", buf_str(&properties));
	jsonw_member_int(w, "batch", view->stored.batch);
	jsonw_member_instant(w, "recorded_at", view->stored.recorded_at_ns);
	jsonw_key(w, "matched_customer");
	if (view->customer_id.p == NULL)
		jsonw_null(w);
	else
		reference(w, view->customer_id, view->customer_name);
	jsonw_key(w, "matched_billable_metrics");
	jsonw_array(w);
	for (size_t i = 0; i < view->nmetrics; i++)
		reference(w, view->metrics[i]->id, view->metrics[i]->name);
	jsonw_end(w);
	jsonw_end(w);
	buf_release(&properties);
}

/* ---- selecting ---- */

struct keys {
	struct arena *arena;
	struct texts texts;
	size_t cap;
};

static void
add_key(struct keys *k, struct str key)
{
	k->texts.p = arena_grow(k->arena, k->texts.p, &k->cap, k->texts.n + 1, sizeof(struct str));
	k->texts.p[k->texts.n++] = key;
}

/* *found false: the text names no customer. */
static bool
add_customer(struct store *st, struct keys *k, struct str ref, int64_t now_ns, bool *found,
	struct err *e)
{
	struct err inner = ERR_INIT;
	struct customer customer;
	struct str id;

	*found = reference_field(st, NOUN_CUSTOMER, "--customer", ref, now_ns, k->arena, &id,
		&inner);
	if (!*found && str_is(str_c(inner.code), "not_found"))
		return true;
	if (!*found) {
		*e = inner;
		return false;
	}
	if (!customer_store_get(st, id, k->arena, &customer, e))
		return false;
	add_key(k, id);
	for (size_t i = 0; i < customer.ingest_aliases.n; i++)
		add_key(k, customer.ingest_aliases.p[i]);
	return true;
}

bool
event_select(struct store *st, const struct event_filter *f, int64_t now_ns, struct arena *a,
	struct event_selection *out, struct err *e)
{
	struct keys keys = { .arena = a };

	*out = (struct event_selection){
		.query = { .from_ns = f->from_ns, .to_ns = f->to_ns },
		.types = f->event_types,
	};
	for (size_t i = 0; i < f->customers.n; i++) {
		bool found;

		if (!add_customer(st, &keys, f->customers.p[i], now_ns, &found, e))
			return false;
		if (found)
			continue;
		add_key(&keys, f->customers.p[i]);
		if (out->unknown.p == NULL)
			out->unknown = f->customers.p[i];
	}
	out->keys = keys.texts;
	if (f->customers.n > 0)
		out->query.customers = &out->keys;
	if (f->event_types.n > 0)
		out->query.event_types = &out->types;
	return true;
}

bool
event_selected(const struct event_selection *s, uint64_t found, struct err *e)
{
	if (found > 0 || s->unknown.p == NULL)
		return true;
	return err_field(e, ERR_INPUT, "not_found", STR("--customer"), s->unknown,
		"no customer of this id, alias or name, and no event selected bears it");
}

/* ---- counting ---- */

struct counter {
	struct arena *arena;
	enum tally_by by;
	struct map by_key;
	struct tally all;
};

static void
add_to(struct tally *t, int64_t at_ns)
{
	t->events++;
	if (t->first_ns == INSTANT_NONE || at_ns < t->first_ns)
		t->first_ns = at_ns;
	if (t->last_ns == INSTANT_NONE || at_ns > t->last_ns)
		t->last_ns = at_ns;
}

static void
add_to_key(struct counter *c, struct str key, int64_t at_ns)
{
	void **slot = map_slot(&c->by_key, key, NULL);

	if (*slot == NULL) {
		struct tally *t = ARENA_NEW(c->arena, struct tally);

		*t = (struct tally){ .first_ns = INSTANT_NONE, .last_ns = INSTANT_NONE };
		*slot = t;
	}
	add_to(*slot, at_ns);
}

static bool
count_one(void *ctx, const struct stored_event *stored)
{
	struct counter *c = ctx;
	const struct event *ev = &stored->event;

	switch (c->by) {
	case TALLY_ALL:
		add_to(&c->all, ev->timestamp_ns);
		break;
	case TALLY_CUSTOMER:
		add_to_key(c, ev->customer_id, ev->timestamp_ns);
		break;
	case TALLY_EVENT_TYPE:
		add_to_key(c, ev->event_type, ev->timestamp_ns);
		break;
	}
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

static struct tallies
tallies_of(struct counter *c)
{
	size_t n = c->by == TALLY_ALL ? 1 : c->by_key.n;
	struct tally *p = ARENA_ARRAY(c->arena, n, struct tally);

	if (c->by == TALLY_ALL) {
		p[0] = c->all;
		return (struct tallies){ p, 1 };
	}
	for (size_t i = 0; i < n; i++) {
		p[i] = *(const struct tally *)c->by_key.entries[i].value;
		p[i].key = c->by_key.entries[i].key;
	}
	if (n > 1)
		qsort(p, n, sizeof(*p), by_key);
	return (struct tallies){ p, n };
}

bool
event_count(struct store *st, const struct event_selection *s, enum tally_by by, struct arena *a,
	struct tallies *out, struct err *e)
{
	static const struct texts none = { NULL, 0 };
	struct event_query query = s->query;
	struct counter c = {
		.arena = a,
		.by = by,
		.all = { .first_ns = INSTANT_NONE, .last_ns = INSTANT_NONE },
	};

	query.properties = &none;
	map_init(&c.by_key, a);
	if (!event_store_scan(st, &query, count_one, &c, e))
		return false;
	*out = tallies_of(&c);
	return true;
}

/* ---- what nobody bills ---- */

static bool
keep_unknown(struct store *st, struct tallies *t, struct err *e)
{
	struct arena scratch = ARENA_INIT;
	size_t kept = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < t->n; i++) {
		struct str id;
		bool found;

		ok = customer_store_by_key(st, t->p[i].key, &scratch, &id, &found, e);
		if (ok && !found)
			t->p[kept++] = t->p[i];
		arena_clear(&scratch);
	}
	arena_release(&scratch);
	t->n = kept;
	return ok;
}

/* The event type filter is looked at first, so whatever else stops an event, its type is wanted. */
static bool
type_wanted(const struct metric_list *metrics, struct str type)
{
	const struct event ev = { .event_type = type };

	for (size_t i = 0; i < metrics->n; i++) {
		struct mismatch why;

		if (metrics->metrics[i].sql.p != NULL)
			return true; /* a query may read any */
		if (match_event(&metrics->metrics[i], &ev, &why) || why.property)
			return true;
	}
	return false;
}

bool
event_unmatched(struct store *st, const struct event_selection *s, struct arena *a,
	struct unmatched *out, struct err *e)
{
	struct metric_list metrics;
	struct tallies types;
	size_t kept = 0;
	bool ok;

	if (!store_read_begin(st, e))
		return false;
	ok = event_metrics(st, a, &metrics, e) &&
		event_count(st, s, TALLY_CUSTOMER, a, &out->customers, e) &&
		keep_unknown(st, &out->customers, e) &&
		event_count(st, s, TALLY_EVENT_TYPE, a, &types, e);
	store_read_end(st);
	if (!ok)
		return false;
	for (size_t i = 0; i < types.n; i++) {
		if (!type_wanted(&metrics, types.p[i].key))
			types.p[kept++] = types.p[i];
	}
	out->event_types = (struct tallies){ types.p, kept };
	return true;
}

void
tally_members(struct jsonw *w, const struct tally *t)
{
	jsonw_member_int(w, "events", (int64_t)t->events);
	jsonw_member_instant_opt(w, "first_timestamp", t->first_ns);
	jsonw_member_instant_opt(w, "last_timestamp", t->last_ns);
}
