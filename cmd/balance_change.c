#include "balance_change.h"

#include "show.h"
#include "store/unit_store.h"
#include "tasks/balance.h"
#include "tasks/balance_change.h"
#include "tasks/balance_create.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "type", "type", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "customer_id", "customer_id", CELL_TEXT },
	{ "contract_id", "contract_id", CELL_TEXT },
	{ "priority", "priority", CELL_NUMBER },
};

static const struct cli_column entry_columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "commit_id", "commit_id", CELL_TEXT },
	{ "timestamp", "timestamp", CELL_INSTANT },
	{ "type", "type", CELL_TEXT },
	{ "amount", "amount", CELL_NUMBER },
	{ "currency", "currency", CELL_TEXT },
	{ "segment_id", "segment_id", CELL_TEXT },
	{ "reason", "reason", CELL_TEXT },
};

/* ---- create ---- */

static void
write_created(struct jsonw *w, const void *balance)
{
	customer_balance_to_json(w, balance);
}

static bool
create_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct customer_balance wanted, stored;
	const struct units *units;

	(void)ctx;
	return store_units(c->store, &units, e) &&
		customer_balance_from_json(j, csv, units, &c->run, &wanted, e) &&
		balance_create(c->store, &wanted, cli_flag(c, "if-absent"), c->now_ns, &c->run,
			&stored, e) &&
		show(c, write_created, &stored);
}

bool
balance_create_verb(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, create_one, NULL);
}

/* ---- end, disable-trueup ---- */

static void
write_changed(struct jsonw *w, const void *balance)
{
	open_balance_to_json(w, balance);
}

static bool
option_instant(struct cli *c, const char *option, int64_t *out)
{
	const char *value = cli_value(c, option);
	struct instant_why why;

	*out = INSTANT_NONE;
	if (value == NULL || instant_parse(str_c(value), INSTANT_DATE, out, &why))
		return true;
	return cli_usage(c, "--%s \"%s\": %s", option, value, why.text);
}

static bool
end_one(struct cli *c, void *ends, struct str name, struct err *e)
{
	struct open_balance changed;

	return balance_end(c->store, name, ends, c->now_ns, &c->run, &changed, e) &&
		show(c, write_changed, &changed);
}

bool
balance_end_verb(struct cli *c)
{
	struct balance_end ends;

	if (!option_instant(c, ACCESS_ENDING_BEFORE, &ends.access_ns) ||
		!option_instant(c, INVOICES_ENDING_BEFORE, &ends.invoices_ns))
		return false;
	if (ends.access_ns == INSTANT_NONE && ends.invoices_ns == INSTANT_NONE)
		return cli_usage(c, "wanted --%s, --%s or both", ACCESS_ENDING_BEFORE,
			INVOICES_ENDING_BEFORE);
	cli_columns(c, columns, countof(columns));
	return cli_change(c, end_one, &ends);
}

static bool
disable_trueup_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct open_balance changed;

	(void)ctx;
	return balance_disable_trueup(c->store, name, c->now_ns, &c->run, &changed, e) &&
		show(c, write_changed, &changed);
}

bool
balance_disable_trueup_verb(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_change(c, disable_trueup_one, NULL);
}

/* ---- adjust ---- */

static void
write_entry(struct jsonw *w, const void *entry)
{
	manual_entry_to_json(w, entry);
}

/* For people: in major units. */
static void
write_entry_major(struct jsonw *w, const void *manual)
{
	const struct manual_entry *m = manual;
	const struct ledger_entry *entry = &m->row.entry;

	jsonw_object(w);
	jsonw_member_str(w, "id", entry->id);
	jsonw_member_str(w, "commit_id", m->row.commit_id);
	jsonw_member_instant(w, "timestamp", entry->at_ns);
	jsonw_member_c(w, "type", entry_type_name(entry->commit_type, entry->kind));
	jsonw_member_major(w, "amount", &m->unit, entry->amount);
	jsonw_member_c(w, "currency", m->unit.code);
	jsonw_member_str(w, "segment_id", entry->segment_id);
	jsonw_member_str(w, "reason", entry->reason);
	jsonw_end(w);
}

static bool
adjust_one(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct manual_entries made;

	(void)ctx;
	if (!balance_adjust(c->store, j, csv, c->now_ns, &c->run, &made, e))
		return false;
	for (size_t i = 0; i < made.n; i++)
		if (!show(c, c->output == OUT_JSON ? write_entry : write_entry_major, &made.p[i]))
			return false;
	return true;
}

bool
balance_adjust_verb(struct cli *c)
{
	cli_columns(c, entry_columns, countof(entry_columns));
	return cli_create(c, adjust_one, NULL);
}
