#include "engine/invoice_make.h"

#include <assert.h>
#include <inttypes.h>

#include "engine/statement.h"

#include "base/banned.h"

struct invoice
invoice_of(const struct account *acct, struct arena *a, enum invoice_type type, int64_t at_ns,
	const struct unit *unit)
{
	const struct contract *c = acct->contract;

	return (struct invoice){
		.id = invoice_id(a, c->id, type, at_ns, unit, 0),
		.type = type,
		.status = INVOICE_DRAFT,
		.customer_id = acct->customer->id,
		.customer_name = acct->customer->name,
		.contract_id = c->id,
		.contract_name = c->name,
		.unit = *unit,
		.start_ns = INSTANT_NONE,
		.end_ns = INSTANT_NONE,
		.issued_at_ns = at_ns,
		.net_payment_terms_days = c->net_payment_terms_days,
		.due_date_ns = INSTANT_NONE,
		.customer_custom_fields = acct->customer->custom_fields,
		.contract_custom_fields = c->custom_fields,
	};
}

bool
due_date_check(const struct contract *c, struct arena *a, int64_t issued_at_ns, struct err *e)
{
	char text[INSTANT_TEXT_SIZE];
	int64_t ignored;

	if (instant_add_days(issued_at_ns, c->net_payment_terms_days, &ignored))
		return true;
	return err_field(e, ERR_INPUT, "contract.net_payment_terms_days",
		STR("net_payment_terms_days"), str_printf(a, "%" PRId64, c->net_payment_terms_days),
		"the invoice of %s would be due beyond 2262", instant_text(issued_at_ns, text));
}

/* ---- closing ---- */

/* The pairs as a JSON object; none and no values differ. */
static struct str
pairs_text(struct arena *a, const struct pairs *p)
{
	struct buf b = BUF_INIT;

	buf_add_char(&b, '{');
	for (size_t i = 0; i < p->n; i++) {
		if (i > 0)
			buf_add_char(&b, ',');
		json_quote(&b, p->p[i].key);
		buf_add_char(&b, ':');
		if (p->p[i].value.p == NULL)
			buf_add_c(&b, "null");
		else
			json_quote(&b, p->p[i].value);
	}
	buf_add_char(&b, '}');

	struct str out = str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* What sets the lines of one product apart: where they start, or whose charge they are. */
static struct str
line_place(const struct invoice *inv, size_t i, struct arena *a)
{
	const struct invoice_line *line = &inv->lines[i];
	char text[INSTANT_TEXT_SIZE];
	size_t before = 0;

	switch (line->type) {
	case LINE_USAGE:
		return str_dup(a, str_c(instant_text(line->starting_at_ns, text)));
	case LINE_SCHEDULED:
		/* a charge may fall due twice at one instant */
		while (i > before &&
			str_eq(inv->lines[i - before - 1].scheduled_charge_id,
				line->scheduled_charge_id))
			before++;
		return str_printf(a, "%.*s:%zu", STR_FMT(line->scheduled_charge_id), before);
	}
	return STR("");
}

static const char *
line_type_word(enum line_type t)
{
	switch (t) {
	case LINE_USAGE:
		return "usage";
	case LINE_SCHEDULED:
		return "scheduled";
	}
	return "";
}

static struct str
line_id(const struct invoice *inv, size_t i, struct arena *a)
{
	const struct invoice_line *line = &inv->lines[i];
	const struct str parts[] = {
		STR("invoice_line"),
		inv->id,
		str_c(line_type_word(line->type)),
		line->product_id,
		line_place(inv, i, a),
		pairs_text(a, &line->pricing_group_values),
		pairs_text(a, &line->presentation_group_values),
		str_printf(a, "%d", line->tier.level),
	};
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

void
invoice_close(struct invoice *inv, struct arena *a)
{
	struct rat total = RAT_ZERO;

	for (size_t i = 0; i < inv->nlines; i++) {
		inv->lines[i].id = line_id(inv, i, a);
		total = rat_add(a, total, inv->lines[i].total);
	}
	inv->subtotal = total;
	inv->total = total;
	inv->amount_due = unit_due(a, &inv->unit, total);

	bool dated = instant_add_days(inv->issued_at_ns, inv->net_payment_terms_days,
		&inv->due_date_ns);
	assert(dated); /* due_date_check came before */
	(void)dated;

	struct trace_step *due = trace_add(&inv->trace, a, TRACE_DUE);
	due->text = STR("ROUND_HALF_UP");
	due->x = total;
	due->y = inv->amount_due;
}
