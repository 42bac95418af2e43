/* What goes on from one contract to the next: how much, which segments, and changes by edits. */
#include "engine/rollover.h"

#include "domain/contract_end.h"
#include "domain/recurring_change.h"
#include "engine/recurring.h"
#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

/* ---- how much ---- */

static struct rat
some(struct arena *a, struct sweep *s)
{
	return rat_frac(a, (int64_t)sweep_below(s, 1000), 1 + (int64_t)sweep_below(s, 7));
}

/* No more than is left, none above the cap, and never less than was drawn. */
static void
test_amount(void)
{
	struct sweep s = sweep_start("amounts of rollovers", 19);
	struct arena a = ARENA_INIT;
	int broken = 0;

	for (int i = 0; i < 2000; i++) {
		struct access_segment old = { .rollover_cap = some(&a, &s) };
		struct rat left = some(&a, &s), drawn = RAT_ZERO, amount;
		bool fits;

		amount = rollover_amount(&old, left, drawn);
		broken += rat_cmp(amount, left) > 0 || rat_cmp(amount, old.rollover_cap) > 0 ||
			(!rat_eq(amount, left) && !rat_eq(amount, old.rollover_cap));
		drawn = some(&a, &s);
		fits = rat_cmp(drawn, amount) <= 0;
		broken += !rat_eq(rollover_amount(&old, left, drawn), fits ? amount : drawn);
		arena_clear(&a);
	}
	ok(broken == 0, "the lesser of what is left and the cap, and what was drawn at least");
	arena_release(&a);
}

/* ---- which segments ---- */

struct span {
	int64_t start_ns;
	int64_t end_ns;
};

static struct contract
old_contract(struct arena *a, const struct span *spans, size_t n, int64_t end_ns)
{
	struct commit *c = ARENA_NEW(a, struct commit);
	struct contract out = {
		.id = STR("old"),
		.starting_at_ns = 0,
		.ending_before_ns = end_ns,
		.commits = c,
		.ncommits = 1,
	};

	*c = (struct commit){
		.id = STR("commit"),
		.has_rollover = true,
		.rollover_fraction = rat_frac(a, 1, 2),
		.archived_at_ns = INSTANT_NONE,
		.segments = ARENA_ARRAY(a, n, struct access_segment),
		.nsegments = n,
	};
	for (size_t i = 0; i < n; i++)
		c->segments[i] = (struct access_segment){
			.id = str_printf(a, "%zu", i),
			.amount = rat_frac(a, 10, 1),
			.starting_at_ns = spans[i].start_ns,
			.ending_before_ns = spans[i].end_ns,
		};
	return out;
}

/* Exactly those that are open up to the renewal, in their order, with one successor each. */
static void
test_which(void)
{
	struct sweep s = sweep_start("which segments go on", 1900);
	struct arena a = ARENA_INIT;
	int broken = 0;

	for (int i = 0; i < 2000; i++) {
		int64_t at_ns = 1 + (int64_t)sweep_below(&s, 20), wanted = 0, next = 0;
		struct span spans[4];
		struct contract c = { .id = STR("new"), .starting_at_ns = at_ns }, old, all;

		for (size_t k = 0; k < 4; k++) {
			spans[k].start_ns = (int64_t)sweep_below(&s, 20);
			spans[k].end_ns = spans[k].start_ns + 1 + (int64_t)sweep_below(&s, 10);
		}
		c.transition.rollover_end_ns = at_ns + 5;
		old = old_contract(&a, spans, 4, INSTANT_NONE);
		contract_cut_access(&old, at_ns, &a);
		old.ending_before_ns = at_ns;
		old.renewed_by = (struct renewal){ c.id, at_ns };
		old = rollover_mark(&old, &a);
		all = rollover_expand(&c, &old, &a);
		for (size_t k = 0; k < 4; k++) {
			const struct access_segment *from = &old.commits[0].segments[k], *to;

			if (spans[k].start_ns >= at_ns || spans[k].end_ns < at_ns)
				continue;
			wanted++;
			if (all.ncommits != 1 || next >= (int64_t)all.commits[0].nsegments) {
				broken++;
				continue;
			}
			to = &all.commits[0].segments[next++];
			broken += to->source != from || !str_eq(to->id, from->rolled_to) ||
				to->starting_at_ns != at_ns || to->ending_before_ns != at_ns + 5;
		}
		broken += all.ncommits != (wanted > 0);
		arena_clear(&a);
	}
	ok(broken == 0, "segments that begin before the renewal and end with it or later go on");
	arena_release(&a);
}

/* ---- ends ---- */

/* Cut twice is cut at the earlier one, and what is cut does not come back. */
static void
test_cut(void)
{
	struct sweep s = sweep_start("cuts", 7);
	struct arena a = ARENA_INIT;
	int broken = 0;

	for (int i = 0; i < 2000; i++) {
		struct span span = { (int64_t)sweep_below(&s, 20), 0 };
		int64_t x_ns = (int64_t)sweep_below(&s, 30), y_ns = (int64_t)sweep_below(&s, 30);
		struct contract twice, once;

		span.end_ns = span.start_ns + 1 + (int64_t)sweep_below(&s, 20);
		twice = old_contract(&a, &span, 1, INSTANT_NONE);
		once = twice;
		contract_cut_access(&twice, x_ns, &a);
		contract_cut_access(&twice, y_ns, &a);
		contract_cut_access(&once, x_ns < y_ns ? x_ns : y_ns, &a);
		broken += once.commits[0].segments[0].ending_before_ns !=
				twice.commits[0].segments[0].ending_before_ns ||
			once.commits[0].segments[0].ending_before_ns < span.start_ns;
		arena_clear(&a);
	}
	ok(broken == 0, "the earlier cut holds; no segment ends before it starts");
	arena_release(&a);
}

/* ---- changes of recurring items ---- */

/* A change holds from the first child behind it on, member by member. */
static void
test_changes(void)
{
	struct recurring_change changes[] = {
		{ .after_ns = 10, .has = CHANGE_END, .ending_before_ns = 40 },
		{ .after_ns = 20, .has = CHANGE_END, .ending_before_ns = INSTANT_NONE },
		{ .after_ns = 30, .has = CHANGE_RATE_TYPE, .rate_type = DRAW_COMMIT_RATE },
	};
	struct recurring r = { .ending_before_ns = 50, .changes = changes, .nchanges = 3 };

	is_int(recurring_at(&r, 10).ending_before_ns, 50, "a child that begins with a change");
	is_int(recurring_at(&r, 11).ending_before_ns, 40, "one behind it");
	ok(recurring_at(&r, 21).ending_before_ns == INSTANT_NONE, "the later change wins");
	ok(recurring_at(&r, 31).child.rate_type == DRAW_COMMIT_RATE &&
			recurring_at(&r, 31).ending_before_ns == INSTANT_NONE,
		"what a change does not name stays");
	ok(recurring_last_end(&r) == INSTANT_NONE, "the last end: none");
	r.nchanges = 1;
	is_int(recurring_last_end(&r), 50, "the last end of all children");
}

int
main(void)
{
	test_amount();
	test_which();
	test_cut();
	test_changes();
	return done();
}
