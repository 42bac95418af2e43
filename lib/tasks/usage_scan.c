#include "tasks/usage_scan.h"

#include "domain/event_columns.h"
#include "store/event_store.h"

#include "base/banned.h"

#define FEW_CUSTOMERS ((size_t)256) /* keys that are worth telling the store */

struct feeding {
	struct usage_scan *scan;
	struct usage_plan *plan;
};

static bool
feed(void *ctx, const struct event_columns *events)
{
	const struct feeding *f = ctx;

	usage_feed_columns(f->plan, events);
	f->scan->events += events->n;
	if (f->scan->scanned != NULL)
		f->scan->scanned(f->scan->ctx, f->scan->events);
	return true;
}

static struct texts
customers_of(const struct usage_plan *p, struct arena *a)
{
	struct texts keys = { ARENA_ARRAY(a, p->customers.n, struct str), p->customers.n };

	for (size_t i = 0; i < keys.n; i++)
		keys.p[i] = p->customers.entries[i].key;
	return keys;
}

bool
usage_scan(struct usage_scan *s, struct usage_plan *p, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct feeding f = { s, p };
	struct texts customers, types, properties;
	struct event_query q = {
		.from_ns = p->from_ns,
		.to_ns = p->to_ns,
		.properties = &properties,
		.ids = usage_needs_ids(p),
	};
	bool ok;

	if (p->customers.n == 0) /* queries alone, which read for themselves */
		return true;
	properties = usage_properties(p, &a);
	if (usage_event_types(p, &a, &types))
		q.event_types = &types;
	customers = customers_of(p, &a);
	if (customers.n <= FEW_CUSTOMERS)
		q.customers = &customers;
	usage_feed_begin(p);
	ok = event_store_scan_columns(s->store, &q, feed, &f, e);
	arena_release(&a);
	return ok;
}
