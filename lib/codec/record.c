#include "codec/record.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json_split.h"

#include "base/banned.h"

#define BUFFER_MIN ((size_t)1 << 18)

struct record_reader {
	struct record_options opt;
	record_read read;
	void *ctx;
	enum record_format format; /* RECORD_AUTO: not yet known */
	bool begun;
	bool over;
	uint64_t number;

	char *p;
	size_t cap;
	size_t start; /* bytes before it are done with */
	size_t at;    /* bytes before it are looked at */
	size_t end;   /* bytes read */
	bool eof;
	uint64_t base; /* offset of p[0] in the stream */

	uint64_t line;       /* of the byte at `at` */
	uint64_t line_start; /* offset in the stream of its first byte */

	struct json_split split;
	bool in_value; /* JSON: a value begins at start, or did begin and is too long */
	bool too_long;
	uint64_t value_line;
	uint64_t value_column;

	struct csv_table *table;
	struct json_scanner scanner;
};

struct record_reader *
record_open(const struct record_options *opt, record_read read, void *ctx)
{
	struct record_reader *r = mem_realloc(NULL, 1, sizeof(*r));

	*r = (struct record_reader){ .opt = *opt,
		.read = read,
		.ctx = ctx,
		.format = opt->format,
		.line = 1 };
	if (r->opt.max_record == 0)
		r->opt.max_record = RECORD_MAX_DEFAULT;
	if (r->opt.max_record > JSON_MAX_TEXT)
		r->opt.max_record = JSON_MAX_TEXT;
	json_split_init(&r->split);
	json_scanner_init(&r->scanner);
	return r;
}

void
record_close(struct record_reader *r)
{
	if (r == NULL)
		return;
	csv_table_close(r->table);
	json_scanner_release(&r->scanner);
	free(r->p);
	free(r);
}

/* ---- bytes ---- */

/* Read more behind what is held from start on; at the end eof is set. */
static bool
fill(struct record_reader *r, struct err *e)
{
	if (r->eof)
		return true;
	if (r->start > 0 && (r->start == r->end || r->end == r->cap)) {
		memmove(r->p, r->p + r->start, r->end - r->start);
		r->base += r->start;
		r->at -= r->start;
		r->end -= r->start;
		r->start = 0;
	}
	if (r->end == r->cap) {
		r->cap = r->cap == 0 ? BUFFER_MIN : r->cap * 2;
		r->p = mem_realloc(r->p, r->cap, 1);
	}

	ssize_t n = r->read(r->ctx, r->p + r->end, r->cap - r->end);
	if (n < 0) {
		err_set(e, ERR_FATAL, "read_failed", "cannot read: %s", strerror(errno));
		return err_place(e, r->opt.name, 0, 0);
	}
	r->eof = n == 0;
	r->end += (size_t)n;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t
blank_prefix(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && is_blank(p[i]))
		i++;
	return i;
}

/* n bytes at `at` are looked at. */
static void
advance(struct record_reader *r, size_t n)
{
	const char *p = r->p + r->at, *stop = p + n, *lf;

	for (; p < stop && (lf = memchr(p, '\n', (size_t)(stop - p))) != NULL; p = lf + 1) {
		r->line++;
		r->line_start = r->base + (uint64_t)(lf + 1 - r->p);
	}
	r->at += n;
}

static uint64_t
column_of(const struct record_reader *r, size_t i)
{
	return r->base + i - r->line_start + 1;
}

static enum record_got
too_long(struct record_reader *r, const struct record *out, struct err *e)
{
	err_set(e, ERR_INPUT, "record_too_long", "longer than %zu bytes", r->opt.max_record);
	err_place(e, r->opt.name, out->line, out->column);
	return RECORD_BAD;
}

static bool
guess(struct record_reader *r, struct err *e)
{
	const size_t window = r->opt.max_record + 2; /* with a line end */

	for (;;) {
		/* no more than the window, so that the portions read decide nothing */
		size_t held = r->end - r->start, n = held < window ? held : window;
		if (record_guess(r->p + r->start, n, r->eof || n == window, &r->format))
			break;
		if (!fill(r, e))
			return false;
	}
	if (r->format != RECORD_AUTO)
		return true;
	advance(r, blank_prefix(r->p + r->start, r->end - r->start)); /* to the line to blame */
	err_set(e, ERR_INPUT, "record_format",
		"neither JSON nor a CSV header: wanted '{', '[' or names of columns");
	return err_place(e, r->opt.name, r->line, column_of(r, r->at));
}

