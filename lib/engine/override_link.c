#include "engine/override.h"

#include "base/banned.h"

/* What a reference may mean. */
struct names {
	const struct contract *contract;
	bool commits; /* and credits */
	bool recurring;
};

static const struct commit *
nth(const struct names *names, size_t i)
{
	const struct contract *c = names->contract;

	if (i < c->ncommits)
		return names->commits ? &c->commits[i] : NULL;
	return names->recurring ? &c->recurring[i - c->ncommits].child : NULL;
}

static const struct commit *
by_own_id(const struct names *names, struct str ref)
{
	const struct contract *c = names->contract;

	for (size_t i = 0; i < c->ncommits + c->nrecurring; i++) {
		const struct commit *one = nth(names, i);
		if (one != NULL && (str_eq(one->id, ref) || str_eq(one->temporary_id, ref)))
			return one;
	}
	return NULL;
}

static const struct commit *
by_name(const struct names *names, struct str ref)
{
	const struct contract *c = names->contract;
	const struct commit *found = NULL;

	for (size_t i = 0; i < c->ncommits + c->nrecurring; i++) {
		const struct commit *one = nth(names, i);
		if (one == NULL || !str_eq(one->name, ref))
			continue;
		if (found != NULL)
			return NULL;
		found = one;
	}
	return found;
}

static void
link_all(const struct names *names, struct texts *refs, struct arena *a)
{
	struct texts out = { ARENA_ARRAY(a, refs->n, struct str), refs->n };

	for (size_t i = 0; i < refs->n; i++) {
		const struct commit *one = by_own_id(names, refs->p[i]);
		if (one == NULL)
			one = by_name(names, refs->p[i]);
		out.p[i] = one != NULL ? one->id : refs->p[i];
	}
	*refs = out;
}

void
override_link(struct contract *c, size_t first, struct arena *a)
{
	for (size_t i = first; i < c->overrides.n; i++) {
		struct override *v = &c->overrides.p[i];
		for (size_t k = 0; k < v->nspecifiers; k++) {
			struct override_specifier *s = &v->specifiers[k];
			link_all(&(struct names){ c, true, false }, &s->commit_ids, a);
			link_all(&(struct names){ c, false, true }, &s->recurring_ids, a);
			link_all(&(struct names){ c, true, true }, &s->any_ids, a);
		}
	}
}
