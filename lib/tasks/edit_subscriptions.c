#include "tasks/edit_part.h"
#include "tasks/subscription_terms.h"

#include "base/banned.h"

bool
edit_add_subscriptions(struct edit *x, struct obj *o, struct contract *c)
{
	static const char key[] = "add_subscriptions";
	struct err closed = ERR_INIT;
	size_t first = c->nsubscriptions;

	if (!subscriptions_added_from_obj(o, key, c->starting_at_ns, c->ending_before_ns,
		    c->subscriptions, first, &c->subscriptions, &c->nsubscriptions) ||
		!subscriptions_resolve(x->store, c, key, first, x->now_ns, x->arena, &closed, x->e))
		return false;
	if (closed.kind != ERR_NONE) {
		*x->e = closed;
		return false;
	}
	return subscriptions_new_ids(x->store, c, key, first, x->arena, x->e);
}

/* The list is a copy already. */
static bool
update_one(struct obj *o, struct contract *c)
{
	struct str ref = obj_subject(o, "subscription_id", "subscription");
	size_t i;

	if (!obj_ok(o))
		return false;
	i = subscription_find(c->subscriptions, c->nsubscriptions, ref);
	if (i == SIZE_MAX)
		return obj_refuse_as(o, "subscription_id", "not_found",
			"the contract has no subscription of this id or name");
	return subscription_update_from_obj(o, &c->subscriptions[i]) && obj_close(o);
}

bool
edit_update_subscriptions(struct edit *x, struct obj *o, struct contract *c)
{
	static const char key[] = "update_subscriptions";
	size_t n = obj_array(o, key, OBJ_OPTIONAL, 0);
	struct subscription *list = ARENA_ARRAY(x->arena, c->nsubscriptions, struct subscription);
	struct obj child;

	for (size_t i = 0; i < c->nsubscriptions; i++)
		list[i] = c->subscriptions[i];
	c->subscriptions = list;
	for (size_t i = 0; i < n && obj_item(o, key, i, &child); i++)
		if (!update_one(&child, c))
			return false;
	return obj_ok(o);
}
