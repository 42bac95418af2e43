/* Invoices with lines in custom units: laws over random contracts. */
#include "tests/unit/shop.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define ROUNDS 400
#define UNITS 2

static struct unit custom[UNITS];

static void
set_units(void)
{
	static const char *const names[UNITS] = { "tokens", "AI credits" };

	for (size_t i = 0; i < UNITS; i++) {
		const struct str key[] = { str_c(names[i]) };
		struct id id = id_derive(key, countof(key));

		custom[i] = unit_custom(&id, names[i]);
	}
}

/* What the units are worth; each[i] zero: not converted. */
static void
convert(struct shop *s, const struct rat *each)
{
	s->card.conversions = ARENA_ARRAY(s->arena, UNITS, struct conversion);
	s->card.nconversions = 0;
	for (size_t i = 0; i < UNITS; i++)
		if (rat_sign(each[i]) > 0)
			s->card.conversions[s->card.nconversions++] = (struct conversion){
				custom[i],
				each[i],
			};
}

static void
price_in(struct shop *s, const struct shop_product *p, const struct unit *unit)
{
	for (size_t i = 0; i < s->nrates; i++)
		if (str_eq(s->rates[i].product_id, p->product.id))
			s->rates[i].unit = *unit;
}

/* Usage products and commits in any of the units; composites stay as they are. */
static void
mix_units(struct sweep *sw, struct shop *s)
{
	for (size_t i = 0; i < s->nproducts; i++)
		if (s->products[i].product.type == PRODUCT_USAGE && sweep_below(sw, 3) > 0)
			price_in(s, &s->products[i], &custom[sweep_below(sw, UNITS)]);
	for (size_t i = 0; i < s->contract.ncommits; i++)
		if (sweep_below(sw, 3) > 0)
			s->commits[i].access_unit = custom[sweep_below(sw, UNITS)];
}

/* ---- what is to be so ---- */

enum part { CHARGED, APPLIED, PAID }; /* PAID: without what counts towards a promise */

static struct rat
sum_of(struct arena *a, const struct invoice *inv, const struct unit *unit, enum part part)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];

		if (!unit_same(&l->unit, unit) || (l->type == LINE_APPLIED) == (part == CHARGED))
			continue;
		if (part != PAID || l->commit_type != COMMIT_POSTPAID)
			sum = rat_add(a, sum, l->total);
	}
	return sum;
}

static const struct invoice_line *
conversion_of(const struct invoice *inv, const struct unit *unit)
{
	for (size_t i = 0; i < inv->nlines; i++)
		if (inv->lines[i].type == LINE_CONVERSION &&
			unit_same(&inv->lines[i].converted, unit))
			return &inv->lines[i];
	return NULL;
}

/* What is uncovered in a unit is on its line, times what one is worth; else there is no line. */
static bool
is_converted(struct arena *a, const struct invoice *inv, const struct conversion *c)
{
	const struct invoice_line *l = conversion_of(inv, &c->unit);
	struct rat left = rat_add(a, sum_of(a, inv, &c->unit, CHARGED),
		sum_of(a, inv, &c->unit, PAID));

	if (l == NULL)
		return rat_sign(left) == 0;
	return rat_sign(left) != 0 && rat_eq(l->quantity, left) &&
		rat_eq(l->unit_price, c->fiat_each) && l->product_id.n == 0 &&
		rat_eq(l->total, rat_mul(a, left, c->fiat_each)) && l->commit_id.n == 0;
}

/* After all others, in the order of the card. */
static bool
stand_last(const struct invoice *inv, const struct rate_card *card)
{
	size_t next = 0;

	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];

		if (l->type != LINE_CONVERSION && next > 0)
			return false;
		if (l->type != LINE_CONVERSION)
			continue;
		while (next < card->nconversions &&
			!unit_same(&card->conversions[next].unit, &l->converted))
			next++;
		if (next++ == card->nconversions)
			return false;
	}
	return true;
}

/* What was given in a unit is applied in it, or left. */
static bool
is_kept(struct arena *a, const struct shop *s, const struct invoice *inv, const struct unit *unit)
{
	struct rat given = RAT_ZERO, left = RAT_ZERO;

	for (size_t i = 0; i < s->purse.n; i++) {
		const struct purse_segment *seg = &s->purse.segments[i];

		if (!unit_same(&seg->commit->access_unit, unit))
			continue;
		given = rat_add(a, given, seg->segment->amount);
		left = rat_add(a, left, *seg->left);
	}
	return rat_eq(rat_sub(a, given, left), rat_neg(sum_of(a, inv, unit, APPLIED)));
}

