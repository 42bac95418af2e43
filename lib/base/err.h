/*
 * err - the first thing that went wrong, with its place.
 *
 * Shape      kind (what a caller can do about it), code (stable, for scripts),
 *            field (path, "tiers[2].size"), value (the offending input), text
 *            (what is wrong, without program, place or code), and a place:
 *            file, line, column, or a byte offset that the reader of the
 *            record turns into line and column.
 * Units      line and column count from 1; 0 means unknown. In CSV input the
 *            column is the number of the cell.
 * Range      field, value and text are cut to their arrays, field and value not
 *            inside a UTF-8 sequence; a cut value ends in "...". They hold the
 *            bytes as they are: whoever prints them escapes control characters.
 * Ownership  none: fixed arrays; code and file are borrowed (a literal, an
 *            operand).
 * Errors     the first failure wins: err_set on a struct that holds one keeps
 *            it. Every function here that records returns false, so that
 *            `return err_set(...)` both records and fails.
 * Source     exit statuses: mtr(7), EXIT STATUS.
 * Example    err_field(e, ERR_INPUT, "event.timestamp", STR("timestamp"), v, "no month %d", 13);
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum err_kind {
	ERR_NONE = 0,
	ERR_INPUT, /* refused: fix the data */
	ERR_USAGE, /* wrong call */
	ERR_BUSY,  /* lock not had: run again */
	ERR_FATAL  /* I/O, disk, damage: call a person */
};

struct err {
	enum err_kind kind;
	const char *code;
	char field[160];
	char value[204];
	bool has_value; /* false where err_field was given p == NULL */
	char text[480];
	const char *file;
	uint64_t line;
	uint64_t column;
	size_t offset; /* bytes into the record; with has_offset */
	bool has_offset;
};

/* clang-format off */
#define ERR_INIT { .kind = ERR_NONE }
/* clang-format on */

void err_clear(struct err *e);

/* Record a failure without field or value. Always false. */
bool err_set(struct err *e, enum err_kind kind, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Record a failure of one field and its value. Always false. */
bool err_field(struct err *e, enum err_kind kind, const char *code, struct str field,
	struct str value, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* Name the value of a failure that has neither field nor value. Always false. */
bool err_value(struct err *e, struct str value);

/* Name the byte offset of the failure just recorded, unless it has one. Always false. */
bool err_at(struct err *e, size_t offset);

/* Name the place, unless one is known. Always false. */
bool err_place(struct err *e, const char *file, uint64_t line, uint64_t column);

#endif
