#include "domain/sheet_part.h"

#include "base/banned.h"

/* "a, b", as parts are put behind each other. */
static void
part(struct buf *b, struct str text)
{
	if (text.n == 0)
		return;
	buf_add_c(b, b->n > 0 ? ", " : "");
	buf_add_str(b, text);
}

static struct str
tier_text(const struct invoice_line *l, struct arena *a)
{
	const struct line_tier *t = &l->tier;
	struct str from = sheet_number(a, t->starting_at);
	struct str size = sheet_number(a, t->size);

	if (l->kind == SLICE_FREE)
		return STR("free units");
	if (t->level == 0)
		return (struct str){ NULL, 0 };
	if (l->kind == SLICE_FEE)
		return str_printf(a, "flat fee of tier %d", t->level);
	if (t->open && rat_sign(t->starting_at) == 0)
		return str_printf(a, "tier %d", t->level);
	if (t->open)
		return str_printf(a, "tier %d: above %.*s", t->level, STR_FMT(from));
	if (rat_sign(t->starting_at) == 0)
		return str_printf(a, "tier %d: first %.*s", t->level, STR_FMT(size));
	return str_printf(a, "tier %d: next %.*s above %.*s", t->level, STR_FMT(size),
		STR_FMT(from));
}

static void
add_values(struct buf *b, const struct pairs *values, struct arena *a)
{
	for (size_t i = 0; i < values->n; i++) {
		const struct pair *v = &values->p[i];

		if (v->value.p == NULL)
			part(b, str_printf(a, "no %.*s", STR_FMT(v->key)));
		else
			part(b, str_printf(a, "%.*s: %.*s", STR_FMT(v->key), STR_FMT(v->value)));
	}
}

/* What pays is called as on the line where it does. */
static struct str
payer_text(const struct invoice *inv, const struct invoice_line *l, struct arena *a)
{
	static const struct str behind = { " applied", 8 };
	const char *does = l->commit_type == COMMIT_POSTPAID ? "counts towards" : "paid by";

	if (l->commit_segment_id.n == 0)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *paid = &inv->lines[i];
		struct str name = paid->name;

		if (paid->type != LINE_APPLIED || !str_eq(paid->commit_id, l->commit_id))
			continue;
		if (name.n > behind.n &&
			str_eq((struct str){ name.p + name.n - behind.n, behind.n }, behind))
			name.n -= behind.n;
		return str_printf(a, "%s %.*s", does, STR_FMT(name));
	}
	return STR("paid by a balance");
}

/* Of an application: what it pays for. */
static struct str
paid_for(const struct invoice *inv, const struct invoice_line *l)
{
	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *other = &inv->lines[i];

		if (other->type != LINE_APPLIED && l->product_id.n > 0 &&
			str_eq(other->product_id, l->product_id))
			return other->name;
	}
	return (struct str){ NULL, 0 };
}

static struct str
row_text(const struct invoice *inv, const struct invoice_line *l, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct str out;

	if (l->type == LINE_APPLIED)
		return paid_for(inv, l);
	part(&b, tier_text(l, a));
	if (l->kind == SLICE_MINIMUM)
		part(&b, STR("up to the minimum"));
	if (l->beyond_maximum)
		part(&b, STR("beyond the maximum"));
	add_values(&b, &l->pricing_group_values, a);
	add_values(&b, &l->presentation_group_values, a);
	if (l->is_prorated)
		part(&b, STR("prorated"));
	part(&b, payer_text(inv, l, a));
	if (l->starting_at_ns != INSTANT_NONE && l->ending_before_ns != INSTANT_NONE &&
		(l->starting_at_ns != inv->start_ns || l->ending_before_ns != inv->end_ns))
		part(&b, sheet_period(a, l->starting_at_ns, l->ending_before_ns));
	out = str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct sheet_row
sheet_row_of(const struct invoice *inv, const struct invoice_line *l, struct arena *a)
{
	struct sheet_row row = { .text = row_text(inv, l, a) };

	if (l->type == LINE_APPLIED || l->kind == SLICE_MINIMUM)
		return row;
	row.quantity = sheet_number(a, l->quantity);
	if (l->type == LINE_CONVERSION)
		row.quantity = str_printf(a, "%.*s %s", STR_FMT(row.quantity), l->converted.code);
	if (invoice_line_has_price(l))
		row.unit_price = sheet_money(a, &l->unit, l->unit_price);
	return row;
}
