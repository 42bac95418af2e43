/*
 * mtr-balance - commits and credits, what is left of them, and why.
 */
#include "cli.h"

#include "balance_change.h"
#include "balance_options.h"
#include "balance_recharge.h"
#include "balance_rollforward.h"
#include "balance_seats.h"
#include "failures.h"
#include "show.h"
#include "tasks/balance.h"

#include "base/banned.h"

static const struct cli_column list_columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "customer_name", "customer_name", CELL_TEXT },
	{ "contract_id", "contract_id", CELL_TEXT },
	{ "balance", "balance_major", CELL_NUMBER },
	{ "currency", "currency", CELL_TEXT },
};

static const struct cli_column net_columns[] = {
	{ "customer_id", "customer_id", CELL_TEXT },
	{ "customer_name", "customer_name", CELL_TEXT },
	{ "balance", "balance_major", CELL_NUMBER },
	{ "currency", "currency", CELL_TEXT },
};

static const struct cli_column ledger_columns[] = {
	{ "commit_id", "commit_id", CELL_TEXT },
	{ "timestamp", "timestamp", CELL_INSTANT },
	{ "type", "type", CELL_TEXT },
	{ "amount", "amount", CELL_NUMBER },
	{ "balance", "balance", CELL_NUMBER },
	{ "currency", "currency", CELL_TEXT },
	{ "segment_id", "segment_id", CELL_TEXT },
	{ "invoice_id", "invoice_id", CELL_TEXT },
	{ "pending", "pending", CELL_TEXT },
	{ "reason", "reason", CELL_TEXT },
};

static void
tell_progress(void *ctx, uint64_t events)
{
	cli_progress(ctx, "events", events, 0);
}

static struct balance_request
request(struct cli *c)
{
	int64_t at_ns = c->at_ns != INSTANT_NONE ? c->at_ns : c->now_ns;

	return (struct balance_request){
		.at_ns = at_ns,
		.now_ns = at_ns,
		.selection = SELECT_ALL,
		.progress = tell_progress,
		.ctx = c,
	};
}

/* What list and net are made of, in one snapshot. */
static bool
read_balances(struct cli *c, struct balance_request *r, struct balances *out)
{
	bool ok;

	r->final = cli_flag(c, "final");
	if (!store_read_begin(c->store, &c->e))
		return false;
	ok = show_reference(c, "customer", NOUN_CUSTOMER, &r->customer_id) &&
		show_reference(c, "contract", NOUN_CONTRACT, &r->contract_id) &&
		balance_selection_read(c, &r->selection) &&
		balances_read(c->store, r, &c->run, out, &c->e);
	store_read_end(c->store);
	return ok;
}

static void
write_balance(struct jsonw *w, const void *balance)
{
	balance_to_json(w, balance);
}

static bool
list(struct cli *c)
{
	struct balance_request r = request(c);
	struct balances all;

	if (!balance_access_read(c, &r.selection))
		return false;
	r.archived = cli_flag(c, "archived");
	r.exclude_zero = cli_flag(c, "exclude-zero");
	r.ledgers = cli_flag(c, "ledgers");
	cli_columns(c, list_columns, countof(list_columns));
	if (!read_balances(c, &r, &all))
		return false;
	for (size_t i = 0; i < all.n; i++)
		show(c, write_balance, &all.p[i]);
	tell_failures(c, all.failures, all.nfailures);
	return true;
}

static void
write_net(struct jsonw *w, const void *net)
{
	net_balance_to_json(w, net);
}

static bool
net(struct cli *c)
{
	struct balance_request r = request(c);
	struct net_balance *nets;
	struct balances all;
	size_t n;

	cli_columns(c, net_columns, countof(net_columns));
	if (!read_balances(c, &r, &all))
		return false;
	nets = balances_net(&all, &c->run, &n);
	for (size_t i = 0; i < n; i++)
		show(c, write_net, &nets[i]);
	tell_failures(c, all.failures, all.nfailures);
	return true;
}

/* An entry and what it leaves. */
struct shown_entry {
	const struct ledger *ledger;
	const struct ledger_entry *entry;
	struct rat running;
};

static void
write_entry(struct jsonw *w, const void *shown)
{
	const struct shown_entry *s = shown;

	ledger_entry_to_json(w, s->entry, s->running);
}

/* For people: in major units. */
static void
write_entry_major(struct jsonw *w, const void *shown)
{
	const struct shown_entry *s = shown;
	const struct unit *u = &s->ledger->unit;

	jsonw_object(w);
	jsonw_member_str(w, "commit_id", s->ledger->commit_id);
	jsonw_member_instant(w, "timestamp", s->entry->at_ns);
	jsonw_member_c(w, "type", entry_type_name(s->entry->commit_type, s->entry->kind));
	jsonw_member_major(w, "amount", u, s->entry->amount);
	jsonw_member_major(w, "balance", u, s->running);
	jsonw_member_c(w, "currency", u->code);
	jsonw_member_str(w, "segment_id", s->entry->segment_id);
	jsonw_member_str_opt(w, "invoice_id", s->entry->invoice_id);
	jsonw_member_str_opt(w, "reason", s->entry->reason);
	if (s->entry->pending)
		jsonw_member_bool(w, "pending", true);
	jsonw_end(w);
}

