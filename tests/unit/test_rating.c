/* From contracts, rates and events to invoices: laws, refusals, what golden cases cannot show. */
#include "engine/statement.h"

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define TEXT(s) \
	{ \
		s, sizeof(s) - 1 \
	}
#define RATES_MAX 256
#define EVENTS_MAX 40
#define START (INT64_C(1725148800) * NS_PER_SECOND) /* 2024-09-01 */
#define HOURS 720                                   /* in September */
#define ROUNDS 600

static struct str region_name[] = { TEXT("region") };
static struct str org_name[] = { TEXT("org") };
static struct str both_names[] = { TEXT("org"), TEXT("region") };
static struct texts group_keys[] = { { region_name, 1 }, { org_name, 1 }, { both_names, 2 } };
static struct property_filter filters[] = { { .name = TEXT("n") }, { .name = TEXT("org") },
	{ .name = TEXT("region") } };

/* One contract of one month with one product, and all that belongs to it. */
struct world {
	struct arena *arena;
	struct customer customer;
	struct contract contract;
	struct metric metric;
	struct product_version versions[3];
	struct product product;
	struct rate_card card;
	struct rate rates[RATES_MAX];
	size_t nrates;
	struct event events[EVENTS_MAX];
	size_t nevents;
	struct err err;
};

static int64_t
hour(int64_t n)
{
	return START + n * NS_PER_HOUR;
}

static void
world_init(struct world *w, struct arena *a)
{
	*w = (struct world){ .arena = a };
	w->customer = (struct customer){ .id = STR("customer"), .name = STR("Acme") };
	w->contract = (struct contract){ .id = STR("contract"),
		.customer_id = STR("customer"),
		.rate_card_id = STR("card"),
		.starting_at_ns = START,
		.ending_before_ns = INSTANT_NONE };
	w->contract.statement = (struct statement_schedule){ .frequency = FREQ_MONTHLY,
		.billing_anchor_ns = INSTANT_NONE,
		.generation_start_ns = INSTANT_NONE,
		.grace_hours = 24 };
	w->metric = (struct metric){ .id = STR("metric"),
		.name = STR("Units"),
		.aggregation = AGG_SUM,
		.aggregation_key = STR("n"),
		.filters = filters,
		.nfilters = countof(filters),
		.group_keys = group_keys,
		.ngroup_keys = countof(group_keys),
		.percentile = rat_frac(a, 200, 3),
		.session_hours = rat_int(a, 30),
		.session_ns = 30 * NS_PER_HOUR,
		.level_mode = LEVEL_ABSOLUTE,
		.unit = UNIT_DAY,
		.part_key = STR("org") };
	w->product = (struct product){ .id = STR("product"),
		.type = PRODUCT_USAGE,
		.versions = w->versions,
		.nversions = 1 };
	w->versions[0] = (struct product_version){ .starting_at_ns = INSTANT_NONE };
	w->versions[0].terms = (struct product_terms){ .has = PF_NAME | PF_METRIC,
		.name = STR("Storage"),
		.billable_metric_id = STR("metric") };
	w->card = (struct rate_card){ .id = STR("card"), .name = STR("List"), .fiat = unit_usd() };
}

static struct rate *
add_rate(struct world *w, int64_t from_hour, int64_t to_hour, struct rat price)
{
	struct rate *r = &w->rates[w->nrates++];

	*r = (struct rate){ .id = str_printf(w->arena, "rate-%zu", w->nrates),
		.product_id = w->product.id,
		.rate_card_id = w->card.id,
		.starting_at_ns = hour(from_hour),
		.ending_before_ns = hour(to_hour),
		.entitled = true,
		.type = RATE_FLAT,
		.price = price,
		.unit = w->card.fiat,
		.seq = (int64_t)w->nrates };
	return r;
}

static void
add_event(struct world *w, int64_t at_ns, const char *n, const char *region, const char *org)
{
	const struct property all[] = { { STR("n"), str_c(n), JSON_NUMBER },
		{ STR("region"), str_c(region), JSON_STRING },
		{ STR("org"), str_c(org), JSON_STRING } };
	struct event *ev = &w->events[w->nevents++];

	*ev = (struct event){ .transaction_id = str_printf(w->arena, "t%zu", w->nevents),
		.customer_id = w->customer.id,
		.event_type = STR("use"),
		.timestamp_ns = at_ns,
		.properties = ARENA_ARRAY(w->arena, countof(all), struct property),
		.nproperties = countof(all) };
	for (size_t i = 0; i < countof(all); i++)
		ev->properties[i] = all[i];
}

