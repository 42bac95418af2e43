/* Which override holds, what it makes of a rate, and what it leaves alone: laws over random shops. */
#include "engine/override.h"

#include "tests/unit/shop.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define MANY 6 /* the most overrides in a contract here */
#define ROUNDS 200

static struct override
scale(struct rat by, int64_t from_hour, int64_t to_hour)
{
	return (struct override){ .id = STR("override"),
		.type = OVERRIDE_MULTIPLIER,
		.starting_at_ns = shop_hour(from_hour),
		.ending_before_ns = to_hour < 0 ? INSTANT_NONE : shop_hour(to_hour),
		.multiplier = by };
}

static void
place_all(struct override *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		list[i].place = i;
}

/* For a product, for what bears a tag, or for all; at times while balances draw alone. */
static struct override
random_multiplier(struct sweep *sw, struct shop *s, struct rat by)
{
	static struct str tag[] = { { "infra", 5 } };
	int64_t from = (int64_t)sweep_below(sw, SHOP_HOURS) - 100;
	struct override v = scale(by, from, from + 1 + (int64_t)sweep_below(sw, 500));

	switch (sweep_below(sw, 3)) {
	case 0:
		v.product_id = s->products[sweep_below(sw, s->nproducts)].product.id;
		break;
	case 1:
		v.product_tags = (struct texts){ tag, 1 };
		break;
	}
	v.commit_specific = sweep_below(sw, 3) == 0;
	if (v.commit_specific && sweep_below(sw, 2) == 0)
		v.target = DRAW_COMMIT_RATE;
	return v;
}

static struct str
bill(struct shop *s, struct override *list, size_t n)
{
	struct invoice inv;

	place_all(list, n);
	s->contract.overrides = (struct overrides){ .p = list, .n = n };
	inv = shop_invoice(s);
	return shop_text(&inv, s->arena, false);
}

static void
law_one(struct arena *a)
{
	struct sweep sw = sweep_start("a multiplier of 1", 1);
	int changed = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct override list[MANY];
		size_t n = (size_t)(1 + sweep_below(&sw, MANY));
		struct shop s;

		shop_random(&sw, &s, a, sweep_below(&sw, 2) == 0);
		shop_random_commits(&sw, &s);
		for (size_t i = 0; i < n; i++)
			list[i] = random_multiplier(&sw, &s, RAT_ONE);
		changed += !str_eq(bill(&s, NULL, 0), bill(&s, list, n));
		arena_clear(a);
	}
	is_int(changed, 0, "changes nothing where no other override is");
}

static void
law_order(struct arena *a)
{
	struct sweep sw = sweep_start("order of multipliers", 2);
	int changed = 0, told = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct override list[MANY], other[MANY];
		struct shop s;
		struct str there, plain;

		shop_random(&sw, &s, a, sweep_below(&sw, 2) == 0);
		shop_random_commits(&sw, &s);
		for (size_t i = 0; i < MANY; i++)
			list[i] = random_multiplier(&sw, &s, rat_frac(a, (int64_t)i + 1, MANY));
		for (size_t i = 0, at = sweep_below(&sw, MANY); i < MANY; i++)
			other[i] = list[(at + MANY - i) % MANY];
		plain = bill(&s, NULL, 0);
		there = bill(&s, list, MANY);
		changed += !str_eq(there, bill(&s, other, MANY));
		told += !str_eq(there, plain);
		arena_clear(a);
	}
	is_int(changed, 0, "is irrelevant by the lowest multiplier");
	ok(told > ROUNDS / 2, "%d of them changed a price", told);
}

/* A multiplier of the contract on everything is a card whose prices are scaled. */
static void
law_scaled_card(struct arena *a)
{
	struct sweep sw = sweep_start("a multiplier of all", 3);
	int changed = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct rat by = rat_frac(a, (int64_t)sweep_below(&sw, 9), 4);
		struct override all = scale(by, -100, -1);
		struct shop s;
		struct str there;

		shop_random(&sw, &s, a, false);
		there = bill(&s, &all, 1);
		for (size_t i = 0; i < s.nrates; i++) {
			struct rate *r = &s.rates[i];
			r->price = rat_mul(a, r->price, by);
			for (size_t k = 0; k < r->ntiers; k++)
				r->tiers[k].price = rat_mul(a, r->tiers[k].price, by);
		}
		changed += !str_eq(there, bill(&s, NULL, 0));
		arena_clear(a);
	}
	is_int(changed, 0, "is a card with scaled prices");
}

