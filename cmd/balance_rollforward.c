#include "balance_rollforward.h"

#include "balance_options.h"
#include "failures.h"
#include "show.h"
#include "tasks/rollforward.h"

#include "base/banned.h"

/* clang-format off */
#define SUBJECT \
	{ "customer_id", "customer_id", CELL_TEXT }, \
	{ "customer_name", "customer_name", CELL_TEXT }, \
	{ "contract_id", "contract_id", CELL_TEXT }, \
	{ "id", "id", CELL_TEXT }, \
	{ "name", "name", CELL_TEXT }
#define MOVEMENTS \
	{ "opening", "opening", CELL_NUMBER }, \
	{ "granted", "granted", CELL_NUMBER }, \
	{ "rolled_in", "rolled_in", CELL_NUMBER }, \
	{ "adjusted", "adjusted", CELL_NUMBER }, \
	{ "used", "used", CELL_NUMBER }, \
	{ "trued_up", "trued_up", CELL_NUMBER }, \
	{ "rolled_out", "rolled_out", CELL_NUMBER }, \
	{ "expired", "expired", CELL_NUMBER }, \
	{ "closing", "closing", CELL_NUMBER }, \
	{ "currency", "currency", CELL_TEXT }
#define DEFERRED \
	{ "deferred_opening", "deferred.opening", CELL_NUMBER }, \
	{ "deferred_added", "deferred.added", CELL_NUMBER }, \
	{ "deferred_rolled", "deferred.rolled", CELL_NUMBER }, \
	{ "deferred_used", "deferred.used", CELL_NUMBER }, \
	{ "deferred_expired", "deferred.expired", CELL_NUMBER }, \
	{ "deferred_closing", "deferred.closing", CELL_NUMBER }, \
	{ "deferred_currency", "deferred.currency", CELL_TEXT }
/* clang-format on */

static const struct cli_column columns[] = {
	SUBJECT,
	{ "type", "type", CELL_TEXT },
	MOVEMENTS,
	DEFERRED,
	{ "invoices", "invoices", CELL_TEXT },
};

static const struct cli_column total_columns[] = {
	{ "type", "type", CELL_TEXT },
	{ "balances", "balances", CELL_NUMBER },
	MOVEMENTS,
	DEFERRED,
};

struct rolling {
	struct cli *c;
	struct rollforward_totals *totals; /* NULL: rows are written */
};

/* A row and the range it is of. */
struct shown_row {
	const struct cli *c;
	const struct rollforward_row *row;
};

static void
write_row(struct jsonw *w, const void *shown)
{
	const struct shown_row *s = shown;

	rollforward_to_json(w, s->row, s->c->from_ns, s->c->to_ns, s->c->output != OUT_JSON);
}

static void
show_row(void *ctx, const struct rollforward_row *row)
{
	struct shown_row s = { ctx, row };

	(void)show(ctx, write_row, &s);
}

static void
visit(void *ctx, const struct rollforward_row *row)
{
	struct rolling *r = ctx;

	if (r->totals != NULL)
		rollforward_totals_add(r->totals, row);
	else
		show_row(r->c, row);
}

static void
tell_progress(void *ctx, uint64_t events)
{
	cli_progress(ctx, "events", events, 0);
}

static bool
roll(struct cli *c, struct invoice_failure **failures, size_t *nfailures)
{
	struct rollforward_request r = {
		.from_ns = c->from_ns,
		.to_ns = c->to_ns,
		.now_ns = c->now_ns,
		.selection = SELECT_ALL,
		.drafts = cli_flag(c, "drafts"),
		.progress = tell_progress,
		.ctx = c,
	};
	struct rolling rolling = { .c = c };

	if (!show_reference(c, "customer", NOUN_CUSTOMER, &r.customer_id) ||
		!show_reference(c, "contract", NOUN_CONTRACT, &r.contract_id) ||
		!balance_selection_read(c, &r.selection))
		return false;
	if (cli_flag(c, "totals"))
		rolling.totals = rollforward_totals_new(&c->run);
	if (!rollforward_read(c->store, &r, &c->run, visit, &rolling, failures, nfailures, &c->e))
		return false;
	if (rolling.totals != NULL)
		rollforward_totals_end(rolling.totals, show_row, c);
	return true;
}

bool
balance_rollforward_verb(struct cli *c)
{
	struct invoice_failure *failures;
	size_t n;
	bool ok;

	if (c->from_ns == INSTANT_NONE || c->to_ns == INSTANT_NONE)
		return cli_usage(c, "--from and --to are wanted");
	if (c->from_ns == c->to_ns)
		return cli_usage(c, "nothing lies between --from and --to");
	if (cli_flag(c, "totals"))
		cli_columns(c, total_columns, countof(total_columns));
	else
		cli_columns(c, columns, countof(columns));
	if (!store_read_begin(c->store, &c->e))
		return false;
	ok = roll(c, &failures, &n);
	store_read_end(c->store);
	if (ok)
		tell_failures(c, failures, n);
	return ok;
}
