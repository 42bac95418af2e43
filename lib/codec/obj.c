#include "codec/obj.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "codec/obj_part.h"

#include "base/banned.h"

bool
obj_open(struct obj *o, const struct json *j, const char *noun, bool csv, struct arena *a,
	struct err *e)
{
	*o = (struct obj){ .json = j, .noun = noun, .index = -1, .arena = a, .e = e, .csv = csv };
	if (obj_ok(o) && json_type(j) != JSON_OBJECT) {
		err_set(e, ERR_INPUT, "not_an_object", "wanted an object, found %s",
			json_type_phrase(json_type(j)));
		err_at(e, json_offset(j));
	}
	return obj_ok(o);
}

bool
obj_ok(const struct obj *o)
{
	return o->e->kind == ERR_NONE;
}

/* ---- refusals ---- */

/* The names from the root to the object, as "tiers[2].size"; without indexes, as "tiers.size". */
static void
add_path(struct buf *b, const struct obj *o, bool indexes)
{
	const struct obj *chain[JSON_MAX_DEPTH];
	size_t n = 0;

	for (; o->parent != NULL; o = o->parent) {
		assert(n < countof(chain));
		chain[n++] = o;
	}
	while (n-- > 0) {
		if (b->n > 0)
			buf_add_char(b, '.');
		buf_add_str(b, chain[n]->key);
		if (indexes && chain[n]->index >= 0)
			buf_printf(b, "[%ld]", chain[n]->index);
	}
}

static void
add_name(struct buf *b, const char *name)
{
	if (name == NULL)
		return;
	if (b->n > 0)
		buf_add_char(b, '.');
	buf_add_c(b, name);
}

static const char *
own_code(const struct obj *o, const struct obj_spot *spot)
{
	struct buf b = BUF_INIT;

	add_path(&b, o, false);
	add_name(&b, spot->name);

	struct str code = str_printf(o->arena, "%s%s%s", o->noun, b.n > 0 ? "." : "", buf_cstr(&b));
	buf_release(&b);
	return code.p;
}

const char *
obj_code(const struct obj *o)
{
	static const struct obj_spot whole = { .item = -1 };

	return own_code(o, &whole);
}

