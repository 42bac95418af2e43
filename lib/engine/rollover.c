#include "engine/rollover.h"

#include "base/id.h"

#include "base/banned.h"

static struct str
derived_id(struct arena *a, const char *kind, struct str of, struct str contract_id)
{
	const struct str parts[] = { str_c(kind), of, contract_id };
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

/* ---- the old contract ---- */

static int64_t
segment_end(const struct contract *c, const struct access_segment *s)
{
	if (c->ending_before_ns != INSTANT_NONE && c->ending_before_ns < s->ending_before_ns)
		return c->ending_before_ns;
	return s->ending_before_ns;
}

static bool
rolls(const struct contract *c, const struct access_segment *s)
{
	int64_t at_ns = c->renewed_by.starting_at_ns, end_ns = segment_end(c, s);

	return s->starting_at_ns < at_ns && end_ns >= at_ns;
}

static bool
may_roll(const struct commit *c)
{
	return c->has_rollover && rat_sign(c->rollover_fraction) > 0 && c->of_customer == NULL &&
		c->archived_at_ns == INSTANT_NONE && c->rolled_from.commit_id.n == 0;
}

static struct access_segment *
mark_segments(const struct contract *c, const struct commit *commit, struct arena *a)
{
	struct access_segment *out = ARENA_ARRAY(a, commit->nsegments, struct access_segment);

	for (size_t i = 0; i < commit->nsegments; i++) {
		struct access_segment *s = &out[i];

		*s = commit->segments[i];
		if (!rolls(c, s))
			continue;
		s->rollover_cap = rat_mul(a, commit->rollover_fraction, s->amount);
		s->rolled_into = c->renewed_by.contract_id;
		s->rolled_to = derived_id(a, "rollover_segment", s->id, c->renewed_by.contract_id);
	}
	return out;
}

struct contract
rollover_mark(const struct contract *c, struct arena *a)
{
	struct contract out = *c;

	if (c->renewed_by.contract_id.n == 0)
		return out;
	out.commits = ARENA_ARRAY(a, c->ncommits, struct commit);
	for (size_t i = 0; i < c->ncommits; i++) {
		out.commits[i] = c->commits[i];
		if (may_roll(&c->commits[i]))
			out.commits[i].segments = mark_segments(c, &c->commits[i], a);
	}
	return out;
}

/* ---- the new contract ---- */

static size_t
count_rolling(const struct commit *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nsegments; i++)
		n += c->segments[i].rolled_to.n > 0;
	return n;
}

/* As long as the old one was, where the new contract has no end. */
static int64_t
rollover_end(const struct contract *c, const struct contract *from, const struct access_segment *s)
{
	int64_t length_ns = segment_end(from, s) - s->starting_at_ns, end_ns;

	if (c->transition.rollover_end_ns != INSTANT_NONE)
		return c->transition.rollover_end_ns;
	return __builtin_add_overflow(c->starting_at_ns, length_ns, &end_ns) ? INT64_MAX : end_ns;
}

static void
roll_commit(struct commit *out, const struct commit *old, size_t n, const struct contract *c,
	const struct contract *from, struct arena *a)
{
	*out = (struct commit){
		.id = derived_id(a, "rollover", old->id, c->id),
		.rolled_from = { old->id, from->id, old },
		.type = old->type,
		.product_id = old->product_id,
		.name = old->name,
		.description = old->description,
		.access_unit = old->access_unit,
		.segments = ARENA_ARRAY(a, n, struct access_segment),
		.trueup_off = old->type == COMMIT_POSTPAID,
		.has_priority = old->has_priority,
		.priority = old->priority,
		.rate_type = old->rate_type,
		.applicable_product_ids = old->applicable_product_ids,
		.applicable_product_tags = old->applicable_product_tags,
		.specifiers = old->specifiers,
		.nspecifiers = old->nspecifiers,
		.custom_fields = old->custom_fields,
		.archived_at_ns = INSTANT_NONE,
	};
	for (size_t i = 0; i < old->nsegments; i++) {
		const struct access_segment *s = &old->segments[i];

		if (s->rolled_to.n == 0)
			continue;
		out->segments[out->nsegments++] = (struct access_segment){
			.id = s->rolled_to,
			.amount = RAT_ZERO,
			.starting_at_ns = c->starting_at_ns,
			.ending_before_ns = rollover_end(c, from, s),
			.source = s,
		};
	}
}

struct contract
rollover_expand(const struct contract *c, const struct contract *from, struct arena *a)
{
	struct contract out = *c;
	size_t n = 0;

	for (size_t i = 0; i < from->ncommits; i++)
		n += count_rolling(&from->commits[i]) > 0;
	if (n == 0)
		return out;
	out.commits = ARENA_ARRAY(a, c->ncommits + n, struct commit);
	for (size_t i = 0; i < c->ncommits; i++)
		out.commits[i] = c->commits[i];
	for (size_t i = 0; i < from->ncommits; i++) {
		size_t rolling = count_rolling(&from->commits[i]);

		if (rolling > 0)
			roll_commit(&out.commits[out.ncommits++], &from->commits[i], rolling, c,
				from, a);
	}
	return out;
}

struct rat
rollover_amount(const struct access_segment *s, struct rat left, struct rat drawn)
{
	struct rat amount = rat_cmp(left, s->rollover_cap) < 0 ? left : s->rollover_cap;

	return rat_cmp(amount, drawn) < 0 ? drawn : amount;
}
