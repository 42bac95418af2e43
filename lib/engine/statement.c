#include "engine/statement.h"

#include <assert.h>
#include <inttypes.h>

#include "engine/invoice_make.h"
#include "engine/rating.h"

#include "base/banned.h"

struct statement {
	struct account account;
	struct period period;
	const struct priced_card *card;
	int64_t issued_at_ns;
	struct product_plan *products; /* in card order */
	size_t nproducts;
	bool has_composites;
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

/* Composites first: where they are cut, their base is. */
static bool
plan_products(struct statement *s, struct arena *a, const struct purse *purse, struct err *e)
{
	struct planner planner = {
		.arena = a,
		.catalogue = s->account.catalogue,
		.card = s->card,
		.period = &s->period,
		.purse = purse,
	};

	s->products = ARENA_ARRAY(a, s->card->nproducts, struct product_plan);
	for (size_t i = 0; i < s->card->nproducts; i++) {
		const struct priced_product *p = &s->card->products[i];
		if (!product_is_composite(p->product) || !rating_concerns(p, &s->period))
			continue;
		composite_cuts(&planner, p, &planner.base);
		s->has_composites = true;
	}
	for (size_t i = 0; i < s->card->nproducts; i++) {
		const struct priced_product *p = &s->card->products[i];
		/* usage that no rate prices in the whole period is to be told */
		if (product_is_composite(p->product) && !rating_concerns(p, &s->period))
			continue;
		if (!rating_plan(&planner, p, &s->products[s->nproducts], e))
			return false;
		s->nproducts++;
	}
	return true;
}

struct statement *
statement_plan(struct arena *a, const struct account *acct, const struct period *p,
	const struct purse *purse, struct usage_plan *plan, struct err *e)
{
	struct statement *s = ARENA_NEW(a, struct statement);
	const struct contract *c = acct->contract;

	assert(c->rate_card_id.n > 0);
	s->account = *acct;
	s->period = *p;
	s->card = catalogue_card(acct->catalogue, c->rate_card_id);
	if (s->card == NULL) {
		err_field(e, ERR_INPUT, "not_found", STR("rate_card_id"), c->rate_card_id,
			"contract %.*s: no such rate card", STR_FMT(c->id));
		return NULL;
	}
	if (!plan_dates(s, a, e) || !plan_products(s, a, purse, e))
		return NULL;

	/* nothing is asked of the events until all is known to be in order */
	struct texts keys = customer_keys(acct->customer, a);
	for (size_t i = 0; i < s->nproducts; i++)
		rating_meters(&s->products[i], &keys, plan);
	return s;
}

/* ---- the invoice ---- */

/* Every product priced; composites need what the others cost. */
static struct rated *
price_products(const struct statement *s, const struct rating *r)
{
	struct rated *all = ARENA_ARRAY(r->arena, s->nproducts, struct rated);

	for (size_t i = 0; i < s->nproducts; i++) {
		const struct product_plan *pp = &s->products[i];
		if (product_is_composite(pp->priced->product))
			continue;
		if (s->has_composites)
			all[i].spend = ARENA_ARRAY(r->arena, pp->nwindows, struct rat);
		rate_usage(r, pp, &all[i]);
	}
	for (size_t i = 0; i < s->nproducts; i++)
		if (product_is_composite(s->products[i].priced->product))
			rate_composite(r, &s->products[i], all, s->nproducts, &all[i]);
	return all;
}

/* One deduction for each segment that has less than before. */
static void
put_deductions(struct arena *a, const struct purse *purse, const struct rat *before,
	struct invoice *inv)
{
	inv->deductions = ARENA_ARRAY(a, purse->n, struct invoice_deduction);
	for (size_t i = 0; i < purse->n; i++) {
		const struct purse_segment *s = &purse->segments[i];
		int64_t end_ns = s->segment->ending_before_ns;

		if (rat_eq(before[i], *s->left))
			continue;
		inv->deductions[inv->ndeductions++] = (struct invoice_deduction){
			.commit_id = s->commit->id,
			.segment_id = s->segment->id,
			.commit_type = s->commit->type,
			.amount = rat_sub(a, before[i], *s->left),
			.at_ns = end_ns < inv->end_ns ? end_ns : inv->end_ns,
		};
	}
}

static void
pay(struct purse *purse, struct arena *a, const struct rated *all, size_t n, struct invoice *inv)
{
	struct rat *before = ARENA_ARRAY(a, purse->n, struct rat);
	struct charge **charges;
	size_t ncharges = 0;

	for (size_t i = 0; i < n; i++)
		ncharges += all[i].n;
	charges = ARENA_ARRAY(a, ncharges, struct charge *);
	ncharges = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < all[i].n; k++)
			charges[ncharges++] = &all[i].charges[k]->charge;
	for (size_t i = 0; i < purse->n; i++)
		before[i] = *purse->segments[i].left;
	burndown_draw(purse, a, charges, ncharges);
	put_deductions(a, purse, before, inv);
}

void
statement_invoice(struct statement *s, struct purse *purse, struct arena *a, struct invoice *out,
	struct rating_warnings *warnings)
{
	struct rating r = { .arena = a, .invoice = out, .warnings = warnings, .purse = purse };
	struct line_list lines = { NULL, 0, 0 };

	*out = invoice_of(&s->account, a, INVOICE_USAGE, s->period.start_ns, &s->card->card.fiat);
	out->start_ns = s->period.start_ns;
	out->end_ns = s->period.end_ns;
	out->issued_at_ns = s->issued_at_ns;

	struct rated *all = price_products(s, &r);
	if (purse != NULL)
		pay(purse, a, all, s->nproducts, out);
	for (size_t i = 0; i < s->nproducts; i++)
		product_lines(&r, &all[i], &lines);
	out->lines = ARENA_ARRAY(a, lines.n, struct invoice_line);
	for (size_t i = 0; i < lines.n; i++)
		out->lines[i] = *lines.p[i];
	out->nlines = lines.n;
	invoice_close(out, a);
}
