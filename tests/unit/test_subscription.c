/* Subscriptions: terms, quantities over time, what is charged on which invoice, seats' grants. */
#include "engine/subscription.h"

#include <stdlib.h>
#include <string.h>

#include "engine/recurring.h"
#include "tests/unit/body.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define HOUR_NS NS_PER_HOUR
#define CHANGES_MAX 12
#define START_NS (INT64_C(1725148800) * NS_PER_SECOND) /* 2024-09-01 */

static struct contract got;

static bool
read_contract(const struct json *j, bool csv, struct arena *a, struct err *e)
{
	return contract_from_json(j, csv, NULL, a, &got, e);
}

static void
terms(struct jsonw *w, const void *contract)
{
	contract_terms_json(w, contract);
}

/* ---- what is read ---- */

#define CONTRACT(rest) "{'customer_id':'c','rate_card_id':'l','starting_at':'2024-01-15'" rest "}"
#define SUBSCRIPTION(rest) \
	"{'subscription_rate':{'product_id':'p','billing_frequency':'MONTHLY'}," \
	"'collection_schedule':'ADVANCE','proration':{}" rest "}"
#define ONE(rest) CONTRACT(",'subscriptions':[" SUBSCRIPTION(rest) "]")
#define COUNTED(rest) ONE(",'initial_quantity':1" rest)
#define SEATS(rest) \
	ONE(",'quantity_management_mode':'SEAT_BASED','seat_config':{'seat_group_key':'s'}" rest)

static void
test_refused(void)
{
	static const struct refusal cases[] = {
		{ ONE(""), "missing_field", "subscriptions[0].initial_quantity",
			"{'subscription_rate'", "missing" },
		{ ONE(",'quantity_management_mode':'SEAT_BASED'"), "missing_field",
			"subscriptions[0].seat_config", "{'subscription_rate'", "missing" },
		{ ONE(",'quantity_management_mode':'SEATS'"),
			"contract.subscriptions.quantity_management_mode",
			"subscriptions[0].quantity_management_mode", "'SEATS'",
			"QUANTITY_ONLY or SEAT_BASED" },
		{ COUNTED(",'ending_before':'2024-01-15'"), "contract.subscriptions.ending_before",
			"subscriptions[0].ending_before", "'2024-01-15'}]",
			"not after starting_at" },
		{ CONTRACT(",'ending_before':'2024-02-01','subscriptions':[" SUBSCRIPTION(
			  ",'initial_quantity':1,'starting_at':'2024-02-01'") "]"),
			"contract.subscriptions.starting_at", "subscriptions[0].starting_at",
			"'2024-02-01'}]", "not before the contract's end" },
		{ COUNTED(",'updates':[{'starting_at':'2024-02-01'}]"),
			"contract.subscriptions.updates", "subscriptions[0].updates[0]",
			"{'starting_at':'2024-02", "wanted quantity or quantity_delta" },
		{ COUNTED(",'updates':[{'quantity':1}]"), "missing_field",
			"subscriptions[0].updates[0].starting_at", "{'quantity':1}", "missing" },
		{ COUNTED(",'updates':[{'starting_at':'2024-02-01','add_seat_ids':['x']}]"),
			"contract.subscriptions.updates", "subscriptions[0].updates[0]",
			"{'starting_at':'2024-02-01','add", "wanted quantity or quantity_delta" },
		{ COUNTED(",'ending_before':'2024-02-01','updates':[{'starting_at':"
			  "'2024-02-02','quantity':1}]"),
			"contract.subscriptions.updates.starting_at",
			"subscriptions[0].updates[0].starting_at", "'2024-02-02'",
			"not before the subscription's end" },
		{ SEATS(",'updates':[{'starting_at':'2024-02-01','add_unassigned_seats':'1.5'}]"),
			"contract.subscriptions.updates.add_unassigned_seats",
			"subscriptions[0].updates[0].add_unassigned_seats", "'1.5'",
			"whole number" },
		{ SEATS(",'updates':[{'starting_at':'2024-02-01','add_unassigned_seats':0}]"),
			"contract.subscriptions.updates.add_unassigned_seats",
			"subscriptions[0].updates[0].add_unassigned_seats", "0}]", "1 or more" },
		{ SEATS(",'updates':[{'starting_at':'2024-02-01','add_seat_ids':['']}]"),
			"contract.subscriptions.updates.add_seat_ids",
			"subscriptions[0].updates[0].add_seat_ids", "['']", "empty" },
		{ CONTRACT(
			  ",'subscriptions':[" SUBSCRIPTION(",'initial_quantity':1,'temporary_id':'t'") "," SUBSCRIPTION(
				  ",'initial_quantity':2,'temporary_id':'t'") "]"),
			"contract.subscriptions.temporary_id", "subscriptions[1].temporary_id",
			NULL, "given before" },
	};

	body_refused(cases, countof(cases) - 1, read_contract);
	{
		struct arena a = ARENA_INIT;
		struct json *j = body_tree(&a, cases[countof(cases) - 1].body);
		struct err e = ERR_INIT;

		ok(!read_contract(j, false, &a, &e) &&
				strcmp(e.field, "subscriptions[1].temporary_id") == 0,
			"a temporary_id names one subscription");
		json_free(j);
		arena_release(&a);
	}
}

