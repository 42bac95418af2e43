#include "tasks/scheduled_bills.h"

#include "engine/statement.h"
#include "engine/subscription_lines.h"
#include "store/invoice_store.h"

#include "base/banned.h"

static bool
counts_as_billed(struct str id, enum invoice_life life, struct str again)
{
	return life != LIFE_REPLACED && !(again.n > 0 && str_eq(id, again));
}

bool
scheduled_billed(struct store *st, struct str contract_id, int64_t at_ns, const struct unit *unit,
	struct str again, struct arena *a, struct map *counts, int *next, struct err *e)
{
	enum invoice_life life;
	bool final;

	map_init(counts, a);
	for (*next = 0;; ++*next) {
		struct str id = invoice_id(a, contract_id, INVOICE_SCHEDULED, at_ns, unit, *next);

		if (!void_store_life(st, id, &life, e))
			return false;
		if (life == LIFE_NONE)
			return true;
		if (counts_as_billed(id, life, again) &&
			!invoice_store_objects(st, id, a, counts, &final, e))
			return false;
	}
}

/* How many items before the i-th fall due at the same instant. */
static size_t
same_before(const struct schedule *s, size_t i)
{
	size_t n = 0;

	for (size_t k = 0; k < i; k++)
		n += s->items[k].timestamp_ns == s->items[i].timestamp_ns;
	return n;
}

bool
schedule_billed(struct store *st, struct str contract_id, struct str object_id,
	const struct schedule *s, struct arena *a, bool **billed, struct err *e)
{
	bool *out = ARENA_ARRAY(a, s->nitems, bool);

	for (size_t i = 0; i < s->nitems; i++) {
		struct map counts;
		const size_t *n;
		int next;

		if (!scheduled_billed(st, contract_id, s->items[i].timestamp_ns, &s->unit,
			    (struct str){ NULL, 0 }, a, &counts, &next, e))
			return false;
		n = map_get(&counts, object_id);
		out[i] = n != NULL && same_before(s, i) < *n;
	}
	*billed = out;
	return true;
}

/* Of what a subscription is charged from an instant on, quantities are billed. */
static bool
reduce_fees(struct store *st, struct arena *a, struct invoice *inv, struct str again, int next,
	struct err *e)
{
	for (size_t i = 0; i < inv->nlines; i++) {
		struct invoice_line *line = &inv->lines[i];
		struct rat billed = RAT_ZERO, some;

		if (line->type != LINE_SUBSCRIPTION)
			continue;
		for (int k = 0; k < next; k++) {
			struct str id = invoice_id(a, inv->contract_id, INVOICE_SCHEDULED,
				inv->issued_at_ns, &inv->unit, k);
			enum invoice_life life;

			if (!void_store_life(st, id, &life, e))
				return false;
			if (!counts_as_billed(id, life, again))
				continue;
			if (!invoice_store_quantity(st, id, line->subscription_charge_id, a, &some,
				    e))
				return false;
			billed = rat_add(a, billed, some);
		}
		subscription_line_reduce(a, line, billed);
	}
	return true;
}

static bool
is_billed(const struct invoice_line *line, struct map *counts)
{
	size_t *n;

	if (line->type == LINE_CONVERSION)
		return true; /* invoice_close makes those of what is kept */
	if (line->type == LINE_SUBSCRIPTION)
		return rat_sign(line->quantity) <= 0;
	n = map_get(counts, invoice_line_object(line));
	if (n == NULL || *n == 0)
		return false;
	--*n;
	return true;
}

/* Take what is billed from the invoice: of each object the first lines. */
static void
drop_billed(struct invoice *inv, struct map *counts, bool *any)
{
	size_t kept = 0;

	*any = false;
	for (size_t i = 0; i < inv->nlines; i++) {
		if (is_billed(&inv->lines[i], counts))
			continue;
		*any = *any || rat_sign(inv->lines[i].total) != 0;
		inv->lines[kept++] = inv->lines[i];
	}
	inv->nlines = kept;
}

/* Most often nothing was added: then the first generation has all, and no other is asked for. */
static bool
is_whole(struct store *st, struct arena *a, const struct invoice *inv, bool *final, bool *whole,
	struct err *e)
{
	struct map counts;

	map_init(&counts, a);
	if (!invoice_store_objects(st, inv->id, a, &counts, final, e))
		return false;
	*whole = *final;
	for (size_t i = 0; *whole && i < inv->nlines; i++)
		*whole = inv->lines[i].type != LINE_SUBSCRIPTION &&
			is_billed(&inv->lines[i], &counts);
	return true;
}

bool
scheduled_rest(struct store *st, struct arena *a, struct invoice *inv, struct str again,
	struct generations *g, bool *any, struct err *e)
{
	struct map counts;
	bool final, whole;
	int next;

	if (again.n == 0) {
		*g = (struct generations){ .next = 1, .billed = true };
		if (!is_whole(st, a, inv, &final, &whole, e))
			return false;
		*any = !whole;
		if (whole)
			return true;
	}
	if (!void_store_generations(st, inv->contract_id, INVOICE_SCHEDULED, inv->issued_at_ns,
		    &inv->unit, again, a, g, e) ||
		!scheduled_billed(st, inv->contract_id, inv->issued_at_ns, &inv->unit, again, a,
			&counts, &next, e))
		return false;
	*any = true;
	if (next == 0)
		return true;
	if (!reduce_fees(st, a, inv, again, next, e))
		return false;
	drop_billed(inv, &counts, any);
	inv->id = invoice_id(a, inv->contract_id, INVOICE_SCHEDULED, inv->issued_at_ns, &inv->unit,
		next);
	inv->trace = (struct trace){ NULL, NULL };
	invoice_close(inv, a);
	return true;
}