static void
law_drawing(struct arena *a)
{
	struct sweep sw = sweep_start("commit-specific", 4);
	int changed = 0, elsewhere = 0, lines = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct override list[MANY];
		struct invoice inv;
		struct shop s;

		shop_random(&sw, &s, a, false);
		for (size_t i = 0; i < MANY; i++) {
			list[i] = random_multiplier(&sw, &s, RAT_ZERO);
			list[i].commit_specific = true;
		}
		changed += !str_eq(bill(&s, NULL, 0), bill(&s, list, MANY));
		for (size_t i = 0; i < s.nrates; i++)
			if (rat_sign(s.rates[i].price) == 0 && s.rates[i].ntiers == 0)
				s.rates[i].price = RAT_ONE;
		for (size_t i = 0; i < s.nrates; i++)
			for (size_t k = 0; k < s.rates[i].ntiers; k++)
				s.rates[i].tiers[k].price = RAT_ONE;
		shop_random_commits(&sw, &s);
		bill(&s, list, MANY);
		inv = shop_invoice(&s);
		for (size_t i = 0; i < inv.nlines; i++) {
			const struct invoice_line *l = &inv.lines[i];
			bool paid = l->commit_id.n > 0;
			lines += paid && l->type == LINE_USAGE && rat_sign(l->unit_price) == 0;
			elsewhere += !paid && rat_sign(l->unit_price) == 0;
		}
		arena_clear(a);
	}
	is_int(changed, 0, "without balances nothing changes");
	is_int(elsewhere, 0, "what none paid has the list price");
	ok(lines > 20, "%d lines were covered for nothing", lines);
}

/* ---- which one ---- */

static struct override
random_override(struct sweep *sw, struct arena *a, struct rate *own)
{
	struct override v = scale(rat_frac(a, (int64_t)sweep_below(sw, 4), 4),
		(int64_t)sweep_below(sw, 6), 3 + (int64_t)sweep_below(sw, 9));

	v.priority = rat_int(a, (int64_t)(1 + sweep_below(sw, 3)));
	if (v.ending_before_ns <= v.starting_at_ns)
		v.ending_before_ns = INSTANT_NONE;
	if (sweep_below(sw, 4) == 0) {
		*own = (struct rate){ .type = RATE_FLAT, .unit = unit_usd() };
		own->price = rat_int(a, 1000 + (int64_t)sweep_below(sw, 100));
		v.type = OVERRIDE_OVERWRITE;
		v.overwrite = own;
	} else if (sweep_below(sw, 6) == 0) {
		v.type = OVERRIDE_ENTITLEMENT;
	}
	v.has_entitled = v.type == OVERRIDE_ENTITLEMENT || sweep_below(sw, 4) == 0;
	v.entitled = sweep_below(sw, 2) == 0;
	return v;
}

/* The rule as it is written, one override after the other; NULL: the list price. */
static const struct override *
the_one(const struct override *list, size_t n, enum override_order order, int64_t t_ns)
{
	const struct override *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (list[i].type == OVERRIDE_OVERWRITE && override_covers(&list[i], t_ns))
			best = &list[i];
	for (size_t i = 0; i < n && (best == NULL || best->type != OVERRIDE_OVERWRITE); i++) {
		const struct override *v = &list[i];
		int by = 0;
		if (v->type != OVERRIDE_MULTIPLIER || !override_covers(v, t_ns))
			continue;
		if (best != NULL && order == ORDER_EXPLICIT)
			by = rat_cmp(v->priority, best->priority);
		if (best != NULL && by == 0)
			by = rat_cmp(v->multiplier, best->multiplier);
		if (best == NULL || by <= 0)
			best = v;
	}
	return best;
}

static bool
entitled_at(const struct override *list, size_t n, int64_t t_ns)
{
	bool entitled = true;

	for (size_t i = 0; i < n; i++)
		if (override_covers(&list[i], t_ns) &&
			(list[i].has_entitled || list[i].type == OVERRIDE_OVERWRITE))
			entitled = list[i].has_entitled ? list[i].entitled : true;
	return entitled;
}

