#include "cli_private.h"

#include <string.h>

#include "base/banned.h"

/* A name and where it was read; file NULL: an operand. */
struct name {
	struct str text;
	const char *file;
	uint64_t line;
};

/* False: refused; *end then says whether the walk must end. */
typedef bool (*take)(struct cli *c, void *ctx, const struct name *name, bool *end);

static bool
refused(struct cli *c, const struct name *name, struct err *e)
{
	if (name->file != NULL)
		err_place(e, name->file, name->line, 0);
	return input_refused(c, NULL, e);
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r';
}

static struct str
trimmed(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s = (struct str){ s.p + 1, s.n - 1 };
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* The "id" of an object, in c->rec. */
static bool
id_of(struct cli *c, struct record_reader *r, const struct record *rec, struct str *out,
	struct err *e)
{
	struct json *tree;
	const struct json *id;
	bool ok;

	if (!record_tree(r, rec, &tree, e))
		return false;
	id = json_member(tree, "id");
	ok = id != NULL && json_type(id) == JSON_STRING;
	if (ok)
		*out = str_dup(&c->rec, json_text(id));
	else
		err_field(e, ERR_INPUT, "missing_field", STR("id"), (struct str){ NULL, 0 },
			"an object given as a name needs an \"id\" that is a text");
	json_free(tree);
	return ok;
}

struct walk {
	take take;
	void *ctx;
};

static bool
take_text(struct cli *c, const struct walk *w, const struct name *name, bool *end)
{
	struct err e = ERR_INIT;
	size_t at;

	if (str_utf8_valid(name->text, &at))
		return w->take(c, w->ctx, name, end);
	err_field(&e, ERR_INPUT, "name_utf8", STR(""), name->text, "this is not UTF-8");
	*end = !refused(c, name, &e);
	return false;
}

/* A line of standard input. */
static bool
take_line(struct cli *c, void *ctx, struct record_reader *r, const struct record *rec, bool *end)
{
	struct name name = { trimmed(rec->bytes), rec->file, rec->line };
	struct err e = ERR_INIT;

	if (name.text.n == 0)
		return true;
	if (name.text.p[0] == '{' && !id_of(c, r, rec, &name.text, &e)) {
		*end = !refused(c, &name, &e);
		return false;
	}
	return take_text(c, ctx, &name, end);
}

static bool
walk(struct cli *c, take take_name, void *ctx)
{
	struct walk w = { take_name, ctx };
	bool end = false;
	bool ok = true;

	for (size_t i = 0; i < c->noperands && !end; i++) {
		bool taken;

		if (strcmp(c->operands[i], "-") == 0) {
			struct cli_file f = { 0, "stdin" };

			taken = input_walk(c, &f, RECORD_NDJSON, take_line, &w, &end);
		} else {
			struct name name = { str_c(c->operands[i]), NULL, 0 };

			taken = take_text(c, &w, &name, &end);
		}
		if (!taken)
			ok = false;
	}
	return ok;
}

struct visit {
	cli_name fn;
	void *ctx;
};

static bool
visit(struct cli *c, void *ctx, const struct name *name, bool *end)
{
	const struct visit *v = ctx;
	struct err e = ERR_INIT;
	bool ok = v->fn(c, v->ctx, name->text, &e);

	if (!ok) {
		if (e.kind == ERR_INPUT)
			err_value(&e, name->text);
		*end = !refused(c, name, &e);
	}
	arena_clear(&c->rec);
	return ok;
}

bool
cli_each_name(struct cli *c, cli_name fn, void *ctx)
{
	struct visit v = { fn, ctx };

	return walk(c, visit, &v);
}

/* ---- read first, then change ---- */

struct names {
	struct name *items;
	size_t n;
	size_t cap;
	struct visit visit;
};

static bool
keep(struct cli *c, void *ctx, const struct name *name, bool *end)
{
	struct names *all = ctx;

	(void)end;
	all->items = arena_grow(&c->run, all->items, &all->cap, all->n + 1, sizeof(*all->items));
	all->items[all->n] = *name;
	all->items[all->n++].text = str_dup(&c->run, name->text);
	arena_clear(&c->rec);
	return true;
}

static bool
change_all(struct cli *c, void *ctx)
{
	struct names *all = ctx;
	bool end = false;
	bool ok = true;

	for (size_t i = 0; i < all->n && !end; i++) {
		if (!visit(c, &all->visit, &all->items[i], &end))
			ok = false;
		if (cli_interrupted(c))
			return false;
	}
	return ok;
}

bool
cli_change(struct cli *c, cli_name fn, void *ctx)
{
	struct names all = { .visit = { fn, ctx } };
	bool readable = walk(c, keep, &all);

	return commit_read(c, readable, all.n, change_all, &all);
}
