#include "cli_private.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <unistd.h>

#include "codec/jsonw.h"
#include "text.h"

#include "base/banned.h"

void
message_raw(struct str bytes)
{
	size_t done = 0;

	while (done < bytes.n) {
		ssize_t n = write(STDERR_FILENO, bytes.p + done, bytes.n - done);

		if (n >= 0) {
			done += (size_t)n;
		} else if (errno == EAGAIN) {
			struct pollfd wait = { .fd = STDERR_FILENO, .events = POLLOUT };

			(void)poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			return;
		}
	}
}

/* FIELD "VALUE": TEXT, of the parts there are. */
static void
compose(struct buf *out, const struct err *e)
{
	if (e->field[0] != '\0')
		text_escape(out, str_c(e->field), false);
	if (e->has_value) {
		if (out->n > 0)
			buf_add_char(out, ' ');
		buf_add_char(out, '"');
		text_escape(out, str_c(e->value), true);
		buf_add_char(out, '"');
	}
	if (out->n > 0)
		buf_add_c(out, ": ");
	text_escape(out, str_c(e->text), false);
}

static void
write_text(const struct cli *c, const struct err *e, const char *type, struct str message,
	struct buf *out)
{
	buf_printf(out, "%s: ", c->prog);
	if (type[0] == 'w')
		buf_printf(out, "%s: ", type);
	if (e->file != NULL) {
		text_escape(out, str_c(e->file), false);
		if (e->line > 0)
			buf_printf(out, ":%llu", (unsigned long long)e->line);
		if (e->line > 0 && e->column > 0)
			buf_printf(out, ":%llu", (unsigned long long)e->column);
		buf_add_c(out, ": ");
	}
	buf_add_str(out, message);
	if (e->code != NULL)
		buf_printf(out, " [%s]", e->code);
	buf_add_char(out, '\n');
}

static void
member_text(struct jsonw *w, struct buf *scratch, const char *key, struct str s)
{
	buf_clear(scratch);
	text_json(scratch, s);
	jsonw_member_raw(w, key, buf_str(scratch));
}

static void
write_json(const struct err *e, const char *type, struct str message, struct buf *out)
{
	struct jsonw w;
	struct buf scratch = BUF_INIT;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_c(&w, "type", type);
	if (e->code != NULL)
		jsonw_member_c(&w, "code", e->code);
	member_text(&w, &scratch, "message", message);
	if (e->file != NULL)
		member_text(&w, &scratch, "file", str_c(e->file));
	if (e->line > 0)
		jsonw_member_int(&w, "line", (int64_t)e->line);
	if (e->column > 0)
		jsonw_member_int(&w, "column", (int64_t)e->column);
	if (e->field[0] != '\0')
		member_text(&w, &scratch, "field", str_c(e->field));
	if (e->has_value)
		member_text(&w, &scratch, "value", str_c(e->value));
	jsonw_end(&w);
	jsonw_release(&w);
	buf_release(&scratch);
	buf_add_char(out, '\n');
}

static void
print(struct cli *c, const struct err *e, const char *type)
{
	struct buf message = BUF_INIT;
	struct buf out = BUF_INIT;

	compose(&message, e);
	if (c->p->errors_json)
		write_json(e, type, buf_str(&message), &out);
	else
		write_text(c, e, type, buf_str(&message), &out);
	if (e->kind == ERR_USAGE && !c->p->errors_json)
		help_usage(c, &out);
	progress_clear(c);
	message_raw(buf_str(&out));
	buf_release(&message);
	buf_release(&out);
}

void
cli_worst(struct cli *c, enum status s)
{
	if (s > c->p->worst)
		c->p->worst = s;
}

/* The one place where what a failure is becomes what a script sees. */
static enum status
status_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return STATUS_BUG; /* a failure nobody described */
	case ERR_INPUT:
		return STATUS_REFUSED;
	case ERR_USAGE:
		return STATUS_USAGE;
	case ERR_BUSY:
		return STATUS_BUSY;
	case ERR_FATAL:
		return STATUS_CANNOT;
	}
	return STATUS_BUG;
}

bool
cli_report(struct cli *c, const struct err *e)
{
	print(c, e, "error");
	c->p->reported++;
	cli_worst(c, status_of(e->kind));
	return false;
}

bool
cli_reject(struct cli *c, const struct err *e)
{
	if (e->kind != ERR_INPUT)
		return cli_report(c, e);
	print(c, e, "error");
	cli_worst(c, STATUS_PARTIAL);
	return false;
}

void
cli_warn(struct cli *c, const struct err *e)
{
	if (!c->quiet)
		print(c, e, "warning");
}

static void note(struct cli *c, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

static void
note(struct cli *c, const char *fmt, va_list ap)
{
	struct buf text = BUF_INIT;
	struct buf out = BUF_INIT;

	buf_vprintf(&text, fmt, ap);
	if (c->p->errors_json) {
		buf_add_c(&out, "{\"type\":\"note\",\"message\":");
		text_json(&out, buf_str(&text));
		buf_add_c(&out, "}\n");
	} else {
		buf_printf(&out, "%s: ", c->prog);
		text_escape(&out, buf_str(&text), false);
		buf_add_char(&out, '\n');
	}
	progress_clear(c);
	message_raw(buf_str(&out));
	buf_release(&text);
	buf_release(&out);
}

void
cli_note(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	note(c, fmt, ap);
	va_end(ap);
}

void
cli_verbose(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (!c->verbose)
		return;
	va_start(ap, fmt);
	note(c, fmt, ap);
	va_end(ap);
}

bool
cli_usage(struct cli *c, const char *fmt, ...)
{
	struct err e = ERR_INIT;
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	err_set(&e, ERR_USAGE, "usage", "%s", buf_cstr(&text));
	buf_release(&text);
	return cli_report(c, &e);
}
