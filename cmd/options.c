#include "cli_private.h"

#include <assert.h>
#include <string.h>

#include "base/banned.h"

const struct common_option common_options[] = {
	[OPT_DB] = { "db", 'd', "FILE", "database (default $MTR_DB, else ./mtr.db)", ACCEPT_DB },
	[OPT_INPUT] = { "input", 'i', "auto|ndjson|json|csv", "form of the input", ACCEPT_INPUT },
	[OPT_OUTPUT] = { "output", 'o', "json|csv|table|text", "form of the output",
		ACCEPT_OUTPUT },
	[OPT_DRY_RUN] = { "dry-run", 'n', NULL, "run everything, store nothing", ACCEPT_DRY_RUN },
	[OPT_QUIET] = { "quiet", 'q', NULL, "errors only", 0 },
	[OPT_VERBOSE] = { "verbose", 'v', NULL, "tell what was decided", 0 },
	[OPT_ERRORS] = { "errors", 0, "text|json", "form of the messages on stderr", 0 },
	[OPT_PROGRESS] = { "progress", 0, "auto|always|never", "show progress on stderr",
		ACCEPT_PROGRESS },
	[OPT_LOCK_WAIT] = { "lock-wait", 0, "SECONDS", "wait so long for the write lock (30)",
		ACCEPT_LOCK },
	[OPT_NOW] = { "now", 0, "TIME", "clock of this run (default $MTR_NOW, else the real one)",
		ACCEPT_NOW },
	[OPT_AT] = { "at", 0, "TIME", "the instant asked about", ACCEPT_AT },
	[OPT_AS_OF] = { "as-of", 0, "TIME", "what was known then", ACCEPT_AS_OF },
	[OPT_FROM] = { "from", 0, "TIME", "start, included", ACCEPT_RANGE },
	[OPT_TO] = { "to", 0, "TIME", "end, not included", ACCEPT_RANGE },
	[OPT_WINDOW] = { "window", 0, "hour|day|month|period|none", "length of one result",
		ACCEPT_WINDOW },
	[OPT_LIMIT] = { "limit", 0, "N", "at most so many", ACCEPT_PAGE },
	[OPT_AFTER] = { "after", 0, "ID", "go on behind this one", ACCEPT_PAGE },
	[OPT_HELP] = { "help", 'h', NULL, "this help", 0 },
	[OPT_VERSION] = { "version", 0, NULL, "name and version", 0 },
	[OPT_COMPLETION] = { "completion", 0, "bash|zsh|fish", NULL, 0 },
};

_Static_assert(countof(common_options) == OPT_COUNT, "every common option has its row");

/* Indices of the words of an arg are values of these enums. */
_Static_assert(RECORD_AUTO == 0 && RECORD_NDJSON == 1 && RECORD_JSON == 2 && RECORD_CSV == 3,
	"--input");
_Static_assert(OUT_JSON == 0 && OUT_CSV == 1 && OUT_TABLE == 2 && OUT_TEXT == 3, "--output");
_Static_assert(PROGRESS_AUTO == 0 && PROGRESS_ALWAYS == 1 && PROGRESS_NEVER == 2, "--progress");

bool
cli_single(const struct cli *c)
{
	return c->p->nverbs == 1 && c->p->verbs[0].name[0] == '\0';
}

bool
common_taken(const struct common_option *o, const struct verb *verb)
{
	return o->accepts == 0 || verb == NULL || (verb->accepts & o->accepts) != 0;
}

int
arg_choice(const char *arg, const char *value)
{
	size_t length = strlen(value);
	int index = 0;

	if (strchr(arg, '|') == NULL || ascii_upper(arg[0]) == arg[0])
		return -2;
	for (const char *word = arg; word != NULL; index++) {
		const char *end = strchr(word, '|');
		size_t n = end != NULL ? (size_t)(end - word) : strlen(word);

		if (n == length && memcmp(word, value, n) == 0)
			return index;
		word = end != NULL ? end + 1 : NULL;
	}
	return -1;
}

/* ---- refusals ---- */