static void
add_subscription(struct sweep *s, struct buf *b)
{
	static const char *const frequencies[] = { "weekly", "MONTHLY", "QUARTERLY", "ANNUAL" };
	bool advance = sweep_below(s, 2), seats = sweep_below(s, 2);

	buf_printf(b,
		"{'subscription_rate':{'product':'p','billing_frequency':'%s'},"
		"'collection_schedule':'%s','proration':{'is_prorated':%s",
		frequencies[sweep_below(s, countof(frequencies))], advance ? "ADVANCE" : "arrears",
		sweep_below(s, 2) ? "true" : "false");
	if (advance && sweep_below(s, 2))
		buf_add_c(b, ",'invoice_behavior':'BILL_IMMEDIATELY'");
	if (sweep_below(s, 2))
		buf_printf(b, ",'rounding':{'decimal_places':%d,'rounding_method':'FLOOR'}",
			(int)sweep_below(s, 11) - 5);
	buf_add_c(b, "}");
	if (sweep_below(s, 2))
		buf_add_c(b, ",'starting_at':'2024-02-01T07:00:00Z'");
	if (sweep_below(s, 2))
		buf_add_c(b, ",'name':'Team','description':'','custom_fields':{'a':'b'}");
	if (advance && sweep_below(s, 2))
		buf_add_c(b,
			",'billing_cycle_config':{'anchor_date':'2024-01-01',"
			"'invoice_placement':'ON_SCHEDULED_INVOICE'}");
	if (seats)
		buf_add_c(b,
			",'quantity_management_mode':'SEAT_BASED','seat_config':{"
			"'seat_group_key':'k','initial_seat_ids':['x','y'],"
			"'initial_unassigned_seats':3},'updates':["
			"{'starting_at':'2024-03-01','remove_seat_ids':['y']},"
			"{'starting_at':'2024-02-02','add_seat_ids':['z','w']},"
			"{'starting_at':'2024-04-01','remove_unassigned_seats':1},"
			"{'starting_at':'2024-04-01','add_unassigned_seats':'2'}]");
	else
		buf_printf(b,
			",'initial_quantity':'%d/3','updates':["
			"{'starting_at':'2024-02-02','quantity':'7/9'},"
			"{'starting_at':'2024-02-02','quantity_delta':'-1/9'}]",
			(int)sweep_below(s, 99));
	buf_add_c(b, "}");
}

static void
law_round_trip(void)
{
	struct sweep s = sweep_start("subscriptions", 131);
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	int broken = 0;

	for (int i = 0; i < 400; i++) {
		struct buf b = BUF_INIT;
		const char *once, *again;
		struct json *j;

		buf_add_c(&b,
			"{'customer_id':'c','rate_card_id':'l','starting_at':'2024-01-15',"
			"'subscriptions':[");
		add_subscription(&s, &b);
		buf_add_c(&b, ",");
		add_subscription(&s, &b);
		buf_add_c(&b, "]}");
		broken += !body_taken(buf_cstr(&b), read_contract, &a);
		once = body_written(&a, terms, &got);
		j = body_tree(&a, once);
		broken += !read_contract(j, false, &a, &e);
		again = body_written(&a, terms, &got);
		broken += strcmp(once, again) != 0 || got.nsubscriptions != 2;
		json_free(j);
		buf_release(&b);
		arena_clear(&a);
	}
	is_int(broken, 0, "what is stored is read back as it was");
	arena_release(&a);
}

/* ---- one contract, in hours from its start ---- */

