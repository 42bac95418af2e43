#include "engine/subscription.h"

#include "engine/override.h"
#include "base/banned.h"

#define CELLS_MAX 100000 /* of one subscription: thousands of years of weeks */

/* One subscription under work. */
struct biller {
	struct arena *arena;
	const struct account *account;
	const struct contract *contract;
	const struct subscription *subscription;
	const struct priced_product *priced;
	struct grid grid;
	struct quantity_steps steps;
	struct subscription_charges *out;
};

/* ---- the periods ---- */

static int64_t
first_of_month(int64_t t_ns)
{
	struct civil day = instant_civil(t_ns);
	int64_t out_ns;

	day.day = 1;
	day.of_day_ns = 0;
	return instant_from_civil(day, &out_ns) ? out_ns : t_ns;
}

struct grid
subscription_grid(const struct contract *c, const struct subscription *s)
{
	struct grid statements = statement_grid(c);

	if (s->anchor_ns != INSTANT_NONE)
		return frequency_grid(s->frequency, s->anchor_ns);
	if (c->statement.day == DAY_FIRST_OF_MONTH && s->frequency != c->statement.frequency)
		return frequency_grid(s->frequency, first_of_month(c->starting_at_ns));
	return frequency_grid(s->frequency, statements.anchor_ns);
}

int64_t
subscription_end(const struct contract *c, const struct subscription *s)
{
	int64_t end_ns = s->ending_before_ns != INSTANT_NONE ? s->ending_before_ns : INT64_MAX;

	if (c->ending_before_ns != INSTANT_NONE && c->ending_before_ns < end_ns)
		end_ns = c->ending_before_ns;
	return end_ns;
}

bool
subscription_cell_at(const struct contract *c, const struct subscription *s, const struct grid *g,
	int64_t k, struct subscription_cell *out)
{
	struct subscription_cell cell;
	int64_t end_ns = subscription_end(c, s);

	if (!grid_start(g, k, &cell.start_ns) || !grid_start(g, k + 1, &cell.end_ns))
		return false;
	cell.from_ns = cell.start_ns > s->starting_at_ns ? cell.start_ns : s->starting_at_ns;
	cell.to_ns = cell.end_ns < end_ns ? cell.end_ns : end_ns;
	if (cell.from_ns >= cell.to_ns)
		return false;
	*out = cell;
	return true;
}

/* ---- the price ---- */

struct rat
prorated_price(struct arena *a, struct rat price, const struct subscription_cell *cell,
	int64_t from_ns, const struct proration_rounding *rounding)
{
	/* all lie on hours, so that the counts of hours are whole */
	struct rat part = rat_frac(a, (cell->to_ns - from_ns) / NS_PER_HOUR,
		(cell->end_ns - cell->start_ns) / NS_PER_HOUR);

	return proration_round(a, rounding, rat_mul(a, price, part));
}

/* ---- which invoice ---- */

static bool
place_on_usage(const struct contract *c, int64_t t_ns, bool ends_there,
	struct subscription_charge *charge)
{
	struct period p;

	if (!period_at(c, t_ns - 1, &p) || (ends_there && p.end_ns != t_ns))
		return false;
	charge->on_usage_invoice = true;
	charge->invoice_ns = p.start_ns;
	return true;
}

/* False: it belongs to a time whose invoices are not generated. */
static bool
place(const struct biller *b, bool at_once, bool increase, struct subscription_charge *charge)
{
	const struct contract *c = b->contract;
	bool on_usage = b->subscription->placement == PLACE_USAGE_INVOICE;
	int64_t due_ns = at_once ? charge->starting_at_ns : charge->cell.to_ns;

	if (at_once && due_ns < c->statement.generation_start_ns)
		return false;
	if (!at_once && due_ns <= c->statement.generation_start_ns)
		return false;
	charge->invoice_ns = due_ns;
	if (!at_once && on_usage)
		return place_on_usage(c, due_ns, false, charge);
	if (on_usage && !increase)
		place_on_usage(c, due_ns, true, charge);
	return true;
}

/* ---- charges ---- */

