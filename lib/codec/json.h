/*
 * json - JSON trees for records that are not events.
 *
 * Shape      an opaque tree over cJSON, built only from text that json_scan has
 *            accepted. Number literals keep their exact text. Every value knows
 *            the byte offset at which it began.
 * Ownership  json_free releases a tree; strings given out live as long as it.
 *            The text parsed is not needed afterwards.
 * Errors     json_parse: false with a fault, *out untouched.
 * Order      members and items come in document order.
 */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include "base/str.h"
#include "codec/json_scan.h"

struct json;

bool json_parse(struct json_scanner *s, struct str text, struct json **out,
	struct json_fault *fault);
void json_free(struct json *j);

enum json_type json_type(const struct json *j);
const struct json *json_member(const struct json *object,
	const char *key); /* exact case; NULL: absent */
const struct json *json_first(const struct json *container);
const struct json *json_next(const struct json *item);
size_t json_count(const struct json *container);
struct str json_key(const struct json *member);
/* Characters of a string, literal of a number, "true", "false"; empty for the rest. */
struct str json_text(const struct json *scalar);
size_t json_offset(const struct json *j);
void json_canonical(const struct json *j, struct buf *out); /* as json_node_canonical */

/*
 * The array or object whose JSON text stands in a string (a CSV cell): parsed at
 * the first call, kept with the string. All of it has the offset of the string.
 * NULL: no such text, *fault says why.
 */
const struct json *json_nested(const struct json *string, struct json_fault *fault);

/*
 * Trees made by hand, from CSV cells. Keys must differ; the caller sees to it.
 * Offsets are what the caller says.
 */
struct json *json_new_object(void);
void json_add_string(struct json *object, struct str key, struct str text, size_t offset);
struct json *json_add_object(struct json *object, struct str key, size_t offset); /* a new one */

#endif