struct world {
	struct arena *arena;
	struct contract contract;
	struct subscription subscription;
	struct quantity_change changes[CHANGES_MAX];
	struct catalogue catalogue;
	struct customer customer;
	struct product product;
	struct product_version version;
	struct rate_card card;
	struct rate rates[3];
	struct account account;
};

static int64_t
hour(int64_t n)
{
	return START_NS + n * HOUR_NS;
}

static enum frequency
any_frequency(struct sweep *s)
{
	static const enum frequency all[] = { FREQ_WEEKLY, FREQ_MONTHLY, FREQ_QUARTERLY,
		FREQ_ANNUAL };

	return all[sweep_below(s, countof(all))];
}

static void
add_changes(struct sweep *s, struct world *w)
{
	struct subscription *sub = &w->subscription;

	sub->changes = w->changes;
	sub->nchanges = sweep_below(s, CHANGES_MAX);
	for (size_t i = 0; i < sub->nchanges; i++)
		w->changes[i] = (struct quantity_change){
			.starting_at_ns = sub->starting_at_ns +
				(int64_t)sweep_below(s, UINT64_C(24) * 400) / 24 * 24 * HOUR_NS,
			.kind = CHANGE_QUANTITY,
			.quantity = rat_int(w->arena, (int64_t)sweep_below(s, 20)),
		};
}

static void
add_rates(struct sweep *s, struct world *w)
{
	for (size_t i = 0; i < countof(w->rates); i++)
		w->rates[i] = (struct rate){
			.id = str_printf(w->arena, "rate %zu", i),
			.product_id = w->product.id,
			.starting_at_ns = i == 0 ? hour(-9999) :
						   hour((int64_t)sweep_below(s, 9999)),
			.ending_before_ns = INSTANT_NONE,
			.entitled = i == 0 || sweep_below(s, 4) > 0,
			.type = RATE_FLAT,
			.has_frequency = true,
			.frequency = w->subscription.frequency,
			.price = rat_frac(w->arena, (int64_t)sweep_below(s, 9999), 7),
			.unit = unit_usd(),
			.seq = (int64_t)i + 1,
		};
}

static void
add_statement(struct sweep *s, struct contract *c)
{
	c->statement = (struct statement_schedule){
		.frequency = any_frequency(s),
		.day = (enum statement_day)sweep_below(s, 3),
		.billing_anchor_ns = INSTANT_NONE,
		.generation_start_ns = INSTANT_NONE,
	};
	if (c->statement.day == DAY_CUSTOM_DATE)
		c->statement.billing_anchor_ns = hour(-(int64_t)sweep_below(s, 9999));
}

static void
random_world(struct sweep *s, struct world *w, struct arena *a)
{
	struct contract *c = &w->contract;
	struct subscription *sub = &w->subscription;
	struct err e = ERR_INIT;

	*w = (struct world){ .arena = a };
	*c = (struct contract){ .id = STR("contract"),
		.rate_card_id = STR("card"),
		.starting_at_ns = hour((int64_t)sweep_below(s, 999)),
		.ending_before_ns = INSTANT_NONE,
		.subscriptions = sub,
		.nsubscriptions = 1 };
	if (sweep_below(s, 2))
		c->ending_before_ns = c->starting_at_ns + hour(1 + (int64_t)sweep_below(s, 9999)) -
			START_NS;
	add_statement(s, c);
	*sub = (struct subscription){
		.id = STR("subscription"),
		.product_id = STR("product"),
		.frequency = any_frequency(s),
		.collection = (enum collection)sweep_below(s, 2),
		.is_prorated = sweep_below(s, 3) > 0,
		.starting_at_ns = c->starting_at_ns + (int64_t)sweep_below(s, 999) * HOUR_NS,
		.ending_before_ns = INSTANT_NONE,
		.anchor_ns = INSTANT_NONE,
		.initial_quantity = rat_int(a, (int64_t)sweep_below(s, 9)),
	};
	if (sweep_below(s, 2))
		sub->ending_before_ns = sub->starting_at_ns +
			(1 + (int64_t)sweep_below(s, 9999)) * HOUR_NS;
	if (sub->collection == COLLECT_ADVANCE) {
		sub->invoicing = (enum proration_invoicing)sweep_below(s, 2);
		if (sweep_below(s, 2))
			sub->anchor_ns = sub->starting_at_ns -
				(int64_t)sweep_below(s, 9999) * HOUR_NS;
	}
	sub->placement = (enum fee_placement)sweep_below(s, 2);
	add_changes(s, w);
	w->version.terms.name = STR("Seats");
	w->version.starting_at_ns = INSTANT_NONE;
	w->product = (struct product){ .id = STR("product"),
		.type = PRODUCT_SUBSCRIPTION,
		.versions = &w->version,
		.nversions = 1 };
	w->card = (struct rate_card){ .id = STR("card"), .fiat = unit_usd() };
	add_rates(s, w);
	catalogue_init(&w->catalogue, a);
	*map_slot(&w->catalogue.products, w->product.id, NULL) = &w->product;
	if (!catalogue_add_card(&w->catalogue, a, &w->card, w->rates, countof(w->rates), &e))
		note("the test itself is wrong: %s", e.text);
	w->account = (struct account){ .customer = &w->customer,
		.contract = c,
		.catalogue = &w->catalogue };
}

