#include "engine/recurring.h"

#include <string.h>

#include "base/id.h"
#include "domain/recurring_change.h"
#include "engine/periods.h"
#include "engine/seats.h"

#include "base/banned.h"

#define CHILDREN_MAX 100000 /* of one item: hundreds of years of days */

struct children {
	struct arena *arena;
	const struct contract *contract;
	int64_t until_ns;
	struct commit *p; /* NULL: they are counted alone */
	size_t n;
};

static struct grid
item_grid(const struct contract *c, const struct recurring *r)
{
	if (r->daily)
		return (struct grid){ r->starting_at_ns, GRID_DAYS, 1 };
	return r->has_frequency ? frequency_grid(r->frequency, r->starting_at_ns) :
				  statement_grid(c);
}

/* The first instant at which nothing is given any more; INT64_MAX: it goes on. */
static int64_t
item_end(const struct contract *c, int64_t ending_before_ns)
{
	int64_t end_ns = ending_before_ns != INSTANT_NONE ? ending_before_ns : INT64_MAX;

	if (c->ending_before_ns != INSTANT_NONE && c->ending_before_ns < end_ns)
		end_ns = c->ending_before_ns;
	return end_ns;
}

/* ---- amounts ---- */

/* What of a whole period's amount the child gets. */
static struct rat
part_of_period(struct arena *a, const struct recurring *r, const struct subscription_cell *cell)
{
	bool first = r->proration == PRORATE_FIRST || r->proration == PRORATE_FIRST_AND_LAST;
	bool last = r->proration == PRORATE_LAST || r->proration == PRORATE_FIRST_AND_LAST;
	int64_t from_ns = first ? cell->from_ns : cell->start_ns;
	int64_t to_ns = last ? cell->to_ns : cell->end_ns;

	/* both lie on hours, so that the counts of hours are whole */
	return rat_frac(a, (to_ns - from_ns) / NS_PER_HOUR,
		(cell->end_ns - cell->start_ns) / NS_PER_HOUR);
}

static struct rat
prorated(struct arena *a, const struct recurring_amount *x, struct rat part)
{
	return proration_round(a, &x->rounding,
		rat_mul(a, rat_mul(a, x->unit_price, x->quantity), part));
}

static struct rat
whole(struct arena *a, const struct recurring_amount *x)
{
	return rat_mul(a, x->unit_price, x->quantity);
}

/* ---- children ---- */

