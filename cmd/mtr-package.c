/*
 * mtr-package - templates that contracts are made of.
 */
#include "cli.h"

#include "base/instant.h"
#include "domain/package.h"
#include "show.h"
#include "store/contract_store.h"
#include "store/package_store.h"
#include "tasks/aliases.h"
#include "tasks/package.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "duration", "duration", CELL_TEXT },
	{ "archived_at", "archived_at", CELL_INSTANT },
};

static const struct cli_column contract_columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "customer_id", "customer_id", CELL_TEXT },
	{ "starting_at", "starting_at", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
};

static void
write_package(struct jsonw *w, const void *package)
{
	package_to_json(w, package);
}

/* With its aliases as other packages have left them. */
static bool
show_package(struct cli *c, const struct package *package, struct err *e)
{
	struct package shown = *package;

	return aliases_cut(c->store, NOUN_PACKAGE, shown.id, &shown.aliases, &shown.naliases,
		       &c->run, e) &&
		show(c, write_package, &shown);
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct package wanted, stored;

	(void)ctx;
	return package_from_json(j, csv, &c->run, &wanted, e) &&
		package_create(c->store, &wanted, cli_flag(c, "if-absent"), c->now_ns, &c->run,
			&stored, e) &&
		show_package(c, &stored, e);
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
	struct package found;
	struct str id;

	(void)ctx;
	return reference_field(c->store, NOUN_PACKAGE, "", name, c->now_ns, &c->rec, &id, e) &&
		package_store_get(c->store, id, &c->rec, &found, e) && show_package(c, &found, e);
}

static bool
get(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_each_name(c, get_one, NULL);
}

static bool
list_one(void *ctx, const void *package)
{
	struct cli *c = ctx;

	return show_package(c, package, &c->e);
}

static bool
list(struct cli *c)
{
	struct page page = show_page(c, cli_flag(c, "archived"));

	cli_columns(c, columns, countof(columns));
	return package_store_list(c->store, &page, list_one, c, &c->e) && c->e.kind == ERR_NONE;
}

static bool
archive_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct package stored;

	(void)ctx;
	return package_archive(c->store, name, c->now_ns, &c->run, &stored, e) &&
		show_package(c, &stored, e);
}

static bool
archive(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_change(c, archive_one, NULL);
}

/* ---- contracts ---- */

static void
write_contract(struct jsonw *w, const void *contract)
{
	contract_to_json(w, contract);
}

static bool
show_contract(void *ctx, const void *contract)
{
	return show(ctx, write_contract, contract);
}

static bool
contracts(struct cli *c)
{
	struct page page = show_page(c, cli_flag(c, "archived"));
	const char *covering = cli_value(c, "covering");
	int64_t at_ns = INSTANT_NONE;
	struct instant_why why;
	struct str id;

	if (covering != NULL && !instant_parse(str_c(covering), INSTANT_DATE, &at_ns, &why))
		return cli_usage(c, "--covering \"%s\": %s", covering, why.text);
	if (!reference_field(c->store, NOUN_PACKAGE, "", str_c(c->operands[0]), c->now_ns, &c->run,
		    &id, &c->e))
		return false;
	cli_columns(c, contract_columns, countof(contract_columns));
	return contract_store_of_package(c->store, &page, id, at_ns, show_contract, c, &c->e);
}

static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option list_options[] = { OPTION_ARCHIVED };
static const struct cli_option contracts_options[] = {
	OPTION_ARCHIVED,
	{ "covering", "TIME", "those that hold at an instant", false },
};

static const struct verb verbs[] = {
	{ "create", create, "[file ...]", "store packages read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "get", get, "package ...", "write packages by id, alias or name", ACCEPT_READING,
		CLI_STORE_READ, NULL, 0 },
	{ "list", list, "", "write every package", ACCEPT_LISTING, CLI_STORE_READ, list_options,
		countof(list_options) },
	{ "archive", archive, "package ...", "close packages for new contracts", ACCEPT_WRITING,
		CLI_STORE_WRITE, NULL, 0 },
	{ "contracts", contracts, "package", "write the contracts made of a package",
		ACCEPT_LISTING, CLI_STORE_READ, contracts_options, countof(contracts_options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-package", "templates that contracts are made of", verbs,
		countof(verbs), argc, argv);
}