/* ---- quantities ---- */

/* The quantity at an instant, straight from the changes. */
static struct rat
plain_quantity(const struct subscription *s, int64_t t_ns)
{
	const struct quantity_change *best = NULL;

	for (size_t i = 0; i < s->nchanges; i++) {
		const struct quantity_change *c = &s->changes[i];
		if (c->starting_at_ns <= t_ns &&
			(best == NULL || c->starting_at_ns >= best->starting_at_ns))
			best = c;
	}
	return best != NULL ? best->quantity : s->initial_quantity;
}

static void
law_steps(void)
{
	struct sweep s = sweep_start("quantities over time", 137);
	struct arena a = ARENA_INIT;
	int broken = 0;

	for (int i = 0; i < 500; i++) {
		struct quantity_steps steps = { NULL, 0 };
		struct world w;
		struct str why;

		random_world(&s, &w, &a);
		broken += !subscription_steps(&w.subscription, &a, &steps, &why);
		for (size_t k = 0; k < steps.n; k++)
			broken += (k > 0 && steps.p[k].at_ns <= steps.p[k - 1].at_ns) ||
				!rat_eq(steps.p[k].quantity,
					plain_quantity(&w.subscription, steps.p[k].at_ns));
		for (int k = 0; k < 20; k++) {
			int64_t t_ns = w.subscription.starting_at_ns +
				(int64_t)sweep_below(&s, 9999) * HOUR_NS;
			broken += !rat_eq(quantity_at(&steps, t_ns)->quantity,
				plain_quantity(&w.subscription, t_ns));
		}
		arena_clear(&a);
	}
	is_int(broken, 0, "at every instant the last change up to it holds");
	arena_release(&a);
}

/* A seat that is assigned takes one that is not, and gives back what it took when it goes. */
static void
law_seats(void)
{
	struct sweep s = sweep_start("seats over time", 139);
	struct arena a = ARENA_INIT;
	int broken = 0;

	for (int i = 0; i < 300; i++) {
		struct quantity_change changes[CHANGES_MAX];
		struct subscription sub = { .mode = MODE_SEAT_BASED,
			.starting_at_ns = hour(0),
			.initial_quantity = rat_int(&a, (int64_t)sweep_below(&s, 4)),
			.changes = changes };
		int64_t unassigned = 0, assigned = 0;
		struct quantity_steps steps;
		struct str why, ids[CHANGES_MAX];

		broken += !rat_to_int64(sub.initial_quantity, &unassigned);
		for (; sub.nchanges < CHANGES_MAX; sub.nchanges++) {
			struct quantity_change *c = &changes[sub.nchanges];
			bool adds = assigned == 0 || sweep_below(&s, 3) > 0;

			*c = (struct quantity_change){
				.starting_at_ns = hour((int64_t)sub.nchanges),
				.kind = adds ? CHANGE_ADD_SEATS : CHANGE_REMOVE_SEATS,
				.seat_ids = { &ids[sub.nchanges], 1 },
			};
			/* the last one that came goes first */
			ids[sub.nchanges] = str_printf(&a, "seat %d",
				(int)(adds ? assigned : assigned - 1));
			assigned += adds ? 1 : -1;
			unassigned -= adds && unassigned > 0;
		}
		broken += !subscription_steps(&sub, &a, &steps, &why);
		broken += steps.n != CHANGES_MAX ||
			(int64_t)steps.p[steps.n - 1].seat_ids.n != assigned ||
			!rat_eq(steps.p[steps.n - 1].quantity, rat_int(&a, assigned + unassigned));
		arena_clear(&a);
	}
	is_int(broken, 0, "quantity = assigned + unassigned");
	arena_release(&a);
}

