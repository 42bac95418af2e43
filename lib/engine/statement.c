#include "engine/statement.h"

#include <assert.h>
#include <inttypes.h>

#include "engine/invoice_make.h"
#include "engine/pay.h"
#include "engine/rating.h"
#include "engine/subscription_lines.h"

#include "base/banned.h"

struct statement {
	struct account account;
	struct period period;
	const struct priced_card *card;
	int64_t issued_at_ns;
	struct product_plan *products; /* in card order */
	size_t nproducts;
	bool has_composites;
	bool of_customer;   /* some composite has the scope CUSTOMER */
	size_t *composites; /* places in products, each after those of its base */
	size_t ncomposites;
	struct statement **others; /* of the customer's other contracts, for composites */
	size_t nothers;
	size_t others_cap;
};

static bool
plan_dates(struct statement *s, struct arena *a, struct err *e)
{
	const struct contract *c = s->account.contract;
	char text[INSTANT_TEXT_SIZE];

	if (!period_issued_at(c, &s->period, &s->issued_at_ns))
		return err_field(e, ERR_INPUT, "contract.usage_statement_schedule.grace_hours",
			STR("usage_statement_schedule.grace_hours"),
			str_printf(a, "%" PRId64, c->statement.grace_hours),
			"the invoice of the period ending %s would be issued beyond 2262",
			instant_text(s->period.end_ns, text));
	return due_date_check(c, a, s->issued_at_ns, e);
}

static bool
includes_composites(const struct product *composite)
{
	for (size_t i = 0; i < composite->nversions; i++)
		if (composite->versions[i].terms.include_composite_spend)
			return true;
	return false;
}

/* What other contracts want to know of this one is without what they charge themselves. */
static bool
is_planned(const struct planner *p, const struct priced_product *priced,
	const struct cut_list *asked)
{
	const struct product *product = priced->product;

	if (product->type == PRODUCT_SUBSCRIPTION)
		return false; /* charged by what the contract subscribes to */
	if (!product_is_composite(product))
		return true; /* usage that no rate prices in the whole period is to be told */
	return rating_concerns(p, priced) && (asked == NULL || !scope_is_customer(product));
}

/* Where composites are cut, their base is. */
static void
plan_composites(struct statement *s, struct planner *p, const struct cut_list *asked)
{
	for (size_t i = 0; i < s->card->nproducts; i++) {
		const struct priced_product *priced = &s->card->products[i];
		if (!product_is_composite(priced->product) || !is_planned(p, priced, asked))
			continue;
		composite_cuts(p, priced, &p->base);
		p->nested = p->nested || includes_composites(priced->product);
		s->of_customer = s->of_customer || scope_is_customer(priced->product);
		s->has_composites = true;
	}
	for (size_t i = 0; asked != NULL && i < asked->n; i++)
		cut_at(p, &p->base, asked->p[i].at_ns, CUT_BASE);
	if (asked != NULL)
		s->has_composites = p->nested = true;
}

static bool
plan_products(struct statement *s, struct planner *p, const struct cut_list *asked, struct err *e)
{
	plan_composites(s, p, asked);
	s->products = ARENA_ARRAY(p->arena, s->card->nproducts, struct product_plan);
	for (size_t i = 0; i < s->card->nproducts; i++) {
		const struct priced_product *priced = &s->card->products[i];
		if (!is_planned(p, priced, asked))
			continue;
		if (!rating_plan(p, priced, &s->products[s->nproducts], e))
			return false;
		s->nproducts++;
	}
	return composites_order(p->arena, s->products, s->nproducts, &s->composites,
		&s->ncomposites, e);
}

static bool
find_card(struct statement *s, struct err *e)
{
	const struct contract *c = s->account.contract;

	assert(c->rate_card_id.n > 0);
	s->card = catalogue_card(s->account.catalogue, c->rate_card_id);
	return s->card != NULL ||
		err_field(e, ERR_INPUT, "not_found", STR("rate_card_id"), c->rate_card_id,
			"contract %.*s: no such rate card", STR_FMT(c->id));
}

static struct planner
planner_of(const struct statement *s, struct arena *a, const struct purse *purse)
{
	return (struct planner){
		.arena = a,
		.catalogue = s->account.catalogue,
		.card = s->card,
		.account = &s->account,
		.period = &s->period,
		.contract = s->account.contract,
		.filters = &s->account.contract->filters,
		.purse = purse,
	};
}

