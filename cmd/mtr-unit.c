/*
 * mtr-unit - custom pricing units beside the currencies.
 */
#include "cli.h"

#include "domain/custom_unit.h"
#include "show.h"
#include "store/unit_store.h"
#include "tasks/unit.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "is_currency", "is_currency", CELL_TEXT },
	{ "code", "code", CELL_TEXT },
	{ "decimal_places", "decimal_places", CELL_NUMBER },
};

static void
write_unit(struct jsonw *w, const void *unit)
{
	custom_unit_to_json(w, unit);
}

static void
write_currency(struct jsonw *w, const void *unit)
{
	currency_to_json(w, unit);
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct custom_unit wanted, stored;

	(void)ctx;
	return custom_unit_from_json(j, csv, &c->run, &wanted, e) &&
		unit_create(c->store, &wanted, cli_flag(c, "if-absent"), &c->run, &stored, e) &&
		show(c, write_unit, &stored);
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
	struct custom_unit found;
	struct unit currency;
	struct str id;

	(void)ctx;
	if (unit_find(NULL, name, &currency))
		return show(c, write_currency, &currency);
	return reference_field(c->store, NOUN_UNIT, "", name, c->now_ns, &c->rec, &id, e) &&
		unit_store_get(c->store, id, &c->rec, &found, e) && show(c, write_unit, &found);
}

static bool
get(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_each_name(c, get_one, NULL);
}

struct listing {
	struct cli *cli;
	struct page page;
	int64_t shown;
};

static bool
list_one(void *ctx, const void *unit)
{
	struct listing *l = ctx;

	l->shown++;
	return show(l->cli, write_unit, unit);
}

/* Behind the custom units, by code; a page may begin among them. */
static void
list_currencies(struct listing *l, const struct unit *after)
{
	struct unit u;
	bool begun = after == NULL;

	for (size_t i = 0; unit_at(i, &u); i++) {
		if (begun && (l->page.limit < 0 || l->shown++ < l->page.limit))
			show(l->cli, write_currency, &u);
		begun = begun || unit_same(&u, after);
	}
}

static bool
list(struct cli *c)
{
	struct listing l = { .cli = c, .page = show_page(c, false) };
	bool currencies = cli_flag(c, "currencies");
	struct unit after;

	cli_columns(c, columns, countof(columns));
	if (currencies && unit_find(NULL, l.page.after, &after)) {
		list_currencies(&l, &after);
		return true;
	}
	if (!unit_store_list(c->store, &l.page, list_one, &l, &c->e))
		return false;
	if (currencies)
		list_currencies(&l, NULL);
	return true;
}

static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option list_options[] = {
	{ "currencies", NULL, "the currencies too, behind the custom ones", false },
};

static const struct verb verbs[] = {
	{ "create", create, "[file ...]", "store custom units read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "get", get, "unit ...", "write custom units by id or name, currencies by code",
		ACCEPT_READING, CLI_STORE_READ, NULL, 0 },
	{ "list", list, "", "write every custom unit", ACCEPT_LISTING, CLI_STORE_READ, list_options,
		countof(list_options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-unit", "custom pricing units beside the currencies", verbs,
		countof(verbs), argc, argv);
}
