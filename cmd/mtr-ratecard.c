/*
 * mtr-ratecard - list prices over time.
 */
#include "cli.h"

#include "domain/ratecard.h"
#include "show.h"
#include "store/ratecard_store.h"
#include "tasks/ratecard.h"

#include "base/banned.h"

static const struct cli_column card_columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "fiat", "fiat_credit_type.name", CELL_TEXT },
	{ "archived_at", "archived_at", CELL_INSTANT },
};

static const struct cli_column rate_columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "product_id", "product_id", CELL_TEXT },
	{ "pricing_group_values", "pricing_group_values", CELL_TEXT },
	{ "starting_at", "starting_at", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
	{ "entitled", "entitled", CELL_TEXT },
	{ "rate_type", "rate_type", CELL_TEXT },
	{ "price", "price_major", CELL_NUMBER },
	{ "tiers", "tiers", CELL_TEXT },
	{ "currency", "currency", CELL_TEXT },
};

static void
write_card(struct jsonw *w, const void *card)
{
	rate_card_to_json(w, card);
}

/* With its aliases as other cards have left them. */
static bool
show_card(struct cli *c, const struct rate_card *card, struct err *e)
{
	struct rate_card shown = *card;

	return rate_card_cut_aliases(c->store, &shown, &c->run, e) && show(c, write_card, &shown);
}

static bool
show_rate(struct cli *c, const struct rate *r)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &out);
	rate_to_json(&w, r, &c->run);
	jsonw_release(&w);
	cli_put(c, buf_str(&out));
	buf_release(&out);
	return true;
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct rate_card wanted, stored;

	(void)ctx;
	return rate_card_from_json(j, csv, &c->run, &wanted, e) &&
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
	struct rate_card_changes changes;
	struct rate_card stored;
	struct str ref;

	(void)ctx;
	return rate_card_update_from_json(j, csv, &c->run, &ref, &changes, e) &&
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

/*
 * The card and product of the last rate are kept: a price list names the same ones thousands
 * of times.
 */
struct adding {
	struct str ref;
	struct rate_card card;
	struct rate_product last;
};

static bool
open_card(struct cli *c, struct adding *adding, const struct json *j, struct err *e)
{
	struct str ref = rate_card_ref(j, &c->run);

	if (ref.n == 0 && cli_value(c, "card") != NULL)
		ref = str_c(cli_value(c, "card"));
	if (ref.n == 0)
		return err_field(e, ERR_INPUT, "missing_field", STR("rate_card_id"),
			(struct str){ NULL, 0 },
			"missing; name the card in the record or with --card");
	if (adding->ref.n > 0 && str_eq(adding->ref, ref))
		return true;
	if (!rate_card_open(c->store, ref, c->now_ns, &c->run, &adding->card, e))
		return false;
	adding->ref = ref;
	return true;
}

/* A refused rate of a list of "rates" stands there. */
static bool
in_list(const struct err *inner, size_t i, struct arena *a, struct err *e)
{
	struct str path = str_printf(a, "rates[%zu]%s%s", i, inner->field[0] ? "." : "",
		inner->field);
	struct str value = inner->has_value ? str_c(inner->value) : (struct str){ NULL, 0 };

	return err_field(e, inner->kind, inner->code, path, value, "%s", inner->text);
}

/* A record is a rate, or holds a list of "rates". */
static bool
add_record(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct adding *adding = ctx;
	struct rate *list;
	size_t n;

	if (!open_card(c, adding, j, e) ||
		!rates_from_json(j, csv, &adding->card.fiat, &c->run, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct err inner = ERR_INIT;

		if (rate_add(c->store, &adding->card, &list[i], c->now_ns, &adding->last, &c->run,
			    &inner)) {
			show_rate(c, &list[i]);
			continue;
		}
		if (json_member(j, "rates") != NULL && inner.kind == ERR_INPUT)
			return in_list(&inner, i, &c->run, e);
		*e = inner;
		return false;
	}
	return true;
}

/* The card of --card is looked at before anything is read: thousands of rates may rely on it. */
static bool
check_card(struct cli *c)
{
	const char *ref = cli_value(c, "card");
	struct rate_card card;
	struct err inner = ERR_INIT;

	if (ref == NULL || rate_card_open(c->store, str_c(ref), c->now_ns, &c->run, &card, &inner))
		return true;
	if (inner.kind == ERR_INPUT)
		return err_field(&c->e, inner.kind, inner.code, STR("--card"), str_c(ref), "%s",
			inner.text);
	c->e = inner;
	return false;
}

static bool
add_rates(struct cli *c)
{
	struct adding adding = { .ref = { NULL, 0 } };

	cli_columns(c, rate_columns, countof(rate_columns));
	return check_card(c) && cli_create(c, add_record, &adding);
}

static bool
rates(struct cli *c)
{
	const char *product = cli_value(c, "product");
	int64_t at_ns = c->at_ns == INSTANT_NONE ? c->now_ns : c->at_ns;
	struct rate *found;
	size_t n;

	cli_columns(c, rate_columns, countof(rate_columns));
	if (cli_flag(c, "all") && c->at_ns != INSTANT_NONE)
		return cli_usage(c, "--at and --all: wanted one of the two");
	if (cli_flag(c, "all"))
		at_ns = INSTANT_NONE;
	if (!rates_at(c->store, str_c(c->operands[0]), str_c(product), at_ns, c->now_ns, &c->run,
		    &found, &n, &c->e))
		return false;
	for (size_t i = 0; i < n; i++)
		show_rate(c, &found[i]);
	return true;
}

static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option list_options[] = { OPTION_ARCHIVED };
static const struct cli_option add_options[] = {
	{ "card", "CARD", "the card of records that name none", false },
};
static const struct cli_option rates_options[] = {
	{ "product", "PRODUCT", "those of one product", false },
	{ "all", NULL, "every rate, not only those that hold at one instant", false },
};

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
	{ "add-rates", add_rates, "[file ...]", "add rates read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, add_options, countof(add_options) },
	{ "rates", rates, "card", "write the rates that hold at an instant",
		ACCEPT_READING | ACCEPT_AT, CLI_STORE_READ, rates_options, countof(rates_options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-ratecard", "list prices over time", verbs, countof(verbs), argc, argv);
}
