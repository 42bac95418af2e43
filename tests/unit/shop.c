#include "tests/unit/shop.h"

#include "tests/unit/tap.h"

#include "base/banned.h"

int64_t
shop_hour(int64_t n)
{
	return SHOP_START + n * NS_PER_HOUR;
}

void
shop_init(struct shop *s, struct arena *a)
{
	*s = (struct shop){ .arena = a };
	s->customer = (struct customer){ .id = STR("customer"), .name = STR("Acme") };
	s->contract = (struct contract){ .id = STR("contract"),
		.customer_id = STR("customer"),
		.rate_card_id = STR("card"),
		.starting_at_ns = SHOP_START,
		.ending_before_ns = INSTANT_NONE,
		.commits = s->commits };
	s->contract.statement = (struct statement_schedule){ .frequency = FREQ_MONTHLY,
		.billing_anchor_ns = INSTANT_NONE,
		.generation_start_ns = INSTANT_NONE,
		.grace_hours = 24 };
	s->card = (struct rate_card){ .id = STR("card"), .name = STR("List"), .fiat = unit_usd() };
	s->prepaid_version = (struct product_version){ .starting_at_ns = INSTANT_NONE,
		.terms = { .has = PF_NAME, .name = STR("Prepaid") } };
	s->prepaid = (struct product){ .id = STR("prepaid"),
		.type = PRODUCT_FIXED,
		.versions = &s->prepaid_version,
		.nversions = 1 };
}

static struct shop_product *
add_product(struct shop *s, const char *name, enum product_type type)
{
	struct shop_product *p = &s->products[s->nproducts++];

	p->product = (struct product){ .id = str_printf(s->arena, "product-%zu", s->nproducts),
		.type = type,
		.versions = p->versions,
		.nversions = 1 };
	p->versions[0].starting_at_ns = INSTANT_NONE;
	p->versions[0].terms.has = PF_NAME;
	p->versions[0].terms.name = str_c(name);
	return p;
}

struct shop_product *
shop_usage(struct shop *s, const char *name)
{
	struct shop_product *p = add_product(s, name, PRODUCT_USAGE);
	struct str *types = ARENA_NEW(s->arena, struct str);

	*types = str_c(name);
	p->metric = (struct metric){ .id = str_printf(s->arena, "metric-%zu", s->nproducts),
		.name = str_c(name),
		.aggregation = AGG_SUM,
		.aggregation_key = STR("n"),
		.has_event_type_filter = true,
		.event_type = { .in = { types, 1 } } };
	p->versions[0].terms.has |= PF_METRIC;
	p->versions[0].terms.billable_metric_id = p->metric.id;
	return p;
}

struct shop_product *
shop_composite(struct shop *s, const char *name)
{
	struct shop_product *p = add_product(s, name, PRODUCT_COMPOSITE);

	p->versions[0].terms.has |= PF_COMPOSITE_PRODUCTS;
	return p;
}

struct rate *
shop_rate(struct shop *s, const struct shop_product *p, int64_t from_hour, int64_t to_hour,
	struct rat price)
{
	struct rate *r = &s->rates[s->nrates++];

	*r = (struct rate){ .id = str_printf(s->arena, "rate-%zu", s->nrates),
		.product_id = p->product.id,
		.rate_card_id = s->card.id,
		.starting_at_ns = shop_hour(from_hour),
		.ending_before_ns = shop_hour(to_hour),
		.entitled = true,
		.type = p->product.type == PRODUCT_COMPOSITE ? RATE_PERCENTAGE : RATE_FLAT,
		.price = price,
		.unit = s->card.fiat,
		.seq = (int64_t)s->nrates };
	return r;
}

void
shop_event(struct shop *s, const struct shop_product *p, int64_t at_hour, const char *n)
{
	struct event *ev = &s->events[s->nevents++];

	*ev = (struct event){ .transaction_id = str_printf(s->arena, "t%zu", s->nevents),
		.customer_id = s->customer.id,
		.event_type = p->versions[0].terms.name,
		.timestamp_ns = shop_hour(at_hour),
		.properties = ARENA_NEW(s->arena, struct property),
		.nproperties = 1 };
	ev->properties[0] = (struct property){ STR("n"), str_c(n), JSON_NUMBER };
}

