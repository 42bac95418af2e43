#include "domain/common.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- pairs and texts ---- */

static int
value_cmp(struct str a, struct str b)
{
	if (a.p == NULL || b.p == NULL)
		return (a.p != NULL) - (b.p != NULL);
	return str_cmp(a, b);
}

int
pairs_cmp(const struct pairs *a, const struct pairs *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++) {
		int order = str_cmp(a->p[i].key, b->p[i].key);

		if (order == 0)
			order = value_cmp(a->p[i].value, b->p[i].value);
		if (order != 0)
			return order;
	}
	return (a->n > b->n) - (a->n < b->n);
}

bool
pairs_eq(const struct pairs *a, const struct pairs *b)
{
	return pairs_cmp(a, b) == 0;
}

struct str
pairs_get(const struct pairs *a, struct str key)
{
	for (size_t i = 0; i < a->n; i++)
		if (str_eq(a->p[i].key, key))
			return a->p[i].value;
	return (struct str){ NULL, 0 };
}

struct pairs
pairs_merge(struct arena *a, const struct pairs *old, const struct pairs *changes)
{
	struct pairs out = { ARENA_ARRAY(a, old->n + changes->n, struct pair), 0 };
	size_t i = 0, j = 0;

	while (i < old->n || j < changes->n) {
		int order = i == old->n ? 1 :
			j == changes->n ? -1 :
					  str_cmp(old->p[i].key, changes->p[j].key);

		out.p[out.n++] = order < 0 ? old->p[i] : changes->p[j];
		i += order <= 0;
		j += order >= 0;
	}
	return out;
}

static int
by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

static void
sort_pairs(struct pairs *p)
{
	if (p->n > 1)
		qsort(p->p, p->n, sizeof(p->p[0]), by_key);
}

bool
texts_has(const struct texts *t, struct str s)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->p[i], s))
			return true;
	return false;
}

struct str
texts_join(const struct texts *t, const char *between, struct arena *a)
{
	struct buf list = BUF_INIT;
	struct str out;

	for (size_t i = 0; i < t->n; i++) {
		buf_add_c(&list, i > 0 ? between : "");
		buf_add_str(&list, t->p[i]);
	}
	out = str_dup(a, buf_str(&list));
	buf_release(&list);
	return out;
}

struct texts
texts_with(struct arena *a, const struct texts *t, struct str s)
{
	struct texts out = { ARENA_ARRAY(a, t->n + 1, struct str), 0 };

	for (; out.n < t->n; out.n++)
		out.p[out.n] = t->p[out.n];
	if (!texts_has(t, s))
		out.p[out.n++] = s;
	return out;
}

bool
texts_has_all(const struct texts *t, const struct texts *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!texts_has(t, wanted->p[i]))
			return false;
	return true;
}

bool
texts_has_any(const struct texts *t, const struct texts *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (texts_has(t, wanted->p[i]))
			return true;
	return false;
}

bool
pairs_has_all(const struct pairs *p, const struct pairs *wanted)
{
	for (size_t i = 0; i < wanted->n; i++) {
		struct str value = pairs_get(p, wanted->p[i].key);

		if (value.p == NULL || !str_eq(value, wanted->p[i].value))
			return false;
	}
	return true;
}

bool
pairs_has_keys(const struct pairs *p, const struct texts *keys)
{
	if (p->n != keys->n)
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (!texts_has(keys, p->p[i].key))
			return false;
	return true;
}

bool
texts_eq(const struct texts *a, const struct texts *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->p[i], b->p[i]))
			return false;
	return true;
}

/* ---- writing ---- */

void
jsonw_pairs_opt(struct jsonw *w, const char *key, const struct pairs *p)
{
	if (p->n == 0)
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	for (size_t i = 0; i < p->n; i++) {
		jsonw_key_str(w, p->p[i].key);
		if (p->p[i].value.p)
			jsonw_str(w, p->p[i].value);
		else
			jsonw_null(w);
	}
	jsonw_end(w);
}

void
jsonw_texts(struct jsonw *w, const char *key, const struct texts *t)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < t->n; i++)
		jsonw_str(w, t->p[i]);
	jsonw_end(w);
}

void
jsonw_texts_opt(struct jsonw *w, const char *key, const struct texts *t)
{
	if (t->n > 0)
		jsonw_texts(w, key, t);
}

void
jsonw_member_decimal(struct jsonw *w, const char *key, struct rat r, enum terms_form form)
{
	if (form == TERMS_PRINTED) {
		jsonw_member_rat(w, key, r);
		return;
	}
	jsonw_member_str(w, key, rat_text_exact(&w->scratch, r));
	arena_clear(&w->scratch);
}

