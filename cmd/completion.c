#include "cli_private.h"

#include <string.h>

#include "base/banned.h"

/* The tool's name as part of the name of a shell function. */
static void
function_name(struct buf *out, const char *prog)
{
	buf_add_char(out, '_');
	for (; *prog != '\0'; prog++)
		buf_add_char(out, *prog == '-' ? '_' : *prog);
}

static void
words_of(struct buf *out, const char *arg)
{
	for (; *arg != '\0'; arg++)
		buf_add_char(out, *arg == '|' ? ' ' : *arg);
}

/* An arg that names its words. */
static bool
has_words(const char *arg)
{
	return arg != NULL && arg_choice(arg, "") == -1;
}

static bool
listed(const struct common_option *o, const struct verb *v)
{
	return o->help != NULL && common_taken(o, v);
}

/* ---- bash ---- */

static void
bash_option_words(struct buf *out, const struct verb *v)
{
	for (size_t i = 0; i < v->noptions; i++)
		buf_printf(out, " --%s%s", v->options[i].name,
			v->options[i].arg != NULL ? "=" : "");
	for (size_t i = 0; i < OPT_COUNT; i++) {
		if (listed(&common_options[i], v))
			buf_printf(out, " --%s%s", common_options[i].name,
				common_options[i].arg != NULL ? "=" : "");
	}
}

static void
bash_reply(struct buf *out, const char *arg)
{
	buf_add_c(out, "\t\tCOMPREPLY=($(compgen -W '");
	words_of(out, arg);
	buf_add_c(out, "' -- \"$cur\"))\n\t\treturn ;;\n");
}

static void
bash_values(struct cli *c, struct buf *out)
{
	buf_add_c(out, "\tcase \"$verb $prev\" in\n");
	for (size_t i = 0; i < c->p->nverbs; i++) {
		const struct verb *v = &c->p->verbs[i];

		for (size_t k = 0; k < v->noptions; k++) {
			const struct cli_option *o = &v->options[k];

			if (!has_words(o->arg))
				continue;
			buf_printf(out, "\t%s\\ --%s", v->name, o->name);
			if (option_letter(o) != '\0')
				buf_printf(out, " | %s\\ -%c", v->name, option_letter(o));
			buf_add_c(out, ")\n");
			bash_reply(out, o->arg);
		}
	}
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct common_option *o = &common_options[i];

		if (o->help == NULL || !has_words(o->arg))
			continue;
		buf_printf(out, "\t*\\ --%s", o->name);
		if (o->letter != '\0')
			buf_printf(out, " | *\\ -%c", o->letter);
		buf_add_c(out, ")\n");
		bash_reply(out, o->arg);
	}
	buf_add_c(out, "\tesac\n");
}

static void
bash(struct cli *c, struct buf *out)
{
	bool single = cli_single(c);

	function_name(out, c->prog);
	buf_add_c(out,
		"()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
		"\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n\tlocal verb= words= i\n\n");
	/* Readline parts --option=word at the equals sign. */
	buf_add_c(out,
		"\tif [[ $cur == = ]]; then\n\t\tcur=\n\telif [[ $prev == = ]]; then\n"
		"\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n");
	if (!single) {
		buf_add_c(out,
			"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
			"\t\tcase ${COMP_WORDS[i]} in\n\t\t");
		for (size_t i = 0; i < c->p->nverbs; i++)
			buf_printf(out, "%s%s", i > 0 ? " | " : "", c->p->verbs[i].name);
		buf_add_c(out,
			")\n\t\t\tverb=${COMP_WORDS[i]}\n\t\t\tbreak ;;\n\t\tesac\n\tdone\n");
	}
	bash_values(c, out);
	buf_add_c(out, "\tcase $verb in\n");
	for (size_t i = 0; i < c->p->nverbs; i++) {
		buf_printf(out, "\t%s)\n\t\twords='", single ? "''" : c->p->verbs[i].name);
		bash_option_words(out, &c->p->verbs[i]);
		buf_add_c(out, "' ;;\n");
	}
	if (!single) {
		buf_add_c(out, "\t'')\n\t\twords='--help --version");
		for (size_t i = 0; i < c->p->nverbs; i++)
			buf_printf(out, " %s", c->p->verbs[i].name);
		buf_add_c(out, "' ;;\n");
	}
	buf_add_c(out, "\tesac\n");
	buf_printf(out, "\tif [[ $cur == -*%s ]]; then\n", single ? "" : " || -z $verb");
	buf_add_c(out,
		"\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
		"\t\t[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n\tfi\n}\n");
	buf_add_c(out, "complete -o default -F ");
	function_name(out, c->prog);
	buf_printf(out, " %s\n", c->prog);
}

/* ---- zsh ---- */

/* Help inside single quotes, the characters of specials behind a backslash. */
static void
quoted(struct buf *out, const char *text, const char *specials, const char *apostrophe)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			buf_add_c(out, apostrophe);
			continue;
		}
		if (strchr(specials, *text) != NULL)
			buf_add_char(out, '\\');
		buf_add_char(out, *text);
	}
}