static bool
catalogue_of(struct world *w, struct catalogue *c)
{
	catalogue_init(c, w->arena);
	*map_slot(&c->metrics, w->metric.id, NULL) = &w->metric;
	*map_slot(&c->products, w->product.id, NULL) = &w->product;
	return catalogue_add_card(c, w->arena, &w->card, w->rates, w->nrates, &w->err);
}

/* The usage invoice of the first period; false: refused, w->err says why. */
static bool
invoice_of(struct world *w, struct invoice *out, struct rating_warnings *warnings, size_t *nmeters)
{
	struct catalogue c;
	struct account account = { .customer = &w->customer,
		.contract = &w->contract,
		.catalogue = &c };
	struct usage_plan plan;
	struct period p;
	struct statement *s = NULL;

	err_clear(&w->err);
	usage_init(&plan, w->arena);
	if (catalogue_of(w, &c) && period_first(&w->contract, INSTANT_NONE, &p))
		s = statement_plan(w->arena, &account, &p, NULL, &plan, &w->err);
	*nmeters = plan.nmeters;
	if (s != NULL) {
		for (size_t i = 0; i < w->nevents; i++)
			usage_feed(&plan, &w->events[i]);
		usage_finish(&plan);
		statement_invoice(s, NULL, w->arena, out, warnings);
	}
	usage_release(&plan);
	return s != NULL;
}

static struct invoice
invoice(struct world *w)
{
	struct rating_warnings warnings = { NULL, NULL };
	struct invoice inv = { .nlines = 0 };
	size_t ignored;

	if (!invoice_of(w, &inv, &warnings, &ignored))
		ok(false, "refused: %s (%s)", w->err.text, w->err.code);
	return inv;
}

/* The invoice as JSON, with or without the traces of its lines. */
static struct str
text_of(const struct invoice *inv, struct arena *a, bool traces)
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

/* ---- random worlds ---- */

static struct rat
random_price(struct sweep *s, struct arena *a)
{
	return rat_frac(a, (int64_t)sweep_below(s, 6), (int64_t)(1 + sweep_below(s, 3)));
}

static void
random_terms(struct sweep *s, struct arena *a, struct product_terms *t)
{
	static const enum rat_round methods[] = { RAT_UP, RAT_DOWN, RAT_HALF_UP };

	if (sweep_below(s, 3) == 0) {
		t->has |= PF_CONVERSION;
		t->conversion.operation = sweep_below(s, 2) == 0 ? CONVERT_MULTIPLY :
								   CONVERT_DIVIDE;
		t->conversion.factor = rat_frac(a, (int64_t)(1 + sweep_below(s, 7)), 3);
	}
	if (sweep_below(s, 2) == 0) {
		t->has |= PF_ROUNDING;
		t->rounding = (struct quantity_rounding){ true, (int)sweep_below(s, 2),
			methods[sweep_below(s, countof(methods))] };
	}
	if (sweep_below(s, 2) == 0) {
		t->has |= PF_PRESENTATION_KEY;
		t->presentation_group_key = (struct texts){ org_name, 1 };
	}
	if (sweep_below(s, 2) == 0) {
		t->has |= PF_PRICING_KEY;
		t->pricing_group_key = (struct texts){ region_name, 1 };
	}
}

static void
random_tiers(struct sweep *s, struct arena *a, struct rate *r)
{
	r->type = RATE_TIERED;
	r->ntiers = (size_t)(1 + sweep_below(s, 3));
	r->tiers = ARENA_ARRAY(a, r->ntiers, struct tier);
	for (size_t i = 0; i < r->ntiers; i++)
		r->tiers[i] = (struct tier){ i + 1 == r->ntiers,
			rat_int(a, (int64_t)(1 + sweep_below(s, 9))), random_price(s, a),
			RAT_ZERO };
}

/* A row of rates, one after the other, for these pricing values. */
static void
random_rates(struct sweep *s, struct world *w, struct pairs values, bool whole)
{
	int64_t from = whole ? -24 : (int64_t)sweep_below(s, 200) - 100;

	while (from < HOURS) {
		int64_t to = from + 1 + (int64_t)sweep_below(s, 500);
		struct rate *r = add_rate(w, from, to, random_price(s, w->arena));
		r->pricing_group_values = values;
		r->entitled = whole || sweep_below(s, 6) != 0;
		if (sweep_below(s, 2) == 0)
			random_tiers(s, w->arena, r);
		from = to + (whole ? 0 : (int64_t)sweep_below(s, 2) * 10);
	}
}

