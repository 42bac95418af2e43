#include "cli_private.h"

#include "base/banned.h"

#define LEFT_COLUMN 28 /* what is wider has its explanation on the next line */

static void
row(struct buf *out, struct str left, const char *right)
{
	buf_add_str(out, left);
	if (left.n > LEFT_COLUMN)
		buf_printf(out, "\n%*s", LEFT_COLUMN, "");
	else
		buf_printf(out, "%*s", (int)(LEFT_COLUMN - left.n), "");
	buf_printf(out, "  %s\n", right);
}

static void
option_row(struct buf *out, char letter, const char *name, const char *arg, const char *help)
{
	struct buf left = BUF_INIT;

	if (letter != '\0')
		buf_printf(&left, "  -%c, --%s", letter, name);
	else
		buf_printf(&left, "      --%s", name);
	if (arg != NULL)
		buf_printf(&left, "=%s", arg);
	row(out, buf_str(&left), help);
	buf_release(&left);
}

static void
synopsis(struct cli *c, struct buf *out)
{
	const char *operands = c->verb != NULL ? c->verb->operands : NULL;

	buf_printf(out, "usage: %s", c->prog);
	if (c->verb == NULL)
		buf_add_c(out, " VERB [option ...] [operand ...]\n");
	else
		buf_printf(out, "%s%s [option ...]%s%s\n", c->verb->name[0] != '\0' ? " " : "",
			c->verb->name, operands != NULL && operands[0] != '\0' ? " " : "",
			operands != NULL ? operands : "");
}

void
help_usage(struct cli *c, struct buf *out)
{
	synopsis(c, out);
	if (c->verb == NULL) {
		buf_add_c(out, "verbs:");
		for (size_t i = 0; i < c->p->nverbs; i++)
			buf_printf(out, " %s", c->p->verbs[i].name);
		buf_add_char(out, '\n');
	}
	buf_printf(out, "help: %s%s%s --help\n", c->prog,
		c->verb != NULL && c->verb->name[0] != '\0' ? " " : "",
		c->verb != NULL ? c->verb->name : "");
}

static void
purpose(struct cli *c, struct buf *out)
{
	if (c->verb == NULL || cli_single(c))
		buf_printf(out, "\n%s - %s\n", c->prog, c->p->purpose);
	else
		buf_printf(out, "\n%s %s - %s\n", c->prog, c->verb->name, c->verb->help);
}

static void
verb_rows(struct cli *c, struct buf *out)
{
	struct buf left = BUF_INIT;

	buf_add_c(out, "\nVerbs:\n");
	for (size_t i = 0; i < c->p->nverbs; i++) {
		const struct verb *v = &c->p->verbs[i];

		buf_clear(&left);
		buf_printf(&left, "  %s %s", v->name, v->operands != NULL ? v->operands : "");
		row(out, buf_str(&left), v->help);
	}
	buf_release(&left);
}

static void
option_rows(struct cli *c, struct buf *out)
{
	const struct verb *v = c->verb;

	buf_add_c(out, "\nOptions:\n");
	for (size_t i = 0; v != NULL && i < v->noptions; i++)
		option_row(out, option_letter(&v->options[i]), v->options[i].name,
			v->options[i].arg, v->options[i].help);
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct common_option *o = &common_options[i];

		/* Without a verb only those that all verbs take. */
		if (o->help != NULL && (v != NULL ? common_taken(o, v) : o->accepts == 0))
			option_row(out, o->letter, o->name, o->arg, o->help);
	}
}

void
help_write(struct cli *c)
{
	struct buf out = BUF_INIT;

	synopsis(c, &out);
	purpose(c, &out);
	if (c->verb == NULL)
		verb_rows(c, &out);
	option_rows(c, &out);
	if (c->verb == NULL)
		buf_printf(&out, "\nOptions of a verb: %s VERB --help.\n", c->prog);
	buf_printf(&out, "%sExit statuses and examples: see %s(1).\n", c->verb != NULL ? "\n" : "",
		c->prog);
	cli_put_bytes(c, buf_str(&out));
	buf_release(&out);
}