void
jsonw_kept(struct jsonw *w, const struct kept *k)
{
	for (size_t i = 0; i < k->fields.n; i++) {
		jsonw_key_str(w, k->fields.p[i].key);
		jsonw_raw(w, k->fields.p[i].value);
	}
}

/* ---- reading ---- */

struct texts
obj_texts_field(struct obj *o, const char *name, enum obj_need need, size_t min_items,
	bool distinct)
{
	struct texts t = { NULL, 0 };

	t.p = obj_texts(o, name, need, min_items, distinct, &t.n);
	return t;
}

struct pairs
obj_custom_fields(struct obj *o)
{
	struct pairs p = { NULL, 0 };

	p.p = obj_pairs(o, "custom_fields", OBJ_OPTIONAL, CUSTOM_FIELD_MAX_POINTS, &p.n);
	return p;
}

const struct json *
obj_first_item(struct obj *o, const char *name)
{
	const struct json *list = obj_value(o, name, OBJ_OPTIONAL);

	return list && json_type(list) == JSON_ARRAY ? json_first(list) : NULL;
}

bool
obj_refuse_item(struct obj *o, const char *name, size_t i, const struct json *item,
	const char *text)
{
	struct obj child = { .json = item,
		.noun = o->noun,
		.parent = o,
		.key = str_c(name),
		.index = (long)i,
		.arena = o->arena,
		.e = o->e };

	return obj_refuse(&child, NULL, "%s", text);
}

/* "5 %" without its sign; p == NULL: text has none. */
static struct str
without_percent(struct str text)
{
	if (text.n == 0 || text.p[text.n - 1] != '%')
		return (struct str){ NULL, 0 };
	text.n--;
	if (text.n > 0 && text.p[text.n - 1] == ' ')
		text.n--;
	return text;
}

static struct rat
percentage(struct obj *o, const char *name, struct str number)
{
	struct rat r = RAT_ZERO;

	switch (rat_parse_exact(o->arena, number, &r)) {
	case RAT_OK:
		return rat_mul(o->arena, r, rat_frac(o->arena, 1, 100));
	case RAT_NOT_A_NUMBER:
		obj_refuse(o, name, "not a percentage; wanted a number and a %%, such as \"5 %%\"");
		break;
	case RAT_TOO_LONG:
		obj_refuse_as(o, name, "number_too_long", "more than %d digits", RAT_MAX_DIGITS);
		break;
	}
	return RAT_ZERO;
}

/* A number, or a percentage of one; *percent says which. Not below zero. */
static struct rat
factor(struct obj *o, const char *name, enum obj_need need, bool *percent)
{
	const struct json *v = obj_ok(o) ? json_member(o->json, name) : NULL;
	struct str number = { NULL, 0 };
	struct rat r;

	if (v && json_type(v) == JSON_STRING)
		number = without_percent(json_text(v));
	*percent = number.p != NULL;
	if (*percent) {
		obj_value(o, name, need);
		r = percentage(o, name, number);
	} else {
		r = obj_rat(o, name, need, NULL);
	}
	if (!obj_ok(o))
		return RAT_ZERO;
	if (rat_sign(r) < 0)
		obj_refuse(o, name, "below zero");
	return r;
}

struct rat
obj_factor(struct obj *o, const char *name, enum obj_need need)
{
	bool percent;

	return factor(o, name, need, &percent);
}

struct rat
obj_fraction(struct obj *o, const char *name, enum obj_need need)
{
	bool percent;
	struct rat r = factor(o, name, need, &percent);

	if (!obj_ok(o))
		return RAT_ZERO;
	if (rat_cmp(r, RAT_ONE) > 0 && percent)
		obj_refuse(o, name, "above 100 %%");
	else if (rat_cmp(r, RAT_ONE) > 0)
		obj_refuse(o, name, "above 1; wanted a fraction, as 0.05 or \"5 %%\" for 5 %%");
	return r;
}

