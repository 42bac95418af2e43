#include "engine/override_part.h"

#include <stdlib.h>

#include "base/banned.h"

/* Some version of the product bears the tag. */
static bool
ever_bears(const struct product *p, struct str tag)
{
	for (size_t i = 0; i < p->nversions; i++)
		if ((p->versions[i].terms.has & PF_TAGS) != 0 &&
			texts_has(&p->versions[i].terms.tags, tag))
			return true;
	return false;
}

static bool
ever_bears_all(const struct product *p, const struct texts *tags)
{
	for (size_t i = 0; i < tags->n; i++)
		if (!ever_bears(p, tags->p[i]))
			return false;
	return true;
}

static bool
may_concern(const struct override *v, const struct product *p)
{
	if (v->nspecifiers == 0 && v->product_id.n == 0 && v->product_tags.n == 0)
		return true;
	if (override_names_product(v, p->id))
		return true;
	for (size_t i = 0; i < v->product_tags.n; i++)
		if (ever_bears(p, v->product_tags.p[i]))
			return true;
	for (size_t i = 0; i < v->nspecifiers; i++)
		if (v->specifiers[i].lines.product_id.n == 0 &&
			ever_bears_all(p, &v->specifiers[i].lines.product_tags))
			return true;
	return false;
}

static bool
overlaps(const struct override *v, const struct period *period)
{
	return v->starting_at_ns < period->end_ns &&
		(v->ending_before_ns == INSTANT_NONE || v->ending_before_ns > period->start_ns);
}

static int
by_start(const void *a, const void *b)
{
	const struct override *x = (*(struct override_use *const *)a)->v;
	const struct override *y = (*(struct override_use *const *)b)->v;

	if (x->starting_at_ns != y->starting_at_ns)
		return x->starting_at_ns > y->starting_at_ns ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

struct override_uses *
override_uses_of(struct arena *a, const struct contract *c, const struct product *product,
	const struct period *period)
{
	const struct overrides *all = &c->overrides;
	struct override_uses *u = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct override *v = &all->p[i];
		if (!overlaps(v, period) || !may_concern(v, product))
			continue;
		if (u == NULL) {
			u = ARENA_NEW(a, struct override_uses);
			u->arena = a;
			u->order = all->order;
			u->p = ARENA_ARRAY(a, all->n, struct override_use *);
		}
		u->p[u->n] = ARENA_NEW(a, struct override_use);
		u->p[u->n++]->v = v;
	}
	if (u != NULL)
		qsort(u->p, u->n, sizeof(struct override_use *), by_start);
	return u;
}

struct override_uses *
override_uses_for(struct override_uses *u, const struct priced_line *line)
{
	struct priced_line any = *line;
	struct override_uses *some = ARENA_NEW(u->arena, struct override_uses);

	*some = *u;
	some->p = ARENA_ARRAY(u->arena, u->n, struct override_use *);
	some->n = 0;
	some->now = NULL;
	any.tags = NULL;
	for (size_t i = 0; i < u->n; i++)
		if (override_fits(u->p[i]->v, &any, NULL, false))
			some->p[some->n++] = u->p[i];
	return some;
}

struct override_uses *
override_uses_at(struct override_uses *u, int64_t t_ns)
{
	struct override_uses *now = u->now;
	size_t kept = 0;

	if (now == NULL) {
		now = u->now = ARENA_NEW(u->arena, struct override_uses);
		*now = *u;
		now->p = ARENA_ARRAY(u->arena, u->n, struct override_use *);
		now->n = 0;
	}
	for (size_t i = 0; i < now->n; i++)
		if (override_covers(now->p[i]->v, t_ns))
			now->p[kept++] = now->p[i];
	now->n = kept;
	for (; u->begun < u->n && u->p[u->begun]->v->starting_at_ns <= t_ns; u->begun++)
		if (override_covers(u->p[u->begun]->v, t_ns))
			now->p[now->n++] = u->p[u->begun];
	return now->n > 0 ? now : NULL;
}

bool
override_uses_presentation(const struct override_uses *u)
{
	for (size_t i = 0; i < u->n; i++)
		for (size_t k = 0; k < u->p[i]->v->nspecifiers; k++)
			if (u->p[i]->v->specifiers[k].lines.presentation.n > 0)
				return true;
	return false;
}

bool
override_uses_overwrite(const struct override_uses *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->p[i]->v->type == OVERRIDE_OVERWRITE && !u->p[i]->v->commit_specific)
			return true;
	return false;
}

size_t
override_uses_count(const struct override_uses *u)
{
	return u->n;
}

size_t
override_uses_bounds(const struct override_uses *u, int64_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < u->n; i++) {
		out[n++] = u->p[i]->v->starting_at_ns;
		if (u->p[i]->v->ending_before_ns != INSTANT_NONE)
			out[n++] = u->p[i]->v->ending_before_ns;
	}
	return n;
}
