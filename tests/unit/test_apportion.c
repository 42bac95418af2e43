/* Printed amounts add up: parts and their whole, rows and groups and totals of a sheet. */
#include "domain/apportion.h"

#include <string.h>

#include "domain/sheet.h"
#include "tests/unit/sweep.h"

#include "base/banned.h"

#define ROUNDS 2000
#define PARTS_MAX 40

static struct arena a;

static struct rat
number(const char *text)
{
	struct rat r = RAT_ZERO;

	(void)rat_parse_exact(&a, str_c(text), &r);
	return r;
}

/* Of every kind: with more places than are printed, with as many, thirds, below zero. */
static struct rat
any_part(struct sweep *s)
{
	int64_t n = (int64_t)sweep_below(s, 200000) - 100000;

	switch (sweep_below(s, 4)) {
	case 0:
		return rat_scaled(&a, n, 2);
	case 1:
		return rat_scaled(&a, n * 7919, 7);
	case 2:
		return rat_frac(&a, n, 3);
	default:
		return rat_scaled(&a, n, 3);
	}
}

static bool
is_next_to(struct rat printed, struct rat exact, int places)
{
	struct rat off = rat_sub(&a, printed, exact);
	struct rat step = rat_scaled(&a, 1, (unsigned)places);

	return rat_cmp(off, step) < 0 && rat_cmp(rat_neg(off), step) < 0;
}

static void
check_parts(struct sweep *s, int places, size_t *bad)
{
	struct rat parts[PARTS_MAX], out[PARTS_MAX], sum = RAT_ZERO, printed = RAT_ZERO, whole;
	size_t n = 1 + sweep_below(s, PARTS_MAX);
	enum rat_round mode = (enum rat_round)sweep_below(s, 6);

	for (size_t i = 0; i < n; i++)
		sum = rat_add(&a, sum, parts[i] = any_part(s));
	whole = rat_round(&a, sum, places, mode);
	apportion(&a, parts, n, whole, places, out);
	for (size_t i = 0; i < n; i++) {
		printed = rat_add(&a, printed, out[i]);
		*bad += !is_next_to(out[i], parts[i], places);
	}
	*bad += !rat_eq(printed, whole);
}

static void
test_parts(void)
{
	struct sweep s = sweep_start("parts add up", 20240901);
	size_t bad = 0;

	for (int i = 0; i < ROUNDS; i++) {
		check_parts(&s, (int)sweep_below(&s, 5), &bad);
		arena_clear(&a);
	}
	is_int((int64_t)bad, 0, "parts are next to what they were, and add up to the whole");
}

static void
test_ties(void)
{
	struct rat parts[] = { number("0.005"), number("0.005"), number("1"), number("-0.005") };
	struct rat out[countof(parts)];

	apportion(&a, parts, countof(parts), number("1.01"), 2, out);
	is_str(rat_text(&a, out[0]).p, "0.01", "of equal remainders the first goes up");
	is_str(rat_text(&a, out[1]).p, "0.01", "then the next");
	is_str(rat_text(&a, out[2]).p, "1", "what has no remainder stays");
	is_str(rat_text(&a, out[3]).p, "-0.01", "the last goes down");
}

/* ---- sheets ---- */

static struct invoice_line
any_line(struct sweep *s, const struct unit *u, bool applied)
{
	static const char *const names[] = { "Calls", "Traffic", "Storage", "Fee" };
	size_t which = sweep_below(s, countof(names));
	struct rat total = any_part(s);

	if (u->cents)
		total = rat_mul(&a, total, rat_int(&a, 100));
	if (applied && rat_sign(total) > 0)
		total = rat_neg(total);
	return (struct invoice_line){
		.type = applied ? LINE_APPLIED : LINE_USAGE,
		.name = str_c(names[which]),
		.product_id = str_c(names[which]),
		.commit_id = str_c(names[sweep_below(s, 2)]),
		.commit_type = sweep_below(s, 5) == 0 ? COMMIT_POSTPAID : COMMIT_PREPAID,
		.unit = *u,
		.quantity = RAT_ONE,
		.unit_price = total,
		.total = total,
		.starting_at_ns = INSTANT_NONE,
		.ending_before_ns = INSTANT_NONE,
	};
}

