#include "codec/csv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "base/banned.h"

enum place { AT_CELL, IN_PLAIN, IN_QUOTES, BEHIND_QUOTE };

#define PARSER_STEP 16384 /* libcsv's buffer grows by as much, for long cells */

#define UNCLOSED "the quote that opens here is not closed"

/*
 * Lines are cut here and given to libcsv one by one, without their ends: what
 * then ends a row inside a line is a bare CR, and csv_fini ends the row or says
 * that a quote is still open, in which case the line end belongs to the cell.
 */
struct csv_reader {
	struct csv_parser parser;
	size_t max_row;
	struct buf in;   /* fed and not yet given out */
	size_t start;    /* of the row in hand */
	size_t at;       /* of the line to parse next */
	size_t searched; /* no line end from at to here */
	bool over;       /* all is fed */

	uint64_t line;       /* of the byte at `at` */
	uint64_t row_line;   /* of the row in hand */
	uint64_t quote_line; /* where the quote opened that is open at `at` */
	bool quoted;         /* one is open there */

	bool ended;       /* the row in hand was given out */
	bool skipping;    /* it is too long, its bytes are dropped */
	enum place place; /* of the byte to drop next */

	bool cr;         /* libcsv met a bare CR */
	size_t cr_cell;  /* in this cell */
	struct buf text; /* the cells' characters, one behind the other */
	size_t *ends;    /* where each ends in text */
	size_t n;
	size_t cap;
	struct str *cells;
};

/* A line at `at`: its bytes, and those with its end. */
struct span {
	size_t n;
	size_t whole;
};

static int
never_blank(unsigned char c)
{
	(void)c;
	return 0;
}

static void *
parser_grow(void *p, size_t n)
{
	return mem_realloc(p, n, 1);
}

static void
parser_reset(struct csv_reader *r)
{
	csv_free(&r->parser);
	/* REPALL: a CR that begins a line shows too */
	int failed = csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
	assert(!failed);
	csv_set_space_func(&r->parser, never_blank);
	csv_set_realloc_func(&r->parser, parser_grow);
	csv_set_blk_size(&r->parser, PARSER_STEP);
}

struct csv_reader *
csv_open(size_t max_row)
{
	struct csv_reader *r = mem_realloc(NULL, 1, sizeof(*r));

	*r = (struct csv_reader){ .max_row = max_row, .line = 1, .row_line = 1 };
	parser_reset(r);
	return r;
}

void
csv_close(struct csv_reader *r)
{
	if (r == NULL)
		return;
	csv_free(&r->parser);
	buf_release(&r->in);
	buf_release(&r->text);
	free(r->ends);
	free(r->cells);
	free(r);
}

void
csv_feed(struct csv_reader *r, const char *p, size_t n)
{
	r->over = n == 0;
	if (r->start > 0) {
		r->in.n -= r->start;
		memmove(r->in.p, r->in.p + r->start, r->in.n);
		r->at -= r->start;
		r->searched -= r->start;
		r->start = 0;
	}
	buf_add(&r->in, p, n);
}

/* ---- cells ---- */

static void
on_cell(void *p, size_t n, void *ctx)
{
	struct csv_reader *r = ctx;

	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 16 : r->cap * 2;
		r->ends = mem_realloc(r->ends, r->cap, sizeof(r->ends[0]));
		r->cells = mem_realloc(r->cells, r->cap, sizeof(r->cells[0]));
	}
	buf_add(&r->text, p, n);
	r->ends[r->n++] = r->text.n;
}

static void
on_row(int c, void *ctx)
{
	struct csv_reader *r = ctx;

	if (c == CSV_CR && !r->cr) {
		r->cr = true;
		r->cr_cell = r->n == 0 ? 0 : r->n - 1;
	}
}

/* ---- rows ---- */

/* What was parsed or skipped is given out; the next row begins at `at`. */
static void
next_row(struct csv_reader *r)
{
	r->start = r->at;
	r->row_line = r->line;
	r->ended = false;
	r->skipping = false;
	r->quoted = false;
	r->cr = false;
	r->n = 0;
	r->text.n = 0;
}

/* The row in hand ends with the line s: its place and bytes, no cells yet. */
static void
end_row(struct csv_reader *r, struct span s, struct csv_row *out)
{
	*out = (struct csv_row){ .line = r->row_line };
	out->bytes = (struct str){ r->in.p + r->start, r->at + s.n - r->start };
	r->at += s.whole;
	r->searched = r->at;
	r->line += s.whole > s.n;
}

static enum csv_got __attribute__((format(printf, 5, 6)))
fault(struct err *e, uint64_t line, size_t cell, const char *code, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(e, ERR_INPUT, code, "%s", text);
	err_at(e, cell);
	err_place(e, NULL, line, (uint64_t)cell + 1);
	return CSV_BAD;
}

static enum csv_got
check_cells(struct csv_reader *r, uint64_t line, struct err *e)
{
	size_t from = 0, bad;

	for (size_t i = 0; i < r->n; i++) {
		struct str cell = { r->text.p + from, r->ends[i] - from };
		r->cells[i] = cell;
		from = r->ends[i];
		if (!str_utf8_valid(cell, &bad))
			return fault(e, line, i, "csv_utf8", "not UTF-8: byte 0x%02x",
				(unsigned char)cell.p[bad]);
		if (cell.n > 0 && memchr(cell.p, 0, cell.n) != NULL)
			return fault(e, line, i, "csv_nul", "a NUL byte in a cell");
	}
	return CSV_ROW;
}