/* One product under random overrides, at a random instant. */
struct choosing {
	struct override list[MANY];
	struct rate own[MANY]; /* of those that overwrite */
	struct contract contract;
	struct product product;
	int64_t at_ns;
};

static void
random_choosing(struct sweep *sw, struct arena *a, struct choosing *c)
{
	*c = (struct choosing){ .product = { .id = STR("p") },
		.at_ns = shop_hour((int64_t)sweep_below(sw, 12)) };
	for (size_t i = 0; i < MANY; i++) {
		c->list[i] = random_override(sw, a, &c->own[i]);
		c->list[i].product_id = c->product.id;
	}
	place_all(c->list, MANY);
	c->contract.overrides = (struct overrides){ c->list, MANY,
		sweep_below(sw, 2) == 0 ? ORDER_EXPLICIT : ORDER_LOWEST_MULTIPLIER };
}

static const struct rate *
chosen_rate(struct arena *a, const struct choosing *c, const struct rate *card,
	struct override_choice *why)
{
	static const struct pairs none = { NULL, 0 };
	const struct priced_line line = { .product_id = c->product.id,
		.pricing = &none,
		.presentation = &none };
	const struct period instant = { c->at_ns, c->at_ns + 1, 0, 0 };
	struct override_uses *u = override_uses_of(a, &c->contract, &c->product, &instant);

	*why = (struct override_choice){ .chosen = NULL };
	return u == NULL ? card : override_rate(u, &line, card, NULL, why);
}

static struct rat
price_under(struct arena *a, const struct override *v, const struct rate *card)
{
	if (v == NULL)
		return card->price;
	return v->type == OVERRIDE_OVERWRITE ? v->overwrite->price :
					       rat_mul(a, card->price, v->multiplier);
}

static void
law_choice(struct arena *a)
{
	struct sweep sw = sweep_start("choice", 5);
	int other = 0, entitlement = 0, price = 0, chosen = 0;

	for (int round = 0; round < 1000; round++) {
		const struct rate card = { .type = RATE_FLAT,
			.price = rat_int(a, 100),
			.entitled = true };
		struct override_choice why;
		struct choosing c;

		random_choosing(&sw, a, &c);

		const struct override *want = the_one(c.list, MANY, c.contract.overrides.order,
			c.at_ns);
		const struct rate *r = chosen_rate(a, &c, &card, &why);
		other += why.chosen != want;
		chosen += want != NULL;
		entitlement += r->entitled != entitled_at(c.list, MANY, c.at_ns);
		price += !rat_eq(r->price, price_under(a, want, &card));
		arena_clear(a);
	}
	is_int(other, 0, "the override that holds is the one of the rule");
	is_int(price, 0, "and it alone makes the price");
	is_int(entitlement, 0, "entitlement is that of the last added, apart from the price");
	ok(chosen > 500, "%d instants had one", chosen);
}

/* ---- tiers ---- */

/* The multiplier of the n-th unit. */
static struct rat
factor_of(const struct override *v, int64_t n, struct arena *a)
{
	struct rat end = RAT_ZERO;

	for (size_t i = 0; i < v->ntiers; i++) {
		end = rat_add(a, end, v->tiers[i].size);
		if (v->tiers[i].open || rat_cmp(rat_int(a, n), end) <= 0)
			return v->tiers[i].multiplier;
	}
	return RAT_ONE;
}

static struct rat
price_of(const struct rate *r, int64_t n, struct arena *a)
{
	struct rat end = RAT_ZERO;

	for (size_t i = 0; i < r->ntiers; i++) {
		end = rat_add(a, end, r->tiers[i].size);
		if (r->tiers[i].open || rat_cmp(rat_int(a, n), end) <= 0)
			return r->tiers[i].price;
	}
	return r->price;
}

static struct override
random_tiers(struct sweep *sw, struct arena *a)
{
	struct override v = { .type = OVERRIDE_TIERED, .ntiers = 1 + sweep_below(sw, 3) };

	v.tiers = ARENA_ARRAY(a, v.ntiers, struct override_tier);
	for (size_t i = 0; i < v.ntiers; i++) {
		v.tiers[i].open = i + 1 == v.ntiers && sweep_below(sw, 2) == 0;
		if (!v.tiers[i].open)
			v.tiers[i].size = rat_int(a, 1 + (int64_t)sweep_below(sw, 6));
		v.tiers[i].multiplier = rat_frac(a, (int64_t)sweep_below(sw, 8), 4);
	}
	return v;
}

