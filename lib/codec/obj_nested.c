#include "codec/obj.h"

#include <assert.h>
#include <stdlib.h>

#include "base/map.h"
#include "codec/obj_part.h"

#include "base/banned.h"

/* An array or object, *nested when it was the text of a cell; NULL: absent or refused. */
static const struct json *
take_container(struct obj *o, const char *name, enum obj_need need, enum json_type type,
	bool *nested)
{
	const struct json *v = obj_take(o, name, need);
	struct obj_spot spot = { .name = name, .item = -1 };

	if (v == NULL)
		return NULL;
	v = obj_unfold(o, v, nested);
	if (json_type(v) == type)
		return v;
	spot.value = v;
	obj_refuse_type(o, &spot, type == JSON_ARRAY ? "an array" : "an object");
	return NULL;
}

static void
open_child(struct obj *o, const char *name, long i, const struct json *v, bool nested,
	struct obj *child)
{
	*child = (struct obj){ .json = v,
		.noun = o->noun,
		.parent = o,
		.key = str_c(name),
		.index = i,
		.arena = o->arena,
		.e = o->e,
		.csv = o->csv && !nested,
		.units = o->units,
		.stored = o->stored };
}

bool
obj_object(struct obj *o, const char *name, enum obj_need need, struct obj *child)
{
	bool nested;
	const struct json *v = take_container(o, name, need, JSON_OBJECT, &nested);

	if (v != NULL)
		open_child(o, name, -1, v, nested, child);
	return v != NULL;
}

static const struct json *
take_array(struct obj *o, const char *name, enum obj_need need, size_t min_items, size_t *n)
{
	bool nested;
	const struct json *v = take_container(o, name, need, JSON_ARRAY, &nested);

	*n = 0;
	if (v == NULL)
		return NULL;

	size_t items = json_count(v);
	if (items < min_items) {
		obj_refuse(o, name, "wanted at least %zu item%s, found %zu", min_items,
			min_items == 1 ? "" : "s", items);
		return NULL;
	}
	*n = items;
	return v;
}

size_t
obj_array(struct obj *o, const char *name, enum obj_need need, size_t min_items)
{
	size_t n;

	take_array(o, name, need, min_items, &n);
	return n;
}

/* The i-th item; from the one given last, so that a walk in order is no search. */
static const struct json *
item_at(struct obj *o, const struct json *array, size_t i)
{
	if (o->at_array != array || o->at_index > i) {
		o->at_array = array;
		o->at_index = 0;
		o->at = json_first(array);
	}
	for (; o->at != NULL && o->at_index < i; o->at_index++)
		o->at = json_next(o->at);
	assert(o->at != NULL);
	return o->at;
}

bool
obj_item(struct obj *o, const char *name, size_t i, struct obj *child)
{
	bool nested;
	const struct json *v = take_container(o, name, OBJ_REQUIRED, JSON_ARRAY, &nested);
	struct obj_spot spot = { .name = name, .item = (long)i };

	if (v == NULL)
		return false;
	spot.value = item_at(o, v, i);
	if (json_type(spot.value) != JSON_OBJECT)
		return obj_refuse_type(o, &spot, "an object");
	open_child(o, name, (long)i, spot.value, nested, child);
	return true;
}

struct str *
obj_texts(struct obj *o, const char *name, enum obj_need need, size_t min_items, bool distinct,
	size_t *n)
{
	const struct json *array = take_array(o, name, need, min_items, n);
	struct obj_spot spot = { .name = name };
	struct str *texts;
	struct map seen;
	bool fresh;

	if (array == NULL)
		return NULL;
	map_init(&seen, o->arena);
	texts = ARENA_ARRAY(o->arena, *n, struct str);
	spot.value = json_first(array);
	for (size_t i = 0; i < *n; i++, spot.value = json_next(spot.value)) {
		spot.item = (long)i;
		if (json_type(spot.value) != JSON_STRING) {
			obj_refuse_type(o, &spot, "a string");
			break;
		}
		texts[i] = str_dup(o->arena, json_text(spot.value));
		if (!distinct)
			continue;
		*map_slot(&seen, texts[i], &fresh) = o;
		if (!fresh) {
			obj_refuse_spot(o, &spot, NULL, "given twice");
			break;
		}
	}
	if (!obj_ok(o)) {
		*n = 0;
		return NULL;
	}
	return texts;
}

static int
pair_cmp(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

struct pair *
obj_pairs(struct obj *o, const char *name, enum obj_need need, size_t max_value, size_t *n)
{
	bool nested;
	const struct json *object = take_container(o, name, need, JSON_OBJECT, &nested);
	struct obj_spot spot = { .name = name, .item = -1 };
	struct pair *pairs;

	*n = 0;
	if (object == NULL)
		return NULL;
	pairs = ARENA_ARRAY(o->arena, json_count(object), struct pair);
	for (const struct json *j = json_first(object); j != NULL; j = json_next(j)) {
		if (json_type(j) == JSON_NULL)
			continue;
		spot.key = json_key(j);
		spot.value = j;
		if (json_type(j) != JSON_STRING)
			obj_refuse_type(o, &spot, "a string");
		else if (str_codepoints(json_text(j)) > max_value)
			obj_refuse_spot(o, &spot, NULL, "wanted at most %zu characters, found %zu",
				max_value, str_codepoints(json_text(j)));
		if (!obj_ok(o)) {
			*n = 0;
			return NULL;
		}
		pairs[*n].key = str_dup(o->arena, json_key(j));
		pairs[(*n)++].value = str_dup(o->arena, json_text(j));
	}
	qsort(pairs, *n, sizeof(pairs[0]), pair_cmp);
	return pairs;
}