const char *
options_who(const struct cli *c)
{
	return c->verb != NULL && c->verb->name[0] != '\0' ? c->verb->name : c->prog;
}

static bool
refuse(struct cli *c, const char *code, const char *field, struct str value, const char *text)
{
	return err_field(&c->e, ERR_USAGE, code, str_c(field), value, "%s", text);
}

static bool
refuse_verb(struct cli *c, const char *word)
{
	const char **names = ARENA_ARRAY(&c->run, c->p->nverbs, const char *);
	const char *near;

	for (size_t i = 0; i < c->p->nverbs; i++)
		names[i] = c->p->verbs[i].name;
	near = str_nearest(str_c(word), names, c->p->nverbs);
	if (near == NULL)
		return refuse(c, "unknown_verb", "", str_c(word), "no such verb");
	return err_field(&c->e, ERR_USAGE, "unknown_verb", STR(""), str_c(word),
		"no such verb, did you mean \"%s\"?", near);
}

static bool
refuse_option(struct cli *c, struct str given, struct str name)
{
	size_t noptions = c->verb != NULL ? c->verb->noptions : 0;
	const char **names = ARENA_ARRAY(&c->run, noptions + OPT_COUNT, const char *);
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < noptions; i++)
		names[n++] = c->verb->options[i].name;
	for (size_t i = 0; i < OPT_COUNT; i++) {
		if (common_options[i].help != NULL && common_taken(&common_options[i], c->verb))
			names[n++] = common_options[i].name;
	}
	near = name.n > 1 ? str_nearest(name, names, n) : NULL;
	if (near == NULL)
		return err_field(&c->e, ERR_USAGE, "unknown_option", STR(""), given,
			"%s has no such option", options_who(c));
	return err_field(&c->e, ERR_USAGE, "unknown_option", STR(""), given,
		"%s has no such option, did you mean \"--%s\"?", options_who(c), near);
}

/* ---- the words of the command line ---- */

struct words {
	char **argv;
	int argc;
	int i; /* the next one */
};

static const char *
next_word(struct words *w)
{
	return w->i < w->argc ? w->argv[w->i++] : NULL;
}

static void
give(struct cli *c, const struct common_option *common, const struct cli_option *own,
	const char *value)
{
	struct cli_private *p = c->p;

	p->given = arena_grow(&c->run, p->given, &p->given_cap, p->ngiven + 1, sizeof(*p->given));
	p->given[p->ngiven++] = (struct given){ common, own, value };
	if (common == &common_options[OPT_HELP] && c->e.kind == ERR_NONE)
		p->help = true;
	if (common == &common_options[OPT_VERSION] && c->e.kind == ERR_NONE)
		p->version = true;
}

static const struct cli_option *
own_option(const struct verb *verb, struct str name)
{
	for (size_t i = 0; verb != NULL && i < verb->noptions; i++) {
		if (str_is(name, verb->options[i].name))
			return &verb->options[i];
	}
	return NULL;
}

char
option_letter(const struct cli_option *o)
{
	for (size_t i = 0; i < OPT_COUNT; i++) {
		if (strcmp(common_options[i].name, o->name) == 0)
			return common_options[i].letter;
	}
	return '\0';
}

static void
take_long(struct cli *c, struct words *w, const char *word)
{
	const char *equals = strchr(word, '=');
	struct str given = { word, equals != NULL ? (size_t)(equals - word) : strlen(word) };
	struct str name = { word + 2, given.n - 2 };
	const struct cli_option *own = own_option(c->verb, name);
	const struct common_option *common = NULL;
	const char *arg;
	const char *value = equals != NULL ? equals + 1 : NULL;

	for (size_t i = 0; own == NULL && common == NULL && i < OPT_COUNT; i++) {
		if (str_is(name, common_options[i].name))
			common = &common_options[i];
	}
	if (own == NULL && common == NULL) {
		(void)refuse_option(c, given, name);
		return;
	}
	arg = own != NULL ? own->arg : common->arg;
	if (arg == NULL && value != NULL) {
		(void)refuse(c, "unexpected_value", "", given, "this option takes no value");
		return;
	}
	if (arg != NULL && value == NULL) {
		value = next_word(w);
		if (value == NULL) {
			(void)err_field(&c->e, ERR_USAGE, "missing_value", STR(""), given,
				"this option wants a value, %s", arg);
			return;
		}
	}
	give(c, common, own, value);
}

