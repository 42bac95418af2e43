#include "balance_seats.h"

#include "failures.h"
#include "show.h"
#include "tasks/balance_seats.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "seat_id", "seat_id", CELL_TEXT },
	{ "subscription_id", "subscription_id", CELL_TEXT },
	{ "customer_name", "customer_name", CELL_TEXT },
	{ "balance", "balance_major", CELL_NUMBER },
	{ "currency", "currency", CELL_TEXT },
};

static void
tell_progress(void *ctx, uint64_t events)
{
	cli_progress(ctx, "events", events, 0);
}

static void
write_seat(struct jsonw *w, const void *seat)
{
	seat_balance_to_json(w, seat);
}

/* In one snapshot. */
static bool
read_balances(struct cli *c, struct balance_request *r, struct balances *out)
{
	bool ok;

	if (!store_read_begin(c->store, &c->e))
		return false;
	ok = show_reference(c, "customer", NOUN_CUSTOMER, &r->customer_id) &&
		show_reference(c, "contract", NOUN_CONTRACT, &r->contract_id) &&
		balances_read(c->store, r, &c->run, out, &c->e);
	store_read_end(c->store);
	return ok;
}

bool
balance_seats_verb(struct cli *c)
{
	int64_t at_ns = c->at_ns != INSTANT_NONE ? c->at_ns : c->now_ns;
	struct balance_request r = {
		.at_ns = at_ns,
		.now_ns = at_ns,
		.selection = SELECT_ALL,
		.final = cli_flag(c, "final"),
		.progress = tell_progress,
		.ctx = c,
	};
	struct seat_request asked = {
		.at_ns = at_ns,
		.seats = show_references(c, "seat"),
		.subscriptions = show_references(c, "subscription"),
		.skip_missing = cli_flag(c, "skip-missing"),
	};
	struct seat_balances seats;
	struct balances all;

	cli_columns(c, columns, countof(columns));
	if (!read_balances(c, &r, &all) || !seat_balances_of(&all, &asked, &c->run, &seats, &c->e))
		return false;
	for (size_t i = 0; i < seats.n; i++)
		show(c, write_seat, &seats.p[i]);
	tell_failures(c, all.failures, all.nfailures);
	return true;
}
