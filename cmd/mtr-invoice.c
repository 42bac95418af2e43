/*
 * mtr-invoice - from usage and terms to invoices.
 */
#include "cli.h"

#include "domain/invoice.h"
#include "failures.h"
#include "render.h"
#include "show.h"
#include "store/invoice_store.h"
#include "tasks/invoice.h"
#include "tasks/invoice_void.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "invoice_number", "invoice_number", CELL_TEXT },
	{ "customer_name", "customer_name", CELL_TEXT },
	{ "type", "type", CELL_TEXT },
	{ "status", "status", CELL_TEXT },
	{ "issued_at", "issued_at", CELL_INSTANT },
	{ "amount_due", "amount_due_major", CELL_NUMBER },
	{ "currency", "currency", CELL_TEXT },
};

/* The same in 80 columns. */
static const struct cli_column table_columns[] = {
	{ "number", "invoice_number", CELL_WRAP },
	{ "customer", "customer_name", CELL_WRAP },
	{ "type", "type", CELL_TEXT },
	{ "status", "status", CELL_TEXT },
	{ "issued", "issued_at", CELL_DAY },
	{ "amount_due", "amount_due_major", CELL_NUMBER },
	{ "currency", "currency", CELL_WRAP },
};

static void
set_columns(struct cli *c)
{
	if (c->output == OUT_TABLE)
		cli_columns(c, table_columns, countof(table_columns));
	else
		cli_columns(c, columns, countof(columns));
}

/* With -v: the reasons of each line, a record each, on stderr. */
static void
tell_trace(struct cli *c, const struct invoice *inv)
{
	struct buf text = BUF_INIT;

	if (!c->verbose)
		return;
	for (size_t i = 0; i < inv->nlines; i++) {
		struct jsonw w;

		buf_clear(&text);
		jsonw_init(&w, &text);
		jsonw_object(&w);
		jsonw_member_str(&w, "invoice_id", inv->id);
		jsonw_member_str(&w, "line_id", inv->lines[i].id);
		jsonw_key(&w, "trace");
		trace_to_json(&w, &inv->lines[i].trace);
		jsonw_end(&w);
		jsonw_release(&w);
		cli_verbose(c, "%s", buf_cstr(&text));
	}
	buf_release(&text);
}

static void
show_draft(struct cli *c, const struct invoice *inv)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &out);
	invoice_to_json(&w, inv, &c->run);
	jsonw_release(&w);
	cli_put(c, buf_str(&out));
	buf_release(&out);
	tell_trace(c, inv);
}

/* What could not be rated, and what was rated at no price. */
static void
tell_problems(struct cli *c, const struct open_invoices *open)
{
	tell_failures(c, open->failures, open->nfailures);
	for (const struct rating_warning *w = open->warnings.first; w != NULL; w = w->next) {
		struct err e = ERR_INIT;

		err_set(&e, ERR_INPUT, w->code, "contract %.*s: %.*s", STR_FMT(w->contract_id),
			STR_FMT(w->text));
		cli_warn(c, &e);
	}
}

static void
tell_progress(void *ctx, uint64_t events)
{
	cli_progress(ctx, "events", events, 0);
}

static bool
request(struct cli *c, struct invoice_request *r)
{
	*r = (struct invoice_request){ .now_ns = c->now_ns, .progress = tell_progress, .ctx = c };
	return show_reference(c, "customer", NOUN_CUSTOMER, &r->customer_id) &&
		show_reference(c, "contract", NOUN_CONTRACT, &r->contract_id);
}

struct running {
	struct cli *cli;
	struct str run_id;
	size_t finalized;
	size_t failures;
};

static void
show_final(void *ctx, const struct open_invoice *inv, struct str document)
{
	struct running *running = ctx;

	running->finalized++;
	cli_put(running->cli, document);
	tell_trace(running->cli, &inv->invoice);
}