static void
take_letters(struct cli *c, struct words *w, const char *letters)
{
	while (*letters != '\0') {
		const struct common_option *common = NULL;
		const struct cli_option *own;
		const char given[] = { '-', *letters, '\0' };
		const char *value = NULL, *arg;

		for (size_t i = 0; common == NULL && i < OPT_COUNT; i++) {
			if (common_options[i].letter == *letters)
				common = &common_options[i];
		}
		if (common == NULL) {
			(void)refuse_option(c, str_c(given), STR(""));
			return;
		}
		letters++;
		own = own_option(c->verb, str_c(common->name));
		arg = own != NULL ? own->arg : common->arg;
		if (arg != NULL) {
			value = *letters != '\0' ? letters : next_word(w);
			if (value == NULL) {
				(void)err_field(&c->e, ERR_USAGE, "missing_value", STR(""),
					str_c(given), "this option wants a value, %s", arg);
				return;
			}
		}
		give(c, own != NULL ? NULL : common, own, value);
		if (value != NULL)
			return;
	}
}

static void
take_operand(struct cli *c, char *word)
{
	if (c->verb != NULL) {
		c->operands[c->noperands++] = word;
		return;
	}
	for (size_t i = 0; i < c->p->nverbs; i++) {
		if (strcmp(c->p->verbs[i].name, word) == 0)
			c->verb = &c->p->verbs[i];
	}
	if (c->verb == NULL)
		(void)refuse_verb(c, word);
}

bool
options_parse(struct cli *c, int argc, char *argv[])
{
	struct words w = { argv, argc, 1 };
	bool ended = false;

	c->operands = ARENA_ARRAY(&c->run, (size_t)argc + 1, char *);
	if (cli_single(c))
		c->verb = &c->p->verbs[0];
	while (w.i < argc) {
		char *word = argv[w.i++];

		if (ended || word[0] != '-' || word[1] == '\0')
			take_operand(c, word);
		else if (strcmp(word, "--") == 0)
			ended = true;
		else if (word[1] == '-')
			take_long(c, &w, word);
		else
			take_letters(c, &w, word + 1);
	}
	/* How messages look comes first, so that a refusal of the others looks so too. */
	for (size_t i = 0; i < c->p->ngiven; i++) {
		if (c->p->given[i].common == &common_options[OPT_ERRORS])
			c->p->errors_json = strcmp(c->p->given[i].value, "json") == 0;
	}
	if (c->p->help || c->p->version) /* what went wrong behind these does not matter */
		err_clear(&c->e);
	return c->e.kind == ERR_NONE;
}

/* ---- values of the verb's own options ---- */

static const struct given *
last_given(struct cli *c, const char *name)
{
	const struct cli_option *o = own_option(c->verb, str_c(name));
	const struct given *last = NULL;

	assert(o != NULL);
	for (size_t i = 0; i < c->p->ngiven; i++) {
		if (c->p->given[i].own == o)
			last = &c->p->given[i];
	}
	return last;
}

bool
cli_flag(struct cli *c, const char *name)
{
	return last_given(c, name) != NULL;
}

const char *
cli_value(struct cli *c, const char *name)
{
	const struct given *g = last_given(c, name);

	return g != NULL ? g->value : NULL;
}

const char *const *
cli_values(struct cli *c, const char *name, size_t *n)
{
	const struct cli_option *o = own_option(c->verb, str_c(name));
	const char **values = ARENA_ARRAY(&c->run, c->p->ngiven, const char *);

	assert(o != NULL && o->repeats);
	*n = 0;
	for (size_t i = 0; i < c->p->ngiven; i++) {
		if (c->p->given[i].own == o)
			values[(*n)++] = c->p->given[i].value;
	}
	return values;
}
