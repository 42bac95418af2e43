#include "domain/event_draft.h"

#include "base/rat.h"

#include "base/banned.h"

/* ---- refusals ---- */

struct place
node_place(const struct json_node *node)
{
	return (struct place){ node->type == JSON_STRING ? node->off - 1 : node->off, true };
}

bool
draft_no_object(const struct draft *d, const struct json_scanner *s)
{
	err_set(d->e, ERR_INPUT, "not_an_object", "wanted an object, found %s",
		json_type_phrase(s->nodes[0].type));
	return draft_failed_at(d, d->start);
}

bool
draft_refuse_type(const struct draft *d, const struct json_scanner *s, struct str name,
	const char *code, const struct json_node *value, const char *wanted)
{
	err_field(d->e, ERR_INPUT, code, name, json_node_raw(s, value), "wanted %s, found %s",
		wanted, json_type_phrase(value->type));
	return draft_failed_at(d, node_place(value));
}

/* ---- texts ---- */

/* Hardly any string has an escape: nearly always a slice of the record. */
static inline struct str
text_of(const struct json_scanner *s, const struct json_node *node, struct arena *a)
{
	if (__builtin_expect(node->escaped, false))
		return json_node_string(s, node, a);
	return (struct str){ s->text.p + node->off, node->len };
}

bool
draft_take_string(struct draft *d, const struct json_scanner *s, struct str name, const char *code,
	const struct json_node *value, struct given *out)
{
	out->at = node_place(value);
	if (value->type == JSON_STRING) {
		out->text = text_of(s, value, d->rec);
		out->there = true;
		return true;
	}
	return value->type == JSON_NULL || draft_refuse_type(d, s, name, code, value, "a string");
}

/* ---- properties ---- */

static bool
has_exponent(struct str literal)
{
	bool has = false;

	for (size_t i = 0; i < literal.n; i++)
		has |= (literal.p[i] | 0x20) == 'e';
	return has;
}

#define SHORTEST_TOO_LONG (sizeof("1e1000") - 1)
_Static_assert(RAT_MAX_DIGITS == 1000, "1e999 has as many digits");

/* The plain decimal form of most literals is as long as they are, so few need counting. */
static inline bool
number_fits(struct str literal, struct arena *rec)
{
	struct rat ignored;

	if (literal.n < SHORTEST_TOO_LONG ||
		(literal.n <= RAT_MAX_DIGITS && !has_exponent(literal)))
		return true;
	return rat_parse(rec, literal, &ignored) != RAT_TOO_LONG;
}

/* Every number of a property's value, those inside objects and arrays too. */
static bool
numbers_fit(const struct draft *d, const struct json_scanner *s, const struct json_node *value,
	struct str name)
{
	const struct json_node *end = &s->nodes[value->next];
	struct str path, literal;

	for (const struct json_node *node = value; node < end; node++) {
		if (node->type != JSON_NUMBER)
			continue;
		literal = (struct str){ s->text.p + node->off, node->len };
		if (number_fits(literal, d->rec))
			continue;
		path = str_printf(d->rec, "%.*s.%.*s", STR_FMT(d->names[EF_PROPERTIES]),
			STR_FMT(name));
		err_field(d->e, ERR_INPUT, "number_too_long", path, literal,
			"more than %d digits when written out", RAT_MAX_DIGITS);
		return err_at(d->e, node->off);
	}
	return true;
}

static struct str
canonical(const struct json_scanner *s, const struct json_node *value, struct arena *a)
{
	struct buf nested = BUF_INIT;
	struct str text;

	json_node_canonical(s, value, &nested);
	text = str_dup(a, buf_str(&nested));
	buf_release(&nested);
	return text;
}

static inline void
take_property(const struct json_scanner *s, const struct json_node *key,
	const struct json_node *value, struct arena *a, struct property *out)
{
	out->name = text_of(s, key, a);
	out->type = value->type;
	switch (out->type) {
	case JSON_NULL:
		break;
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
		out->text = (struct str){ s->text.p + value->off, value->len };
		break;
	case JSON_STRING:
		out->text = text_of(s, value, a);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		out->text = canonical(s, value, a);
		break;
	}
}

/* Each member takes a key and at least one node, so half the nodes bound their number. */
static size_t
members_at_most(const struct json_scanner *s, const struct json_node *object)
{
	return (object->next - (size_t)(object - s->nodes)) / 2;
}

bool
draft_take_properties(struct draft *d, const struct json_scanner *s, const struct json_node *object)
{
	const struct json_node *value;
	size_t start = (size_t)(object - s->nodes);

	if (object->type == JSON_NULL)
		return true;
	if (object->type != JSON_OBJECT)
		return draft_refuse_type(d, s, d->names[EF_PROPERTIES],
			event_field_codes[EF_PROPERTIES], object, "an object");
	d->properties = ARENA_ARRAY(d->rec, members_at_most(s, object) + d->rules->nset,
		struct property);
	for (size_t i = start + 1; i < object->next; i = value->next) {
		struct property *p = &d->properties[d->nproperties++];

		value = &s->nodes[i + 1];
		take_property(s, &s->nodes[i], value, d->rec, p);
		if (value->type != JSON_STRING && !numbers_fit(d, s, value, p->name))
			return false;
	}
	return true;
}

bool
event_properties_parse(struct json_scanner *s, struct str json, struct arena *a, struct event *ev)
{
	const struct json_node *root, *value;
	struct json_fault fault;
	struct property *p;
	size_t n = 0;

	if (!json_scan(s, json, &fault) || s->nodes[0].type != JSON_OBJECT)
		return false;
	root = &s->nodes[0];
	p = ARENA_ARRAY(a, members_at_most(s, root), struct property);
	for (size_t i = 1; i < root->next; i = value->next) {
		value = &s->nodes[i + 1];
		take_property(s, &s->nodes[i], value, a, &p[n++]);
	}
	ev->properties = p;
	ev->nproperties = n;
	return true;
}
