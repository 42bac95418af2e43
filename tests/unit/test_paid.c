/* Invoices that balances paid for: laws over random contracts. */
#include "tests/unit/shop.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define ROUNDS 400

static struct rat
sum_of(struct arena *a, const struct invoice *inv, bool applications)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < inv->nlines; i++)
		if ((inv->lines[i].type == LINE_APPLIED) == applications)
			sum = rat_add(a, sum, inv->lines[i].total);
	return sum;
}

static struct rat
deducted(struct arena *a, const struct invoice *inv)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < inv->ndeductions; i++)
		sum = rat_add(a, sum, inv->deductions[i].amount);
	return sum;
}

static struct rat
quantity_of(struct arena *a, const struct invoice *inv, struct str product_id)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < inv->nlines; i++)
		if (inv->lines[i].type == LINE_USAGE &&
			str_eq(inv->lines[i].product_id, product_id))
			sum = rat_add(a, sum, inv->lines[i].quantity);
	return sum;
}

/* Ids differ, usage is quantity x price, and all adds up. */
static bool
adds_up(struct arena *a, const struct invoice *inv)
{
	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];
		if (!rat_eq(l->total, rat_mul(a, l->quantity, l->unit_price)) ||
			l->starting_at_ns >= l->ending_before_ns)
			return false;
		for (size_t k = 0; k < i; k++)
			if (str_eq(l->id, inv->lines[k].id))
				return false;
	}
	return rat_eq(inv->subtotal, sum_of(a, inv, false)) &&
		rat_eq(inv->total, rat_add(a, inv->subtotal, sum_of(a, inv, true))) &&
		rat_eq(inv->amount_due, rat_round(a, inv->total, 0, RAT_HALF_UP));
}

/* Covered lines lie within the window of the segment that pays. */
static bool
inside_segments(const struct shop *s, const struct invoice *inv)
{
	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];
		for (size_t k = 0; k < s->purse.n; k++) {
			const struct access_segment *seg = s->purse.segments[k].segment;
			if (str_eq(seg->id, l->commit_segment_id) &&
				(l->starting_at_ns < seg->starting_at_ns ||
					l->ending_before_ns > seg->ending_before_ns))
				return false;
		}
	}
	return true;
}

static void
law_invoices(struct arena *a)
{
	struct sweep s = sweep_start("invoices", 3);
	int sums = 0, applied = 0, quantities = 0, spent = 0, outside = 0, covered = 0;
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		struct invoice inv = shop_invoice(&shop);
		sums += !adds_up(a, &inv);
		applied += !rat_eq(deducted(a, &inv), rat_neg(sum_of(a, &inv, true)));
		outside += !inside_segments(&shop, &inv);
		covered += inv.ndeductions > 0;

		shop.without_purse = true;
		struct invoice plain = shop_invoice(&shop);
		spent += !rat_eq(inv.subtotal, plain.total);
		for (size_t i = 0; i < shop.nproducts; i++) {
			struct str id = shop.products[i].product.id;
			quantities += !rat_eq(quantity_of(a, &inv, id), quantity_of(a, &plain, id));
		}
		arena_clear(a);
	}
	is_int(sums, 0, "lines add up to subtotal and total, ids differ");
	is_int(applied, 0, "what is applied is what is deducted");
	is_int(quantities, 0, "covered and overage are the quantity before");
	is_int(spent, 0, "the subtotal is what the usage costs without balances");
	is_int(outside, 0, "covered lines lie inside their segments");
	ok(covered > ROUNDS / 2, "%d invoices were drawn for", covered);
}

static void
law_without_commits(struct arena *a)
{
	struct sweep s = sweep_start("without commits", 4);
	struct shop shop;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		struct invoice empty = shop_invoice(&shop);
		shop.without_purse = true;
		struct invoice none = shop_invoice(&shop);
		bad += !str_eq(shop_text(&empty, a, true), shop_text(&none, a, true));
		arena_clear(a);
	}
	is_int(bad, 0, "an empty purse changes no byte, traces too");
}

/* Equal but for where the lines begin and end. */
static bool
same_lines(const struct invoice *x, const struct invoice *y)
{
	if (x->nlines != y->nlines)
		return false;
	for (size_t i = 0; i < x->nlines; i++) {
		const struct invoice_line *p = &x->lines[i], *q = &y->lines[i];
		if (!str_eq(p->product_id, q->product_id) || p->tier.level != q->tier.level ||
			!rat_eq(p->quantity, q->quantity) || !rat_eq(p->total, q->total))
			return false;
	}
	return true;
}

