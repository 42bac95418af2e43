#include "engine/statement.h"

#include <stdlib.h>
#include <string.h>

#include "domain/customer_balance.h"
#include "engine/invoice_make.h"
#include "engine/subscription_lines.h"

#include "base/banned.h"

/* One date of one charge, or of one commit that is bought, or what a subscription is charged. */
struct due_item {
	int64_t at_ns;
	const struct unit *unit;
	const struct subscription_charge *fee; /* or: */
	const struct scheduled_charge *charge; /* NULL: of a commit */
	const struct commit *commit;
	const struct schedule *schedule;
	const struct schedule_item *item;
	size_t number; /* of the date within the schedule, from 1 */
	size_t place; /* in the contract: commits, charges, subscriptions, each in document order */
};

struct due_list {
	struct due_item *p;
	size_t n;
};

/* Its dates are lines of scheduled invoices; a true-up is an invoice of its own. */
static bool
is_bought(const struct commit *c, const struct contract *by)
{
	return c->has_invoice_schedule && !c->do_not_invoice && c->type == COMMIT_PREPAID &&
		commit_billed_by(c, by->id);
}

static size_t
count_items(const struct contract *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->ncommits; i++)
		if (is_bought(&c->commits[i], c))
			n += c->commits[i].invoice_schedule.nitems;
	for (size_t i = 0; i < c->ncharges; i++)
		n += c->charges[i].schedule.nitems;
	return n;
}

/* Each date of the schedule of this charge or commit. */
static void
put_items(struct due_list *list, const struct schedule *s, struct due_item item)
{
	item.schedule = s;
	for (size_t i = 0; i < s->nitems; i++) {
		item.item = &s->items[i];
		item.at_ns = s->items[i].timestamp_ns;
		item.unit = &s->unit;
		item.number = i + 1;
		item.place = list->n;
		list->p[list->n++] = item;
	}
}

static struct due_list
collect_items(struct arena *a, const struct account *acct, const struct subscription_charges *fees)
{
	const struct contract *c = acct->contract;
	const struct priced_card *card = catalogue_card(acct->catalogue, c->rate_card_id);
	struct due_list list = { ARENA_ARRAY(a, count_items(c) + fees->n, struct due_item), 0 };

	for (size_t i = 0; i < c->ncommits; i++)
		if (is_bought(&c->commits[i], c))
			put_items(&list, &c->commits[i].invoice_schedule,
				(struct due_item){ .commit = &c->commits[i] });
	for (size_t i = 0; i < c->ncharges; i++)
		put_items(&list, &c->charges[i].schedule,
			(struct due_item){ .charge = &c->charges[i] });
	for (size_t i = 0; i < fees->n; i++, list.n++)
		list.p[list.n] = (struct due_item){ .at_ns = fees->p[i].invoice_ns,
			.unit = &card->card.fiat, /* a fee in a custom unit is converted */
			.fee = &fees->p[i],
			.place = list.n };
	return list;
}

/* By instant, then unit: what stands on one invoice. */
static int
invoice_order(const struct due_item *x, const struct due_item *y)
{
	if (x->at_ns != y->at_ns)
		return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
	return strcmp(x->unit->code, y->unit->code);
}

