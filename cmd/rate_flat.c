#include "rate_flat.h"

#include "base/banned.h"

/* clang-format off */
#define TERMS \
	{ "product_id", "product_id", CELL_TEXT }, \
	{ "pricing_group_values", "pricing_group_values", CELL_TEXT }, \
	{ "starting_at", "starting_at", CELL_INSTANT }, \
	{ "ending_before", "ending_before", CELL_INSTANT }, \
	{ "entitled", "entitled", CELL_TEXT }, \
	{ "rate_type", "rate_type", CELL_TEXT }, \
	{ "price", "price", CELL_TEXT }, \
	{ "tiers", "tiers", CELL_TEXT }, \
	{ "package_size", "package_size", CELL_TEXT }, \
	{ "free_units", "free_units", CELL_TEXT }, \
	{ "minimum", "minimum", CELL_TEXT }, \
	{ "maximum", "maximum", CELL_TEXT }, \
	{ "quantity", "quantity", CELL_TEXT }, \
	{ "billing_frequency", "billing_frequency", CELL_TEXT }, \
	{ "commit_rate", "commit_rate", CELL_TEXT }, \
	{ "credit_type_id", "credit_type_id", CELL_TEXT }
/* clang-format on */

const struct cli_column rate_flat_columns[] = { { "id", "id", CELL_TEXT }, TERMS };
const size_t rate_flat_ncolumns = countof(rate_flat_columns);

const struct cli_column rate_flat_of_segment[] = { TERMS, { "rate_id", "id", CELL_TEXT } };
const size_t rate_flat_nof_segment = countof(rate_flat_of_segment);

static void
write_number(struct jsonw *w, const char *key, struct rat x, struct arena *a)
{
	jsonw_member_str(w, key, rat_text_exact(a, x));
}

/* "0.10 USD" */
static void
write_money(struct jsonw *w, const struct rate *r, const char *key, struct rat amount,
	struct arena *a)
{
	struct str major = rat_text_exact(a, unit_major(a, &r->unit, amount));

	jsonw_member_str(w, key, str_printf(a, "%.*s %s", STR_FMT(major), r->unit.code));
}

/* Of what was spent a price is a share. */
static void
write_price(struct jsonw *w, const struct rate *r, struct rat price, struct arena *a)
{
	if (rate_type_on_spend(r->type))
		write_number(w, "price", price, a);
	else
		write_money(w, r, "price", price, a);
}

static void
write_tier(struct jsonw *w, const struct rate *r, const struct tier *t, struct arena *a)
{
	jsonw_object(w);
	if (!t->open && rate_type_on_spend(r->type))
		write_money(w, r, "size", t->size, a);
	else if (!t->open)
		write_number(w, "size", t->size, a);
	write_price(w, r, t->price, a);
	if (rat_sign(t->flat_fee) != 0)
		write_money(w, r, "flat_fee", t->flat_fee, a);
	jsonw_end(w);
}

static void
write_type(struct jsonw *w, const struct rate *r, struct arena *a)
{
	jsonw_member_c(w, "rate_type", rate_type_name(r->type));
	if (!rate_type_tiers(r->type)) {
		write_price(w, r, r->price, a);
		return;
	}
	jsonw_key(w, "tiers");
	jsonw_array(w);
	for (size_t i = 0; i < r->ntiers; i++)
		write_tier(w, r, &r->tiers[i], a);
	jsonw_end(w);
}

static void
write_limits(struct jsonw *w, const struct rate *r, struct arena *a)
{
	if (r->type == RATE_PACKAGE)
		write_number(w, "package_size", r->package_size, a);
	if (rat_sign(r->free_units) != 0)
		write_number(w, "free_units", r->free_units, a);
	if (rat_sign(r->minimum) != 0)
		write_money(w, r, "minimum", r->minimum, a);
	if (r->has_maximum)
		write_money(w, r, "maximum", r->maximum, a);
	if (r->has_quantity)
		write_number(w, "quantity", r->quantity, a);
}

void
rate_flat_json(struct jsonw *w, const struct rate *r, int64_t starting_at_ns,
	int64_t ending_before_ns, struct arena *a)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", r->id);
	jsonw_member_str(w, "product_id", r->product_id);
	jsonw_pairs_opt(w, "pricing_group_values", &r->pricing_group_values);
	jsonw_member_instant(w, "starting_at", starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", ending_before_ns);
	jsonw_member_bool(w, "entitled", r->entitled);
	write_type(w, r, a);
	write_limits(w, r, a);
	if (r->has_frequency)
		jsonw_member_c(w, "billing_frequency", frequency_name(r->frequency));
	if (r->commit_rate != NULL) {
		jsonw_key(w, "commit_rate");
		jsonw_object(w);
		write_type(w, r->commit_rate, a);
		jsonw_end(w);
	}
	jsonw_member_c(w, "credit_type_id", r->unit.code);
	jsonw_end(w);
}