static bool
check_packing(struct record_reader *r, struct err *e)
{
	const struct record_packing *packing = NULL;

	while (!record_packed(r->p, r->end, r->eof, &packing))
		if (!fill(r, e))
			return false;
	return packing == NULL ||
		err_set(e, ERR_INPUT, "compressed_input",
			"this is %s: unpack it in a pipe, %s FILE | ...", packing->name,
			packing->unpack);
}

/* Before the first record: the packing, the BOM, the format. */
static bool
begin(struct record_reader *r, struct err *e)
{
	while (r->end < 3 && !r->eof)
		if (!fill(r, e))
			return false;
	if (!check_packing(r, e))
		return false;
	if (r->end >= 3 && memcmp(r->p, "\xef\xbb\xbf", 3) == 0)
		r->start = r->at = r->line_start = 3;
	if (r->format == RECORD_AUTO && !guess(r, e))
		return false;
	if (r->format == RECORD_CSV) {
		r->table = csv_table_open(r->opt.max_record, r->opt.map, r->opt.nmap);
		if (r->end > r->start)
			csv_table_feed(r->table, r->p + r->start, r->end - r->start);
		r->start = r->at = r->end;
	}
	r->begun = true;
	return true;
}

/* ---- NDJSON ---- */

/* A line without end in sight is too long: read past it. */
static enum record_got
skip_line(struct record_reader *r, struct record *out, struct err *e)
{
	const char *lf = NULL;

	out->line = r->line;
	out->column = 1;
	while (lf == NULL && !r->eof) {
		r->start = r->at = r->end;
		if (!fill(r, e))
			return RECORD_FAILED;
		if (r->end > r->at)
			lf = memchr(r->p + r->at, '\n', r->end - r->at);
	}
	r->start = r->at = lf == NULL ? r->end : (size_t)(lf + 1 - r->p);
	r->line++;
	return too_long(r, out, e);
}

/* The line from start to the line end at lf, or to the end of all; *n bytes of it count. */
static const char *
take_line(struct record_reader *r, const char *lf, size_t *n)
{
	const char *p = r->p + r->start;

	*n = lf == NULL ? r->end - r->start : (size_t)(lf - p);
	r->start = r->at = r->start + *n + (lf != NULL);
	if (*n > 0 && p[*n - 1] == '\r')
		--*n;
	r->line++;
	return p;
}

static enum record_got
next_line(struct record_reader *r, struct record *out, struct err *e)
{
	for (;;) {
		const char *lf = NULL;
		size_t n;

		if (r->end > r->at)
			lf = memchr(r->p + r->at, '\n', r->end - r->at);
		if (lf == NULL && !r->eof) {
			r->at = r->end;
			if (r->end - r->start > r->opt.max_record + 1)
				return skip_line(r, out, e);
			if (!fill(r, e))
				return RECORD_FAILED;
			continue;
		}
		if (lf == NULL && r->start == r->end)
			return RECORD_END;

		const char *p = take_line(r, lf, &n);
		out->line = r->line - 1;
		out->column = 1;
		if (n > r->opt.max_record)
			return too_long(r, out, e);
		if (blank_prefix(p, n) == n)
			continue;
		out->bytes = (struct str){ p, n };
		return RECORD_OK;
	}
}

/* ---- JSON ---- */

static enum record_got
broken(struct record_reader *r, uint64_t line, uint64_t column, struct err *e)
{
	err_set(e, ERR_INPUT, "json_stream", "%s", r->split.fault);
	err_place(e, r->opt.name, line, column);
	return RECORD_FAILED;
}

/* The value in hand ends at `at`. */
static enum record_got
end_value(struct record_reader *r, struct record *out, struct err *e)
{
	struct str bytes = { r->p + r->start, r->at - r->start };

	r->in_value = false;
	r->start = r->at;
	out->line = r->value_line;
	out->column = r->value_column;
	if (r->too_long || bytes.n > r->opt.max_record)
		return too_long(r, out, e);
	out->bytes = bytes;
	return RECORD_OK;
}

/* All bytes held are looked at: forget those that no record needs. */
static void
forget(struct record_reader *r)
{
	if (r->in_value && r->at - r->start <= r->opt.max_record)
		return;
	r->too_long |= r->in_value;
	r->start = r->at;
}

static enum record_got
end_of_values(struct record_reader *r, struct record *out, struct err *e)
{
	switch (json_split_over(&r->split)) {
	case SPLIT_END:
		return end_value(r, out, e);
	case SPLIT_FAULT:
		if (r->in_value)
			return broken(r, r->value_line, r->value_column, e);
		return broken(r, r->line, column_of(r, r->at), e);
	case SPLIT_MORE:
	case SPLIT_BEGIN:
		break;
	}
	return RECORD_END;
}

