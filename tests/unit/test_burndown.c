/* Balances and what they pay for: laws over random charges, drawing order, refusals. */
#include "engine/burndown.h"

#include <string.h>

#include "domain/customer_balance.h"
#include "tests/unit/shop.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define ROUNDS 400
#define CHARGES 8
#define SEGMENTS 5

/* ---- charges alone ---- */

struct till {
	struct commit commits[SEGMENTS];
	struct access_segment segments[SEGMENTS];
	struct rat left[SEGMENTS];
	struct purse_segment drawn[SEGMENTS];
	struct purse purse;
	struct charge charges[CHARGES];
	struct charge *order[CHARGES];
};

static struct unit
random_unit(struct sweep *s)
{
	struct unit eur = unit_usd();

	if (sweep_below(s, 6) == 0 && !unit_find(NULL, STR("EUR"), &eur))
		ok(false, "EUR is a unit");
	return eur;
}

/* Those at the list rate draw at the first price of a slice, others at the second. */
static const size_t of_terms[] = { 0, 1 };

static void
random_slices(struct sweep *s, struct arena *a, struct charge *c)
{
	c->n = (size_t)(1 + sweep_below(s, 3));
	c->price_of = of_terms;
	c->slices = ARENA_ARRAY(a, c->n, struct charge_slice);
	for (size_t i = 0; i < c->n; i++) {
		struct price_slice *p = ARENA_ARRAY(a, 2, struct price_slice);
		p->quantity = rat_frac(a, (int64_t)sweep_below(s, 20) - 2,
			(int64_t)(1 + sweep_below(s, 3)));
		p->unit_price = shop_price(s, a);
		p->total = rat_mul(a, p->quantity, p->unit_price);
		c->slices[i].prices = p;
		c->slices[i].open = p->quantity;
		p[1] = p[0];
		if (sweep_below(s, 2) == 0)
			p[1].unit_price = shop_price(s, a);
	}
}

static void
random_charges(struct sweep *s, struct arena *a, struct till *t)
{
	static const char *const names[] = { "Storage", "Reads" };

	for (size_t i = 0; i < CHARGES; i++) {
		struct charge *c = &t->charges[i];
		int64_t from = (int64_t)sweep_below(s, 4);
		c->name = str_c(names[sweep_below(s, countof(names))]);
		c->product_id = str_printf(a, "p%zu", i);
		c->product_type = sweep_below(s, 3) == 0 ? PRODUCT_COMPOSITE : PRODUCT_USAGE;
		c->unit = random_unit(s);
		c->starting_at_ns = shop_hour(from);
		c->ending_before_ns = shop_hour(from + 1);
		random_slices(s, a, c);
		t->order[i] = c;
	}
}

static void
random_till(struct sweep *s, struct arena *a, struct till *t)
{
	*t = (struct till){ .purse = { .n = SEGMENTS, .nterms = 2 } };
	random_charges(s, a, t);
	t->purse.segments = t->drawn;
	for (size_t i = 0; i < SEGMENTS; i++) {
		int64_t from = (int64_t)sweep_below(s, 4);
		t->commits[i].access_unit = random_unit(s);
		t->segments[i].starting_at_ns = shop_hour(from);
		t->segments[i].ending_before_ns = shop_hour(from + (int64_t)sweep_below(s, 4));
		t->segments[i].amount = rat_int(a, (int64_t)sweep_below(s, 40) - 2);
		t->left[i] = t->segments[i].amount;
		t->drawn[i] = (struct purse_segment){ .commit = &t->commits[i],
			.segment = &t->segments[i],
			.all_products = sweep_below(s, 2) == 0,
			.products = { &t->charges[sweep_below(s, CHARGES)].product_id, 1 },
			.terms = sweep_below(s, 2),
			.left = &t->left[i] };
	}
}