/* libcsv refused the line s at the byte p[used], or a bare CR ended a cell in it. */
static enum csv_got
refuse_line(struct csv_reader *r, struct span s, size_t used, struct csv_row *out, struct err *e)
{
	bool inside = r->in.p[r->at + used] == '"';
	uint64_t line = r->line;

	parser_reset(r);
	end_row(r, s, out);
	if (r->cr)
		return fault(e, line, r->cr_cell, "csv_cr", "a CR without LF outside quotes");
	if (inside)
		return fault(e, line, r->n, "csv_quote",
			"a quote in a cell that does not begin with one");
	return fault(e, line, r->n, "csv_quote", "text behind the closing quote");
}

/* Parse the line s of the row in hand; true when the row is whole, or refused. */
static bool
parse_line(struct csv_reader *r, struct span s, struct csv_row *out, struct err *e,
	enum csv_got *got)
{
	size_t before = r->n;
	const char *p = r->in.p + r->at;
	size_t used = csv_parse(&r->parser, p, s.n, on_cell, on_row, r);

	if (used < s.n || r->cr) {
		*got = refuse_line(r, s, r->cr ? 0 : used, out, e);
		return true;
	}
	if (csv_fini(&r->parser, on_cell, on_row, r) == 0) {
		end_row(r, s, out);
		*got = check_cells(r, out->line, e);
		if (*got == CSV_ROW) {
			out->cells = r->cells;
			out->n = r->n;
		}
		return true;
	}
	/* a quote is open; where a cell ended in this line, it is a new one */
	if (!r->quoted || r->n > before)
		r->quote_line = r->line;
	r->quoted = true;
	csv_parse(&r->parser, p + s.n, s.whole - s.n, on_cell, on_row, r);
	r->at += s.whole;
	r->searched = r->at;
	r->line += s.whole > s.n;
	return false;
}

/* ---- rows that are too long ---- */

static void
start_skipping(struct csv_reader *r)
{
	parser_reset(r);
	r->skipping = true;
	r->place = r->quoted ? IN_QUOTES : AT_CELL;
}

/* Where the byte behind c is; a quote out of place counts as a plain byte. */
static enum place
next_place(enum place place, char c)
{
	if (c == '"' && place != IN_PLAIN)
		return place == IN_QUOTES ? BEHIND_QUOTE : IN_QUOTES;
	if (place == IN_QUOTES)
		return IN_QUOTES;
	return c == ',' ? AT_CELL : IN_PLAIN;
}

/* Drop bytes to the end of the row; true: *got is known. */
static bool
skip_row(struct csv_reader *r, struct csv_row *out, struct err *e, enum csv_got *got)
{
	bool ended = false;

	for (; r->at < r->in.n && !ended; r->at++) {
		char c = r->in.p[r->at];
		if (c == '"' && r->place == AT_CELL)
			r->quote_line = r->line;
		ended = c == '\n' && r->place != IN_QUOTES;
		r->line += c == '\n';
		r->place = next_place(r->place, c);
	}
	r->start = r->searched = r->at;
	*got = ended || r->over ? CSV_BAD : CSV_MORE;
	if (*got == CSV_MORE)
		return true;
	*out = (struct csv_row){ .line = r->row_line };
	if (!ended && r->place == IN_QUOTES) {
		err_set(e, ERR_INPUT, "csv_quote", UNCLOSED);
		err_place(e, NULL, r->quote_line, 0);
	} else {
		err_set(e, ERR_INPUT, "record_too_long", "longer than %zu bytes", r->max_row);
		err_place(e, NULL, r->row_line, 0);
	}
	return true;
}

/* ---- lines ---- */

/* The line at `at`; false when its end is not yet here, or nothing is left. */
static bool
find_line(struct csv_reader *r, struct span *out)
{
	size_t left = r->in.n - r->searched;
	const char *lf = left == 0 ? NULL : memchr(r->in.p + r->searched, '\n', left);

	if (lf == NULL) {
		r->searched = r->in.n;
		*out = (struct span){ r->in.n - r->at, r->in.n - r->at };
		return r->over && out->n > 0;
	}
	out->n = (size_t)(lf - r->in.p) - r->at;
	out->whole = out->n + 1;
	if (out->n > 0 && lf[-1] == '\r')
		out->n--;
	return true;
}

/* One line further; true when *got is known. */
static bool
take_line(struct csv_reader *r, struct csv_row *out, struct err *e, enum csv_got *got)
{
	struct span s;
	bool found = find_line(r, &s);

	/* without a line end the last byte may be a CR that belongs to it */
	if (r->at + s.n - r->start > r->max_row + !found) {
		start_skipping(r);
		return false;
	}
	if (!found && r->over && r->quoted) {
		size_t cell = r->n;
		parser_reset(r);
		end_row(r, s, out);
		*got = fault(e, r->quote_line, cell, "csv_quote", UNCLOSED);
		return true;
	}
	if (!found) {
		*got = r->over ? CSV_END : CSV_MORE;
		return true;
	}
	if (s.n == 0 && !r->quoted) { /* blank */
		r->at += s.whole;
		r->searched = r->at;
		r->line++;
		next_row(r);
		return false;
	}
	return parse_line(r, s, out, e, got);
}

enum csv_got
csv_next(struct csv_reader *r, struct csv_row *out, struct err *e)
{
	enum csv_got got;
	bool known;

	if (r->ended)
		next_row(r);
	do
		known = r->skipping ? skip_row(r, out, e, &got) : take_line(r, out, e, &got);
	while (!known);
	r->ended = got != CSV_MORE;
	return got;
}

void
csv_quote(struct buf *out, struct str cell)
{
	bool plain = true;

	for (size_t i = 0; i < cell.n && plain; i++)
		plain = strchr(",\"\r\n", cell.p[i]) == NULL || cell.p[i] == '\0';
	if (plain) {
		buf_add_str(out, cell);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, cell.p[i]);
	}
	buf_add_char(out, '"');
}