static struct rate
random_rate(struct sweep *sw, struct arena *a)
{
	struct rate r = { .type = RATE_FLAT, .price = rat_int(a, 1 + (int64_t)sweep_below(sw, 9)) };

	if (sweep_below(sw, 3) == 0)
		return r;
	r.type = RATE_TIERED;
	r.ntiers = 1 + sweep_below(sw, 3);
	r.tiers = ARENA_ARRAY(a, r.ntiers, struct tier);
	for (size_t i = 0; i < r.ntiers; i++) {
		r.tiers[i].open = i + 1 == r.ntiers;
		if (!r.tiers[i].open)
			r.tiers[i].size = rat_int(a, 1 + (int64_t)sweep_below(sw, 6));
		r.tiers[i].price = rat_int(a, (int64_t)sweep_below(sw, 9));
		r.tiers[i].flat_fee = rat_int(a, (int64_t)sweep_below(sw, 3));
	}
	return r;
}

/* Fees stand where a tier of the rate begins, scaled as its first unit is. */
static struct rat
fees_up_to(const struct override *v, const struct rate *r, int64_t n, struct arena *a)
{
	struct rat start = RAT_ZERO, sum = RAT_ZERO;

	for (size_t i = 0; i < r->ntiers && rat_cmp(start, rat_int(a, n)) < 0; i++) {
		for (int64_t first = 1; first <= n; first++)
			if (rat_eq(rat_int(a, first - 1), start))
				sum = rat_add(a, sum,
					rat_mul(a, r->tiers[i].flat_fee, factor_of(v, first, a)));
		start = rat_add(a, start, r->tiers[i].size);
	}
	return sum;
}

static void
law_tiers(struct arena *a)
{
	struct sweep sw = sweep_start("tiers", 6);
	int wrong = 0, wide = 0;

	for (int round = 0; round < 1000; round++) {
		struct override v = random_tiers(&sw, a);
		struct rate base = random_rate(&sw, a);
		int64_t n = (int64_t)sweep_below(&sw, 25);
		struct rate *r = override_rule(OVERRIDE_TIERED)->apply(a, &v, &base);
		struct rat want = fees_up_to(&v, &base, n, a), got = RAT_ZERO;
		struct price_slice *slices;
		size_t nslices = price_model(r->type)->slices(a, r, RAT_ZERO, rat_int(a, n),
			&slices);

		for (int64_t i = 1; i <= n; i++)
			want = rat_add(a, want,
				rat_mul(a, price_of(&base, i, a), factor_of(&v, i, a)));
		for (size_t i = 0; i < nslices; i++)
			got = rat_add(a, got, slices[i].total);
		wrong += !rat_eq(want, got);
		wide += !r->tiers[r->ntiers - 1].open;
		arena_clear(a);
	}
	is_int(wrong, 0, "each unit costs the rate's tier times the override's");
	is_int(wide, 0, "the last tier is open");
}

static void
test_rules(struct arena *a)
{
	struct rate flat = { .type = RATE_FLAT, .price = RAT_ONE };
	struct rate volume = { .type = RATE_VOLUME }, seats = flat;

	seats.has_frequency = true;
	for (int i = 0; i < OVERRIDE_RULES; i++)
		is_str(override_rule((enum override_type)i)->name,
			override_type_name((enum override_type)i), "row %d of the table", i);
	ok(override_rule(OVERRIDE_ENTITLEMENT) == NULL, "an entitlement is no rule");
	ok(override_overwrite.applies(NULL) && !override_multiply.applies(NULL) &&
			!override_tiered.applies(NULL),
		"an OVERWRITE alone needs no rate");
	ok(override_multiply.applies(&volume) && !override_tiered.applies(&volume),
		"what has no price for one unit is scaled, not cut");
	ok(override_tiered.applies(&flat) && !override_tiered.applies(&seats),
		"a seat has no tiers");
	arena_clear(a);
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	test_rules(&a);
	law_one(&a);
	law_order(&a);
	law_scaled_card(&a);
	law_drawing(&a);
	law_choice(&a);
	law_tiers(&a);
	arena_release(&a);
	return done();
}
