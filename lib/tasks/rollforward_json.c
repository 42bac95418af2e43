#include "tasks/rollforward.h"

#include "base/banned.h"

static const char *const columns[] = {
	[ROLL_OPENING] = "opening",
	[ROLL_GRANTED] = "granted",
	[ROLL_ROLLED_IN] = "rolled_in",
	[ROLL_ADJUSTED] = "adjusted",
	[ROLL_USED] = "used",
	[ROLL_TRUED_UP] = "trued_up",
	[ROLL_ROLLED_OUT] = "rolled_out",
	[ROLL_EXPIRED] = "expired",
	[ROLL_CLOSING] = "closing",
};
_Static_assert(countof(columns) == ROLL_COLUMNS, "a name for each column");

static const char *const deferred_columns[] = {
	[DEFERRED_OPENING] = "opening",
	[DEFERRED_ADDED] = "added",
	[DEFERRED_ROLLED] = "rolled",
	[DEFERRED_USED] = "used",
	[DEFERRED_EXPIRED] = "expired",
	[DEFERRED_CLOSING] = "closing",
};
_Static_assert(countof(deferred_columns) == DEFERRED_COLUMNS, "a name for each column");

static void
write_amount(struct jsonw *w, const char *key, const struct unit *u, struct rat amount, bool major)
{
	if (major)
		jsonw_member_major(w, key, u, amount);
	else
		jsonw_member_rat(w, key, amount);
}

static void
write_subject(struct jsonw *w, const struct rollforward_row *row)
{
	const struct commit *c = row->commit;

	jsonw_member_str(w, "customer_id", row->customer->id);
	jsonw_member_str(w, "customer_name", row->customer->name);
	if (row->contract != NULL)
		jsonw_member_str(w, "contract_id", row->contract->id);
	jsonw_member_str(w, "id", c->id);
	jsonw_member_str(w, "name", c->name.n > 0 ? c->name : row->product_name);
	jsonw_member_str_opt(w, "recurring_commit_id", c->recurring_id);
}

static void
write_deferred(struct jsonw *w, const struct rollforward_row *row, bool major)
{
	const struct unit *u = &row->basis.unit;

	if (!row->has_basis)
		return;
	if (row->customer != NULL && !major)
		jsonw_member_rat(w, "cost_basis", row->basis.each);
	jsonw_key(w, "deferred");
	jsonw_object(w);
	for (int i = 0; i < DEFERRED_COLUMNS; i++)
		write_amount(w, deferred_columns[i], u, row->deferred[i], major);
	jsonw_member_c(w, "currency", u->code);
	jsonw_end(w);
}

static void
write_invoices(struct jsonw *w, const struct rollforward_row *row)
{
	jsonw_key(w, "invoices");
	jsonw_array(w);
	for (size_t i = 0; i < row->ninvoices; i++) {
		jsonw_object(w);
		jsonw_member_str(w, "id", row->invoices[i].id);
		jsonw_member_str_opt(w, "invoice_number", row->invoices[i].number);
		jsonw_member_rat(w, "amount", row->invoices[i].amount);
		jsonw_end(w);
	}
	jsonw_end(w);
}

/* One cell: the numbers, with a blank between them. */
static void
write_numbers(struct jsonw *w, const struct rollforward_row *row)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < row->ninvoices; i++) {
		struct str number = row->invoices[i].number;

		buf_add_c(&text, i > 0 ? " " : "");
		buf_add_str(&text, number.n > 0 ? number : STR("draft"));
	}
	jsonw_member_str(w, "invoices", buf_str(&text));
	buf_release(&text);
}

void
rollforward_to_json(struct jsonw *w, const struct rollforward_row *row, int64_t from_ns,
	int64_t to_ns, bool major)
{
	jsonw_object(w);
	if (row->customer != NULL)
		write_subject(w, row);
	jsonw_member_c(w, "type", commit_type_name(row->type));
	if (row->customer == NULL)
		jsonw_member_int(w, "balances", (int64_t)row->balances);
	jsonw_member_instant(w, "starting_on", from_ns);
	jsonw_member_instant(w, "ending_before", to_ns);
	for (int i = 0; i < ROLL_COLUMNS; i++)
		write_amount(w, columns[i], &row->unit, row->column[i], major);
	jsonw_member_c(w, "currency", row->unit.code);
	write_deferred(w, row, major);
	if (row->customer != NULL && major)
		write_numbers(w, row);
	else if (row->customer != NULL)
		write_invoices(w, row);
	jsonw_end(w);
}
