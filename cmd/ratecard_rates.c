#include "ratecard_rates.h"

#include "rate_flat.h"
#include "rate_options.h"
#include "show.h"
#include "store/unit_store.h"
#include "tasks/rate_add.h"
#include "tasks/rate_read.h"
#include "tasks/ratecard.h"

#include "base/banned.h"

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

static const struct cli_column segment_columns[] = {
	{ "product_id", "rate.product_id", CELL_TEXT },
	{ "pricing_group_values", "rate.pricing_group_values", CELL_TEXT },
	{ "starting_at", "starting_at", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
	{ "entitled", "rate.entitled", CELL_TEXT },
	{ "rate_type", "rate.rate_type", CELL_TEXT },
	{ "price", "rate.price_major", CELL_NUMBER },
	{ "tiers", "rate.tiers", CELL_TEXT },
	{ "currency", "rate.currency", CELL_TEXT },
	{ "rate_id", "rate.id", CELL_TEXT },
};

/* Tables are for reading, CSV is for add-rates. */
static void
columns_of_rates(struct cli *c)
{
	if (c->output == OUT_CSV)
		cli_columns(c, rate_flat_columns, rate_flat_ncolumns);
	else
		cli_columns(c, rate_columns, countof(rate_columns));
}

static void
show_rate(struct cli *c, const struct rate *r)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &out);
	if (c->output == OUT_CSV)
		rate_flat_json(&w, r, r->starting_at_ns, r->ending_before_ns, &c->run);
	else
		rate_to_json(&w, r, &c->run);
	jsonw_release(&w);
	cli_put(c, buf_str(&out));
	buf_release(&out);
}

/* ---- adding ---- */

/* The card of the last rate is kept: a price list names the same one thousands of times. */
struct adding {
	struct str ref;
	struct rate_card card;
	struct rate_adding rates;
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

static bool
add_one(struct cli *c, struct adding *adding, struct str where, struct rate *r, struct err *e)
{
	if (!rate_add(&adding->rates, &adding->card, where, r, e))
		return false;
	show_rate(c, r);
	return true;
}

/* A record is a rate, or holds a list of "rates". */
static bool
add_record(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct str place = cli_place(c);
	struct adding *adding = ctx;
	const struct units *units;
	struct rate *list;
	size_t n;

	if (adding->rates.st == NULL)
		rate_adding_init(&adding->rates, c->store, c->now_ns, &c->run);
	if (!open_card(c, adding, j, e) || !store_units(c->store, &units, e) ||
		!rates_from_json(j, csv, units, &adding->card, &c->run, &list, &n, e))
		return false;
	if (json_member(j, "rates") == NULL)
		return add_one(c, adding, place, &list[0], e);
	for (size_t i = 0; i < n; i++) {
		struct str where = str_printf(&c->run, "%.*s: rates[%zu]", STR_FMT(place), i);
		struct err inner = ERR_INIT;

		if (add_one(c, adding, where, &list[i], &inner))
			continue;
		if (inner.kind == ERR_INPUT)
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

bool
ratecard_add_rates(struct cli *c)
{
	struct adding adding = { .ref = { NULL, 0 } };

	columns_of_rates(c);
	return check_card(c) && cli_create(c, add_record, &adding);
}

/* ---- reading ---- */

static bool
question(struct cli *c, struct rate_question *q)
{
	*q = (struct rate_question){ .card = str_c(c->operands[0]), .now_ns = c->now_ns };
	return rate_selectors(c, &q->selectors, &q->nselectors, &c->e);
}

bool
ratecard_rates(struct cli *c)
{
	int64_t at_ns = c->at_ns == INSTANT_NONE ? c->now_ns : c->at_ns;
	struct rate_question q;
	struct rate *found;
	size_t n;

	columns_of_rates(c);
	if (cli_flag(c, "all") && c->at_ns != INSTANT_NONE)
		return cli_usage(c, "--at and --all: wanted one of the two");
	if (cli_flag(c, "all"))
		at_ns = INSTANT_NONE;
	if (!question(c, &q) || !rates_at(c->store, &q, at_ns, &c->run, &found, &n, &c->e))
		return false;
	for (size_t i = 0; i < n; i++)
		show_rate(c, &found[i]);
	return true;
}

static void
write_segment(struct jsonw *w, const struct rate_segment *s, struct arena *a)
{
	jsonw_object(w);
	jsonw_member_instant(w, "starting_at", s->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", s->ending_before_ns);
	jsonw_key(w, "rate");
	rate_to_json(w, s->rate, a);
	jsonw_end(w);
}

static void
show_segment(struct cli *c, const struct rate_segment *s)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &out);
	if (c->output == OUT_CSV)
		rate_flat_json(&w, s->rate, s->starting_at_ns, s->ending_before_ns, &c->run);
	else
		write_segment(&w, s, &c->run);
	jsonw_release(&w);
	cli_put(c, buf_str(&out));
	buf_release(&out);
}

bool
ratecard_schedule(struct cli *c)
{
	struct rate_question q;
	struct rate_segment *found;
	size_t n;

	if (c->output == OUT_CSV)
		cli_columns(c, rate_flat_of_segment, rate_flat_nof_segment);
	else
		cli_columns(c, segment_columns, countof(segment_columns));
	if (c->from_ns == INSTANT_NONE)
		return cli_usage(c, "--from: missing");
	if (c->to_ns != INSTANT_NONE && c->to_ns <= c->from_ns)
		return cli_usage(c, "--to: wanted an instant after --from");
	if (!question(c, &q) ||
		!rates_over(c->store, &q, c->from_ns, c->to_ns, &c->run, &found, &n, &c->e))
		return false;
	for (size_t i = 0; i < n; i++)
		show_segment(c, &found[i]);
	return true;
}
