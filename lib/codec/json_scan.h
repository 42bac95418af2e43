/*
 * json_scan - one strict pass over one JSON text.
 *
 * Shape      checks the whole grammar of RFC 8259 and UTF-8, and leaves a row
 *            of nodes in document order: an object is followed by key, value,
 *            key, value ...; an array by its items; `next` is the index behind
 *            the node and all it holds. off and len cover a string without its
 *            quotes, any other value whole.
 * Range      depth <= JSON_MAX_DEPTH; a text of at most JSON_MAX_TEXT bytes.
 *            Blank space is allowed around the value, nothing else behind it.
 * Errors     false, with the first fault: code (json_syntax, json_utf8, json_nul,
 *            json_surrogate, duplicate_key, json_depth, json_too_long), text,
 *            and the offset of the byte that cannot stand where it stands (of
 *            the backslash for an escape, of the first byte of a bad UTF-8
 *            sequence, of the second key of a pair). Refused beyond the
 *            grammar: bad UTF-8, U+0000, unpaired surrogates, duplicate keys
 *            (compared after unescaping; found where their object ends),
 *            depth, length.
 * Ownership  the scanner owns its nodes; they hold until the next scan. The
 *            text is borrowed, and need not end in NUL.
 * Source     RFC 8259, RFC 3629.
 */
#ifndef CODEC_JSON_SCAN_H
#define CODEC_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define JSON_MAX_DEPTH 64
#define JSON_MAX_TEXT ((size_t)INT32_MAX)

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/* As messages name it: "a number", "an array", "null". */
const char *json_type_phrase(enum json_type type);

struct json_node {
	uint32_t off;
	uint32_t len;
	uint32_t next;
	uint8_t type; /* enum json_type; keys are JSON_STRING */
	bool escaped; /* a string that holds a backslash */
};

struct json_fault {
	size_t offset;
	const char *code;
	char text[160];
};

struct json_scanner {
	struct json_node *nodes;
	size_t n;
	size_t cap;
	struct str text;
	struct arena scratch; /* keys under comparison; cleared by each scan */
};

void json_scanner_init(struct json_scanner *s);
void json_scanner_release(struct json_scanner *s);

bool json_scan(struct json_scanner *s, struct str text, struct json_fault *fault);

/* The characters of a string node: a slice of the text, or an unescaped copy in a. */
struct str json_node_string(const struct json_scanner *s, const struct json_node *node,
	struct arena *a);

/* The bytes of a node as they stand in the text (strings with their quotes). */
struct str json_node_raw(const struct json_scanner *s, const struct json_node *node);

/* Canonical JSON of a subtree (canonical.h). */
void json_node_canonical(const struct json_scanner *s, const struct json_node *node,
	struct buf *out);

/* True when s matches the JSON number grammar, whole. */
bool json_is_number(struct str s);

#endif
