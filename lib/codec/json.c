#include "codec/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "codec/canonical.h"

#include "base/banned.h"

/*
 * A struct json is a cJSON. A number is a string that begins with this byte,
 * which no UTF-8 text holds: cJSON's own numbers are binary floats. valueint,
 * which cJSON leaves alone in everything but its numbers, is the offset.
 */
#define NUMBER_MARK "\xff"

static const cJSON *
node_of(const struct json *j)
{
	return (const cJSON *)(const void *)j;
}

static cJSON *
writable(struct json *j)
{
	return (cJSON *)(void *)j;
}

static const struct json *
json_of(const cJSON *node)
{
	return (const struct json *)(const void *)node;
}

/* What cJSON made; it makes nothing only when memory is out, the text having been scanned. */
static cJSON *
made(cJSON *node)
{
	assert(node != NULL);
	return node;
}

/* ---- parsing ---- */

/* The text scanned, with each number as a marked string, and a NUL behind it. */
static void
mark_numbers(const struct json_scanner *s, struct buf *out)
{
	size_t from = 0;

	buf_reserve(out, s->text.n + 1);
	for (size_t i = 0; i < s->n; i++) {
		const struct json_node *node = &s->nodes[i];
		if (node->type != JSON_NUMBER)
			continue;
		buf_add(out, s->text.p + from, node->off - from);
		buf_add_c(out, "\"" NUMBER_MARK);
		buf_add_str(out, json_node_raw(s, node));
		buf_add_char(out, '"');
		from = (size_t)node->off + node->len;
	}
	buf_add(out, s->text.p + from, s->text.n - from);
	buf_add_char(out, '\0');
}

/* The node behind j in document order, NULL at the end; up[0..*depth) are the containers around. */
static cJSON *
step(cJSON *j, cJSON **up, unsigned *depth)
{
	if (j->child != NULL) {
		assert(*depth < JSON_MAX_DEPTH);
		up[(*depth)++] = j;
		return j->child;
	}
	while (j->next == NULL && *depth > 0)
		j = up[--*depth];
	return *depth == 0 ? NULL : j->next;
}

/* Tree and scan hold the same values in the same order, the scan its keys besides. */
static void
take_offsets(cJSON *root, const struct json_scanner *s)
{
	cJSON *up[JSON_MAX_DEPTH];
	unsigned depth = 0;
	size_t i = 0;

	for (cJSON *j = root; j != NULL; j = step(j, up, &depth)) {
		i += j->string != NULL;
		assert(i < s->n && s->nodes[i].type == json_type(json_of(j)));
		/* a string begins at its quote */
		j->valueint = (int)s->nodes[i].off - (s->nodes[i].type == JSON_STRING);
		i++;
	}
	assert(i == s->n);
}

bool
json_parse(struct json_scanner *s, struct str text, struct json **out, struct json_fault *fault)
{
	struct buf marked = BUF_INIT;

	if (!json_scan(s, text, fault))
		return false;
	mark_numbers(s, &marked);

	cJSON *root = made(cJSON_ParseWithLengthOpts(marked.p, marked.n, NULL, 1));
	buf_release(&marked);
	take_offsets(root, s);
	*out = (struct json *)(void *)root;
	return true;
}

void
json_free(struct json *j)
{
	cJSON_Delete(writable(j));
}

const struct json *
json_nested(const struct json *string, struct json_fault *fault)
{
	/*
	 * The value hangs below the string, where cJSON_Delete finds it; no tree is const
	 * memory.
	 */
	cJSON *node = (cJSON *)(uintptr_t)string;
	cJSON *up[JSON_MAX_DEPTH];
	unsigned depth = 0;
	struct json_scanner s;
	struct json *tree;

	assert(json_type(string) == JSON_STRING);
	if (node->child != NULL)
		return json_of(node->child);

	json_scanner_init(&s);
	bool parsed = json_parse(&s, json_text(string), &tree, fault);
	json_scanner_release(&s);
	if (!parsed)
		return NULL;
	if (json_type(tree) != JSON_ARRAY && json_type(tree) != JSON_OBJECT) {
		*fault = (struct json_fault){ .code = "json_syntax", .text = "wanted '[' or '{'" };
		json_free(tree);
		return NULL;
	}
	for (cJSON *j = writable(tree); j != NULL; j = step(j, up, &depth))
		j->valueint = node->valueint;
	node->child = writable(tree);
	return tree;
}

