/* Parts of an edit: thresholds and spend trackers. */
#include "tasks/edit_part.h"
#include "tasks/threshold_terms.h"

#include "base/banned.h"

static const char add_trackers[] = "add_spend_trackers";
static const char archive_trackers[] = "archive_spend_trackers";

/* That its product is archived refuses a threshold that names it anew. */
static bool
resolve(struct edit *x, struct obj *o, struct contract *c, enum threshold_kind kind)
{
	const struct threshold *before = &x->before->thresholds.of[kind];
	const struct threshold *t = &c->thresholds.of[kind];
	struct err closed = ERR_INIT;

	if (!obj_ok(o))
		return false;
	if (!t->given)
		return true;
	if (!threshold_resolve(x->store, c, kind, x->now_ns, x->arena, &closed, x->e))
		return false;
	if (closed.kind == ERR_NONE ||
		(before->given && str_eq(before->commit.product_id, t->commit.product_id)))
		return true;
	*x->e = closed;
	return false;
}

bool
edit_add_balance_threshold(struct edit *x, struct obj *o, struct contract *c)
{
	threshold_add_from_obj(o, "add_prepaid_balance_threshold_configuration", THRESHOLD_BALANCE,
		&c->thresholds);
	return resolve(x, o, c, THRESHOLD_BALANCE);
}

bool
edit_update_balance_threshold(struct edit *x, struct obj *o, struct contract *c)
{
	threshold_update_from_obj(o, "update_prepaid_balance_threshold_configuration",
		THRESHOLD_BALANCE, &c->thresholds);
	return resolve(x, o, c, THRESHOLD_BALANCE);
}

bool
edit_add_spend_threshold(struct edit *x, struct obj *o, struct contract *c)
{
	threshold_add_from_obj(o, "add_spend_threshold_configuration", THRESHOLD_SPEND,
		&c->thresholds);
	return resolve(x, o, c, THRESHOLD_SPEND);
}

bool
edit_update_spend_threshold(struct edit *x, struct obj *o, struct contract *c)
{
	threshold_update_from_obj(o, "update_spend_threshold_configuration", THRESHOLD_SPEND,
		&c->thresholds);
	return resolve(x, o, c, THRESHOLD_SPEND);
}

bool
edit_add_spend_trackers(struct edit *x, struct obj *o, struct contract *c)
{
	struct thresholds *t = &c->thresholds;

	(void)x;
	spend_trackers_from_obj(o, add_trackers, t->trackers, t->ntrackers, &t->trackers,
		&t->ntrackers);
	return obj_ok(o);
}

static bool
is_cap(const struct thresholds *t, struct str alias)
{
	for (int k = 0; k < THRESHOLDS; k++)
		if (t->of[k].given && t->of[k].has_discount &&
			str_eq(t->of[k].discount.tracker, alias))
			return true;
	return false;
}

static bool
refuse_alias(struct edit *x, size_t i, struct str alias, const char *text)
{
	return err_field(x->e, ERR_INPUT, "contract.archive_spend_trackers",
		str_printf(x->arena, "%s[%zu]", archive_trackers, i), alias, "%s", text);
}

bool
edit_archive_spend_trackers(struct edit *x, struct obj *o, struct contract *c)
{
	struct texts aliases = obj_texts_field(o, archive_trackers, OBJ_OPTIONAL, 1, true);
	struct thresholds *t = &c->thresholds;
	struct spend_tracker *left = ARENA_ARRAY(x->arena, t->ntrackers, struct spend_tracker);
	size_t n = 0;

	for (size_t i = 0; i < aliases.n; i++) {
		if (spend_tracker_find(t->trackers, t->ntrackers, aliases.p[i]) == NULL)
			return refuse_alias(x, i, aliases.p[i],
				"no spend tracker of the contract bears it");
		if (is_cap(t, aliases.p[i]))
			return refuse_alias(x, i, aliases.p[i],
				"it caps the discount of a threshold, which must go first");
	}
	for (size_t i = 0; i < t->ntrackers; i++)
		if (!texts_has(&aliases, t->trackers[i].alias))
			left[n++] = t->trackers[i];
	t->trackers = left;
	t->ntrackers = n;
	return obj_ok(o);
}
