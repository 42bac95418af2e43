#include "tasks/spend_read.h"

#include "engine/spend.h"
#include "tasks/accounts.h"

#include "base/banned.h"

static const struct contract *
expanded(const struct accounts *all, const struct contract *c)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->p[i].contract->id, c->id))
			return all->p[i].contract;
	return NULL;
}

bool
spend_read(struct store *st, struct contract *c, int64_t at_ns, struct arena *a, struct err *e)
{
	struct thresholds *t = &c->thresholds;
	struct spend_tracker *trackers;
	const struct contract *whole;
	struct accounts all;

	if (t->ntrackers == 0)
		return true;
	if (!accounts_load(st, c->customer_id, at_ns, a, &all, e))
		return false;
	whole = expanded(&all, c);
	if (whole == NULL)
		return true;
	trackers = ARENA_ARRAY(a, t->ntrackers, struct spend_tracker);
	for (size_t i = 0; i < t->ntrackers; i++) {
		trackers[i] = t->trackers[i];
		spend_track(a, whole, at_ns, &trackers[i]);
	}
	t->trackers = trackers;
	return true;
}