/* What is paid and what is open make the slice; a slice of nothing or less is left alone. */
static bool
slice_adds_up(struct arena *a, const struct charge *c, const struct charge_slice *s)
{
	struct rat quantity = s->open;

	for (const struct draw *d = s->draws; d != NULL; d = d->next) {
		struct rat price = draw_price(c, s, d->by)->unit_price;
		if (rat_sign(d->amount) < 0 || rat_sign(d->quantity) <= 0 ||
			(rat_sign(price) == 0 && rat_sign(s->prices[0].unit_price) == 0) ||
			!rat_eq(d->amount, rat_mul(a, d->quantity, price)) ||
			!rat_eq(d->after, rat_sub(a, d->before, d->amount)))
			return false;
		quantity = rat_add(a, quantity, d->quantity);
	}
	return rat_eq(quantity, s->prices[0].quantity) &&
		(rat_sign(s->prices[0].quantity) <= 0 || rat_sign(s->open) >= 0);
}

static struct rat
paid_by(struct arena *a, const struct till *t, const struct purse_segment *by)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < CHARGES; i++)
		for (size_t k = 0; k < t->charges[i].n; k++)
			for (const struct draw *d = t->charges[i].slices[k].draws; d != NULL;
				d = d->next)
				if (d->by == by)
					sum = rat_add(a, sum, d->amount);
	return sum;
}

/* A segment that has something left has nothing more to pay for. */
static bool
is_exhaustive(const struct till *t, const struct purse_segment *by)
{
	if (rat_sign(*by->left) <= 0)
		return true;
	for (size_t i = 0; i < CHARGES; i++)
		for (size_t k = 0; purse_pays(by, &t->charges[i]) && k < t->charges[i].n; k++) {
			const struct charge_slice *s = &t->charges[i].slices[k];
			if (rat_sign(s->open) > 0 &&
				(rat_sign(s->prices[0].unit_price) > 0 ||
					rat_sign(draw_price(&t->charges[i], s, by)->unit_price) >
						0))
				return false;
		}
	return true;
}

static void
law_draws(struct arena *a)
{
	struct sweep s = sweep_start("draws", 1);
	int slices = 0, sums = 0, below = 0, left = 0, drawn = 0;
	struct till t;

	for (int round = 0; round < ROUNDS; round++) {
		random_till(&s, a, &t);
		burndown_draw(&t.purse, a, t.order, CHARGES);
		for (size_t i = 0; i < CHARGES; i++)
			for (size_t k = 0; k < t.charges[i].n; k++)
				slices += !slice_adds_up(a, &t.charges[i], &t.charges[i].slices[k]);
		for (size_t i = 0; i < SEGMENTS; i++) {
			const struct purse_segment *by = &t.drawn[i];
			struct rat paid = paid_by(a, &t, by);
			sums += !rat_eq(*by->left, rat_sub(a, by->segment->amount, paid));
			below += rat_sign(*by->left) < 0 && rat_sign(paid) != 0;
			left += !is_exhaustive(&t, by);
			drawn += rat_sign(paid) != 0;
		}
		arena_clear(a);
	}
	is_int(slices, 0, "what is covered and what is open make the slice");
	is_int(sums, 0, "what is applied is what is deducted");
	is_int(below, 0, "nothing is drawn below zero");
	is_int(left, 0, "what is left could pay for nothing more");
	ok(drawn > ROUNDS, "%d segments paid something", drawn);
}

static bool
same_draws(const struct charge *x, const struct charge *y)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct draw *p = x->slices[i].draws, *q = y->slices[i].draws;
		for (; p != NULL && q != NULL; p = p->next, q = q->next)
			if (!rat_eq(p->amount, q->amount) || !rat_eq(p->before, q->before))
				return false;
		if (p != q)
			return false;
	}
	return true;
}

static void
law_order_of_charges(struct arena *a)
{
	struct sweep s = sweep_start("order of charges", 2);
	struct till t, other;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct sweep again = s;
		random_till(&s, a, &t);
		random_till(&again, a, &other);
		for (size_t i = CHARGES; i > 1; i--) {
			size_t k = (size_t)sweep_below(&s, i);
			struct charge *c = other.order[i - 1];
			other.order[i - 1] = other.order[k];
			other.order[k] = c;
		}
		burndown_draw(&t.purse, a, t.order, CHARGES);
		burndown_draw(&other.purse, a, other.order, CHARGES);
		for (size_t i = 0; i < CHARGES; i++)
			bad += !same_draws(&t.charges[i], &other.charges[i]);
		arena_clear(a);
	}
	is_int(bad, 0, "the order in which charges are given does not matter");
}

