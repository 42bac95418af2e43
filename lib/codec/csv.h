/*
 * csv_reader - strict RFC 4180 rows, over libcsv.
 *
 * Shape      feed bytes, take rows. Cells keep outer blanks. A row knows the
 *            line it began on (counted here: blank lines make no row, quoted
 *            line ends count) and its bytes as they came, without the line end.
 *            A line ends in LF or CRLF.
 * Range      a row over max_row bytes is one fault (record_too_long), and is
 *            read past, to its line end outside quotes.
 * Errors     a quote out of place (csv_quote), a CR without LF outside quotes
 *            (csv_cr), bad UTF-8 (csv_utf8), NUL (csv_nul): a fault at that
 *            row, and reading goes on behind its line end. An unclosed quote
 *            (csv_quote) swallows the rest, which is reported once at the line
 *            where the quote opened. Every fault names line and cell, the cell
 *            as offset (from 0) and as column (from 1); record_too_long has no
 *            cell.
 * Ownership  rows hold until the next csv_next or csv_feed.
 */
#ifndef CODEC_CSV_H
#define CODEC_CSV_H

#include "base/err.h"
#include "base/str.h"

struct csv_row {
	struct str *cells;
	size_t n;
	uint64_t line;
	struct str bytes;
};

enum csv_got { CSV_ROW, CSV_BAD, CSV_MORE, CSV_END };

struct csv_reader;

struct csv_reader *csv_open(size_t max_row);
void csv_close(struct csv_reader *r);

/* Give bytes (copied); n == 0 says that the input is over. */
void csv_feed(struct csv_reader *r, const char *p, size_t n);

/*
 * CSV_ROW: *out. CSV_BAD: one row refused, *e set, *out without cells (and
 * without bytes when it was too long). CSV_MORE: feed first.
 */
enum csv_got csv_next(struct csv_reader *r, struct csv_row *out, struct err *e);

/* A cell quoted where it must be. */
void csv_quote(struct buf *out, struct str cell);

#endif
