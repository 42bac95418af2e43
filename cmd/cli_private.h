/*
 * cli_private - what the files behind cli.h share.
 *
 * Shape      struct cli_private hangs on struct cli; each part belongs to the
 *            file that declares its functions below.
 */
#ifndef CMD_CLI_PRIVATE_H
#define CMD_CLI_PRIVATE_H

#include "cli.h"

enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* An option as it was given: one of the common table or one of the verb's own. */
struct given {
	const struct common_option *common; /* NULL: the verb's */
	const struct cli_option *own;
	const char *value; /* NULL: a flag */
};

struct output {
	const struct cli_column *columns;
	size_t ncolumns;
	struct buf buf;
	struct arena arena; /* cells of a table */
	struct str *cells;  /* rows of ncolumns, behind each other */
	size_t ncells;
	size_t cap;
	struct json_scanner scanner;
	bool begun;   /* an object or a header stands */
	bool held;    /* inside a transaction: nothing leaves */
	bool written; /* something left: closing may fail too */
	bool failed;  /* sticky; what follows is dropped */
};

struct progress {
	enum progress_mode mode;
	const char *what;
	int64_t start_ms;
	int64_t last_ms;
	size_t width; /* of the line that stands on the terminal */
	bool terminal;
};

struct cli_private {
	const char *purpose;
	const struct verb *verbs;
	size_t nverbs;
	struct given *given;
	size_t ngiven;
	size_t given_cap;
	const char *completion; /* the shell asked for; NULL */
	bool help;
	bool version;
	bool errors_json;
	bool writes; /* the verb may change a database: signals and a closed pipe wait */
	int64_t lock_wait_ms;
	bool clock_runs; /* neither --now nor MTR_NOW has fixed it */
	enum status worst;
	size_t reported;             /* by cli_report */
	const struct record *record; /* whose callback runs; NULL: none */
	struct output out;
	struct progress progress;
};

/* cli_interrupted, where no struct cli is at hand. */
bool cli_signalled(void);

/* ---- options.c ---- */

enum common_id {
	OPT_DB,
	OPT_INPUT,
	OPT_OUTPUT,
	OPT_DRY_RUN,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_ERRORS,
	OPT_PROGRESS,
	OPT_LOCK_WAIT,
	OPT_NOW,
	OPT_AT,
	OPT_AS_OF,
	OPT_FROM,
	OPT_TO,
	OPT_WINDOW,
	OPT_LIMIT,
	OPT_AFTER,
	OPT_HELP,
	OPT_VERSION,
	OPT_COMPLETION,
	OPT_COUNT
};

struct common_option {
	const char *name;
	char letter;      /* 0: none */
	const char *arg;  /* as in struct cli_option */
	const char *help; /* NULL: hidden */
	unsigned accepts; /* 0: every verb takes it */
};

extern const struct common_option common_options[OPT_COUNT];

/* The letter of the common option whose place a verb's own one takes; '\0': none. */
char option_letter(const struct cli_option *o);
/* True for a tool with one job, which has no verb word. */
bool cli_single(const struct cli *c);
/* True when the verb (or with verb NULL any) takes the option. */
bool common_taken(const struct common_option *o, const struct verb *verb);
/* Who refuses: the verb, else the tool. */
const char *options_who(const struct cli *c);
/* Where value stands among the words of an arg; -1 nowhere, -2 when arg names no words. */
int arg_choice(const char *arg, const char *value);
/* Words into p->given and operands, the verb as far as it is known; false with c->e. */
bool options_parse(struct cli *c, int argc, char *argv[]);

/* ---- settings.c ---- */

/* What was given, checked and set in c; the clock too. False with c->e. */
bool settings_apply(struct cli *c);

/* ---- help.c ---- */

void help_usage(struct cli *c, struct buf *out); /* the lines under a usage error */
void help_write(struct cli *c);                  /* --help, on stdout */

/* ---- completion.c ---- */

void completion_write(struct cli *c, const char *shell);

/* ---- message.c ---- */

/* Put bytes on stderr in one write where it takes them so; what cannot be written is lost. */
void message_raw(struct str bytes);

/* ---- input.c ---- */

/* False: refused and reported; *end then says whether the walk must end. */
typedef bool (*input_take)(struct cli *c, void *ctx, struct record_reader *r,
	const struct record *rec, bool *end);
/* take for each record of a file; what is no record is reported. False when any was refused. */
bool input_walk(struct cli *c, struct cli_file *f, enum record_format format, input_take take,
	void *ctx, bool *end);
/* Report what was refused, with its place. False when that is not the record's own fault. */
bool input_refused(struct cli *c, const struct record *rec, struct err *e);

/* ---- commit.c ---- */

/* cli_commit over n things read before; nothing is saved when not all of them were readable. */
bool commit_read(struct cli *c, bool readable, size_t n, bool (*work)(struct cli *c, void *ctx),
	void *ctx);

/* ---- output.c ---- */

struct output_mark {
	size_t bytes;
	size_t ncells;
	bool begun;
};

struct output_mark output_mark(const struct cli *c);
void output_rewind(struct cli *c, struct output_mark m); /* drop what came behind the mark */
/* The end: table, header of an empty CSV (when the verb succeeded), flush, close. */
void output_finish(struct cli *c, bool succeeded);
void output_release(struct cli *c);

/* ---- form.c: one object in the forms for people and spreadsheets ---- */

void form_csv_header(struct buf *out, const struct cli_column *columns, size_t n);
void form_csv_row(struct buf *out, const struct cli_column *columns, size_t n,
	const struct json *j);
/* The cells of one row of a table, escaped, in a. */
void form_cells(struct arena *a, const struct cli_column *columns, size_t n, const struct json *j,
	struct str *cells);
void form_table(struct buf *out, const struct cli_column *columns, size_t n,
	const struct str *cells, size_t ncells);
void form_text(struct buf *out, const struct json *j);

/* ---- progress.c ---- */

void progress_init(struct cli *c);
void progress_clear(struct cli *c); /* before anything else goes to stderr */

#endif