static void
law_cuts_that_pay_nothing(struct arena *a)
{
	struct sweep s = sweep_start("cuts that pay nothing", 5);
	struct shop shop;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		struct invoice plain = shop_invoice(&shop);
		shop_random_commits(&s, &shop);
		for (size_t i = 0; i < shop.contract.ncommits; i++)
			for (size_t k = 0; k < shop.commits[i].nsegments; k++)
				shop.commits[i].segments[k].amount = RAT_ZERO;
		struct invoice cut = shop_invoice(&shop);
		bad += !same_lines(&plain, &cut);
		arena_clear(a);
	}
	is_int(bad, 0, "what empty segments cut is put together again");
}

/* ---- splitting ---- */

static void
law_splitting_a_rate(struct arena *a)
{
	struct sweep s = sweep_start("splitting a rate", 6);
	struct shop shop;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		struct invoice before = shop_invoice(&shop);

		struct rate *r = &shop.rates[sweep_below(&s, shop.nrates)];
		struct rate *second = &shop.rates[shop.nrates++];
		int64_t hours = (r->ending_before_ns - r->starting_at_ns) / NS_PER_HOUR;
		*second = *r;
		second->id = STR("split");
		second->seq = (int64_t)shop.nrates;
		r->ending_before_ns = r->starting_at_ns +
			(1 + (int64_t)sweep_below(&s, (uint64_t)hours - 1)) * NS_PER_HOUR;
		second->starting_at_ns = r->ending_before_ns;

		struct invoice after = shop_invoice(&shop);
		bad += !str_eq(shop_text(&before, a, false), shop_text(&after, a, false));
		arena_clear(a);
	}
	is_int(bad, 0, "a rate split at the same price changes no byte");
}

/* One segment as two of the same window, one right behind the other. */
static void
split_amount(struct sweep *s, struct shop *shop)
{
	struct commit *c = &shop->commits[sweep_below(s, shop->contract.ncommits)];
	size_t i = (size_t)sweep_below(s, c->nsegments);
	struct rat whole = c->segments[i].amount;

	for (size_t k = c->nsegments++; k > i; k--)
		c->segments[k] = c->segments[k - 1];
	c->segments[i].amount = rat_mul(shop->arena, whole,
		rat_frac(shop->arena, (int64_t)sweep_below(s, 4), 3));
	c->segments[i + 1].id = STR("split");
	c->segments[i + 1].amount = rat_sub(shop->arena, whole, c->segments[i].amount);
}

static void
law_splitting_an_amount(struct arena *a)
{
	struct sweep s = sweep_start("splitting an amount", 7);
	struct shop shop;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		struct invoice before = shop_invoice(&shop);
		split_amount(&s, &shop);
		struct invoice after = shop_invoice(&shop);
		bad += !rat_eq(before.total, after.total) ||
			!rat_eq(before.subtotal, after.subtotal) ||
			!rat_eq(deducted(a, &before), deducted(a, &after));
		arena_clear(a);
	}
	is_int(bad, 0, "an amount split over two segments changes no total");
}

/* A window split where there is enough on both sides. */
static void
law_splitting_a_window(struct arena *a)
{
	struct sweep s = sweep_start("splitting a window", 8);
	struct shop shop;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct rat plenty = rat_int(a, 1000000);
		int64_t from = (int64_t)sweep_below(&s, 400), cut = from + 1, to;
		cut += (int64_t)sweep_below(&s, 200);
		to = cut + 1 + (int64_t)sweep_below(&s, 400);

		shop_random(&s, &shop, a, true);
		struct commit *c = shop_commit(&shop);
		shop_segment(&shop, c, plenty, from, to);
		struct invoice before = shop_invoice(&shop);
		c->segments[0].ending_before_ns = shop_hour(cut);
		shop_segment(&shop, c, plenty, cut, to);
		struct invoice after = shop_invoice(&shop);
		bad += !rat_eq(before.total, after.total) ||
			!rat_eq(before.subtotal, after.subtotal);
		arena_clear(a);
	}
	is_int(bad, 0, "a window split in two changes no total");
}

