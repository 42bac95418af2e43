#include "engine/statement.h"

#include <stdlib.h>
#include <string.h>

#include "engine/invoice_make.h"

#include "base/banned.h"

/* One date of one charge. */
struct due_item {
	const struct scheduled_charge *charge;
	const struct schedule_item *item;
	size_t number; /* of the date within the charge, from 1 */
	size_t place;  /* in the contract: charges in document order, items within them */
};

static size_t
collect_items(struct arena *a, const struct contract *c, struct due_item **out)
{
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < c->ncharges; i++)
		cap += c->charges[i].schedule.nitems;

	struct due_item *items = ARENA_ARRAY(a, cap, struct due_item);
	for (size_t i = 0; i < c->ncharges; i++) {
		const struct schedule *s = &c->charges[i].schedule;
		for (size_t k = 0; k < s->nitems; k++, n++)
			items[n] = (struct due_item){ &c->charges[i], &s->items[k], k + 1, n };
	}
	*out = items;
	return n;
}

/* By instant, then unit: what stands on one invoice. */
static int
invoice_order(const struct due_item *x, const struct due_item *y)
{
	int64_t xt = x->item->timestamp_ns, yt = y->item->timestamp_ns;

	if (xt != yt)
		return (xt > yt) - (xt < yt);
	return strcmp(x->charge->schedule.unit.code, y->charge->schedule.unit.code);
}

static int
by_invoice_then_place(const void *a, const void *b)
{
	const struct due_item *x = a, *y = b;
	int order = invoice_order(x, y);

	return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static const char *
distribution_name(enum distribution d)
{
	switch (d) {
	case DISTRIBUTE_EACH:
		return "EACH";
	case DISTRIBUTE_DIVIDED:
		return "DIVIDED";
	case DISTRIBUTE_DIVIDED_ROUNDED:
		return "DIVIDED_ROUNDED";
	}
	return "";
}

static void
trace_item(struct trace *t, struct arena *a, const struct due_item *d, struct rat total)
{
	const struct schedule *s = &d->charge->schedule;
	struct trace_step *step = trace_add(t, a, TRACE_SCHEDULE);

	step->ref = d->charge->id;
	step->count = d->number;
	if (s->recurring)
		step->text = str_c(distribution_name(s->distribution));
	step->x = d->item->unit_price;
	step->y = d->item->quantity;
	step = trace_add(t, a, TRACE_TOTAL);
	step->x = d->item->quantity;
	step->y = d->item->unit_price;
	step->z = total;
}

static bool
make_line(struct arena *a, const struct account *acct, const struct due_item *d,
	struct invoice_line *out, struct err *e)
{
	const struct scheduled_charge *charge = d->charge;
	const struct product *product = catalogue_product(acct->catalogue, charge->product_id);

	if (product == NULL)
		return err_field(e, ERR_INPUT, "not_found", STR("scheduled_charges.product_id"),
			charge->product_id, "contract %.*s: no such product",
			STR_FMT(acct->contract->id));

	struct product_terms terms = product_at(product, d->item->timestamp_ns, a);
	*out = (struct invoice_line){
		.type = LINE_SCHEDULED,
		.name = charge->name.n > 0 ? charge->name : terms.name,
		.product_id = product->id,
		.product_type = product->type,
		.product_tags = terms.tags,
		.unit = charge->schedule.unit,
		.quantity = d->item->quantity,
		.unit_price = d->item->unit_price,
		.total = rat_mul(a, d->item->quantity, d->item->unit_price),
		.starting_at_ns = INSTANT_NONE,
		.ending_before_ns = INSTANT_NONE,
		.scheduled_charge_id = charge->id,
		.product_custom_fields = terms.custom_fields,
		.scheduled_charge_custom_fields = charge->custom_fields,
	};
	trace_item(&out->trace, a, d, out->total);
	return true;
}

/* The invoice of n items of one instant and unit; *any: some line is not zero. */
static bool
make_invoice(struct arena *a, const struct account *acct, const struct due_item *items, size_t n,
	struct invoice *out, bool *any, struct err *e)
{
	int64_t at_ns = items[0].item->timestamp_ns;

	*any = false;
	if (!due_date_check(acct->contract, a, at_ns, e))
		return false;
	*out = invoice_of(acct, a, INVOICE_SCHEDULED, at_ns, &items[0].charge->schedule.unit);
	out->lines = ARENA_ARRAY(a, n, struct invoice_line);
	out->nlines = n;
	for (size_t i = 0; i < n; i++) {
		if (!make_line(a, acct, &items[i], &out->lines[i], e))
			return false;
		*any = *any || rat_sign(out->lines[i].total) != 0;
	}
	invoice_close(out, a);
	return true;
}

bool
scheduled_invoices(struct arena *a, const struct account *acct, struct invoice **out, size_t *n,
	struct err *e)
{
	struct due_item *items;
	size_t nitems = collect_items(a, acct->contract, &items), made = 0;
	struct invoice *invoices = ARENA_ARRAY(a, nitems, struct invoice);

	if (nitems > 1)
		qsort(items, nitems, sizeof(items[0]), by_invoice_then_place);
	for (size_t i = 0, len; i < nitems; i += len) {
		bool any;
		for (len = 1; i + len < nitems && invoice_order(&items[i], &items[i + len]) == 0;)
			len++;
		if (!make_invoice(a, acct, &items[i], len, &invoices[made], &any, e))
			return false;
		made += any;
	}
	*out = invoices;
	*n = made;
	return true;
}
