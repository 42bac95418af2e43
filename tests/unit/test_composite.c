/* A percentage of what was spent: laws over random contracts, what is in the base, refusals. */
#include "tests/unit/shop.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define ROUNDS 400

static struct rat
total_of(struct arena *a, const struct invoice *inv, struct str product_id)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < inv->nlines; i++)
		if (inv->lines[i].type == LINE_USAGE &&
			str_eq(inv->lines[i].product_id, product_id))
			sum = rat_add(a, sum, inv->lines[i].total);
	return sum;
}

static bool
in_base(const struct shop *s, size_t i, const struct shop_product *composite)
{
	const struct product_terms *t = &composite->versions[0].terms;
	const struct product_terms *own = &s->products[i].versions[0].terms;

	return texts_has(&t->composite_product_ids, s->products[i].product.id) ||
		(t->composite_tags.n > 0 && texts_has(&own->tags, t->composite_tags.p[0]));
}

/* What was spent on the base of the composite, which is the last product. */
static struct rat
spend(struct arena *a, const struct shop *s, const struct invoice *inv)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i + 1 < s->nproducts; i++)
		if (in_base(s, i, &s->products[s->nproducts - 1]))
			sum = rat_add(a, sum, total_of(a, inv, s->products[i].product.id));
	return sum;
}

/* All rates of the composite, the last product, at one fraction. */
static void
set_fraction(struct shop *s, struct rat fraction)
{
	for (size_t i = 0; i < s->nrates; i++)
		if (s->rates[i].type == RATE_PERCENTAGE)
			s->rates[i].price = fraction;
}

static void
law_one_fraction(struct arena *a)
{
	struct sweep s = sweep_start("one fraction", 1);
	int bad = 0, several = 0, paid = 0;
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		struct rat fraction = rat_frac(a, (int64_t)sweep_below(&s, 8), 7);

		shop_random(&s, &shop, a, true);
		set_fraction(&shop, fraction);
		const struct product *c = &shop.products[shop.nproducts - 1].product;
		struct invoice inv = shop_invoice(&shop);
		struct rat want = rat_mul(a, spend(a, &shop, &inv), fraction);
		bad += !rat_eq(total_of(a, &inv, c->id), want);
		for (size_t i = 1; i < inv.nlines; i++)
			several += str_eq(inv.lines[i].product_id, c->id) &&
				str_eq(inv.lines[i - 1].product_id, c->id);

		shop_random_commits(&s, &shop);
		inv = shop_invoice(&shop);
		paid += !rat_eq(total_of(a, &inv, c->id), want);
		arena_clear(a);
	}
	is_int(bad, 0, "the composite is the fraction of what was spent on its base");
	is_int(several, 0, "in one line, however often its rate is split");
	is_int(paid, 0, "and balances change nothing about it");
}

/* Rates, cuts and versions of the composite leave the lines of its base as they are. */
static void
law_base_unchanged(struct arena *a)
{
	struct sweep s = sweep_start("base unchanged", 2);
	int bad = 0, lines = 0;
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		struct invoice with = shop_invoice(&shop);
		while (shop.rates[shop.nrates - 1].type == RATE_PERCENTAGE)
			shop.nrates--;
		struct invoice without = shop_invoice(&shop);
		for (size_t i = 0; i < without.nlines; i++, lines++) {
			struct invoice x = { .lines = &with.lines[i], .nlines = 1 };
			struct invoice y = { .lines = &without.lines[i], .nlines = 1 };
			x.unit = y.unit = with.unit;
			bad += !str_eq(shop_text(&x, a, true), shop_text(&y, a, true));
		}
		arena_clear(a);
	}
	ok(bad == 0 && lines > ROUNDS, "%d lines of a base are what they are without a composite",
		lines);
}

/* base x fraction, window by window: a rate change moves the difference behind it alone. */
static void
law_windows(struct arena *a)
{
	struct sweep s = sweep_start("windows", 3);
	int bad = 0;
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t cut = 1 + (int64_t)sweep_below(&s, SHOP_HOURS - 2);
		struct rat parts = RAT_ZERO;

		shop_random(&s, &shop, a, true);
		set_fraction(&shop, RAT_ONE);
		struct str id = shop.products[shop.nproducts - 1].product.id;
		struct rat whole = total_of(a, (struct invoice[]){ shop_invoice(&shop) }, id);

		while (shop.rates[shop.nrates - 1].type == RATE_PERCENTAGE)
			shop.nrates--;
		struct shop_product *c = &shop.products[shop.nproducts - 1];
		struct rate *first = shop_rate(&shop, c, -24, cut, RAT_ONE);
		struct rate *second = shop_rate(&shop, c, cut, SHOP_HOURS, RAT_ZERO);
		parts = total_of(a, (struct invoice[]){ shop_invoice(&shop) }, id);
		first->price = RAT_ZERO;
		second->price = RAT_ONE;
		parts = rat_add(a, parts,
			total_of(a, (struct invoice[]){ shop_invoice(&shop) }, id));
		bad += !rat_eq(whole, parts);
		arena_clear(a);
	}
	is_int(bad, 0, "the bases of two windows add up to the base of the whole");
}

