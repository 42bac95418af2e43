#include "codec/obj.h"

#include <inttypes.h>

#include "base/instant.h"
#include "codec/obj_part.h"

#include "base/banned.h"

/* A field whose value is a text; absent or refused: the empty slice. Borrowed from the tree. */
static struct str
take_text(struct obj *o, const char *name, enum obj_need need, struct obj_spot *spot)
{
	const struct json *v = obj_take(o, name, need);

	*spot = (struct obj_spot){ .name = name, .item = -1, .value = v };
	if (v != NULL && json_type(v) == JSON_STRING)
		return json_text(v);
	if (v != NULL)
		obj_refuse_type(o, spot, "a string");
	return (struct str){ NULL, 0 };
}

/* A field whose value is a number: its literal, or in CSV its text. */
static struct str
take_number(struct obj *o, const char *name, enum obj_need need, struct obj_spot *spot)
{
	const struct json *v = obj_take(o, name, need);

	*spot = (struct obj_spot){ .name = name, .item = -1, .value = v };
	return v == NULL ? (struct str){ NULL, 0 } : json_text(v);
}

static void
refuse_length(struct obj *o, const struct obj_spot *spot, size_t got, size_t min, size_t max)
{
	if (max == SIZE_MAX)
		obj_refuse_spot(o, spot, NULL, "wanted at least %zu character%s, found %zu", min,
			min == 1 ? "" : "s", got);
	else if (min == 0)
		obj_refuse_spot(o, spot, NULL, "wanted at most %zu character%s, found %zu", max,
			max == 1 ? "" : "s", got);
	else
		obj_refuse_spot(o, spot, NULL, "wanted %zu to %zu characters, found %zu", min, max,
			got);
}

struct str
obj_text(struct obj *o, const char *name, enum obj_need need, size_t min, size_t max)
{
	struct obj_spot spot;
	struct str text = take_text(o, name, need, &spot);
	size_t n;

	if (text.p == NULL)
		return text;
	n = str_codepoints(text);
	if (n < min || n > max) {
		refuse_length(o, &spot, n, min, max);
		return (struct str){ NULL, 0 };
	}
	return str_dup(o->arena, text);
}

struct str
obj_id(struct obj *o, const char *name, enum obj_need need)
{
	struct obj_spot spot;
	struct str text = take_text(o, name, need, &spot);
	struct id id;

	if (text.p == NULL)
		return text;
	if (!id_parse(text, &id)) {
		obj_refuse_spot(o, &spot, NULL, "wanted a UUID");
		return (struct str){ NULL, 0 };
	}
	return str_dup(o->arena, id_str(&id));
}

bool
obj_bool(struct obj *o, const char *name, enum obj_need need, bool absent)
{
	const struct json *v = obj_take(o, name, need);
	struct obj_spot spot = { .name = name, .item = -1, .value = v };

	if (v == NULL)
		return absent;

	enum json_type type = json_type(v);
	if (type == JSON_TRUE || (o->csv && type == JSON_STRING && str_is(json_text(v), "true")))
		return true;
	if (type == JSON_FALSE || (o->csv && type == JSON_STRING && str_is(json_text(v), "false")))
		return false;
	obj_refuse_spot(o, &spot, NULL, "wanted true or false");
	return absent;
}

int64_t
obj_instant(struct obj *o, const char *name, enum obj_need need)
{
	struct obj_spot spot;
	struct str text = take_text(o, name, need, &spot);
	struct instant_why why;
	int64_t t_ns;

	if (text.p == NULL)
		return INSTANT_NONE;
	if (!instant_parse(text, INSTANT_STAMP | INSTANT_DATE, &t_ns, &why)) {
		obj_refuse_spot(o, &spot, NULL, "%s", why.text);
		return INSTANT_NONE;
	}
	return t_ns;
}

int64_t
obj_hour(struct obj *o, const char *name, enum obj_need need)
{
	int64_t t_ns = obj_instant(o, name, need);

	if (t_ns != INSTANT_NONE && !instant_on_hour(t_ns)) {
		obj_refuse(o, name, "not on the hour");
		return INSTANT_NONE;
	}
	return t_ns;
}

struct rat
obj_rat(struct obj *o, const char *name, enum obj_need need, bool *has)
{
	struct obj_spot spot;
	struct str text = take_number(o, name, need, &spot);
	struct rat r = RAT_ZERO;
	enum rat_parsed parsed = RAT_NOT_A_NUMBER;

	if (has != NULL)
		*has = false;
	if (spot.value == NULL)
		return r;
	if (text.p != NULL)
		parsed = rat_parse_exact(o->arena, text, &r);
	switch (parsed) {
	case RAT_OK:
		if (has != NULL)
			*has = true;
		return r;
	case RAT_NOT_A_NUMBER:
		obj_refuse_spot(o, &spot, NULL, "wanted a number");
		break;
	case RAT_TOO_LONG:
		obj_refuse_spot(o, &spot, "number_too_long", "more than %d digits when written out",
			RAT_MAX_DIGITS);
		break;
	}
	return RAT_ZERO;
}

int64_t
obj_int(struct obj *o, const char *name, enum obj_need need, int64_t min, int64_t max,
	int64_t absent)
{
	struct obj_spot spot;
	struct str text = take_number(o, name, need, &spot);
	struct rat r;
	int64_t v;

	if (spot.value == NULL)
		return absent;
	if (json_type(spot.value) == (o->csv ? JSON_STRING : JSON_NUMBER) &&
		rat_parse(o->arena, text, &r) == RAT_OK && rat_to_int64(r, &v) && v >= min &&
		v <= max)
		return v;
	if (max == INT64_MAX)
		obj_refuse_spot(o, &spot, NULL, "wanted an integer of at least %" PRId64, min);
	else
		obj_refuse_spot(o, &spot, NULL, "wanted an integer from %" PRId64 " to %" PRId64,
			min, max);
	return absent;
}

int
obj_enum(struct obj *o, const char *name, enum obj_need need, const char *const *words, size_t n,
	int absent)
{
	struct obj_spot spot;
	struct str text = take_text(o, name, need, &spot);
	struct buf list = BUF_INIT;

	if (text.p == NULL)
		return absent;
	for (size_t i = 0; i < n; i++)
		if (str_is_nocase(text, words[i]))
			return (int)i;
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", words[i]);
	obj_refuse_spot(o, &spot, NULL, "wanted %s", buf_cstr(&list));
	buf_release(&list);
	return absent;
}