struct commit *
shop_commit(struct shop *s)
{
	size_t i = s->contract.ncommits++;
	struct commit *c = &s->commits[i];

	*c = (struct commit){ .id = str_printf(s->arena, "commit-%zu", i + 1),
		.product_id = s->prepaid.id,
		.name = str_printf(s->arena, "Commit %zu", i + 1),
		.access_unit = s->card.fiat,
		.segments = s->segments[i] };
	return c;
}

struct access_segment *
shop_segment(struct shop *s, struct commit *c, struct rat amount, int64_t from_hour,
	int64_t to_hour)
{
	struct access_segment *seg = &c->segments[c->nsegments++];

	*seg = (struct access_segment){
		.id = str_printf(s->arena, "%.*s-%zu", STR_FMT(c->id), c->nsegments),
		.amount = amount,
		.starting_at_ns = shop_hour(from_hour),
		.ending_before_ns = shop_hour(to_hour),
	};
	return seg;
}

/* ---- invoices ---- */

static bool
fill_catalogue(struct shop *s, struct catalogue *c)
{
	catalogue_init(c, s->arena);
	*map_slot(&c->products, s->prepaid.id, NULL) = &s->prepaid;
	for (size_t i = 0; i < s->nproducts; i++) {
		struct shop_product *p = &s->products[i];
		*map_slot(&c->products, p->product.id, NULL) = &p->product;
		*map_slot(&c->metrics, p->metric.id, NULL) = &p->metric;
	}
	return catalogue_add_card(c, s->arena, &s->card, s->rates, s->nrates, &s->err);
}

static bool
plan(struct shop *s, const struct account *account, size_t n, struct usage_plan *usage,
	struct statement **out)
{
	const struct purse *purse = s->without_purse ? NULL : &s->purse;
	struct period p;
	bool more = period_first(&s->contract, INSTANT_NONE, &p);

	for (size_t i = 0; i < n && more; i++) {
		out[i] = statement_plan(s->arena, account, &p, purse, usage, &s->err);
		if (out[i] == NULL)
			return false;
		more = period_next(&s->contract, &p, &p);
	}
	return true;
}

bool
shop_invoices(struct shop *s, size_t n, struct invoice *out)
{
	struct statement **statements = ARENA_ARRAY(s->arena, n, struct statement *);
	struct rating_warnings warnings = { NULL, NULL };
	struct catalogue catalogue;
	struct account account = { .customer = &s->customer,
		.contract = &s->contract,
		.catalogue = &catalogue };
	struct usage_plan usage;
	bool done;

	err_clear(&s->err);
	usage_init(&usage, s->arena);
	purse_pool_init(&s->pool, s->arena, NULL);
	done = fill_catalogue(s, &catalogue) &&
		purse_open(&s->purse, &s->pool, &account, &s->err) &&
		plan(s, &account, n, &usage, statements);
	for (size_t i = 0; done && i < s->nevents; i++)
		usage_feed(&usage, &s->events[i]);
	usage_finish(&usage);
	for (size_t i = 0; done && i < n; i++)
		statement_invoice(statements[i], s->without_purse ? NULL : &s->purse, s->arena,
			&out[i], &warnings);
	usage_release(&usage);
	return done;
}

struct invoice
shop_invoice(struct shop *s)
{
	struct invoice inv = { .nlines = 0 };

	if (!shop_invoices(s, 1, &inv))
		ok(false, "refused: %s (%s)", s->err.text, s->err.code);
	return inv;
}

struct str
shop_text(const struct invoice *inv, struct arena *a, bool traces)
{
	struct buf b = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &b);
	jsonw_array(&w);
	invoice_to_json(&w, inv, a);
	for (size_t i = 0; traces && i < inv->nlines; i++)
		trace_to_json(&w, &inv->lines[i].trace);
	jsonw_end(&w);
	jsonw_release(&w);

	struct str out = str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* ---- at random ---- */

struct rat
shop_price(struct sweep *sw, struct arena *a)
{
	return rat_frac(a, (int64_t)sweep_below(sw, 7), (int64_t)(1 + sweep_below(sw, 3)));
}

static void
random_tiers(struct sweep *sw, struct arena *a, struct rate *r)
{
	r->type = RATE_TIERED;
	r->ntiers = (size_t)(1 + sweep_below(sw, 3));
	r->tiers = ARENA_ARRAY(a, r->ntiers, struct tier);
	for (size_t i = 0; i < r->ntiers; i++)
		r->tiers[i] = (struct tier){ i + 1 == r->ntiers,
			rat_int(a, (int64_t)(1 + sweep_below(sw, 9))), shop_price(sw, a),
			RAT_ZERO };
}