/* whole: every instant has a rate and is entitled. */
static void
random_world(struct sweep *s, struct arena *a, struct world *w, bool whole)
{
	static const char *const values[] = { "eu", "us" };
	static const char *const numbers[] = { "1", "0.5", "2.25", "-1.5", "7", "0", "4" };

	world_init(w, a);
	w->metric.aggregation = (enum aggregation)(1 + sweep_below(s, AGG_KINDS - 1));
	random_terms(s, a, &w->versions[0].terms);
	for (size_t i = 0; i < countof(values); i++) {
		struct pairs v = { NULL, 0 };
		if (w->versions[0].terms.pricing_group_key.n > 0) {
			v = (struct pairs){ ARENA_NEW(a, struct pair), 1 };
			v.p[0] = (struct pair){ STR("region"), str_c(values[i]) };
		}
		if (i == 0 || v.n > 0)
			random_rates(s, w, v, whole);
	}
	for (size_t n = (size_t)sweep_below(s, EVENTS_MAX); n > 0; n--)
		add_event(w,
			START + (int64_t)sweep_below(s, UINT64_C(3600) * HOURS) * NS_PER_SECOND,
			numbers[sweep_below(s, countof(numbers))],
			values[sweep_below(s, countof(values))],
			values[sweep_below(s, countof(values))]);
}

/* ---- laws ---- */

static void
law_order_of_events(struct arena *a)
{
	struct sweep s = sweep_start("order of events", 1);
	struct world w;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		random_world(&s, a, &w, false);
		struct invoice before = invoice(&w);
		for (size_t i = w.nevents; i > 1; i--) {
			size_t k = (size_t)sweep_below(&s, i);
			struct event t = w.events[i - 1];
			w.events[i - 1] = w.events[k];
			w.events[k] = t;
		}
		struct invoice after = invoice(&w);
		bad += !str_eq(text_of(&before, a, true), text_of(&after, a, true));
		arena_clear(a);
	}
	is_int(bad, 0, "shuffled events give the same bytes, traces too");
}

/* Split one rate, or let the product have a version that changes nothing. */
static void
cut_somewhere(struct sweep *s, struct world *w)
{
	struct rate *r = &w->rates[sweep_below(s, w->nrates)];
	int64_t hours = (r->ending_before_ns - r->starting_at_ns) / NS_PER_HOUR;

	if (sweep_below(s, 3) == 0) {
		w->versions[1] = (struct product_version){ .seq = 1,
			.starting_at_ns = hour((int64_t)sweep_below(s, HOURS)),
			.terms = { .has = PF_NAME, .name = STR("Storage") } };
		w->product.nversions = 2;
	}
	if (hours < 2)
		return;

	struct rate *second = &w->rates[w->nrates++];
	*second = *r;
	second->id = STR("split");
	second->seq = (int64_t)w->nrates;
	r->ending_before_ns = r->starting_at_ns +
		(1 + (int64_t)sweep_below(s, (uint64_t)hours - 1)) * NS_PER_HOUR;
	second->starting_at_ns = r->ending_before_ns;
}

static void
law_splitting(struct arena *a)
{
	struct sweep s = sweep_start("splitting a rate", 2);
	struct world w;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		random_world(&s, a, &w, false);
		struct invoice before = invoice(&w);
		for (int i = 0; i < 3; i++)
			cut_somewhere(&s, &w);
		struct invoice after = invoice(&w);
		bad += !str_eq(text_of(&before, a, false), text_of(&after, a, false));
		arena_clear(a);
	}
	is_int(bad, 0, "cuts at which nothing changes change nothing");
}

static struct rat
sum_of_lines(struct arena *a, const struct invoice *inv)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < inv->nlines; i++)
		sum = rat_add(a, sum, inv->lines[i].total);
	return sum;
}