static struct invoice
any_invoice(struct sweep *s, struct invoice_line *lines)
{
	static const char *const codes[] = { "USD", "EUR", "JPY", "BHD" };
	struct invoice inv = { .type = INVOICE_SCHEDULED,
		.status = INVOICE_FINALIZED,
		.start_ns = INSTANT_NONE,
		.end_ns = INSTANT_NONE,
		.issued_at_ns = INSTANT_NONE,
		.due_date_ns = INSTANT_NONE,
		.lines = lines };

	(void)unit_find(NULL, str_c(codes[sweep_below(s, countof(codes))]), &inv.unit);
	inv.nlines = sweep_below(s, PARTS_MAX);
	for (size_t i = 0; i < inv.nlines; i++) {
		struct invoice_line *l = &lines[i];

		*l = any_line(s, &inv.unit, sweep_below(s, 3) == 0);
		if (l->type != LINE_APPLIED)
			inv.subtotal = rat_add(&a, inv.subtotal, l->total);
		if (l->type != LINE_APPLIED || l->commit_type != COMMIT_POSTPAID)
			inv.total = rat_add(&a, inv.total, l->total);
	}
	inv.amount_due = unit_due(&a, &inv.unit, inv.total);
	return inv;
}

static struct rat
printed(struct str text)
{
	struct rat r = RAT_ZERO;

	(void)rat_parse(&a, text, &r);
	return r;
}

/* What the groups of a section add up to; counts groups whose rows do not. */
static struct rat
sum_of(const struct sheet_section *sec, size_t *bad)
{
	struct rat all = RAT_ZERO;

	for (size_t i = 0; i < sec->n; i++) {
		struct rat rows = RAT_ZERO;

		for (size_t k = 0; k < sec->groups[i].nrows; k++)
			rows = rat_add(&a, rows, printed(sec->groups[i].rows[k].amount));
		*bad += !rat_eq(rows, printed(sec->groups[i].total));
		all = rat_add(&a, all, rows);
	}
	return all;
}

static void
check_sheet(struct sweep *s, size_t *bad)
{
	struct invoice_line lines[PARTS_MAX];
	struct invoice inv = any_invoice(s, lines);
	struct rat charges, applied, total = unit_major(&a, &inv.unit, inv.amount_due);
	struct sheet sheet;

	sheet_make(&inv, NULL, &a, &sheet);
	charges = sum_of(&sheet.sections[SHEET_CHARGES], bad);
	applied = sum_of(&sheet.sections[SHEET_APPLIED], bad);
	(void)sum_of(&sheet.sections[SHEET_PROMISED], bad);
	*bad += !rat_eq(charges, printed(sheet.subtotal));
	*bad += !rat_eq(applied, printed(sheet.applied));
	*bad += !rat_eq(rat_add(&a, charges, applied), total);
	*bad += !rat_eq(printed(sheet.total), total);
	*bad += !is_next_to(printed(sheet.subtotal), unit_major(&a, &inv.unit, inv.subtotal),
		inv.unit.places);
	*bad += strcmp(sheet.title, rat_sign(inv.amount_due) < 0 ? "Credit note" : "Invoice") != 0;
}

static void
test_sheets(void)
{
	struct sweep s = sweep_start("sheets add up", 31);
	size_t bad = 0;

	for (int i = 0; i < ROUNDS; i++) {
		check_sheet(&s, &bad);
		arena_clear(&a);
	}
	is_int((int64_t)bad, 0,
		"rows add up to groups, groups to the subtotal and what is paid, both to the total");
}

int
main(void)
{
	test_parts();
	test_ties();
	test_sheets();
	arena_release(&a);
	return done();
}