/* Strings, numbers, true and false have a text: rule of property values. */
static bool
is_scalar(const struct json *j)
{
	switch (json_type(j)) {
	case JSON_STRING:
	case JSON_NUMBER:
	case JSON_FALSE:
	case JSON_TRUE:
		return true;
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	return false;
}

static const char scalar_wanted[] = "wanted a string, a number, true or false";

struct texts
obj_scalars(struct obj *o, const char *name, size_t min_items)
{
	size_t n = obj_array(o, name, OBJ_OPTIONAL, min_items);
	struct texts t = { ARENA_ARRAY(o->arena, n, struct str), 0 };
	const struct json *item = obj_first_item(o, name);

	for (; t.n < n && obj_ok(o); item = json_next(item)) {
		if (!is_scalar(item))
			obj_refuse_item(o, name, t.n, item, scalar_wanted);
		else
			t.p[t.n++] = str_dup(o->arena, json_text(item));
	}
	return t;
}

struct pairs
obj_scalar_pairs(struct obj *o, const char *name)
{
	struct pairs p = { NULL, 0 };
	struct obj child;

	if (!obj_object(o, name, OBJ_OPTIONAL, &child))
		return p;
	p.p = ARENA_ARRAY(o->arena, json_count(child.json), struct pair);
	for (const struct json *m = json_first(child.json); m; m = json_next(m)) {
		struct str key = str_dup(o->arena, json_key(m));

		if (!is_scalar(m)) {
			/* the code is without the keys, which are the caller's */
			obj_refuse_as(&child, key.p, obj_code(&child), "%s", scalar_wanted);
			break;
		}
		p.p[p.n++] = (struct pair){ key, str_dup(o->arena, json_text(m)) };
	}
	sort_pairs(&p);
	return p;
}

struct kept
obj_kept(struct obj *o, const char *const *names, size_t n)
{
	struct kept k = { { ARENA_ARRAY(o->arena, n, struct pair), 0 } };

	for (size_t i = 0; i < n; i++) {
		struct str json = obj_keep(o, names[i]);

		if (json.p)
			k.fields.p[k.fields.n++] = (struct pair){ str_c(names[i]), json };
	}
	sort_pairs(&k.fields);
	return k;
}

struct str
obj_name(struct obj *o, enum obj_need need)
{
	return obj_text(o, "name", need, 1, NAME_MAX_POINTS);
}

/* The one of the names that is there; absent all: the first of them is missing. */
static struct str
reference_of(struct obj *o, const char *const *names, size_t n, enum obj_need need)
{
	const char *found = NULL;
	struct str ref;
	struct id id;

	for (size_t i = 0; i < n; i++) {
		if (!obj_has(o, names[i])) {
			/* it may be there as null */
			obj_text(o, names[i], OBJ_OPTIONAL, 0, SIZE_MAX);
			continue;
		}
		if (found) {
			obj_refuse(o, names[i], "given beside %s; wanted one of the two", found);
			return (struct str){ NULL, 0 };
		}
		found = names[i];
	}
	ref = obj_text(o, found ? found : names[0], need, 1, NAME_MAX_POINTS);
	return ref.p && id_parse(ref, &id) ? str_dup(o->arena, id_str(&id)) : ref;
}

struct str
obj_reference(struct obj *o, const char *with_id, const char *without, enum obj_need need)
{
	const char *const names[] = { with_id, without };

	return reference_of(o, names, countof(names), need);
}

struct str
obj_subject(struct obj *o, const char *with_id, const char *without)
{
	const char *const names[] = { with_id, without, "id" };

	return reference_of(o, names, countof(names), OBJ_REQUIRED);
}

struct texts
obj_references(struct obj *o, const char *name, enum obj_need need, size_t min_items)
{
	struct texts t = obj_texts_field(o, name, need, min_items, true);
	struct id id;

	for (size_t i = 0; i < t.n; i++)
		if (id_parse(t.p[i], &id))
			t.p[i] = str_dup(o->arena, id_str(&id));
	return t;
}

int
obj_word(struct obj *o, const char *name, enum obj_need need, const char *const *words, size_t n,
	const char *const *unsupported, size_t nunsupported)
{
	const struct json *v = obj_ok(o) ? json_member(o->json, name) : NULL;

	for (size_t i = 0; v && json_type(v) == JSON_STRING && i < nunsupported; i++) {
		if (str_is_nocase(json_text(v), unsupported[i])) {
			obj_refuse_as(o, name, "unsupported_field", "%s is not supported",
				unsupported[i]);
			return -1;
		}
	}
	return obj_enum(o, name, need, words, n, -1);
}

void
obj_immutable(struct obj *o, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (obj_has(o, names[i]))
			obj_refuse_as(o, names[i], "immutable_field",
				"cannot be changed here once it is set");
}

void
obj_interval(struct obj *o, int64_t starting_at_ns, int64_t ending_before_ns)
{
	char start[INSTANT_TEXT_SIZE];

	if (starting_at_ns == INSTANT_NONE || ending_before_ns == INSTANT_NONE ||
		ending_before_ns > starting_at_ns ||
		(o->stored && ending_before_ns == starting_at_ns))
		return;
	obj_refuse(o, "ending_before", "not after starting_at, %s",
		instant_text(starting_at_ns, start));
}
