#include "cli_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"

#include "base/banned.h"

#define LOCK_WAIT_MAX_S 86400

static bool
refuse(struct cli *c, const char *field, struct str value, const char *text)
{
	return err_field(&c->e, ERR_USAGE, "option_value", str_c(field), value, "%s", text);
}

static bool
set_instant(struct cli *c, const char *field, const char *value, int64_t *out)
{
	struct instant_why why;

	if (!instant_parse(str_c(value), INSTANT_DATE, out, &why))
		return refuse(c, field, str_c(value), why.text);
	return true;
}

static bool
set_integer(struct cli *c, const char *field, const char *value, int64_t max, int64_t *out)
{
	int64_t v;

	if (!str_to_int64(str_c(value), &v) || v < 0 || v > max)
		return err_field(&c->e, ERR_USAGE, "option_value", str_c(field), str_c(value),
			"wanted: a whole number, 0 to %lld", (long long)max);
	*out = v;
	return true;
}

/* choice is the index of the value among the words of its arg. */
static bool
set_common(struct cli *c, enum common_id id, const char *field, const char *value, int choice)
{
	switch (id) {
	case OPT_DB:
		c->db = value;
		return true;
	case OPT_INPUT:
		c->input = (enum record_format)choice;
		return true;
	case OPT_OUTPUT:
		c->output = (enum cli_output)choice;
		return true;
	case OPT_DRY_RUN:
		c->dry_run = true;
		return true;
	case OPT_QUIET:
		c->quiet = true;
		c->verbose = false;
		return true;
	case OPT_VERBOSE:
		c->verbose = true;
		c->quiet = false;
		return true;
	case OPT_PROGRESS:
		c->p->progress.mode = (enum progress_mode)choice;
		return true;
	case OPT_LOCK_WAIT:
		if (!set_integer(c, field, value, LOCK_WAIT_MAX_S, &c->p->lock_wait_ms))
			return false;
		c->p->lock_wait_ms *= 1000;
		return true;
	case OPT_NOW:
		return set_instant(c, field, value, &c->now_ns);
	case OPT_AT:
		return set_instant(c, field, value, &c->at_ns);
	case OPT_AS_OF:
		c->as_of = str_c(value);
		return true;
	case OPT_FROM:
		return set_instant(c, field, value, &c->from_ns);
	case OPT_TO:
		return set_instant(c, field, value, &c->to_ns);
	case OPT_WINDOW:
		c->window = str_c(value);
		return true;
	case OPT_LIMIT:
		return set_integer(c, field, value, INT64_MAX, &c->limit);
	case OPT_AFTER:
		c->after = str_c(value);
		return true;
	case OPT_COMPLETION:
		c->p->completion = value;
		return true;
	case OPT_ERRORS: /* these three were seen to by options_parse */
	case OPT_HELP:
	case OPT_VERSION:
	case OPT_COUNT:
		return true;
	}
	return true;
}

static bool
apply(struct cli *c, const struct given *g)
{
	const char *name = g->own != NULL ? g->own->name : g->common->name;
	const char *arg = g->own != NULL ? g->own->arg : g->common->arg;
	const char *field = str_printf(&c->run, "--%s", name).p;
	int choice = arg != NULL ? arg_choice(arg, g->value) : -2;

	if (g->common != NULL && !common_taken(g->common, c->verb))
		return err_field(&c->e, ERR_USAGE, "option_not_taken", STR(""), str_c(field),
			"%s does not take this option", options_who(c));
	if (choice == -1)
		return err_field(&c->e, ERR_USAGE, "option_value", str_c(field), str_c(g->value),
			"wanted: %s", arg);
	if (g->common == NULL)
		return true;
	if (g->value != NULL && g->value[0] == '\0')
		return refuse(c, field, STR(""), "the value is empty");
	return set_common(c, (enum common_id)(g->common - common_options), field, g->value, choice);
}

static bool
count_operands(struct cli *c)
{
	const char *p = c->verb->operands != NULL ? c->verb->operands : "";
	size_t least = 0;
	size_t most = 0;
	bool optional = false;

	while (*p != '\0') {
		size_t n = strcspn(p, " []");

		if (n == 3 && memcmp(p, "...", 3) == 0) {
			most = SIZE_MAX;
		} else if (n > 0) {
			least += optional ? 0 : 1;
			most += most < SIZE_MAX ? 1 : 0;
		}
		p += n;
		if (*p == '[' || *p == ']')
			optional = *p == '[';
		p += *p != '\0' ? 1 : 0;
	}
	if (c->noperands < least)
		return err_set(&c->e, ERR_USAGE, "missing_operand", "%s wants: %s", options_who(c),
			c->verb->operands);
	if (c->noperands > most)
		return err_field(&c->e, ERR_USAGE, "unexpected_operand", STR(""),
			str_c(c->operands[most]), "%s",
			most == 0 ? "no operand is wanted here" : "this operand is one too many");
	return true;
}

static bool
read_clock(int64_t *out_ns)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return false;
	*out_ns = (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
	return true;
}

/* The clock: --now, else MTR_NOW, else the real one, which is read here and nowhere else. */
static bool
set_clock(struct cli *c)
{
	const char *fixed = getenv("MTR_NOW");

	if (c->now_ns != INSTANT_NONE)
		return true;
	if (fixed != NULL && fixed[0] != '\0')
		return set_instant(c, "MTR_NOW", fixed, &c->now_ns);
	c->p->clock_runs = read_clock(&c->now_ns);
	return c->p->clock_runs || err_set(&c->e, ERR_FATAL, "clock", "the clock cannot be read");
}

int64_t
cli_now(const struct cli *c)
{
	int64_t now_ns = c->now_ns;

	if (c->p->clock_runs)
		(void)read_clock(&now_ns);
	return now_ns;
}

bool
settings_apply(struct cli *c)
{
	const char *database = getenv("MTR_DB");

	c->db = database != NULL && database[0] != '\0' ? database : "./mtr.db";
	for (size_t i = 0; i < c->p->ngiven; i++) {
		if (!apply(c, &c->p->given[i]))
			return false;
	}
	if (c->p->completion != NULL)
		return true;
	if (c->verb == NULL)
		return err_set(&c->e, ERR_USAGE, "missing_verb", "a verb is wanted");
	if (c->from_ns != INSTANT_NONE && c->to_ns != INSTANT_NONE && c->from_ns > c->to_ns)
		return err_set(&c->e, ERR_USAGE, "option_value", "--from lies behind --to");
	return count_operands(c) && set_clock(c);
}
