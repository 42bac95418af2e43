/*
 * cli - the one front of every tool: options, verbs, help, messages, status.
 *
 * Shape      a tool gives a table of verbs; cli_main parses, opens what the verb
 *            needs, runs it, flushes stdout and maps the outcome to an exit
 *            status. Help, completions and the option parser come from the
 *            same tables.
 * Errors     cli_report prints one failure as text or JSON and remembers the
 *            worst; the exit status is the worst of all. A text line is
 *            PROG: FILE:LINE:COLUMN: FIELD "VALUE": TEXT [CODE], of the parts
 *            that are known; the file name of standard input is "stdin".
 *            Control characters, bytes that are not UTF-8 and characters that
 *            turn the direction of text are escaped, values cut at 200 bytes.
 * Order      stdout is collected and put out when 64 KiB are full, in
 *            cli_flush, and at the end. Inside cli_commit nothing is put out
 *            before the save is durable, and nothing at all when it was undone.
 * Signals    SIGINT, SIGTERM and SIGHUP end a reader at once. In a verb that writes the
 *            first one sets cli_interrupted, the second kills; the exit status
 *            is 128+N. SIGPIPE is ignored: when nobody reads stdout any more, a
 *            reader ends quietly; a writer finishes, puts what stdout did not
 *            take on stderr, and ends with status 5.
 * Source     mtr(7): OPTIONS, EXIT STATUS.
 * Example    cli_create(c, metric_create_one, NULL) is all that a creating verb
 *            needs beside its callback.
 */
#ifndef CMD_CLI_H
#define CMD_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "codec/record.h"
#include "store/store.h"

enum status {
	STATUS_DONE = 0,
	STATUS_PARTIAL = 1, /* done, but some records were refused, or differences found */
	STATUS_USAGE = 2,
	STATUS_REFUSED = 3,
	STATUS_BUSY = 4,
	STATUS_CANNOT = 5,
	STATUS_BUG = 70
};

enum cli_output { OUT_JSON, OUT_CSV, OUT_TABLE, OUT_TEXT };

/* Common options a verb accepts beside --help, --version, --errors, -q, -v, which all do. */
enum cli_accepts {
	ACCEPT_DB = 1 << 0,       /* -d, --db */
	ACCEPT_INPUT = 1 << 1,    /* -i, --input */
	ACCEPT_OUTPUT = 1 << 2,   /* -o, --output */
	ACCEPT_DRY_RUN = 1 << 3,  /* -n, --dry-run */
	ACCEPT_PROGRESS = 1 << 4, /* --progress */
	ACCEPT_LOCK = 1 << 5,     /* --lock-wait */
	ACCEPT_NOW = 1 << 6,      /* --now */
	ACCEPT_AT = 1 << 7,       /* --at */
	ACCEPT_AS_OF = 1 << 8,    /* --as-of */
	ACCEPT_RANGE = 1 << 9,    /* --from, --to */
	ACCEPT_WINDOW = 1 << 10,  /* --window */
	ACCEPT_PAGE = 1 << 11     /* --limit, --after */
};

/* What most verbs take. */
#define ACCEPT_READING (ACCEPT_DB | ACCEPT_OUTPUT | ACCEPT_NOW)
#define ACCEPT_LISTING (ACCEPT_READING | ACCEPT_PAGE)
#define ACCEPT_WRITING (ACCEPT_DB | ACCEPT_OUTPUT | ACCEPT_DRY_RUN | ACCEPT_LOCK | ACCEPT_NOW)
#define ACCEPT_CREATING (ACCEPT_WRITING | ACCEPT_INPUT)

/*
 * An option of one verb; long form only, mostly. arg NULL: a flag. An arg of small
 * words, "draft|final", admits just these. Of a repeated option the last one
 * counts, unless it repeats. An empty value is the verb's to judge. With the name of
 * a common option, which the verb then does not accept, it takes its place, letter
 * and all.
 */
struct cli_option {
	const char *name; /* without dashes: "rejects" */
	const char *arg;  /* "FILE" */
	const char *help;
	bool repeats;
};

enum cli_store {
	CLI_NO_STORE,
	CLI_STORE_READ,
	CLI_STORE_WRITE,
	CLI_STORE_OWN /* writes, but opens or makes the file itself (mtr-db) */
};