static struct str
derived_id(struct arena *a, const char *kind, struct str of, int64_t at_ns)
{
	char at[INSTANT_TEXT_SIZE];
	const struct str parts[] = { str_c(kind), of, str_c(instant_text(at_ns, at)) };
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

static void
bill_child(struct arena *a, const struct recurring *r, struct rat part, int64_t at_ns,
	struct commit *child)
{
	struct schedule *s = &child->invoice_schedule;
	struct schedule_item *item = ARENA_NEW(a, struct schedule_item);

	item->id = derived_id(a, "schedule_item", child->id, at_ns);
	item->timestamp_ns = at_ns;
	if (rat_eq(part, RAT_ONE)) {
		item->unit_price = r->invoice.unit_price;
		item->quantity = r->invoice.quantity;
	} else {
		item->unit_price = prorated(a, &r->invoice, part);
		item->quantity = RAT_ONE;
	}
	child->has_invoice_schedule = true;
	*s = (struct schedule){
		.unit = r->invoice.unit,
		.items = item,
		.nitems = 1,
		.starting_at_ns = INSTANT_NONE,
		.ending_before_ns = INSTANT_NONE,
	};
}

/* What the child grants by itself: a quantity of its own. */
static void
grant(struct arena *a, const struct recurring *r, const struct subscription_cell *cell,
	struct rat part, int64_t end_ns, struct str id, struct commit *child)
{
	struct access_segment *s = ARENA_NEW(a, struct access_segment);

	s->id = id;
	s->starting_at_ns = cell->from_ns;
	s->ending_before_ns = end_ns;
	s->amount = rat_eq(part, RAT_ONE) ? whole(a, &r->access) : prorated(a, &r->access, part);
	child->segments = s;
	child->nsegments = 1;
}

static void
put_child(struct children *all, const struct recurring *r, const struct subscription_cell *cell,
	int64_t end_ns)
{
	struct arena *a = all->arena;
	struct rat part = part_of_period(a, r, cell);
	struct commit *child = &all->p[all->n];
	struct str segment_id;

	*child = r->child;
	child->recurs = false;
	child->temporary_id = (struct str){ NULL, 0 }; /* names the item */
	child->recurring_id = r->child.id;
	child->id = derived_id(a, "recurring_child", r->child.id, cell->from_ns);
	segment_id = derived_id(a, "access_segment", child->id, cell->from_ns);
	if (r->link.subscription_id.n == 0) {
		grant(a, r, cell, part, end_ns, segment_id, child);
	} else {
		struct seat_grant g = { all->contract, r, *cell, part, end_ns, all->until_ns };
		seats_grant(a, &g, segment_id, child);
	}
	if (r->has_invoice)
		bill_child(a, r, part, cell->from_ns, child);
}

/* The cell k of the grid as far as the item is there; false: it is not, or time ends. */
static bool
item_cell(const struct grid *g, int64_t k, const struct recurring *r, int64_t end_ns,
	struct subscription_cell *out)
{
	if (!grid_start(g, k, &out->start_ns) || !grid_start(g, k + 1, &out->end_ns))
		return false;
	out->from_ns = out->start_ns > r->starting_at_ns ? out->start_ns : r->starting_at_ns;
	out->to_ns = out->end_ns < end_ns ? out->end_ns : end_ns;
	return out->from_ns < end_ns;
}

/* The end of a child's life: that of its last period, or of the item. */
static int64_t
child_end(const struct grid *g, int64_t k, const struct recurring *r, int64_t end_ns)
{
	int64_t t_ns;

	return grid_start(g, k + r->duration, &t_ns) && t_ns < end_ns ? t_ns : end_ns;
}

static void
put_children(struct children *all, const struct recurring *r, int64_t until_ns)
{
	struct grid g = item_grid(all->contract, r);
	int64_t last_ns = item_end(all->contract, recurring_last_end(r)), k;
	bool ahead = false;
	struct subscription_cell cell;

	if (!grid_find(&g, r->starting_at_ns, &k))
		return;
	for (int n = 0; n < CHILDREN_MAX && !ahead && item_cell(&g, k, r, last_ns, &cell);
		n++, k++) {
		struct recurring now = recurring_at(r, cell.from_ns);
		int64_t end_ns = item_end(all->contract, now.ending_before_ns);

		ahead = cell.from_ns > until_ns;
		if (!item_cell(&g, k, r, end_ns, &cell))
			continue;
		if (all->p != NULL)
			put_child(all, &now, &cell, child_end(&g, k, r, end_ns));
		all->n++;
	}
}

/* Behind the contract's own. */
static void
put_all(struct children *all, int64_t until_ns)
{
	const struct contract *c = all->contract;

	all->n = c->ncommits;
	for (size_t i = 0; i < c->nrecurring; i++)
		put_children(all, &c->recurring[i], until_ns);
}

struct contract
recurring_expand(const struct contract *c, int64_t until_ns, struct arena *a)
{
	struct children all = { .arena = a, .contract = c, .until_ns = until_ns };
	struct contract out = *c;

	if (c->nrecurring == 0)
		return out;
	put_all(&all, until_ns);
	all.p = ARENA_ARRAY(a, all.n, struct commit);
	for (size_t i = 0; i < c->ncommits; i++)
		all.p[i] = c->commits[i];
	put_all(&all, until_ns);
	out.commits = all.p;
	out.ncommits = all.n;
	return out;
}