/* ---- what is charged ---- */

static void
law_proration_adds_up(void)
{
	struct sweep s = sweep_start("prorations", 149);
	const struct proration_rounding exact = { .on = false };
	struct arena a = ARENA_INIT;
	int broken = 0;

	for (int i = 0; i < 500; i++) {
		int64_t hours = 1 + (int64_t)sweep_below(&s, 9999), at = 0;
		struct rat price = rat_frac(&a, (int64_t)sweep_below(&s, 99999), 11);
		struct rat sum = RAT_ZERO;

		while (at < hours) {
			int64_t to = at + 1 + (int64_t)sweep_below(&s, (uint64_t)(hours - at));
			struct subscription_cell cell = { hour(0), hour(hours), hour(at),
				hour(to) };

			sum = rat_add(&a, sum, prorated_price(&a, price, &cell, hour(at), &exact));
			at = to;
		}
		broken += !rat_eq(sum, price);
		arena_clear(&a);
	}
	is_int(broken, 0, "the parts of a period cost what it costs");
	arena_release(&a);
}

/* The most that holds in the active part of a cell. */
static struct rat
highest(const struct subscription *s, const struct subscription_cell *cell)
{
	struct rat most = plain_quantity(s, cell->from_ns);

	for (size_t i = 0; i < s->nchanges; i++) {
		int64_t t_ns = s->changes[i].starting_at_ns;
		if (t_ns > cell->from_ns && t_ns < cell->to_ns)
			most = rat_max(most, plain_quantity(s, t_ns));
	}
	return most;
}

/* The last rate that began by then says so. */
static bool
is_entitled(const struct world *w, int64_t t_ns)
{
	const struct rate *last = &w->rates[0];

	for (size_t i = 1; i < countof(w->rates); i++)
		if (w->rates[i].starting_at_ns <= t_ns &&
			w->rates[i].starting_at_ns >= last->starting_at_ns)
			last = &w->rates[i];
	return last->entitled;
}

/* The charges of one cell add up to the most of it, and begin where they should. */
static int
check_cell(struct arena *a, const struct world *w, const struct subscription_charges *all,
	const struct subscription_cell *cell)
{
	struct rat sum = RAT_ZERO;
	int broken = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct subscription_charge *c = &all->p[i];
		if (c->cell.start_ns != cell->start_ns)
			continue;
		broken += rat_sign(c->quantity) <= 0 || !rat_eq(c->before, sum) ||
			c->starting_at_ns < cell->from_ns || c->starting_at_ns >= cell->to_ns;
		sum = rat_add(a, sum, c->quantity);
		broken += !rat_eq(plain_quantity(&w->subscription, c->starting_at_ns), sum);
		broken += c->is_prorated &&
			!rat_eq(c->unit_price,
				rat_mul(a, c->rate->price,
					rat_frac(a, (cell->to_ns - c->starting_at_ns) / HOUR_NS,
						(cell->end_ns - cell->start_ns) / HOUR_NS)));
		broken += !c->is_prorated && !rat_eq(c->unit_price, c->rate->price);
		broken += !rate_covers(c->rate, cell->from_ns);
	}
	if (is_entitled(w, cell->from_ns))
		return broken + !rat_eq(sum, highest(&w->subscription, cell));
	return broken + (rat_sign(sum) != 0);
}

static void
law_charges(void)
{
	struct sweep s = sweep_start("quantities and charges", 151);
	struct arena a = ARENA_INIT;
	int broken = 0, cells = 0;

	for (int i = 0; i < 400; i++) {
		struct subscription_charges all = { .n = 0 };
		struct subscription_cell cell;
		struct grid g;
		struct world w;
		int64_t k;

		random_world(&s, &w, &a);
		subscription_all_charges(&a, &w.account, hour(20000), &all);
		g = subscription_grid(&w.contract, &w.subscription);
		if (!grid_find(&g, w.subscription.starting_at_ns, &k))
			broken++;
		for (; subscription_cell_at(&w.contract, &w.subscription, &g, k, &cell) &&
			cell.from_ns < hour(20000);
			k++, cells++)
			broken += check_cell(&a, &w, &all, &cell);
		arena_clear(&a);
	}
	note("%d periods", cells);
	is_int(broken, 0, "a period is charged the most that held in it, step by step");
	arena_release(&a);
}

