#include "engine/pay.h"

#include "base/banned.h"

/* One deduction for each segment that has less than before. */
static void
put_deductions(struct arena *a, const struct purse *purse, const struct rat *before, int64_t at_ns,
	struct invoice *inv)
{
	inv->deductions = ARENA_ARRAY(a, purse->n, struct invoice_deduction);
	for (size_t i = 0; i < purse->n; i++) {
		const struct purse_segment *s = &purse->segments[i];
		int64_t end_ns = s->segment->ending_before_ns;

		if (rat_eq(before[i], *s->left))
			continue;
		inv->deductions[inv->ndeductions++] = (struct invoice_deduction){
			.commit_id = s->commit->id,
			.segment_id = s->segment->id,
			.commit_type = s->commit->type,
			.amount = rat_sub(a, before[i], *s->left),
			.at_ns = end_ns < at_ns ? end_ns : at_ns,
		};
	}
}

/* What more seats add later is not there yet. */
static struct rat
added_after(struct arena *a, const struct access_segment *s, int64_t at_ns)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < s->nincreases; i++)
		if (s->increases[i].at_ns > at_ns)
			sum = rat_add(a, sum, s->increases[i].amount);
	return sum;
}

void
invoice_pay(struct purse *purse, struct arena *a, struct charge **charges, size_t n, int64_t at_ns,
	struct invoice *inv)
{
	struct rat *before = ARENA_ARRAY(a, purse->n, struct rat);
	struct rat *later = ARENA_ARRAY(a, purse->n, struct rat);

	for (size_t i = 0; i < purse->n; i++) {
		struct purse_segment *s = &purse->segments[i];

		later[i] = added_after(a, s->segment, at_ns);
		if (rat_sign(later[i]) != 0)
			*s->left = rat_sub(a, *s->left, later[i]);
		before[i] = *s->left;
	}
	burndown_draw(purse, a, charges, n);
	put_deductions(a, purse, before, at_ns, inv);
	for (size_t i = 0; i < purse->n; i++)
		if (rat_sign(later[i]) != 0)
			*purse->segments[i].left = rat_add(a, *purse->segments[i].left, later[i]);
}