static bool
ledger_one(struct cli *c, void *reader, struct str name, struct err *e)
{
	struct shown_entry s = { .running = RAT_ZERO };
	struct ledger l;

	if (!ledger_read(reader, name, &l, e))
		return false;
	s.ledger = &l;
	for (size_t i = 0; i < l.n; i++) {
		s.entry = &l.entries[i];
		s.running = rat_add(&c->rec, s.running, l.entries[i].amount);
		show(c, c->output == OUT_JSON ? write_entry : write_entry_major, &s);
	}
	return true;
}

/* All of them in one snapshot. */
static bool
ledger(struct cli *c)
{
	struct balance_request r = request(c);
	struct ledger_reader *reader;
	bool ok;

	r.final = !cli_flag(c, "drafts");
	cli_columns(c, ledger_columns, countof(ledger_columns));
	if (!store_read_begin(c->store, &c->e))
		return false;
	reader = ledger_reader_open(c->store, &r, &c->run);
	ok = cli_each_name(c, ledger_one, reader);
	ledger_reader_close(reader);
	store_read_end(c->store);
	return ok;
}

static const struct cli_option list_options[] = {
	OPTIONS_SELECTING,
	{ "covering", "TIME", "those with access at this instant", false },
	{ "exclude-zero", NULL, "without those of which nothing is left", false },
	{ "ledgers", NULL, "with the entries of each", false },
	OPTION_ARCHIVED,
	{ "final", NULL, "what final invoices drew, without drafts", false },
};
static const struct cli_option net_options[] = {
	OPTIONS_SELECTING,
	{ "final", NULL, "what final invoices drew, without drafts", false },
};
static const struct cli_option rollforward_options[] = {
	OPTIONS_SELECTING,
	{ "drafts", NULL, "what drafts draw too", false },
	{ "totals", NULL, "a row for each type and currency instead", false },
};
static const struct cli_option ledger_options[] = {
	{ "drafts", NULL, "what drafts draw too, as pending entries", false },
};
static const struct cli_option seats_options[] = { OPTIONS_SEATS };
static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option end_options[] = {
	{ ACCESS_ENDING_BEFORE, "TIME", "nothing is drawn from then on", false },
	{ INVOICES_ENDING_BEFORE, "TIME", "nothing is billed from then on", false },
};

static const struct cli_option recharge_options[] = {
	{ RECHARGE_OPEN_OPTION, NULL, "write the requests that wait for an answer, no more",
		false },
};
static const struct cli_option release_options[] = {
	{ RELEASE_OUTCOME, RELEASE_OUTCOMES, "what became of the payment", false },
};

#define ACCEPT_BALANCE (ACCEPT_READING | ACCEPT_AT | ACCEPT_PROGRESS)

static const struct verb verbs[] = {
	{ "create", balance_create_verb, "[file ...]",
		"store commits and credits of customers read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "list", list, "", "write every commit and credit with what is left of it",
		ACCEPT_BALANCE | ACCEPT_RANGE, CLI_STORE_READ, list_options,
		countof(list_options) },
	{ "net", net, "", "write what each customer has left, by currency", ACCEPT_BALANCE,
		CLI_STORE_READ, net_options, countof(net_options) },
	{ "ledger", ledger, "balance ...", "write the entries of balances by id or name",
		ACCEPT_BALANCE, CLI_STORE_READ, ledger_options, countof(ledger_options) },
	{ "rollforward", balance_rollforward_verb, "",
		"write what became of balances between two instants",
		ACCEPT_READING | ACCEPT_RANGE | ACCEPT_PROGRESS, CLI_STORE_READ,
		rollforward_options, countof(rollforward_options) },
	{ "seats", balance_seats_verb, "", "write what each seat has left of its own",
		ACCEPT_BALANCE, CLI_STORE_READ, seats_options, countof(seats_options) },
	{ "adjust", balance_adjust_verb, "[file ...]", "record manual entries read as records",
		ACCEPT_CREATING, CLI_STORE_WRITE, NULL, 0 },
	{ "end", balance_end_verb, "balance ...", "end prepaid commits and credits earlier",
		ACCEPT_WRITING, CLI_STORE_WRITE, end_options, countof(end_options) },
	{ "disable-trueup", balance_disable_trueup_verb, "balance ...",
		"take the true-up from postpaid commits", ACCEPT_WRITING, CLI_STORE_WRITE, NULL,
		0 },
	{ "recharge", balance_recharge_verb, "[contract ...]",
		"buy, or ask for, what thresholds want", ACCEPT_WRITING | ACCEPT_PROGRESS,
		CLI_STORE_WRITE, recharge_options, countof(recharge_options) },
	{ "release", balance_release_verb, "workflow ...",
		"say whether what recharge asked for was paid", ACCEPT_WRITING, CLI_STORE_WRITE,
		release_options, countof(release_options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-balance", "commits and credits, what is left of them, and why", verbs,
		countof(verbs), argc, argv);
}
