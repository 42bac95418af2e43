/* Which rate holds when: laws over random time lines, selectors, the order of products. */
#include "domain/card_order.h"
#include "domain/rate_place.h"
#include "domain/rate_selector.h"

#include <stdlib.h>

#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

#define ROUNDS 2000
#define RATES 12
#define HOURS 24

/* Rates of two products, some with an end, with and without values. */
static size_t
random_rates(struct sweep *s, struct rate *rates)
{
	static struct pair value[] = { { { "region", 6 }, { "eu", 2 } } };
	size_t n = 1 + (size_t)sweep_below(s, RATES);

	for (size_t i = 0; i < n; i++) {
		int64_t start = (int64_t)sweep_below(s, HOURS);
		struct rate r = {
			.product_id = sweep_below(s, 2) == 0 ? STR("p1") : STR("p2"),
			.starting_at_ns = start,
			.ending_before_ns = INSTANT_NONE,
			.unit = unit_usd(),
			.seq = (int64_t)i + 1,
			.has_frequency = sweep_below(s, 4) == 0,
			.frequency = sweep_below(s, 2) == 0 ? FREQ_MONTHLY : FREQ_ANNUAL,
		};

		if (sweep_below(s, 2) == 0)
			r.ending_before_ns = start + 1 + (int64_t)sweep_below(s, HOURS);
		if (sweep_below(s, 3) == 0)
			r.pricing_group_values = (struct pairs){ value, 1 };
		rates[i] = r;
	}
	qsort(rates, n, sizeof(rates[0]), rate_by_place);
	return n;
}

/* The segment of a place that holds t; NULL: none. *many: several do. */
static const struct rate_segment *
segment_at(const struct rate_segment *p, size_t n, const struct rate *place, int64_t t, bool *many)
{
	const struct rate_segment *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (rate_place_cmp(p[i].rate, place) != 0 || p[i].starting_at_ns > t ||
			(p[i].ending_before_ns != INSTANT_NONE && p[i].ending_before_ns <= t))
			continue;
		*many = *many || found != NULL;
		found = &p[i];
	}
	return found;
}

/* At each instant segments say what rates_keep_holding says, and neighbours differ. */
static void
law_segments(struct arena *a)
{
	struct sweep s = sweep_start("segments", 31);
	int64_t wrong = 0, several = 0, outside = 0, joined = 0, seen = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct rate rates[RATES], held[RATES];
		size_t n = random_rates(&s, rates), nsegments;
		int64_t from = (int64_t)sweep_below(&s, HOURS);
		int64_t to = sweep_below(&s, 2) == 0 ? INSTANT_NONE :
						       from + 1 + (int64_t)sweep_below(&s, HOURS);
		struct rate_segment *p = rate_segments(rates, n, from, to, a, &nsegments);

		for (size_t i = 0; i < nsegments; i++) {
			outside += p[i].starting_at_ns < from ||
				(to != INSTANT_NONE && p[i].ending_before_ns > to);
			joined += i > 0 && p[i].rate == p[i - 1].rate &&
				p[i].starting_at_ns == p[i - 1].ending_before_ns;
		}
		for (int64_t t = from; t < INT64_C(2) * HOURS && (to == INSTANT_NONE || t < to);
			t++) {
			bool many = false;
			size_t nheld, found = 0;

			for (size_t i = 0; i < n; i++)
				held[i] = rates[i];
			nheld = rates_keep_holding(held, n, t);
			for (size_t i = 0; i < nheld; i++) {
				const struct rate_segment *q = segment_at(p, nsegments, &held[i], t,
					&many);
				found += q != NULL && q->rate->seq == held[i].seq;
			}
			wrong += found != nheld;
			for (size_t i = 0; i < nsegments; i++)
				seen += p[i].starting_at_ns <= t;
			several += many;
		}
		arena_clear(a);
	}
	ok(wrong == 0 && seen > ROUNDS, "segments say what holds at each instant");
	is_int(several, 0, "one at a time");
	is_int(outside, 0, "within the range");
	is_int(joined, 0, "and what goes on is one segment");
}

/* ---- selectors ---- */

static struct rate_selector got_selector;

static bool
read_selector(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	(void)csv;
	return rate_selector_from_json(j, a, &got_selector, e);
}

