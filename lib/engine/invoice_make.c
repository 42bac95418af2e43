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
	const struct priced_card *card = catalogue_card(acct->catalogue, c->rate_card_id);
	bool converts = card != NULL && unit_same(unit, &card->card.fiat);

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
		.conversions = converts ? card->card.conversions : NULL,
		.nconversions = converts ? card->card.nconversions : 0,
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

/* How many lines stand right before the i-th that are due for the same thing. */
static size_t
same_before(const struct invoice *inv, size_t i)
{
	const struct invoice_line *line = &inv->lines[i];
	size_t n = 0;

	while (n < i && inv->lines[i - n - 1].type == line->type &&
		str_eq(inv->lines[i - n - 1].scheduled_charge_id, line->scheduled_charge_id) &&
		str_eq(inv->lines[i - n - 1].discount_id, line->discount_id) &&
		str_eq(inv->lines[i - n - 1].commit_id, line->commit_id))
		n++;
	return n;
}

/*
 * What sets the lines of one product apart: their start, who pays, what they are of it, or
 * whose charge they are.
 */
static struct str
line_place(const struct invoice *inv, size_t i, struct arena *a)
{
	static const char *const kind_place[] = {
		[SLICE_UNITS] = "",
		[SLICE_FREE] = ":free_units",
		[SLICE_FEE] = ":flat_fee",
		[SLICE_WHOLE] = "",
		[SLICE_MINIMUM] = ":minimum_adjustment",
	};
	const struct invoice_line *line = &inv->lines[i];
	char text[INSTANT_TEXT_SIZE];

	switch (line->type) {
	case LINE_USAGE:
		instant_text(line->starting_at_ns, text);
		return str_printf(a, "%s%s%.*s%s%s", text, line->commit_segment_id.n > 0 ? ":" : "",
			STR_FMT(line->commit_segment_id), kind_place[line->kind],
			line->beyond_maximum ? ":beyond_maximum" : "");
	case LINE_SCHEDULED:
		/* a charge may fall due twice at one instant, likewise a commit */
		return str_printf(a, "%.*s:%zu", STR_FMT(invoice_line_object(line)),
			same_before(inv, i));
	case LINE_COMMIT_PURCHASE:
		return str_printf(a, "%.*s:%zu", STR_FMT(line->commit_id), same_before(inv, i));
	case LINE_APPLIED:
		return line->commit_segment_id;
	case LINE_SUBSCRIPTION:
		/* of one subscription nothing else begins then */
		return str_printf(a, "%.*s:%s:%.*s", STR_FMT(line->subscription_id),
			instant_text(line->starting_at_ns, text), STR_FMT(line->commit_segment_id));
	case LINE_CONVERSION:
		return str_dup(a, id_str(&line->converted.id));
	}
	return STR("");
}

static struct str
line_id(const struct invoice *inv, size_t i, struct arena *a)
{
	const struct invoice_line *line = &inv->lines[i];
	const struct str parts[] = {
		STR("invoice_line"),
		inv->id,
		str_c(line_type_name(line->type)),
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
	struct rat total = RAT_ZERO, applied = RAT_ZERO;

	invoice_convert(inv, a);
	for (size_t i = 0; i < inv->nlines; i++) {
		struct invoice_line *line = &inv->lines[i];
		line->id = line_id(inv, i, a);
		if (!unit_same(&line->unit, &inv->unit))
			continue;
		if (line->type != LINE_APPLIED)
			total = rat_add(a, total, line->total);
		else if (line->commit_type != COMMIT_POSTPAID)
			applied = rat_add(a, applied, line->total);
	}
	inv->subtotal = total;
	total = rat_add(a, total, applied);
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