bool
obj_refuse_spot(struct obj *o, const struct obj_spot *spot, const char *code, const char *fmt, ...)
{
	struct buf path = BUF_INIT, value = BUF_INIT;
	struct str shown = { NULL, 0 };
	char text[sizeof(o->e->text)];
	va_list ap;

	if (!obj_ok(o))
		return false;
	add_path(&path, o, true);
	add_name(&path, spot->name);
	if (spot->item >= 0)
		buf_printf(&path, "[%ld]", spot->item);
	if (spot->key.p != NULL)
		buf_printf(&path, ".%.*s", STR_FMT(spot->key));
	if (spot->value != NULL) {
		shown = json_text(spot->value);
		if (shown.p == NULL) {
			json_canonical(spot->value, &value);
			shown = buf_str(&value);
		}
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_field(o->e, ERR_INPUT, code != NULL ? code : own_code(o, spot), buf_str(&path), shown,
		"%s", text);
	/* what is not in a row stands in no cell of it */
	if (spot->value != NULL || !o->csv)
		err_at(o->e, json_offset(spot->value != NULL ? spot->value : o->json));
	buf_release(&path);
	buf_release(&value);
	return false;
}

bool
obj_refuse_type(struct obj *o, const struct obj_spot *spot, const char *wanted)
{
	enum json_type found = json_type(spot->value);
	struct json_fault fault;

	if (!o->csv || found != JSON_STRING)
		return obj_refuse_spot(o, spot, NULL, "wanted %s, found %s", wanted,
			json_type_phrase(found));
	if (json_nested(spot->value, &fault) == NULL && fault.offset > 0)
		return obj_refuse_spot(o, spot, NULL, "wanted %s as JSON: byte %zu: %s", wanted,
			fault.offset + 1, fault.text);
	return obj_refuse_spot(o, spot, NULL, "wanted %s as JSON", wanted);
}

bool
obj_refuse_as(struct obj *o, const char *name, const char *code, const char *fmt, ...)
{
	struct obj_spot spot = { .name = name, .item = -1 };
	char text[sizeof(o->e->text)];
	va_list ap;

	if (name != NULL)
		spot.value = json_member(o->json, name);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return obj_refuse_spot(o, &spot, code, "%s", text);
}

bool
obj_refuse(struct obj *o, const char *name, const char *fmt, ...)
{
	char text[sizeof(o->e->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return obj_refuse_as(o, name, NULL, "%s", text);
}

/* ---- fields ---- */

static bool
is_taken(const struct obj *o, struct str name)
{
	for (size_t i = 0; i < o->ntaken; i++)
		if (str_is(name, o->taken[i]))
			return true;
	return false;
}

bool
obj_has(struct obj *o, const char *name)
{
	const struct json *v;

	if (!obj_ok(o))
		return false;
	v = json_member(o->json, name);
	return v != NULL && json_type(v) != JSON_NULL;
}

const struct json *
obj_take(struct obj *o, const char *name, enum obj_need need)
{
	if (!obj_ok(o))
		return NULL;
	if (!is_taken(o, str_c(name))) {
		assert(o->ntaken < OBJ_FIELDS);
		o->taken[o->ntaken++] = name;
	}
	if (obj_has(o, name))
		return json_member(o->json, name);
	if (need == OBJ_REQUIRED)
		obj_refuse_spot(o, &(struct obj_spot){ .name = name, .item = -1 }, "missing_field",
			"missing");
	return NULL;
}

bool
obj_given(struct obj *o, const char *name)
{
	obj_take(o, name, OBJ_OPTIONAL);
	return obj_ok(o) && json_member(o->json, name) != NULL;
}

const struct json *
obj_unfold(const struct obj *o, const struct json *v, bool *nested)
{
	struct json_fault fault;
	const struct json *in = NULL;

	if (o->csv && json_type(v) == JSON_STRING && strchr("[{", json_text(v).p[0]) != NULL)
		in = json_nested(v, &fault);
	*nested = in != NULL;
	return in != NULL ? in : v;
}

const struct json *
obj_value(struct obj *o, const char *name, enum obj_need need)
{
	const struct json *v = obj_take(o, name, need);
	bool nested;

	return v == NULL ? NULL : obj_unfold(o, v, &nested);
}

bool
obj_close(struct obj *o)
{
	const struct json *j = obj_ok(o) ? json_first(o->json) : NULL;

	while (j != NULL && is_taken(o, json_key(j)))
		j = json_next(j);
	if (j == NULL)
		return obj_ok(o);

	struct obj_spot spot = { .name = json_key(j).p, .item = -1, .value = j };
	const char *near = str_nearest(json_key(j), o->taken, o->ntaken);
	if (near == NULL)
		return obj_refuse_spot(o, &spot, "unknown_field", "unknown field");
	return obj_refuse_spot(o, &spot, "unknown_field", "unknown field; did you mean \"%s\"?",
		near);
}

struct str
obj_keep(struct obj *o, const char *name)
{
	const struct json *v = obj_value(o, name, OBJ_OPTIONAL);
	struct str kept = { NULL, 0 };
	struct buf b = BUF_INIT;

	if (v == NULL)
		return kept;
	json_canonical(v, &b);
	kept = str_dup(o->arena, buf_str(&b));
	buf_release(&b);
	return kept;
}

void
obj_unsupported(struct obj *o, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct json *j = obj_take(o, names[i], OBJ_OPTIONAL);

		if (j != NULL && (json_type(j) != JSON_ARRAY || json_count(j) > 0))
			obj_refuse_as(o, names[i], "unsupported_field", "not supported");
	}
}
