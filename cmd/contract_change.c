#include "contract_change.h"

#include "base/instant.h"
#include "domain/contract.h"
#include "show.h"
#include "tasks/contract_amend.h"
#include "tasks/contract_archive.h"
#include "tasks/contract_edit.h"
#include "tasks/contract_end.h"
#include "tasks/contract_history.h"
#include "tasks/contract_filter.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "customer_id", "customer_id", CELL_TEXT },
	{ "starting_at", "starting_at", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
	{ "rate_card_id", "rate_card_id", CELL_TEXT },
};

static void
write_contract(struct jsonw *w, const void *contract)
{
	contract_to_json(w, contract);
}

/* ---- edit ---- */

struct shown_edit {
	const struct edited *edited;
	struct arena *arena;
};

/* The contract, and the payments that the edit asks for. */
static void
write_edited(struct jsonw *w, const void *ctx)
{
	const struct shown_edit *shown = ctx;
	const struct edited *edited = shown->edited;

	jsonw_object(w);
	contract_members(w, &edited->contract);
	if (edited->nrequests > 0) {
		jsonw_key(w, "payment_requests");
		jsonw_array(w);
		for (size_t i = 0; i < edited->nrequests; i++)
			recharge_to_json(w, &edited->requests[i], shown->arena);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static bool
edit_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct edited edited;

	(void)ctx;
	return contract_edit(c->store, j, csv, c->now_ns, &c->run, &edited, e) &&
		show(c, write_edited, &(struct shown_edit){ &edited, &c->run });
}

bool
contract_edit_verb(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, edit_one, NULL);
}

/* ---- amend ---- */

static bool
amend_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct contract changed;

	(void)ctx;
	return contract_amend(c->store, j, csv, c->now_ns, &c->run, &changed, e) &&
		show(c, write_contract, &changed);
}

bool
contract_amend_verb(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, amend_one, NULL);
}

/* ---- set-usage-filter ---- */

static bool
filter_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct contract changed;

	(void)ctx;
	return contract_set_usage_filter(c->store, j, csv, c->now_ns, &c->run, &changed, e) &&
		show(c, write_contract, &changed);
}

bool
contract_filter_verb(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, filter_one, NULL);
}

/* ---- what names the contract ---- */

static bool
find(struct cli *c, struct str name, struct str *id, struct err *e)
{
	return reference_field(c->store, NOUN_CONTRACT, "", name, c->now_ns, &c->run, id, e);
}

/* ---- set-end ---- */

struct new_end {
	int64_t at_ns;
	bool may_precede_final;
};

static bool
set_end_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	const struct new_end *end = ctx;
	struct contract changed;
	struct str id;

	if (!find(c, name, &id, e))
		return false;
	return contract_set_end(c->store, id, end->at_ns, end->may_precede_final, &c->run, &changed,
		       e) ?
		show(c, write_contract, &changed) :
		err_value(e, name);
}

bool
contract_set_end_verb(struct cli *c)
{
	const char *value = cli_value(c, "ending-before");
	struct new_end end = { INSTANT_NONE, !cli_flag(c, "after-final") };
	struct instant_why why;

	if ((value != NULL) == cli_flag(c, "open"))
		return cli_usage(c, "wanted --ending-before or --open");
	if (value != NULL && !instant_parse(str_c(value), INSTANT_DATE, &end.at_ns, &why))
		return cli_usage(c, "--ending-before \"%s\": %s", value, why.text);
	if (value != NULL && !instant_on_hour(end.at_ns))
		return cli_usage(c, "--ending-before \"%s\": not on the hour", value);
	cli_columns(c, columns, countof(columns));
	return cli_change(c, set_end_one, &end);
}

/* ---- archive ---- */

static bool
archive_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	const bool *void_invoices = ctx;
	struct contract changed;
	struct str id;

	if (!find(c, name, &id, e))
		return false;
	return contract_archive(c->store, id, *void_invoices, c->now_ns, &c->run, &changed, e) ?
		show(c, write_contract, &changed) :
		err_value(e, name);
}

bool
contract_archive_verb(struct cli *c)
{
	const char *value = cli_value(c, "void-invoices");
	bool void_invoices = value != NULL && str_is(str_c(value), "yes");

	if (value == NULL)
		return cli_usage(c, "wanted --void-invoices=yes or --void-invoices=no");
	cli_columns(c, columns, countof(columns));
	return cli_change(c, archive_one, &void_invoices);
}

/* ---- history ---- */

static const struct cli_column history_columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "contract_id", "contract_id", CELL_TEXT },
	{ "timestamp", "timestamp", CELL_INSTANT },
	{ "tool", "tool", CELL_TEXT },
	{ "verb", "verb", CELL_TEXT },
	{ "changes", "changes", CELL_TEXT },
};

static void
write_step(struct jsonw *w, const void *step)
{
	contract_step_to_json(w, step);
}

static bool
history_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct contract_history history;
	struct str id;

	(void)ctx;
	if (!reference_field(c->store, NOUN_CONTRACT, "", name, c->now_ns, &c->rec, &id, e) ||
		!contract_history_read(c->store, id, &c->rec, &history, e))
		return false;
	for (size_t i = 1; i < history.n; i++)
		if (!show(c, write_step, &(struct contract_step){ &history, i }))
			return false;
	return true;
}

bool
contract_history_verb(struct cli *c)
{
	cli_columns(c, history_columns, countof(history_columns));
	return cli_each_name(c, history_one, NULL);
}