/* Ids differ, every line is quantity x price, the lines are the total. */
static bool
adds_up(struct arena *a, const struct invoice *inv)
{
	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];
		if (!rat_eq(l->total, rat_mul(a, l->quantity, l->unit_price)))
			return false;
		if (l->starting_at_ns < inv->start_ns || l->ending_before_ns > inv->end_ns ||
			l->starting_at_ns >= l->ending_before_ns)
			return false;
		if (i > 0 && l->starting_at_ns < inv->lines[i - 1].starting_at_ns)
			return false;
		for (size_t k = 0; k < i; k++)
			if (str_eq(l->id, inv->lines[k].id))
				return false;
	}
	return rat_eq(inv->total, sum_of_lines(a, inv)) && rat_eq(inv->total, inv->subtotal) &&
		rat_eq(inv->amount_due, rat_round(a, inv->total, 0, RAT_HALF_UP));
}

static void
law_totals(struct arena *a)
{
	struct sweep s = sweep_start("totals", 3);
	struct world w;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		random_world(&s, a, &w, false);
		struct invoice inv = invoice(&w);
		bad += !adds_up(a, &inv);
		arena_clear(a);
	}
	is_int(bad, 0, "lines are quantity x price and add up to the total");
}

static void
scale_prices(struct world *w, struct rat by)
{
	for (size_t i = 0; i < w->nrates; i++) {
		struct rate *r = &w->rates[i];
		r->price = rat_mul(w->arena, r->price, by);
		for (size_t k = 0; k < r->ntiers; k++)
			r->tiers[k].price = rat_mul(w->arena, r->tiers[k].price, by);
	}
}

/* Twice the usage through tiers of twice the size. */
static void
double_quantities(struct world *w)
{
	struct rat two = rat_int(w->arena, 2);

	for (size_t i = 0; i < w->nrates; i++)
		for (size_t k = 0; k < w->rates[i].ntiers; k++)
			w->rates[i].tiers[k].size = rat_mul(w->arena, w->rates[i].tiers[k].size,
				two);
	for (size_t i = 0; i < w->nevents; i++) {
		struct property *n = &w->events[i].properties[0];
		struct rat x = RAT_ZERO;
		if (rat_parse(w->arena, n->text, &x) == RAT_OK)
			n->text = rat_text(w->arena, rat_mul(w->arena, x, two));
	}
}

static void
law_scaling(struct arena *a)
{
	struct sweep s = sweep_start("scaling", 4);
	struct world w;
	int prices = 0, quantities = 0;

	for (int round = 0; round < ROUNDS; round++) {
		random_world(&s, a, &w, false);
		w.versions[0].terms.rounding.on = false;
		if (w.metric.aggregation == AGG_UNIQUE || w.metric.aggregation == AGG_SESSION)
			w.metric.aggregation = AGG_SUM;
		struct rat by = rat_frac(a, (int64_t)(1 + sweep_below(&s, 9)), 7);
		struct rat total = invoice(&w).total;
		double_quantities(&w);
		struct rat doubled = invoice(&w).total;
		scale_prices(&w, by);
		struct rat scaled = invoice(&w).total;

		quantities += !rat_eq(doubled, rat_add(a, total, total));
		prices += !rat_eq(scaled, rat_mul(a, doubled, by));
		arena_clear(a);
	}
	is_int(quantities, 0, "twice the usage, twice the tiers, twice the total");
	is_int(prices, 0, "all prices times k, the total times k");
}

/* Where all is entitled and priced, the lines hold all that was used. */
static void
law_nothing_is_lost(struct arena *a)
{
	struct sweep s = sweep_start("nothing is lost", 5);
	struct world w;
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct rat used = RAT_ZERO, billed = RAT_ZERO;

		random_world(&s, a, &w, true);
		w.metric.aggregation = AGG_SUM;
		w.versions[0].terms.rounding.on = false;
		w.versions[0].terms.conversion.operation = CONVERT_NONE;
		for (size_t i = 0; i < w.nevents; i++) {
			struct rat x = RAT_ZERO;
			if (rat_parse(a, w.events[i].properties[0].text, &x) == RAT_OK)
				used = rat_add(a, used, x);
		}
		struct invoice inv = invoice(&w);
		for (size_t i = 0; i < inv.nlines; i++)
			billed = rat_add(a, billed, inv.lines[i].quantity);
		bad += !rat_eq(used, billed);
		arena_clear(a);
	}
	is_int(bad, 0, "tier slices of all groups and windows add up to the usage");
}

/* ---- an outsider computes the line from its trace ---- */