static enum record_got
next_value(struct record_reader *r, struct record *out, struct err *e)
{
	for (;;) {
		size_t used = 0;
		enum split_event event = SPLIT_MORE;

		if (r->end > r->at)
			event = json_split_next(&r->split, r->p + r->at, r->end - r->at, &used);

		/* the place of the last byte used, before a line end in it counts */
		size_t last = used > 0 ? used - 1 : 0;
		advance(r, last);
		uint64_t line = r->line, column = column_of(r, r->at);
		advance(r, used - last);

		switch (event) {
		case SPLIT_BEGIN:
			r->start = r->at - 1;
			r->in_value = true;
			r->too_long = false;
			r->value_line = line;
			r->value_column = column;
			break;
		case SPLIT_END:
			return end_value(r, out, e);
		case SPLIT_FAULT:
			return broken(r, line, column, e);
		case SPLIT_MORE:
			if (r->eof)
				return end_of_values(r, out, e);
			forget(r);
			if (!fill(r, e))
				return RECORD_FAILED;
			break;
		}
	}
}

/* ---- CSV ---- */

static enum record_got
next_row(struct record_reader *r, struct record *out, struct err *e)
{
	enum table_got got;

	while ((got = csv_table_next(r->table, &out->row, e)) == TABLE_MORE) {
		r->start = r->at = r->end;
		if (!fill(r, e))
			return RECORD_FAILED;
		csv_table_feed(r->table, r->p + r->start, r->end - r->start);
	}
	out->bytes = out->row.bytes;
	out->line = out->row.line;
	out->column = 1;
	switch (got) {
	case TABLE_ROW:
		return RECORD_OK;
	case TABLE_BAD:
		return RECORD_BAD;
	case TABLE_FAILED:
		return RECORD_FAILED;
	case TABLE_END:
	case TABLE_MORE:
		break;
	}
	return RECORD_END;
}

/* ---- records ---- */

enum record_got
record_next(struct record_reader *r, struct record *out, struct err *e)
{
	enum record_got got = RECORD_FAILED;

	if (r->over)
		return RECORD_END;
	/* one by one: the compiler wipes a whole struct in a way that takes as long as a line */
	out->bytes = (struct str){ NULL, 0 };
	out->file = r->opt.name;
	out->line = out->column = out->number = 0;
	out->row = (struct csv_row){ .cells = NULL };
	if (r->begun || begin(r, e)) {
		if (r->format == RECORD_CSV)
			got = next_row(r, out, e);
		else if (r->format == RECORD_JSON)
			got = next_value(r, out, e);
		else
			got = next_line(r, out, e);
	}
	if (got == RECORD_BAD || got == RECORD_FAILED)
		e->file = r->opt.name;
	if (got == RECORD_OK || got == RECORD_BAD)
		out->number = ++r->number;
	out->format = r->format;
	r->over = got == RECORD_END || got == RECORD_FAILED;
	return got;
}

const struct str *
record_fields(const struct record_reader *r, size_t *n)
{
	*n = 0;
	return r->table == NULL ? NULL : csv_table_fields(r->table, n);
}

struct str
record_header(const struct record_reader *r)
{
	return r->table == NULL ? (struct str){ NULL, 0 } : csv_table_header(r->table);
}

enum record_format
record_format_of(const struct record_reader *r)
{
	return r->format;
}

static bool
refuse(const struct record *rec, const struct json_fault *fault, struct err *e)
{
	err_set(e, ERR_INPUT, fault->code, "%s", fault->text);
	err_at(e, fault->offset);
	record_place(rec, e);
	return false;
}

bool
record_tree(struct record_reader *r, const struct record *rec, struct json **out, struct err *e)
{
	struct json_fault fault;

	if (rec->format == RECORD_CSV) {
		*out = csv_table_tree(r->table, &rec->row);
		return true;
	}
	return json_parse(&r->scanner, rec->bytes, out, &fault) || refuse(rec, &fault, e);
}

bool
record_scan(struct record_reader *r, const struct record *rec, const struct json_scanner **out,
	struct err *e)
{
	struct json_fault fault;

	assert(rec->format != RECORD_CSV);
	*out = &r->scanner;
	return json_scan(&r->scanner, rec->bytes, &fault) || refuse(rec, &fault, e);
}

void
record_place(const struct record *rec, struct err *e)
{
	uint64_t line = rec->line, column = rec->column;

	if (rec->format == RECORD_CSV) {
		column = e->has_offset ? (uint64_t)e->offset + 1 : 0;
	} else if (e->has_offset) {
		for (size_t i = 0; i < e->offset && i < rec->bytes.n; i++) {
			bool lf = rec->bytes.p[i] == '\n';
			line += lf;
			column = lf ? 1 : column + 1;
		}
	}
	err_place(e, rec->file, line, column);
}
