#include "store/sql_sandbox.h"

#include <sqlite3.h>

#include "base/sum.h"

#include "base/banned.h"

/*
 * The state of an aggregate is zeroed by SQLite when its group begins, and
 * ends with the final call, which comes after a failure too.
 */

#define STEP_COST 16

static bool
begin_step(sqlite3_context *ctx, sqlite3_value **args, size_t size, void **state)
{
	struct sql_sandbox *sb = sqlite3_user_data(ctx);

	if (!sandbox_pay(sb, ctx, STEP_COST + value_size(args[0])))
		return false;
	*state = sqlite3_aggregate_context(ctx, (int)size);
	if (*state == NULL)
		sqlite3_result_error_nomem(ctx);
	return *state != NULL;
}

static void
end_step(sqlite3_context *ctx)
{
	struct sql_sandbox *sb = sqlite3_user_data(ctx);

	if (sb->scratch.block != NULL)
		arena_clear(&sb->scratch);
}

/* ---- SUM, AVG ---- */

/* Each spill of a sum leaves the total before it behind, so it moves house now and then. */
#define MOVE_EVERY 64

struct total {
	struct sum sum;
	int64_t n;
	struct arena arenas[2];
	unsigned house; /* which arena the total lies in */
	unsigned moves;
};

static void
move(struct total *t)
{
	struct arena *to = &t->arenas[1 - t->house];

	t->sum.spilled = rat_copy(to, t->sum.spilled);
	arena_clear(&t->arenas[t->house]);
	t->house = 1 - t->house;
}

static void
total_step(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
	struct sql_sandbox *sb = sqlite3_user_data(ctx);
	struct total *t;
	struct rat x;
	void *state;

	(void)nargs;
	if (!begin_step(ctx, args, sizeof(*t), &state))
		return;
	t = state;
	if (value_number(args[0], &sb->scratch, &x)) {
		sum_add(&t->sum, &t->arenas[t->house], x);
		t->n++;
		if (t->arenas[t->house].block != NULL && ++t->moves % MOVE_EVERY == 0)
			move(t);
		(void)check_number(sb, ctx, t->sum.spilled);
	}
	end_step(ctx);
}

static void
total_end(sqlite3_context *ctx, bool mean)
{
	struct sql_sandbox *sb = sqlite3_user_data(ctx);
	struct total *t = sqlite3_aggregate_context(ctx, 0);
	struct rat x;

	if (t == NULL)
		return; /* no row: null */
	if (t->n > 0 && sb->limit == NULL) {
		x = sum_value(&t->sum, &sb->scratch);
		if (!mean || rat_div(&sb->scratch, x, rat_int(&sb->scratch, t->n), &x))
			result_number(sb, ctx, x);
	}
	arena_release(&t->arenas[0]);
	arena_release(&t->arenas[1]);
	end_step(ctx);
}

static void
sum_final(sqlite3_context *ctx)
{
	total_end(ctx, false);
}

static void
avg_final(sqlite3_context *ctx)
{
	total_end(ctx, true);
}

/* ---- MIN, MAX, EARLIEST, LATEST: one value of those there were ---- */

struct chosen {
	sqlite3_value *value; /* NULL: none yet */
	bool number;          /* it is one: then no text takes its place */
	int64_t at_ns;
	sqlite3_value *id;
};

/*
 * A text contributes nothing where there are numbers: > 0 when a number comes
 * after texts, < 0 when a text comes after a number, 0 when the values decide.
 */
static int
kind_order(const struct chosen *best, bool number)
{
	return (int)number - (int)best->number;
}

static void
choose(struct chosen *best, sqlite3_value **args, int nargs, bool number)
{
	best->number = number;
	sqlite3_value_free(best->value);
	sqlite3_value_free(best->id);
	best->value = sqlite3_value_dup(args[0]);
	best->id = nargs > 2 ? sqlite3_value_dup(args[2]) : NULL;
	best->at_ns = nargs > 2 ? sqlite3_value_int64(args[1]) : 0;
}