static void
test_selectors(struct arena *a)
{
	static const struct refusal cases[] = {
		{ "[]", "not_an_object", "", "[", "object" },
		{ "{'product_tags':[]}", "rate_selector.product_tags", "product_tags", "[]",
			"at least 1" },
		{ "{'product_id':'p','tag':'x'}", "unknown_field", "tag", "'x'", "unknown" },
		{ "{'product_id':'p','product':'q'}", "rate_selector.product", "product", "'q'",
			"beside product_id" },
		{ "{'billing_frequency':'DAILY'}", "rate_selector.billing_frequency",
			"billing_frequency", "'DAILY'", "WEEKLY, MONTHLY, QUARTERLY or ANNUAL" },
		{ "{'pricing_group_values':['x']}", "rate_selector.pricing_group_values",
			"pricing_group_values", "['x']", "object" },
		{ "{'partial_pricing_group_values':{'k':[1]}}",
			"rate_selector.partial_pricing_group_values",
			"partial_pricing_group_values.k", "[1]", "" },
	};
	static struct pair values[] = { { { "cloud", 5 }, { "aws", 3 } },
		{ { "zone", 4 }, { "1", 1 } } };
	static struct str tags[] = { { "a", 1 }, { "b", 1 } };
	const struct rate r = { .product_id = STR("p"), .pricing_group_values = { values, 2 } };
	const struct texts borne = { tags, 2 };
	static const struct {
		const char *selector;
		bool selects;
	} rows[] = {
		{ "{'product_id':'p'}", true },
		{ "{'product_id':'q'}", false },
		{ "{'product_tags':['x','b']}", true },
		{ "{'product_tags':['x']}", false },
		{ "{'pricing_group_values':{'zone':'1','cloud':'aws'}}", true },
		{ "{'pricing_group_values':{'zone':1,'cloud':'aws'}}", true },
		{ "{'pricing_group_values':{'cloud':'aws'}}", false },
		{ "{'pricing_group_values':{}}", false },
		{ "{'partial_pricing_group_values':{'cloud':'aws'}}", true },
		{ "{'partial_pricing_group_values':{'cloud':'gcp'}}", false },
		{ "{'partial_pricing_group_values':{'region':'aws'}}", false },
		{ "{'billing_frequency':'monthly'}", false },
		{ "{'product':'p','product_tags':['a'],'partial_pricing_group_values':{'zone':'1'}}",
			true },
		{ "{'product':'p','product_tags':['x'],'partial_pricing_group_values':{'zone':'1'}}",
			false },
	};

	body_refused(cases, countof(cases), read_selector);
	ok(rate_selected(NULL, 0, &r, &borne), "no selector selects all");
	for (size_t i = 0; i < countof(rows); i++) {
		ok(body_taken(rows[i].selector, read_selector, a), "taken: %s", rows[i].selector);
		ok(rate_selected(&got_selector, 1, &r, &borne) == rows[i].selects,
			"  it selects: %d", rows[i].selects);
	}
}

/* ---- the order of products ---- */

static struct card_order_change got_change;
static struct str got_card;

static bool
read_order(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return card_order_from_json(j, csv, a, &got_card, &got_change, e);
}

static void
test_order(struct arena *a)
{
	static const struct refusal cases[] = {
		{ "{'rate_card_id':'c'}", "missing_field", "product_moves", "{", "missing" },
		{ "{'product_order':['a']}", "missing_field", "rate_card_id", "{", "missing" },
		{ "{'rate_card_id':'c','product_order':'a'}", "rate_card.product_order",
			"product_order", "'a'", "array" },
		{ "{'rate_card_id':'c','product_order':['a','a']}", "rate_card.product_order",
			"product_order[1]", "'a']", "twice" },
		{ "{'rate_card_id':'c','product_moves':[{'product_id':'a','position':'0'}]}",
			"rate_card.product_moves.position", "product_moves[0].position", "'0'",
			"integer" },
		{ "{'rate_card_id':'c','product_moves':[{'position':0}]}", "missing_field",
			"product_moves[0].product_id", "{'pos", "missing" },
	};
	static struct str all[] = { { "a", 1 }, { "b", 1 }, { "c", 1 } };
	static struct str some[] = { { "c", 1 } };
	struct texts order = card_order_complete(&(struct texts){ some, 1 },
		&(struct texts){ all, 3 }, a);
	struct err e = ERR_INIT;

	body_refused(cases, countof(cases), read_order);
	is_str(texts_join(&order, " ", a).p, "c a b", "what is named comes first");
	ok(body_taken("{'id':'c','product_moves':[{'product':'b','position':0},"
		      "{'product_id':'c','position':2}]}",
		   read_order, a),
		"moves");
	ok(card_order_move(&order, got_change.moves, got_change.nmoves, a, &e), "  applied");
	is_str(texts_join(&order, " ", a).p, "b a c", "  one after the other");
	got_change.moves[0].position = 3;
	ok(!card_order_move(&order, got_change.moves, 1, a, &e), "not beyond the end");
	is_str(e.code, "rate_card.product_moves.position", "  the code");
	is_str(e.field, "product_moves[0].position", "  the field");
	is_str(e.value, "3", "  the value");
}

int
main(void)
{
	struct arena a = ARENA_INIT;

	law_segments(&a);
	test_selectors(&a);
	test_order(&a);
	arena_release(&a);
	return done();
}
