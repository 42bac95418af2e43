/*
 * sheet_part - what the files of a sheet share (inside domain).
 */
#ifndef DOMAIN_SHEET_PART_H
#define DOMAIN_SHEET_PART_H

#include "domain/sheet.h"

/* Groups, rows and amounts of an invoice: sections, subtotal, applied and total of out. */
void sheet_lines(const struct invoice *inv, struct arena *a, struct sheet *out);

/* What a row says beside its group's name, its numbers, and not yet its amount. */
struct sheet_row sheet_row_of(const struct invoice *inv, const struct invoice_line *l,
	struct arena *a);

#endif
