/*
 * record - a stream of records with their places: NDJSON, JSON values, CSV.
 *
 * Shape      a reader takes bytes from a callback and gives one record at a
 *            time. NDJSON: one a line. JSON: values behind each other, over
 *            any lines, and the items of top-level arrays. CSV: one a row, the
 *            first row names the fields (csv_table). A UTF-8 BOM is skipped,
 *            CRLF accepted, blank lines passed over, a last line without
 *            newline counts; without a record there is RECORD_END at once.
 *            AUTO looks at the first line (record_guess); what is no format is
 *            refused (record_format), and so is what is packed with gzip, zstd, xz
 *            or bzip2 (compressed_input).
 *            A record is a slice: only record_tree and record_scan judge what
 *            is in it.
 * Units      line and column count from 1, the column in bytes.
 * Range      bounded memory: a record over max_record bytes (line end not
 *            counted) is one refusal (record_too_long), read past and
 *            forgotten.
 * Errors     RECORD_BAD: this record is refused, e says why and where, and out
 *            has its bytes unless it was too long; reading goes on.
 *            RECORD_FAILED: the callback failed (read_failed, ERR_FATAL), the
 *            stream or its CSV header cannot be used, or JSON values can no
 *            longer be told apart (json_stream); after it there is only
 *            RECORD_END. The place is in e. e must be clear at each call.
 * Ownership  a record holds until the next record_next; options are copied,
 *            what they point to is borrowed.
 * Order      as read, in whatever portions the callback gives.
 */
#ifndef CODEC_RECORD_H
#define CODEC_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "codec/csv_table.h"
#include "codec/json.h"
#include "codec/record_guess.h"

#define RECORD_MAX_DEFAULT (1 << 20)

/* Bytes read, 0 at the end, -1 with *errno* set. */
typedef ssize_t (*record_read)(void *ctx, char *p, size_t n);

struct record_options {
	enum record_format format;
	size_t max_record;            /* 0: RECORD_MAX_DEFAULT */
	const char *name;             /* file name for places; borrowed */
	const struct csv_rename *map; /* CSV header renames */
	size_t nmap;
};

struct record {
	struct str bytes; /* as it came, line end left out; {0} after record_too_long */
	const char *file;
	uint64_t line; /* of its first byte */
	uint64_t column;
	uint64_t number; /* of the record in this stream, from 1, refused ones counted */
	enum record_format format;
	struct csv_row row; /* CSV: cells */
};

enum record_got { RECORD_OK, RECORD_BAD, RECORD_END, RECORD_FAILED };

struct record_reader;

struct record_reader *record_open(const struct record_options *opt, record_read read, void *ctx);
void record_close(struct record_reader *r);
enum record_got record_next(struct record_reader *r, struct record *out, struct err *e);

/*
 * CSV: the field names after renaming, known once the first record came or the
 * input ended. Else NULL, 0.
 */
const struct str *record_fields(const struct record_reader *r, size_t *n);
/* CSV: the header row as it came. */
struct str record_header(const struct record_reader *r);
enum record_format record_format_of(const struct record_reader *r); /* what AUTO found */

/*
 * The record as a tree: JSON parsed strictly; a CSV row as an object of texts,
 * empty cells left out, a name with a dot ("properties.model") one level deep.
 * False: e has code and place.
 */
bool record_tree(struct record_reader *r, const struct record *rec, struct json **out,
	struct err *e);

/* JSON records: the strict scan alone, without a tree; nodes hold until the next call. */
bool record_scan(struct record_reader *r, const struct record *rec, const struct json_scanner **out,
	struct err *e);

/* Turn the byte offset of a failure into file, line and column (CSV: line and cell). */
void record_place(const struct record *rec, struct err *e);

#endif