struct cli;

/*
 * operands says how many there may be, and is checked: words in brackets may be
 * left out, "..." stands for any number more. "" none, "id" exactly one,
 * "id ..." one or more, "[file ...]" any number, "customer [metric]" one or two.
 */
struct verb {
	const char *name;           /* "" for a tool with one job */
	bool (*run)(struct cli *c); /* false: the failure is in c->e or was reported */
	const char *operands;
	const char *help;
	unsigned accepts;
	enum cli_store store; /* opened before run, closed after */
	const struct cli_option *options;
	size_t noptions;
};

struct cli {
	const char *prog;
	const struct verb *verb;
	struct arena run; /* lives as long as the command */
	struct arena rec; /* cleared by cli_each_* after each record */
	struct err e;     /* the failure of the verb */
	struct store *store;
	int64_t now_ns;
	char **operands;
	size_t noperands;

	/* common options; what a verb does not accept cannot be given */
	const char *db;
	enum record_format input;
	enum cli_output output;
	bool dry_run;
	bool quiet;
	bool verbose;
	int64_t at_ns; /* INSTANT_NONE when not given; likewise from, to */
	int64_t from_ns;
	int64_t to_ns;
	struct str as_of;
	struct str window;
	int64_t limit; /* -1: none */
	struct str after;

	struct cli_private *p;
};

/* Parse, run, flush, status. Verb options not in the table, wrong values: usage, 2. */
int cli_main(const char *prog, const char *purpose, const struct verb *verbs, size_t nverbs,
	int argc, char *argv[]);

/* How the database of this command is opened; for verbs with CLI_STORE_OWN. */
struct store_options cli_store_options(const struct cli *c, enum store_mode mode);

/* The clock as it is by now, for a verb that waits for input; where it is fixed, c->now_ns. */
int64_t cli_now(const struct cli *c);

/* Values of the verb's own options; a name that the verb's table lacks asserts. */
bool cli_flag(struct cli *c, const char *name);
const char *cli_value(struct cli *c, const char *name); /* the last one; NULL */
const char *const *cli_values(struct cli *c, const char *name, size_t *n);

/* ---- messages ---- */

