#include "tasks/edit_part.h"
#include "tasks/override_terms.h"

#include "base/banned.h"

/* Behind those that are there: they are added later. */
bool
edit_add_overrides(struct edit *x, struct obj *o, struct contract *c)
{
	const char *key = x->key;
	size_t first = c->overrides.n;
	struct overrides added;
	struct override *all;

	if (!override_list_from_obj(o, key, c->overrides.order, &added))
		return false;
	all = ARENA_ARRAY(x->arena, first + added.n, struct override);
	for (size_t i = 0; i < first; i++)
		all[i] = c->overrides.p[i];
	for (size_t i = 0; i < added.n; i++) {
		all[first + i] = added.p[i];
		all[first + i].place = first + i;
	}
	c->overrides.p = all;
	c->overrides.n = first + added.n;
	return overrides_resolve(x->store, c, key, first, x->now_ns, x->arena, x->e) &&
		overrides_new_ids(x->store, c, key, first, x->arena, x->e) &&
		overrides_link(x->store, c, key, first, x->now_ns, x->arena, x->e) &&
		overrides_check(x->store, c, key, first, x->arena, x->e);
}

static size_t
find_override(const struct override *list, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].id, id))
			return i;
	return n;
}

/* As if they had never been: drafts are computed without them. */
bool
edit_remove_overrides(struct edit *x, struct obj *o, struct contract *c)
{
	static const char key[] = "remove_overrides";
	size_t count = obj_array(o, key, OBJ_OPTIONAL, 0), n = c->overrides.n;
	struct override *left = ARENA_ARRAY(x->arena, n, struct override);
	struct obj child;

	for (size_t i = 0; i < n; i++)
		left[i] = c->overrides.p[i];
	for (size_t i = 0; i < count && obj_item(o, key, i, &child); i++) {
		struct str id = obj_id(&child, "id", OBJ_REQUIRED);
		size_t at = find_override(left, n, id);

		if (obj_ok(&child) && at == n)
			obj_refuse_as(&child, "id", "not_found",
				"the contract has no override of this id");
		if (!obj_close(&child))
			return false;
		for (n--; at < n; at++)
			left[at] = left[at + 1];
	}
	for (size_t i = 0; i < n; i++)
		left[i].place = i;
	c->overrides.p = left;
	c->overrides.n = n;
	return obj_ok(o);
}
