/*
 * mtr-metric - billable metrics: what is counted, and how much there was.
 */
#include "cli.h"

#include "domain/metric.h"
#include "metric_test.h"
#include "show.h"
#include "store/metric_store.h"
#include "tasks/metric.h"
#include "tasks/usage.h"
#include "usage_options.h"
#include "usage_table.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "aggregation_type", "aggregation_type", CELL_TEXT },
	{ "aggregation_key", "aggregation_key", CELL_TEXT },
	{ "archived_at", "archived_at", CELL_INSTANT },
};

static void
write_metric(struct jsonw *w, const void *metric)
{
	metric_to_json(w, metric);
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct metric wanted, stored;

	(void)ctx;
	return metric_from_json(j, csv, &c->run, &wanted, e) &&
		metric_create(c->store, &wanted, cli_flag(c, "if-absent"), &c->run, &stored, e) &&
		show(c, write_metric, &stored);
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
	struct metric changes, stored;
	struct str ref;

	(void)ctx;
	return metric_update_from_json(j, csv, &c->run, &ref, &changes, e) &&
		metric_update(c->store, ref, &changes, &c->run, &stored, e) &&
		show(c, write_metric, &stored);
}

static bool
update(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, update_one, NULL);
}

static bool
archive_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct metric stored;

	(void)ctx;
	return metric_archive(c->store, name, c->now_ns, &c->run, &stored, e) &&
		show(c, write_metric, &stored);
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
	struct metric found;
	struct str id;

	(void)ctx;
	return reference_field(c->store, NOUN_METRIC, "", name, c->now_ns, &c->rec, &id, e) &&
		metric_store_get(c->store, id, &c->rec, &found, e) && show(c, write_metric, &found);
}

static bool
get(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_each_name(c, get_one, NULL);
}

static bool
list_one(void *ctx, const void *metric)
{
	return show(ctx, write_metric, metric);
}

static bool
list(struct cli *c)
{
	struct page page = show_page(c, cli_flag(c, "archived"));

	cli_columns(c, columns, countof(columns));
	return metric_store_list(c->store, &page, list_one, c, &c->e);
}

/* ---- usage ---- */

static const struct cli_column usage_columns[] = {
	{ "customer_id", "customer_id", CELL_TEXT },
	{ "customer_name", "customer_name", CELL_TEXT },
	{ "billable_metric_id", "billable_metric_id", CELL_TEXT },
	{ "billable_metric_name", "billable_metric_name", CELL_TEXT },
	{ "starting_on", "starting_on", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
	{ "value", "value", CELL_NUMBER },
	{ "events", "events", CELL_NUMBER },
	{ "non_numeric", "non_numeric", CELL_NUMBER },
	{ "group", "group", CELL_TEXT },
	{ "contract_id", "contract_id", CELL_TEXT },
};

static void
write_reading(struct jsonw *w, const void *reading)
{
	usage_reading_json(w, reading);
}

static void
show_reading(void *ctx, const struct usage_reading *r)
{
	(void)show(ctx, write_reading, r);
}

static void
tell_progress(void *ctx, uint64_t events)
{
	cli_progress(ctx, "events", events, 0);
}

static void
gather_reading(void *ctx, const struct usage_reading *r)
{
	usage_table_add(ctx, r);
}

/* A table of windows has a row for each series; progress needs the command line. */
static bool
usage_as_table(struct cli *c, const struct usage_request *rq)
{
	struct usage_table *t = usage_table_new(c, rq);

	if (!usage_read(c->store, rq, gather_reading, NULL, t, &c->e))
		return false;
	usage_table_show(t);
	return true;
}

static bool
usage(struct cli *c)
{
	struct usage_request rq = {
		.customers = show_references(c, "customer"),
		.metrics = show_references(c, "metric"),
	};

	if (!usage_window(c, &rq.window) || !usage_range(c, &rq) ||
		!usage_group_names(c, &rq.group_names) || !usage_filters(c, &rq))
		return false;
	if (c->output == OUT_TABLE && rq.window != USAGE_UNDIVIDED)
		return usage_as_table(c, &rq);
	usage_columns_set(c, &rq, usage_columns, countof(usage_columns));
	return usage_read(c->store, &rq, show_reading, tell_progress, c, &c->e);
}

static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option list_options[] = { OPTION_ARCHIVED };
static const struct cli_option test_options[] = {
	{ "metric", "METRIC", "this one, archived or not (default all live ones)", true },
	{ "customer", "CUSTOMER", "run a definition over the events of this one: --metric=FILE",
		false },
	{ "group-by", "NAME,...", "with --customer: by these groups (default all of a query)",
		false },
};
static const struct cli_option usage_options[] = {
	{ "metric", "METRIC", "this one, archived or not (default all live ones)", true },
	{ "customer", "CUSTOMER", "this one (default all)", true },
	{ "group-by", "NAME,...", "by the values of these properties, one whole group key", false },
	{ "filter", "NAME=VALUE,...", "only groups with these values (NAME alone: that lack it)",
		true },
};

static const struct verb verbs[] = {
	{ "create", create, "[file ...]", "store metrics read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "get", get, "metric ...", "write metrics by id or name", ACCEPT_READING, CLI_STORE_READ,
		NULL, 0 },
	{ "list", list, "", "write every metric", ACCEPT_LISTING, CLI_STORE_READ, list_options,
		countof(list_options) },
	{ "update", update, "[file ...]", "change names and custom fields", ACCEPT_CREATING,
		CLI_STORE_WRITE, NULL, 0 },
	{ "archive", archive, "metric ...", "close metrics for new products", ACCEPT_WRITING,
		CLI_STORE_WRITE, NULL, 0 },
	{ "test", metric_test, "[file ...]",
		"tell which metrics events would feed, or run a definition",
		ACCEPT_READING | ACCEPT_INPUT | ACCEPT_RANGE, CLI_STORE_READ, test_options,
		countof(test_options) },
	{ "usage", usage, "", "write quantities by customer, metric and window",
		ACCEPT_READING | ACCEPT_RANGE | ACCEPT_WINDOW | ACCEPT_PROGRESS, CLI_STORE_READ,
		usage_options, countof(usage_options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-metric", "what is counted, and how much there was", verbs,
		countof(verbs), argc, argv);
}
