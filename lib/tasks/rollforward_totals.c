#include "tasks/rollforward.h"

#include <stdlib.h>

#include "base/banned.h"

#define ROWS_BETWEEN 4096 /* so often the sums move to a fresh arena */

struct rollforward_totals {
	struct arena *run;
	struct arena sums[2]; /* they lie in one of them */
	size_t at;
	size_t added;
	struct map places; /* type and unit -> struct rollforward_row */
};

struct rollforward_totals *
rollforward_totals_new(struct arena *run)
{
	struct rollforward_totals *t = ARENA_NEW(run, struct rollforward_totals);

	t->run = run;
	map_init(&t->places, run);
	return t;
}

static struct rollforward_row *
total_of(struct rollforward_totals *t, enum commit_type type, const struct unit *u)
{
	void **slot = map_slot(&t->places,
		str_printf(t->run, "%s %s", commit_type_name(type), u->id.s), NULL);
	struct rollforward_row *total = *slot;

	if (total == NULL) {
		total = ARENA_NEW(t->run, struct rollforward_row);
		total->type = type;
		total->unit = total->basis.unit = *u;
		total->has_basis = type != COMMIT_POSTPAID;
		*slot = total;
	}
	return total;
}

static void
move_sums(struct rollforward_totals *t)
{
	struct arena *to = &t->sums[1 - t->at];

	for (size_t i = 0; i < t->places.n; i++) {
		struct rollforward_row *total = t->places.entries[i].value;

		for (int k = 0; k < ROLL_COLUMNS; k++)
			total->column[k] = rat_copy(to, total->column[k]);
		for (int k = 0; k < DEFERRED_COLUMNS; k++)
			total->deferred[k] = rat_copy(to, total->deferred[k]);
	}
	arena_clear(&t->sums[t->at]);
	t->at = 1 - t->at;
}

void
rollforward_totals_add(struct rollforward_totals *t, const struct rollforward_row *row)
{
	struct arena *a = &t->sums[t->at];
	struct rollforward_row *total = total_of(t, row->type, &row->unit);

	total->balances++;
	for (int i = 0; i < ROLL_COLUMNS; i++)
		total->column[i] = rat_add(a, total->column[i], row->column[i]);
	if (row->has_basis) {
		total = total_of(t, row->type, &row->basis.unit);
		for (int i = 0; i < DEFERRED_COLUMNS; i++)
			total->deferred[i] = rat_add(a, total->deferred[i], row->deferred[i]);
	}
	if (++t->added % ROWS_BETWEEN == 0)
		move_sums(t);
}

static int
by_unit_and_type(const void *x, const void *y)
{
	const struct rollforward_row *a = ((const struct map_entry *)x)->value;
	const struct rollforward_row *b = ((const struct map_entry *)y)->value;
	int by = str_cmp(str_c(a->unit.code), str_c(b->unit.code));

	if (by == 0)
		by = str_cmp(str_c(a->unit.id.s), str_c(b->unit.id.s));
	return by != 0 ? by : (a->type > b->type) - (a->type < b->type);
}

void
rollforward_totals_end(struct rollforward_totals *t, rollforward_visit visit, void *ctx)
{
	if (t->places.n > 0)
		qsort(t->places.entries, t->places.n, sizeof(t->places.entries[0]),
			by_unit_and_type);
	for (size_t i = 0; i < t->places.n; i++)
		visit(ctx, t->places.entries[i].value);
	arena_release(&t->sums[0]);
	arena_release(&t->sums[1]);
}
