/*
 * render - printed invoices in one form.
 *
 * Shape      a document is what head writes for the first sheet, each sheet, and the
 *            foot. Names and other texts of the sheet may hold anything: the writer
 *            escapes what its form gives a meaning, and control characters as
 *            messages do (text.h).
 * Order      pure; the same sheet gives the same bytes.
 * Source     mtr-invoice(1), render.
 */
#ifndef CMD_RENDER_H
#define CMD_RENDER_H

#include "domain/sheet.h"

struct render_form {
	const char *name; /* of -o */
	void (*head)(struct buf *out, const struct sheet *first);
	void (*sheet)(struct buf *out, const struct sheet *s, size_t nth); /* from 0 */
	void (*foot)(struct buf *out);
};

extern const struct render_form render_text;
extern const struct render_form render_html;
extern const struct render_form render_roff;

/* The verb; its words for -o are the names of the forms. */
struct cli;
bool invoice_render(struct cli *c);
#define RENDER_FORMS "text|html|roff"

/* What the forms say alike: label and value, of who sends the invoice. */
struct sheet_facts render_seller_facts(const struct seller *s, struct arena *a);
/* "2 x 0.50", "2", or nothing. */
struct str render_count(const struct sheet_row *row, struct arena *a);
/* No section has a group. */
bool render_is_empty(const struct sheet *s);

#endif
