/*
 * text - bytes of unknown origin made fit for a terminal.
 *
 * Shape      control characters (C0, DEL, C1), line and paragraph separators and
 *            the characters that turn the direction of text are escaped, bytes
 *            that are not UTF-8 too; all else stands as it is. For people:
 *            \n, \t, \r, otherwise \xNN a byte, in lower-case hex. In JSON: the
 *            escapes of JSON, and \xNN as visible text for what is not UTF-8.
 * Units      width in columns of a terminal: 2 for wide East Asian characters
 *            and pictographs, 0 for combining marks, 1 otherwise.
 * Source     RFC 3629, RFC 8259; Unicode 15, East_Asian_Width.
 * Example    "a\x1b[1m" is printed as a\x1b[1m.
 */
#ifndef CMD_TEXT_H
#define CMD_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* quoted: the text stands between quotes, so that " and \ are escaped as well. */
void text_escape(struct buf *out, struct str s, bool quoted);

/* s as a JSON string with its quotes; unlike json_quote it takes any bytes. */
void text_json(struct buf *out, struct str s);

size_t text_width(struct str s);

/*
 * Bytes of the head of s that a line of so many columns (> 0) takes: up to the last blank that
 * fits, that one left out; without one as many characters as fit, at least one. All of s
 * where it fits. What follows begins behind the blanks there.
 */
size_t text_fit(struct str s, size_t columns);

#endif
