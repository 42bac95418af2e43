/*
 * record_guess - which format a stream is in, from its first line.
 *
 * Shape      looks at the first line that is not blank. '[' is JSON. What
 *            begins with '{' is JSON when its brackets are open at the end of
 *            the line and more lines follow, or when more stands behind it in
 *            the line; else NDJSON, broken or not. Any other line is the header
 *            of CSV when it has a comma or a letter. Packed streams begin with
 *            bytes that begin no text.
 * Order      pure.
 */
#ifndef CODEC_RECORD_GUESS_H
#define CODEC_RECORD_GUESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum record_format { RECORD_AUTO, RECORD_NDJSON, RECORD_JSON, RECORD_CSV };

/*
 * p[0..n) begins the stream; all: more is not to be had. False: more is needed.
 * *out is RECORD_AUTO when it is none of them, and NDJSON when there is no line.
 */
bool record_guess(const char *p, size_t n, bool all, enum record_format *out);

/* How a stream may be packed, and what unpacks it. */
struct record_packing {
	const char *name;   /* "gzip" */
	const char *unpack; /* "zcat" */
	struct str magic;   /* its first bytes */
};

/* False: more is needed, as above. *out is NULL when it is not packed. */
bool record_packed(const char *p, size_t n, bool all, const struct record_packing **out);

#endif
