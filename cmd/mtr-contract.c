/*
 * mtr-contract - the commercial terms of a customer.
 */
#include "cli.h"

#include "contract_change.h"
#include "contract_rates.h"
#include "contract_subscriptions.h"
#include "domain/contract.h"
#include "show.h"
#include "store/contract_store.h"
#include "tasks/package.h"
#include "tasks/subscription.h"
#include "tasks/spend_read.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "customer_id", "customer_id", CELL_TEXT },
	{ "starting_at", "starting_at", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
	{ "rate_card_id", "rate_card_id", CELL_TEXT },
};

static void
write_contract(struct jsonw *w, const void *contract)
{
	contract_to_json(w, contract);
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct contract stored;

	(void)ctx;
	return contract_create_from_json(c->store, j, csv, cli_flag(c, "if-absent"), c->now_ns,
		       &c->run, &stored, e) &&
		show(c, write_contract, &stored);
}

static bool
create(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, create_one, NULL);
}

static bool
get_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct contract found;
	struct str id;

	(void)ctx;
	return reference_field(c->store, NOUN_CONTRACT, "", name, c->now_ns, &c->rec, &id, e) &&
		contract_store_get(c->store, id, &c->rec, &found, e) &&
		spend_read(c->store, &found, c->now_ns, &c->rec, e) &&
		subscriptions_show(c->store, &found, c->now_ns, &c->rec, e) &&
		show(c, write_contract, &found);
}

static bool
get(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_each_name(c, get_one, NULL);
}

static bool
list_one(void *ctx, const void *contract)
{
	return show(ctx, write_contract, contract);
}

static bool
list(struct cli *c)
{
	struct page page = show_page(c, cli_flag(c, "archived"));
	struct str customer_id = { NULL, 0 };

	if (!show_reference(c, "customer", NOUN_CUSTOMER, &customer_id))
		return false;
	cli_columns(c, columns, countof(columns));
	return contract_store_list(c->store, &page, customer_id, list_one, c, &c->e);
}

static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option list_options[] = {
	OPTION_ARCHIVED,
	{ "customer", "CUSTOMER", "those of one customer", false },
};

static const struct cli_option rates_options[] = { OPTIONS_SELECT };

static const struct cli_option end_options[] = {
	{ "ending-before", "TIME", "the new end", false },
	{ "open", NULL, "no end", false },
	{ "after-final", NULL, "refuse an end before that of a final usage invoice", false },
};
static const struct cli_option archive_options[] = {
	{ "void-invoices", "yes|no", "void those that are final", false },
};

static const struct verb verbs[] = {
	{ "create", create, "[file ...]", "store contracts read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "get", get, "contract ...", "write contracts by id or name", ACCEPT_READING,
		CLI_STORE_READ, NULL, 0 },
	{ "list", list, "", "write every contract", ACCEPT_LISTING, CLI_STORE_READ, list_options,
		countof(list_options) },
	{ "edit", contract_edit_verb, "[file ...]", "change contracts as records say",
		ACCEPT_CREATING, CLI_STORE_WRITE, NULL, 0 },
	{ "amend", contract_amend_verb, "[file ...]", "add terms from a date on, as records say",
		ACCEPT_CREATING, CLI_STORE_WRITE, NULL, 0 },
	{ "set-end", contract_set_end_verb, "contract ...", "end contracts at another instant",
		ACCEPT_WRITING, CLI_STORE_WRITE, end_options, countof(end_options) },
	{ "history", contract_history_verb, "contract ...", "write what changed, and when",
		ACCEPT_READING, CLI_STORE_READ, NULL, 0 },
	{ "archive", contract_archive_verb, "contract ...", "archive contracts by id or name",
		ACCEPT_WRITING, CLI_STORE_WRITE, archive_options, countof(archive_options) },
	{ "set-usage-filter", contract_filter_verb, "[file ...]",
		"bill other usage from an instant on, as records say", ACCEPT_CREATING,
		CLI_STORE_WRITE, NULL, 0 },
	{ "rates", contract_rates_verb, "contract", "write what the products of a contract cost",
		ACCEPT_READING | ACCEPT_AT, CLI_STORE_READ, rates_options, countof(rates_options) },
	{ "quantities", contract_quantities_verb, "contract [subscription]",
		"write how the quantities of subscriptions went", ACCEPT_READING, CLI_STORE_READ,
		NULL, 0 },
	{ "seats", contract_seats_verb, "contract [subscription]",
		"write how the seats of subscriptions went",
		ACCEPT_READING | ACCEPT_AT | ACCEPT_RANGE, CLI_STORE_READ, NULL, 0 },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-contract", "the commercial terms of a customer", verbs, countof(verbs),
		argc, argv);
}
