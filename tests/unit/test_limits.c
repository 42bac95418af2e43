/* Whole invoices under every price model, with free units, minimums and maximums. */
#include "tests/unit/shop_models.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define ROUNDS 400

/* ---- laws ---- */

static void
split(struct sweep *sw, struct shop *s)
{
	struct rate *r = &s->rates[sweep_below(sw, s->nrates)];
	int64_t hours = (r->ending_before_ns - r->starting_at_ns) / NS_PER_HOUR;
	struct rate *second = &s->rates[s->nrates];

	if (hours < 2 || s->nrates == SHOP_RATES)
		return;
	*second = *r;
	second->id = str_printf(s->arena, "split-%zu", s->nrates);
	second->seq = (int64_t)++s->nrates;
	r->ending_before_ns = r->starting_at_ns +
		(1 + (int64_t)sweep_below(sw, (uint64_t)hours - 1)) * NS_PER_HOUR;
	second->starting_at_ns = r->ending_before_ns;
}

static void
law_splitting(struct arena *a)
{
	struct sweep sw = sweep_start("splitting a rate with limits", 31);
	struct shop s;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random_models(&sw, &s, a);
		shop_random_commits(&sw, &s);
		struct invoice before = shop_invoice(&s);
		for (int i = 0; i < 4; i++)
			split(&sw, &s);
		struct invoice after = shop_invoice(&s);
		bad += !str_eq(shop_text(&before, a, false), shop_text(&after, a, false));
		arena_clear(a);
	}
	is_int(bad, 0, "a rate split at any hour, with the same price on both sides, is one");
}

static void
scale(struct rat *x, struct arena *a, struct rat by)
{
	*x = rat_mul(a, *x, by);
}

static void
scale_rate(struct arena *a, struct rate *r, struct rat by)
{
	bool spend = rate_type_on_spend(r->type);

	scale(&r->minimum, a, by);
	scale(&r->maximum, a, by);
	if (!spend)
		scale(&r->price, a, by);
	for (size_t k = 0; k < r->ntiers; k++) {
		scale(spend ? &r->tiers[k].size : &r->tiers[k].price, a, by);
		scale(&r->tiers[k].flat_fee, a, by);
	}
}

static bool
is_scaled(struct arena *a, const struct invoice *x, const struct invoice *y, struct rat by)
{
	if (x->nlines != y->nlines)
		return false;
	for (size_t i = 0; i < x->nlines; i++)
		if (!rat_eq(rat_mul(a, x->lines[i].total, by), y->lines[i].total))
			return false;
	return rat_eq(rat_mul(a, x->total, by), y->total);
}

static void
law_scaling(struct arena *a)
{
	struct sweep sw = sweep_start("scaling prices and limits", 32);
	struct shop s;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct rat by = rat_frac(a, (int64_t)(1 + sweep_below(&sw, 9)), 7);

		shop_random_models(&sw, &s, a);
		shop_random_commits(&sw, &s);
		struct invoice before = shop_invoice(&s);
		for (size_t i = 0; i < s.nrates; i++)
			scale_rate(a, &s.rates[i], by);
		for (size_t i = 0; i < s.contract.ncommits; i++)
			for (size_t k = 0; k < s.commits[i].nsegments; k++)
				scale(&s.segments[i][k].amount, a, by);
		struct invoice after = shop_invoice(&s);
		bad += !is_scaled(a, &before, &after, by);
		arena_clear(a);
	}
	is_int(bad, 0, "prices, fees, minimums, maximums and balances scaled scale every line");
}

static void
law_card(struct arena *a)
{
	struct sweep sw = sweep_start("a card copied", 33);
	struct shop s;
	int bad = 0;

	for (int round = 0; round < ROUNDS / 4; round++) {
		shop_random_models(&sw, &s, a);
		shop_random_commits(&sw, &s);
		struct invoice before = shop_invoice(&s);
		s.card.id = s.contract.rate_card_id = STR("copy");
		s.card.name = STR("Copy");
		for (size_t i = 0; i < s.nrates; i++) {
			s.rates[i].rate_card_id = s.card.id;
			s.rates[i].id = str_printf(a, "copy-%zu", i);
		}
		struct invoice after = shop_invoice(&s);
		bad += !str_eq(shop_text(&before, a, false), shop_text(&after, a, false));
		arena_clear(a);
	}
	is_int(bad, 0, "a card copied under another name bills the same");
}