static bool
run_work(struct cli *c, void *ctx)
{
	struct running *running = ctx;
	struct invoice_request r;
	struct open_invoices open;

	if (!request(c, &r))
		return false;
	r.drafts = cli_flag(c, "draft");
	r.future = r.drafts;
	r.require_rates = cli_flag(c, "require-rates");
	if (!invoices_compute(c->store, &r, &c->run, &open, &c->e) ||
		!invoices_finalize(c->store, &open, c->now_ns, &c->run, show_final, running,
			&running->run_id, &c->e))
		return false;
	for (size_t i = 0; i < open.n; i++)
		if (!open.p[i].due)
			show_draft(c, &open.p[i].invoice);
	running->failures = open.nfailures;
	tell_problems(c, &open);
	return true;
}

static bool
run(struct cli *c)
{
	struct running running = { .cli = c };
	char at[INSTANT_TEXT_SIZE];

	set_columns(c);
	if (!cli_commit(c, run_work, &running))
		return false;
	if (running.finalized == 0)
		cli_note(c, "%s at %s",
			running.failures > 0 ? "nothing was finalized" : "nothing is due",
			instant_text(c->now_ns, at));
	else
		cli_note(c, "run %.*s: %zu invoice%s %s", STR_FMT(running.run_id),
			running.finalized, running.finalized == 1 ? "" : "s",
			c->dry_run ? "would be finalized" : "finalized");
	return true;
}

/* Everything not final yet, computed and not stored. */
static bool
show_open(struct cli *c, struct invoice_request *r, struct str type)
{
	struct open_invoices open;
	int64_t left = c->limit;
	bool ok;

	if (!store_read_begin(c->store, &c->e))
		return false;
	ok = invoices_compute(c->store, r, &c->run, &open, &c->e);
	store_read_end(c->store);
	if (!ok)
		return false;
	for (size_t i = 0; i < open.n && left != 0; i++) {
		const struct invoice *inv = &open.p[i].invoice;

		if (type.n > 0 && !str_is(type, invoice_type_name(inv->type)))
			continue;
		show_draft(c, inv);
		left -= left > 0;
	}
	tell_problems(c, &open);
	return true;
}

static bool
preview_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct invoice_request r = { .now_ns = c->now_ns,
		.drafts = true,
		.progress = tell_progress,
		.ctx = c };

	(void)ctx;
	return reference_find(c->store, NOUN_CUSTOMER, name, c->now_ns, &c->run, &r.customer_id,
		       e) &&
		show_open(c, &r, (struct str){ NULL, 0 });
}

static bool
preview(struct cli *c)
{
	struct invoice_request r = { .now_ns = c->now_ns,
		.drafts = true,
		.progress = tell_progress,
		.ctx = c };

	set_columns(c);
	if (c->noperands > 0)
		return cli_each_name(c, preview_one, NULL);
	return show_open(c, &r, (struct str){ NULL, 0 });
}

static bool
list_one(void *ctx, struct str document)
{
	cli_put(ctx, document);
	return true;
}

static bool
list(struct cli *c)
{
	struct invoice_request r;
	struct invoice_filter f;
	const char *status = cli_value(c, "status");
	const char *type = cli_value(c, "type");

	if (type != NULL)
		type = str_is(str_c(type), "usage") ? "USAGE" : "SCHEDULED";
	set_columns(c);
	if (!request(c, &r))
		return false;
	f = (struct invoice_filter){
		.customer_id = r.customer_id,
		.contract_id = r.contract_id,
		.type = str_c(type),
		.run_id = str_c(cli_value(c, "run")),
		.limit = c->limit,
		.after = c->after,
		.only_void = status != NULL && str_is(str_c(status), "void"),
		.only_final = status != NULL && str_is(str_c(status), "finalized"),
	};
	if (status == NULL || f.only_void || f.only_final)
		return invoice_store_list(c->store, &f, list_one, c, &c->e);
	if (f.run_id.n > 0 || f.after.n > 0)
		return cli_usage(c, "drafts belong to no run and have no place to go on after");
	r.drafts = r.future = true;
	return show_open(c, &r, f.type);
}