/* ---- which charge first ---- */

struct wanted_charge {
	enum product_type type;
	int start;
	int price;
	const char *name;
	const char *pricing; /* NULL: null */
	const char *presentation;
	const char *product_id;
};

/* In drawing order; each differs from the one before in one rule. */
static const struct wanted_charge queue[] = {
	{ PRODUCT_USAGE, 1, 2, "Storage", "b", "b", "p2" },
	{ PRODUCT_USAGE, 2, 9, "Storage", "b", "b", "p2" },
	{ PRODUCT_USAGE, 2, 5, "Reads", "b", "b", "p2" },
	{ PRODUCT_USAGE, 2, 5, "Storage", NULL, "b", "p2" },
	{ PRODUCT_USAGE, 2, 5, "Storage", "a", "b", "p2" },
	{ PRODUCT_USAGE, 2, 5, "Storage", "b", "a", "p2" },
	{ PRODUCT_USAGE, 2, 5, "Storage", "b", "b", "p1" },
	{ PRODUCT_USAGE, 2, 5, "Storage", "b", "b", "p2" },
	{ PRODUCT_COMPOSITE, 0, 99, "Any", "a", "a", "p0" },
	{ PRODUCT_COMPOSITE, 1, 1, "Any", "a", "a", "p0" },
};

static struct pairs
value_of(struct arena *a, const char *key, const char *value)
{
	struct pairs p = { ARENA_NEW(a, struct pair), 1 };

	p.p[0] = (struct pair){ str_c(key), str_c(value) };
	return p;
}

static struct charge *
charge_of(struct arena *a, const struct wanted_charge *w)
{
	struct charge *c = ARENA_NEW(a, struct charge);
	struct price_slice *p = ARENA_NEW(a, struct price_slice);

	*c = (struct charge){ .name = str_c(w->name),
		.product_id = str_c(w->product_id),
		.product_type = w->type,
		.unit = unit_usd(),
		.starting_at_ns = shop_hour(w->start),
		.ending_before_ns = shop_hour(w->start + 1),
		.pricing = value_of(a, "region", w->pricing),
		.presentation = value_of(a, "org", w->presentation),
		.slices = ARENA_NEW(a, struct charge_slice),
		.n = 1 };
	p->quantity = RAT_ONE;
	p->unit_price = rat_int(a, w->price);
	c->slices[0].prices = p;
	c->slices[0].open = RAT_ONE;
	return c;
}

/* What is left before the draw falls from charge to charge, from whichever end they come. */
static void
test_charge_order(struct arena *a)
{
	struct commit commit = { .access_unit = unit_usd() };
	struct access_segment segment = { .starting_at_ns = shop_hour(0),
		.ending_before_ns = shop_hour(9) };

	for (int turn = 0; turn < 2; turn++) {
		struct rat balance = rat_int(a, 1000);
		struct purse_segment drawn = { .commit = &commit,
			.segment = &segment,
			.all_products = true,
			.left = &balance };
		struct purse purse = { .segments = &drawn, .n = 1, .nterms = 1 };
		struct charge *given[countof(queue)], *order[countof(queue)];
		struct rat left = balance;

		for (size_t i = 0; i < countof(queue); i++) {
			given[i] = charge_of(a, &queue[i]);
			order[turn == 0 ? i : countof(queue) - 1 - i] = given[i];
		}
		burndown_draw(&purse, a, order, countof(queue));
		for (size_t i = 0; i < countof(queue); i++) {
			const struct draw *d = given[i]->slices[0].draws;
			ok(d != NULL && rat_eq(d->before, left), "turn %d: charge %zu is next",
				turn, i + 1);
			left = rat_sub(a, left, rat_int(a, queue[i].price));
		}
	}
}

