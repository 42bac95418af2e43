#include "contract_subscriptions.h"

#include "show.h"
#include "tasks/subscription.h"

#include "base/banned.h"

static const struct cli_column quantity_columns[] = {
	{ "subscription_id", "subscription_id", CELL_TEXT },
	{ "name", "subscription_name", CELL_TEXT },
	{ "starting_at", "starting_at", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
	{ "quantity", "quantity", CELL_NUMBER },
};

static const struct cli_column seat_columns[] = {
	{ "subscription_id", "subscription_id", CELL_TEXT },
	{ "name", "subscription_name", CELL_TEXT },
	{ "starting_at", "starting_at", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
	{ "quantity", "total_quantity", CELL_NUMBER },
	{ "assigned_seat_ids", "assigned_seat_ids", CELL_TEXT },
};

static struct quantity_request
request(const struct cli *c)
{
	struct quantity_request r = {
		.contract = str_c(c->operands[0]),
		.now_ns = c->now_ns,
		.from_ns = c->from_ns,
		.to_ns = c->to_ns,
	};

	if (c->noperands > 1)
		r.subscription = str_c(c->operands[1]);
	if (c->at_ns != INSTANT_NONE) {
		r.from_ns = c->at_ns;
		r.to_ns = c->at_ns + 1;
	}
	return r;
}

static void
write_quantity(struct jsonw *w, const void *row)
{
	quantity_row_to_json(w, row);
}

static void
write_seats(struct jsonw *w, const void *row)
{
	seat_row_to_json(w, row);
}

static bool
read_and_show(struct cli *c, const struct quantity_request *r, show_json write)
{
	struct quantity_rows rows;

	if (!quantities_read(c->store, r, &c->run, &rows, &c->e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		show(c, write, &rows.p[i]);
	return true;
}

bool
contract_quantities_verb(struct cli *c)
{
	struct quantity_request r = request(c);

	cli_columns(c, quantity_columns, countof(quantity_columns));
	return read_and_show(c, &r, write_quantity);
}

bool
contract_seats_verb(struct cli *c)
{
	struct quantity_request r = request(c);

	if (c->at_ns != INSTANT_NONE && (c->from_ns != INSTANT_NONE || c->to_ns != INSTANT_NONE))
		return cli_usage(c, "--at does not go with --from and --to");
	r.seats = true;
	cli_columns(c, seat_columns, countof(seat_columns));
	return read_and_show(c, &r, write_seats);
}
