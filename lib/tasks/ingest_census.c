#include "tasks/ingest_private.h"

#include "domain/event_columns.h"
#include "store/customer_store.h"

#include "base/banned.h"

struct owner {
	uint64_t round; /* of what follows; 0: never looked up */
	struct billed_spans billed;
};

void
ingest_census_init(struct ingest_census *c, struct store *st)
{
	*c = (struct ingest_census){ .st = st, .until_ns = INSTANT_NONE };
	map_init(&c->customers, &c->arena);
}

void
ingest_census_release(struct ingest_census *c)
{
	arena_release(&c->arena);
	arena_release(&c->spans);
}

/* What others changed since the batch before is seen: invoices may become final meanwhile. */
bool
ingest_census_begin(struct ingest_census *c, struct err *e)
{
	struct billed_mark mark = { 0, 0 };

	if (!billed_store_mark(c->st, &mark, e))
		return false;
	if (c->marked && mark.invoices == c->mark.invoices && mark.changes == c->mark.changes)
		return true;
	if (!billed_store_until(c->st, &c->until_ns, e))
		return false;
	arena_clear(&c->spans);
	c->mark = mark;
	c->marked = true;
	c->round++;
	return true;
}

static struct owner *
owner_of(struct ingest_census *c, struct str key)
{
	void **slot = map_slot(&c->customers, key, NULL);

	if (*slot == NULL)
		*slot = ARENA_NEW(&c->arena, struct owner);
	return *slot;
}

static bool
look_up(struct ingest_census *c, struct str key, struct owner *owner, struct err *e)
{
	struct arena scratch = ARENA_INIT;
	struct str id;
	bool found, ok;

	if (owner->round == c->round)
		return true;
	owner->billed = (struct billed_spans){ NULL, 0 };
	ok = customer_store_by_key(c->st, key, &scratch, &id, &found, e) &&
		(!found || billed_store_spans(c->st, id, &c->spans, &owner->billed, e));
	arena_release(&scratch);
	if (ok)
		owner->round = c->round;
	return ok;
}

static bool
is_billed(const struct billed_spans *spans, int64_t at_ns)
{
	size_t low = 0, high = spans->n;

	while (low < high) { /* the first span that ends after it */
		size_t middle = low + (high - low) / 2;

		if (spans->p[middle].end_ns <= at_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low < spans->n && spans->p[low].start_ns <= at_ns;
}

/* Rows from..to are of one customer. */
static bool
add_rows(struct ingest_census *c, struct ingest_job *job, const struct event_columns *events,
	size_t from, size_t to)
{
	struct str key = events->customer_keys[events->customers[from]];
	struct owner *owner = owner_of(c, key);
	int64_t first_ns = INT64_MAX, last_ns = INT64_MIN;

	for (size_t i = from; i < to; i++) {
		int64_t at_ns = events->timestamps_ns[i];

		first_ns = at_ns < first_ns ? at_ns : first_ns;
		last_ns = at_ns > last_ns ? at_ns : last_ns;
	}
	if (job->first_ns == INSTANT_NONE || first_ns < job->first_ns)
		job->first_ns = first_ns;
	if (job->last_ns == INSTANT_NONE || last_ns > job->last_ns)
		job->last_ns = last_ns;
	if (c->until_ns == INSTANT_NONE || first_ns >= c->until_ns)
		return true;
	if (!look_up(c, key, owner, &job->e))
		return false;
	for (size_t i = from; i < to; i++)
		job->late += is_billed(&owner->billed, events->timestamps_ns[i]);
	return true;
}

bool
ingest_census_add(struct ingest_census *c, struct ingest_job *job,
	const struct event_columns *events)
{
	for (size_t from = 0, to; from < events->n; from = to) {
		for (to = from + 1;
			to < events->n && events->customers[to] == events->customers[from]; to++)
			;
		if (!add_rows(c, job, events, from, to))
			return false;
	}
	return true;
}

void
ingest_census_keep(struct ingest_census *c)
{
	c->kept = c->customers.n;
}

/* In one snapshot: a look-up alone takes and gives back locks, which is most of its time. */
bool
ingest_census_unknown(struct ingest_census *c, uint64_t *unknown, struct err *e)
{
	struct arena scratch = ARENA_INIT;
	uint64_t n = 0;
	bool ok = store_read_begin(c->st, e);

	if (!ok)
		return false;
	for (size_t i = 0; ok && i < c->kept; i++) {
		struct str id;
		bool found;

		ok = customer_store_by_key(c->st, c->customers.entries[i].key, &scratch, &id,
			&found, e);
		n += ok && !found;
		arena_clear(&scratch);
	}
	store_read_end(c->st);
	arena_release(&scratch);
	if (ok)
		*unknown = n;
	return ok;
}