static bool
same_charge(const struct subscription_charge *x, const struct subscription_charge *y)
{
	return x->starting_at_ns == y->starting_at_ns && rat_eq(x->quantity, y->quantity) &&
		x->on_usage_invoice == y->on_usage_invoice && x->invoice_ns == y->invoice_ns;
}

static size_t
count(const struct subscription_charges *in, const struct subscription_charge *one)
{
	size_t n = 0;

	for (size_t i = 0; i < in->n; i++)
		n += same_charge(&in->p[i], one);
	return n;
}

/* All usage invoices up to an instant, one after the other, and the scheduled ones. */
static void
law_once(void)
{
	struct sweep s = sweep_start("every charge once", 157);
	struct arena a = ARENA_INIT;
	int broken = 0, charged = 0;

	for (int i = 0; i < 400; i++) {
		struct subscription_charges all = { .n = 0 }, found = { .n = 0 };
		int64_t end_ns = hour(9000);
		struct period p;
		struct world w;
		bool more;

		random_world(&s, &w, &a);
		subscription_all_charges(&a, &w.account, end_ns, &all);
		more = period_first(&w.contract, INSTANT_NONE, &p);
		/* what ends far behind stands on a far invoice */
		while (more && p.start_ns < end_ns + hour(9000) - START_NS) {
			size_t before = found.n;
			subscription_usage_charges(&a, &w.account, &p, &found);
			for (size_t k = before; k < found.n; k++)
				broken += found.p[k].cell.to_ns <= p.start_ns ||
					found.p[k].cell.from_ns > p.end_ns;
			more = period_next(&w.contract, &p, &p);
		}
		subscription_scheduled_charges(&a, &w.account, end_ns, &found);
		for (size_t k = 0; k < all.n; k++, charged++)
			broken += count(&found, &all.p[k]) != 1 || count(&all, &all.p[k]) != 1;
		arena_clear(&a);
	}
	note("%d charges", charged);
	is_int(broken, 0, "each stands on one invoice, and on one alone");
	arena_release(&a);
}

/* ---- what is granted ---- */

static struct rat
plain_grant(struct arena *a, const struct world *w, const struct recurring *r,
	const struct access_segment *s)
{
	const struct subscription_cell cell = { 0, 0, s->starting_at_ns, s->ending_before_ns };
	struct subscription ended = w->subscription;
	struct rat most = RAT_ZERO;

	/* it counts as none before it begins and after it ends */
	for (int64_t t = cell.from_ns; t < cell.to_ns; t += HOUR_NS)
		if (t >= ended.starting_at_ns &&
			(ended.ending_before_ns == INSTANT_NONE || t < ended.ending_before_ns))
			most = rat_max(most, plain_quantity(&ended, t));
	return rat_mul(a, r->access.unit_price, most);
}

static void
law_pooled(void)
{
	struct sweep s = sweep_start("pooled grants", 163);
	struct arena a = ARENA_INIT;
	int broken = 0, children = 0;

	for (int i = 0; i < 60; i++) {
		struct recurring item = { .child = { .id = STR("item"), .type = COMMIT_CREDIT },
			.duration = 1,
			.has_frequency = true,
			.frequency = FREQ_MONTHLY,
			.ending_before_ns = INSTANT_NONE,
			.proration = PRORATE_NONE,
			.link = { .subscription_id = STR("subscription") } };
		struct contract expanded;
		struct world w;

		random_world(&s, &w, &a);
		item.access.unit_price = rat_frac(&a, 1 + (int64_t)sweep_below(&s, 99), 3);
		item.starting_at_ns = w.contract.starting_at_ns;
		w.contract.recurring = &item;
		w.contract.nrecurring = 1;
		expanded = recurring_expand(&w.contract, hour(9000), &a);
		for (size_t k = 0; k < expanded.ncommits; k++, children++) {
			const struct access_segment *seg = &expanded.commits[k].segments[0];
			if (seg->ending_before_ns > hour(9000))
				continue;
			broken += expanded.commits[k].nsegments != 1 ||
				!rat_eq(access_granted(&a, seg), plain_grant(&a, &w, &item, seg));
		}
		arena_clear(&a);
	}
	note("%d children", children);
	is_int(broken, 0, "in full, a child grants for the most that held in its period");
	arena_release(&a);
}

int
main(void)
{
	test_refused();
	law_round_trip();
	law_steps();
	law_seats();
	law_proration_adds_up();
	law_charges();
	law_once();
	law_pooled();
	return done();
}