/* A period of another contract of the customer, cut where this one is. */
static bool
plan_other(struct statement *s, const struct account *acct, const struct period *period,
	const struct planner *p, struct err *e)
{
	struct statement *other = ARENA_NEW(p->arena, struct statement);
	struct cut_list asked = { NULL, 0, 0 };
	struct planner planner;

	for (size_t i = 0; i < p->base.n; i++)
		cut_put(p->arena, &asked, p->base.p[i].at_ns, CUT_BASE);
	cut_put(p->arena, &asked, s->period.start_ns, CUT_BASE);
	cut_put(p->arena, &asked, s->period.end_ns, CUT_BASE);
	other->account = *acct;
	other->period = *period;
	if (!find_card(other, e))
		return false;
	planner = planner_of(other, p->arena, NULL);
	if (!plan_products(other, &planner, &asked, e))
		return false;
	s->others = arena_grow(p->arena, s->others, &s->others_cap, s->nothers + 1,
		sizeof(struct statement *));
	s->others[s->nothers++] = other;
	return true;
}

/* Every period that overlaps this one, of all contracts that composites are charged on. */
static bool
plan_others(struct statement *s, const struct planner *p, struct err *e)
{
	for (size_t i = 0; s->of_customer && i < s->account.nsiblings; i++) {
		const struct account *acct = s->account.siblings[i];
		struct period period;
		bool more = scope_card(p, i) != NULL &&
			period_first(acct->contract, INSTANT_NONE, &period);

		for (; more && period.start_ns < s->period.end_ns;
			more = period_next(acct->contract, &period, &period))
			if (period.end_ns > s->period.start_ns &&
				!plan_other(s, acct, &period, p, e))
				return false;
	}
	return true;
}

static void
ask_for_usage(struct statement *s, struct arena *a, struct usage_plan *plan)
{
	struct texts keys = customer_keys(s->account.customer, a);

	for (size_t i = 0; i < s->nproducts; i++)
		rating_meters(&s->products[i], &keys, plan);
	for (size_t i = 0; i < s->nothers; i++)
		ask_for_usage(s->others[i], a, plan);
}

struct statement *
statement_plan(struct arena *a, const struct account *acct, const struct period *p,
	const struct purse *purse, struct usage_plan *plan, struct err *e)
{
	struct statement *s = ARENA_NEW(a, struct statement);
	struct planner planner;

	s->account = *acct;
	s->period = *p;
	if (!find_card(s, e))
		return NULL;
	planner = planner_of(s, a, purse);
	if (!plan_dates(s, a, e) || !plan_products(s, &planner, NULL, e) ||
		!plan_others(s, &planner, e))
		return NULL;

	/* nothing is asked of the events until all is known to be in order */
	ask_for_usage(s, a, plan);
	return s;
}

/* ---- the invoice ---- */

static void
warn_gap(const struct rating *r, const struct subscription_gap *gap)
{
	const struct pairs none = { NULL, 0 };
	char text[INSTANT_TEXT_SIZE];

	rating_warn(r, gap->product->id, none,
		str_printf(r->arena,
			"product \"%.*s\" is subscribed to, and no %s rate prices it, from %s on",
			STR_FMT(product_at(gap->product, gap->from_ns, r->arena).name),
			frequency_name(gap->subscription->frequency),
			instant_text(gap->from_ns, text)));
}

/* What subscriptions are charged on this invoice, for all that needs it before it is paid. */
static void
charge_subscriptions(const struct statement *s, struct rating *r, struct subscription_items *out)
{
	struct subscription_charges charges = { .n = 0 };

	subscription_usage_charges(r->arena, &s->account, &s->period, &charges);
	*out = subscription_items_of(r->arena, &charges);
	r->subscriptions = ARENA_ARRAY(r->arena, out->n, struct charge *);
	for (; r->nsubscriptions < out->n; r->nsubscriptions++)
		r->subscriptions[r->nsubscriptions] = &out->p[r->nsubscriptions].charge;
	for (size_t i = 0; i < charges.ngaps; i++)
		warn_gap(r, &charges.gaps[i]);
}

