#include "engine/rollover.h"
#include "tasks/balance_read.h"
#include "tasks/billed.h"

#include "base/banned.h"

/* What ends before the window does ends it there, not before it starts. */
static int64_t
cut_end(const struct access_segment *s, int64_t end_ns, int64_t at_ns)
{
	if (at_ns == INSTANT_NONE || at_ns >= end_ns)
		return end_ns;
	return at_ns > s->starting_at_ns ? at_ns : s->starting_at_ns;
}

int64_t
balance_archived_at(const struct account *owner, const struct commit *c)
{
	int64_t at_ns = c->archived_at_ns, with_ns;

	if (c->of_customer != NULL)
		return c->of_customer->archived_at_ns;
	with_ns = owner->contract->archived_at_ns;
	return at_ns == INSTANT_NONE || (with_ns != INSTANT_NONE && with_ns < at_ns) ? with_ns :
										       at_ns;
}

/* A contract may have been ended before final invoices drew: these draws stand. */
static int64_t
segment_end(const struct reading *rd, const struct account *owner, const struct commit *c,
	const struct access_segment *s)
{
	const int64_t *last_ns = map_get(&rd->drawn.last, s->id);
	int64_t end_ns = s->ending_before_ns;

	if (c->of_customer == NULL)
		end_ns = cut_end(s, end_ns, owner->contract->ending_before_ns);
	if (last_ns != NULL && *last_ns > end_ns)
		end_ns = *last_ns;
	return cut_end(s, end_ns, balance_archived_at(owner, c));
}

bool
segment_has_begun(const struct access_segment *s, int64_t at_ns)
{
	return s->starting_at_ns <= at_ns;
}

static struct rat
taken(const struct reading *rd, enum entry_kind kind, const struct access_segment *s)
{
	const struct segment_rows *rows = map_get(&rd->rows_of, s->id);

	return rows != NULL ? rows->taken[kind] : RAT_ZERO;
}

/* What is missing of a promise is billed, unless nobody bills it any more. */
static bool
expires(const struct account *owner, const struct commit *c)
{
	return !commit_is_trued_up(c) || balance_archived_at(owner, c) != INSTANT_NONE;
}

static bool
is_settled(const struct reading *rd, const struct account *owner, const struct commit *commit,
	const struct segment_balance *b, bool *settled, struct err *e)
{
	*settled = true;
	if (balance_archived_at(owner, commit) != INSTANT_NONE)
		return true;
	return commit_is_billed(rd->store, &rd->accounts, owner, commit, b->segment->starting_at_ns,
		b->ending_before_ns, NULL, rd->arena, settled, e);
}

/* What there is of a segment after all that was drawn, billed and done by hand. */
static struct rat
left_of(const struct reading *rd, const struct access_segment *s)
{
	struct rat left = access_granted(rd->arena, s);

	left = rat_sub(rd->arena, left, taken(rd, ENTRY_MANUAL, s));
	left = rat_sub(rd->arena, left, taken(rd, ENTRY_DEDUCTION, s));
	return rat_sub(rd->arena, left, taken(rd, ENTRY_TRUEUP, s));
}

/* Until all usage of the old contract is final, only what was drawn of it is certain. */
static struct rat
rolled_of(const struct reading *rd, const struct access_segment *old, bool settled)
{
	const struct segment_rows *rows = map_get(&rd->rows_of, old->rolled_to);
	struct rat drawn = rows != NULL ? rows->taken[ENTRY_DEDUCTION] : RAT_ZERO;

	/* what was given by hand is drawn first */
	if (rows != NULL && rat_sign(rows->taken[ENTRY_MANUAL]) < 0)
		drawn = rat_add(rd->arena, drawn, rows->taken[ENTRY_MANUAL]);
	if (rat_sign(drawn) < 0)
		drawn = RAT_ZERO;
	return rd->request->final && !settled ? drawn :
						rollover_amount(old, left_of(rd, old), drawn);
}

/* The account of the contract that a rollover came from; NULL: it is not loaded any more. */
static const struct account *
account_of(const struct reading *rd, struct str contract_id)
{
	for (size_t i = 0; i < rd->accounts.n; i++)
		if (str_eq(rd->accounts.p[i].contract->id, contract_id))
			return &rd->accounts.p[i];
	return NULL;
}

static bool
read_grant(const struct reading *rd, const struct commit *commit, const struct access_segment *s,
	struct segment_balance *out, struct err *e)
{
	const struct account *old;
	bool settled = true;

	out->granted = access_granted(rd->arena, s);
	if (s->source == NULL)
		return true;
	old = account_of(rd, commit->rolled_from.contract_id);
	if (old != NULL && old->contract->archived_at_ns == INSTANT_NONE &&
		!commit_is_billed(rd->store, &rd->accounts, old, commit, s->source->starting_at_ns,
			s->starting_at_ns, NULL, rd->arena, &settled, e))
		return false;
	out->granted = rolled_of(rd, s->source, settled);
	out->is_provisional = !settled;
	return true;
}

/* What ended: some of it goes on, the rest expires, once it is known. */
static bool
read_end(const struct reading *rd, const struct account *owner, const struct commit *commit,
	struct segment_balance *out, struct err *e)
{
	if (!is_settled(rd, owner, commit, out, &out->settled, e))
		return false;
	if (out->segment->rolled_to.n > 0) {
		out->rolled = rolled_of(rd, out->segment, out->settled);
		out->remaining = rat_sub(rd->arena, out->remaining, out->rolled);
	}
	if (expires(owner, commit) && rat_sign(out->remaining) > 0 &&
		(out->settled || !rd->request->final)) {
		out->expired = out->remaining;
		out->remaining = RAT_ZERO;
	}
	return true;
}

static bool
read_segment(const struct reading *rd, const struct account *owner, const struct commit *commit,
	const struct access_segment *s, struct segment_balance *out, struct err *e)
{
	struct arena *a = rd->arena;

	*out = (struct segment_balance){
		.segment = s,
		.ending_before_ns = segment_end(rd, owner, commit, s),
	};
	if (!read_grant(rd, commit, s, out, e))
		return false;
	out->remaining = out->granted;
	if (segment_has_begun(s, rd->request->at_ns)) {
		out->adjusted = rat_neg(taken(rd, ENTRY_MANUAL, s));
		out->used = taken(rd, ENTRY_DEDUCTION, s);
		out->trued_up = taken(rd, ENTRY_TRUEUP, s);
		out->remaining = rat_add(a, out->remaining, out->adjusted);
		out->remaining = rat_sub(a, rat_sub(a, out->remaining, out->used), out->trued_up);
	}
	if (rd->request->at_ns < out->ending_before_ns ||
		(!expires(owner, commit) && s->rolled_to.n == 0))
		return true;
	return read_end(rd, owner, commit, out, e);
}

bool
reading_segments(const struct reading *rd, const struct account *owner, const struct commit *commit,
	struct segment_balance **out, struct err *e)
{
	*out = ARENA_ARRAY(rd->arena, commit->nsegments, struct segment_balance);
	for (size_t i = 0; i < commit->nsegments; i++)
		if (!read_segment(rd, owner, commit, &commit->segments[i], &(*out)[i], e))
			return false;
	return true;
}
