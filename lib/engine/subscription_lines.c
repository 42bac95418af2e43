#include "engine/subscription_lines.h"

#include "base/id.h"
#include "engine/pay.h"

#include "base/banned.h"

/* ---- what is charged ---- */

static void
trace_fee(struct trace *t, struct arena *a, const struct subscription_charge *c)
{
	static const struct proration_rounding exact = { .on = false };
	const struct proration_rounding *r = &c->subscription->rounding;
	struct trace_step *step;
	struct rat part;

	trace_choice(t, a, &c->why);
	if (!c->is_prorated)
		return;
	part = prorated_price(a, c->rate->price, &c->cell, c->starting_at_ns, &exact);
	step = trace_add(t, a, TRACE_PRORATION);
	step->from_ns = c->starting_at_ns;
	step->to_ns = c->cell.to_ns;
	step->x = rat_int(a, (c->cell.to_ns - c->starting_at_ns) / NS_PER_HOUR);
	step->y = rat_int(a, (c->cell.end_ns - c->cell.start_ns) / NS_PER_HOUR);
	step->z = part;
	if (!r->on)
		return;
	step = trace_add(t, a, TRACE_ROUNDING);
	step->text = str_c(proration_method(r));
	step->count = (uint64_t)r->places;
	step->y = part;
	step->x = c->unit_price;
}

static void
trace_charge(struct trace *t, struct arena *a, const struct subscription_charge *c)
{
	struct trace_step *step = trace_add(t, a, TRACE_BILLING_PERIOD);

	step->ref = c->subscription->id;
	step->from_ns = c->cell.start_ns;
	step->to_ns = c->cell.end_ns;
	step = trace_add(t, a, TRACE_SUBSCRIBED);
	step->from_ns = c->starting_at_ns;
	step->x = rat_add(a, c->before, c->quantity);
	step->y = c->before;
	step->z = c->quantity;
	trace_fee(t, a, c);
}

