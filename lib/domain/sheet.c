#include "domain/sheet.h"

#include "base/instant.h"
#include "domain/sheet_part.h"

#include "base/banned.h"

#define FREE_PREFIX "invoice."

static const char *const part_titles[] = {
	[SHEET_CHARGES] = NULL,
	[SHEET_APPLIED] = "Paid by commits and credits",
	[SHEET_PROMISED] = "Counted towards commitments (charged above)",
	[SHEET_UNITS] = "Counted in units of their own (charged above by conversion)",
};
_Static_assert(countof(part_titles) == SHEET_PARTS, "a title for each part");

const char *
sheet_part_title(enum sheet_part part)
{
	return part_titles[part];
}

static void
add_fact(struct sheet_facts *f, struct arena *a, struct str label, struct str value)
{
	if (value.n == 0 || label.n == 0)
		return;
	f->p = arena_grow(a, f->p, &f->cap, f->n + 1, sizeof(f->p[0]));
	f->p[f->n++] = (struct sheet_fact){ label, value };
}

/* Custom fields that ask to be printed: "invoice.Cost centre". */
static void
add_free(struct sheet_facts *f, struct arena *a, const struct pairs *fields)
{
	size_t n = sizeof(FREE_PREFIX) - 1;

	for (size_t i = 0; i < fields->n; i++) {
		struct str key = fields->p[i].key;

		if (str_starts(key, FREE_PREFIX))
			add_fact(f, a, (struct str){ key.p + n, key.n - n }, fields->p[i].value);
	}
}

static void
add_date(struct sheet_facts *f, struct arena *a, struct str label, int64_t t_ns)
{
	if (t_ns != INSTANT_NONE)
		add_fact(f, a, label, sheet_date(a, t_ns));
}

static void
add_facts(struct sheet *s, const struct invoice *inv, struct arena *a)
{
	struct sheet_facts *f = &s->facts;
	struct str order = pairs_get(&inv->contract_custom_fields, STR("purchase_order"));

	if (order.n == 0)
		order = pairs_get(&inv->customer_custom_fields, STR("purchase_order"));
	add_fact(f, a, STR("Number"), inv->number);
	add_date(f, a, STR("Issued"), inv->issued_at_ns);
	add_date(f, a, STR("Due"), inv->due_date_ns);
	if (inv->start_ns != INSTANT_NONE)
		add_fact(f, a, STR("Period"), sheet_period(a, inv->start_ns, inv->end_ns));
	add_fact(f, a, STR("Contract"), inv->contract_name);
	add_fact(f, a, STR("Purchase order"), order);
	add_free(f, a, &inv->contract_custom_fields);
	add_fact(f, a, STR("Currency"), s->currency);
}

/* "address", "address_2": each may have several lines. */
static struct texts
address_of(const struct pairs *fields, struct arena *a)
{
	struct texts out = { NULL, 0 };
	size_t cap = 0;

	for (size_t i = 0; i < fields->n; i++) {
		struct str value = fields->p[i].value;

		if (!str_starts(fields->p[i].key, "address"))
			continue;
		for (size_t from = 0, to = 0; to <= value.n; to++) {
			if (to < value.n && value.p[to] != '\n')
				continue;
			out.p = arena_grow(a, out.p, &cap, out.n + 1, sizeof(out.p[0]));
			if (to > from)
				out.p[out.n++] = (struct str){ value.p + from, to - from };
			from = to + 1;
		}
	}
	return out;
}

static void
add_customer(struct sheet *s, const struct invoice *inv, struct arena *a)
{
	static const struct {
		const char *key;
		const char *label;
	} known[] = {
		{ "tax_id", "Tax id" },
		{ "contact", "Attention" },
		{ "email", "Email" },
		{ "phone", "Phone" },
	};
	const struct pairs *fields = &inv->customer_custom_fields;

	s->customer_name = inv->customer_name.n > 0 ? inv->customer_name : inv->customer_id;
	s->customer_address = address_of(fields, a);
	for (size_t i = 0; i < countof(known); i++)
		add_fact(&s->customer_facts, a, str_c(known[i].label),
			pairs_get(fields, str_c(known[i].key)));
	add_free(&s->customer_facts, a, fields);
}

void
sheet_make(const struct invoice *inv, const struct seller *seller, struct arena *a,
	struct sheet *out)
{
	static const char *const marks[] = {
		[INVOICE_DRAFT] = "Draft",
		[INVOICE_FINALIZED] = NULL,
		[INVOICE_VOID] = "Void",
	};
	bool credit = rat_sign(inv->amount_due) < 0;

	*out = (struct sheet){
		.title = credit ? "Credit note" : "Invoice",
		.mark = marks[inv->status],
		.seller = seller,
		.number = inv->number,
		.currency = str_c(inv->unit.code),
		.total_label = credit ? "Credit" : "Amount due",
		.balances_at_ns = INSTANT_NONE,
	};
	add_facts(out, inv, a);
	add_customer(out, inv, a);
	sheet_lines(inv, a, out);
}
