#include "cli_private.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

#define FULL ((size_t)64 * 1024) /* bytes collected before they are put out */

/*
 * What stdout did not take, from the start of the line that was cut, goes to
 * stderr: it tells what has been stored, which nothing else would.
 */
static void
rescue(struct str all, size_t done)
{
	while (done > 0 && all.p[done - 1] != '\n')
		done--;
	message_raw((struct str){ all.p + done, all.n - done });
}

/* A reader has nothing to finish: it ends here. A writer goes on, and hears it from cli_flush. */
static void
lost(struct cli *c, int why, size_t done)
{
	struct output *o = &c->p->out;
	struct err e = ERR_INIT;

	o->failed = true;
	if (why == EPIPE && !c->p->writes)
		_exit((int)c->p->worst);
	if (why == EPIPE)
		err_set(&e, ERR_FATAL, "output_failed", "output closed early");
	else
		err_set(&e, ERR_FATAL, "output_failed", "cannot write output: %s", strerror(why));
	(void)cli_report(c, &e);
	if (!c->p->writes)
		_exit((int)c->p->worst);
	rescue(buf_str(&o->buf), done);
	buf_clear(&o->buf);
}

static void
put_out(struct cli *c)
{
	struct output *o = &c->p->out;
	size_t done = 0;

	while (done < o->buf.n && !o->failed) {
		ssize_t n = write(STDOUT_FILENO, o->buf.p + done, o->buf.n - done);

		if (n >= 0) {
			done += (size_t)n;
			o->written = true;
		} else if (errno == EAGAIN) {
			struct pollfd wait = { .fd = STDOUT_FILENO, .events = POLLOUT };

			(void)poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			lost(c, errno, done);
		}
	}
	buf_clear(&o->buf);
}

static void
put_out_full(struct cli *c)
{
	if (!c->p->out.held && c->p->out.buf.n >= FULL)
		put_out(c);
}

void
cli_columns(struct cli *c, const struct cli_column *columns, size_t n)
{
	c->p->out.columns = columns;
	c->p->out.ncolumns = n;
}

static void
add_row(struct output *o, const struct json *j)
{
	o->cells = arena_grow(&o->arena, o->cells, &o->cap, o->ncells + o->ncolumns,
		sizeof(*o->cells));
	form_cells(&o->arena, o->columns, o->ncolumns, j, o->cells + o->ncells);
	o->ncells += o->ncolumns;
}

static void
add_formed(struct output *o, enum cli_output form, struct str json)
{
	struct json *j = NULL;
	struct json_fault fault;
	bool parsed = json_parse(&o->scanner, json, &j, &fault);

	assert(parsed);
	assert(form == OUT_TEXT || o->ncolumns > 0);
	switch (form) {
	case OUT_JSON:
		break;
	case OUT_CSV:
		if (!o->begun)
			form_csv_header(&o->buf, o->columns, o->ncolumns);
		form_csv_row(&o->buf, o->columns, o->ncolumns, j);
		break;
	case OUT_TABLE:
		add_row(o, j);
		break;
	case OUT_TEXT:
		if (o->begun)
			buf_add_char(&o->buf, '\n');
		form_text(&o->buf, j);
		break;
	}
	json_free(j);
}

void
cli_put(struct cli *c, struct str json)
{
	struct output *o = &c->p->out;

	if (o->failed)
		return;
	if (c->output == OUT_JSON) {
		buf_add_str(&o->buf, json);
		buf_add_char(&o->buf, '\n');
	} else {
		add_formed(o, c->output, json);
	}
	o->begun = true;
	put_out_full(c);
}

void
cli_put_receipt(struct cli *c, struct str json)
{
	struct buf line = BUF_INIT;

	if (!c->p->out.failed) {
		cli_put(c, json);
		return;
	}
	buf_add_str(&line, json);
	buf_add_char(&line, '\n');
	message_raw(buf_str(&line));
	buf_release(&line);
}

void
cli_put_bytes(struct cli *c, struct str bytes)
{
	if (c->p->out.failed)
		return;
	buf_add_str(&c->p->out.buf, bytes);
	put_out_full(c);
}

bool
cli_flush(struct cli *c)
{
	assert(!c->p->out.held);
	put_out(c);
	return !c->p->out.failed;
}

struct output_mark
output_mark(const struct cli *c)
{
	const struct output *o = &c->p->out;

	return (struct output_mark){ o->buf.n, o->ncells, o->begun };
}

void
output_rewind(struct cli *c, struct output_mark m)
{
	struct output *o = &c->p->out;

	o->buf.n = m.bytes;
	o->ncells = m.ncells;
	o->begun = m.begun;
}

void
output_finish(struct cli *c, bool succeeded)
{
	struct output *o = &c->p->out;

	if (c->output == OUT_TABLE && o->ncolumns > 0 && (o->begun || succeeded))
		form_table(&o->buf, o->columns, o->ncolumns, o->cells, o->ncells);
	if (c->output == OUT_CSV && o->ncolumns > 0 && !o->begun && succeeded)
		form_csv_header(&o->buf, o->columns, o->ncolumns);
	if (!cli_flush(c))
		return;
	/* A file on another machine may tell only now that there was no room. */
	if (o->written && close(STDOUT_FILENO) != 0 && errno != EINTR)
		lost(c, errno, 0);
}

void
output_release(struct cli *c)
{
	buf_release(&c->p->out.buf);
	arena_release(&c->p->out.arena);
	json_scanner_release(&c->p->out.scanner);
}