/* What is drawn at the list price changes neither what is charged nor how much of it. */
static void
law_balances(struct arena *a)
{
	struct sweep sw = sweep_start("balances beside limits", 34);
	struct shop s;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random_models(&sw, &s, a);
		struct invoice before = shop_invoice(&s);
		shop_random_commits(&sw, &s);
		struct invoice after = shop_invoice(&s);
		bad += !rat_eq(before.subtotal, after.subtotal);
		arena_clear(a);
	}
	is_int(bad, 0, "balances at list prices leave the subtotal as it is");
}

static bool
is_sound(struct arena *a, const struct invoice *inv)
{
	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];

		if (l->type != LINE_APPLIED &&
			!rat_eq(l->total, rat_mul(a, l->quantity, l->unit_price)))
			return false;
		if ((l->beyond_maximum || l->kind == SLICE_FREE) && rat_sign(l->total) != 0)
			return false;
		if (l->kind == SLICE_MINIMUM && rat_sign(l->total) <= 0)
			return false;
		for (size_t k = 0; k < i; k++)
			if (str_eq(l->id, inv->lines[k].id))
				return false;
	}
	return true;
}

static void
law_lines(struct arena *a)
{
	struct sweep sw = sweep_start("lines with limits", 35);
	struct shop s;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random_models(&sw, &s, a);
		shop_random_commits(&sw, &s);
		struct invoice inv = shop_invoice(&s);
		bad += !is_sound(a, &inv);
		arena_clear(a);
	}
	is_int(bad, 0, "ids differ, totals are quantity x price, adjustments have their sign");
}

/* ---- one product with one rate, computed here ---- */

static struct rat
used_by(struct arena *a, const struct shop *s, const char *org)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < s->nevents; i++) {
		struct rat n = RAT_ZERO;
		bool own = str_eq(s->events[i].properties[1].text, str_c(org));
		if (own && rat_parse(a, s->events[i].properties[0].text, &n) == RAT_OK)
			sum = rat_add(a, sum, n);
	}
	return sum;
}

/* F(q) of what is not free. */
static struct rat
value_of(struct arena *a, const struct rate *r, struct rat q)
{
	struct rat left = q, sum = RAT_ZERO, packages = RAT_ZERO;
	size_t i = 0;

	switch (r->type) {
	case RATE_FLAT:
		return rat_mul(a, q, r->price);
	case RATE_PACKAGE:
		return rat_div(a, q, r->package_size, &packages) ?
			rat_mul(a, rat_round(a, packages, 0, RAT_UP), r->price) :
			RAT_ZERO;
	case RATE_VOLUME:
	case RATE_STAIRSTEP:
		for (; !r->tiers[i].open && rat_cmp(left, r->tiers[i].size) > 0; i++)
			left = rat_sub(a, left, r->tiers[i].size);
		if (r->type == RATE_VOLUME)
			return rat_mul(a, q, r->tiers[i].price);
		return rat_sign(q) > 0 ? r->tiers[i].price : RAT_ZERO;
	case RATE_TIERED:
		for (; rat_sign(left) > 0; i++) {
			struct rat part = r->tiers[i].open ? left : rat_min(left, r->tiers[i].size);
			sum = rat_add(a, sum, r->tiers[i].flat_fee);
			sum = rat_add(a, sum, rat_mul(a, part, r->tiers[i].price));
			left = rat_sub(a, left, part);
		}
		return sum;
	case RATE_PERCENTAGE:
	case RATE_TIERED_PERCENTAGE:
	case RATE_SUBSCRIPTION:
		break;
	}
	return RAT_ZERO;
}

/* Free units go to the orgs in their order, limits bound the sum over them. */
static struct rat
expected(struct arena *a, const struct shop *s, const struct rate *r)
{
	struct rat left = r->free_units, sum = RAT_ZERO;

	for (size_t i = 0; i < SHOP_ORGS; i++) {
		struct rat q = used_by(a, s, shop_orgs[i]);
		struct rat gratis = rat_min(q, left);

		left = rat_sub(a, left, gratis);
		sum = rat_add(a, sum, value_of(a, r, rat_sub(a, q, gratis)));
	}
	if (r->has_maximum)
		sum = rat_min(sum, r->maximum);
	return rat_max(sum, r->minimum);
}

