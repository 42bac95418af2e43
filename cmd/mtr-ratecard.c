/*
 * mtr-ratecard - list prices over time.
 */
#include "cli.h"

#include "domain/ratecard.h"
#include "rate_options.h"
#include "ratecard_rates.h"
#include "show.h"
#include "store/card_order_store.h"
#include "store/ratecard_store.h"
#include "store/unit_store.h"
#include "tasks/aliases.h"
#include "tasks/card_order.h"
#include "tasks/ratecard.h"

#include "base/banned.h"

static const struct cli_column card_columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "fiat", "fiat_credit_type.name", CELL_TEXT },
	{ "archived_at", "archived_at", CELL_INSTANT },
};

static void
write_card(struct jsonw *w, const void *card)
{
	rate_card_to_json(w, card);
}

/* With its aliases as other cards have left them, and the order of its products. */
static bool
show_card(struct cli *c, const struct rate_card *card, struct err *e)
{
	struct rate_card shown = *card;

	return aliases_cut(c->store, NOUN_RATE_CARD, shown.id, &shown.aliases, &shown.naliases,
		       &c->run, e) &&
		card_order_load(c->store, card->id, &c->run, &shown.product_order, e) &&
		show(c, write_card, &shown);
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct rate_card wanted, stored;
	const struct units *units;

	(void)ctx;
	return store_units(c->store, &units, e) &&
		rate_card_from_json(j, csv, units, &c->run, &wanted, e) &&
		rate_card_create(c->store, &wanted, cli_flag(c, "if-absent"), &c->run, &stored,
			e) &&
		show_card(c, &stored, e);
}

static bool
create(struct cli *c)
{
	cli_columns(c, card_columns, countof(card_columns));
	return cli_create(c, create_one, NULL);
}

static bool
update_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct str ref = rate_card_subject(j, &c->run);
	struct rate_card_changes changes;
	struct rate_card stored = { .fiat = unit_usd() };
	const struct units *units;

	(void)ctx;
	/* where it names none, the reader says so */
	if (ref.n > 0 && !rate_card_open(c->store, ref, c->now_ns, &c->run, &stored, e))
		return false;
	return store_units(c->store, &units, e) &&
		rate_card_update_from_json(j, csv, units, &stored.fiat, &c->run, &ref, &changes,
			e) &&
		rate_card_update(c->store, ref, &changes, c->now_ns, &c->run, &stored, e) &&
		show_card(c, &stored, e);
}

static bool
update(struct cli *c)
{
	cli_columns(c, card_columns, countof(card_columns));
	return cli_create(c, update_one, NULL);
}

static bool
archive_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct rate_card stored;

	(void)ctx;
	return rate_card_archive(c->store, name, c->now_ns, &c->run, &stored, e) &&
		show_card(c, &stored, e);
}

static bool
archive(struct cli *c)
{
	cli_columns(c, card_columns, countof(card_columns));
	return cli_change(c, archive_one, NULL);
}

static bool
get_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct rate_card found;
	struct str id;

	(void)ctx;
	return reference_field(c->store, NOUN_RATE_CARD, "", name, c->now_ns, &c->rec, &id, e) &&
		rate_card_store_get(c->store, id, &c->rec, &found, e) && show_card(c, &found, e);
}

static bool
get(struct cli *c)
{
	cli_columns(c, card_columns, countof(card_columns));
	return cli_each_name(c, get_one, NULL);
}

static bool
list_one(void *ctx, const void *card)
{
	struct cli *c = ctx;

	return show_card(c, card, &c->e);
}

static bool
list(struct cli *c)
{
	struct page page = show_page(c, cli_flag(c, "archived"));

	cli_columns(c, card_columns, countof(card_columns));
	return rate_card_store_list(c->store, &page, list_one, c, &c->e) && c->e.kind == ERR_NONE;
}

static bool
order_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct card_order_change change;
	struct rate_card stored;
	struct str ref;

	(void)ctx;
	return card_order_from_json(j, csv, &c->run, &ref, &change, e) &&
		card_order_set(c->store, ref, &change, c->now_ns, &c->run, &stored, e) &&
		show_card(c, &stored, e);
}

static bool
order(struct cli *c)
{
	cli_columns(c, card_columns, countof(card_columns));
	return cli_create(c, order_one, NULL);
}

static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option list_options[] = { OPTION_ARCHIVED };
static const struct cli_option add_options[] = {
	{ "card", "CARD", "the card of records that name none", false },
};
static const struct cli_option rates_options[] = {
	OPTIONS_SELECT,
	{ "all", NULL, "every rate, not only those that hold at one instant", false },
};
static const struct cli_option schedule_options[] = { OPTIONS_SELECT };

static const struct verb verbs[] = {
	{ "create", create, "[file ...]", "store rate cards read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "get", get, "card ...", "write rate cards by id, alias or name", ACCEPT_READING,
		CLI_STORE_READ, NULL, 0 },
	{ "list", list, "", "write every rate card", ACCEPT_LISTING, CLI_STORE_READ, list_options,
		countof(list_options) },
	{ "update", update, "[file ...]", "change name, description, aliases, custom fields",
		ACCEPT_CREATING, CLI_STORE_WRITE, NULL, 0 },
	{ "archive", archive, "card ...", "close rate cards for new contracts", ACCEPT_WRITING,
		CLI_STORE_WRITE, NULL, 0 },
	{ "add-rates", ratecard_add_rates, "[file ...]", "add rates read as records",
		ACCEPT_CREATING, CLI_STORE_WRITE, add_options, countof(add_options) },
	{ "rates", ratecard_rates, "card", "write the rates that hold at an instant",
		ACCEPT_READING | ACCEPT_AT, CLI_STORE_READ, rates_options, countof(rates_options) },
	{ "schedule", ratecard_schedule, "card", "write which rate holds when",
		ACCEPT_READING | ACCEPT_RANGE, CLI_STORE_READ, schedule_options,
		countof(schedule_options) },
	{ "order", order, "[file ...]", "put the products of a card in order", ACCEPT_CREATING,
		CLI_STORE_WRITE, NULL, 0 },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-ratecard", "list prices over time", verbs, countof(verbs), argc, argv);
}
