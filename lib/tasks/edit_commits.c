#include "domain/commit_edit.h"
#include "tasks/edit_guard.h"
#include "tasks/edit_part.h"
#include "tasks/terms.h"

#include "base/banned.h"

/* ---- add ---- */

static bool
add(struct edit *x, struct obj *o, struct contract *c, bool credits)
{
	struct err closed = ERR_INIT;
	size_t first = c->ncommits;

	if (!commits_added_from_obj(o, x->key, credits, c))
		return false;
	for (size_t i = first; i < c->ncommits; i++) {
		struct commit *commit = &c->commits[i];

		if (!terms_commit_resolve(x->store, commit, x->now_ns, x->arena, &closed, x->e) ||
			!edit_open(x, &closed) ||
			(!commit->gated && !terms_commit_new_ids(x->store, commit, x->arena, x->e)))
			return false;
	}
	return true;
}

bool
edit_add_commits(struct edit *x, struct obj *o, struct contract *c)
{
	size_t first = c->ncommits;

	if (!add(x, o, c, false))
		return false;
	edit_hold(x, c, first);
	return true;
}

bool
edit_add_credits(struct edit *x, struct obj *o, struct contract *c)
{
	return add(x, o, c, true);
}

/* ---- update ---- */

static bool
has_segment(const struct commit *c, struct str id)
{
	for (size_t i = 0; i < c->nsegments; i++)
		if (str_eq(c->segments[i].id, id))
			return true;
	return false;
}

/* What was there has its ids; what is new gets one, or the one it brought. */
static bool
new_segment_ids(struct edit *x, const struct commit *before, struct commit *after)
{
	struct str path = commit_path(after, x->arena);

	for (size_t i = 0; i < after->nsegments; i++) {
		struct access_segment *s = &after->segments[i];

		if (has_segment(before, s->id))
			continue;
		if (!terms_new_id(x->store, "access_segment",
			    str_printf(x->arena, "%.*s.access_schedule", STR_FMT(path)), &s->id,
			    x->arena, x->e))
			return false;
	}
	return true;
}

/* References in full, where any was given; a product that was there may be archived. */
static bool
resolve(struct edit *x, const struct commit *before, struct commit *after)
{
	struct err closed = ERR_INIT;

	if (!terms_commit_resolve(x->store, after, x->now_ns, x->arena, &closed, x->e))
		return false;
	return str_eq(before->product_id, after->product_id) || edit_open(x, &closed);
}

static bool
update_one(struct edit *x, struct obj *o, struct contract *c, size_t i, const char *key,
	size_t place)
{
	struct commit before = c->commits[i], *after = &c->commits[i];

	after->list = key;
	after->place = place;
	if (!guard_origin(x, o, c, &before) || !commit_update_from_obj(o, c, after) ||
		!resolve(x, &before, after) || !guard_segments(x, o, &before, after) ||
		!guard_items(x, o, before.id, "invoice_schedule", &before.invoice_schedule,
			&after->invoice_schedule) ||
		!new_segment_ids(x, &before, after) ||
		!edit_item_ids(x, o, &before.invoice_schedule, &after->invoice_schedule))
		return false;
	after->list = NULL;
	after->place = before.place;
	return true;
}

static bool
update(struct edit *x, struct obj *o, struct contract *c, const char *key, const char *subject,
	const char *alias, bool credits)
{
	size_t n = obj_array(o, key, OBJ_OPTIONAL, 0);
	struct commit *commits = ARENA_ARRAY(x->arena, c->ncommits, struct commit);
	struct obj child;

	for (size_t i = 0; i < c->ncommits; i++)
		commits[i] = c->commits[i];
	c->commits = commits;
	for (size_t i = 0; i < n && obj_item(o, key, i, &child); i++) {
		struct str ref = obj_subject(&child, subject, alias);
		size_t at = obj_ok(o) ? commit_find(c, ref, credits) : SIZE_MAX;

		if (at == SIZE_MAX)
			return guard_not_found(x, &child, subject, ref);
		if (!update_one(x, &child, c, at, key, i))
			return false;
	}
	return obj_ok(o);
}

bool
edit_update_commits(struct edit *x, struct obj *o, struct contract *c)
{
	return update(x, o, c, "update_commits", "commit_id", "commit", false);
}

bool
edit_update_credits(struct edit *x, struct obj *o, struct contract *c)
{
	return update(x, o, c, "update_credits", "credit_id", "credit", true);
}

/* ---- archive ---- */

static bool
archive(struct edit *x, struct obj *o, struct contract *c, const char *key, bool credits)
{
	size_t n = obj_array(o, key, OBJ_OPTIONAL, 0);
	struct commit *commits = ARENA_ARRAY(x->arena, c->ncommits, struct commit);
	struct obj child;

	for (size_t i = 0; i < c->ncommits; i++)
		commits[i] = c->commits[i];
	c->commits = commits;
	for (size_t i = 0; i < n && obj_item(o, key, i, &child); i++) {
		struct str ref = obj_reference(&child, "id", credits ? "credit" : "commit",
			OBJ_REQUIRED);
		size_t at = obj_ok(o) ? commit_find(c, ref, credits) : SIZE_MAX;

		if (at == SIZE_MAX)
			return guard_not_found(x, &child, "id", ref);
		if (!guard_origin(x, &child, c, &commits[at]) ||
			!guard_archive_commit(x, &child, &commits[at]) || !obj_close(&child))
			return false;
		commits[at].archived_at_ns = x->now_ns;
	}
	return obj_ok(o);
}

bool
edit_archive_commits(struct edit *x, struct obj *o, struct contract *c)
{
	return archive(x, o, c, "archive_commits", false);
}

bool
edit_archive_credits(struct edit *x, struct obj *o, struct contract *c)
{
	return archive(x, o, c, "archive_credits", true);
}
