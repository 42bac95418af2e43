#include "engine/burndown.h"

#include <assert.h>

#include "base/banned.h"

/* ---- which charge first ---- */

const struct price_slice *
draw_price(const struct charge *c, const struct charge_slice *s, const struct purse_segment *by)
{
	return &s->prices[by != NULL && c->price_of != NULL ? c->price_of[by->terms] : 0];
}

static bool
is_payable(const struct purse_segment *by, const struct charge *c, const struct charge_slice *s)
{
	return rat_sign(s->open) > 0 &&
		(rat_sign(draw_price(c, s, by)->unit_price) > 0 ||
			rat_sign(s->prices[0].unit_price) > 0);
}

/* Pass over what is paid or not for this segment; false: nothing is left. */
static bool
find_next(struct charge *c, const struct purse_segment *by)
{
	while (c->next < c->n && !is_payable(by, c, &c->slices[c->next]))
		c->next++;
	return c->next < c->n;
}

static int
rank(const struct charge *c)
{
	switch (c->product_type) {
	case PRODUCT_USAGE:
		return 0;
	case PRODUCT_SUBSCRIPTION:
		return 1;
	case PRODUCT_COMPOSITE:
		return 2;
	case PRODUCT_FIXED:
	case PRODUCT_PRO_SERVICE:
		break;
	}
	return 3; /* not paid by balances */
}

/* < 0: x is drawn for before y. Both have a next slice. */
static int
charge_order(const struct charge *x, const struct charge *y)
{
	int order = rank(x) - rank(y);

	if (order == 0)
		order = (x->starting_at_ns > y->starting_at_ns) -
			(x->starting_at_ns < y->starting_at_ns);
	if (order == 0)
		order = rat_cmp(y->slices[y->next].prices[0].unit_price,
			x->slices[x->next].prices[0].unit_price);
	if (order == 0)
		order = str_cmp(x->name, y->name);
	if (order == 0)
		order = pairs_cmp(&x->pricing, &y->pricing);
	if (order == 0)
		order = pairs_cmp(&x->presentation, &y->presentation);
	return order != 0 ? order : str_cmp(x->product_id, y->product_id);
}

/* A binary heap: the charge that is drawn for next lies at [0]. */
struct heap {
	struct charge **p;
	size_t n;
};

static void
sift_down(struct heap *h, size_t i)
{
	for (;;) {
		size_t first = i;
		for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < h->n; k++)
			if (charge_order(h->p[k], h->p[first]) < 0)
				first = k;
		if (first == i)
			return;
		struct charge *t = h->p[i];
		h->p[i] = h->p[first];
		h->p[first] = t;
		i = first;
	}
}

static void
heapify(struct heap *h)
{
	for (size_t i = h->n / 2; i > 0; i--)
		sift_down(h, i - 1);
}

/* The slice of the charge on top has been drawn for. */
static void
heap_settle(struct heap *h, const struct purse_segment *by)
{
	if (!find_next(h->p[0], by))
		h->p[0] = h->p[--h->n];
	sift_down(h, 0);
}

/* ---- drawing ---- */

static void
draw_for(struct purse_segment *s, struct arena *a, struct charge *c)
{
	struct charge_slice *slice = &c->slices[c->next];
	struct rat price = draw_price(c, slice, s)->unit_price;
	struct draw *d = ARENA_NEW(a, struct draw);

	d->by = s;
	d->before = *s->left;
	d->quantity = slice->open;
	d->amount = rat_mul(a, slice->open, price);
	if (rat_cmp(d->amount, d->before) > 0) {
		bool divided = rat_div(a, d->before, price, &d->quantity);
		assert(divided); /* the amount is above zero */
		(void)divided;
		d->amount = d->before;
	}
	d->after = rat_sub(a, d->before, d->amount);
	*s->left = d->after;
	slice->open = rat_sub(a, slice->open, d->quantity);
	if (slice->last_draw == NULL)
		slice->draws = d;
	else
		slice->last_draw->next = d;
	slice->last_draw = d;
}

static bool
may_pay(const struct purse_segment *s, struct charge *c)
{
	c->next = 0;
	return purse_pays(s, c) && find_next(c, s);
}

void
burndown_draw(struct purse *p, struct arena *a, struct charge **charges, size_t n)
{
	struct heap h = { ARENA_ARRAY(a, n, struct charge *), 0 };

	for (size_t i = 0; i < p->n; i++) {
		struct purse_segment *s = &p->segments[i];

		if (rat_sign(*s->left) <= 0)
			continue;
		h.n = 0;
		for (size_t k = 0; k < n; k++)
			if (may_pay(s, charges[k]))
				h.p[h.n++] = charges[k];
		heapify(&h);
		while (h.n > 0 && rat_sign(*s->left) > 0) {
			draw_for(s, a, h.p[0]);
			heap_settle(&h, s);
		}
	}
}