/* ---- which balance first ---- */

static void
test_cuts(struct arena *a)
{
	struct shop shop;
	struct period month = { shop_hour(0), shop_hour(SHOP_HOURS), 0, 0 };
	struct unit usd = unit_usd(), eur;
	int64_t out[8];

	shop_init(&shop, a);
	struct shop_product *p = shop_usage(&shop, "Storage");
	shop_rate(&shop, p, -24, SHOP_HOURS, RAT_ONE);
	struct commit *c = shop_commit(&shop);
	c->applicable_product_ids = (struct texts){ &p->product.id, 1 };
	shop_segment(&shop, c, RAT_ONE, -10, 0);
	shop_segment(&shop, c, RAT_ONE, 0, SHOP_HOURS);
	shop_segment(&shop, c, RAT_ONE, 5, SHOP_HOURS + 5);
	shop_segment(&shop, c, RAT_ONE, SHOP_HOURS, SHOP_HOURS + 10);
	shop_invoice(&shop);
	is_int((int64_t)purse_cuts(&shop.purse, p->product.id, &usd, &month, out), 1,
		"bounds inside the period cut it, those at its own do not");
	is_int(out[0], shop_hour(5), "where the segment begins");
	is_int((int64_t)purse_cuts(&shop.purse, STR("other"), &usd, &month, out), 0,
		"products that are not paid for are not cut");
	c->applicable_product_ids.n = 0;
	shop_invoice(&shop);
	is_int((int64_t)purse_cuts(&shop.purse, STR("other"), &usd, &month, out), 1,
		"unless none is named");
	ok(unit_find(NULL, STR("EUR"), &eur) &&
			purse_cuts(&shop.purse, p->product.id, &eur, &month, out) == 0,
		"nor what is priced in another unit");
}

/* Of which customer's contracts may draw it. */
enum sharing { OWN, ONE, TWO, EVERY };

struct wanted_place {
	const char *name;
	int priority; /* 0: none */
	bool paid;
	size_t products; /* 0: none named */
	int from;
	int to;
	size_t values; /* specifiers that name group values alone */
	enum sharing sharing;
	enum commit_type type;
};

/* In drawing order; each differs from the one before in one rule, or in none. */
static const struct wanted_place places[] = {
	{ "priority 1", 1, true, 0, 9, 99, 0, OWN, COMMIT_PREPAID },
	{ "priority 2, free", 2, false, 0, 9, 99, 0, OWN, COMMIT_PREPAID },
	{ "credit, late start", 2, false, 0, 10, 99, 0, OWN, COMMIT_CREDIT },
	{ "values alone", 2, true, 0, 9, 99, 1, OWN, COMMIT_PREPAID },
	{ "one product", 2, true, 1, 9, 99, 0, OWN, COMMIT_PREPAID },
	{ "one product and values", 2, true, 1, 9, 99, 1, OWN, COMMIT_PREPAID },
	{ "one product and two values", 2, true, 1, 9, 99, 2, OWN, COMMIT_PREPAID },
	{ "two products", 2, true, 2, 9, 99, 0, OWN, COMMIT_PREPAID },
	{ "all products, early end", 2, true, 0, 9, 50, 0, OWN, COMMIT_PREPAID },
	{ "early start", 2, true, 0, 5, 99, 0, OWN, COMMIT_PREPAID },
	{ "late start", 2, true, 0, 9, 99, 0, OWN, COMMIT_PREPAID },
	{ "one contract of the customer", 2, true, 0, 9, 99, 0, ONE, COMMIT_PREPAID },
	{ "two contracts", 2, true, 0, 9, 99, 0, TWO, COMMIT_PREPAID },
	{ "every contract", 2, true, 0, 9, 99, 0, EVERY, COMMIT_PREPAID },
	{ "no priority, free", 0, false, 0, 1, 10, 0, OWN, COMMIT_PREPAID },
	{ "first", 0, true, 0, 9, 99, 0, OWN, COMMIT_PREPAID },
	{ "second", 0, true, 0, 9, 99, 0, OWN, COMMIT_PREPAID },
	{ "promise of priority 1", 1, true, 0, 9, 99, 0, OWN, COMMIT_POSTPAID },
	{ "promise of a product", 2, true, 1, 9, 99, 3, OWN, COMMIT_POSTPAID },
	{ "promise of a product, late start", 2, true, 1, 10, 99, 0, OWN, COMMIT_POSTPAID },
	{ "promise of the customer", 2, true, 1, 10, 99, 0, ONE, COMMIT_POSTPAID },
};