static bool
get_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct str document;

	(void)ctx;
	if (!invoice_store_get(c->store, name, &c->rec, &document, e))
		return false;
	cli_put(c, document);
	return true;
}

static bool
get(struct cli *c)
{
	set_columns(c);
	return cli_each_name(c, get_one, NULL);
}

static bool
void_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct str document;

	(void)ctx;
	if (!invoice_void(c->store, name, str_c(cli_value(c, "reason")), c->now_ns, &c->run,
		    &document, e))
		return err_value(e, name);
	cli_put(c, document);
	return true;
}

static bool
void_invoices(struct cli *c)
{
	set_columns(c);
	return cli_change(c, void_one, NULL);
}

static bool
regenerate_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct open_invoices open;
	struct str document;

	(void)ctx;
	if (!invoice_regenerate(c->store, name, c->now_ns, &c->run, &document, &open, e))
		return err_value(e, name);
	cli_put(c, document);
	tell_problems(c, &open);
	return true;
}

static bool
regenerate(struct cli *c)
{
	set_columns(c);
	return cli_change(c, regenerate_one, NULL);
}

#define OPTION_CUSTOMER \
	{ \
		"customer", "CUSTOMER", "those of one customer", false \
	}
#define OPTION_CONTRACT \
	{ \
		"contract", "CONTRACT", "those of one contract", false \
	}

static const struct cli_option run_options[] = {
	OPTION_CUSTOMER,
	OPTION_CONTRACT,
	{ "draft", NULL, "what is not due yet too, as drafts", false },
	{ "require-rates", NULL, "usage without a rate is an error of its customer", false },
};
static const struct cli_option list_options[] = {
	OPTION_CUSTOMER,
	OPTION_CONTRACT,
	{ "status", "finalized|void|draft", "of one status; without it what is stored, void or not",
		false },
	{ "type", "usage|scheduled", "those of one type", false },
	{ "run", "RUN", "those that one run finalized, \"last\" for the newest", false },
};
static const struct cli_option render_options[] = {
	{ "output", RENDER_FORMS, "form of the invoices (text)", false },
	{ "seller", "FILE", "who sends them, as JSON", false },
	{ "documents", NULL, "operands are files of invoices, as preview writes them", false },
};

static const struct cli_option void_options[] = {
	{ "reason", "TEXT", "why, kept with it", false },
};

static const struct verb verbs[] = {
	{ "run", run, "", "finalize what is due and write it", ACCEPT_WRITING | ACCEPT_PROGRESS,
		CLI_STORE_WRITE, run_options, countof(run_options) },
	{ "preview", preview, "[customer ...]", "write what is not final yet; nothing is stored",
		ACCEPT_READING | ACCEPT_PROGRESS, CLI_STORE_READ, NULL, 0 },
	{ "list", list, "", "write invoices", ACCEPT_LISTING, CLI_STORE_READ, list_options,
		countof(list_options) },
	{ "get", get, "invoice ...", "write finalized invoices by id or number", ACCEPT_READING,
		CLI_STORE_READ, NULL, 0 },
	{ "void", void_invoices, "invoice ...", "take back final invoices by id or number",
		ACCEPT_WRITING, CLI_STORE_WRITE, void_options, countof(void_options) },
	{ "regenerate", regenerate, "invoice ...", "make void invoices anew, as things are now",
		ACCEPT_WRITING, CLI_STORE_WRITE, NULL, 0 },
	{ "render", invoice_render, "[invoice ...]", "print invoices to be sent",
		ACCEPT_DB | ACCEPT_NOW, CLI_STORE_READ, render_options, countof(render_options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-invoice", "from usage and terms to invoices", verbs, countof(verbs),
		argc, argv);
}
