/*
 * cli_fixture - a tool of invented verbs that shows what the front does.
 *
 * The store behind it is none: the functions below take its place. The database
 * named "trace" tells on stderr what is done with it, "missing" cannot be
 * opened, "busy" is locked, "full" cannot be saved to. Called by the name
 * cli_single it is a tool with one job.
 */
#include "cli.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "codec/jsonw.h"

#include "base/banned.h"

/* ---- the store ---- */

struct store {
	const char *path;
};

static void
trace(const struct store *st, const char *what)
{
	if (strcmp(st->path, "trace") == 0)
		(void)fprintf(stderr, "store: %s\n", what);
}

bool
store_open(const struct store_options *opt, struct store **out, struct err *e)
{
	static struct store st;
	char now[INSTANT_TEXT_SIZE];

	if (strcmp(opt->path, "missing") == 0)
		return err_set(e, ERR_FATAL, "db_missing", "no database %s", opt->path);
	st.path = opt->path;
	*out = &st;
	trace(&st, opt->mode == STORE_READ ? "open to read" : "open to write");
	if (strcmp(opt->path, "trace") == 0)
		(void)fprintf(stderr, "store: tool %s, verb %s, wait %lld, now %s\n", opt->tool,
			opt->verb, (long long)opt->lock_wait_ms, instant_text(opt->now_ns, now));
	return true;
}

void
store_close(struct store *st)
{
	if (st != NULL)
		trace(st, "close");
}

bool
store_begin(struct store *st, struct err *e)
{
	if (strcmp(st->path, "busy") == 0)
		return err_set(e, ERR_BUSY, "db_busy", "another command writes");
	trace(st, "begin");
	return true;
}

bool
store_save(struct store *st, struct err *e)
{
	if (strcmp(st->path, "full") == 0)
		return err_set(e, ERR_FATAL, "db_full", "the disk is full");
	trace(st, "save");
	return true;
}

void
store_undo(struct store *st)
{
	trace(st, "undo");
}

/* ---- verbs ---- */

static const struct cli_column columns[] = {
	{ "name", "name", CELL_TEXT },
	{ "amount", "amount", CELL_NUMBER },
	{ "seen", "seen", CELL_INSTANT },
	{ "first", "parts.0.what", CELL_TEXT },
	{ "parts", "parts", CELL_TEXT },
};

/* An object is given back; one with "refuse" is refused, in the way this says. */
static bool
item(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	const struct json *refuse = json_member(j, "refuse");
	struct buf out = BUF_INIT;

	(void)ctx;
	if (refuse != NULL) {
		enum err_kind kind = str_is(json_text(refuse), "busy") ? ERR_BUSY : ERR_INPUT;

		err_field(e, kind, "item.refuse", STR("refuse"), json_text(refuse),
			"this is not wanted%s", csv ? " in a cell" : "");
		return err_at(e, json_offset(refuse));
	}
	json_canonical(j, &out);
	cli_put(c, buf_str(&out));
	buf_release(&out);
	return true;
}

static bool
echo(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_each_record(c, item, NULL);
}

static bool
create(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_create(c, item, NULL);
}

static bool
named(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	(void)ctx;
	if (str_starts(name, "no"))
		return err_field(e, ERR_INPUT, "not_found", STR(""), name, "no such item");
	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_member_str(&w, "name", name);
	jsonw_end(&w);
	jsonw_release(&w);
	cli_put(c, buf_str(&out));
	buf_release(&out);
	return true;
}

static bool
get(struct cli *c)
{
	cli_columns(c, columns, countof(columns));
	return cli_each_name(c, named, NULL);
}

static bool
archive(struct cli *c)
{
	return cli_change(c, named, NULL);
}

/* Says which options arrived. */
static bool
list(struct cli *c)
{
	struct buf out = BUF_INIT;
	struct jsonw w;
	size_t n;
	const char *const *groups = cli_values(c, "group", &n);

	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_member_c(&w, "db", c->db);
	jsonw_member_bool(&w, "all", cli_flag(c, "all"));
	jsonw_member_str_opt(&w, "state", str_c(cli_value(c, "state")));
	jsonw_key(&w, "groups");
	jsonw_array(&w);
	for (size_t i = 0; i < n; i++)
		jsonw_c(&w, groups[i]);
	jsonw_end(&w);
	jsonw_member_bool(&w, "dry_run", c->dry_run);
	jsonw_member_bool(&w, "quiet", c->quiet);
	jsonw_member_bool(&w, "verbose", c->verbose);
	jsonw_member_instant(&w, "now", c->now_ns);
	jsonw_member_instant_opt(&w, "at", c->at_ns);
	jsonw_member_str_opt(&w, "as_of", c->as_of);
	jsonw_member_instant_opt(&w, "from", c->from_ns);
	jsonw_member_instant_opt(&w, "to", c->to_ns);
	jsonw_member_str_opt(&w, "window", c->window);
	jsonw_member_int(&w, "limit", c->limit);
	jsonw_member_str_opt(&w, "after", c->after);
	jsonw_key(&w, "operands");
	jsonw_array(&w);
	for (size_t i = 0; i < c->noperands; i++)
		jsonw_c(&w, c->operands[i]);
	jsonw_end(&w);
	jsonw_end(&w);
	jsonw_release(&w);
	cli_put(c, buf_str(&out));
	buf_release(&out);
	return true;
}

