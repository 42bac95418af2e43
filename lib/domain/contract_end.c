#include "domain/contract_end.h"

#include "domain/recurring_change.h"

#include "base/banned.h"

static int64_t
cut(int64_t start_ns, int64_t end_ns, int64_t at_ns)
{
	if (end_ns != INSTANT_NONE && end_ns <= at_ns)
		return end_ns;
	return at_ns > start_ns ? at_ns : start_ns;
}

static void
cut_commit(struct commit *c, int64_t end_ns, struct arena *a)
{
	struct access_segment *segments = ARENA_ARRAY(a, c->nsegments, struct access_segment);

	for (size_t i = 0; i < c->nsegments; i++) {
		segments[i] = c->segments[i];
		segments[i].ending_before_ns = cut(segments[i].starting_at_ns,
			segments[i].ending_before_ns, end_ns);
	}
	c->segments = segments;
}

static void
cut_item(struct recurring *r, int64_t end_ns, struct arena *a)
{
	struct recurring_change *changes = ARENA_ARRAY(a, r->nchanges, struct recurring_change);

	r->ending_before_ns = cut(r->starting_at_ns, r->ending_before_ns, end_ns);
	for (size_t i = 0; i < r->nchanges; i++) {
		changes[i] = r->changes[i];
		if (changes[i].has & CHANGE_END)
			changes[i].ending_before_ns = cut(r->starting_at_ns,
				changes[i].ending_before_ns, end_ns);
	}
	r->changes = changes;
}

static void
cut_subscriptions(struct contract *c, int64_t end_ns, struct arena *a)
{
	struct subscription *list = ARENA_ARRAY(a, c->nsubscriptions, struct subscription);

	for (size_t i = 0; i < c->nsubscriptions; i++) {
		list[i] = c->subscriptions[i];
		list[i].ending_before_ns = cut(list[i].starting_at_ns, list[i].ending_before_ns,
			end_ns);
	}
	c->subscriptions = list;
}

void
contract_cut_access(struct contract *c, int64_t end_ns, struct arena *a)
{
	struct commit *commits = ARENA_ARRAY(a, c->ncommits, struct commit);
	struct recurring *items = ARENA_ARRAY(a, c->nrecurring, struct recurring);

	for (size_t i = 0; i < c->ncommits; i++) {
		commits[i] = c->commits[i];
		cut_commit(&commits[i], end_ns, a);
	}
	for (size_t i = 0; i < c->nrecurring; i++) {
		items[i] = c->recurring[i];
		cut_item(&items[i], end_ns, a);
	}
	cut_subscriptions(c, end_ns, a);
	c->commits = commits;
	c->recurring = items;
}