static void
put_charge(struct biller *b, struct subscription_charge charge, bool increase)
{
	const struct subscription *s = b->subscription;
	const struct subscription_cell *cell = &charge.cell;
	bool at_once = s->collection == COLLECT_ADVANCE &&
		(!increase || s->invoicing == INVOICE_IMMEDIATELY);

	charge.is_prorated = s->is_prorated &&
		(charge.starting_at_ns != cell->start_ns || cell->to_ns != cell->end_ns);
	charge.unit_price = charge.is_prorated ? prorated_price(b->arena, charge.rate->price, cell,
							 charge.starting_at_ns, &s->rounding) :
						 charge.rate->price;
	if (!place(b, at_once, increase, &charge))
		return;
	b->out->p = arena_grow(b->arena, b->out->p, &b->out->cap, b->out->n + 1,
		sizeof(b->out->p[0]));
	b->out->p[b->out->n++] = charge;
}

/* The card has no rate then: not one that is not entitled. */
static void
note_gap(struct biller *b, const struct subscription_cell *cell)
{
	struct subscription_charges *out = b->out;

	for (size_t i = 0; i < b->priced->nrates; i++) {
		const struct rate *r = b->priced->rates[i];
		if (r->has_frequency && r->frequency == b->subscription->frequency &&
			rate_covers(r, cell->from_ns))
			return;
	}
	out->gaps = arena_grow(b->arena, out->gaps, &out->gaps_cap, out->ngaps + 1,
		sizeof(out->gaps[0]));
	out->gaps[out->ngaps++] = (struct subscription_gap){ b->subscription, b->priced->product,
		cell->from_ns };
}

/* The quantity at the start of the part, then what exceeds the most that was charged. */
static void
charge_cell(struct biller *b, const struct subscription_cell *cell)
{
	const struct quantity_step *step = quantity_at(&b->steps, cell->from_ns);
	const struct quantity_step *end = b->steps.p + b->steps.n;
	struct subscription_charge charge = { .subscription = b->subscription,
		.product = b->priced->product,
		.cell = *cell };
	struct rat most = RAT_ZERO;

	charge.rate = override_subscription(b->arena, b->account, b->priced,
		b->subscription->frequency, cell->from_ns, &charge.why);
	if (charge.rate == NULL) {
		note_gap(b, cell);
		return;
	}
	for (; step != NULL && step < end && step->at_ns < cell->to_ns; step++) {
		bool increase = step->at_ns > cell->from_ns;

		if (rat_cmp(step->quantity, most) <= 0)
			continue;
		charge.starting_at_ns = increase ? step->at_ns : cell->from_ns;
		charge.before = most;
		charge.quantity = rat_sub(b->arena, step->quantity, most);
		put_charge(b, charge, increase);
		most = step->quantity;
	}
}

static const struct priced_product *
priced_product(const struct account *acct, struct str product_id)
{
	const struct priced_card *card = catalogue_card(acct->catalogue,
		acct->contract->rate_card_id);

	for (size_t i = 0; card != NULL && i < card->nproducts; i++)
		if (str_eq(card->products[i].product->id, product_id))
			return &card->products[i];
	return NULL;
}

/* False: the card does not have the product. */
static bool
biller_open(struct biller *b, struct arena *a, const struct account *acct,
	const struct subscription *s, struct subscription_charges *out)
{
	struct str ignored;

	*b = (struct biller){
		.arena = a,
		.account = acct,
		.contract = acct->contract,
		.subscription = s,
		.priced = priced_product(acct, s->product_id),
		.grid = subscription_grid(acct->contract, s),
		.out = out,
	};
	return b->priced != NULL && subscription_steps(s, a, &b->steps, &ignored);
}

/* The cells that hold part of [from, before), the one that ends at from too. */
static void
charge_cells(struct biller *b, int64_t from_ns, int64_t before_ns)
{
	int64_t first_ns = from_ns > b->subscription->starting_at_ns ?
		from_ns - 1 :
		b->subscription->starting_at_ns;
	struct subscription_cell cell;
	int64_t k;

	if (!grid_find(&b->grid, first_ns, &k))
		return;
	for (int n = 0; n < CELLS_MAX &&
		subscription_cell_at(b->contract, b->subscription, &b->grid, k, &cell) &&
		cell.from_ns < before_ns;
		n++, k++)
		charge_cell(b, &cell);
}

void
subscription_all_charges(struct arena *a, const struct account *acct, int64_t before_ns,
	struct subscription_charges *out)
{
	struct biller b;

	for (size_t i = 0; i < acct->contract->nsubscriptions; i++)
		if (biller_open(&b, a, acct, &acct->contract->subscriptions[i], out))
			charge_cells(&b, INSTANT_NONE, before_ns);
}

