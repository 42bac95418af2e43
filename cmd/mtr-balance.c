/*
 * mtr-balance - commits and credits, what is left of them, and why.
 */
#include "cli.h"

#include "balance_change.h"
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
	return (struct balance_request){
		.at_ns = c->at_ns != INSTANT_NONE ? c->at_ns : c->now_ns,
		.progress = tell_progress,
		.ctx = c,
	};
}

/* What list and net are made of, in one snapshot. */
static bool
read_balances(struct cli *c, struct balances *out)
{
	struct balance_request r = request(c);
	bool ok;

	r.final = cli_flag(c, "final");
	if (!store_read_begin(c->store, &c->e))
		return false;
	ok = show_reference(c, "customer", NOUN_CUSTOMER, &r.customer_id) &&
		show_reference(c, "contract", NOUN_CONTRACT, &r.contract_id) &&
		balances_read(c->store, &r, &c->run, out, &c->e);
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
	struct balances all;

	cli_columns(c, list_columns, countof(list_columns));
	if (!read_balances(c, &all))
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
	struct net_balance *nets;
	struct balances all;
	size_t n;

	cli_columns(c, net_columns, countof(net_columns));
	if (!read_balances(c, &all))
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

static const struct cli_option balance_options[] = {
	{ "customer", "CUSTOMER", "those of one customer", false },
	{ "contract", "CONTRACT", "those that one contract may draw", false },
	{ "final", NULL, "what final invoices drew, without drafts", false },
};
static const struct cli_option ledger_options[] = {
	{ "drafts", NULL, "what drafts draw too, as pending entries", false },
};
static const struct cli_option create_options[] = { OPTION_IF_ABSENT };
static const struct cli_option end_options[] = {
	{ ACCESS_ENDING_BEFORE, "TIME", "nothing is drawn from then on", false },
	{ INVOICES_ENDING_BEFORE, "TIME", "nothing is billed from then on", false },
};

#define ACCEPT_BALANCE (ACCEPT_READING | ACCEPT_AT | ACCEPT_PROGRESS)

static const struct verb verbs[] = {
	{ "create", balance_create_verb, "[file ...]",
		"store commits and credits of customers read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "list", list, "", "write every commit and credit with what is left of it", ACCEPT_BALANCE,
		CLI_STORE_READ, balance_options, countof(balance_options) },
	{ "net", net, "", "write what each customer has left, by currency", ACCEPT_BALANCE,
		CLI_STORE_READ, balance_options, countof(balance_options) },
	{ "ledger", ledger, "balance ...", "write the entries of balances by id or name",
		ACCEPT_BALANCE, CLI_STORE_READ, ledger_options, countof(ledger_options) },
	{ "adjust", balance_adjust_verb, "[file ...]", "record manual entries read as records",
		ACCEPT_CREATING, CLI_STORE_WRITE, NULL, 0 },
	{ "end", balance_end_verb, "balance ...", "end prepaid commits and credits earlier",
		ACCEPT_WRITING, CLI_STORE_WRITE, end_options, countof(end_options) },
	{ "disable-trueup", balance_disable_trueup_verb, "balance ...",
		"take the true-up from postpaid commits", ACCEPT_WRITING, CLI_STORE_WRITE, NULL,
		0 },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-balance", "commits and credits, what is left of them, and why", verbs,
		countof(verbs), argc, argv);
}