static struct spending price_products(const struct statement *s, const struct rating *r);

/* Another contract's part of a base: its own invoice tells what there is to tell. */
static struct spending
price_other(const struct statement *s, struct arena *a)
{
	struct rating_warnings told = { NULL, NULL };
	struct invoice *inv = ARENA_NEW(a, struct invoice);
	struct rating r = { .arena = a, .invoice = inv, .warnings = &told };
	struct subscription_items subscribed;

	inv->contract_id = s->account.contract->id;
	charge_subscriptions(s, &r, &subscribed);
	return price_products(s, &r);
}

/* Every product priced; composites need what the others cost. */
static struct spending
price_products(const struct statement *s, const struct rating *r)
{
	struct rated *all = ARENA_ARRAY(r->arena, s->nproducts, struct rated);
	struct spending *spent = ARENA_ARRAY(r->arena, 1 + s->nothers, struct spending);

	for (size_t i = 0; i < s->nproducts; i++) {
		const struct product_plan *pp = &s->products[i];
		if (s->has_composites)
			all[i].spend = ARENA_ARRAY(r->arena, pp->nwindows, struct rat);
		if (!product_is_composite(pp->priced->product))
			rate_usage(r, pp, &all[i]);
	}
	spent[0] = (struct spending){ .card = s->card,
		.period = &s->period,
		.rated = all,
		.nrated = s->nproducts,
		.subscriptions = r->subscriptions,
		.nsubscriptions = r->nsubscriptions };
	for (size_t i = 0; i < s->nothers; i++)
		spent[1 + i] = price_other(s->others[i], r->arena);
	for (size_t i = 0; i < s->ncomposites; i++) {
		size_t place = s->composites[i];
		rate_composite(r, &s->products[place], spent, 1 + s->nothers, &all[place]);
	}
	return spent[0];
}

static void
pay(const struct rating *r, struct purse *purse, const struct rated *all, size_t n,
	struct invoice *inv)
{
	struct charge **charges;
	size_t ncharges = r->nsubscriptions;

	for (size_t i = 0; i < n; i++)
		ncharges += all[i].n;
	charges = ARENA_ARRAY(r->arena, ncharges, struct charge *);
	ncharges = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < all[i].n; k++)
			charges[ncharges++] = &all[i].charges[k]->charge;
	for (size_t i = 0; i < r->nsubscriptions; i++)
		charges[ncharges++] = r->subscriptions[i];
	invoice_pay(purse, r->arena, charges, ncharges, inv->end_ns, inv);
}

/* In card order. */
static void
put_lines(const struct statement *s, const struct rating *r, const struct rated *all,
	const struct subscription_items *subscribed, struct line_list *lines)
{
	size_t next = 0;

	for (size_t i = 0; i < s->card->nproducts; i++) {
		const struct priced_product *p = &s->card->products[i];
		if (next < s->nproducts && s->products[next].priced == p)
			product_lines(r, &all[next++], lines);
		else if (p->product->type == PRODUCT_SUBSCRIPTION)
			subscription_lines(r->arena, r->purse, subscribed, p->product->id, lines);
	}
}

void
statement_invoice(struct statement *s, struct purse *purse, struct arena *a, struct invoice *out,
	struct rating_warnings *warnings)
{
	struct rating r = { .arena = a, .invoice = out, .warnings = warnings, .purse = purse };
	struct line_list lines = { NULL, 0, 0 };
	struct subscription_items subscribed;

	*out = invoice_of(&s->account, a, INVOICE_USAGE, s->period.start_ns, &s->card->card.fiat);
	out->start_ns = s->period.start_ns;
	out->end_ns = s->period.end_ns;
	out->issued_at_ns = s->issued_at_ns;

	charge_subscriptions(s, &r, &subscribed);
	const struct rated *all = price_products(s, &r).rated;
	if (purse != NULL)
		pay(&r, purse, all, s->nproducts, out);
	put_lines(s, &r, all, &subscribed, &lines);
	out->lines = ARENA_ARRAY(a, lines.n, struct invoice_line);
	for (size_t i = 0; i < lines.n; i++)
		out->lines[i] = *lines.p[i];
	out->nlines = lines.n;
	invoice_close(out, a);
}