/* Behind those that begin no later, so that fees stand by their start, then by subscription. */
static void
put_by_start(struct arena *a, const struct subscription_charge *charge,
	struct subscription_charges *out)
{
	size_t i = out->n;

	out->p = arena_grow(a, out->p, &out->cap, out->n + 1, sizeof(out->p[0]));
	for (; i > 0 && out->p[i - 1].starting_at_ns > charge->starting_at_ns; i--)
		out->p[i] = out->p[i - 1];
	out->p[i] = *charge;
	out->n++;
}

void
subscription_usage_charges(struct arena *a, const struct account *acct, const struct period *p,
	struct subscription_charges *out)
{
	struct subscription_charges all = { .n = 0 };
	struct biller b;

	/* a fee that is due at the period's end is that of the cell behind it */
	for (size_t i = 0; i < acct->contract->nsubscriptions; i++)
		if (biller_open(&b, a, acct, &acct->contract->subscriptions[i], &all))
			charge_cells(&b, p->start_ns, p->end_ns + 1);
	for (size_t i = 0; i < all.n; i++)
		if (all.p[i].on_usage_invoice && all.p[i].invoice_ns == p->start_ns)
			put_by_start(a, &all.p[i], out);
	out->gaps = all.gaps;
	for (size_t i = 0; i < all.ngaps; i++)
		if (all.gaps[i].from_ns >= p->start_ns && all.gaps[i].from_ns < p->end_ns)
			out->gaps[out->ngaps++] = all.gaps[i];
}

/* The start of the first period that begins behind the instant. */
static int64_t
next_start(const struct biller *b, int64_t t_ns)
{
	struct subscription_cell cell;
	int64_t k;

	if (t_ns < b->subscription->starting_at_ns)
		return b->subscription->starting_at_ns;
	if (!grid_find(&b->grid, t_ns, &k) ||
		!subscription_cell_at(b->contract, b->subscription, &b->grid, k + 1, &cell))
		return t_ns;
	return cell.from_ns;
}

void
subscription_scheduled_charges(struct arena *a, const struct account *acct, int64_t until_ns,
	struct subscription_charges *out)
{
	struct subscription_charges all = { .n = 0 };
	struct biller b;

	for (size_t i = 0; i < acct->contract->nsubscriptions; i++)
		if (biller_open(&b, a, acct, &acct->contract->subscriptions[i], &all))
			charge_cells(&b, INSTANT_NONE, next_start(&b, until_ns) + 1);
	for (size_t i = 0; i < all.n; i++) {
		if (all.p[i].on_usage_invoice)
			continue;
		out->p = arena_grow(a, out->p, &out->cap, out->n + 1, sizeof(out->p[0]));
		out->p[out->n++] = all.p[i];
	}
}

/* ---- the view ---- */

static const struct subscription_period *
period_of(struct arena *a, const struct contract *c, const struct subscription *s, int64_t k)
{
	struct grid g = subscription_grid(c, s);
	struct subscription_period *p;
	struct subscription_cell cell;

	if (!subscription_cell_at(c, s, &g, k, &cell))
		return NULL;
	p = ARENA_NEW(a, struct subscription_period);
	*p = (struct subscription_period){ cell.from_ns, cell.to_ns };
	return p;
}

struct subscription_view
subscription_view_at(struct arena *a, const struct contract *c, const struct subscription *s,
	int64_t t_ns)
{
	struct grid g = subscription_grid(c, s);
	struct subscription_view v = { .next = NULL };
	struct quantity_steps steps = { NULL, 0 };
	int64_t end_ns = subscription_end(c, s), k;
	struct str ignored;

	if (!subscription_steps(s, a, &steps, &ignored))
		return v;
	if (t_ns < s->starting_at_ns) {
		if (grid_find(&g, s->starting_at_ns, &k))
			v.next = period_of(a, c, s, k);
	} else if (grid_find(&g, t_ns, &k)) {
		v.previous = period_of(a, c, s, k - 1);
		v.current = t_ns < end_ns ? period_of(a, c, s, k) : NULL;
		v.next = t_ns < end_ns ? period_of(a, c, s, k + 1) : NULL;
	}
	while (steps.n > 1 && steps.p[1].at_ns <= t_ns) {
		steps.p++;
		steps.n--;
	}
	while (steps.n > 0 && (steps.p[steps.n - 1].at_ns >= end_ns || t_ns >= end_ns))
		steps.n--;
	v.schedule = steps;
	return v;
}