static struct shop_product *
random_usage(struct sweep *sw, struct shop *s, struct arena *a)
{
	static const char *const numbers[] = { "1", "0.5", "2.25", "7", "0", "4", "0.3" };
	struct shop_product *p;

	shop_init(s, a);
	p = shop_usage(s, "Calls");
	for (size_t n = (size_t)sweep_below(sw, 12); n > 0; n--)
		shop_event(s, p, (int64_t)sweep_below(sw, SHOP_HOURS),
			numbers[sweep_below(sw, countof(numbers))]);
	return p;
}

static void
law_one_rate(struct arena *a)
{
	struct sweep sw = sweep_start("one rate", 36);
	struct shop s;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct shop_product *p = random_usage(&sw, &s, a);
		struct rate *r = shop_rate(&s, p, -24, SHOP_HOURS, shop_price(&sw, a));
		shop_vary_keys(&sw, &s, p);
		shop_vary_model(&sw, a, r);
		shop_vary_limits(&sw, a, r);
		struct rat sum = expected(a, &s, r);
		for (int i = 0; i < 3; i++)
			split(&sw, &s);
		if (sweep_below(&sw, 2) == 0)
			shop_random_commits(&sw, &s);
		bad += !rat_eq(shop_invoice(&s).subtotal, sum);
		arena_clear(a);
	}
	is_int(bad, 0, "free units, then the model, then the limits, over all presentation values");
}

/* Rates of one price that are not joined: their maximums differ, and are never reached. */
static void
law_windows(struct arena *a)
{
	struct sweep sw = sweep_start("windows of one price", 37);
	struct shop s;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct shop_product *p = random_usage(&sw, &s, a);
		struct rate *r = shop_rate(&s, p, -24, SHOP_HOURS, shop_price(&sw, a));
		shop_vary_model(&sw, a, r);
		r->free_units = rat_frac(a, (int64_t)sweep_below(&sw, 30), 2);
		struct rat once = shop_invoice(&s).subtotal;
		for (int i = 0; i < 4; i++)
			split(&sw, &s);
		for (size_t i = 0; i < s.nrates; i++) {
			s.rates[i].has_maximum = true;
			s.rates[i].maximum = rat_int(a, 1000000 + (int64_t)i);
		}
		bad += !rat_eq(shop_invoice(&s).subtotal, once);
		arena_clear(a);
	}
	is_int(bad, 0, "windows of one price add up to the charge of the whole");
}

/* Two halves of the month bring halves of their minimum and maximum. */
static void
test_shares(struct arena *a)
{
	struct shop s;

	shop_init(&s, a);
	struct shop_product *p = shop_usage(&s, "Calls");
	struct rate *first = shop_rate(&s, p, -24, 360, rat_int(a, 1));
	struct rate *second = shop_rate(&s, p, 360, SHOP_HOURS, rat_int(a, 2));

	first->minimum = rat_int(a, 100);
	second->minimum = rat_int(a, 31);
	ok(rat_eq(shop_invoice(&s).total, rat_frac(a, 131, 2)), "half of each minimum");
	first->minimum = second->minimum = RAT_ZERO;
	first->has_maximum = second->has_maximum = true;
	first->maximum = rat_int(a, 10);
	second->maximum = rat_int(a, 20);
	shop_event(&s, p, 1, "12");
	shop_event(&s, p, 400, "12");
	ok(rat_eq(shop_invoice(&s).total, rat_int(a, 15)), "half of each maximum");
	s.contract.starting_at_ns = shop_hour(540);
	shop_event(&s, p, 600, "12");
	ok(rat_eq(shop_invoice(&s).total, rat_int(a, 5)), "a quarter in the last quarter");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	law_splitting(&a);
	law_scaling(&a);
	law_card(&a);
	law_balances(&a);
	law_lines(&a);
	law_one_rate(&a);
	law_windows(&a);
	test_shares(&a);
	arena_release(&a);
	return done();
}