static struct specifier *
specifiers_of(struct arena *a, const struct wanted_place *w, const struct str *ids)
{
	struct specifier *list = ARENA_ARRAY(a, w->products + w->values, struct specifier);
	struct pairs zone = value_of(a, "zone", "eu");

	for (size_t i = 0; i < w->products; i++)
		list[i] = (struct specifier){ .product_id = ids[i], .pricing = zone };
	for (size_t i = 0; i < w->values; i++)
		list[w->products + i] = (struct specifier){ .presentation = zone };
	return list;
}

static void
share(struct shop *shop, struct commit *c, enum sharing sharing)
{
	struct arena *a = shop->arena;
	struct customer_balance *b = ARENA_NEW(a, struct customer_balance);

	if (sharing == OWN)
		return;
	c->of_customer = b;
	b->contract_ids = (struct texts){ ARENA_ARRAY(a, 2, struct str), 0 };
	if (sharing != EVERY)
		b->contract_ids.p[b->contract_ids.n++] = shop->contract.id;
	if (sharing == TWO)
		b->contract_ids.p[b->contract_ids.n++] = STR("other");
}

static void
add_place(struct shop *shop, const struct wanted_place *w, struct str *ids)
{
	static struct schedule_item price[1];
	struct commit *c = shop_commit(shop);

	price[0].quantity = price[0].unit_price = RAT_ONE;
	c->name = str_c(w->name);
	c->type = w->type;
	c->has_priority = w->priority > 0;
	c->priority = rat_int(shop->arena, w->priority);
	c->has_invoice_schedule = w->paid;
	c->invoice_schedule = (struct schedule){ .items = price, .nitems = w->paid ? 1 : 0 };
	c->specifiers = specifiers_of(shop->arena, w, ids);
	c->nspecifiers = w->products + w->values;
	share(shop, c, w->sharing);
	shop_segment(shop, c, RAT_ONE, w->from, w->to);
}

static void
test_drawing_order(struct arena *a)
{
	size_t n = countof(places);
	struct str ids[2];
	struct shop shop;

	shop_init(&shop, a);
	for (size_t i = 0; i < 2; i++)
		ids[i] = shop_usage(&shop, i == 0 ? "Storage" : "Reads")->product.id;
	shop_rate(&shop, &shop.products[0], -24, SHOP_HOURS, RAT_ONE);
	/* backwards, but for the two that only creation tells apart */
	for (size_t i = n; i > 0; i--) {
		size_t k = i - 1;
		if (strcmp(places[k].name, "first") == 0)
			k++;
		else if (strcmp(places[k].name, "second") == 0)
			k--;
		add_place(&shop, &places[k], ids);
	}
	shop_invoice(&shop);
	for (size_t i = 0; i < n; i++)
		is_str(str_dup(a, shop.purse.segments[i].name).p, places[i].name,
			"drawn as number %zu", i + 1);
}

/* ---- what a specifier means ---- */

static const struct {
	const char *what;
	bool product;
	const char *tag;
	const char *pricing; /* of zone */
	const char *presentation;
	bool pays;
} meanings[] = {
	{ "the product", true, NULL, NULL, NULL, true },
	{ "its tag", false, "infra", NULL, NULL, true },
	{ "another tag", false, "support", NULL, NULL, false },
	{ "the product and its tag", true, "infra", NULL, NULL, true },
	{ "the product and another tag", true, "support", NULL, NULL, false },
	{ "its pricing value", true, NULL, "eu", NULL, true },
	{ "another value", true, NULL, "us", NULL, false },
	{ "its presentation value", false, NULL, NULL, "a", true },
	{ "a presentation value as a pricing one", false, NULL, "a", NULL, false },
	{ "both values", false, NULL, "eu", "a", true },
	{ "one of them wrong", false, NULL, "eu", "b", false },
};

