/*
 * sheet - an invoice as it is printed: titles, groups of rows, rounded amounts.
 *
 * Shape      made from the invoice alone; balances and charts are put in by who knows
 *            them. All texts are plain: who prints them escapes them. Lines of one
 *            product and name are a group; a group of one row is that row. Charges
 *            add up to the subtotal; what balances pay follows and leads to the
 *            total; what counts towards a postpaid promise, and what is counted in
 *            custom units, is told and not added.
 * Units      amounts in major units of the currency, with all its places; of what is
 *            in a custom unit the code stands behind the amount. Quantities and prices
 *            have as many places as they need; what does not end within 20 is cut
 *            to 10 and has "~" in front.
 * Rounding   the total is the amount due. Groups, then the rows of each, are rounded by
 *            apportion.h, so that what is printed adds up; the subtotal is its rounded
 *            value, or a step beside it where the total asks for that. Custom
 *            units to 20 places, which is rarely any rounding.
 * Ownership  the arena; texts of the invoice and the seller are borrowed.
 * Order      groups by their first line, rows as the lines.
 * Source     mtr-pricing(7), Printed amounts; mtr-invoice(1), render.
 * Example    lines of 0.335 and 0.335 USD: 0.34 and 0.33, subtotal and total 0.67.
 */
#ifndef DOMAIN_SHEET_H
#define DOMAIN_SHEET_H

#include "domain/invoice.h"
#include "domain/seller.h"

struct sheet_fact {
	struct str label; /* "Due" */
	struct str value;
};

struct sheet_facts {
	struct sheet_fact *p;
	size_t n;
	size_t cap;
};

struct sheet_row {
	struct str text; /* "tier 1: first 100, region: eu"; may be empty */
	struct str quantity;
	struct str unit_price; /* empty: none */
	struct str amount;
};

struct sheet_group {
	struct str name;
	struct sheet_row *rows; /* at least one */
	size_t nrows;
	struct str total;
};

enum sheet_part {
	SHEET_CHARGES,
	SHEET_APPLIED,  /* by prepaid commits and credits */
	SHEET_PROMISED, /* towards postpaid commits: charged all the same */
	SHEET_UNITS     /* in custom units: charged by their conversion */
};
#define SHEET_PARTS 4

struct sheet_section {
	struct sheet_group *groups;
	size_t n;
};

/* What a balance that the invoice drew on has left. */
struct sheet_balance {
	struct str name;
	struct str remaining; /* with its unit */
};

/* Quantities by day. */
struct sheet_chart {
	struct str name;
	int64_t from_ns; /* the day of the first bar */
	size_t n;
	struct str *values;
	int *heights; /* 0..1000, of the greatest */
	struct str greatest;
	size_t greatest_at;
};

struct sheet {
	const char *title;           /* "Invoice", "Credit note" */
	const char *mark;            /* "Draft", "Void"; NULL: none */
	const struct seller *seller; /* NULL: none */
	struct str number;
	struct sheet_facts facts;
	struct str customer_name;
	struct texts customer_address;
	struct sheet_facts customer_facts;
	struct str currency;
	struct sheet_section sections[SHEET_PARTS];
	struct str subtotal;
	struct str applied; /* empty: nothing is */
	struct str total;
	const char *total_label; /* "Amount due", "Credit" */
	struct sheet_balance *balances;
	size_t nbalances;
	int64_t balances_at_ns;
	struct sheet_chart *charts;
	size_t ncharts;
};

void sheet_make(const struct invoice *inv, const struct seller *seller, struct arena *a,
	struct sheet *out);

/* NULL: a section that needs no title. */
const char *sheet_part_title(enum sheet_part part);

/* "12.5", "~0.3333333333" */
struct str sheet_number(struct arena *a, struct rat r);
/* A price or an amount that is not rounded: "0.50", "0.000015". */
struct str sheet_money(struct arena *a, const struct unit *u, struct rat stored);
/* "2024-09-27" */
struct str sheet_date(struct arena *a, int64_t t_ns);
/* "2024-09-01 to 2024-09-30", both included; with hours where they are not whole days. */
struct str sheet_period(struct arena *a, int64_t from_ns, int64_t to_ns);

#endif