static void
chosen_final(sqlite3_context *ctx)
{
	struct sql_sandbox *sb = sqlite3_user_data(ctx);
	struct chosen *best = sqlite3_aggregate_context(ctx, 0);

	if (best == NULL)
		return;
	if (best->value != NULL && sb->limit == NULL)
		sqlite3_result_value(ctx, best->value);
	sqlite3_value_free(best->value);
	sqlite3_value_free(best->id);
}

/* Of equal numbers, whichever way they are written, one form. */
static void
extreme_final(sqlite3_context *ctx)
{
	struct sql_sandbox *sb = sqlite3_user_data(ctx);
	const struct chosen *best = sqlite3_aggregate_context(ctx, 0);
	struct rat x;

	if (best != NULL && best->value != NULL && sqlite3_value_type(best->value) == SQLITE_TEXT &&
		value_number(best->value, &sb->scratch, &x) && sb->limit == NULL) {
		result_number(sb, ctx, x);
		sqlite3_value_free(best->value);
		end_step(ctx);
		return;
	}
	chosen_final(ctx);
}

static void
extreme_step(sqlite3_context *ctx, sqlite3_value **args, int sign)
{
	struct sql_sandbox *sb = sqlite3_user_data(ctx);
	struct chosen *best;
	struct rat x;
	void *state;
	bool number;
	int order;

	if (sqlite3_value_type(args[0]) == SQLITE_NULL ||
		!begin_step(ctx, args, sizeof(*best), &state))
		return;
	best = state;
	number = value_number(args[0], &sb->scratch, &x);
	order = kind_order(best, number);
	if (best->value != NULL && order == 0)
		order = value_order(args[0], best->value, &sb->scratch) * sign;
	if (best->value == NULL || order > 0)
		choose(best, args, 1, number);
	end_step(ctx);
}

static void
min_step(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
	(void)nargs;
	extreme_step(ctx, args, -1);
}

static void
max_step(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
	(void)nargs;
	extreme_step(ctx, args, 1);
}

/* By time, then by transaction id as bytes. */
static int
time_order(const struct chosen *best, sqlite3_value **args)
{
	int64_t at_ns = sqlite3_value_int64(args[1]);
	struct str id = { NULL, 0 }, than = { NULL, 0 };

	if (at_ns != best->at_ns)
		return at_ns > best->at_ns ? 1 : -1;
	(void)value_text(args[2], &id);
	(void)value_text(best->id, &than);
	return str_cmp(id, than);
}

static void
time_step(sqlite3_context *ctx, sqlite3_value **args, int nargs, int sign)
{
	struct sql_sandbox *sb = sqlite3_user_data(ctx);
	struct chosen *best;
	struct rat x;
	void *state;
	bool number;
	int order;

	if (sqlite3_value_type(args[0]) == SQLITE_NULL ||
		!begin_step(ctx, args, sizeof(*best), &state))
		return;
	best = state;
	number = value_number(args[0], &sb->scratch, &x);
	order = kind_order(best, number);
	if (best->value != NULL && order == 0)
		order = time_order(best, args) * sign;
	if (best->value == NULL || order > 0)
		choose(best, args, nargs, number);
	end_step(ctx);
}

static void
earliest_step(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
	time_step(ctx, args, nargs, -1);
}

static void
latest_step(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
	time_step(ctx, args, nargs, 1);
}

/* ---- all of them ---- */

static const struct aggregate {
	const char *name;
	int nargs;
	void (*step)(sqlite3_context *ctx, int nargs, sqlite3_value **args);
	void (*final)(sqlite3_context *ctx);
} aggregates[] = {
	{ "mtr_sum", 1, total_step, sum_final },
	{ "mtr_avg", 1, total_step, avg_final },
	{ "mtr_min", 1, min_step, extreme_final },
	{ "mtr_max", 1, max_step, extreme_final },
	{ "mtr_earliest", 3, earliest_step, chosen_final },
	{ "mtr_latest", 3, latest_step, chosen_final },
};

int
sandbox_add_aggregates(struct sql_sandbox *sb)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < countof(aggregates); i++)
		rc = sqlite3_create_function_v2(sb->db, aggregates[i].name, aggregates[i].nargs,
			SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, sb, NULL,
			aggregates[i].step, aggregates[i].final, NULL);
	return rc;
}