/* Of one subscription nothing else is charged from then on. */
static struct str
charge_id(struct arena *a, const struct subscription_charge *c)
{
	char at[INSTANT_TEXT_SIZE];
	const struct str parts[] = { STR("subscription_charge"), c->subscription->id,
		str_c(instant_text(c->starting_at_ns, at)) };
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

struct invoice_line
subscription_line(struct arena *a, const struct subscription_charge *c)
{
	struct product_terms terms = product_at(c->product, c->starting_at_ns, a);
	struct invoice_line line = {
		.type = LINE_SUBSCRIPTION,
		.name = terms.name,
		.product_id = c->product->id,
		.product_type = c->product->type,
		.product_tags = terms.tags,
		.unit = c->rate->unit,
		.quantity = c->quantity,
		.unit_price = c->unit_price,
		.total = rat_mul(a, c->quantity, c->unit_price),
		.starting_at_ns = c->starting_at_ns,
		.ending_before_ns = c->cell.to_ns,
		.subscription_id = c->subscription->id,
		.subscription_charge_id = charge_id(a, c),
		.is_prorated = c->is_prorated,
		.product_custom_fields = terms.custom_fields,
		.subscription_custom_fields = c->subscription->custom_fields,
	};

	trace_charge(&line.trace, a, c);
	trace_total(&line.trace, a, line.quantity, line.unit_price, line.total);
	return line;
}

void
subscription_line_reduce(struct arena *a, struct invoice_line *line, struct rat billed)
{
	line->quantity = rat_sub(a, line->quantity, billed);
	line->total = rat_mul(a, line->quantity, line->unit_price);
	for (struct trace_step *s = line->trace.first; s != NULL; s = s->next) {
		if (s->kind == TRACE_SUBSCRIBED) {
			s->y = rat_add(a, s->y, billed);
			s->z = line->quantity;
		} else if (s->kind == TRACE_TOTAL) {
			s->x = line->quantity;
			s->z = line->total;
		}
	}
}

/* ---- items ---- */

static void
make_item(struct invoice_line line, struct subscription_item *out)
{
	out->line = line;
	out->price = (struct price_slice){
		.quantity = line.quantity,
		.unit_price = line.unit_price,
		.total = line.total,
	};
	out->slice = (struct charge_slice){ .prices = &out->price, .open = line.quantity };
	out->charge = (struct charge){
		.name = line.name,
		.product_id = line.product_id,
		.product_type = line.product_type,
		.unit = line.unit,
		.starting_at_ns = line.starting_at_ns,
		.ending_before_ns = line.ending_before_ns,
		.slices = &out->slice,
		.n = 1,
	};
}

struct subscription_items
subscription_items_of(struct arena *a, const struct subscription_charges *charges)
{
	struct subscription_items out = { ARENA_ARRAY(a, charges->n, struct subscription_item), 0 };

	for (; out.n < charges->n; out.n++)
		make_item(subscription_line(a, &charges->p[out.n]), &out.p[out.n]);
	return out;
}

/* ---- what was paid ---- */

/* The steps up to the total, then who paid of it; draw NULL: of what none pays. */
static struct trace
paid_trace(struct arena *a, const struct subscription_item *item, const struct draw *draw,
	const struct invoice_line *line)
{
	struct trace t = { NULL, NULL };
	struct trace_step *step;

	for (const struct trace_step *s = item->line.trace.first; s->kind != TRACE_TOTAL;
		s = s->next) {
		struct trace_step *copy = trace_add(&t, a, s->kind);
		*copy = *s;
		copy->next = NULL;
	}
	step = trace_add(&t, a, TRACE_COVER);
	if (draw != NULL)
		step->ref = draw->by->segment->id;
	step->x = line->quantity;
	step->y = item->line.quantity;
	if (draw != NULL)
		trace_draw(&t, a, draw);
	trace_total(&t, a, line->quantity, line->unit_price, line->total);
	return t;
}

static void
put_paid(struct arena *a, const struct subscription_item *item, const struct draw *draw,
	struct line_list *out)
{
	struct invoice_line *line = line_put(a, out);

	*line = item->line;
	line->quantity = draw->quantity;
	line->total = draw->amount;
	name_payer(line, draw->by);
	line->trace = paid_trace(a, item, draw, line);
}

static void
put_open(struct arena *a, const struct subscription_item *item, struct line_list *out)
{
	struct invoice_line *line;

	if (rat_sign(item->slice.open) == 0)
		return;
	line = line_put(a, out);
	*line = item->line;
	if (item->slice.draws == NULL)
		return;
	line->quantity = item->slice.open;
	line->total = rat_mul(a, item->slice.open, line->unit_price);
	line->trace = paid_trace(a, item, NULL, line);
}

static const struct draw *
draw_by(const struct subscription_item *item, const struct purse_segment *by)
{
	const struct draw *d = item->slice.draws;

	while (d != NULL && d->by != by)
		d = d->next;
	return d;
}

/* What one segment pays of the product; nothing, where it pays none of it. */
static void
put_application(struct arena *a, const struct purse_segment *by,
	const struct subscription_items *items, struct str product_id, struct line_list *out)
{
	const struct draw **draws = ARENA_ARRAY(a, items->n, const struct draw *);
	struct invoice_line *line = NULL;
	size_t n = 0;

	for (size_t i = 0; i < items->n; i++) {
		const struct subscription_item *item = &items->p[i];
		const struct draw *draw = draw_by(item, by);

		if (draw == NULL || !str_eq(item->line.product_id, product_id))
			continue;
		if (line == NULL) {
			line = line_put(a, out);
			*line = item->line;
			line->total = RAT_ZERO;
		}
		if (item->line.starting_at_ns < line->starting_at_ns)
			line->starting_at_ns = item->line.starting_at_ns;
		if (item->line.ending_before_ns > line->ending_before_ns)
			line->ending_before_ns = item->line.ending_before_ns;
		line->total = rat_sub(a, line->total, draw->amount);
		draws[n++] = draw;
	}
	if (line == NULL)
		return;
	line->type = LINE_APPLIED;
	line->name = str_printf(a, "%.*s applied", STR_FMT(by->name));
	line->quantity = RAT_ONE;
	line->unit_price = line->total;
	name_payer(line, by);
	line->trace = draws_trace(a, draws, n, line->total);
}

void
subscription_lines(struct arena *a, const struct purse *purse,
	const struct subscription_items *items, struct str product_id, struct line_list *out)
{
	for (size_t i = 0; i < items->n; i++)
		for (const struct draw *d = items->p[i].slice.draws; d != NULL; d = d->next)
			if (str_eq(items->p[i].line.product_id, product_id))
				put_paid(a, &items->p[i], d, out);
	for (size_t k = 0; purse != NULL && k < purse->n; k++)
		put_application(a, &purse->segments[k], items, product_id, out);
	for (size_t i = 0; i < items->n; i++)
		if (str_eq(items->p[i].line.product_id, product_id))
			put_open(a, &items->p[i], out);
}

/* ---- scheduled invoices ---- */

static bool
seen_before(const struct subscription_items *items, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(items->p[k].line.product_id, items->p[i].line.product_id))
			return true;
	return false;
}

/* The other lines stay where they are, before those of subscriptions. */
static void
replace_lines(struct arena *a, const struct purse *purse, const struct subscription_items *items,
	struct invoice *inv)
{
	struct line_list lines = { NULL, 0, 0 };
	struct invoice_line *all;
	size_t n = 0;

	for (size_t i = 0; i < items->n; i++)
		if (!seen_before(items, i))
			subscription_lines(a, purse, items, items->p[i].line.product_id, &lines);
	all = ARENA_ARRAY(a, inv->nlines + lines.n, struct invoice_line);
	for (size_t i = 0; i < inv->nlines; i++)
		if (inv->lines[i].type != LINE_SUBSCRIPTION)
			all[n++] = inv->lines[i];
	for (size_t i = 0; i < lines.n; i++)
		all[n++] = *lines.p[i];
	inv->lines = all;
	inv->nlines = n;
}

void
scheduled_pay(struct arena *a, struct purse *purse, struct invoice *inv)
{
	struct subscription_items items = { ARENA_ARRAY(a, inv->nlines, struct subscription_item),
		0 };
	struct charge **charges = ARENA_ARRAY(a, inv->nlines, struct charge *);

	for (size_t i = 0; i < inv->nlines; i++) {
		if (inv->lines[i].type != LINE_SUBSCRIPTION)
			continue;
		make_item(inv->lines[i], &items.p[items.n]);
		charges[items.n] = &items.p[items.n].charge;
		items.n++;
	}
	if (items.n == 0)
		return;
	invoice_pay(purse, a, charges, items.n, inv->issued_at_ns, inv);
	replace_lines(a, purse, &items, inv);
	inv->trace = (struct trace){ NULL, NULL };
	invoice_close(inv, a);
}