static int
by_invoice_then_place(const void *a, const void *b)
{
	const struct due_item *x = a, *y = b;
	int order = invoice_order(x, y);

	return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static void
trace_item(struct invoice_line *line, struct arena *a, const struct due_item *d)
{
	const struct schedule *s = d->schedule;
	struct trace *t = &line->trace;
	struct trace_step *step = trace_add(t, a, TRACE_SCHEDULE);

	step->ref = d->commit != NULL ? d->commit->id : d->charge->id;
	step->count = d->number;
	if (s->recurring)
		step->text = str_c(distribution_name(s->distribution));
	step->x = line->unit_price;
	step->y = line->quantity;
	step = trace_add(t, a, TRACE_TOTAL);
	step->x = line->quantity;
	step->y = line->unit_price;
	step->z = line->total;
}

static bool
find_product(const struct account *acct, const struct due_item *d, const struct product **out,
	struct err *e)
{
	bool bought = d->commit != NULL;
	struct str id = bought ? d->commit->product_id : d->charge->product_id;

	*out = catalogue_product(acct->catalogue, id);
	if (*out != NULL)
		return true;
	return err_field(e, ERR_INPUT, "not_found",
		bought ? STR("commits.product_id") : STR("scheduled_charges.product_id"), id,
		"contract %.*s: no such product", STR_FMT(acct->contract->id));
}

static bool
make_line(struct arena *a, const struct account *acct, const struct due_item *d,
	struct invoice_line *out, struct err *e)
{
	const struct product *product;

	if (!find_product(acct, d, &product, e))
		return false;

	struct product_terms terms = product_at(product, d->item->timestamp_ns, a);
	struct str name = d->commit != NULL ? d->commit->name : d->charge->name;
	bool off = d->commit == NULL && d->charge->discount;
	struct rat price = off ? rat_neg(d->item->unit_price) : d->item->unit_price;

	*out = (struct invoice_line){
		.type = d->commit != NULL ? LINE_COMMIT_PURCHASE : LINE_SCHEDULED,
		.name = name.n > 0 ? name : terms.name,
		.product_id = product->id,
		.product_type = product->type,
		.product_tags = terms.tags,
		.unit = d->schedule->unit,
		.quantity = d->item->quantity,
		.unit_price = price,
		.total = rat_mul(a, d->item->quantity, price),
		.starting_at_ns = INSTANT_NONE,
		.ending_before_ns = INSTANT_NONE,
		.product_custom_fields = terms.custom_fields,
	};
	if (d->commit != NULL) {
		out->commit_id = d->commit->id;
		out->commit_type = d->commit->type;
	} else if (off) {
		out->discount_id = d->charge->id;
		out->discount_custom_fields = d->charge->custom_fields;
	} else {
		out->scheduled_charge_id = d->charge->id;
		out->scheduled_charge_custom_fields = d->charge->custom_fields;
	}
	trace_item(out, a, d);
	return true;
}

/* The invoice of n items of one instant and unit; *any: some line is not zero. */
static bool
make_invoice(struct arena *a, const struct account *acct, const struct due_item *items, size_t n,
	struct invoice *out, bool *any, struct err *e)
{
	int64_t at_ns = items[0].at_ns;

	*any = false;
	if (!due_date_check(acct->contract, a, at_ns, e))
		return false;
	*out = invoice_of(acct, a, INVOICE_SCHEDULED, at_ns, items[0].unit);
	out->lines = ARENA_ARRAY(a, n, struct invoice_line);
	out->nlines = n;
	for (size_t i = 0; i < n; i++) {
		if (items[i].fee != NULL)
			out->lines[i] = subscription_line(a, items[i].fee);
		else if (!make_line(a, acct, &items[i], &out->lines[i], e))
			return false;
		*any = *any || rat_sign(out->lines[i].total) != 0;
	}
	invoice_close(out, a);
	return true;
}

static bool
dates_check(struct arena *a, const struct contract *c, const struct schedule *s, struct err *e)
{
	for (size_t i = 0; i < s->nitems; i++)
		if (!due_date_check(c, a, s->items[i].timestamp_ns, e))
			return false;
	return true;
}

bool
scheduled_dates_check(struct arena *a, const struct contract *c, struct err *e)
{
	for (size_t i = 0; i < c->ncharges; i++)
		if (!dates_check(a, c, &c->charges[i].schedule, e))
			return false;
	for (size_t i = 0; i < c->ncommits; i++)
		if (c->commits[i].has_invoice_schedule &&
			!dates_check(a, c, &c->commits[i].invoice_schedule, e))
			return false;
	return true;
}

bool
scheduled_invoices(struct arena *a, const struct account *acct, int64_t until_ns,
	struct invoice **out, size_t *n, struct err *e)
{
	struct subscription_charges *fees = ARENA_NEW(a, struct subscription_charges);
	struct due_list due;
	struct invoice *invoices;
	size_t made = 0;

	subscription_scheduled_charges(a, acct, until_ns, fees);
	due = collect_items(a, acct, fees);
	invoices = ARENA_ARRAY(a, due.n, struct invoice);
	if (due.n > 1)
		qsort(due.p, due.n, sizeof(due.p[0]), by_invoice_then_place);
	for (size_t i = 0, len; i < due.n; i += len) {
		bool any;
		for (len = 1; i + len < due.n && invoice_order(&due.p[i], &due.p[i + len]) == 0;)
			len++;
		if (!make_invoice(a, acct, &due.p[i], len, &invoices[made], &any, e))
			return false;
		made += any;
	}
	*out = invoices;
	*n = made;
	return true;
}

/* ---- true-ups ---- */

/* One piece, at the price of all that is missing. */
static void
make_shortfall(struct arena *a, const struct commit *c, struct rat promised, struct rat left,
	struct invoice_line *line)
{
	struct trace_step *step;

	line->quantity = RAT_ONE;
	line->unit_price = left;
	line->total = left;
	line->trace = (struct trace){ NULL, NULL };
	step = trace_add(&line->trace, a, TRACE_SHORTFALL);
	step->ref = c->segments[0].id;
	step->x = promised;
	step->y = rat_sub(a, promised, left);
	step->z = left;
}

bool
trueup_invoice(struct arena *a, const struct account *acct, const struct commit *c,
	struct rat promised, struct rat left, struct invoice *out, struct err *e)
{
	struct due_item due = {
		.commit = c,
		.at_ns = c->invoice_schedule.items[0].timestamp_ns,
		.unit = &c->invoice_schedule.unit,
		.schedule = &c->invoice_schedule,
		.item = &c->invoice_schedule.items[0],
		.number = 1,
	};
	const struct access_segment *s = &c->segments[0];
	bool any;

	if (!make_invoice(a, acct, &due, 1, out, &any, e))
		return false;
	out->id = trueup_id(a, acct->contract->id, c->id);
	make_shortfall(a, c, promised, left, &out->lines[0]);
	out->deductions = ARENA_NEW(a, struct invoice_deduction);
	out->deductions[0] = (struct invoice_deduction){
		.commit_id = c->id,
		.segment_id = s->id,
		.commit_type = c->type,
		.is_trueup = true,
		.amount = left,
		.at_ns = out->issued_at_ns,
	};
	out->ndeductions = 1;
	out->trace = (struct trace){ NULL, NULL };
	invoice_close(out, a);
	return true;
}
