/*
 * mtr-customer - who is billed, and under which names their events come.
 */
#include "cli.h"

#include "domain/customer.h"
#include "show.h"
#include "store/customer_store.h"
#include "tasks/customer.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "ingest_aliases", "ingest_aliases", CELL_TEXT },
	{ "archived_at", "archived_at", CELL_INSTANT },
};

static void
write_customer(struct jsonw *w, const void *customer)
{
	customer_to_json(w, customer);
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct customer wanted, stored;

	(void)ctx;
	return customer_from_json(j, csv, &c->run, &wanted, e) &&
		customer_create(c->store, &wanted, cli_flag(c, "if-absent"), &c->run, &stored, e) &&
		show(c, write_customer, &stored);
}

static bool
create(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, create_one, NULL);
}

static bool
update_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct customer changes, stored;
	struct str ref;

	(void)ctx;
	return customer_update_from_json(j, csv, &c->run, &ref, &changes, e) &&
		customer_update(c->store, ref, &changes, c->now_ns, &c->run, &stored, e) &&
		show(c, write_customer, &stored);
}

static bool
update(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, update_one, NULL);
}

static bool
set_aliases_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct customer stored;
	struct texts aliases;
	struct str ref;

	(void)ctx;
	return customer_aliases_from_json(j, csv, &c->run, &ref, &aliases, e) &&
		customer_set_aliases(c->store, ref, &aliases, c->now_ns, &c->run, &stored, e) &&
		show(c, write_customer, &stored);
}

static bool
set_aliases(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, set_aliases_one, NULL);
}

static bool
archive_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct customer stored;

	(void)ctx;
	return customer_archive(c->store, name, c->now_ns, &c->run, &stored, e) &&
		show(c, write_customer, &stored);
}

static bool
archive(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_change(c, archive_one, NULL);
}

static bool
get_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct customer found;
	struct str id;

	(void)ctx;
	return reference_field(c->store, NOUN_CUSTOMER, "", name, c->now_ns, &c->rec, &id, e) &&
		customer_store_get(c->store, id, &c->rec, &found, e) &&
		show(c, write_customer, &found);
}

static bool
get(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_each_name(c, get_one, NULL);
}

static bool
list_one(void *ctx, const void *customer)
{
	return show(ctx, write_customer, customer);
}

static bool
list(struct cli *c)
{
	struct page page = show_page(c, cli_flag(c, "archived"));

	cli_columns(c, columns, countof(columns));
	return customer_store_list(c->store, &page, list_one, c, &c->e);
}

static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option list_options[] = { OPTION_ARCHIVED };

static const struct verb verbs[] = {
	{ "create", create, "[file ...]", "store customers read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "get", get, "customer ...", "write customers by id, alias or name", ACCEPT_READING,
		CLI_STORE_READ, NULL, 0 },
	{ "list", list, "", "write every customer", ACCEPT_LISTING, CLI_STORE_READ, list_options,
		countof(list_options) },
	{ "update", update, "[file ...]", "change names and custom fields", ACCEPT_CREATING,
		CLI_STORE_WRITE, NULL, 0 },
	{ "set-aliases", set_aliases, "[file ...]", "replace the ingest aliases", ACCEPT_CREATING,
		CLI_STORE_WRITE, NULL, 0 },
	{ "archive", archive, "customer ...", "close customers and their contracts", ACCEPT_WRITING,
		CLI_STORE_WRITE, NULL, 0 },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-customer", "who is billed, and under which names events come", verbs,
		countof(verbs), argc, argv);
}