static void
law_traces(struct arena *a)
{
	struct sweep s = sweep_start("traces", 4);
	int bad = 0, lines = 0;
	struct shop shop;

	for (int round = 0; round < ROUNDS; round++) {
		shop_random(&s, &shop, a, true);
		shop_random_commits(&s, &shop);
		struct invoice inv = shop_invoice(&shop);
		for (size_t i = 0; i < inv.nlines; i++) {
			const struct invoice_line *l = &inv.lines[i];
			struct rat base = RAT_ZERO, slice = RAT_ZERO;
			bool split = false;
			if (l->type != LINE_USAGE || l->product_type != PRODUCT_COMPOSITE)
				continue;
			for (const struct trace_step *t = l->trace.first; t != NULL; t = t->next) {
				if (t->kind == TRACE_BASE)
					base = rat_add(a, base, t->x);
				if (t->kind == TRACE_COVER) {
					split = true;
					slice = t->y;
				}
			}
			bad += !rat_eq(base, split ? slice : l->quantity);
			lines++;
		}
		arena_clear(a);
	}
	ok(bad == 0 && lines > ROUNDS, "each of %d composite lines follows from its base", lines);
}

/* ---- single facts ---- */

/* Storage 10 x 3 in the first half, 10 x 4 in the second; Support a tenth of it. */
static struct shop_product *
support(struct shop *s, struct arena *a)
{
	struct str *id = ARENA_NEW(a, struct str);

	shop_init(s, a);
	struct shop_product *storage = shop_usage(s, "Storage");
	struct shop_product *c = shop_composite(s, "Support");
	shop_rate(s, storage, -24, SHOP_HOURS, rat_int(a, 10));
	shop_rate(s, c, -24, SHOP_HOURS, rat_frac(a, 1, 10));
	*id = storage->product.id;
	c->versions[0].terms.composite_product_ids = (struct texts){ id, 1 };
	shop_event(s, storage, 10, "3");
	shop_event(s, storage, 400, "4");
	return c;
}

static void
is_total(struct shop *s, struct arena *a, const struct shop_product *p, int64_t n, int64_t d,
	const char *what)
{
	struct invoice inv = shop_invoice(s);
	struct rat got = total_of(a, &inv, p->product.id);

	is_str(rat_text_exact(a, got).p, rat_text_exact(a, rat_frac(a, n, d)).p, "%s", what);
}

static void
test_base(struct arena *a)
{
	static struct str ids[] = { { "product-1", 9 }, { "product-2", 9 }, { "nowhere", 7 } };
	struct shop s;
	struct shop_product *c = support(&s, a);

	is_total(&s, a, c, 7, 1, "a tenth of 70");
	c->versions[0].terms.composite_product_ids = (struct texts){ ids, 3 };
	is_total(&s, a, c, 7, 1, "itself and what is not on the card do not count");
	c->versions[0].terms.composite_product_ids = (struct texts){ ids + 1, 2 };
	is_total(&s, a, c, 0, 1, "alone they make a base of nothing");
	is_int((int64_t)shop_invoice(&s).nlines, 2, "which prints a line all the same");
	c->versions[0].terms.composite_product_ids = (struct texts){ NULL, 0 };
	is_total(&s, a, c, 0, 1, "so does a base without products");
	s.rates[1].entitled = false;
	is_int((int64_t)shop_invoice(&s).nlines, 1, "not entitled it has no line");
}

static void
test_tags(struct arena *a)
{
	static struct str tag[] = { { "infra", 5 } };
	struct shop s;
	struct shop_product *c = support(&s, a);
	struct shop_product *storage = &s.products[0];

	c->versions[0].terms.composite_product_ids.n = 0;
	c->versions[0].terms.composite_tags = (struct texts){ tag, 1 };
	is_total(&s, a, c, 0, 1, "a tag that nobody bears");
	storage->versions[1] = (struct product_version){ .starting_at_ns = shop_hour(200),
		.seq = 1,
		.terms = { .has = PF_TAGS, .tags = { tag, 1 } } };
	storage->product.nversions = 2;
	is_total(&s, a, c, 4, 1, "a tag that is borne from an hour on");
	storage->versions[2] = (struct product_version){ .starting_at_ns = shop_hour(300),
		.seq = 2,
		.terms = { .has = PF_TAGS } };
	storage->product.nversions = 3;
	is_total(&s, a, c, 0, 1, "and given up before anything is used");
}

/* ---- refusals ---- */

static void
refused(struct shop *s, const char *code, const char *what)
{
	struct invoice inv = { .nlines = 7 };

	ok(!shop_invoices(s, 1, &inv) && inv.nlines == 7, "%s is refused", what);
	is_str(s->err.code, code, "%s: the code", what);
	is_str(s->err.field, "rate_type", "%s: the field", what);
}

static void
test_refusals(struct arena *a)
{
	struct shop s;
	struct shop_product *c = support(&s, a);

	s.rates[0].type = RATE_PERCENTAGE;
	refused(&s, "rate.rate_type", "a percentage of usage");
	is_str(s.err.value, "PERCENTAGE", "its value");
	s.rates[0].type = RATE_FLAT;
	s.rates[1].type = RATE_FLAT;
	refused(&s, "rate.rate_type", "a composite at a flat price");
	is_str(s.err.value, "FLAT", "its value");
	s.rates[1].type = RATE_PERCENTAGE;
	is_total(&s, a, c, 7, 1, "and what is in order is not");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	law_one_fraction(&a);
	law_base_unchanged(&a);
	law_windows(&a);
	law_traces(&a);
	test_base(&a);
	test_tags(&a);
	test_refusals(&a);
	arena_release(&a);
	return done();
}
