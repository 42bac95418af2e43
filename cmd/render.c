#include "render.h"

#include "cli.h"
#include "domain/invoice_read.h"
#include "store/invoice_store.h"
#include "tasks/invoice_print.h"

#include "base/banned.h"

static const struct render_form *const forms[] = { &render_text, &render_html, &render_roff };

struct sheet_facts
render_seller_facts(const struct seller *s, struct arena *a)
{
	const struct sheet_fact all[] = {
		{ STR("Tax id"), s->tax_id },
		{ STR("Email"), s->email },
		{ STR("Phone"), s->phone },
		{ STR("Website"), s->website },
	};
	struct sheet_facts f = { ARENA_ARRAY(a, countof(all), struct sheet_fact), 0, 0 };

	for (size_t i = 0; i < countof(all); i++)
		if (all[i].value.n > 0)
			f.p[f.n++] = all[i];
	return f;
}

struct str
render_count(const struct sheet_row *row, struct arena *a)
{
	if (row->unit_price.n == 0)
		return row->quantity;
	return str_printf(a, "%.*s x %.*s", STR_FMT(row->quantity), STR_FMT(row->unit_price));
}

bool
render_is_empty(const struct sheet *s)
{
	for (int part = 0; part < SHEET_PARTS; part++)
		if (s->sections[part].n > 0)
			return false;
	return true;
}

/* ---- the verb ---- */

struct rendering {
	const struct render_form *form;
	const struct seller *seller;
	size_t n;
};

static void
put_sheet(struct cli *c, struct rendering *r, const struct sheet *s)
{
	struct buf out = BUF_INIT;

	if (r->n == 0)
		r->form->head(&out, s);
	r->form->sheet(&out, s, r->n++);
	cli_put_bytes(c, buf_str(&out));
	buf_release(&out);
}

static bool
render_document(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct rendering *r = ctx;
	struct invoice inv;
	struct sheet s;

	(void)csv;
	if (!invoice_from_json(j, &c->rec, &inv, e))
		return false;
	sheet_make(&inv, r->seller, &c->rec, &s);
	if (!invoice_print_details(c->store, &inv, c->now_ns, &c->rec, &s, e))
		return false;
	put_sheet(c, r, &s);
	return true;
}

/* A document that was stored is read by the rules for one that anybody wrote. */
static bool
render_stored(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *j = NULL;
	struct str document;
	bool ok;

	if (!invoice_store_get(c->store, name, &c->rec, &document, e))
		return false;
	json_scanner_init(&scanner);
	ok = json_parse(&scanner, document, &j, &fault) ||
		err_set(e, ERR_FATAL, "db_damaged", "%s", fault.text);
	json_scanner_release(&scanner);
	ok = ok && render_document(c, ctx, j, false, e);
	json_free(j);
	return ok;
}

/* ---- the seller ---- */

struct reading_seller {
	struct seller seller;
	size_t n;
};

static bool
take_seller(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct reading_seller *r = ctx;

	(void)csv;
	if (r->n++ > 0)
		return err_set(e, ERR_INPUT, "seller_file", "a second seller; wanted one object");
	return seller_from_json(j, &c->run, &r->seller, e);
}

bool
invoice_render(struct cli *c)
{
	const char *file = cli_value(c, "seller");
	const char *form = cli_value(c, "output");
	struct reading_seller seller = { .n = 0 };
	struct rendering r = { .form = forms[0] };
	bool ok;

	for (size_t i = 0; form != NULL && i < countof(forms); i++)
		if (str_is(str_c(form), forms[i]->name))
			r.form = forms[i];
	if (file != NULL) {
		if (!cli_each_record_of(c, file, take_seller, &seller))
			return false;
		if (seller.n == 0)
			return err_field(&c->e, ERR_INPUT, "seller_file", STR("--seller"),
				str_c(file), "nothing in it; wanted one object");
		r.seller = &seller.seller;
	}
	if (cli_flag(c, "documents"))
		ok = cli_each_record(c, render_document, &r);
	else
		ok = cli_each_name(c, render_stored, &r);
	if (r.n > 0) {
		struct buf out = BUF_INIT;

		r.form->foot(&out);
		cli_put_bytes(c, buf_str(&out));
		buf_release(&out);
	}
	return ok;
}
