#include "domain/event.h"

#include <assert.h>
#include <string.h>

#include "base/rat.h"
#include "domain/event_draft.h"

#include "base/banned.h"

static struct place
place(size_t offset)
{
	return (struct place){ offset, true };
}

/* ---- properties ---- */

/* The plain decimal form of most literals is as long as they are, so few need counting. */
static bool
number_fits(struct str literal, struct arena *rec)
{
	struct rat ignored;

	if (literal.n <= RAT_MAX_DIGITS && memchr(literal.p, 'e', literal.n) == NULL &&
		memchr(literal.p, 'E', literal.n) == NULL)
		return true;
	return rat_parse(rec, literal, &ignored) != RAT_TOO_LONG;
}

/* Every number of a property's value, those inside objects and arrays too. */
static bool
numbers_fit(const struct draft *d, const struct json_scanner *s, const struct json_node *value,
	struct str name)
{
	const struct json_node *end = &s->nodes[value->next];

	for (const struct json_node *node = value; node < end; node++) {
		struct str literal;

		if (node->type != JSON_NUMBER)
			continue;
		literal = json_node_raw(s, node);
		if (number_fits(literal, d->rec))
			continue;
		err_field(d->e, ERR_INPUT, "number_too_long", draft_property_path(d->rec, name),
			literal, "more than %d digits when written out", RAT_MAX_DIGITS);
		return err_at(d->e, node->off);
	}
	return true;
}

static struct property
property_of(const struct json_scanner *s, const struct json_node *key,
	const struct json_node *value, struct arena *a)
{
	struct property p = { .name = json_node_string(s, key, a), .type = value->type };
	struct buf nested = BUF_INIT;

	switch (p.type) {
	case JSON_NULL:
		break;
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
		p.text = json_node_raw(s, value);
		break;
	case JSON_STRING:
		p.text = json_node_string(s, value, a);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		json_node_canonical(s, value, &nested);
		p.text = str_dup(a, buf_str(&nested));
		buf_release(&nested);
		break;
	}
	return p;
}

/* Each member takes a key and at least one node, so half the nodes bound their number. */
static size_t
members_at_most(const struct json_scanner *s, const struct json_node *object)
{
	return (object->next - (size_t)(object - s->nodes)) / 2;
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
		p[n++] = property_of(s, &s->nodes[i], value, a);
	}
	ev->properties = p;
	ev->nproperties = n;
	return true;
}

/* ---- JSON ---- */

/* Where a value or key begins, its quote included. */
static struct place
node_place(const struct json_node *node)
{
	return place(node->type == JSON_STRING ? node->off - 1 : node->off);
}

static const char *const found[] = {
	[JSON_NULL] = "null",
	[JSON_FALSE] = "a boolean",
	[JSON_TRUE] = "a boolean",
	[JSON_NUMBER] = "a number",
	[JSON_STRING] = "a string",
	[JSON_ARRAY] = "an array",
	[JSON_OBJECT] = "an object",
};
_Static_assert(countof(found) == JSON_OBJECT + 1, "words for each type");

static bool
refuse_type(const struct draft *d, const struct json_scanner *s, enum event_field f,
	const struct json_node *value, const char *wanted)
{
	err_field(d->e, ERR_INPUT, event_field_codes[f], event_field_names[f],
		json_node_raw(s, value), "wanted %s, found %s", wanted, found[value->type]);
	return draft_failed_at(d, node_place(value));
}

static bool
take_properties(struct draft *d, const struct json_scanner *s, const struct json_node *object)
{
	const struct json_node *value;
	size_t start = (size_t)(object - s->nodes);

	if (object->type == JSON_NULL)
		return true;
	if (object->type != JSON_OBJECT)
		return refuse_type(d, s, EF_PROPERTIES, object, "an object");
	d->properties = ARENA_ARRAY(d->rec, members_at_most(s, object) + d->rules->nset,
		struct property);
	for (size_t i = start + 1; i < object->next; i = value->next) {
		struct property *p = &d->properties[d->nproperties];

		value = &s->nodes[i + 1];
		*p = property_of(s, &s->nodes[i], value, d->rec);
		if (!numbers_fit(d, s, value, p->name))
			return false;
		d->nproperties++;
	}
	return true;
}

static bool
take_member(struct draft *d, const struct json_scanner *s, const struct json_node *key,
	const struct json_node *value)
{
	struct str name = json_node_string(s, key, d->rec);
	unsigned f = d->next, tried = 0;

	while (tried < EVENT_FIELDS && !str_eq(name, event_field_names[f])) {
		f = (f + 1) % EVENT_FIELDS;
		tried++;
	}
	if (tried == EVENT_FIELDS) {
		draft_unknown(d->e, name, json_node_raw(s, value), false);
		return draft_failed_at(d, node_place(value));
	}
	d->next = (f + 1) % EVENT_FIELDS;
	if (f == EF_PROPERTIES)
		return take_properties(d, s, value);
	d->fields[f].at = node_place(value);
	if (value->type == JSON_NULL)
		return true;
	if (value->type != JSON_STRING)
		return refuse_type(d, s, f, value, "a string");
	d->fields[f].text = json_node_string(s, value, d->rec);
	d->fields[f].there = true;
	return true;
}

bool
event_from_scan(const struct json_scanner *s, const struct event_rules *rules, uint64_t line,
	struct arena *rec, struct event *out, struct err *e)
{
	const struct json_node *root = &s->nodes[0], *value;
	struct draft d = { .rules = rules, .bytes = s->text, .line = line, .rec = rec, .e = e };

	d.start = node_place(root);
	if (root->type != JSON_OBJECT) {
		err_set(e, ERR_INPUT, "not_an_object", "wanted an object, found %s",
			found[root->type]);
		return draft_failed_at(&d, d.start);
	}
	for (size_t i = 1; i < root->next; i = value->next) {
		value = &s->nodes[i + 1];
		if (!take_member(&d, s, &s->nodes[i], value))
			return false;
	}
	if (!d.properties)
		d.properties = ARENA_ARRAY(rec, rules->nset, struct property);
	return draft_finish(&d, out);
}

/* ---- CSV ---- */

bool
event_from_row(const struct str *fields, size_t nfields, const struct csv_row *row,
	const struct event_rules *rules, struct arena *rec, struct event *out, struct err *e)
{
	struct draft d = { .rules = rules,
		.bytes = row->bytes,
		.line = row->line,
		.rec = rec,
		.e = e };

	assert(row->n == nfields);
	d.properties = ARENA_ARRAY(rec, nfields + rules->nset, struct property);
	for (size_t i = 0; i < nfields; i++) {
		struct str cell = row->cells[i], property = { NULL, 0 };
		unsigned f = draft_field(fields[i], &property);

		if (f == EVENT_FIELDS) {
			draft_unknown(e, fields[i], cell, true);
			return err_at(e, i);
		}
		if (f != EF_PROPERTIES)
			d.fields[f].at = place(i);
		if (cell.n == 0)
			continue;
		if (f == EF_PROPERTIES)
			d.properties[d.nproperties++] = (struct property){ property, cell,
				JSON_STRING };
		else
			d.fields[f] = (struct given){ cell, true, place(i) };
	}
	return draft_finish(&d, out);
}