static void
random_rates(struct sweep *sw, struct shop *s, const struct shop_product *p)
{
	int64_t from = -24;

	while (from < SHOP_HOURS) {
		int64_t to = from + 200 + (int64_t)sweep_below(sw, 900);
		struct rate *r = shop_rate(s, p, from, to, shop_price(sw, s->arena));
		if (r->type == RATE_PERCENTAGE)
			r->price = rat_frac(s->arena, (int64_t)sweep_below(sw, 9), 8);
		else if (sweep_below(sw, 2) == 0)
			random_tiers(sw, s->arena, r);
		from = to;
	}
}

static void
random_usage(struct sweep *sw, struct shop *s, const char *name)
{
	static const char *const numbers[] = { "1", "0.5", "2.25", "7", "0", "4", "0.3" };
	static struct str tag[] = { { "infra", 5 } };
	struct shop_product *p = shop_usage(s, name);
	struct product_terms *t = &p->versions[0].terms;

	if (sweep_below(sw, 3) == 0)
		t->rounding = (struct quantity_rounding){ true, 0, RAT_HALF_UP };
	if (sweep_below(sw, 3) == 0) {
		t->conversion.operation = CONVERT_DIVIDE;
		t->conversion.factor = rat_frac(s->arena, (int64_t)(1 + sweep_below(sw, 5)), 2);
	}
	t->has |= PF_ROUNDING | PF_CONVERSION | PF_TAGS;
	if (sweep_below(sw, 2) == 0)
		t->tags = (struct texts){ tag, 1 };
	random_rates(sw, s, p);
	for (size_t n = (size_t)sweep_below(sw, 12); n > 0; n--)
		shop_event(s, p, (int64_t)sweep_below(sw, SHOP_HOURS),
			numbers[sweep_below(sw, countof(numbers))]);
}

void
shop_random(struct sweep *sw, struct shop *s, struct arena *a, bool composite)
{
	static const char *const names[] = { "Storage", "Reads", "Calls" };
	static struct str tag[] = { { "infra", 5 } };

	shop_init(s, a);
	for (size_t i = 0; i < countof(names); i++)
		random_usage(sw, s, names[i]);
	if (!composite)
		return;

	struct shop_product *c = shop_composite(s, "Support");
	struct product_terms *t = &c->versions[0].terms;
	t->composite_product_ids = (struct texts){ ARENA_ARRAY(a, 2, struct str), 0 };
	for (size_t i = 0; i < 2; i++)
		if (sweep_below(sw, 2) == 0)
			t->composite_product_ids
				.p[t->composite_product_ids.n++] = s->products[i].product.id;
	if (sweep_below(sw, 2) == 0) {
		t->has |= PF_COMPOSITE_TAGS;
		t->composite_tags = (struct texts){ tag, 1 };
	}
	random_rates(sw, s, c);
}

static void
random_segments(struct sweep *sw, struct shop *s, struct commit *c)
{
	for (size_t n = (size_t)(1 + sweep_below(sw, 3)); n > 0; n--) {
		int64_t from = (int64_t)sweep_below(sw, SHOP_HOURS) - 200;
		struct rat amount = rat_frac(s->arena, (int64_t)sweep_below(sw, 90),
			(int64_t)(1 + sweep_below(sw, 3)));
		shop_segment(s, c, amount, from, from + 1 + (int64_t)sweep_below(sw, 1200));
	}
}

void
shop_random_commits(struct sweep *sw, struct shop *s)
{
	static struct str tag[] = { { "infra", 5 } };

	for (size_t n = (size_t)(1 + sweep_below(sw, 4)); n > 0; n--) {
		struct commit *c = shop_commit(s);

		c->has_priority = sweep_below(sw, 2) == 0;
		c->priority = rat_int(s->arena, (int64_t)sweep_below(sw, 3));
		if (sweep_below(sw, 3) == 0)
			c->applicable_product_tags = (struct texts){ tag, 1 };
		if (sweep_below(sw, 3) == 0) {
			size_t i = (size_t)sweep_below(sw, s->nproducts);
			c->applicable_product_ids = (struct texts){ &s->products[i].product.id, 1 };
		}
		random_segments(sw, s, c);
	}
}
