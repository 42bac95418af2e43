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
	struct product_plan *products;
	size_t nproducts;
};

static struct texts
customer_keys(struct arena *a, const struct customer *c)
{
	struct texts keys = { ARENA_ARRAY(a, c->ingest_aliases.n + 1, struct str), 0 };

	keys.p[keys.n++] = c->id;
	for (size_t i = 0; i < c->ingest_aliases.n; i++)
		keys.p[keys.n++] = c->ingest_aliases.p[i];
	return keys;
}

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
plan_products(struct statement *s, struct arena *a, struct err *e)
{
	s->products = ARENA_ARRAY(a, s->card->nproducts, struct product_plan);
	for (size_t i = 0; i < s->card->nproducts; i++) {
		const struct priced_product *p = &s->card->products[i];
		if (!rating_concerns(p, &s->period))
			continue;
		if (!rating_plan(a, s->account.catalogue, p, &s->period, &s->products[s->nproducts],
			    e))
			return false;
		s->nproducts++;
	}
	return true;
}

struct statement *
statement_plan(struct arena *a, const struct account *acct, const struct period *p,
	struct usage_plan *plan, struct err *e)
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
	if (!plan_dates(s, a, e) || !plan_products(s, a, e))
		return NULL;

	/* nothing is asked of the events until all is known to be in order */
	struct texts keys = customer_keys(a, acct->customer);
	for (size_t i = 0; i < s->nproducts; i++)
		rating_meters(&s->products[i], &keys, plan);
	return s;
}

void
statement_invoice(struct statement *s, struct arena *a, struct invoice *out,
	struct rating_warnings *warnings)
{
	struct rating r = { .arena = a, .invoice = out, .warnings = warnings };
	struct line_list lines = { NULL, 0, 0 };

	*out = invoice_of(&s->account, a, INVOICE_USAGE, s->period.start_ns, &s->card->card.fiat);
	out->start_ns = s->period.start_ns;
	out->end_ns = s->period.end_ns;
	out->issued_at_ns = s->issued_at_ns;
	for (size_t i = 0; i < s->nproducts; i++)
		rating_lines(&r, &s->products[i], &lines);
	out->lines = ARENA_ARRAY(a, lines.n, struct invoice_line);
	for (size_t i = 0; i < lines.n; i++)
		out->lines[i] = *lines.p[i];
	out->nlines = lines.n;
	invoice_close(out, a);
}