static void
law_document_order(struct arena *a)
{
	struct sweep s = sweep_start("document order", 9);
	struct shop shop;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		for (size_t i = 0; i < shop.contract.ncommits; i++) {
			shop.commits[i].has_priority = true;
			shop.commits[i].priority = rat_int(a, (int64_t)i);
		}
		struct invoice before = shop_invoice(&shop);
		size_t k = (size_t)sweep_below(&s, shop.contract.ncommits);
		struct commit c = shop.commits[0];
		shop.commits[0] = shop.commits[k];
		shop.commits[k] = c;
		struct invoice after = shop_invoice(&shop);
		bad += !str_eq(shop_text(&before, a, true), shop_text(&after, a, true));
		arena_clear(a);
	}
	is_int(bad, 0, "where priorities differ the order of commits does not matter");
}

/* ---- from period to period ---- */

static void
law_periods(struct arena *a)
{
	struct sweep s = sweep_start("periods", 10);
	int bad = 0, below = 0, late = 0, refused = 0;
	struct invoice inv[4];
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		struct rat drawn = RAT_ZERO, left = RAT_ZERO, given = RAT_ZERO;

		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		shop.contract.statement.frequency = FREQ_WEEKLY;
		refused += !shop_invoices(&shop, 4, inv);
		for (size_t i = 0; refused == 0 && i < 4; i++) {
			drawn = rat_add(a, drawn, deducted(a, &inv[i]));
			for (size_t k = 0; k < inv[i].ndeductions; k++)
				late += inv[i].deductions[k].at_ns > inv[i].end_ns ||
					inv[i].deductions[k].at_ns <= inv[i].start_ns;
		}
		for (size_t k = 0; k < shop.purse.n; k++) {
			given = rat_add(a, given, shop.purse.segments[k].segment->amount);
			left = rat_add(a, left, *shop.purse.segments[k].left);
			below += rat_sign(*shop.purse.segments[k].left) < 0;
		}
		bad += !rat_eq(given, rat_add(a, drawn, left));
		arena_clear(a);
	}
	is_int(refused, 0, "four weeks are billed");
	is_int(bad, 0, "granted = drawn over all periods + left");
	is_int(below, 0, "no balance falls below zero");
	is_int(late, 0, "deductions stand within their period");
}

/* ---- an outsider computes the line from its trace ---- */

static bool
trace_explains(struct arena *a, const struct invoice_line *l)
{
	struct rat drawn = RAT_ZERO, total = RAT_ZERO;
	bool covered = false;

	for (const struct trace_step *t = l->trace.first; t != NULL; t = t->next) {
		if (t->kind == TRACE_DRAW) {
			if (!str_eq(t->ref, l->commit_segment_id) ||
				!rat_eq(t->z, rat_sub(a, t->y, t->x)))
				return false;
			drawn = rat_add(a, drawn, t->x);
		} else if (t->kind == TRACE_COVER) {
			covered = true;
			if (!rat_eq(t->x, l->quantity) || rat_cmp(t->x, t->y) > 0 ||
				!str_eq(t->ref, l->commit_segment_id))
				return false;
		} else if (t->kind == TRACE_TOTAL) {
			total = t->z;
		}
	}
	if (!rat_eq(total, l->total))
		return false;
	if (l->type == LINE_APPLIED)
		return rat_eq(rat_neg(drawn), l->total);
	return l->commit_segment_id.n == 0 ? rat_sign(drawn) == 0 :
					     covered && rat_eq(drawn, l->total);
}

static void
law_traces(struct arena *a)
{
	struct sweep s = sweep_start("traces", 11);
	int bad = 0, lines = 0;
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		struct invoice inv = shop_invoice(&shop);
		for (size_t i = 0; i < inv.nlines; i++, lines++)
			bad += !trace_explains(a, &inv.lines[i]);
		arena_clear(a);
	}
	ok(bad == 0 && lines > ROUNDS, "each of %d lines follows from its draws", lines);
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	law_invoices(&a);
	law_without_commits(&a);
	law_cuts_that_pay_nothing(&a);
	law_splitting_a_rate(&a);
	law_splitting_an_amount(&a);
	law_splitting_a_window(&a);
	law_document_order(&a);
	law_periods(&a);
	law_traces(&a);
	arena_release(&a);
	return done();
}