static void
test_specifiers(struct arena *a)
{
	struct str infra[] = { STR("infra") };

	for (size_t i = 0; i < countof(meanings); i++) {
		struct shop shop;
		struct str tags[1] = { STR("") };
		struct specifier one = { .product_id = { NULL, 0 } };
		struct charge charge = { .unit = unit_usd(),
			.pricing = value_of(a, "zone", "eu"),
			.presentation = value_of(a, "zone", "a"),
			.starting_at_ns = shop_hour(0),
			.ending_before_ns = shop_hour(1) };

		shop_init(&shop, a);
		struct shop_product *p = shop_usage(&shop, "Storage");
		p->versions[0].terms.tags = (struct texts){ infra, 1 };
		shop_rate(&shop, p, -24, SHOP_HOURS, RAT_ONE);
		charge.product_id = p->product.id;
		if (meanings[i].product)
			one.product_id = p->product.id;
		if (meanings[i].tag != NULL) {
			tags[0] = str_c(meanings[i].tag);
			one.product_tags = (struct texts){ tags, 1 };
		}
		if (meanings[i].pricing != NULL)
			one.pricing = value_of(a, "zone", meanings[i].pricing);
		if (meanings[i].presentation != NULL)
			one.presentation = value_of(a, "zone", meanings[i].presentation);

		struct commit *c = shop_commit(&shop);
		c->specifiers = &one;
		c->nspecifiers = 1;
		shop_segment(&shop, c, RAT_ONE, 0, 10);
		shop_invoice(&shop);
		ok(purse_pays(&shop.purse.segments[0], &charge) == meanings[i].pays, "%s",
			meanings[i].what);
		charge.presentation.p[0].value = charge.pricing.p[0].value = (struct str){ NULL,
			0 };
		ok(purse_pays(&shop.purse.segments[0], &charge) ==
				(meanings[i].pays && meanings[i].pricing == NULL &&
					meanings[i].presentation == NULL),
			"  and where the values are null");
	}
}

/* Two contracts draw what is one. */
static void
test_shared(struct arena *a)
{
	struct shop one, other;
	struct customer_balance b = { .customer_id = STR("customer") };
	struct str another = STR("another");
	struct purse p, q;
	struct err e = ERR_INIT;

	shop_init(&one, a);
	shop_init(&other, a);
	shop_rate(&one, shop_usage(&one, "Storage"), -24, SHOP_HOURS, RAT_ONE);
	shop_rate(&other, shop_usage(&other, "Storage"), -24, SHOP_HOURS, RAT_ONE);
	struct commit *c = shop_commit(&one);
	shop_segment(&one, c, rat_int(a, 10), 0, 10);
	c->of_customer = &b;
	*shop_commit(&other) = *c;
	shop_invoice(&one);
	shop_invoice(&other);

	struct catalogue all;
	struct account acct = { .customer = &one.customer,
		.contract = &one.contract,
		.catalogue = &all };
	struct purse_pool pool;
	catalogue_init(&all, a);
	*map_slot(&all.products, one.prepaid.id, NULL) = &one.prepaid;
	purse_pool_init(&pool, a, NULL);
	ok(purse_open(&p, &pool, &acct, &e), "the one contract");
	acct.contract = &other.contract;
	ok(purse_open(&q, &pool, &acct, &e), "the other one");
	*p.segments[0].left = rat_int(a, 3);
	ok(rat_eq(*q.segments[0].left, rat_int(a, 3)), "what one draws the other has not");
	b.contract_ids = (struct texts){ &another, 1 };
	ok(purse_open(&q, &pool, &acct, &e) && q.n == 0, "and draws none that is not for it");
}

