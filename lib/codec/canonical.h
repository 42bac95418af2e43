/*
 * canonical - the one way to write a JSON value, whatever holds it.
 *
 * Shape      no blanks, the members of an object by key as bytes, minimal
 *            escapes, number literals as they were written.
 * Range      depth <= JSON_MAX_DEPTH, as everything that json_scan accepts.
 * Order      pure; two values that are equal but for the order of their
 *            members and the way their strings are escaped give one text.
 * Example    { "b": [1.0, "\u0041"], "a": null } -> {"a":null,"b":[1.0,"A"]}
 */
#ifndef CODEC_CANONICAL_H
#define CODEC_CANONICAL_H

#include "base/str.h"
#include "codec/json_scan.h"

/* A member of an object, or an item of an array (key empty). */
struct canonical_part {
	struct str key;
	const void *value;
};

/* How to look into values of one kind. */
struct canonical_view {
	enum json_type (*type)(const void *ctx, const void *value);
	/* The characters of a string, the literal of a number. */
	struct str (*text)(const void *ctx, const void *value, struct arena *a);
	/* The parts of a container in document order. */
	struct canonical_part *(
		*parts)(const void *ctx, const void *value, struct arena *a, size_t *n);
};

void canonical_write(const struct canonical_view *view, const void *ctx, const void *value,
	struct buf *out);

#endif