/* ---- reading ---- */

enum json_type
json_type(const struct json *j)
{
	const cJSON *node = node_of(j);

	switch (node->type & 0xff) {
	case cJSON_False:
		return JSON_FALSE;
	case cJSON_True:
		return JSON_TRUE;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	case cJSON_String:
		return node->valuestring[0] == NUMBER_MARK[0] ? JSON_NUMBER : JSON_STRING;
	default:
		assert((node->type & 0xff) == cJSON_NULL);
		return JSON_NULL;
	}
}

const struct json *
json_member(const struct json *object, const char *key)
{
	for (const struct json *j = json_first(object); j != NULL; j = json_next(j))
		if (node_of(j)->string != NULL && strcmp(node_of(j)->string, key) == 0)
			return j;
	return NULL;
}

const struct json *
json_first(const struct json *container)
{
	const cJSON *node = node_of(container);

	/* what hangs below a string is json_nested's */
	return node->type == cJSON_String ? NULL : json_of(node->child);
}

const struct json *
json_next(const struct json *item)
{
	return json_of(node_of(item)->next);
}

size_t
json_count(const struct json *container)
{
	size_t n = 0;

	for (const struct json *j = json_first(container); j != NULL; j = json_next(j))
		n++;
	return n;
}

struct str
json_key(const struct json *member)
{
	return str_c(node_of(member)->string);
}

struct str
json_text(const struct json *scalar)
{
	switch (json_type(scalar)) {
	case JSON_STRING:
		return str_c(node_of(scalar)->valuestring);
	case JSON_NUMBER:
		return str_c(node_of(scalar)->valuestring + 1);
	case JSON_TRUE:
		return STR("true");
	case JSON_FALSE:
		return STR("false");
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	return (struct str){ NULL, 0 };
}

size_t
json_offset(const struct json *j)
{
	return (size_t)node_of(j)->valueint;
}

/* ---- canonical text ---- */

static enum json_type
view_type(const void *ctx, const void *value)
{
	(void)ctx;
	return json_type(value);
}

static struct str
view_text(const void *ctx, const void *value, struct arena *a)
{
	(void)ctx;
	(void)a;
	return json_text(value);
}

static struct canonical_part *
view_parts(const void *ctx, const void *value, struct arena *a, size_t *n)
{
	struct canonical_part *parts = ARENA_ARRAY(a, json_count(value), struct canonical_part);

	(void)ctx;
	*n = 0;
	for (const struct json *j = json_first(value); j != NULL; j = json_next(j))
		parts[(*n)++] = (struct canonical_part){ json_key(j), j };
	return parts;
}

void
json_canonical(const struct json *j, struct buf *out)
{
	static const struct canonical_view view = { view_type, view_text, view_parts };

	canonical_write(&view, NULL, j, out);
}

/* ---- trees made by hand ---- */

static char *
text_copy(struct str s)
{
	char *p = cJSON_malloc(s.n + 1);

	assert(p != NULL);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct json *
json_new_object(void)
{
	return (struct json *)(void *)made(cJSON_CreateObject());
}

static void
add_member(struct json *object, struct str key, cJSON *value, size_t offset)
{
	value->string = text_copy(key);
	value->valueint = (int)offset;
	cJSON_AddItemToArray(writable(object), value);
}

void
json_add_string(struct json *object, struct str key, struct str text, size_t offset)
{
	cJSON *value = made(cJSON_CreateNull());

	value->type = cJSON_String;
	value->valuestring = text_copy(text);
	add_member(object, key, value, offset);
}

struct json *
json_add_object(struct json *object, struct str key, size_t offset)
{
	cJSON *value = made(cJSON_CreateObject());

	add_member(object, key, value, offset);
	return (struct json *)(void *)value;
}
