#include "tasks/invoice_print.h"

#include "store/reference.h"
#include "tasks/balance.h"
#include "tasks/invoice_chart.h"

#include "base/banned.h"

/* Ids of what pays on the invoice, in the order of the lines. */
static struct texts
drawn_on(const struct invoice *inv, struct arena *a)
{
	struct texts ids = { ARENA_ARRAY(a, inv->nlines, struct str), 0 };

	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *l = &inv->lines[i];

		if (l->type == LINE_APPLIED && l->commit_id.n > 0 && !texts_has(&ids, l->commit_id))
			ids.p[ids.n++] = l->commit_id;
	}
	return ids;
}

static struct sheet_balance
printed_balance(const struct balance *b, struct arena *a)
{
	const struct unit *u = &b->commit->access_unit;
	struct str amount = sheet_money(a, u, b->amount);

	return (struct sheet_balance){
		.name = b->commit->name.n > 0 ? b->commit->name : b->product_name,
		.remaining = str_printf(a, "%.*s %s", STR_FMT(amount), u->code),
	};
}

static const struct balance *
balance_of(const struct balances *all, struct str commit_id)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->p[i].commit->id, commit_id))
			return &all->p[i];
	return NULL;
}

static bool
add_balances(struct store *st, const struct invoice *inv, int64_t now_ns, struct arena *a,
	struct sheet *sheet, struct err *e)
{
	struct texts ids = drawn_on(inv, a);
	struct balance_filter of = { .ids = ids };
	struct balance_request r = {
		.at_ns = inv->issued_at_ns,
		.now_ns = now_ns,
		.customer_id = inv->customer_id,
		.selection = SELECT_ALL,
		.archived = true,
		.final = inv->status != INVOICE_DRAFT,
	};
	struct balances all;

	if (ids.n == 0 || inv->issued_at_ns == INSTANT_NONE)
		return true;
	r.selection.filters = &of;
	r.selection.nfilters = 1;
	if (!balances_read(st, &r, a, &all, e))
		return false;
	sheet->balances_at_ns = inv->issued_at_ns;
	sheet->balances = ARENA_ARRAY(a, ids.n, struct sheet_balance);
	for (size_t i = 0; i < ids.n; i++) {
		const struct balance *b = balance_of(&all, ids.p[i]);

		if (b != NULL)
			sheet->balances[sheet->nbalances++] = printed_balance(b, a);
	}
	return true;
}

static bool
read_balances(struct store *st, const struct invoice *inv, int64_t now_ns, struct arena *a,
	struct sheet *sheet, struct err *e)
{
	bool ok;

	if (!store_read_begin(st, e))
		return false;
	ok = add_balances(st, inv, now_ns, a, sheet, e);
	store_read_end(st);
	return ok;
}

bool
invoice_print_details(struct store *st, const struct invoice *inv, int64_t now_ns, struct arena *a,
	struct sheet *sheet, struct err *e)
{
	struct err unknown = ERR_INIT;
	struct id uuid;
	struct str id;

	if (!id_parse(inv->contract_id, &uuid))
		return true;
	if (!reference_find(st, NOUN_CONTRACT, inv->contract_id, INSTANT_NONE, a, &id, &unknown)) {
		if (unknown.kind != ERR_INPUT)
			*e = unknown;
		return unknown.kind == ERR_INPUT;
	}
	return read_balances(st, inv, now_ns, a, sheet, e) &&
		invoice_charts(st, inv, id, now_ns, a, sheet, e);
}