/* Ends in the way its operand names. */
static bool
end(struct cli *c)
{
	struct str how = str_c(c->operands[0]);
	struct err e = ERR_INIT;

	cli_put(c, STR("{\"before\":true}"));
	if (str_is(how, "partial")) {
		err_set(&e, ERR_INPUT, "item.bad", "one of several");
		(void)cli_reject(c, &e);
	} else if (str_is(how, "partial-busy")) {
		err_set(&e, ERR_BUSY, "db_busy", "another command writes");
		return cli_reject(c, &e);
	} else if (str_is(how, "worst")) {
		err_set(&e, ERR_FATAL, "db_io", "the worst comes first");
		(void)cli_report(c, &e);
		cli_worst(c, STATUS_PARTIAL);
	} else if (str_is(how, "warning")) {
		err_field(&e, ERR_INPUT, "item.odd", STR("amount"), STR("7"), "odd");
		err_place(&e, "items.csv", 3, 2);
		cli_warn(c, &e);
	} else if (str_is(how, "note")) {
		cli_note(c, "looked at %d items", 3);
		cli_verbose(c, "the third \x1b[1m one");
	} else if (str_is(how, "usage")) {
		return cli_usage(c, "not %s", "so");
	} else if (str_is(how, "long")) {
		char value[300];

		memset(value, 'x', sizeof(value));
		return err_field(&c->e, ERR_INPUT, "item.long", STR("text"),
			(struct str){ value, sizeof(value) }, "too long");
	} else if (str_is(how, "bug")) {
		assert(strcmp(c->prog, "cli_fixture") != 0);
	}
	return true;
}

static bool
spill_some(struct cli *c, void *ctx)
{
	size_t *n = ctx;

	for (size_t i = 0; i < *n; i++)
		cli_put(c, STR("{\"line\":\"of twenty bytes\"}"));
	return true;
}

/* More than a pipe or the buffer takes. */
static bool
spill(struct cli *c)
{
	size_t n = 100000;

	return spill_some(c, &n);
}

static bool
store_two(struct cli *c)
{
	size_t n = 2;

	return cli_commit(c, spill_some, &n);
}

static bool
work(struct cli *c)
{
	for (uint64_t i = 0; i < 5; i++) {
		cli_progress(c, "events", i * 1000, 10000);
		(void)nanosleep(&(struct timespec){ 0, 300000000 }, NULL);
	}
	return true;
}

static const struct cli_option create_options[] = {
	{ "if-absent", NULL, "an equal object that is there is the answer", false },
};

static const struct cli_option list_options[] = {
	{ "all", NULL, "those that aren't open too", false },
	{ "state", "open|closed", "those in this state", false },
	{ "group", "KEY", "one result a value of this key", true },
};

#define ACCEPT_ALL 0xfff

static const struct verb verbs[] = {
	{ "echo", echo, "[file ...]", "give records back", ACCEPT_INPUT | ACCEPT_OUTPUT,
		CLI_NO_STORE, NULL, 0 },
	{ "create", create, "[file ...]", "store items read as records", ACCEPT_CREATING,
		CLI_STORE_WRITE, create_options, countof(create_options) },
	{ "get", get, "item ...", "write items", ACCEPT_READING, CLI_STORE_READ, NULL, 0 },
	{ "archive", archive, "item ...", "put items away", ACCEPT_WRITING & ~ACCEPT_OUTPUT,
		CLI_STORE_WRITE, NULL, 0 },
	{ "list", list, "[from [to]]", "write what was asked", ACCEPT_ALL, CLI_STORE_READ,
		list_options, countof(list_options) },
	{ "end", end, "how", "end in some way", 0, CLI_NO_STORE, NULL, 0 },
	{ "spill", spill, "", "write much", 0, CLI_NO_STORE, NULL, 0 },
	{ "store-two", store_two, NULL, "store two lines", ACCEPT_WRITING, CLI_STORE_WRITE, NULL,
		0 },
	{ "work", work, "", "take a while", ACCEPT_PROGRESS, CLI_NO_STORE, NULL, 0 },
};

static const struct verb single[] = {
	{ "", create, "[file ...]", "store items", ACCEPT_DB | ACCEPT_DRY_RUN, CLI_STORE_WRITE,
		create_options, countof(create_options) },
};

int
main(int argc, char *argv[])
{
	if (strcmp(argv[0], "cli_single") == 0)
		return cli_main("cli_single", "items in", single, countof(single), argc, argv);
	return cli_main("cli_fixture", "what the front of every tool does", verbs, countof(verbs),
		argc, argv);
}