/* Whoever pays a line is of its unit. */
static bool
none_mixed(const struct shop *s, const struct invoice *inv)
{
	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];

		for (size_t k = 0; k < s->contract.ncommits; k++)
			if (str_eq(s->commits[k].id, l->commit_id) &&
				!unit_same(&s->commits[k].access_unit, &l->unit))
				return false;
	}
	return true;
}

static bool
totals_are_fiat(struct arena *a, const struct shop *s, const struct invoice *inv)
{
	struct rat charged = sum_of(a, inv, &s->card.fiat, CHARGED);
	struct rat paid = sum_of(a, inv, &s->card.fiat, PAID);

	return rat_eq(inv->subtotal, charged) && rat_eq(inv->total, rat_add(a, charged, paid));
}

static void
law_units(struct arena *a)
{
	struct sweep s = sweep_start("units", 11);
	int totals = 0, converted = 0, last = 0, kept = 0, mixed = 0, lines = 0, drawn = 0;
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		const struct rat each[UNITS] = {
			rat_frac(a, (int64_t)(1 + sweep_below(&s, 20)), 7),
			rat_int(a, (int64_t)(1 + sweep_below(&s, 100))),
		};

		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		convert(&shop, each);
		mix_units(&s, &shop);
		struct invoice inv = shop_invoice(&shop);
		totals += !totals_are_fiat(a, &shop, &inv);
		last += !stand_last(&inv, &shop.card);
		mixed += !none_mixed(&shop, &inv);
		kept += !is_kept(a, &shop, &inv, &shop.card.fiat);
		for (size_t i = 0; i < UNITS; i++) {
			converted += !is_converted(a, &inv, &shop.card.conversions[i]);
			kept += !is_kept(a, &shop, &inv, &custom[i]);
			lines += conversion_of(&inv, &custom[i]) != NULL;
			drawn += rat_sign(sum_of(a, &inv, &custom[i], PAID)) != 0;
		}
		arena_clear(a);
	}
	is_int(totals, 0, "subtotal and total count the lines in fiat alone");
	is_int(converted, 0, "a conversion is what its unit has uncovered, at what it is worth");
	is_int(last, 0, "conversions stand last, in the order of the card");
	is_int(kept, 0, "in each unit: given = applied + left");
	is_int(mixed, 0, "a line is paid in its own unit");
	ok(lines > ROUNDS / 2 && drawn > ROUNDS / 4, "%d conversions, %d units drawn", lines,
		drawn);
}

/* All in tokens that are worth k of the card's unit each: k times as much is due. */
static void
law_worth(struct arena *a)
{
	struct sweep s = sweep_start("worth", 12);
	int bad = 0, nonzero = 0;
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		struct rat k = rat_frac(a, (int64_t)(1 + sweep_below(&s, 30)), 3);
		const struct rat each[UNITS] = { k, RAT_ZERO };

		shop_random(&s, &shop, a, false);
		shop_random_commits(&s, &shop);
		struct invoice fiat = shop_invoice(&shop);
		convert(&shop, each);
		for (size_t i = 0; i < shop.nproducts; i++)
			price_in(&shop, &shop.products[i], &custom[0]);
		for (size_t i = 0; i < shop.contract.ncommits; i++)
			shop.commits[i].access_unit = custom[0];
		struct invoice tokens = shop_invoice(&shop);
		bad += !rat_eq(tokens.total, rat_mul(a, fiat.total, k));
		nonzero += rat_sign(fiat.total) != 0;
		arena_clear(a);
	}
	is_int(bad, 0, "a unit worth k in place of the card's makes k times the total");
	ok(nonzero > ROUNDS / 2, "  %d totals are not zero", nonzero);
}

/* A unit that nothing is priced in. */
static void
law_unused(struct arena *a)
{
	struct sweep s = sweep_start("unused", 13);
	struct shop shop;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		const struct rat each[UNITS] = { rat_int(a, 10), rat_int(a, 3) };

		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		struct invoice before = shop_invoice(&shop);
		convert(&shop, each);
		struct commit *c = shop_commit(&shop);
		c->access_unit = custom[1];
		shop_segment(&shop, c, rat_int(a, 1000), 5, 500);
		struct invoice after = shop_invoice(&shop);
		bad += !str_eq(shop_text(&before, a, true), shop_text(&after, a, true));
		arena_clear(a);
	}
	is_int(bad, 0,
		"a unit that nothing is priced in changes no byte, nor does a balance of it");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	set_units();
	law_units(&a);
	law_worth(&a);
	law_unused(&a);
	arena_release(&a);
	return done();
}
