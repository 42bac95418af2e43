#include "cli_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/json_path.h"

#include "base/banned.h"

/* ---- files ---- */

char *const *
cli_files(struct cli *c, size_t *n)
{
	static char dash[] = "-";
	static char *const standard_input[] = { dash };

	if (c->noperands > 0) {
		*n = c->noperands;
		return c->operands;
	}
	if (isatty(STDIN_FILENO) == 1) {
		(void)cli_usage(c, "no file is given, and standard input is a terminal");
		return NULL;
	}
	*n = 1;
	return standard_input;
}

bool
cli_open(struct cli *c, const char *operand, struct cli_file *out)
{
	struct err e = ERR_INIT;
	struct stat st;
	int fd;

	if (strcmp(operand, "-") == 0) {
		*out = (struct cli_file){ STDIN_FILENO, "stdin" };
		return true;
	}
	fd = open(operand, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(fd);
		fd = -1;
		errno = EISDIR;
	}
	if (fd < 0) {
		err_set(&e, ERR_FATAL, "file_open", "cannot open: %s", strerror(errno));
		err_place(&e, operand, 0, 0);
		return cli_report(c, &e);
	}
	*out = (struct cli_file){ fd, operand };
	return true;
}

ssize_t
cli_read(void *cli_file, char *p, size_t n)
{
	const struct cli_file *f = cli_file;

	for (;;) {
		ssize_t got = read(f->fd, p, n);

		if (got < 0 && errno == EAGAIN) {
			struct pollfd wait = { .fd = f->fd, .events = POLLIN };

			(void)poll(&wait, 1, -1);
			errno = EINTR;
		}
		if (got >= 0 || errno != EINTR || cli_signalled())
			return got;
	}
}

void
cli_close(struct cli_file *f)
{
	if (f->fd > STDERR_FILENO)
		(void)close(f->fd);
	f->fd = -1;
}

/* ---- records ---- */

bool
input_refused(struct cli *c, const struct record *rec, struct err *e)
{
	enum err_kind kind = e->kind;

	if (kind == ERR_NONE) /* reported by the one who refused */
		return true;
	if (rec != NULL)
		record_place(rec, e);
	(void)cli_report(c, e);
	return kind == ERR_INPUT;
}

bool
input_walk(struct cli *c, struct cli_file *f, enum record_format format, input_take take, void *ctx,
	bool *end)
{
	struct record_options opt = { .format = format, .name = f->name };
	struct record_reader *r = record_open(&opt, cli_read, f);
	enum record_got got;
	bool ok = true;

	do {
		struct record rec;
		struct err e = ERR_INIT;

		got = record_next(r, &rec, &e);
		if (cli_interrupted(c)) {
			*end = true;
			ok = false;
		} else if (got == RECORD_FAILED || got == RECORD_BAD) {
			ok = cli_report(c, &e);
		} else if (got == RECORD_OK && !take(c, ctx, r, &rec, end)) {
			ok = false;
		}
	} while (!*end && (got == RECORD_OK || got == RECORD_BAD));
	record_close(r);
	return ok;
}

static bool
walk_files(struct cli *c, input_take take, void *ctx)
{
	size_t n;
	char *const *files = cli_files(c, &n);
	bool end = false;
	bool ok = true;

	if (files == NULL)
		return false;
	for (size_t i = 0; i < n && !end; i++) {
		struct cli_file f;

		if (!cli_open(c, files[i], &f)) {
			ok = false;
			continue;
		}
		if (!input_walk(c, &f, c->input, take, ctx, &end))
			ok = false;
		cli_close(&f);
	}
	return ok;
}

/*
 * A failure that names a field but not where it stands: look it up. A CSV row has no place
 * of its own.
 */
static void
locate(const struct json *tree, bool csv, struct err *e)
{
	const struct json *at;

	if (e->field[0] == '\0' || e->has_offset)
		return;
	at = json_path(tree, str_c(e->field));
	if (at != tree || !csv)
		err_at(e, json_offset(at));
}

struct visit {
	cli_record fn;
	void *ctx;
};

static bool
visit(struct cli *c, const struct visit *v, const struct record *rec, const struct json *tree,
	bool *end)
{
	struct err e = ERR_INIT;
	bool csv = rec->format == RECORD_CSV;
	bool ok;

	c->p->record = rec;
	ok = v->fn(c, v->ctx, tree, csv, &e);
	c->p->record = NULL;
	if (!ok) {
		locate(tree, csv, &e);
		*end = !input_refused(c, rec, &e);
	}
	arena_clear(&c->rec);
	return ok;
}

static bool
take_and_visit(struct cli *c, void *ctx, struct record_reader *r, const struct record *rec,
	bool *end)
{
	struct err e = ERR_INIT;
	struct json *tree;
	bool ok;

	if (!record_tree(r, rec, &tree, &e))
		return cli_report(c, &e);
	ok = visit(c, ctx, rec, tree, end);
	json_free(tree);
	return ok;
}

bool
cli_each_record_of(struct cli *c, const char *file, cli_record fn, void *ctx)
{
	struct visit v = { fn, ctx };
	struct cli_file f;
	bool end = false, ok;

	if (!cli_open(c, file, &f))
		return false;
	ok = input_walk(c, &f, RECORD_AUTO, take_and_visit, &v, &end);
	cli_close(&f);
	return ok;
}

struct str
cli_place(struct cli *c)
{
	const struct record *rec = c->p->record;

	return str_printf(&c->run, "%s:%" PRIu64, rec->file, rec->line);
}

bool
cli_each_record(struct cli *c, cli_record fn, void *ctx)
{
	struct visit v = { fn, ctx };

	return walk_files(c, take_and_visit, &v);
}

/* What record_place looks at, copied: the reader reuses its memory. */
static struct record
keep_record(struct cli *c, const struct record *rec)
{
	struct record copy = *rec;

	copy.bytes = str_dup(&c->run, rec->bytes);
	copy.row = (struct csv_row){ .line = rec->row.line };
	return copy;
}

static bool
take_and_keep(struct cli *c, void *ctx, struct record_reader *r, const struct record *rec,
	bool *end)
{
	struct cli_records *all = ctx;
	struct err e = ERR_INIT;
	struct json *tree;

	(void)end;
	if (!record_tree(r, rec, &tree, &e))
		return cli_report(c, &e);
	all->items = arena_grow(&c->run, all->items, &all->cap, all->n + 1, sizeof(*all->items));
	all->items[all->n++] = (struct cli_input){ tree, keep_record(c, rec) };
	return true;
}

bool
cli_read_all(struct cli *c, struct cli_records *out)
{
	*out = (struct cli_records){ NULL, 0, 0 };
	return walk_files(c, take_and_keep, out);
}

bool
cli_each_read(struct cli *c, const struct cli_records *r, cli_record fn, void *ctx)
{
	struct visit v = { fn, ctx };
	bool end = false;
	bool ok = true;

	for (size_t i = 0; i < r->n && !end; i++) {
		if (!visit(c, &v, &r->items[i].rec, r->items[i].tree, &end))
			ok = false;
		if (cli_interrupted(c))
			return false;
	}
	return ok;
}

void
cli_records_free(struct cli_records *r)
{
	for (size_t i = 0; i < r->n; i++)
		json_free(r->items[i].tree);
	r->n = 0;
}