/* ---- refusals and edges ---- */

static void
test_refusals(struct arena *a)
{
	struct shop shop;
	struct invoice inv = { .nlines = 7 };
	struct catalogue none;
	struct account account = { .customer = &shop.customer,
		.contract = &shop.contract,
		.catalogue = &none };
	struct purse purse = { .n = 7 };
	struct purse_pool pool;

	purse_pool_init(&pool, a, NULL);
	shop_init(&shop, a);
	shop_rate(&shop, shop_usage(&shop, "Storage"), -24, SHOP_HOURS, RAT_ONE);
	struct commit *c = shop_commit(&shop);
	shop_segment(&shop, c, RAT_ONE, 0, 10);
	c->product_id = STR("none");
	ok(!shop_invoices(&shop, 1, &inv), "a commit of an unknown product is refused");
	is_str(shop.err.code, "not_found", "its code");
	is_str(shop.err.field, "commits.product_id", "its field");
	is_str(shop.err.value, "none", "its value");
	is_int((int64_t)inv.nlines, 7, "and nothing is made");

	catalogue_init(&none, a);
	err_clear(&shop.err);
	ok(!purse_open(&purse, &pool, &account, &shop.err) && purse.n == 7,
		"a purse that is refused is left alone");
	shop.contract.ncommits = 0;
	err_clear(&shop.err);
	ok(purse_open(&purse, &pool, &account, &shop.err) && purse.n == 0,
		"without commits it opens, a card or not");
	burndown_draw(&purse, a, NULL, 0);
	ok(purse.n == 0, "and pays for nothing");
}

static void
test_deducted(struct arena *a)
{
	static const int64_t drawn[] = { 0, 4, 10, 12 };
	static const int64_t left[] = { 10, 6, 0, -2 };
	struct shop shop;
	struct catalogue c;
	struct account account = { .customer = &shop.customer,
		.contract = &shop.contract,
		.catalogue = &c };
	struct purse_pool pool;
	struct purse purse;
	struct err e = ERR_INIT;

	shop_init(&shop, a);
	shop_segment(&shop, shop_commit(&shop), rat_int(a, 10), 0, 10);
	catalogue_init(&c, a);
	*map_slot(&c.products, shop.prepaid.id, NULL) = &shop.prepaid;
	for (size_t i = 0; i < countof(drawn); i++) {
		struct rat amount = rat_int(a, drawn[i]);
		struct map deductions;
		map_init(&deductions, a);
		*map_slot(&deductions, STR("commit-1-1"), NULL) = &amount;
		purse_pool_init(&pool, a, &deductions);
		ok(purse_open(&purse, &pool, &account, &e) &&
				rat_eq(*purse.segments[0].left, rat_int(a, left[i])),
			"10 less the %d drawn before", (int)drawn[i]);
	}
	purse_pool_init(&pool, a, NULL);
	ok(purse_open(&purse, &pool, &account, &e) &&
			rat_eq(*purse.segments[0].left, rat_int(a, 10)),
		"10 where nothing is known");

	struct price_slice price = { .quantity = RAT_ONE, .unit_price = RAT_ONE };
	struct charge_slice slice = { .prices = &price, .open = RAT_ONE };
	struct charge charge = { .unit = unit_usd(),
		.starting_at_ns = shop_hour(0),
		.ending_before_ns = shop_hour(1),
		.slices = &slice,
		.n = 1 };
	struct charge *charges = &charge;
	*purse.segments[0].left = rat_int(a, -2);
	burndown_draw(&purse, a, &charges, 1);
	ok(slice.draws == NULL && rat_eq(*purse.segments[0].left, rat_int(a, -2)),
		"a segment below zero pays nothing and stays there");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	law_draws(&a);
	law_order_of_charges(&a);
	test_charge_order(&a);
	test_cuts(&a);
	test_drawing_order(&a);
	test_specifiers(&a);
	test_shared(&a);
	test_refusals(&a);
	test_deducted(&a);
	arena_release(&a);
	return done();
}
