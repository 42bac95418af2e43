#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void
err_clear(struct err *e)
{
	*e = (struct err)ERR_INIT;
}

/* The greatest length <= n that does not split a UTF-8 sequence of s. */
static size_t
cut_at(struct str s, size_t n)
{
	size_t cut = n;

	if (s.n <= n)
		return s.n;
	while (cut > 0 && n - cut < 3 && ((unsigned char)s.p[cut] & 0xc0) == 0x80)
		cut--;
	return ((unsigned char)s.p[cut] & 0xc0) == 0x80 ? n : cut;
}

static void
copy_cut(char *out, size_t size, struct str s)
{
	size_t n = cut_at(s, size - 1);

	if (n > 0)
		memcpy(out, s.p, n);
	out[n] = '\0';
}

static void
copy_value(char *out, size_t size, struct str s)
{
	static const char dots[] = "...";
	size_t room = size - sizeof(dots);

	if (s.n <= room) {
		copy_cut(out, size, s);
		return;
	}
	copy_cut(out, room + 1, s);
	memcpy(out + strlen(out), dots, sizeof(dots));
}

static void __attribute__((format(printf, 4, 0)))
record(struct err *e, enum err_kind kind, const char *code, const char *fmt, va_list ap)
{
	err_clear(e);
	e->kind = kind;
	e->code = code;
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
}

bool
err_set(struct err *e, enum err_kind kind, const char *code, const char *fmt, ...)
{
	va_list ap;

	if (e->kind != ERR_NONE)
		return false;
	va_start(ap, fmt);
	record(e, kind, code, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_field(struct err *e, enum err_kind kind, const char *code, struct str field, struct str value,
	const char *fmt, ...)
{
	va_list ap;

	if (e->kind != ERR_NONE)
		return false;
	va_start(ap, fmt);
	record(e, kind, code, fmt, ap);
	va_end(ap);
	copy_cut(e->field, sizeof(e->field), field);
	e->has_value = value.p != NULL;
	copy_value(e->value, sizeof(e->value), value);
	return false;
}

bool
err_value(struct err *e, struct str value)
{
	if (e->field[0] == '\0' && !e->has_value && value.p != NULL) {
		e->has_value = true;
		copy_value(e->value, sizeof(e->value), value);
	}
	return false;
}

bool
err_at(struct err *e, size_t offset)
{
	if (!e->has_offset) {
		e->offset = offset;
		e->has_offset = true;
	}
	return false;
}

bool
err_place(struct err *e, const char *file, uint64_t line, uint64_t column)
{
	if (e->file == NULL && e->line == 0) {
		e->file = file;
		e->line = line;
		e->column = column;
	}
	return false;
}