static bool
trace_explains(struct arena *a, const struct invoice_line *l)
{
	struct rat x = RAT_ZERO, last = RAT_ZERO;
	bool tier = false, total = false;

	for (const struct trace_step *t = l->trace.first; t != NULL; t = t->next) {
		if (t->kind == TRACE_USAGE) {
			if (!rat_eq(t->x, rat_sub(a, t->z, t->y)))
				return false;
			x = rat_add(a, x, t->x);
		} else if (t->kind == TRACE_CONVERSION) {
			bool divided = true;
			if (str_is(t->text, "MULTIPLY"))
				x = rat_mul(a, x, t->y);
			else
				divided = rat_div(a, x, t->y, &x);
			if (!divided || !rat_eq(x, t->x))
				return false;
		} else if (t->kind == TRACE_ROUNDING) {
			enum rat_round how = str_is(t->text, "ROUND_UP") ? RAT_UP :
				str_is(t->text, "ROUND_DOWN")            ? RAT_DOWN :
									   RAT_HALF_UP;
			if (!rat_eq(t->y, x) || !rat_eq(t->x, rat_round(a, x, (int)t->count, how)))
				return false;
			x = t->x;
		} else if (t->kind == TRACE_RATE) {
			last = t->x;
		} else if (t->kind == TRACE_TIER) {
			tier = true;
			x = t->x;
			last = t->y;
			if (t->count != (uint64_t)l->tier.level)
				return false;
		} else if (t->kind == TRACE_TOTAL) {
			total = rat_eq(t->x, x) && rat_eq(t->y, last) &&
				rat_eq(t->z, rat_mul(a, x, last)) && rat_eq(t->z, l->total);
		}
	}
	return total && tier == (l->tier.level > 0);
}

static void
law_traces(struct arena *a)
{
	struct sweep s = sweep_start("traces", 6);
	struct world w;
	int bad = 0, lines = 0;

	for (int round = 0; round < ROUNDS; round++) {
		random_world(&s, a, &w, false);
		struct invoice inv = invoice(&w);
		for (size_t i = 0; i < inv.nlines; i++, lines++)
			bad += !trace_explains(a, &inv.lines[i]);
		arena_clear(a);
	}
	ok(bad == 0 && lines > ROUNDS, "each of %d lines follows from its trace", lines);
}

/* ---- single facts ---- */

/* The worked example dimension-count: 3 products, 3 clouds, 4 zones, 3 classes, 2: 216 rates. */
static void
test_many_combinations(struct arena *a)
{
	struct world *w = ARENA_NEW(a, struct world);
	int found = 0;

	world_init(w, a);
	w->versions[0].terms.pricing_group_key = (struct texts){ both_names, 2 };
	for (int i = 0; i < 216; i++) {
		struct rate *r = add_rate(w, -24, HOURS, rat_int(a, 1 + i));
		r->pricing_group_values = (struct pairs){ ARENA_ARRAY(a, 2, struct pair), 2 };
		r->pricing_group_values.p[0] = (struct pair){ STR("org"),
			str_printf(a, "o%d", i % 8) };
		r->pricing_group_values.p[1] = (struct pair){ STR("region"),
			str_printf(a, "r%d", i / 8) };
	}
	for (int i = 0; i < 216; i += 6)
		add_event(w, hour(i), "1", str_printf(a, "r%d", i / 8).p,
			str_printf(a, "o%d", i % 8).p);

	struct invoice inv = invoice(w);
	is_int((int64_t)inv.nlines, 36,
		"dimension-count: a line for each combination used, of 216");
	for (size_t i = 0; i < inv.nlines; i++) {
		const struct pair *v = inv.lines[i].pricing_group_values.p;
		int64_t org = 0, region = 0, price = 0;
		found += str_to_int64((struct str){ v[0].value.p + 1, v[0].value.n - 1 }, &org) &&
			str_to_int64((struct str){ v[1].value.p + 1, v[1].value.n - 1 }, &region) &&
			rat_to_int64(inv.lines[i].unit_price, &price) &&
			price == 1 + region * 8 + org;
	}
	is_int(found, 36, "dimension-count: each at the rate of its own combination");
}