static void
zsh_option(struct buf *out, char letter, const char *name, const char *arg, const char *help,
	bool repeats)
{
	buf_add_c(out, " \\\n\t\t");
	if (letter != '\0')
		buf_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}'[", letter, name, letter,
			arg != NULL ? "+" : "", name, arg != NULL ? "=" : "");
	else
		buf_printf(out, "'%s--%s%s[", repeats ? "*" : "", name, arg != NULL ? "=" : "");
	quoted(out, help, "[]:\\", "'\\''");
	buf_add_char(out, ']');
	if (has_words(arg)) {
		buf_printf(out, ":%s:(", name);
		words_of(out, arg);
		buf_add_char(out, ')');
	} else if (arg != NULL) {
		buf_printf(out, ":%s:%s", arg, strcmp(arg, "FILE") == 0 ? "_files" : "");
	}
	buf_add_char(out, '\'');
}

static void
zsh_verb(struct buf *out, const struct verb *v, bool single)
{
	buf_add_c(out, "_arguments -s -S");
	for (size_t i = 0; i < v->noptions; i++)
		zsh_option(out, option_letter(&v->options[i]), v->options[i].name,
			v->options[i].arg, v->options[i].help, v->options[i].repeats);
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct common_option *o = &common_options[i];

		if (listed(o, v))
			zsh_option(out, o->letter, o->name, o->arg, o->help, false);
	}
	buf_printf(out, " \\\n\t\t%s'*:operand:_files'", single ? "" : "'1:verb:' ");
}

static void
zsh(struct cli *c, struct buf *out)
{
	buf_printf(out, "#compdef %s\n\n", c->prog);
	if (cli_single(c)) {
		zsh_verb(out, &c->p->verbs[0], true);
		buf_add_char(out, '\n');
		return;
	}
	buf_add_c(out, "case ${words[(r)(");
	for (size_t i = 0; i < c->p->nverbs; i++)
		buf_printf(out, "%s%s", i > 0 ? "|" : "", c->p->verbs[i].name);
	buf_add_c(out, ")]} in\n");
	for (size_t i = 0; i < c->p->nverbs; i++) {
		buf_printf(out, "%s)\n\t", c->p->verbs[i].name);
		zsh_verb(out, &c->p->verbs[i], false);
		buf_add_c(out, " ;;\n");
	}
	buf_add_c(out, "*)\n\t_arguments '1:verb:((");
	for (size_t i = 0; i < c->p->nverbs; i++) {
		buf_printf(out, "%s%s\\:\"", i > 0 ? " " : "", c->p->verbs[i].name);
		quoted(out, c->p->verbs[i].help, "\"\\:()", "'\\''");
		buf_add_char(out, '"');
	}
	buf_add_c(out, "))' '--help[this help]' '--version[name and version]' ;;\nesac\n");
}

/* ---- fish ---- */

static void
fish_option(struct cli *c, struct buf *out, const char *verbs, char letter, const char *name,
	const char *arg, const char *help)
{
	buf_printf(out, "complete -c %s", c->prog);
	if (verbs[0] != '\0')
		buf_printf(out, " -n '__fish_seen_subcommand_from%s'", verbs);
	if (letter != '\0')
		buf_printf(out, " -s %c", letter);
	buf_printf(out, " -l %s", name);
	if (has_words(arg)) {
		buf_add_c(out, " -x -a '");
		words_of(out, arg);
		buf_add_char(out, '\'');
	} else if (arg != NULL) {
		buf_add_c(out, " -r");
	}
	buf_add_c(out, " -d '");
	quoted(out, help, "\\", "\\'");
	buf_add_c(out, "'\n");
}

static void
fish_common(struct cli *c, struct buf *out, const struct common_option *o)
{
	struct buf verbs = BUF_INIT;
	bool any = false;

	for (size_t i = 0; i < c->p->nverbs; i++) {
		if (common_taken(o, &c->p->verbs[i])) {
			any = true;
			if (o->accepts != 0 && !cli_single(c))
				buf_printf(&verbs, " %s", c->p->verbs[i].name);
		}
	}
	if (any && o->help != NULL)
		fish_option(c, out, buf_cstr(&verbs), o->letter, o->name, o->arg, o->help);
	buf_release(&verbs);
}

static void
fish(struct cli *c, struct buf *out)
{
	for (size_t i = 0; i < c->p->nverbs; i++) {
		const struct verb *v = &c->p->verbs[i];
		const char *verbs = cli_single(c) ? "" : str_printf(&c->run, " %s", v->name).p;

		if (!cli_single(c)) {
			buf_printf(out, "complete -c %s -n __fish_use_subcommand -f -a %s -d '",
				c->prog, v->name);
			quoted(out, v->help, "\\", "\\'");
			buf_add_c(out, "'\n");
		}
		for (size_t k = 0; k < v->noptions; k++)
			fish_option(c, out, verbs, option_letter(&v->options[k]),
				v->options[k].name, v->options[k].arg, v->options[k].help);
	}
	for (size_t i = 0; i < OPT_COUNT; i++)
		fish_common(c, out, &common_options[i]);
}

void
completion_write(struct cli *c, const char *shell)
{
	struct buf out = BUF_INIT;

	if (strcmp(shell, "bash") == 0)
		bash(c, &out);
	else if (strcmp(shell, "zsh") == 0)
		zsh(c, &out);
	else
		fish(c, &out);
	cli_put_bytes(c, buf_str(&out));
	buf_release(&out);
}
