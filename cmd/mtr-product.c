/*
 * mtr-product - what is sold, in dated versions.
 */
#include "cli.h"

#include "domain/product.h"
#include "show.h"
#include "store/product_store.h"
#include "tasks/product.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "current.name", CELL_TEXT },
	{ "type", "type", CELL_TEXT },
	{ "billable_metric_id", "current.billable_metric_id", CELL_TEXT },
	{ "archived_at", "archived_at", CELL_INSTANT },
};

/* A product is shown as it stands at the clock of the command. */
static bool
show_product(struct cli *c, const struct product *p)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &out);
	product_to_json(&w, p, c->now_ns, &c->run);
	jsonw_release(&w);
	cli_put(c, buf_str(&out));
	buf_release(&out);
	return true;
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct product wanted, stored;

	(void)ctx;
	return product_from_json(j, csv, &c->run, &wanted, e) &&
		product_create(c->store, &wanted, cli_flag(c, "if-absent"), c->now_ns, &c->run,
			&stored, e) &&
		show_product(c, &stored);
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
	struct product_version version;
	struct product stored;
	struct str ref;

	return product_update_from_json(j, csv, *(const int64_t *)ctx, &c->run, &ref, &version,
		       e) &&
		product_update(c->store, ref, &version, c->now_ns, &c->run, &stored, e) &&
		show_product(c, &stored);
}

static bool
update(struct cli *c)
{
	const char *value = cli_value(c, "starting-at");
	int64_t starting_at_ns = INSTANT_NONE; /* of records that do not say */
	struct instant_why why;

	if (value != NULL && !instant_parse(str_c(value), INSTANT_DATE, &starting_at_ns, &why))
		return cli_usage(c, "--starting-at \"%s\": %s", value, why.text);
	if (value != NULL && !instant_on_hour(starting_at_ns))
		return cli_usage(c, "--starting-at \"%s\": not on the hour", value);
	cli_columns(c, columns, countof(columns));
	return cli_create(c, update_one, &starting_at_ns);
}

static bool
archive_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct product stored;

	(void)ctx;
	return product_archive(c->store, name, c->now_ns, &c->run, &stored, e) &&
		show_product(c, &stored);
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
	struct product found;
	struct str id;

	(void)ctx;
	return reference_field(c->store, NOUN_PRODUCT, "", name, c->now_ns, &c->rec, &id, e) &&
		product_store_get(c->store, id, &c->rec, &found, e) && show_product(c, &found);
}

static bool
get(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_each_name(c, get_one, NULL);
}

static bool
list_one(void *ctx, const void *product)
{
	return show_product(ctx, product);
}

static bool
list(struct cli *c)
{
	struct page page = show_page(c, cli_flag(c, "archived"));

	cli_columns(c, columns, countof(columns));
	return product_store_list(c->store, &page, list_one, c, &c->e);
}

static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option list_options[] = { OPTION_ARCHIVED };
static const struct cli_option update_options[] = {
	{ "starting-at", "TIME", "the hour from which on records that name none hold", false },
};

static const struct verb verbs[] = {
	{ "create", create, "[file ...]", "store products read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "get", get, "product ...", "write products by id or name", ACCEPT_READING, CLI_STORE_READ,
		NULL, 0 },
	{ "list", list, "", "write every product", ACCEPT_LISTING, CLI_STORE_READ, list_options,
		countof(list_options) },
	{ "update", update, "[file ...]", "change terms from an hour on", ACCEPT_CREATING,
		CLI_STORE_WRITE, update_options, countof(update_options) },
	{ "archive", archive, "product ...", "close products for new rates", ACCEPT_WRITING,
		CLI_STORE_WRITE, NULL, 0 },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-product", "what is sold, in dated versions", verbs, countof(verbs),
		argc, argv);
}