static void
test_meters(struct arena *a)
{
	struct world w;
	struct rating_warnings warnings = { NULL, NULL };
	struct invoice inv;
	size_t n;

	world_init(&w, a);
	add_rate(&w, -24, HOURS, RAT_ONE);
	w.versions[1] = (struct product_version){ .starting_at_ns = hour(100),
		.seq = 1,
		.terms = { .has = PF_NAME, .name = STR("Other") } };
	w.versions[2] = (struct product_version){ .starting_at_ns = hour(200),
		.seq = 2,
		.terms = { .has = PF_PRESENTATION_KEY,
			.presentation_group_key = { org_name, 1 } } };
	w.product.nversions = 2;
	ok(invoice_of(&w, &inv, &warnings, &n), "a version that changes the name");
	is_int((int64_t)n, 1, "shares the meter of the one before");
	w.product.nversions = 3;
	ok(invoice_of(&w, &inv, &warnings, &n), "a version that changes a key");
	is_int((int64_t)n, 2, "has a meter of its own");
	w.versions[2].terms.presentation_group_key = (struct texts){ (struct str[]){ STR("x") },
		1 };
	ok(!invoice_of(&w, &inv, &warnings, &n), "a key the metric does not have");
	is_str(w.err.code, "group_key_missing", "is refused");
	is_int((int64_t)n, 0, "before anything is asked of the events");
}

static void
test_warnings(struct arena *a)
{
	struct world w;
	struct rating_warnings warnings = { NULL, NULL };
	struct invoice inv;
	size_t n;

	world_init(&w, a);
	w.versions[0].terms.pricing_group_key = (struct texts){ region_name, 1 };
	struct rate *r = add_rate(&w, -24, HOURS, RAT_ONE);
	r->pricing_group_values = (struct pairs){ ARENA_NEW(a, struct pair), 1 };
	r->pricing_group_values.p[0] = (struct pair){ STR("region"), STR("eu") };
	add_event(&w, hour(1), "2", "eu", "x");
	add_event(&w, hour(1), "2", "us", "x");
	add_event(&w, hour(1), "3", "us", "y");
	ok(invoice_of(&w, &inv, &warnings, &n) && inv.nlines == 1,
		"usage without a rate has no line");
	ok(warnings.first != NULL && warnings.first == warnings.last, "and one warning");
	if (warnings.first == NULL)
		return;
	is_str(warnings.first->code, "rate_missing", "its code");
	ok(str_is(warnings.first->product_id, "product") &&
			str_is(warnings.first->contract_id, "contract") &&
			warnings.first->values.n == 1 &&
			str_is(warnings.first->values.p[0].value, "us"),
		"it names product, contract and value");
}

/* ---- refusals ---- */

static void
refused(struct world *w, const char *code, const char *what)
{
	struct rating_warnings warnings = { NULL, NULL };
	struct invoice inv = { .nlines = 7 };
	size_t n;

	ok(!invoice_of(w, &inv, &warnings, &n), "%s is refused", what);
	is_str(w->err.code, code, "%s: the code", what);
	ok(w->err.kind == ERR_INPUT && n == 0 && inv.nlines == 7, "%s: nothing is done", what);
}

static void
test_refusals(struct arena *a)
{
	struct world w;
	struct unit eur;

	world_init(&w, a);
	add_rate(&w, -24, HOURS, RAT_ONE);
	w.contract.rate_card_id = STR("none");
	refused(&w, "not_found", "an unknown rate card");
	w.contract.rate_card_id = STR("card");
	w.versions[0].terms.billable_metric_id = STR("none");
	refused(&w, "metric_missing", "an unknown metric");
	w.versions[0].terms.billable_metric_id = STR("metric");
	w.rates[0].product_id = STR("none");
	refused(&w, "not_found", "a rate of an unknown product");
	w.rates[0].product_id = STR("product");
	ok(unit_find(NULL, STR("EUR"), &eur), "EUR is a unit");
	w.rates[0].unit = eur;
	refused(&w, "rate.credit_type_id", "a rate in another unit");
	w.rates[0].unit = unit_usd();
	w.contract.net_payment_terms_days = INT64_C(1000000);
	refused(&w, "contract.net_payment_terms_days", "a due date out of range");
	w.contract.net_payment_terms_days = 0;
	w.contract.statement.grace_hours = INT64_C(24) * 365 * 300;
	refused(&w, "contract.usage_statement_schedule.grace_hours", "an issue date out of range");
	w.contract.statement.grace_hours = 0;
	ok(invoice(&w).nlines == 1, "and what is in order is not");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	law_order_of_events(&a);
	law_splitting(&a);
	law_totals(&a);
	law_scaling(&a);
	law_nothing_is_lost(&a);
	law_traces(&a);
	test_many_combinations(&a);
	test_meters(&a);
	test_warnings(&a);
	test_refusals(&a);
	arena_release(&a);
	return done();
}