/* Print a failure now (text or JSON on stderr) and let it count for the exit status. False. */
bool cli_report(struct cli *c, const struct err *e);
/* The same where the other records are stored all the same: ERR_INPUT counts as partial. False. */
bool cli_reject(struct cli *c, const struct err *e);
/* The status to end with is at least this bad. */
void cli_worst(struct cli *c, enum status s);
/* A line of text on stderr; not with -q. */
void cli_note(struct cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same, with -v only. */
void cli_verbose(struct cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Printed like an error, of type "warning"; does not change the status; not with -q. */
void cli_warn(struct cli *c, const struct err *e);
/* Wrong usage found by a verb: message, hint at --help, status 2. False. */
bool cli_usage(struct cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- output ---- */

enum cli_cell {
	CELL_TEXT,
	CELL_NUMBER,  /* tables: to the right; CSV: a minus in front is left as it is */
	CELL_INSTANT, /* CSV: always nine fractional digits, so that text order is time order */
	CELL_DAY,     /* the same in CSV; tables: the date alone */
	CELL_WRAP     /* text; tables: over several lines where one would pass 80 columns */
};

/* A column of tables and CSV: where it stands in the JSON of the object. */
struct cli_column {
	const char *title; /* CSV: the header cell; table: in upper case */
	const char *path;  /* "line_items.0.total", "customer_name" */
	enum cli_cell cell;
};

/* The columns of a verb that accepts OUTPUT, said before its first cli_put. Borrowed. */
void cli_columns(struct cli *c, const struct cli_column *columns, size_t n);

/*
 * Write one object, given as compact JSON text: as a line of JSON, or picked by
 * columns for -o csv and -o table, or "key: value" lines for -o text. A value
 * that is absent or null is an empty cell in CSV and "-" in tables; an object or
 * array is its JSON. Tables are held back until the end, to know the widths.
 */
void cli_put(struct cli *c, struct str json);
/* The same for what tells a writer's caller what is stored: where stdout failed, on stderr. */
void cli_put_receipt(struct cli *c, struct str json);
/* Write bytes as they are: the formats of a verb's own (export, render). */
void cli_put_bytes(struct cli *c, struct str bytes);
/* Flush stdout; false when it could not be written, which is reported then. */
bool cli_flush(struct cli *c);

/* ---- input ---- */

/*
 * Call fn for each record of the operands (none: stdin; "-": stdin), as a tree.
 * A record that cannot be read, or for which fn returns false with *e set, is
 * reported with its place; all are visited, unless the failure is not the
 * record's own (ERR_BUSY, ERR_FATAL). False when any was refused. With a
 * terminal on stdin and no operand: usage.
 *
 * The tree lasts until fn returns; c->rec is cleared after it. Not for use
 * inside a transaction: it waits for input.
 */
typedef bool (*cli_record)(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e);
bool cli_each_record(struct cli *c, cli_record fn, void *ctx);
/* The same of one file, whose form is found by looking. */
bool cli_each_record_of(struct cli *c, const char *file, cli_record fn, void *ctx);
/* Within fn: where its record begins, "rates.csv:3", for messages about another one. In c->run. */
struct str cli_place(struct cli *c);

/* The same in two steps: everything is read, reported where it cannot be, and then visited. */
struct cli_input {
	struct json *tree;
	struct record rec; /* a copy in c->run, for places */
};

struct cli_records {
	struct cli_input *items;
	size_t n;
	size_t cap;
};

/* False: some could not be read; out holds the rest. */
bool cli_read_all(struct cli *c, struct cli_records *out);
bool cli_each_read(struct cli *c, const struct cli_records *r, cli_record fn, void *ctx);
void cli_records_free(struct cli_records *r);

/*
 * Call fn for each name operand; "-" reads one a line from stdin, blank lines
 * passed over, or the "id" of NDJSON. Refusals as in cli_each_record.
 */
typedef bool (*cli_name)(struct cli *c, void *ctx, struct str name, struct err *e);
bool cli_each_name(struct cli *c, cli_name fn, void *ctx);

/* ---- writing ---- */

/*
 * One transaction: begin, work, save, flush. Undone when work returns false,
 * when anything was reported by cli_report meanwhile, or when a signal came: then
 * what work put out is dropped too, and the answer is false. With --dry-run it
 * is undone as well, but put out as if it had been saved.
 */
bool cli_commit(struct cli *c, bool (*work)(struct cli *c, void *ctx), void *ctx);

/*
 * The whole of a creating verb: read all records, begin, fn for each, save. All or
 * nothing: one refused record, and nothing is stored; every refused one is
 * reported. Without any record: done, and no transaction.
 */
bool cli_create(struct cli *c, cli_record fn, void *ctx);

/* The whole of a verb that changes objects named by operands, likewise. */
bool cli_change(struct cli *c, cli_name fn, void *ctx);

/* ---- files ---- */

/* The operands, or "-" alone when there are none; NULL (reported) when that is a terminal. */
char *const *cli_files(struct cli *c, size_t *n);

/*
 * Open a file operand for record reading; "-" is stdin. Used by tools with loops
 * of their own. What cannot be opened is reported: file_open, status 5.
 */
struct cli_file {
	int fd;
	const char *name; /* for places: the operand, or "stdin" */
};

bool cli_open(struct cli *c, const char *operand, struct cli_file *out);
/* A record_read; -1 with EINTR after a signal that sets cli_interrupted. */
ssize_t cli_read(void *cli_file, char *p, size_t n);
void cli_close(struct cli_file *f);

/* True after SIGINT, SIGTERM or SIGHUP: finish or drop the batch in hand, then return. */
bool cli_interrupted(struct cli *c);

/* ---- progress ---- */

/*
 * "1,234,567 events  2.1 M/s  45 %  0:03 left": after 1 s on a terminal, at most 5
 * a second. total 0: unknown. what is a literal; another one begins anew. With
 * --progress=always a line each where stderr is not a terminal.
 */
void cli_progress(struct cli *c, const char *what, uint64_t done, uint64_t total);

/* The same with what else was counted, in front of the percent; zeros are left out. */
struct cli_count {
	const char *what;
	uint64_t n;
};

void cli_progress_counts(struct cli *c, const char *what, uint64_t done, uint64_t total,
	const struct cli_count *counts, size_t n);

#endif
