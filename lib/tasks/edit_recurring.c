#include "domain/commit_edit.h"
#include "domain/recurring_change.h"
#include "tasks/edit_guard.h"
#include "tasks/edit_part.h"
#include "tasks/terms.h"

#include "base/banned.h"

/* ---- add ---- */

static bool
add(struct edit *x, struct obj *o, struct contract *c, const char *key, bool credits)
{
	struct err closed = ERR_INIT;
	size_t first = c->nrecurring;

	if (!recurring_added_from_obj(o, key, credits, c))
		return false;
	for (size_t i = first; i < c->nrecurring; i++) {
		struct commit *child = &c->recurring[i].child;

		if (!terms_commit_resolve(x->store, child, x->now_ns, x->arena, &closed, x->e) ||
			!edit_open(x, &closed) ||
			!terms_commit_new_ids(x->store, child, x->arena, x->e))
			return false;
	}
	return true;
}

bool
edit_add_recurring_commits(struct edit *x, struct obj *o, struct contract *c)
{
	return add(x, o, c, "add_recurring_commits", false);
}

bool
edit_add_recurring_credits(struct edit *x, struct obj *o, struct contract *c)
{
	return add(x, o, c, "add_recurring_credits", true);
}

/* ---- update ---- */

/* By id, else temporary_id, else name; SIZE_MAX: none, or several of that name. */
static size_t
find(const struct contract *c, struct str ref, bool credits)
{
	size_t named = SIZE_MAX, n = 0;

	for (size_t i = 0; i < c->nrecurring; i++) {
		const struct commit *child = &c->recurring[i].child;

		if ((child->type == COMMIT_CREDIT) != credits)
			continue;
		if (str_eq(child->id, ref) || (ref.n > 0 && str_eq(child->temporary_id, ref)))
			return i;
		if (str_eq(child->name, ref)) {
			named = i;
			n++;
		}
	}
	return n == 1 ? named : SIZE_MAX;
}

/* Dated by the clock of the edit: children that have begun keep what they have. */
static bool
change(struct edit *x, struct obj *o, struct recurring *r)
{
	struct recurring_change *changes = ARENA_ARRAY(x->arena, r->nchanges + 1,
		struct recurring_change);

	for (size_t i = 0; i < r->nchanges; i++)
		changes[i] = r->changes[i];
	if (!recurring_change_from_obj(o, r, &changes[r->nchanges]) || !obj_close(o))
		return false;
	changes[r->nchanges].after_ns = x->now_ns;
	r->changes = changes;
	r->nchanges++;
	return true;
}

static bool
update(struct edit *x, struct obj *o, struct contract *c, const char *key, const char *subject,
	const char *alias, bool credits)
{
	size_t n = obj_array(o, key, OBJ_OPTIONAL, 0);
	struct recurring *items = ARENA_ARRAY(x->arena, c->nrecurring, struct recurring);
	struct obj child;

	for (size_t i = 0; i < c->nrecurring; i++)
		items[i] = c->recurring[i];
	c->recurring = items;
	for (size_t i = 0; i < n && obj_item(o, key, i, &child); i++) {
		struct str ref = obj_subject(&child, subject, alias);
		size_t at = obj_ok(o) ? find(c, ref, credits) : SIZE_MAX;

		if (at == SIZE_MAX)
			return obj_refuse_as(&child, subject, "not_found",
				"the contract has none of this id or name, or several of the name");
		if (!change(x, &child, &items[at]))
			return false;
	}
	return obj_ok(o);
}

bool
edit_update_recurring_commits(struct edit *x, struct obj *o, struct contract *c)
{
	return update(x, o, c, "update_recurring_commits", "recurring_commit_id",
		"recurring_commit", false);
}

bool
edit_update_recurring_credits(struct edit *x, struct obj *o, struct contract *c)
{
	return update(x, o, c, "update_recurring_credits", "recurring_credit_id",
		"recurring_credit", true);
}
